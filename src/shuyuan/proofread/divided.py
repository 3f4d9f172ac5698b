"""A whole divided more than once: 教师46人,本科19人,专科27人;高级36人,一级10人."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from shuyuan.proofread import repair
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.complete import between, labelled, nearly
from shuyuan.proofread.relations import SUM, Relation
from shuyuan.proofread.text import Sentence


def again(sentence: Sentence, whole: Claim, rest: Sequence[Claim]) -> Relation | None:
    """…;35岁以下1420人,36至50岁2461人,51岁以上1245人: the whole once more, with a slip of the pen."""
    parts: list[Claim] = []
    for one in rest:
        if one.kind in ("duration", "score"):
            continue  # of the classes themselves: 36至50岁
        if one.unit != whole.unit or (parts and re.search(r"[；;。]|其中", between(sentence, parts[-1], one))):
            break
        parts.append(one)
    total = sum((one.amount for one in parts), Decimal(0))
    slip = len(parts) > 2 and nearly(whole, parts, total)
    if labelled(parts) == 2 and len(parts) > 1:
        slip = slip or any(one.slip in ("digit", "swap", "unit") for one in repair.of_sum(whole, parts))
    if not slip or total == whole.amount:
        return None
    return Relation(SUM, whole, tuple(parts), False, total, 0.75, why="close")


def agreed(sentence: Sentence, whole: Claim, rest: Sequence[Claim]) -> list[Relation]:
    """本科19人,专科25人,中师2人;高级36人,一级10人: divided twice it is 46 both times, whatever the whole says."""
    if len(rest) < 4 or ";" in between(sentence, whole, rest[0]):
        return []
    groups: list[list[Claim]] = [[]]
    for place, one in enumerate(rest):
        if place and ";" in between(sentence, rest[place - 1], one):
            groups.append([])
        if one.base == whole.base:
            groups[-1].append(one)
    if len(groups) < 2 or any(len(group) < 2 for group in groups):
        return []
    sums = [sum((one.amount for one in group), Decimal(0)) for group in groups]
    often, times = Counter(sums).most_common(1)[0]
    if times < 2 or often < 10:
        return []
    if often != whole.amount and times < len(groups):
        return []
    if often != whole.amount:
        return [Relation(SUM, whole, tuple(groups[sums.index(often)]), False, often, 0.85, why="same")]
    return [
        Relation(SUM, whole, tuple(group), total == often, total, 0.75, why="exact")
        for group, total in zip(groups, sums, strict=True)
    ]
