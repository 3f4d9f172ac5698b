"""Slots that higher rooms fill at start-up with pieces of other rooms' pages. Plain lists, read in order.

Each callable returns a `Piece`, or None where it has nothing to show for this person; a piece is drawn with
`{% piece it %}`. What it shows must itself begin at `visible_to(request.user)`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeVarTuple

from django.db.models import Model, QuerySet
from django.http import HttpRequest

Given = TypeVarTuple("Given")


class Piece(NamedTuple):
    """A template and what it is given; the template has `request` and the user as well."""

    template: str
    context: dict[str, Any]


RecordPanel = Callable[[Any, HttpRequest], Piece | None]
ListAction = Callable[["QuerySet[Model]", HttpRequest], Piece | None]
HomeCard = Callable[[HttpRequest], Piece | None]

record_panels: list[RecordPanel] = []
"""Panels below a record: receives (record, request). Example: "figures that count this record"."""

list_actions: list[ListAction] = []
"""Buttons above a list: receives (the filtered queryset, request). Example: "save as figure"."""

home_cards: list[HomeCard] = []
"""Cards of the home page: receives (request). Example: "filings to review"."""


def pieces(slot: Iterable[Callable[[*Given], Piece | None]], *given: *Given) -> list[Piece]:
    """What the callables of a slot have to show."""
    return [piece for fill in slot if (piece := fill(*given)) is not None]
