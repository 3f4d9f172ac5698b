"""Whole filings: every check of a ledger, of all schools or of some, in one pass over the rows of a period.

Rules about a row are judged as it passes, its numbers are added up by school (a campus files with its school) and by
key, and the rules about filings are judged on the sums.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from shuyuan.core.models import Organisation, Period
from shuyuan.ledger.checks import Check
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.plausible import conspicuous
from shuyuan.ledger.record import Record
from shuyuan.ledger.tallying import KEY, OWNER, Broken, Plan, Row, figures_of, homes, places_of, rows_of


def examine(
    book: Ledger[Any],
    period: Period,
    schools: Sequence[Organisation] | None = None,
    *,
    chosen: Callable[[Check], bool] = lambda check: True,
    instead: Iterable[Any] = (),
) -> list[Broken]:
    """Every check that is broken in a period, of these schools (None: all), in the order of declaration.

    With `chosen` only those checks; `instead` are records that stand in the place of those stored under their keys.
    """
    if not issubclass(book.model, Record):
        return []
    plan = Plan(book, chosen)
    home = homes()
    others = list(instead)
    places = None if schools is None else places_of(schools, home)
    stored = rows_of(book, period, places).exclude(pk__in=[one.pk for one in others if one.pk is not None])
    rows = [*plan.stored(stored, home), *plan.given(others, home)]
    last: list[Row] = []
    if plan.looks_back:
        last = list(plan.stored(rows_of(book, period.before(), places).counted(), home))
    known = figures_of(plan.figures(), period.year, schools)
    found = [*_of_rows(plan, rows, period), *_of_parts(plan, rows, last, known, period)]
    if plan.plausible:
        found += conspicuous(plan, period, schools, rows, home)
    return sorted(found, key=lambda one: one.number)


def _of_rows(plan: Plan, rows: Iterable[Row], period: Period) -> Iterator[Broken]:
    judged = [(number, holds, paths) for number, holds, paths in plan.of_rows]
    for row in rows:
        for number, holds, paths in judged:
            if holds(row) is False:
                numbers = tuple((path, row[plan.place(path)]) for path in paths)
                yield Broken(plan.book, number, period.code, row[OWNER], (row[KEY],), (), numbers)


def _of_parts(
    plan: Plan, rows: Sequence[Row], last: Sequence[Row], known: Mapping[tuple[str, int], Mapping[int, Decimal]],
    period: Period,
) -> Iterator[Broken]:  # fmt: skip
    for by, rules in plan.by_part.items():
        adder = plan.adders[by]
        before = adder.parts(last, back=True) if adder.looks_back else {}
        named = {cell.lookup: known[cell.figure, cell.back] for _n, rule in rules for cell in rule.cells if cell.figure}
        for (owner, key), sums in adder.parts(rows).items():
            earlier = before.get((owner, key))
            cells = adder.empty | sums.cells | (earlier.cells if earlier else {})
            for name, values in named.items():
                cells[name] = values.get(owner)
            for number, rule in rules:
                if rule.value(cells) is False:
                    numbers = tuple((cell, cells[cell.lookup]) for cell in rule.cells)
                    yield Broken(plan.book, number, period.code, owner, tuple(sums.rows), key, numbers)
