"""Rows that are named again: 拨款占支出的比例分别为65%、67%、63%, of two lists that stood before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from shuyuan.proofread.changes import head, run_at
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.rates import COUNTED, ratio
from shuyuan.proofread.relations import Relation
from shuyuan.proofread.text import Sentence

_NAMED = re.compile(r"([^，,；;。占]{2,24})占([^，,；;。的]{2,20}?)的?(?:比例|比重|比)?分别(?:为|达|是)?$")


def of(sentence: Sentence, claims: Sequence[Claim], near: Sequence[Claim]) -> list[Relation]:
    """拨款占支出的比例分别为65%、67%、63%: both were listed, with these names, in this sentence or shortly before."""
    found: list[Relation] = []
    done: set[int] = set()
    for place, first in enumerate(claims):
        if first.unit != "%" or first.number in done:
            continue
        run = run_at(sentence, claims, place)
        done.update(one.number for one in run)
        said = _NAMED.search(head(sentence, first, 60))
        if len(run) < 2 or not said:
            continue
        lists = _lists([*near, *claims[:place]], len(run))
        parts, wholes = _called(said[1], lists), _called(said[2], lists)
        if parts and wholes and parts != wholes:
            found += [ratio(p, part, whole, 0.9) for p, part, whole in zip(run, parts, wholes, strict=True)]
    return found


def _lists(claims: Sequence[Claim], length: int) -> list[list[Claim]]:
    """Runs of so many claims of one unit that are said of one thing, year by year."""
    runs: list[list[Claim]] = []
    for claim in claims:
        last = runs[-1][-1] if runs else None
        if last and claim.kind in COUNTED and claim.unit == last.unit and _name(claim) == _name(last):
            runs[-1].append(claim)
        else:
            runs.append([claim])
    return [run for run in runs if len(run) == length and run[0].kind in COUNTED]


def _name(claim: Claim) -> str:
    return re.sub(r"^(?:19|20)\d\d年的?", "", claim.subject)


def _called(words: str, lists: Sequence[list[Claim]]) -> list[Claim] | None:
    """The list whose name has most in common with the words, if that is nearly all of them and no other's is."""

    def shared(run: list[Claim]) -> float:
        name = set(_name(run[0]))
        if "均" in name and "均" not in words:
            return 0  # 人均支出 is not 支出
        return len(set(words) & name) / len(set(words) | name)

    ranked = sorted(lists, key=shared, reverse=True)
    if not ranked or shared(ranked[0]) < 0.6 or (len(ranked) > 1 and shared(ranked[1]) == shared(ranked[0])):
        return None
    return ranked[0]
