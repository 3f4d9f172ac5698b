"""The burden meter: what a round asks of each school, and how much of that the bureau has, before it is sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from shuyuan.core.models import Organisation, Period
from shuyuan.ledger.filing import asked_already
from shuyuan.ledger.ledger import Ledger, all_ledgers
from shuyuan.ledger.record import Record, StandingRecord
from shuyuan.ledger.rounds import Round


@dataclass
class Load:
    """What one school is asked: cells in all, and those that come filled in."""

    school: Organisation
    asked: int = 0
    known: int = 0
    twice: list[Ledger[Any]] = field(default_factory=list)
    """Ledgers that another running round asks of this school: they are left out."""

    @property
    def to_fill(self) -> int:
        return self.asked - self.known


@dataclass(frozen=True)
class Echo:
    """A number under the same heading in another ledger that schools file: perhaps the same datum asked twice."""

    ledger: Ledger[Any]
    label: str
    others: list[Ledger[Any]]


@dataclass(frozen=True)
class Burden:
    fields: list[tuple[Ledger[Any], int]]
    loads: list[Load]
    echoes: list[Echo]

    @property
    def asked(self) -> int:
        return sum(load.asked for load in self.loads)

    @property
    def known(self) -> int:
        return sum(load.known for load in self.loads)

    @property
    def to_fill(self) -> int:
        return self.asked - self.known

    @property
    def share(self) -> int:
        """How many in a hundred cells come filled in."""
        return round(100 * self.known / self.asked) if self.asked else 0

    @property
    def twice(self) -> list[Load]:
        return [load for load in self.loads if load.twice]


def burden(one: Round) -> Burden:
    """Of a round as it stands.

    A school is expected to have as many lines as it has already, or had the year before, at least one. Known is: the
    school itself in every line; every cell of a line that is in the book; of last year's lines, from which the
    workbook starts, what is neither a number nor a date. Registers (what goes on) are known by what stands in them.
    """
    books = one.books()
    twice = asked_already(one)
    loads = {school.pk: Load(school) for school in one.schools()}
    for book in books:
        now, before = _lines(book, one.year, loads), _lines(book, one.year - 1, loads)
        columns = one.columns(book)
        fixed = sum(1 for column in columns if column.kind not in {"number", "date"})
        for key, load in loads.items():
            if (key, book.slug) in twice:
                load.twice.append(book)
                continue
            lines = max(now[key], before[key], 1)
            carried = min(before[key], lines - now[key])
            load.asked += lines * len(columns)
            load.known += now[key] * len(columns) + carried * fixed + (lines - now[key] - carried)
    return Burden([(book, len(one.columns(book))) for book in books], list(loads.values()), list(_echoes(one)))


def _lines(book: Ledger[Any], year: int, schools: Iterable[int]) -> dict[int, int]:
    """How many lines each school has for a year; of a register, how many stand at its end."""
    period = Period(code=f"{year}{book.period_kind}", kind=book.period_kind, year=year)
    rows = book.objects().filter(organisation__in=list(schools))
    rows = rows.standing(period.ends) if issubclass(book.model, StandingRecord) else rows.filter(period=period.code)
    counted = rows.order_by().values_list("organisation_id").annotate(n=models.Count("pk"))
    return defaultdict(int, dict(counted))


def _echoes(one: Round) -> Iterable[Echo]:
    headed: dict[str, list[Ledger[Any]]] = defaultdict(list)
    for book in fileable():
        for column in book.sheet:
            if column.numeric:
                headed[column.label].append(book)
    for book in one.books():
        for column in one.columns(book):
            others = [other for other in headed.get(column.label, []) if other is not book]
            if column.numeric and others:
                yield Echo(book, column.label, others)


def fileable() -> list[Ledger[Any]]:
    """The ledgers that schools can be asked for."""
    return [book for book in all_ledgers() if issubclass(book.model, Record) and not book.confidential]
