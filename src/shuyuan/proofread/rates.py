"""Rates by their names: 参考2976人,上线2321人,上线率78%; and what a share makes of two numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from shuyuan.proofread import numerals, repair
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.relations import Relation, ratio_range
from shuyuan.proofread.text import Sentence

RATIO = "ratio-of"
COUNTED = ("count", "money", "area", "person-times")


def ratio(printed: Claim, part: Claim, whole: Claim, sure: float) -> Relation:
    computed = part.amount * 100 / whole.amount if whole.amount else Decimal(0)
    return Relation(RATIO, printed, (part, whole), ratio_range(part, whole, printed), computed, sure, why="cue")


_RATE_OF = re.compile(r"([\u4e00-\u9fff]{2,4})(?:率|进度)[为达是]?到?\s?$")


_SAME = {"合格", "及格", "达标"}
"""及格以上2316人,合格率96.5%."""


def of(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[Relation]:
    """参考2976人,上线2321人,上线率78%: the rate is of the claim that bears its name, against one before it."""
    for place in range(2, len(claims)):
        rate = claims[place]
        named = _RATE_OF.search(sentence.plain[max(rate.start - sentence.start - 10, 0) : rate.start - sentence.start])
        if rate.unit != "%" or not named:
            continue
        stems = {named[1][-2:], named[1][:2], named[1][0] + "入"}
        stems |= _SAME if stems & _SAME else set()
        near = [one for one in reversed(claims[max(place - 4, 0) : place]) if _bears(sentence, one, stems)]
        pairs = [
            (part, whole)
            for part in near
            for whole in reversed(claims[: part.number - claims[0].number])
            if whole.unit == part.unit or (whole.base == part.base != "个")
        ]
        if fitting := next((pair for pair in pairs if ratio_range(*pair, rate)), None):
            yield ratio(rate, *fitting, 1.0)
        elif near_miss := next((pair for pair in pairs if slipped(rate, *pair)), None):
            yield ratio(rate, *near_miss, 0.8)
        elif (
            len(pairs) == 1
            and near[0] is claims[place - 1]
            and pairs[0][1].number >= near[0].number - 3
            and (pairs[0][0].amount <= pairs[0][1].amount)
        ):
            yield ratio(rate, *pairs[0], 0.7)


_NOT_YET = re.compile(r"正在|未|待|尚|不")


def _bears(sentence: Sentence, claim: Claim, stems: set[str]) -> bool:
    """已整改312处 bears the name of 整改率, 正在整改45处 does not; of 1026人,就业985人 only the second is 就业."""
    start, end = claim.start - sentence.start, claim.end - sentence.start
    before = re.split(r"[，,；;。、]", sentence.plain[max(start - 12, 0) : start])[-1]
    words = before + re.split(r"[，,；;。、]", sentence.plain[end : end + 8])[0]
    return claim.kind in COUNTED and any(stem in words for stem in stems) and not _NOT_YET.search(before)


def slipped(rate: Claim, part: Claim, whole: Claim, *, close: bool = False) -> bool:
    """One slip of the pen away from what the two make."""
    vague = part.approximate or whole.approximate or rate.approximate or rate.value == 100
    if vague or sum(map(str.isdigit, rate.value_text)) < 3 or not whole.amount:
        return False
    adjacent = close or (whole.number == part.number - 1 and whole.unit == part.unit)
    if (len(rate.value_text) > 4 or adjacent) and (
        any(ratio_range(one, whole, rate) for one in repair.one_slip_off(part))
        or any(ratio_range(part, one, rate) for one in repair.one_slip_off(whole))
    ):
        return True
    right = numerals.like(round(part.amount * 100 / whole.amount, _decimals(rate)), rate.value_text)
    return repair.slip(rate.value_text, right) in ("digit", "swap")


def _decimals(claim: Claim) -> int:
    return len(claim.value_text.partition(".")[2])
