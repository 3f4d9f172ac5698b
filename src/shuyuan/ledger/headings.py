"""Headings: which row of a sheet holds them, and which of our columns each belongs to.

Our own headings are known in any language, and their aliases. What a school calls its columns a person maps once; the
words are kept (`wordings.py`) and handed in here as `Words`.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _t

from shuyuan.ledger.cells import as_text, halfwidth
from shuyuan.ledger.columns import Column
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.lookup import Refused
from shuyuan.ledger.revisions import STAMP_HEADINGS
from shuyuan.ledger.unpacking import Problem, Unreadable

TITLE_ROWS = 30  # headings further down than this are not looked for


@dataclass(frozen=True)
class Words:
    """How one organisation words a ledger: heading -> cell ("" for one that is left out), word -> code, and what
    stands for columns that its workbooks do not have."""

    headings: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Matched:
    """Which cells of a row belong to which column (-1: none), and where the stamp stands."""

    columns: list[tuple[Column, list[int]]]
    stamp: int | None = None


class UnknownHeadings(Unreadable):
    """The headings are not ours, nor mapped: a person can say what they mean. `row` counts from 0."""

    def __init__(self, problems: Sequence[Problem], row: int) -> None:
        super().__init__(problems)
        self.row = row


def bare(heading: str) -> str:
    """A heading as it is compared: spaces, line breaks, the required mark and the width of brackets do not matter."""
    text = halfwidth("".join(heading.split()))
    return text.removeprefix("*").removesuffix("*").lower()


def text_of(cell: object) -> str:
    """A heading's text; a damaged number or date above a column is no heading, and no reason to fail."""
    try:
        return as_text(cell)
    except Refused:
        return str(cell)


def known(ledger: Ledger[Any]) -> dict[str, str]:
    """Every heading that is ours, and the cell it stands over."""
    found: dict[str, str] = {}
    for column in ledger.sheet:
        for name, headings in zip(column.names, column.accepted, strict=True):
            for heading in headings:
                found.setdefault(bare(heading), name)
    return found


def find(ledger: Ledger[Any], rows: Sequence[Sequence[object]], words: Words) -> int:
    """The row of the headings, from 0: where most are known, else the first of those with the most texts."""
    ours = known(ledger).keys() | words.headings.keys()
    best, most = 0, 0
    widest, width = 0, 0
    for number, row in enumerate(rows[:TITLE_ROWS]):
        texts = {bare(cell) for cell in row if isinstance(cell, str) and cell.strip()}
        score = len(texts & ours)
        if score > most and (score > 1 or score == len(texts)):
            best, most = number, score
        if len(texts) > width:
            widest, width = number, len(texts)
    return best if most else widest


def match(ledger: Ledger[Any], header: Sequence[object], row: int, words: Words, *, home: bool = False) -> Matched:
    """Match each heading with a column; every one must be known and every required column there (with `home`, the
    organisation may be absent). Raises UnknownHeadings."""
    headed: dict[str, int] = {}
    problems = []
    stamp = None
    for index, cell in enumerate(header):
        heading = bare(text_of(cell))
        if heading in {bare(text) for text in STAMP_HEADINGS}:
            stamp = index
        elif heading:
            if heading in headed:
                told = _t("标题『%(heading)s』出现了两次") % {"heading": cell}
                problems.append(Problem(told, row + 1, place=index))
            headed[heading] = index
    assigned = {name: heading for heading in headed if (name := words.headings.get(heading))}
    used = {heading for heading in headed if heading in words.headings}
    matched = []
    for column in ledger.sheet:
        for name, accepted in zip(column.names, column.accepted, strict=True):
            if name not in assigned and (said := _first(accepted, headed, used)):
                assigned[name] = said
                used.add(said)
        if any(name in assigned for name in column.names):
            matched.append((column, [headed[assigned[n]] if n in assigned else -1 for n in column.names]))
        elif column.name in words.fixed or (home and column.name == "organisation"):
            matched.append((column, [-1] * len(column.names)))
        elif column.required:
            problems.append(Problem(_t("缺少「%(label)s」这一列") % {"label": column.label}, row + 1))
    labels = [bare(heading) for column in ledger.sheet for heading in column.headings]
    for heading in sorted(headed.keys() - used, key=headed.__getitem__):
        near = difflib.get_close_matches(heading, labels, n=1, cutoff=0.4)
        cure = _t("是否为「%(near)s」？") % {"near": near[0]} if near else _t("请删去这一列，或改用模板的标题")
        original = text_of(header[headed[heading]])
        told = _t("不认识的标题『%(heading)s』；%(cure)s") % {"heading": original, "cure": cure}
        problems.append(Problem(told, row + 1, place=headed[heading]))
    if problems:
        raise UnknownHeadings(problems, row)
    return Matched(matched, stamp)


def _first(accepted: Sequence[str], headed: dict[str, int], used: set[str]) -> str | None:
    return next((text for heading in accepted if (text := bare(heading)) in headed and text not in used), None)
