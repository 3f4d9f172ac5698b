"""Repairs of a sum that does not add up: which one number, changed by which slip of the pen, makes it right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from shuyuan.proofread import numerals, units
from shuyuan.proofread.claims import Claim

ODDS = {"unit": 60.0, "digit": 10.0, "swap": 8.0, "lost": 4.0, "point": 6.0, "other": 0.6}
"""How often a number is wrong in each way, against each other: counted on damaged copies (docs/proofreading.md)."""
COPIED = 12.0
"""A number that stands twice among those that should add up: one of the two was copied."""
_UNITS = {"元": ("万元", "亿元"), "万元": ("元", "亿元"), "亿元": ("万元",)}


@dataclass(frozen=True, slots=True)
class Repair:
    """`claim` would be right if it read `text` (digits and unit)."""

    claim: Claim
    value_text: str
    unit: str
    slip: str
    odds: float

    @property
    def text(self) -> str:
        return self.value_text + self.unit


def of_sum(whole: Claim, parts: Sequence[Claim]) -> list[Repair]:
    """Every repair by one number, the likeliest first."""
    total = sum((one.amount for one in parts), Decimal(0))
    wanted = [(whole, total), *((one, one.amount + whole.amount - total) for one in parts)]
    found = [repair for claim, amount in wanted if (repair := _one(claim, amount))]
    twice = {text for text, times in Counter(one.value_text for one in (whole, *parts)).items() if times > 1}
    weighed = [
        replace(one, odds=one.odds + COPIED) if one.claim.value_text in twice and one.slip != "unit" else one
        for one in found
    ]
    return sorted(weighed, key=lambda one: -one.odds)


def of_ratio(printed: Claim, right: str, ends: Sequence[Claim], fits: Callable[[Claim, Claim], bool]) -> list[Repair]:
    """The printed percentage as it should be, or one digit of a number it was made of; *fits* tries a number.

    What was printed is wrong by one slip of the pen, or one of the numbers behind it is: chance seldom makes both so.
    """
    places = len(printed.value_text.partition(".")[2])
    as_exact = f"{numerals.arabic(right).quantize(Decimal(1).scaleb(-places)):f}"
    found = [replace(of_text(printed, right), odds=ODDS[slip(printed.value_text, as_exact)] * 2)]
    for claim in ends:
        fitting = [unit for unit in _other_units(claim.unit) if fits(claim, replace(claim, unit=unit))]
        found += [Repair(claim, claim.value_text, unit, "unit", ODDS["unit"]) for unit in fitting]
        if sum(map(str.isdigit, printed.value_text)) < 3:
            continue  # 63% comes about by many numbers
        near = [one for one in _neighbours(claim.value_text) if fits(claim, replace(claim, value=numerals.arabic(one)))]
        found += [Repair(claim, text, claim.unit, "digit", ODDS["digit"] / len(near)) for text in near]
    return sorted(found, key=lambda one: -one.odds)


def one_slip_off(claim: Claim) -> Iterator[Claim]:
    """The claim as it was if one slip of the pen made it what it is."""
    for text in _neighbours(claim.value_text):
        yield replace(claim, value=numerals.arabic(text), value_text=text)


def _neighbours(text: str) -> Iterator[str]:
    """The number with one digit changed, or two neighbours swapped."""
    for place in range(len(text) - 1):
        one, other = text[place], text[place + 1]
        if one.isdigit() and other.isdigit() and one != other and not (place == 0 and other == "0"):
            yield text[:place] + other + one + text[place + 2 :]
    for place, digit in enumerate(text):
        if digit.isdigit():
            for other in "0123456789":
                if other != digit and not (other == "0" and place == 0):
                    yield text[:place] + other + text[place + 1 :]


def of_text(claim: Claim, text: str) -> Repair:
    way = slip(claim.value_text, text)
    return Repair(claim, text, claim.unit, way, ODDS[way])


def _other_units(unit: str) -> tuple[str, ...]:
    """What the unit may have been: money in 元, 万元 or 亿元, anything else with or without its 万."""
    return _UNITS.get(unit) or ((unit[1:],) if unit.startswith("万") else (f"万{unit}",) if unit else ())


def of_value(claim: Claim, value: Decimal) -> Repair:
    """The claim with another value, however it came about."""
    return of_text(claim, numerals.like(value, claim.value_text))


def _one(claim: Claim, amount: Decimal) -> Repair | None:
    if amount <= 0 or claim.value == amount:
        return None
    for unit in _other_units(claim.unit):
        if claim.value * units.factor(unit) == amount:
            return Repair(claim, claim.value_text, unit, "unit", ODDS["unit"])
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
        if len(off) == 2 and old[off[0]] == new[off[1]] and old[off[1]] == new[off[0]]:
            return "swap"
    longer, shorter = sorted((old, new), key=len, reverse=True)
    if len(longer) == len(shorter) + 1 and any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer))):
        return "point" if "." in longer and "." not in shorter else "lost"
    if old.replace(".", "").strip("0") == new.replace(".", "").strip("0"):
        return "point"
    return "other"
