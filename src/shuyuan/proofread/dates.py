"""R9, R10: spans of plans against their names, plan periods and datable events against the year of the report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from shuyuan.proofread import numerals, tables
from shuyuan.proofread.findings import Case, Finding, rule
from shuyuan.proofread.words import say as _t

_SPAN = r"[（(〔\[]?(?P<from>(?:19|20)\d\d)\s?年?\s?[-–—~～至到－]{1,2}\s?(?P<to>(?:19|20)\d\d)\s?年?[）)〕\]]?"
_NAMED = re.compile(
    r"(?P<n>[一二两三四五六七八九十]{1,3}|\d{1,2})年(?:[\u4e00-\u9fff]{0,14}?)(?:行动|计划|规划|工程|方案|攻坚|目标|纲要)[^，,。；;\d]{0,12}"
    + _SPAN
)
_ANY = re.compile(r"(?<!\d)" + _SPAN)


def year_of(text: str) -> int | None:
    """The year a report is about: of its title, else of 今年 beside a year, else the one it names most."""
    for line in text[:600].split("\n")[:24]:
        found = re.search(
            r"((?:19|20)\d\d)\s?年?(?:度|上半年|下半年|学年)?[^，。\d]{0,20}(?:总结|报告|小结|概况|公报|年报|统计|情况)",
            line,
        )
        if found and len(line) < 60:
            return int(found[1])
    spans = Counter(int(found["to"]) for found in _ANY.finditer(text) if int(found["from"]) < int(found["to"]))
    if spans and spans.most_common(1)[0][1] >= 3:
        return spans.most_common(1)[0][0]
    years = Counter(re.findall(r"(?<![\d—–~～至-])((?:19|20)\d\d)年", text))
    common = years.most_common(2)
    if common and common[0][1] >= 2 and (len(common) == 1 or common[0][1] > common[1][1]):
        return int(common[0][0])
    return None


@rule("R9", "error", "规划的年限与名称相符")
def spans(case: Case) -> Iterator[Finding]:
    told: set[int] = set()
    for found in _NAMED.finditer(case.text):
        named = int(found["n"]) if found["n"].isdigit() else numerals.hanzi(found["n"])
        first, last = int(found["from"]), int(found["to"])
        years = last - first + 1
        if named and named != years and named != years - 1:
            told.add(found.start("from"))
            message = _t("名称是%(named)s年，写的是 %(years)s 年（%(first)s—%(last)s）")
            facts = {"named": found["n"], "years": years, "first": first, "last": last}
            suggestion = f"{first}—{first + named - 1}"
            span = found.start("from"), found.end("to")
            yield Finding("R9", "error", *span, case.text[slice(*span)], message % facts, suggestion, 0.9)
    for found in _ANY.finditer(case.text):
        if int(found["to"]) < int(found["from"]):
            span = found.start("from"), found.end("to")
            yield Finding("R9", "error", *span, case.text[slice(*span)], _t("起止年份颠倒"), "", 0.95)
    for row in tables.rows("calendar", "plan"):
        for found in re.finditer(re.escape(row["name"]) + r"[^，,。；;\d]{0,8}" + _SPAN, case.text):
            if (int(found["from"]), int(found["to"])) != (row["from"], row["to"]) and found.start("from") not in told:
                right = f"{row['from']}—{row['to']}"
                message = _t("%(plan)s是 %(right)s 年") % {"plan": row["name"], "right": right}
                span = found.start("from"), found.end("to")
                yield Finding("R9", "error", *span, case.text[slice(*span)], message, right, 0.9)


@tables.derived
def _periods() -> dict[str, tuple[int, int]]:
    return {row["name"]: (row["from"], row["to"]) for row in tables.rows("calendar", "five_year")}


def _other_span(case: Case, place: int, period: tuple[int, int]) -> str:
    """“十四五”期间,…2016至2020年分别为…: the plan whose years the sentence counts, when it is another one."""
    sentence = next(one for one in case.read.sentences if one.start <= place < one.end)
    named = {name for name in _periods() if name + "”" in sentence.text or name + "期间" in sentence.text}
    spans = {(int(one["from"]), int(one["to"])) for one in _ANY.finditer(sentence.text)}
    if len(named) > 1 or len(spans) != 1 or period in spans:
        return ""
    return next((name for name, years in _periods().items() if years in spans), "")


_AHEAD = re.compile(r"谋划|编制|规划|制定|制订|起草|展望|筹备|前期|为[“\"]?$|描绘|研究|未来|论证|调研|思路")
_BACK = re.compile(
    r"以来|期间|时期|比|较|增长|五年|末|总结|回顾|收官|历史|自|完成了|后|曾|延续|原|遗留|债务|累计|课题|立项"
)


@rule("R10", "error", "事件和规划期与报告年份相符", needs="D")
def dated(case: Case) -> Iterator[Finding]:
    year = case.year
    for found in re.finditer(
        r"(?<![一二三四五六七八九十])(二?十[一二三四五六]?五|[一二三四五六七八九]五)(?=[”\"」]|规划|期间|时期|以来|末|中期)",
        case.text,
    ):
        period = _periods().get(found[1])
        if not period or re.match(r"[”\"」]?(?:普法|依法治|法治宣传)", case.text[found.end() : found.end() + 5]):
            continue  # the law is taught in five-year plans of its own, and they are counted otherwise
        around = case.text[max(found.start() - 10, 0) : found.end() + 14]
        span = re.match(
            r"[”\"」]?(?:规划|期间|时期)?[（(](?P<from>\d{4})\s?年?[-–—~～至－]{1,2}(?P<to>\d{4})",
            case.text[found.end() : found.end() + 24],
        )
        if span and (int(span["from"]), int(span["to"])) != period:
            right = f"{period[0]}—{period[1]}"
            message = _t("“%(plan)s”是 %(right)s 年") % {"plan": found[1], "right": right}
            yield Finding("R10", "error", *found.span(), found[0], message, right, 0.95)
        if other := _other_span(case, found.start(), period):
            message = _t("“%(plan)s”是 %(right)s 年") % {"plan": found[1], "right": f"{period[0]}—{period[1]}"}
            yield Finding("R10", "error", *found.span(), found[0], message, other, 0.85)
            continue
        if year is None:
            continue
        told = _t("“%(plan)s”是 %(first)s—%(last)s 年，报告写的是 %(year)s 年")
        message = told % {"plan": found[1], "first": period[0], "last": period[1], "year": year}
        right = next((name for name, (first, last) in _periods().items() if first <= year <= last), "")
        clause = (
            re.split(r"[，,。；;]", case.text[max(found.start() - 16, 0) : found.start()])[-1]
            + re.split(r"[，,。；;]", case.text[found.start() : found.end() + 16])[0]
        )
        if period[0] > year + 1:  # who reports on the last year of a plan speaks of the next one all the time
            sure = 0.7 if _AHEAD.search(clause) else 0.9
            yield Finding("R10", "error" if sure > 0.8 else "warning", *found.span(), found[0], message, right, sure)
        elif period[1] < year - 1 and not _BACK.search(around):
            yield Finding("R10", "warning", *found.span(), found[0], message, right, 0.6)
    if year is not None:
        yield from _events(case, year)
        yield from _stray_years(case, year)


def _events(case: Case, year: int) -> Iterator[Finding]:
    for row in tables.rows("calendar", "event"):
        if row["from"] <= year:
            continue
        for name in row["names"]:
            for found in re.finditer(re.escape(name), case.text):
                told = _t("%(event)s始于 %(from)s 年，报告写的是 %(year)s 年")
                message = told % {"event": name, "from": row["from"], "year": year}
                yield Finding("R10", "error", *found.span(), name, message, "", 0.85)


_PLANNED = re.compile(r"规划|计划|目标|力争|到|争取|打算|预计|前|拟|届|远景|展望|纲要|方案|〔|\[|将|明年|安排|思路")


def _stray_years(case: Case, year: int) -> Iterator[Finding]:
    """A year that had not come yet, told as if it had: 报告 2012 年的, 2019年完成了…"""
    for found in re.finditer(r"(?<![\d—–~～至-])((?:19|20)\d\d)年(?![-—~至])", case.text):
        if int(found[1]) <= year + 1 or (int(found[1]) > year + 2 and int(found[1]) % 5 == 0):
            continue  # 2035年: the years that goals are set for
        sentence = next((s for s in case.read.sentences if s.start <= found.start() < s.end), None)
        if sentence is None or _PLANNED.search(sentence.text):
            continue
        message = _t("报告写的是 %(year)s 年，这里却是 %(other)s 年") % {"year": year, "other": found[1]}
        yield Finding("R10", "warning", *found.span(), found[0], message, "", 0.7)
