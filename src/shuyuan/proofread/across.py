"""Sums over several sentences: parts that go on behind a full stop, totals of what the section listed one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from shuyuan.proofread.claims import Claim, Read
from shuyuan.proofread.complete import bears, chance, labelled, nearly, partitions
from shuyuan.proofread.relations import PART, PARTIAL, SUM, Relation, tolerance
from shuyuan.proofread.sums import moves

_HEADS = (
    re.compile(r"在校生|在校学生|学生总?数|学生总人数|在园幼儿|在校幼儿|在园人数|在园儿童"),
    re.compile(r"专任教师"),
    re.compile(r"教职工"),
)
_TOTAL = re.compile(r"总|各级各类|合计|共计|一共|全[市县区州省]")
_FAR, _MOST = 40, 24
"""How many sentences a section holds, and how many parts a total."""
_HEADING = re.compile(r"^\s*[一二三四五六七八九十]{1,2}、[^，。；]{2,16}$")
_RARE = Decimal("0.03")


def of(read: Read, found: Sequence[Relation]) -> list[Relation]:
    """Sums whose parts stand in more than one sentence."""
    return [*_going_on(read, found), *_among(read, found), *_totals(read, found)]


_AMONG = re.compile(r"^(?P<name>[\u4e00-\u9fff]{2,10})[中里][，,:]")


def _among(read: Read, found: Sequence[Relation]) -> Iterator[Relation]:
    """…专任教师8126人。专任教师中,小学3068人,初中…: a sentence that begins with a whole named shortly before."""
    wholes = {one.claim.number for one in found if one.type == SUM}
    for index, sentence in enumerate(read.sentences):
        named = _AMONG.match(sentence.plain)
        if not named:
            continue
        near = [one for of_one in read.claims[max(index - 2, 0) : index] for one in of_one]
        near = [one for one in near if one.subject.endswith(named["name"]) and one.kind in ("count", "money", "area")]
        if not near or "\n" in read.text[near[-1].end : sentence.start]:
            continue
        whole = near[-1]
        parts = _row(read, index, whole)
        total = sum((one.amount for one in parts), Decimal(0))
        if len(parts) < 2 or whole.number in wholes:
            continue
        if abs(total - whole.amount) <= tolerance([whole, *parts]):
            yield Relation(SUM, whole, tuple(parts), True, total, why="cue")
        elif labelled(parts) == 2 or (nearly(whole, parts, total) and len(parts) > 2):
            yield Relation(SUM, whole, tuple(parts), False, total, 0.8, why="cue")


def _row(read: Read, index: int, whole: Claim) -> list[Claim]:
    """The claims that a sentence begins with, as long as they are in the unit of the whole."""
    parts: list[Claim] = []
    for one in read.claims[index]:
        gap = read.text[parts[-1].end : one.start] if parts else ""
        if one.unit != whole.unit or one.depth != whole.depth or re.search(r"[；;]|其中", gap):
            break
        parts.append(one)
    return parts


def _going_on(read: Read, found: Sequence[Relation]) -> Iterator[Relation]:
    """Of three classes two are said behind 其中, and the third in the next sentence."""
    for one in found:
        if one.type not in (PART, PARTIAL) or not one.holds:
            continue
        whole = one.others[0] if one.type == PART else one.claim
        parts = [one.claim] if one.type == PART else list(one.others)
        for labels, enough in partitions():
            named = {next((label for label in labels if bears(part.subject, label)), "") for part in parts}
            if "" in named or enough < 3:
                continue
            more = _following(read, whole, labels, named)
            together = [*parts, *more]
            total = sum((each.amount for each in together), Decimal(0))
            if more and abs(total - whole.amount) <= tolerance([whole, *together]):
                yield Relation(SUM, whole, tuple(together), True, total, why="cue")
            elif len(together) >= enough and more and nearly(whole, together, total, cue=False):
                yield Relation(SUM, whole, tuple(together), False, total, 0.8, why="cue")
            break


def _following(read: Read, whole: Claim, labels: Sequence[str], named: set[str]) -> list[Claim]:
    """Claims of the same unit with the labels still missing, in this sentence and the next of its paragraph."""
    found: list[Claim] = []
    for index in (whole.within, whole.within + 1):
        if index >= len(read.sentences) or "\n" in read.text[whole.end : read.sentences[index].start]:
            break
        for one in read.claims[index]:
            label = next((label for label in labels if bears(one.subject, label)), "")
            plain = one.base == whole.base and one.kind == whole.kind and one.number > whole.number
            if label and label not in named and plain and not moves(read.sentences[index], one):
                named.add(label)
                found.append(one)
    return found


def _totals(read: Read, found: Sequence[Relation]) -> Iterator[Relation]:
    """小学…人。初中…人。…全县在校生共…人: what a section said class by class is added up before or behind it."""
    inner = {part.number for one in found if one.type in (SUM, PARTIAL) for part in one.others}
    inner |= {one.claim.number for one in found if one.type == PART}
    summed = {one.claim.number for one in found if one.type == SUM}
    for head in _HEADS:
        said = [
            one
            for one in read.all()
            if one.base == "人" and one.kind == "count" and one.depth == 0 and head.search(_words(read, one))
        ]
        said = [one for one in said if not moves(read.sentences[one.within], one)]
        for place, whole in enumerate(said):
            if whole.number in summed or whole.number in inner or not _TOTAL.search(_words(read, whole)):
                continue
            before = [one for one in said[max(place - _MOST, 0) : place] if _near(read, one, whole)]
            behind = [one for one in said[place + 1 : place + 1 + _MOST] if _near(read, whole, one)]
            for several in (before, behind):
                parts = [one for one in several if one.number not in inner]
                if relation := _added(whole, parts):
                    yield relation
                    break


def _words(read: Read, claim: Claim) -> str:
    """What a claim is said of, with the clause it stands in."""
    sentence = read.sentences[claim.within]
    clause = re.split(r"[，,；;。]", sentence.plain[: claim.start - sentence.start])[-1]
    return claim.subject + clause


def _near(read: Read, first: Claim, second: Claim) -> bool:
    if second.within - first.within > _FAR:
        return False
    return not any(_HEADING.match(read.sentences[index].plain) for index in range(first.within + 1, second.within))


def _added(whole: Claim, parts: Sequence[Claim]) -> Relation | None:
    """All of them, or all but one that counts across the others, if that is the whole or one slip away from it."""
    if len(parts) < 3:
        return None
    total = sum((one.amount for one in parts), Decimal(0))
    named = "总" in whole.subject and len({one.subject for one in parts}) == len(parts)
    if named and max(one.amount for one in parts) >= whole.amount:
        return Relation(SUM, whole, tuple(parts), False, total, 0.75, why="total")
    for left in (None, *parts):
        kept = [one for one in parts if one is not left]
        value = total - (left.amount if left else 0)
        near = abs(value - whole.amount) * 20 <= whole.amount
        if near and len(kept) > 2 and abs(value - whole.amount) <= tolerance([whole, *kept]):
            return Relation(SUM, whole, tuple(kept), True, value, why="total")
    if "总" in whole.subject and labelled(parts) == 2 and total >= whole.amount / 2:
        return Relation(SUM, whole, tuple(parts), False, total, 0.6, why="total")
    if chance(whole, parts) <= _RARE and nearly(whole, parts, total):
        return Relation(SUM, whole, tuple(parts), False, total, 0.75, why="total")
    return None
