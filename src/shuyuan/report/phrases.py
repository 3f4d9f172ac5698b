"""How a figure reads in Chinese prose: what `{{ name }}` and `{{ name | filter }}` print."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Protocol

from shuyuan.report import numerals
from shuyuan.report.words import say as _t

UNKNOWN = "—"


class Printed(Protocol):
    """A figure ready to be printed."""

    @property
    def name(self) -> str: ...  # "debt.relieved"
    @property
    def title(self) -> str: ...  # "化解学校债务"
    @property
    def display(self) -> str: ...  # "近700万元"; UNKNOWN when not known
    @property
    def number(self) -> str: ...  # "700"
    @property
    def unit(self) -> str: ...  # "万元"
    @property
    def url(self) -> str: ...  # absolute or relative, may be empty
    @property
    def note(self) -> str: ...  # source, definition and last year's value in one line


class PhraseError(ValueError):
    """A figure that cannot be printed as the template asks; the message names it and the cure."""


def display(figure: Printed) -> str:
    """近700万元: qualifier, number and unit."""
    return figure.display


def number(figure: Printed) -> str:
    """700: the number alone, where the prose has its own unit."""
    return figure.number


def plain(figure: Printed) -> str:
    """700万元: without the qualifier, where the prose has its own (将近、不少于)."""
    return figure.number + figure.unit


def chinese(figure: Printed) -> str:
    """五: the number in hanzi, as in 第五届."""
    return numerals.to_chinese(_whole(figure, "chinese"))


def counted(figure: Printed) -> str:
    """两项: number and unit in hanzi, as one counts things."""
    return numerals.to_chinese(_whole(figure, "counted"), counting=True) + figure.unit


def change(figure: Printed) -> str:
    """提高3分, 下降3分, 持平: a change says its direction; prose never prints 提高-3分."""
    value = _decimal(figure, "change")
    if value == 0:
        return "持平"
    return ("提高" if value > 0 else "下降") + figure.number.lstrip("+-−") + figure.unit


FILTERS: dict[str, Callable[[Printed], str]] = {
    "number": number,
    "plain": plain,
    "chinese": chinese,
    "counted": counted,
    "change": change,
}


def phrase(figure: Printed, filter_name: str = "") -> str:
    """What a placeholder prints; a figure that is not known prints UNKNOWN under every filter."""
    if figure.display == UNKNOWN:
        return UNKNOWN
    return FILTERS[filter_name](figure) if filter_name else figure.display


def _decimal(figure: Printed, filter_name: str) -> Decimal:
    try:
        return Decimal(figure.number.replace(",", "").replace("−", "-"))
    except InvalidOperation:
        raise PhraseError(
            _t("指标「%(title)s」（%(name)s）的值是『%(value)s』，不是数字，不能用 %(filter)s。请写成 {{ %(name)s }}。")
            % {"title": figure.title, "name": figure.name, "value": figure.number, "filter": filter_name}
        ) from None


def _whole(figure: Printed, filter_name: str) -> int:
    value = _decimal(figure, filter_name)
    if value != value.to_integral_value():
        raise PhraseError(
            _t(
                "指标「%(title)s」（%(name)s）的值是『%(value)s』，不是整数，"
                "不能用 %(filter)s 写成汉字。请写成 {{ %(name)s }}。"
            )
            % {"title": figure.title, "name": figure.name, "value": figure.number, "filter": filter_name}
        )
    return int(value)
