"""To do: what waits for this person on the home page, ledger by ledger, each line opening exactly those records."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.translation import gettext as _t

from shuyuan.ledger.ledger import ledgers
from shuyuan.ledger.record import State
from shuyuan.web.context import year_of
from shuyuan.web.slots import Piece


def waiting(request: HttpRequest) -> Piece | None:
    """For a section: what was filed and waits for review. For a school: what came back."""
    lines = []
    for ledger in ledgers():
        if not ledger.has("state") or not ledger.visible_to(request.user) or not ledger.may_write(request.user):
            continue
        state = State.FILED if ledger.may_accept(request.user) else State.RETURNED
        count = ledger.objects().visible_to(request.user).filter(state=state).count()
        if count:
            what = _t("待审核") if state == State.FILED else _t("被退回")
            lines.append((ledger, f"{ledger.url}?{urlencode({'state': state})}", what, count))
    return Piece("ledger/waiting.html", {"lines": lines}) if lines else None


def own_ledgers(request: HttpRequest) -> Piece | None:
    """For a school: what it has filed this year, ledger by ledger, and the way to file more."""
    year = year_of(request)
    lines = []
    for ledger in ledgers():
        if not ledger.has("period") or not ledger.visible_to(request.user):
            continue
        if ledger.may_accept(request.user) or not ledger.may_write(request.user):
            continue
        period = f"{year}{ledger.period_kind}"
        count = ledger.objects().visible_to(request.user).filter(period_id=period).count()
        lines.append((ledger, f"{ledger.url}?{urlencode({'period': period})}", count))
    return Piece("ledger/own.html", {"lines": lines, "year": year}) if lines else None
