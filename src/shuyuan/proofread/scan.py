"""Numbers in a sentence, each with its unit; dates, document numbers, editions, codes and names are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from shuyuan.proofread import numerals, tables, units
from shuyuan.proofread.numerals import HANZI

_ONE = "[一二三四五六七八九]"
_DIGIT = "[〇○零一二三四五六七八九]"
_N = rf"(?:\d{{1,4}}|[{HANZI}]{{1,6}})"
_YEAR = rf"(?:(?:19|20)\d\d|[一二]{_DIGIT}{{3}})"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_TO = r"\s?[-–—~～至到、－]{1,2}\s?"
_START = r"(?:^|(?<=[。；;：:，,、！？\s]))"

# What is no claim; each is taken out before numbers are looked for. None nests a repetition in a repetition.
_LEFT_OUT = re.compile(
    "|".join(
        (
            r"《[^《》\n]{1,120}》",
            r"(?<!\d)(?:19|20)\d\d[./-]" + _MONTH + r"(?:[./-]" + _DAY + r")?"
            r"(?![\d.%百千万亿元人所个名位平公亩册台套件处项户次米吨辆间座栋幢])",
            rf"(?<!\d){_YEAR}(?:{_TO}{_YEAR})?\s?(?:学年|财年|年)(?:度|代|初|底|末)?(?:{_TO}{_MONTH}月)?",
            rf"(?<!\d)(?:19|20)\d\d{_TO}(?:19|20)\d\d(?![\d元人所个万亿%])",
            r"(?<!\d)(?:19|20)\d\d[届级](?!别)",
            rf"(?<![\d.]){_MONTH}(?:月?{_TO}{_MONTH})?月份?(?:{_DAY}(?:日?{_TO}{_DAY})?[日号])?",
            rf"(?<![\d.]){_DAY}(?:日?{_TO}{_DAY})?日(?!均)",
            r"(?<![\d.])(?:[01]?\d|2[0-4])[:：]\d\d(?=[-—~至到分,，。]|开始|前|后)",
            r"(?:十[一二]?|[一二三四五六七八九])月(?:份|底|初|中旬|上旬|下旬)?(?:[一二三]?十?[一二三四五六七八九]?[日号])?",
            r"(?:\d0|[一二三四五六七八九]十)年代",
            rf"(?<![{HANZI}])(?:十[一二三四五六]|[一二三四五六七八九])五(?=[”’」]|规划|期间|时期|以来|末|中期|教育|开局|收官)",
            r"[〔\[［(（【](?:19|20)\d\d[〕\]］)）】]\s?第?\d{1,5}号?",
            r"第?\d{1,5}号(?:令|文|文件|公告|通知|楼|线|路)?",
            rf"第{_N}(?:届|条|款|章|节|号|期|批|轮|季度|学期|次|代|产业|课堂|中学|小学|幼儿园|实验|高级|职业|人民医院|阶段|"
            rf"类|集团|书记|线|时间|要务|责任人|方|步|层|五个)?",
            rf"{_N}届(?:人大|政协|党代会|人民代表大会|委员会|[^，。；\d]{{0,6}}?)(?:第)?{_N}次(?=会议|全会|全体|大会)|{_N}届(?=[一二三四五六七八九]中|历次)|{_ONE}届{_N}次|{_ONE}届{_ONE}中全会|党的[二]?十{_ONE}?[大届]|[一二三]?十?{_ONE}[大届](?=精神|报告|召开|以来|[一二三四五六七]中)",
            rf"(?<![{HANZI}\d])(?:{_ONE}|二?十{_ONE}?)(?=中(?![小学专队])|小(?![学时组])|幼(?!儿))",
            rf"{_N}年级|[高初][一二三](?=[班组部年学])|{_N}年(?=制|一贯制|义务教育|行动|规划|计划|提升|攻坚|发展规划)",
            rf"[{HANZI}]{{1,6}}(?=星级|等奖|等功|级[以甲乙丙及运公职教医])|[{HANZI}]级",
            rf"[{HANZI}]{{1,6}}年(?:来|内|间|前|后|期)?",
            r"[一二三]本(?=[率线上达院批]|以上|录取)",
            rf"{_START}[{HANZI}]{{1,3}}[是要](?!否)|{_START}其[一二三四五六]",
            rf"^\s*(?:[{HANZI}]{{1,3}}[、.．]|\d{{1,2}}[.．、](?!\d)|[（(]{_N}[）)]|\d{{1,2}}[)）])",
            r"[①-⓿]",
            # A letter at the digits makes a code of them (K12, A4, 5G, PM2.5); 1+X, 5+2, 3.0版 are names.
            r"[A-Za-z][A-Za-z-]*\d+(?:\.\d+)?(?:[A-Za-z]\d*)*",
            r"(?<![\d.])\d(?:[DGX](?![A-Za-z])|A+级)",
            r"(?<![\d.])\d{1,2}(?:\+(?:\d{1,2}|[A-Z]))+",
            r"(?<![\d.])\d\.0(?=版|时代|工程|项目)",
            r"(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)",
            rf"(?<![{HANZI}])一(?![{HANZI}])[\u4e00-\u9fff]一(?![{HANZI}])[\u4e00-\u9fff]",
            rf"[{HANZI}]个[{HANZI}](?=[”’」])",
            r"(?:https?://|www\.)[\w./?=&%#:-]+",
        )
    )
)
_BEFORE = (
    r"(?P<before>不少于|不低于|不超过|大约|接近|超过|高达|不足|不到|至少|最多|最高|最低|突破|将近|"
    r"约|近|超|逾|仅|满|达到|达)?"
)
_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|(?<!\d )\d{1,3}(?: \d{3})+(?![\d. ])|"
    r"(?<=[\u4e00-\u9fff])\d+\. \d+|\d+(?:\.\d+)?)"
)
"""Yearbooks part thousands by blanks (22 172人), scanned pages put one behind the point (3. 1平方米)."""
_AFTER = r"(?P<after>及以上|及以下|以上|以下|以内|左右|上下)?"
_COUNTING = "平方米|百分点|方面|人次|[所个处家项座栋幢间条篇件份例宗笔台套辆册本次场期轮户名人位枚类种大门]"
_COUNTING += "|[支队组校园班届部亩乡镇村]"


@tables.derived
def _numbers() -> re.Pattern[str]:
    some = "[多余几]"
    return re.compile(
        rf"{_BEFORE}\s?(?:"
        rf"(?P<ratio>(?<![\d.]){_NUMBER}(?:\s?:\s?{_NUMBER}){{1,4}}(?![\d.]))"
        rf"|(?P<fraction>(?<![\d./])\d{{1,3}}/[1-9]\d{{0,2}}(?![\d/.]))"
        rf"|(?<![\d.])(?P<yi>\d+)亿零?(?P<wan>\d{{1,4}})(?P<money>万元)"
        rf"|(?<![\d.A-Za-z])(?P<low>{_NUMBER})(?:%?\s?[-–—~～至到]\s?(?P<high>{_NUMBER}))?\s?"
        rf"(?P<some>{some}|左右)?(?P<scale>万亿|百万|千万|[十百千万亿])?(?P<more>{some})?\s?(?P<unit>{units.pattern()})?"
        rf"(?:(?<=元)(?P<second>{units.measures()}))?"
        rf"|(?P<part>[{HANZI}]{{1,4}}分之[{HANZI}点]{{1,6}})"
        rf"|(?P<every>每[年月周天日季]度?(?:召开|举行|开展|组织)?)一(?P<once>次)"
        rf"|(?P<crown>[{HANZI}]{{1,2}})连(?:冠|胜|捷)"
        rf"|(?<![{HANZI}\d第每这那某同另任])(?P<hanzi>[{HANZI}几数]{{1,16}}?)(?P<odd>[多余])?(?P<measure>{_COUNTING})"
        rf"){_AFTER}"
    )


@tables.derived
def _fixed() -> re.Pattern[str]:
    words = [word for row in tables.rows("names", "fixed") for word in row["words"]]
    return re.compile("|".join(map(_apart, sorted(words, key=len, reverse=True))))


def _apart(word: str) -> str:
    """万一 stands in 一万一千 and 十分 in 二十分 without being there."""
    before = rf"(?<![{HANZI}])" if word[0] in HANZI else ""
    behind = rf"(?![{HANZI}])" if all(character in HANZI for character in word) else ""
    return before + re.escape(word) + behind


_RANK = re.compile(
    rf"(?:全[国省市县区校系]|位[居列]|居|列|名列|进入|跻身|排名|排在)[^，,。；;\d]{{0,8}}?前(\d{{1,3}}|[{HANZI}]{{1,3}})[名位强]?(?!个)|"
    rf"(?:位居|位列|名列|排名|排在|居|列|获|总分|成绩|全[国省市县区]|并列)[^，,。；;\d]{{0,8}}?第(\d{{1,3}}|[{HANZI}]{{1,3}})[名位]?"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands at `start:end` of the sentence, unit and qualifiers included."""

    start: int
    end: int
    value: Decimal
    value_text: str
    unit: str
    kind: str
    qualifier: str = ""
    printed_unit: str = ""
    """What stands there when it is no unit: 万元平方米."""
    upper: Decimal | None = None
    """The other end of a range."""
    at: int = 0
    """Where the digits themselves begin; their length is that of `value_text`."""


def left_out(plain: str) -> list[tuple[int, int]]:
    """What is no claim: dates, document numbers, editions, enumerations, codes, names."""
    found = [match.span() for match in _LEFT_OUT.finditer(plain) if not _a_ratio(match, plain)]
    return sorted([*found, *(match.span() for match in _fixed().finditer(plain))])


_RATIO_OF = re.compile(r"比[^，,。；;、\d]{0,6}$")


def _a_ratio(match: re.Match[str], plain: str) -> bool:
    """师生比为1:10 is no time of day."""
    return ":" in match[0] and bool(_RATIO_OF.search(plain[max(match.start() - 8, 0) : match.start()]))


def numbers(plain: str) -> list[Number]:
    """The numeric claims of a sentence in half-width signs, in reading order."""
    return [one for one in _all(plain) if one.unit or one.kind in ("percent", "rank")]


def bare(plain: str) -> list[Number]:
    """Numbers in Arabic digits without a unit: no claims, but a unit may have been lost."""
    return [one for one in _all(plain) if not one.unit and one.kind == "count"]


_SHARED = frozenset(("percent", "points", "money", "area"))
"""分别提高2.16和1.66个百分点: the unit stands at the last and is that of all."""


def _all(plain: str) -> Iterator[Number]:
    ranks = [(match.start(1 if match[1] else 2), match) for match in _RANK.finditer(plain)]
    hidden = left_out(plain)
    masked = plain
    if hidden:
        pieces, last = [], 0
        for start, end in hidden:
            if end > last:
                start = max(start, last)
                pieces += [plain[last:start], "\ufffd" * (end - start)]
                last = end
        masked = "".join([*pieces, plain[last:]])
    found = [number for match in _numbers().finditer(masked) if (number := _number(match, masked))]
    for at, match in ranks:
        value = Decimal(said) if (said := match[1] or match[2]).isdigit() else numerals.hanzi(said)
        if value:
            found = [one for one in found if not at <= one.at < match.end()]
            found.append(Number(at - 1, match.end(), Decimal(value), said, "名", "rank", at=at))
    found = [replace(one, kind="percent") if _coefficient(one, plain) else one for one in found]
    found.sort(key=lambda number: number.start)
    for place in range(len(found) - 2, -1, -1):
        one, following = found[place], found[place + 1]
        joined = re.fullmatch(r"\s?[、和及]\s?", plain[one.end : following.start])
        shared = not one.unit or (one.unit == "个" and following.unit == "个百分点")  # 高4.1个和2.7个百分点
        if shared and one.kind == "count" and joined and following.kind in _SHARED:
            found[place] = replace(one, unit=following.unit, kind=following.kind)
    yield from found


_OF_ONE = re.compile(r"(?:系数|指数)[^，,。；;\d]{0,8}(?:[\d.]+[、和及][\d.、和及]*)?$")


def _coefficient(one: Number, plain: str) -> bool:
    """差异系数分别为0.412和0.365: numbers that have no unit by nature."""
    bare = not one.unit and one.kind == "count" and "." in one.value_text
    return bare and bool(_OF_ONE.search(plain[max(one.at - 40, 0) : one.at]))


def _number(match: re.Match[str], plain: str) -> Number | None:
    given = {name: text for name, text in match.groupdict().items() if text}
    qualifier = "".join(given.get(name, "") for name in ("before", "some", "more", "odd", "after"))
    start, end = match.span()
    if "ratio" in given:
        text = given["ratio"].replace(" ", "")
        left, right = (numerals.arabic(side) for side in text.split(":")[:2])
        value = left / right if right else left
        return Number(start, end, value, text, "", "percent", qualifier, at=match.start("ratio"))
    if "fraction" in given:
        part, _, whole = given["fraction"].partition("/")
        value = Decimal(part) * 100 / Decimal(whole)
        return Number(start, end, value, given["fraction"], "", "percent", qualifier, at=match.start("fraction"))
    if "yi" in given:
        text = f"{given['yi']}亿{given['wan']}万"
        value = Decimal(given["yi"]) * 10**8 + Decimal(given["wan"]) * 10**4
        return Number(start, end, value, text, "元", "money", qualifier, at=match.start("yi"))
    if "low" in given:
        return _arabic(match, given, qualifier, plain)
    if "part" in given:
        whole, _, part = given["part"].partition("分之")
        of, parts = (100 if whole == "百" else numerals.hanzi(whole)), numerals.hanzi(part.split("点")[0])
        if not of or parts is None:
            return None
        value = Decimal(parts) * 100 / of
        return Number(start, end, value, given["part"], "", "percent", qualifier, at=match.start("part"))
    if "once" in given:
        return Number(match.start("once") - 1, end, Decimal(1), "一", "次", "count", at=match.start("once") - 1)
    if "crown" in given:
        times = numerals.hanzi(given["crown"])
        name = match[0][len(given["crown"]) :]
        return Number(start, end, Decimal(times), given["crown"], name, "count", at=start) if times else None
    return _hanzi(match, given, qualifier, plain)


def _arabic(match: re.Match[str], given: dict[str, str], qualifier: str, plain: str) -> Number | None:
    start, end = match.span()
    name, scale = given.get("unit", ""), given.get("scale", "")
    unit = scale + name
    if name in {"类", "级", "档", "班"} and plain[end : end + 1].isdigit():
        return None  # a label: 1类1534人
    if "second" in given:
        unit = scale + given["second"]
    printed = scale + name + given.get("second", "")
    kind = units.kind(unit) if unit else "count"
    upper = numerals.arabic(given["high"]) if "high" in given else None
    low = numerals.arabic(given["low"])
    if upper is not None and upper <= low:
        upper = None
    return Number(
        *(start, end, low, given["low"], unit, kind, qualifier),
        *(printed if printed != unit else "", upper, match.start("low")),
    )


def _hanzi(match: re.Match[str], given: dict[str, str], qualifier: str, plain: str) -> Number | None:
    """Hanzi count before a measure word; 一 there is an article (一个), and 两项附加1409万元 a name."""
    text, unit = given["hanzi"], given["measure"]
    start, end = match.span()
    exact = text.replace("几", "").replace("数", "")
    value = numerals.hanzi(exact) if exact else None
    if value is None or value < 2 or re.match(r"[\u4e00-\u9fff]{0,6}\d", plain[end : end + 7]):
        return None
    if exact != text:
        qualifier += "几"
    if exact[0] in "百千万亿" and not qualifier:
        return None  # 百所名校, 千名教师访万家: a manner of speaking
    return Number(start, end, Decimal(value), text, unit, units.kind(unit), qualifier, at=match.start("hanzi"))
