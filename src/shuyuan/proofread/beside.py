"""What adds up beside a sum: the money beside the people, the next column of a list, what brackets say of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from shuyuan.proofread.claims import Claim
from shuyuan.proofread.complete import between
from shuyuan.proofread.relations import PART, SUM, Relation, tolerance
from shuyuan.proofread.text import Sentence


def of(sentence: Sentence, claims: Sequence[Claim], found: list[Relation]) -> list[Relation]:
    """47.3万元1534人,其中1类1534人45.1万元: where the people add up, their money must too."""
    more: list[Relation] = []
    for one in found:
        single = one.type == PART and one.claim.amount == one.others[0].amount
        if one.type != SUM and not single:
            continue
        whole, parts = (one.others[0], (one.claim,)) if single else (one.claim, one.others)
        if single:
            more.append(Relation(SUM, whole, parts, True, whole.amount))
        if not one.holds:
            continue
        beside = [_companion(sentence, claims, each) for each in (whole, *parts)]
        if beside[0] is None and all(beside[1:]):  # 培训32期,学员4120人次,其中班主任6期720人次…
            beside[0] = _neighbour(claims, whole, beside[1])
        if any(each is None for each in beside):
            beside = _followers(sentence, claims, (whole, *parts))
        if any(each is None for each in beside):
            beside = _followers(sentence, claims, (whole, *parts), -1)
        if any(each is None for each in beside):
            continue
        other, *others = [each for each in beside if each]
        if len({each.base for each in (other, *others)}) > 1 or other.number in {
            r.claim.number for r in found if r.type == SUM
        }:
            continue
        if single or len(others) == len(parts):
            total = sum((each.amount for each in others), Decimal(0))
            holds = abs(total - other.amount) <= tolerance([other, *others])
            more.append(Relation(SUM, other, tuple(others), holds, total, 0.9, why="same"))
    more += _in_brackets(sentence, claims, found)
    singles = {one.claim.number for one in found if one.type == PART and one.claim.amount == one.others[0].amount}
    settled = {(one.claim.number, part.number) for one in more for part in one.others}
    kept = [
        one
        for one in found
        if not (
            one.type == PART and (one.claim.number in singles or (one.others[0].number, one.claim.number) in settled)
        )
    ]
    return [*kept, *more]


def _neighbour(claims: Sequence[Claim], whole: Claim, like: Claim | None) -> Claim | None:
    """The claim right before or behind a whole that is in the unit of what stands beside its parts."""
    place = claims.index(whole)
    near = [claims[at] for at in (place - 1, place + 1) if 0 <= at < len(claims)]
    alike = (one for one in near if like and one.base == like.base and one.depth == whole.depth)
    return next((one for one in alike if one.amount >= (like.amount if like else 0)), None)


def _followers(sentence: Sentence, claims: Sequence[Claim], of: Sequence[Claim], step: int = 1) -> list[Claim | None]:
    """小学312所,学生91635人;初中32所,学生44949人: what follows each of them (or leads to it) under one name."""
    found: list[Claim | None] = []
    names = []
    for each in of:
        place = claims.index(each) + step
        other = claims[place] if 0 <= place < len(claims) else None
        words = between(sentence, *sorted((each, other), key=lambda one: one.start)) if other else ""
        said = re.fullmatch(r"[，,]([\u4e00-\u9fff]{2,6})", words.strip())
        found.append(other if other and said and other.base != each.base and other.depth == each.depth else None)
        names.append(said[1] if said else "")
    return found if len(of) > 2 and len(set(names[1:])) == 1 else [None]


def _in_brackets(sentence: Sentence, claims: Sequence[Claim], found: Sequence[Relation]) -> Iterator[Relation]:
    """教职工90人(专任80人),其中小学60人(专任55人),初中30人(专任25人): what the brackets say adds up too."""
    for one in found:
        if one.type != SUM or not one.holds or len(one.others) < 2:
            continue
        said = [_bracketed(sentence, claims, each) for each in (one.claim, *one.others)]
        if any(each is None for each in said):
            continue
        whole, *parts = [each for each in said if each]
        if len({each.subject for each in parts}) > 1:
            continue
        if whole.subject == parts[0].subject and len({each.base for each in (whole, *parts)}) == 1:
            total = sum((each.amount for each in parts), Decimal(0))
            holds = abs(total - whole.amount) <= tolerance([whole, *parts])
            yield Relation(SUM, whole, tuple(parts), holds, total, 0.85, why="same")


def _bracketed(sentence: Sentence, claims: Sequence[Claim], claim: Claim) -> Claim | None:
    """The one claim in the bracket right behind this one."""
    place = claims.index(claim)
    inside = [one for one in claims[place + 1 : place + 3] if one.depth == claim.depth + 1]
    near = inside and inside[0] is claims[place + 1] and between(sentence, claim, inside[0])[:1] == "("
    alone = len(inside) == 1 or (near and ")" in between(sentence, inside[0], inside[1]))
    return inside[0] if near and alone else None


def _companion(sentence: Sentence, claims: Sequence[Claim], claim: Claim) -> Claim | None:
    """The claim of another unit that stands right beside this one: 47.3万元 at 1534人."""
    place = claims.index(claim)
    for step in (1, -1):
        if 0 <= place + step < len(claims):
            first, second = sorted((claim, claims[place + step]), key=lambda one: one.start)
            other = claims[place + step]
            if other.base != claim.base and other.depth == claim.depth and not between(sentence, first, second).strip():
                return other
    return None
