"""Reaching: the ledger or record that an address names, for whoever may see it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from shuyuan.ledger import workbooks
from shuyuan.ledger.ledger import Ledger, UnknownLedger, ledger
from shuyuan.ledger.record import State
from shuyuan.web import html
from shuyuan.web.parts import Tone

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TONES = {
    State.DRAFT: Tone.NEUTRAL,
    State.FILED: Tone.INFO,
    State.SIGNED: Tone.INFO,
    State.RETURNED: Tone.WARNING,
    State.ACCEPTED: Tone.GOOD,
}


def visible_ledger(request: HttpRequest, slug: str) -> Ledger[Any]:
    """The ledger, if there is one and this person may see it; which of the two is missing is not told."""
    try:
        book = ledger(slug)
    except UnknownLedger:
        raise Http404 from None
    if not book.visible_to(request.user):
        raise Http404
    return book


def visible_record(request: HttpRequest, slug: str, pk: int) -> tuple[Ledger[Any], Any]:
    book = visible_ledger(request, slug)
    found = workbooks.related(book, book.objects().visible_to(request.user)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return book, found


def badge(record: Any) -> Any:
    return html.badge(record.get_state_display(), TONES[State(record.state)])
