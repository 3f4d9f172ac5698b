"""The page of one record: what it says, its evidence, who changed it and who saw it in full. HTTP only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t

from shuyuan.ledger import review, saving
from shuyuan.ledger.changes import history_of
from shuyuan.ledger.evidence import evidence_of
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.reaching import badge, visible_record
from shuyuan.ledger.record import Record, State
from shuyuan.ledger.unmasking import PURPOSES, hidden, looks_at
from shuyuan.web import slots
from shuyuan.web.parts import Change, Crumb, Event, Fact


def record_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One record: its fields, its evidence, what counts it, and its whole history."""
    return show_record(request, *visible_record(request, slug, pk))


def show_record(
    request: HttpRequest, book: Ledger[Any], record: Any, revealed: Mapping[str, str] | None = None
) -> HttpResponse:
    """The page of a record; `revealed` are the sensitive values that this person has just said a purpose for."""
    events = [
        Event(
            entry.act,
            entry.actor,
            entry.at,
            entry.reason,
            [Change(change.label, change.before, change.after) for change in entry.changes],
        )
        for entry in history_of(book, record)
    ]
    events += [
        Event(_t("查看原文"), one.by.first_name or one.by.username, one.at, f"{one.purpose}（{one.labels}）")
        for one in looks_at(book, record)
    ]
    is_record = isinstance(record, Record)
    context = {
        "ledger": book,
        "record": record,
        "title": str(record),
        "subtitle": str(record.organisation) if str(record.organisation) not in str(record) else "",
        "crumbs": [Crumb(str(book), book.url)],
        "state": badge(record) if is_record else "",
        "facts": list(_facts(book, record, revealed or {})),
        "hidden": hidden(request.user, book, record),
        "purposes": PURPOSES,
        "panels": slots.pieces(slots.record_panels, record, request),
        "events": sorted(events, key=lambda event: event.when, reverse=True),
        "evidence": evidence_of(record) if is_record else [],
        "may_edit": saving.may_edit(request.user, book, record),
        "may_accept": is_record and book.may_accept(request.user),
        "explained": State(record.state).explained if is_record else "",
        "remarks": _remarks(book, record),
        "states": State,
    }
    return render(request, "ledger/record.html", context)


def _facts(book: Ledger[Any], record: Any, revealed: Mapping[str, str]) -> Iterator[Fact]:
    """What a record says, masked but for what was revealed; a person's own numbers stand under the person."""
    for column in book.sheet:
        text = revealed.get(column.name) or column.text(record)
        yield Fact(column.label, text, numeric=column.numeric, wide=column.kind == "text" and len(text) > 40)
        for one in column.shown(record):
            if one.name != column.name:
                yield Fact(one.label, revealed.get(one.name, one.masked))


def _remarks(book: Ledger[Any], record: Any) -> list[tuple[str, str]]:
    """Why a record came back: each reason with the heading it is about."""
    if getattr(record, "state", "") != State.RETURNED:
        return []
    found = review.remarks(book, [record.pk]).get(record.pk, {})
    return [(book.column(name).label if name else "", text) for name, text in found.items()]
