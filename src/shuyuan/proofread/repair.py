"""Repairs of a sum that does not add up: which one number, changed by which slip of the pen, makes it right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shuyuan.proofread import numerals, units
from shuyuan.proofread.claims import Claim

LIKELY = {"unit": 0.95, "digit": 0.8, "swap": 0.75, "lost": 0.7, "point": 0.7, "other": 0.3}
_UNITS = {
    "元": ("万元", "亿元"),
    "万元": ("元", "亿元"),
    "亿元": ("万元",),
    "平方米": ("万平方米",),
    "万平方米": ("平方米",),
}


@dataclass(frozen=True, slots=True)
class Repair:
    """`claim` would be right if it read `text` (digits and unit)."""

    claim: Claim
    value_text: str
    unit: str
    slip: str

    @property
    def text(self) -> str:
        return self.value_text + self.unit

    @property
    def likely(self) -> float:
        return LIKELY[self.slip]


def of_sum(whole: Claim, parts: Sequence[Claim]) -> list[Repair]:
    """Every repair by one number, the likeliest first."""
    total = sum((one.amount for one in parts), Decimal(0))
    wanted = [(whole, total), *((one, one.amount + whole.amount - total) for one in parts)]
    found = [repair for claim, amount in wanted if (repair := _one(claim, amount))]
    return sorted(found, key=lambda one: -one.likely)


def of_value(claim: Claim, value: Decimal) -> Repair:
    """The claim with another value, however it came about."""
    text = numerals.like(value, claim.value_text)
    return Repair(claim, text, claim.unit, slip(claim.value_text, text))


def _one(claim: Claim, amount: Decimal) -> Repair | None:
    if amount <= 0 or claim.value == amount:
        return None
    for unit in _UNITS.get(claim.unit, ()):
        if claim.value * units.factor(unit) == amount:
            return Repair(claim, claim.value_text, unit, "unit")
    value = amount / units.factor(claim.unit)
    if value != value.quantize(Decimal("0.0001")) or (
        "." not in claim.value_text and value % 1 and claim.unit[-1:] in "人名所个次"
    ):
        return None
    return of_value(claim, value)


def slip(old: str, new: str) -> str:
    """How a number may have become another: one digit, two swapped, one lost or added, the point moved."""
    old, new = old.replace(",", ""), new.replace(",", "")
    if len(old) == len(new):
        off = [place for place in range(len(old)) if old[place] != new[place]]
        if len(off) == 1:
            return "digit"
        if len(off) == 2 and off[1] == off[0] + 1 and old[off[0]] == new[off[1]] and old[off[1]] == new[off[0]]:
            return "swap"
    longer, shorter = sorted((old, new), key=len, reverse=True)
    if len(longer) == len(shorter) + 1 and any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer))):
        return "point" if "." in longer and "." not in shorter else "lost"
    if old.replace(".", "").strip("0") == new.replace(".", "").strip("0"):
        return "point"
    return "other"
