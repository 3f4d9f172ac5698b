"""The page of the grid: its rows and columns for the browser, and what is sent back. HTTP only."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, Period
from shuyuan.ledger import grid, workbooks
from shuyuan.ledger.closing import BooksClosed
from shuyuan.ledger.grid import NotSaved, Sent
from shuyuan.ledger.intake import Rights
from shuyuan.ledger.ledger import Ledger, UnknownLedger, ledger
from shuyuan.ledger.record import Record
from shuyuan.ledger.rounds import columns_for, task_for
from shuyuan.ledger.selection import Selection
from shuyuan.web.context import year_of
from shuyuan.web.parts import Crumb

WHOSE = {"organisation", "period", "year", "page", "sort", "as_of"}
"""Parameters that leave the grid what it is for: one school's rows of one period. With others it is a list's rows."""


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The rows of one school and period, or those a list shows; sent back, all of them or none."""
    book = _writable(request, slug)
    home, period = _home(request), _period(request, book)
    if request.method == "POST":
        return _save(request, book, home, period)
    organisations = list(Organisation.objects.visible_to(request.user).exclude(kind=Organisation.Kind.SECTION))
    selection = Selection(book, request.GET.dict(), request.user)
    if selection.errors:  # the list tells them
        return redirect(f"{book.url}?{request.GET.urlencode()}")
    task = task_for(book.slug, home, period.code) if home else None
    if task is not None and request.user.is_authenticated and task.round.note:
        messages.info(request, task.round.note)
    query = request.GET.urlencode()
    rows, more = _rows(request, book, home, period, selection)
    context = {
        "ledger": book,
        "title": _t("表格填报：%(ledger)s") % {"ledger": book},
        "subtitle": f"{home} · {period}" if home else "",
        "crumbs": [Crumb(str(task), task.get_absolute_url())] if task else [Crumb(str(book), book.url)],
        "task": task,
        "query": query,
        "more": more,
        "grid": {
            "columns": grid.columns_of(columns_for(book, home, period.code), home, organisations),
            "people": grid.people_of(book, home, request.user),
            "rows": rows,
            "most": grid.MOST,
            "key": f"grid:{request.user.pk}:{request.get_full_path()}",
            "csrf": get_token(request),
            "login": f"{reverse('login')}?next={request.path}",
            "words": _words(),
        },
    }
    return render(request, "ledger/grid.html", context)


def _rows(
    request: HttpRequest, book: Ledger[Any], home: Organisation | None, period: Period, selection: Selection
) -> tuple[list[dict[str, Any]], int]:
    """The rows, and how many there are beyond those."""
    free = Rights(request.user).may_change_accepted(book)  # type: ignore[arg-type]
    if home is not None and not {name for name, value in request.GET.items() if value} - WHOSE:
        known, before = workbooks.what_is_known(book, home, period, request.user)
        rows = grid.rows_of(book, known[: grid.MOST], may_change_accepted=free)
        starts = grid.starts_of(book, before) if not known else []
        return rows + starts[: grid.MOST - len(rows)], max(len(known) - grid.MOST, 0)
    found = list(workbooks.related(book, selection.ordered)[: grid.MOST + 1])
    more = selection.rows.count() - grid.MOST if len(found) > grid.MOST else 0
    return grid.rows_of(book, found[: grid.MOST], may_change_accepted=free), more


def _save(request: HttpRequest, book: Ledger[Any], home: Organisation | None, period: Period) -> HttpResponse:
    try:
        rows, removed, reason = _sent(request.body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return JsonResponse({"faults": [grid.Fault(_t("送来的内容读不懂；请刷新页面再试")).as_json()]}, status=400)
    try:
        saved = grid.save(book, Rights(request.user), rows, removed, home=home, reason=reason)  # type: ignore[arg-type]
    except NotSaved as refused:
        told = {
            "faults": [fault.as_json() for fault in refused.faults],
            "theirs": [{"row": one.row, "stamp": one.stamp, "cells": one.cells} for one in refused.theirs],
        }
        return JsonResponse(told, status=422)
    except BooksClosed as closed:
        return JsonResponse({"faults": [grid.Fault(closed.messages[0]).as_json()]}, status=422)
    selection = Selection(book, request.GET.dict(), request.user)
    return JsonResponse({"told": saved.told, "rows": _rows(request, book, home, period, selection)[0]})


def _sent(body: bytes) -> tuple[list[Sent], list[str], str]:
    """What the browser sent. Raises one of several errors where it is of another shape."""
    data = json.loads(body)
    rows = []
    for row in data["rows"]:
        cells = {str(name): str(text) for name, text in row["cells"].items()}
        rows.append(Sent(int(row["number"]), cells, str(row.get("stamp", ""))))
    removed = [str(stamp) for stamp in data.get("removed", [])]
    return rows, removed, str(data.get("reason", "")).strip()[:200]


def _writable(request: HttpRequest, slug: str) -> Ledger[Any]:
    try:
        book = ledger(slug)
    except UnknownLedger:
        raise Http404 from None
    if not book.visible_to(request.user):
        raise Http404
    if not book.may_write(request.user) or not issubclass(book.model, Record):
        raise PermissionDenied
    return book


def _home(request: HttpRequest) -> Organisation | None:
    """Whose rows these are: the school that is named, or the only one this person files for."""
    own = Organisation.objects.visible_to(request.user).schools()
    if asked := request.GET.get("organisation", ""):
        return own.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
    found = list(own[:2])
    return found[0] if len(found) == 1 else None


def _period(request: HttpRequest, book: Ledger[Any]) -> Period:
    asked = Period.objects.filter(code=request.GET.get("period", ""), kind=book.period_kind).first()
    return asked or Period.of(year_of(request), book.period_kind)


def _words() -> dict[str, str]:
    """What the grid says by itself, in the reader's language."""
    return {
        "state": _t("状态"),
        "new": _t("新增"),
        "start": _t("上年"),
        "sum": _t("合计"),
        "saving": _t("正在保存…"),
        "unsaved": _t("有 {n} 行未保存"),
        "clean": _t("没有未保存的修改"),
        "nothing": _t("没有改动，不用保存。"),
        "faults": _t("没有保存。请改正标红的 {n} 处，再保存一次："),
        "row": _t("第 {row} 行"),
        "offline": _t("没有连上服务器，内容还在本页；请检查网络后再保存。"),
        "expired": _t("登录已过期，您填的内容还在本页。请在新打开的窗口登录，再回到这里保存。"),
        "login": _t("打开登录窗口"),
        "restored": _t("已恢复上次没有保存的内容。"),
        "forget": _t("放弃恢复的内容"),
        "locked": _t("已通过审核，不能在这里修改"),
        "most": _t("一次最多 {n} 行；多出的没有粘贴。"),
        "pasted": _t("已粘贴 {n} 格。"),
        "saved": _t("您打开之后，别人把这一格改成了『{theirs}』。保存后以您的为准。"),
        "empty": _t("从第一格起粘贴，或双击格子填写"),
    }
