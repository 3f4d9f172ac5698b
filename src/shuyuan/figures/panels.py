"""Panels: on a record's page, the figures that count it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

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
    counting = [(one, reverse("figure", args=[one.name])) for one in figures(year) if _counts(one, record, year)]
    return Piece("figures/counted_by.html", {"figures": counting, "year": year}) if counting else None


def _counts(figure: Figure, record: Record, year: int) -> bool:
    if not isinstance(figure, Measure) or figure.ledger != record.ledger.slug:
        return False
    day = getattr(record, figure.when) if figure.when else record.date
    if day is None or (day.year > year if figure.stock else day.year != year):
        return False
    until = getattr(record, "until", None)
    if figure.stock and until and until.year <= year:
        return False
    rule = figure.rule()
    return rule is None or rule.holds(record) is True
