"""How the claims of a text hang together: sums, parts, ratios, growth, differences, lists and titles that count.

A figure is a string: 61.4 stands for all that rounds to it. A relation says whether it holds, what was computed, and
how sure it is that the relation was meant at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shuyuan.proofread import numerals, units
from shuyuan.proofread.claims import Claim, Read

SUM, PART, PARTIAL = "sum-of", "part-of", "partial-sum-of"


@dataclass(frozen=True, slots=True)
class Relation:
    """`claim` stands to `others` as `type` says: it is the sum of them, a part of them, grew from them …"""

    type: str
    claim: Claim
    others: tuple[Claim, ...]
    holds: bool
    computed: Decimal
    """What the others make of it, in the base unit of the claim (percent for ratios, items for lists)."""
    sure: float = 1.0
    """How sure it is that the sentence means this relation; below 0.5 nothing is made of its not holding."""
    listed: int | None = None
    why: str = ""
    """What makes it sure: cue, partition, same (numbers beside it add up), close."""


def slack(claim: Claim) -> Decimal:
    """Half of what the last digit stands for; a rounded or qualified number may be off by more."""
    if not claim.value:
        return Decimal(0)
    exact = numerals.step(claim.value_text) * units.factor(claim.unit)
    if claim.approximate:
        digits = claim.value_text.replace(",", "").partition(".")[0]
        zeros = len(digits) - len(digits.rstrip("0")) if "." not in claim.value_text else 0
        return exact * Decimal(10) ** min(zeros, 4)
    scale, _ = units.split(claim.unit)
    return exact / 2 if scale > 1 or "." in claim.value_text or claim.kind in ("percent", "points") else Decimal(0)


def tolerance(claims: Sequence[Claim]) -> Decimal:
    """How far a sum of rounded numbers may be off; whole numbers of one unit must add up exactly."""
    steps = {numerals.step(claim.value_text) * units.factor(claim.unit) for claim in claims if claim.value}
    if not any(claim.approximate for claim in claims):
        if len(steps) < 2 and units.split(claims[0].unit)[0] == 1:
            return Decimal(0)
        if all(claim.unit == claims[0].unit for claim in claims) and claims[0].unit in ("万元", "亿元"):
            # Amounts in 万元 are book amounts: the finest of them is how exact all of them are meant.
            finest = sum(numerals.step(one.value_text) * units.factor(one.unit) == min(steps) for one in claims)
            if len(steps) < 2 or finest * 2 >= len(claims):
                return min(steps) * (len(claims) if len(steps) > 1 else 1) / 2
            return sum((slack(claim) for claim in claims), Decimal(0))
    return sum((slack(claim) for claim in claims), Decimal(0))


def rounds_to(printed: Claim, value: Decimal) -> bool:
    """Whether the value, rounded or cut off, may be printed like this."""
    step = numerals.step(printed.value_text)
    if printed.approximate:
        return abs(printed.value - value) <= max(step, abs(value) * Decimal("0.05"))
    return abs(printed.value - value) <= step / 2 + Decimal("1e-9") or (0 <= value - printed.value < step)


def ratio_range(part: Claim, whole: Claim, printed: Claim) -> bool:
    """Whether some true values behind two rounded numbers have the printed ratio (in percent)."""
    low = max(whole.amount - slack(whole), Decimal(1) / 10**6)
    most = (part.amount + slack(part)) * 100 / low
    least = (part.amount - slack(part)) * 100 / (whole.amount + slack(whole) or Decimal(1))
    step = numerals.step(printed.value_text)
    value = part.amount * 100 / (whole.amount or Decimal(1))
    return rounds_to(printed, value) or least - step / 2 <= printed.value <= most + step / 2


def relations(read: Read) -> list[Relation]:
    """All relations of a text, sentence by sentence."""
    from shuyuan.proofread import across, changes, lists, named, sums

    found: list[Relation] = []
    for index, (sentence, claims) in enumerate(zip(read.sentences, read.claims, strict=True)):
        found += sums.of(sentence, claims)
        near = [one for of_one in read.claims[max(index - 2, 0) : index] for one in of_one]
        found += changes.of(sentence, claims) or named.of(sentence, claims, near)
        found += lists.of(sentence, claims)
    longer = across.of(read, found)
    wholes = {one.claim.number for one in longer}
    return [*(one for one in found if not _outdone(one, wholes)), *longer]


def _outdone(one: Relation, wholes: set[int]) -> bool:
    """Part of a sum that more than one sentence makes up."""
    return (one.type == PART and one.others[0].number in wholes) or (one.type == PARTIAL and one.claim.number in wholes)


def taking_part(found: Sequence[Relation]) -> Iterator[int]:
    """The numbers of the claims that stand in a relation."""
    for relation in found:
        yield relation.claim.number
        yield from (other.number for other in relation.others)
