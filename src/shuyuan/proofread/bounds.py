"""R2, R3, R6–R8, R12, R19, R23: percentages and points within bounds, magnitudes among siblings, units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from statistics import median

from shuyuan.proofread import numerals, scan, tables, units
from shuyuan.proofread.arithmetic import at, shown
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.findings import Case, Finding, rule
from shuyuan.proofread.words import say as _t

_GROWN = re.compile(
    r"(?:增长|增加|增幅|提高|上升|同比|增速|增|翻|涨|扩大|是[^，,。]{0,10}的|相当于|超额|超出)(?!到|至)[^，,。；;到至]{0,6}$"
)
_MAY_PASS = re.compile(
    r"(?:预算|计划|目标|任务|定额|上年|去年|同期)[^，,。]{0,4}的|增长率|增幅|完成率|执行率|达成率|进度|完成|投资|报名率|投档|超员|负债率|到位率"
)
_GROSS = re.compile(r"毛入[学园]率")
_SHARE = re.compile(r"率|占|比例|比重|覆盖|受教育面|满意|合格|达标|普及|优秀|及格")
_FELL = re.compile(r"(?:下降|减少|降低|回落)了?$")


_ROW = re.compile(r"([^，,。；;、%]{0,16})(?:\d[\d.]*%[、，,和及])+$")
"""增长544.4%、199.2%: what is said of the first in a row is said of all."""


@rule("R2", "error", "百分比不超出 0—100")
def percentages(case: Case) -> Iterator[Finding]:
    yield from _structures(case)
    for claim in case.claims:
        if claim.unit != "%":
            continue
        case.check("R2", claim)
        before = case.before(claim)
        clause = before[max(before.rfind(mark) for mark in "，,。；;、") + 1 :]
        most = Decimal(160) if _GROSS.search(clause) else Decimal(100)
        top = max(claim.value, claim.upper or claim.value)
        if top <= most:
            continue
        if run := _ROW.search(case.before(claim, 60)):
            clause = run[1] + clause
        fell = _FELL.search(clause)
        if not fell and _GROWN.search(clause) and top < 1000:
            continue
        if not fell and "占" not in clause and _MAY_PASS.search(clause) and top <= 300:
            continue
        share = bool(_SHARE.search(clause) or fell)
        message = _t("%(said)s超出 100%%") % {"said": shown(claim)}
        yield at(
            case, "R2", "error" if share else "warning", claim, message, _pointed(claim, most), 0.95 if share else 0.6
        )


_INDUSTRY = re.compile(r"第[一二三]产业[^，,；;。%]{0,24}(?:比重|占比|占)[^，,；;。%]{0,14}$")
_STRUCTURE = re.compile(r"产业[^，,；;。\d]{0,12}$|构成[^，,；;。\d]{0,8}$")


def _structures(case: Case) -> Iterator[Finding]:
    """三次产业结构比为25.7:26.8:47.5: the three are a hundred together."""
    for claims in case.read.claims:
        shares = [one for one in claims if one.unit == "%" and _INDUSTRY.search(case.before(one, 50))]
        rows: list[tuple[Claim, list[Decimal], list[Claim]]] = (
            [(shares[-1], [one.value for one in shares], shares)] if len(shares) == 3 else []
        )
        for one in claims:
            if one.value_text.count(":") == 2 and _STRUCTURE.search(case.before(one, 20)):
                three = [numerals.arabic(text) for text in one.value_text.split(":")]
                rows += [(one, three, [one])]
        for place, values, members in rows:
            case.check("R2", *members)
            total = sum(values, Decimal(0))
            if abs(total - 100) > Decimal("0.3") and abs(total - 10) > Decimal("0.3"):
                message = _t("各占之和是%(sum)s，不是 100") % {"sum": f"{total:f}"}
                yield at(case, "R2", "error", place, message, "", 0.85)


def _pointed(claim: Claim, most: Decimal) -> str:
    """964% was 96.4% once: the point that got lost."""
    digits = claim.value_text.replace(",", "").replace(".", "")
    if "." in claim.value_text:
        return ""
    return f"{digits[:2]}.{digits[2:]}{claim.unit}" if len(digits) > 2 and not digits.startswith("1") else ""


@rule("R3", "error", "百分点的变化不超过 100")
def points(case: Case) -> Iterator[Finding]:
    for claim in case.claims:
        if claim.kind == "points":
            case.check("R3", claim)
            if claim.value > 100:
                digits = claim.value_text
                message = _t("变化不可能有%(said)s") % {"said": shown(claim)}
                suggestion = f"{digits[:-2]}.{digits[-2:]}{claim.unit}" if digits.isdigit() and len(digits) == 3 else ""
                yield at(case, "R3", "error", claim, message, suggestion, 0.95)


_MOST_SIBLINGS = 40


@rule("R6", "warning", "并列的数字数量级相当")
def siblings(case: Case) -> Iterator[Finding]:
    """分别为38万元、41万元、39617万元: one of a run is a hundred times the others, and they are all alike."""
    for claims in case.read.claims:
        run: list[Claim] = []
        for claim in [*claims, None]:
            joined = run and claim and claim.unit == run[0].unit and claim.kind not in ("percent", "points", "rank")
            if joined and claim and case.text[run[-1].end : claim.start].strip() in ("、", "，", ",", "和", "及"):
                run.append(claim)
                continue
            yield from _outlier(case, run)
            run = [claim] if claim else []


def _outlier(case: Case, run: list[Claim]) -> Iterator[Finding]:
    if not 3 <= len(run) <= _MOST_SIBLINGS:
        return
    case.check("R6", *run)
    for place, claim in enumerate(run):
        others = [one.amount for number, one in enumerate(run) if number != place]
        middle = Decimal(median(others))
        if min(others) <= 0 or max(others) > min(others) * 5 or not claim.amount:
            continue
        times = max(claim.amount / middle, middle / claim.amount)
        if times >= (500 if _named_apart(case, run) else 50):
            message = _t("与并列的数字相差约 %(times)s 倍") % {"times": f"{times:.0f}"}
            sure = 0.85 if times >= 100 else 0.7
            yield at(case, "R6", "error" if times >= 100 else "warning", claim, message, _scaled(claim, middle), sure)


def _named_apart(case: Case, run: list[Claim]) -> bool:
    """水果、蔬菜、茶叶产量分别达…: each is of another thing, and need not be like the others."""
    head = re.split(r"[，,。；;：:]", case.before(run[0], 60))[-1]
    return "分别" in head and len(re.split(r"[、和及与]", head)) >= len(run)


def _scaled(claim: Claim, middle: Decimal) -> str:
    """The same digits with the point where the siblings have theirs, or without the digits that were appended."""
    digits = claim.value_text.replace(",", "").replace(".", "")
    wanted = middle / units.factor(claim.unit)
    for length in range(1, len(digits)):
        value = Decimal(digits[:length])
        if wanted / 5 <= value <= wanted * 5:
            return digits[:length] + claim.unit
    return ""


_RATE = re.compile(
    r"(?:率|比例|比重|占比|覆盖面|满意度|占[^，,。；;\d]{0,12})(?:达到|达|为|是|提高到|稳定在|超过|近|约)?$"
)
_AREA = re.compile(r"(?:占地面积?|建筑面积|面积|绿化|占地|校舍)(?:达到|达|为|约|共|共计|近|超过)?$")
_NEEDS_UNIT = re.compile(r"(?:投资|投入|资金|经费|发放|拨付|支出|贷款|捐款|补助)(?:达到|达|为|约|共|共计|近|超过)?$")
_ENDS = re.compile(r"^\s?(?:[，,。；;)]|、(?!\s?\d)|$)")


_REACHED = re.compile(
    r"(?:率|比例|比重|任务|计划|预算|总数|总量|人数)(?:\[\d+\])?(?:的|达到|达|为|是|至|到|提高到|上升到|提升到|下降到|增长)$|"
    r"(?:增长|下降|提高|上升|降低|减少|回落)了?$"
)
_OF_WHOLE = re.compile(r"占.{0,22}的$|(?:增长|下降|提高|上升|增幅|降幅)[了达为]?$")
_GROUP = re.compile(r"(?:学校|学生|教师|幼儿|儿童|少年|班级|校园|中小学|小学|初中|高中|幼儿园|单位|家长|家庭|村|镇)$")
_INSTEAD = re.compile(r"[线路强号届级年月日后版点分工校中高热联]")
_WHOLE_THINGS = frozenset("人名位所家户栋幢座台辆")
_AVERAGE = re.compile(r"均|每|师生比|生师比|比例|比|班额|率|拥有量|密度")


@rule("R7", "error", "数字带单位")
def lost_units(case: Case) -> Iterator[Finding]:
    """寄宿制学校96配齐生活老师: a number in the middle of words, without a unit; half a person lost its 万."""
    for start, end, text, before, after in _bare(case):
        if _among_percentages(text, before, after):
            yield Finding("R7", "error", start, end, text, _t("比率没有单位"), f"{text}%", 0.85)
            continue
        beside = bool(re.search(r"\d%[^，,。；;%]{0,14}[、，,]?[^，,。；;%]{0,14}$", before))
        if re.match(r"、\s?\d", after):
            continue  # 分别提高15、22个百分点: the unit stands at the last of the row
        if "." in text and re.match(r"(?:提高|上升|增长|下降|降低|回落)了?\d[\d.]*个?百分点", after):
            yield Finding("R7", "error", start, end, text, _t("比率没有单位"), f"{text}%", 0.9)
            continue
        decimal = "." in text and bool(_ENDS.match(after))
        share = bool(_RATE.search(before)) or (decimal and bool(_REACHED.search(before)))
        share = share or (bool(_OF_WHOLE.search(before)) and bool(_ENDS.match(after)))
        share = share or (decimal and beside and bool(re.search(r"(?:达到|达|为|升到|提高到)$", before)))
        if share and 0 < _value(text) <= (160 if _GROSS.search(before) else 100):
            yield Finding("R7", "error", start, end, text, _t("比率没有单位"), f"{text}%", 0.9)
        elif _NEEDS_UNIT.search(before) and _ENDS.match(after):
            yield Finding("R7", "error", start, end, text, _t("金额没有单位"), f"{text}万元", 0.85)
        elif _GROUP.search(before) and re.match(r"[\u4e00-\u9fff]", after) and not _INSTEAD.match(after):
            right = f"{text}%" if len(text) <= 5 and 10 <= _value(text) <= 100 else ""
            yield Finding("R7", "warning", start, end, text, _t("数字后面没有单位"), right, 0.65)
    for claim in case.claims:
        average = _AVERAGE.search(re.split(r"[。；;]", case.before(claim, 40))[-1]) or case.after(claim, 1) == "/"
        if claim.unit in _WHOLE_THINGS and "." in claim.value_text and not average:
            case.check("R7", claim)
            right = f"{claim.value_text}万{claim.unit}"
            yield at(case, "R7", "error", claim, _t("%(said)s不是整数") % {"said": shown(claim)}, right, 0.9)


def _among_percentages(text: str, before: str, after: str) -> bool:
    """…94.18%,体育器械达标学校97.74,音乐器材达标学校97.51%: as exact as the percentages before and behind it."""
    places = text.partition(".")[2]
    if not places or not re.match(r"\s?[，,、和及；;。]", after):
        return False
    exact = rf"(?:\d\.\d{{{len(places)}}}|100)%"
    first = re.search(rf"{exact}[，,、和及；;][^，,、；;。\d]{{0,16}}$", before)
    second = re.match(rf"\s?[，,、和及；;][^，,、；;。\d]{{0,16}}\d*{exact}", after)
    ends = re.match(r"\s?[。；;]|$", after)
    return bool((first and (second or ends)) or (second and len(re.findall(exact, after)) > 1))


@rule("R8", "error", "面积带单位")
def areas(case: Case) -> Iterator[Finding]:
    for start, end, text, before, after in _bare(case):
        if _AREA.search(before) and not re.match(r"[\u4e00-\u9fff]", after):
            yield Finding("R8", "error", start, end, text, _t("面积没有单位"), f"{text}平方米", 0.9)
    for claim in case.claims:
        if claim.kind != "area":
            continue
        case.check("R8", claim)
        if claim.printed_unit:
            message = _t("「%(unit)s」是两个单位") % {"unit": claim.printed_unit}
            yield at(case, "R8", "error", claim, message, claim.value_text + claim.unit, 0.95)
        elif units.split(claim.unit)[1] == "方米":
            right = claim.unit.replace("方米", "平方米")
            yield at(case, "R8", "hint", claim, _t("面积单位应写平方米"), claim.value_text + right, 0.9)


def _value(text: str) -> Decimal:
    return numerals.arabic(text.translate(numerals.FULL_WIDTH))


def _bare(case: Case) -> Iterator[tuple[int, int, str, str, str]]:
    for sentence in case.read.sentences:
        for one in scan.bare(sentence.plain):
            end = one.at + len(one.value_text)
            if one.end > end or (
                one.value_text.startswith("0") and len(one.value_text) > 1 and "." not in one.value_text
            ):
                continue
            if len(one.value_text) == 4 and 1949 <= one.value <= 2060:
                continue  # a year without its 年
            before, after = sentence.plain[max(one.at - 24, 0) : one.at], sentence.plain[end : end + 48]
            start = sentence.start + one.at
            yield start, sentence.start + end, case.text[start : sentence.start + end], before, after


@tables.derived
def _classifiers() -> dict[str, tuple[str, ...]]:
    return {noun: tuple(row["measures"]) for row in tables.rows("classifiers", "noun") for noun in row["nouns"]}


@tables.derived
def _nouns() -> re.Pattern[str]:
    nouns = sorted(_classifiers(), key=len, reverse=True)
    return re.compile(
        rf"(?:[\u4e00-\u9fff]{{0,4}}?)({'|'.join(map(re.escape, nouns))})(?=[，,。；;、：:（()和及与等\n]|$)"
    )


_AMOUNTS = frozenset(("瓦", "伏", "千瓦时", "公斤", "吨", "米", "立方米", "标箱"))
"""500千伏工程: how strong, heavy or long a thing is, says a unit before it."""


@rule("R12", "warning", "量词与名词相配", needs="D")
def classifiers(case: Case) -> Iterator[Finding]:
    for claim in case.claims:
        if claim.kind not in ("count", "person-times") or not claim.unit:
            continue
        unit = units.split(claim.unit)[1]
        counts = unit and unit not in ("人次", "次") and units.base(unit) not in _AMOUNTS
        found = _nouns().match(case.after(claim, 12)) if counts else None
        if not found or unit == "大" or (unit in ("人", "名", "位") and found.start(1) > 0) or "的" in found[0]:
            continue
        case.check("R12", claim)
        right = _classifiers()[found[1]]
        if unit not in right:
            start = claim.end - len(unit)
            told = _t("「%(noun)s」不论%(unit)s，论%(right)s；也可能少了名词")
            message = told % {"noun": found[1], "unit": unit, "right": _t("、").join(right)}
            suggestion = case.text[claim.digits : start] + right[0]
            yield at(case, "R12", "warning", claim, message, suggestion, 0.8)


@rule("R19", "warning", "人次不作覆盖面的依据")
def coverage(case: Case) -> Iterator[Finding]:
    """心理辅导4.6万人次,覆盖面达72%: a share needs persons."""
    for claims in case.read.claims:
        times = [claim for claim in claims if claim.unit.endswith("人次")]
        for claim in claims:
            if claim.unit == "%" and re.search(
                r"(?:覆盖|受教育面|受益面|参与率|普及率|参训率|培训率)[^，,。；;]{0,6}$", case.before(claim)
            ):
                near = [
                    one for one in times if one.start < claim.start and "；" not in case.text[one.end : claim.start]
                ]
                persons = [
                    one for one in claims if near and near[-1].start < one.start < claim.start and one.base == "人"
                ]
                if near and not persons and len(case.text[near[-1].end : claim.start]) <= 24:
                    case.check("R19", claim)
                    own = len(re.split(r"[，,。；;]", case.before(claim, 24))[-1]) > 8  # it names whom it is a share of
                    told = _t("前面是%(times)s，人次有重复，算不出覆盖面；应写人数")
                    message = told % {"times": shown(near[-1])}
                    yield at(case, "R19", "hint" if own else "warning", claim, message, "", 0.5 if own else 0.85)


_NO_NUMBER = re.compile(
    r"(?:面积|占地|投资|投入|资金|经费|支出|贷款|捐款|校舍|绿地|绿化|新增|新建|合计|共计|总计|累计|达到|达|约)"
    r"(万?(?:平方米|平米|亿元|万元|㎡|公顷)|亿元|万元|元|万人次|亩)(?=[，,。；;、）)]|$)"
)


@rule("R23", "error", "单位前有数字")
def lost_numbers(case: Case) -> Iterator[Finding]:
    for sentence in case.read.sentences:
        for found in _NO_NUMBER.finditer(sentence.plain):
            if (
                re.search(r"单位\s?[:：]?[^，,。；;]{0,8}$", sentence.plain[: found.start(1)])
                or len(sentence.plain) < 9
            ):
                continue
            start, end = sentence.start + found.start(1), sentence.start + found.end(1)
            yield Finding("R23", "error", start, end, case.text[start:end], _t("单位前面没有数字"), "", 0.9)
