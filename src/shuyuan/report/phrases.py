"""How a figure reads in Chinese prose: what `{{ name }}` and `{{ name | filter }}` print."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Protocol

from shuyuan.proofread.words import say as _t
from shuyuan.report import grammar, numerals, units
from shuyuan.report.grammar import Call

UNKNOWN = "—"
NOBODY = "无"
MOST_PLACES = 6
MOST_NAMES = 10_000
MOST_SHOWN = 60  # characters of an example
_QUALIFIED = re.compile(r"([^\d−-]*)([−-]?[\d.,]+)([多余]?)")


@dataclass(frozen=True, slots=True)
class Item:
    """One name of a list, with what stands beside it: 河头小学（主体封顶）."""

    name: str
    beside: str = ""

    def __str__(self) -> str:
        return f"{self.name}（{self.beside}）" if self.beside else self.name


class Known(Protocol):
    """What a template has to know of a figure before anything is computed."""

    @property
    def title(self) -> str: ...  # "化解学校债务"
    @property
    def unit(self) -> str: ...  # "万元"
    @property
    def listed(self) -> bool: ...  # whether it is a list of names


class Printed(Known, Protocol):
    """A figure ready to be printed."""

    @property
    def name(self) -> str: ...  # "debt.relieved"
    @property
    def display(self) -> str: ...  # "近700万元"; UNKNOWN when not known
    @property
    def number(self) -> str: ...  # "700"
    @property
    def exact(self) -> Decimal | None: ...  # what the records give, in `unit`; None when not known
    @property
    def items(self) -> tuple[Item, ...]: ...  # the names of a list
    @property
    def earlier(self) -> Printed | None: ...  # last year's
    @property
    def url(self) -> str: ...  # absolute or relative, may be empty
    @property
    def note(self) -> str: ...  # source, definition and last year's value in one line
    def at(self, organisation: str) -> Printed | None: ...  # one organisation's part; None for no such organisation


class PhraseError(ValueError):
    """A figure that cannot be printed as the template asks: what is wrong, and the cure."""

    def __init__(self, fault: str, cure: str) -> None:
        self.fault, self.cure = fault, cure
        super().__init__(_t("%(fault)s。%(cure)s") % {"fault": fault, "cure": cure})


def number(figure: Printed, unit: str = "", places: str = "") -> str:
    """700: the number alone, where the prose has its own unit; number(亿元) is the number in that unit."""
    return _in(figure, unit, places)[1] if unit else figure.number


def plain(figure: Printed) -> str:
    """700万元: without the qualifier, where the prose has its own (将近、不少于)."""
    return figure.number + figure.unit


def within(figure: Printed, unit: str, places: str = "") -> str:
    """近0.07亿元: in another unit, as exact as it was, or rounded to so many places."""
    before, text, after = _in(figure, unit, places)
    return f"{before}{text}{after}{unit}"


def places(figure: Printed, count: str) -> str:
    """12.3%: rounded from the exact value to so many places, those at the end kept."""
    exact = _decimal(figure, "places") if figure.exact is None else figure.exact
    return _rounded(exact, _count(count, "places", MOST_PLACES), idle=True) + figure.unit


def chinese(figure: Printed) -> str:
    """五: the number in hanzi, as in 第五届."""
    return _hanzi(figure, "chinese")


def counted(figure: Printed) -> str:
    """两项: number and unit in hanzi, as one counts things."""
    return _hanzi(figure, "counted", counting=True) + figure.unit


def change(figure: Printed) -> str:
    """提高3分, 下降3分, 持平: a change says its direction; prose never prints 提高-3分."""
    value = _decimal(figure, "change")
    if value == 0:
        return "持平"
    return ("提高" if value > 0 else "下降") + figure.number.lstrip("+-−") + figure.unit


def last_year(figure: Printed, written: str = "") -> str:
    """2150万元: last year's value of the same figure; last_year(number) prints it as number does."""
    return phrase(figure.earlier, written) if figure.earlier else UNKNOWN


def than_last_year(figure: Printed) -> str:
    """增加485万元, 减少3所, 提高2.1个百分点, 持平: against last year, from the numbers that are printed."""
    earlier = _earlier(figure)
    if earlier is None:
        return UNKNOWN
    difference = _decimal(figure, "than_last_year") - _decimal(earlier, "than_last_year")
    if difference == 0:
        return "持平"
    share = figure.unit in ("%", "个百分点", "分")
    words = ("提高", "下降") if share else ("增加", "减少")
    unit = "个百分点" if figure.unit == "%" else figure.unit
    return words[difference < 0] + _plain(abs(difference)) + unit


def growth(figure: Printed, count: str = "1") -> str:
    """增长22.6%, 下降3.1%, 持平: in percent of last year's exact value."""
    earlier, digits = _earlier(figure), _count(count, "growth", MOST_PLACES)
    if earlier is None or not earlier.exact or figure.exact is None:
        return UNKNOWN
    text = _rounded(abs(figure.exact - earlier.exact) / abs(earlier.exact) * 100, digits)
    return "持平" if text == "0" else ("增长" if figure.exact > earlier.exact else "下降") + text + "%"


def at(figure: Printed, organisation: str, written: str = "") -> str:
    """120人: one school's part of the figure; at(河头小学, number) prints that part as number does."""
    part = figure.at(organisation)
    if part is None:
        told = _t("指标「%(title)s」不能用 at：没有叫『%(organisation)s』的单位")
        raise PhraseError(told % {"title": figure.title, "organisation": organisation}, _t("请核对单位的全称。"))
    return phrase(part, written)


def some(figure: Printed, count: str) -> str:
    """甲、乙、丙等: the first names of a list, ended by 等 when there are more."""
    if not figure.items:
        return NOBODY
    most = _count(count, "some", MOST_NAMES)
    return "、".join(map(str, figure.items[:most])) + ("等" if len(figure.items) > most else "")


def listed(figure: Printed, noun: str = "", count: str = "") -> str:
    """7个工程：甲（主体封顶）、乙（竣工）: how many, of what, and the names."""
    head = f"{figure.number}{figure.unit}{noun}"
    return f"{head}：{some(figure, count or str(MOST_NAMES))}" if figure.items else head


def item(figure: Printed, place: str, part: str = "") -> str:
    """甲（主体封顶）: the name at this place of a list; item(1, name) leaves out what stands beside it."""
    number = _count(place, "item", MOST_NAMES)
    if not 1 <= number <= len(figure.items):
        return UNKNOWN
    found = figure.items[number - 1]
    return {"name": found.name, "beside": found.beside or UNKNOWN, "number": str(number)}.get(part, str(found))


@dataclass(frozen=True, slots=True)
class Filter:
    """A way of printing: its name, the same in Chinese, what it does, and what it wants to be told."""

    name: str
    chinese: str
    print: Callable[..., str]
    example: str = ""
    """With arguments, as one writes it: some(3)."""
    needed: int = 0
    most: int = 0
    unit: bool = True
    """Whether it prints the figure's unit."""
    names: bool = False
    """Whether it is for lists of names only."""


FILTERS = {
    one.name: one
    for one in (
        Filter("number", "数字", number, most=2, unit=False),
        Filter("plain", "原数", plain),
        Filter("in", "折合", within, "in(亿元)", 1, 2),
        Filter("places", "小数", places, "places(1)", 1, 1),
        Filter("chinese", "汉字", chinese, unit=False),
        Filter("counted", "汉字计数", counted),
        Filter("change", "升降", change),
        Filter("last_year", "上年", last_year, most=1),
        Filter("than_last_year", "比上年", than_last_year),
        Filter("growth", "增长率", growth, most=1),
        Filter("at", "其中", at, "at(河头小学)", 1, 2),
        Filter("some", "前", some, "some(3)", 1, 1, unit=False, names=True),
        Filter("listed", "列举", listed, "listed(工程)", 0, 2, unit=False, names=True),
        Filter("item", "第", item, "item(1)", 1, 2, unit=False, names=True),
    )
}
_BY_ANY_NAME = FILTERS | {one.chinese: one for one in FILTERS.values()}


def find(name: str) -> Filter | None:
    """The filter of this name, English or Chinese."""
    return _BY_ANY_NAME.get(name)


_SUITED = {
    "change": ("个百分点",),
    "places": ("%",),
    "chinese": ("名", "位", "届"),
    "counted": ("项",),
    "listed": ("个",),
}
"""Units of figures that show a way of printing well; of the others it is 万元."""


def example(one: Filter, figure: Printed) -> Call | None:
    """How this way of printing is asked for with this figure; None where it would not show what it is for."""
    suited = figure.unit in _SUITED.get(one.name, ("万元",)) or (one.names and one.name not in _SUITED)
    if figure.listed != one.names or figure.display == UNKNOWN or not suited:
        return None
    written = {"in": "in(亿元)", "at": ""}.get(one.name, one.example or one.name)
    call = grammar.call(written.replace(one.name, one.chinese, 1)) if written else None
    return call if call and fault(figure, call) is None else None


def tried(figure: Printed, call: Call) -> str:
    """What it prints, or "" where it does not print anything worth showing."""
    try:
        printed = phrase(figure, call)
    except PhraseError:
        return ""
    return "" if UNKNOWN in printed or len(printed) > MOST_SHOWN else printed


def phrase(figure: Printed, written: str | Call = "") -> str:
    """What a placeholder prints; a figure that is not known prints UNKNOWN under every filter."""
    if figure.display == UNKNOWN:
        return UNKNOWN
    asked = grammar.call(written) if isinstance(written, str) and written else written
    if not isinstance(asked, Call) or not asked.name:
        return figure.display
    return _BY_ANY_NAME[asked.name].print(figure, *asked.arguments)


def fault(figure: Known, asked: Call) -> tuple[str, str] | None:
    """Why a figure cannot be printed so, and the cure; None when it can."""
    if not asked.name:
        return None
    chosen = find(asked.name)
    if chosen is None:
        known = _t("、").join(one.example or one.name for one in FILTERS.values())
        return _t("写法 %(name)s 不存在") % {"name": asked.name}, _t("可用：%(known)s。") % {"known": known}
    if not chosen.needed <= len(asked.arguments) <= chosen.most:
        if not chosen.most:
            told = _t("写法 %(name)s 后面不带括号") % {"name": asked.name}
        else:
            told = _t("写法 %(name)s 的括号里没有写对") % {"name": asked.name}
        return told, _t("请写成 %(example)s。") % {"example": chosen.example or chosen.name}
    if chosen.names and not figure.listed:
        told = _t("指标「%(title)s」不是名单，不能用 %(name)s")
        return told % {"title": figure.title, "name": asked.name}, _t("请选用名单指标。")
    in_unit = chosen.name in ("in", "number")
    if in_unit and asked.arguments and units.converted(Decimal(1), figure.unit, asked.arguments[0]) is None:
        error = _no_unit(figure, asked.arguments[0])
        return error.fault, error.cure
    inner = asked.arguments[chosen.needed :] if chosen.name in ("at", "last_year") else ()
    if inner and (find(inner[0]) is None or find(inner[0]) is chosen):
        return _t("写法 %(name)s 的括号里没有写对") % {"name": asked.name}, _t("请写成 %(example)s。") % {
            "example": f"{chosen.name}({', '.join([*asked.arguments[: chosen.needed], 'number'])})"
        }
    texts = ("at", "item", "last_year")
    counts = asked.arguments[in_unit or chosen.name == "listed" :] if chosen.name not in texts else ()
    try:
        for text in counts:
            _count(text, asked.name, MOST_NAMES if chosen.names else MOST_PLACES)
    except PhraseError as error:
        return error.fault, error.cure
    return None


def _no_unit(figure: Known, wanted: str) -> PhraseError:
    told = _t("指标「%(title)s」的单位是%(unit)s，不能折合成%(wanted)s")
    facts = {"title": figure.title, "unit": figure.unit or _t("（无）"), "wanted": wanted}
    return PhraseError(told % facts, _t("请换成同类的单位，或去掉括号。"))


def _in(figure: Printed, unit: str, wanted: str) -> tuple[str, str, str]:
    """Qualifier before, number and qualifier behind, in another unit."""
    match = _QUALIFIED.match(figure.display)
    before, after = (match[1], match[3]) if match else ("", "")
    if wanted:
        exact = _decimal(figure, "in") if figure.exact is None else figure.exact
        before = after = ""
    else:
        exact = _decimal(figure, "in")
    value = units.converted(exact, figure.unit, unit)
    if value is None:
        raise _no_unit(figure, unit)
    digits = _count(wanted, "in", MOST_PLACES) if wanted else None
    return before, _plain(value) if digits is None else _rounded(value, digits), after


def _earlier(figure: Printed) -> Printed | None:
    return None if figure.earlier is None or figure.earlier.display == UNKNOWN else figure.earlier


def _count(text: str, name: str, most: int) -> int:
    if text.isdecimal() and len(text) < 6 and int(text) <= most:
        return int(text)
    told = _t("写法 %(name)s 的括号里不能是『%(text)s』")
    cure = _t("请写不超过 %(most)s 的整数。")
    raise PhraseError(told % {"name": name, "text": text}, cure % {"most": most})


def _plain(value: Decimal) -> str:
    """Digits without exponent or idle zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _rounded(value: Decimal, digits: int, *, idle: bool = False) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded:f}" if idle else _plain(rounded)


def _decimal(figure: Printed, filter_name: str) -> Decimal:
    try:
        return Decimal(figure.number.replace(",", "").replace("−", "-"))
    except InvalidOperation:
        raise _cannot(figure, filter_name, _t("不是数字")) from None


def _cannot(figure: Printed, filter_name: str, why: str) -> PhraseError:
    told = _t("指标「%(title)s」（%(name)s）的值是『%(value)s』，%(why)s，不能用 %(filter)s")
    facts = {"title": figure.title, "name": figure.name, "value": figure.number, "why": why, "filter": filter_name}
    return PhraseError(told % facts, _t("请写成 {{ %(name)s }}。") % facts)


def _hanzi(figure: Printed, filter_name: str, *, counting: bool = False) -> str:
    value = _whole(figure, filter_name)
    try:
        return numerals.to_chinese(value, counting=counting)
    except ValueError as error:
        told = _t("指标「%(title)s」（%(name)s）不能用 %(filter)s：%(error)s")
        facts = {"title": figure.title, "name": figure.name, "filter": filter_name, "error": error}
        raise PhraseError(told % facts, _t("请写成 {{ %(name)s }}。") % facts) from None


def _whole(figure: Printed, filter_name: str) -> int:
    value = _decimal(figure, filter_name)
    if value != value.to_integral_value():
        raise _cannot(figure, filter_name, _t("不是整数"))
    return int(value)
