"""The page of the closed books: what a year still lacks before it closes, and what was adjusted afterwards."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t

from shuyuan.core.history import Action, acting
from shuyuan.core.models import Organisation
from shuyuan.ledger.closing import Closing, close_year
from shuyuan.ledger.flow import in_bureau, runs_rounds
from shuyuan.ledger.ledger import Ledger, ledgers
from shuyuan.ledger.record import Record, State, User
from shuyuan.web.context import year_of
from shuyuan.web.parts import Crumb
from shuyuan.web.tables import Column, Row, Table

SHOWN = 100
"""Adjustments on the page, the newest first."""


def books(request: HttpRequest) -> HttpResponse:
    """Closed years with their adjustments; the year in hand with what is not accepted yet. The office closes it."""
    if not in_bureau(request.user):
        raise PermissionDenied
    year = year_of(request)
    if request.method == "POST":
        return _close(request, year)
    closings = list(Closing.objects.order_by("-through"))
    closed = any(one.through >= date(year, 12, 31) for one in closings)
    context = {
        "title": _t("关账"),
        "crumbs": [Crumb(_t("填报"), reverse("rounds"))],
        "year": year,
        "closed": closed,
        "runs": runs_rounds(request.user),
        "waiting": None if closed else _waiting(request.user, year),
        "closings": [(one, one.history().select_related("written_by").last()) for one in closings],
        "adjusted": _adjusted(request.user, closings),
    }
    return render(request, "ledger/books.html", context)


def _close(request: HttpRequest, year: int) -> HttpResponse:
    if not runs_rounds(request.user):
        raise PermissionDenied
    reason = request.POST.get("reason", "").strip() or _t("%(year)s 年关账") % {"year": year}
    try:
        with acting(request.user, reason):  # type: ignore[arg-type]
            close_year(Organisation.objects.get(kind=Organisation.Kind.BUREAU), year)
        messages.success(request, _t("%(year)s 年及以前的账簿已关账。") % {"year": year})
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    return redirect(f"{reverse('books')}?year={year}")


def _events(user: User) -> Iterator[Ledger[Any]]:
    """The ledgers whose records close with their year."""
    for book in ledgers():
        if issubclass(book.model, Record) and book.model.is_event and book.visible_to(user):
            yield book


def _waiting(user: User, year: int) -> Table | None:
    """What is dated in the year and not in the book: it does not count, and then only an adjustment adds it."""
    rows = []
    for book in _events(user):
        dated = book.objects().visible_to(user).filter(date__range=(date(year, 1, 1), date(year, 12, 31)))
        states = dated.exclude(state=State.ACCEPTED).order_by().values_list("state").annotate(models.Count("pk"))
        found = Counter(dict(states))
        if found:
            rows.append(Row([str(book), *(found[state] or "" for state in _OPEN)], url=book.url))
    columns = [Column(_t("台账")), *(Column(str(state.label), numeric=True) for state in _OPEN)]
    return Table(columns, rows, caption=_t("还没有通过的记录")) if rows else None


_OPEN = [state for state in State if state != State.ACCEPTED]


def _adjusted(user: User, closings: list[Closing]) -> Table | None:
    """Every version that was written of a closed day's event: who, when and why."""
    found: list[tuple[Any, ...]] = []
    for closing in closings:
        first = closing.history().last()
        before = max((one.through for one in closings if one.through < closing.through), default=date.min)
        assert first is not None, "a closing is a version itself"
        for book in _events(user):
            versions = book.model.versions._default_manager.filter(
                written_at__gt=first.written_at, date__gt=before, date__lte=closing.through
            )
            newest = versions.select_related("written_by").order_by("-written_at")[:SHOWN]
            found += [(one.written_at, one.pk, book, one) for one in newest]
    rows = []
    for at, _key, book, version in heapq.nlargest(SHOWN, found, key=lambda line: line[:2]):
        who = version.written_by.get_full_name() or version.written_by.get_username()
        told = [at, str(book), version.get_act_display(), version.written_why, who]
        gone = version.act == Action.DELETED
        rows.append(Row(told, url="" if gone else reverse("record", args=[book.slug, version.record_id])))
    columns = [
        Column(_t("时间")), Column(_t("台账")), Column(_t("变动")), Column(_t("理由"), wrap=True), Column(_t("更正人")),
    ]  # fmt: skip
    return Table(columns, rows, caption=_t("关账后的更正")) if rows else None
