"""Panels: on a record's page, the figures that count it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from shuyuan.figures.books import Books
from shuyuan.figures.figure import Figure
from shuyuan.figures.kinds import Measure
from shuyuan.figures.registry import figures
from shuyuan.ledger.record import Record, State
from shuyuan.web.context import year_of
from shuyuan.web.slots import Piece


def counted_by(record: Any, request: HttpRequest) -> Piece | None:
    """The year's figures whose rule this record meets: what moves when it changes."""
    if not isinstance(record, Record) or record.state != State.ACCEPTED:
        return None
    year = year_of(request)
    books = Books(year)
    counting = [(one, reverse("figure", args=[one.name])) for one in figures(year) if _counts(books, one, record)]
    return Piece("figures/counted_by.html", {"figures": counting, "year": year}) if counting else None


def _counts(books: Books, figure: Figure, record: Record) -> bool:
    """Whether the record is among those that the figure's own link opens."""
    if not isinstance(figure, Measure) or figure.ledger != record.ledger.slug:
        return False
    return any(line.selection().rows.filter(pk=record.pk).exists() for line in books.lineage(figure.name))
