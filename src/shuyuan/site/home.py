"""The home page's numbers: the few figures a leader looks at first, each opening down to its records."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _t

from shuyuan.figures.books import Books
from shuyuan.figures.figure import Value
from shuyuan.figures.registry import figure
from shuyuan.figures.units import POINTS, factor, plain, shorter
from shuyuan.figures.views import may_read
from shuyuan.web.context import year_of
from shuyuan.web.slots import Piece

HEADLINES = (
    "school.in_being",
    "staff.all",
    "pupil.all",
    "debt.relieved",
    "project.safety_planned",
    "aid.times",
)


def headlines(request: HttpRequest) -> Piece | None:
    """This year beside last year."""
    if not may_read(request.user):
        return None
    year = year_of(request)
    books = Books(year)
    pairs = zip(books.values(HEADLINES), books.values(HEADLINES, back=1), strict=True)
    stats = [_stat(value, before, year) for value, before in pairs]
    return Piece("site/headlines.html", {"stats": stats, "year": year})


def _stat(value: Value, before: Value, year: int) -> dict[str, Any]:
    wanted = figure(value.figure.name)
    known = value.value is not None and before.value is not None
    unit = wanted.shown_in or wanted.unit
    shown = "—" if value.value is None else plain(value.value * factor(wanted.unit) / factor(unit))
    return {
        "title": str(wanted),
        "value": shown,
        "unit": unit,
        "url": f"{reverse('figure', args=[wanted.name])}?year={year}",
        "change": shorter(value.value - before.value) if known else None,  # type: ignore[operator]
        "change_unit": POINTS if wanted.unit == "%" else wanted.unit,
        "note": _t("比上年") if known else _t("上年没有记录"),
    }
