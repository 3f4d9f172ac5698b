"""Units and rounding: 万 and 亿 as factors, and the words Chinese prose puts before or after a rounded number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _t

from shuyuan.core.units import with_unit

FACTORS = {"亿": Decimal(10) ** 8, "万": Decimal(10) ** 4}
NEARLY = "近"
POINTS = "个百分点"


def factor(unit: str) -> Decimal:
    """How many base units one of `unit` is: 万元 → 10000, 亿元 → 10^8, 人 → 1."""
    return FACTORS.get(unit[:1], Decimal(1)) if len(unit) > 1 else Decimal(1)


def base(unit: str) -> str:
    """The unit without 万 or 亿."""
    return unit[1:] if factor(unit) != 1 else unit


def qualifier_words(qualifier: str) -> str:
    """The word for a rounded number, by itself."""
    return {"近": _t("近"), "超过": _t("超过"), "多": _t("多"), "余": _t("余")}.get(qualifier, qualifier)


@dataclass(frozen=True)
class Printed:
    """A number as it is printed: 近700万元 has number 700, unit 万元, qualifier 近."""

    number: Decimal
    qualifier: str = ""

    def text(self, unit: str, shown_in: str) -> str:
        """The number with its unit, in the unit of display."""
        number = self.number * factor(unit) / factor(shown_in)
        qualified = {
            "": "%(number)s",
            "近": _t("近%(number)s"),
            "超过": _t("超过%(number)s"),
            "多": _t("%(number)s多"),
            "余": _t("%(number)s余"),
        }.get(self.qualifier, f"{self.qualifier}%(number)s")
        return with_unit(qualified % {"number": plain(number)}, shown_in, number)


def printed(exact: Decimal, *, decimals: int, step: Decimal | None, over: str) -> Printed:
    """Round to the nearest `step` saying on which side the exact value lies, or to `decimals` places.

    A value smaller than one step (a single school's part of a county's 近700万元) is printed to two places instead.

    >>> printed(Decimal("698.3"), decimals=0, step=Decimal(100), over="多")
    Printed(number=Decimal('700'), qualifier='近')
    """
    if step is None or abs(exact) < step:
        places = decimals if step is None else max(decimals, 2)
        return Printed(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    number = (exact / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    return Printed(number, "" if number == exact else NEARLY if exact < number else over)


def shorter(number: Decimal) -> Decimal:
    """The same number without idle zeros: 395.00 → 395."""
    return Decimal(plain(number))


def plain(number: Decimal) -> str:
    """Digits without exponent or idle zeros: 1160000 → 1160000, 1.1600 → 1.16."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
