"""Upserting: many lines sent by a program, each new, changed or known already; all of them taken, or none.

They are read as the rows of a workbook are, by the same code: the same look-ups, checks and words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _t

from shuyuan.core.history import acting
from shuyuan.ledger import sheets
from shuyuan.ledger.intake import Rights
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.revisions import STAMP_HEADINGS
from shuyuan.ledger.unpacking import Opened, Problem, Unreadable

MOST = 5000


@dataclass(frozen=True)
class Upserted:
    """What became of the lines; `written` are their numbers (from 1) with the keys of their records."""

    created: int
    changed: int
    unchanged: int
    written: list[tuple[int, int]]


def upsert(user: Any, book: Ledger[Any], rows: Sequence[Mapping[str, Any]], reason: str, *, adjust: bool) -> Upserted:
    """Raises Unreadable: rows numbered from 1, headings as names of columns."""
    rights = Rights(user)
    names = [name for column in book.sheet for name in column.names]
    problems = []
    for number, row in enumerate(rows, start=1):
        if unknown := row.keys() - {*names, "id", "revision"}:
            told = _t("没有这些列：%(names)s") % {"names": _t("、").join(sorted(unknown))}
            problems.append(Problem(told, number))
        elif ("id" in row) != ("revision" in row):
            problems.append(Problem(_t("id 和 revision 要一起写"), number))
        elif all(row.get(name) in (None, "") for name in names):
            problems.append(Problem(_t("这一行是空的"), number))
    if problems:
        raise Unreadable(problems)
    headings = [heading for column in book.sheet for heading in column.headings]
    cells = [[*(row.get(name) for name in names), _stamp(row)] for row in rows]
    opened = Opened([[*headings, STAMP_HEADINGS[0]], *cells])
    try:
        with transaction.atomic(), acting(user, reason, adjusting=adjust and book.may_accept(user)):
            reading = sheets.read(
                book,
                opened,
                rights.organisations(),
                may_accept=rights.may_change_accepted(book),
                by_key=True,
            )
            sheets.load(reading, accept=rights.accepts(book))
    except Unreadable as refused:
        raise Unreadable([_of_a_row(book, problem) for problem in refused.problems]) from None
    written = [(number - 1, record.pk) for number, _said, record in reading.lines]
    return Upserted(len(reading.records), len(reading.changed), reading.unchanged, written)


def _stamp(row: Mapping[str, Any]) -> str | None:
    return f"{row['id']}v{row['revision']}" if "id" in row else None


def _of_a_row(book: Ledger[Any], problem: Problem) -> Problem:
    """The problem of a workbook's row as one of the rows that were sent: the first of those is not a heading."""
    labels = {label: c.name for c in book.sheet for label in (c.label, *c.headings)}
    row = problem.row - 1 if problem.row and problem.row > 1 else None
    return Problem(problem.message, row, labels.get(problem.heading, problem.heading))
