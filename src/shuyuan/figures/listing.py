"""A figure as the command line, the API and the pages tell it: one row of plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from shuyuan.core.models import Organisation
from shuyuan.core.units import unit_words
from shuyuan.figures.books import Books
from shuyuan.figures.figure import Figure, Value
from shuyuan.figures.kinds import Composed, Measure
from shuyuan.figures.registry import figure, figures
from shuyuan.figures.units import plain, qualifier_words


def ledger_of(wanted: Figure) -> str:
    """The slug of the ledger a figure counts; a composed figure stands with its first part."""
    while isinstance(wanted, Composed):
        wanted = figure(wanted.parts()[0])
    assert isinstance(wanted, Measure)
    return wanted.ledger


def ledgers_of(wanted: Figure) -> set[str]:
    """The slugs of every ledger that a figure counts, its parts' too."""
    if isinstance(wanted, Measure):
        return {wanted.ledger}
    return {slug for part in wanted.parts() for slug in ledgers_of(figure(part))}


def named(wanted: Figure, text: str) -> bool:
    """Whether its title or its name holds the text, whichever case it is typed in."""
    return text.casefold() in f"{wanted} {wanted.name}".casefold()


def number(value: Decimal | None) -> int | float | str | None:
    """A number as JSON holds it: whole numbers whole, others as they are printed, nothing for not known."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def row(value: Value, previous: Value | None, year: int) -> dict[str, Any]:
    """The stable contract of `shuyuan figures --format json`."""
    wanted = value.figure
    return {
        "name": wanted.name,
        "title": str(wanted),
        "value": number(value.value),
        "unit": unit_words(wanted.unit, value.value),
        "qualifier": qualifier_words(value.qualifier),
        "exact": None if value.exact is None else plain(value.exact),
        "display": value.display,
        "reason": value.reason,
        "definition": wanted.definition,
        "version": wanted.version,
        "ledger": ledger_of(wanted),
        "records": value.records,
        "previous": number(previous.value) if previous else None,
        "url": f"{reverse('figure', args=[wanted.name])}?year={year}",
    }


def listing(
    year: int,
    wanted: Iterable[Figure] | None = None,
    within: Organisation | None = None,
    *,
    until: date | None = None,
) -> list[dict[str, Any]]:
    """Every figure of the year (up to a day) with last year's value beside it, computed together."""
    books = Books(year, within, until=until)
    chosen = list(figures(year) if wanted is None else wanted)
    names = [one.name for one in chosen]
    return [
        row(value, before, year) for value, before in zip(books.values(names), books.values(names, back=1), strict=True)
    ]


def by_organisation(
    year: int, wanted: Figure, within: Organisation | None = None, *, until: date | None = None
) -> list[dict[str, Any]]:
    """The same figure for each organisation that has records of it."""
    vector = Books(year, within, until=until).vector(wanted.name)
    names = dict(Organisation.objects.filter(pk__in=vector).values_list("pk", "name"))
    return [
        {"organisation": names[key], "value": number(value.value), "exact": plain(value.exact or Decimal(0))}
        | {"records": value.records}
        for key, value in vector.items()
        if value.exact is not None
    ]
