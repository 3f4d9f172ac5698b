"""The section's pages: what waits ledger by ledger, the queue of one, and one record cell by cell. HTTP only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Period
from shuyuan.ledger import review
from shuyuan.ledger.changes import outline, since_accepted
from shuyuan.ledger.closing import is_closed
from shuyuan.ledger.explanations import Violation, violations
from shuyuan.ledger.flow import may_review
from shuyuan.ledger.ledger import Ledger, UnknownLedger, all_ledgers, ledger
from shuyuan.ledger.record import Record, State
from shuyuan.ledger.workbooks import related
from shuyuan.web import html
from shuyuan.web.parts import Crumb
from shuyuan.web.tables import Column, Row, Table

PAGE = 50


def queues(request: HttpRequest) -> HttpResponse:
    """The ledgers this person answers for, with how much waits in each."""
    if not may_review(request.user):
        raise PermissionDenied
    rows = []
    for book in all_ledgers():
        if issubclass(book.model, Record) and book.may_accept(request.user):
            count = review.queue(book).visible_to(request.user).count()
            rows.append(Row([str(book), book.group, count], url=reverse("review", args=[book.slug])))
    rows.sort(key=lambda row: -row.cells[2])  # type: ignore[operator]
    columns = [Column(_t("台账")), Column(_t("类别")), Column(_t("待审核"), numeric=True)]
    context = {"title": _t("审核"), "table": Table(columns, rows, caption=_t("待审核"))}
    return render(request, "ledger/reviews.html", context)


def queue(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits in one ledger, each record with what it says otherwise than when it was last accepted."""
    book = _book(request, slug)
    ready = review.queue(book).visible_to(request.user).order_by("organisation__order", "organisation_id", "pk")
    page = Paginator(ready, PAGE).get_page(request.GET.get("page"))
    found = related(book, book.objects()).in_bulk([one.pk for one in page])
    records = [found[one.pk] for one in page if one.pk in found]
    context = {
        "ledger": book,
        "title": _t("审核：%(ledger)s") % {"ledger": book},
        "crumbs": [Crumb(_t("审核"), reverse("reviews"))],
        "lines": _lines(book, records, whole := review.of_filings_of(book, records)),
        "whole": whole,
        "page_obj": page,
    }
    return render(request, "ledger/review.html", context)


def _lines(book: Ledger[Any], records: list[Any], whole: list[Violation]) -> list[dict[str, Any]]:
    waiting = {key for one in whole if not one.settled for key in one.filing}
    keys = [record.pk for record in records]
    changed, soft = since_accepted(book, keys), violations(book, records)
    revisions = review.revisions(book, keys)
    return [
        {
            "record": record,
            "seen": f"{record.pk}:{revisions[record.pk]}",
            "said": outline(book, record),
            "changes": changed[record.pk],
            "soft": soft.get(record.pk, []),
            "open": any(not one.settled for one in soft.get(record.pk, [])),
            "waits": (record.organisation_id, record.period_id) in waiting,
        }
        for record in records
    ]


@require_POST
def accept(request: HttpRequest, slug: str) -> HttpResponse:
    """Accept the chosen records as they were seen, all in one step; what cannot be is left and told."""
    book = _book(request, slug)
    try:
        chosen = [one.split(":") for one in request.POST.getlist("seen")]
        seen = {int(key): int(revision) for key, revision in chosen}
    except ValueError:
        raise Http404 from None
    visible = set(book.objects().visible_to(request.user).filter(pk__in=seen).values_list("pk", flat=True))
    try:
        with acting(request.user, _t("审核通过")):  # type: ignore[arg-type]
            done = review.accept(book, {key: seen[key] for key in visible}, bulk=True)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("review", slug=slug)
    if done.accepted:
        messages.success(request, _t("已通过 %(n)s 条。") % {"n": done.accepted})
    for record, why in done.left[:10]:
        messages.warning(request, _t("「%(record)s」没有通过：%(why)s。") % {"record": record, "why": why})
    if not seen:
        messages.info(request, _t("请先勾选要通过的记录。"))
    return redirect("review", slug=slug)


@require_POST
def judge(request: HttpRequest, slug: str) -> HttpResponse:
    """Take what a school says of its filing as a whole, or do not."""
    book = _book(request, slug)
    key, code = request.POST.get("organisation", ""), request.POST.get("period", "")
    verdict = request.POST.get("verdict", "")
    school = Organisation.objects.visible_to(request.user).filter(pk=key if key.isdecimal() else 0).first()
    period = Period.objects.filter(code=code, kind=book.period_kind).first()
    if school is None or period is None or verdict not in {"accepted", "refused"}:
        raise Http404
    try:
        with acting(request.user, _t("审核核实说明")):  # type: ignore[arg-type]
            review.judge_filing(book, school, period, request.POST.get("name", ""), verdict)
        messages.success(request, _t("已采纳。") if verdict == "accepted" else _t("没有采纳，已告知学校。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("review", slug=slug)


def record(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One record, cell by cell: accept it, or say at each cell what is wrong with it."""
    book = _book(request, slug)
    found = related(book, book.objects().visible_to(request.user)).filter(pk=pk).first()
    if found is None:
        raise Http404
    typed = {name: request.POST.get(f"remark-{name}", "") for name in ("", *book.names)}
    if request.method == "POST" and _act(request, book, found, typed):
        return redirect("review", slug=slug)
    changes = since_accepted(book, [pk])[pk]
    differs = {change.label: change.before for change in changes or []}
    context = {
        "ledger": book,
        "record": found,
        "title": str(found),
        "subtitle": str(found.organisation),
        "state": html.badge(found.get_state_display()),
        "crumbs": [Crumb(_t("审核"), reverse("reviews")), Crumb(str(book), reverse("review", args=[slug]))],
        "cells": [(c.name, c.label, c.text(found), differs.get(c.label), typed[c.name]) for c in book.sheet],
        "whole": typed[""],
        "new": changes is None,
        "soft": [*violations(book, [found]).get(pk, []), *review.of_filings_of(book, [found])],
        "revision": review.revisions(book, [pk])[pk],
        "may_accept": found.state in review.REVIEWED,
        "may_return": found.state in {*review.REVIEWED, State.ACCEPTED},
        "closed": is_closed(found.date) if found.is_event else False,
    }
    return render(request, "ledger/review_record.html", context, status=422 if request.method == "POST" else 200)


def _act(request: HttpRequest, book: Ledger[Any], found: Any, typed: dict[str, str]) -> bool:
    """Whether it was done; what was typed stays on the page when it was not."""
    revision = request.POST.get("revision", "")
    seen = int(revision) if revision.isdecimal() else 0
    adjusting = found.is_event and is_closed(found.date)
    try:
        if request.POST.get("act") == "accept":
            with acting(request.user, _t("审核通过"), adjusting=adjusting):  # type: ignore[arg-type]
                left = review.accept(book, {found.pk: seen}).left
            if left:
                messages.error(request, left[0][1])
                return False
            messages.success(request, _t("已通过。"))
        else:
            with acting(request.user, _t("退回"), adjusting=adjusting):  # type: ignore[arg-type]
                review.give_back(book, found, typed, seen)
            messages.success(request, _t("已退回，原因已写在相应的格子上。"))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return False
    return True


def _book(request: HttpRequest, slug: str) -> Ledger[Any]:
    try:
        book = ledger(slug)
    except UnknownLedger:
        raise Http404 from None
    if not book.visible_to(request.user) or not issubclass(book.model, Record):
        raise Http404
    if not book.may_accept(request.user):
        raise PermissionDenied
    return book
