"""Totals behind their parts: 春季27.1万元、秋季26.9万元,全年54万元; 大班4个、中班5个,共9个."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from shuyuan.proofread import numerals
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.complete import between, labelled, nearly
from shuyuan.proofread.relations import SUM, Relation, tolerance
from shuyuan.proofread.text import Sentence

_TOTAL = re.compile(r"(?:全年|合计|共计|总计|累计|总共|一共|共有?|两项合计|总数|总额|全部)[^，,；;。\d]{0,8}$")
_MOST_PARTS = 40


_NUMBERED = re.compile(r"(?P<n>[两二三四五六七八九十])[项类者种部]+分?[^，,；;。\d]{0,4}(?:共计|合计|总计|共)$")
"""…,三项共计3436人: how many it adds up is said."""


def of(sentence: Sentence, claims: Sequence[Claim], wholes: set[int]) -> Iterator[Relation]:
    """春季27.1万元313人、秋季26.9万元306人,全年54万元619人: the whole comes last, for each unit."""
    for place, whole in enumerate(claims):
        if whole.number in wholes or place < 2:
            continue
        start = whole.start - sentence.start
        head = sentence.plain[max(start - 14, 0) : start]
        sibling = claims[place - 1]
        joined = len(between(sentence, sibling, whole).strip("、，,和")) == 0 and sibling.base != whole.base
        if not _TOTAL.search(head) and not (joined and _TOTAL.search(_before(sentence, sibling))):
            continue
        parts = [one for one in claims[:place] if one.base == whole.base and one.depth == whole.depth]
        parts = [one for one in parts if one.number not in wholes][-_MOST_PARTS:]
        if direct := _summed_up(sentence, claims, place):
            yield direct
            continue
        if len(parts) < 2:
            continue
        numbered = _NUMBERED.search(head) or (joined and _NUMBERED.search(_before(sentence, sibling)))
        several = numerals.hanzi(numbered["n"]) if numbered else None
        listed = parts[-several:] if several and several > 1 else []
        if several and len(listed) == several and all(one.unit == whole.unit for one in listed):
            total = sum((one.amount for one in listed), Decimal(0))
            yield Relation(
                SUM, whole, tuple(listed), abs(total - whole.amount) <= tolerance([whole, *listed]), total, 0.85
            )
            continue
        # 初中毕业生402人,考入高中178人、职校193人,合计升学371人: what is more than the total stands before its parts.
        larger = [n for n, one in enumerate(parts) if one.amount > whole.amount and one.unit == whole.unit]
        if (
            larger
            and len(parts) - larger[-1] > 2
            and not nearly(whole, parts, sum((one.amount for one in parts), Decimal(0)))
        ):
            parts = parts[larger[-1] + 1 :]
        total = sum((one.amount for one in parts), Decimal(0))
        holds = abs(total - whole.amount) <= tolerance([whole, *parts])
        if holds or labelled(parts) or nearly(whole, parts, total):
            sure = 0.95 if labelled(parts) == 2 else 0.85 if nearly(whole, parts, total) else 0.4
            if holds or sure >= 0.5:
                yield Relation(SUM, whole, tuple(parts), holds, total, sure, why="total")


_ALTOGETHER = re.compile(r"\s?[，,]?\s?(?:总共|共计|合计|总计|一共|共)")


def _before(sentence: Sentence, claim: Claim) -> str:
    start = claim.start - sentence.start
    return sentence.plain[max(start - 14, 0) : start]


def _summed_up(sentence: Sentence, claims: Sequence[Claim], place: int) -> Relation | None:
    """大班4个、中班5个、小班5个,共14个: what stands right before the total, in its unit, is what it sums up."""
    whole = claims[place]
    if whole.approximate or not _ALTOGETHER.fullmatch(between(sentence, claims[place - 1], whole)):
        return None
    parts: list[Claim] = []
    marks: list[str] = []
    for one in reversed(claims[:place]):
        gap = between(sentence, one, parts[-1]) if parts else ""
        if one.unit != whole.unit or one.depth != whole.depth or len(gap) > 24 or re.search(r"[；;。]|其中", gap):
            break
        marks += [gap.strip()[:1]] if parts else []
        parts.append(one)
    alike = next((n for n, mark in enumerate(marks) if mark != marks[0]), len(marks)) + 1
    for length in range(alike, len(parts) + 1):  # what other marks part may be of the list, and may not
        total = sum((one.amount for one in parts[:length]), Decimal(0))
        if length > 1 and total == whole.amount:
            return Relation(SUM, whole, tuple(reversed(parts[:length])), True, total, why="total")
    listed = parts[:alike]
    if len(listed) < 2 or any(one.approximate for one in listed):
        return None
    total = sum((one.amount for one in listed), Decimal(0))
    return Relation(SUM, whole, tuple(reversed(listed)), False, total, 0.8, why="total")


def twin(sentence: Sentence, first: Claim, second: Claim) -> bool:
    """27.1万元313人: nothing parts the two."""
    return not re.search(r"[，,；;、]", between(sentence, first, second))
