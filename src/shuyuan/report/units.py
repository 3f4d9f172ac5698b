"""Units beside numbers in prose: 万元 into 亿元, and a unit that is printed twice or is not the figure's."""

from __future__ import annotations

import re
from decimal import Decimal

_FACTORS = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "亿": 10**8}
_SCALED = re.compile(r"(百万|[十百千万亿])?(.+)")
# What is measured, not counted: beside these a wrong unit is always a mistake.
_MEASURED = "平方公里|平方千米|平方米|立方米|公里|千米|公顷|个百分点|百分点|人次|元|亩|吨"
_BEHIND = re.compile(rf"\s*((?:百万|[十百千万亿])?(?:{_MEASURED})|[万亿](?=人|册|台|名|份|件)[人册台名份件]|[%％])")
# Words that begin with a measure word: {{ 家访 }}家长 says nothing twice.
_WORDS = re.compile(
    "个(?:体|人|别|性|案)|家(?:长|庭|校|访|人|属|政|电)|人(?:员|民|才|数|均|口|事|文|工|大|士|生|群|次|身|民)|"
    "所(?:有|属|在|需|以|长|得)|项目|名(?:师|校|单|优|额|称|誉|牌|次|录)|件(?:数|套)|部(?:门|分|署|委)|本(?:科|市|县|区|"
    "省|地|年|校|次|级|着|土|领|职)|条(?:件|例|款)|座(?:谈|位|椅)|场(?:地|馆|所|次)|次数|篇幅|级别|位(?:于|置|次|列)|台(?:式|"
    "账|阶)|期(?:间|末|初|中|满|刊|限)|分(?:别|析|数|类|期|为|布|配|解|级|散|校|管|层|批)|届(?:满|时)|门(?:类|诊|户|卫)|套(?:餐|房)|"
    "组(?:织|成|建|长)|元(?:旦|素|件)|年(?:度|级|均|末|初|底|终|内|轻|龄|前)|天(?:然|文|津)|张(?:贴)|支(?:持|出|部|教|付|援|撑)|"
    "班(?:级|主任|子|额)|校(?:长|园|舍|车|本|友|企|内|外|际)|段(?:落)|周(?:期|末|边)|月(?:度|底|末)|册(?:数|子)|处(?:理|分|罚|置)"
)


def factor(unit: str) -> tuple[Decimal, str]:
    """How many base units one of `unit` is, and the base unit: 万元 → 10000, 元."""
    match = _SCALED.fullmatch(unit)
    if match is None or len(unit) < 2:
        return Decimal(1), unit
    return Decimal(_FACTORS[match[1] or ""]), match[2]


def converted(value: Decimal, unit: str, into: str) -> Decimal | None:
    """The same quantity in another unit; None where one cannot become the other."""
    (has, base), (wants, other) = factor(unit), factor(into)
    return value * has / wants if base == other else None


def twice(unit: str, following: str) -> str:
    """What stands behind a number that is printed with its unit and is a unit again; "" when nothing does."""
    if match := _BEHIND.match(following):
        return match[1]
    counted = unit and following.startswith(unit) and not _WORDS.match(following)
    return unit if counted else ""


def other(unit: str, following: str) -> str:
    """The unit that stands behind a bare number and is not its own; "" when there is none, or it is right."""
    match = _BEHIND.match(following)
    if match is None or _WORDS.match(following):
        return ""
    stated = "%" if match[1] == "％" else match[1].replace("个百分点", "百分点")
    return "" if stated == unit.replace("个百分点", "百分点") else match[1]
