"""The page of one filing, for clerk, headteacher and section alike, and what each may do there. HTTP only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.core.history import acting
from shuyuan.ledger import filing, review
from shuyuan.ledger.changes import outline, since_accepted
from shuyuan.ledger.flow import hands, runs_rounds
from shuyuan.ledger.notices import Notice
from shuyuan.ledger.record import Hand, State
from shuyuan.ledger.rounds import Task
from shuyuan.ledger.standing import status_of
from shuyuan.ledger.totals import totals
from shuyuan.ledger.workbooks import related
from shuyuan.web import html
from shuyuan.web.parts import Change, Crumb, Fact

MOST = 200
"""Records on one page of a filing; the list of the ledger shows all of them."""


def task(request: HttpRequest, pk: int) -> HttpResponse:
    """What is filed, what changed since it was last accepted and since last year, and what the checks say."""
    one = _task(request, pk)
    book, status = one.book, status_of(one)
    mine = hands(request.user, book, one.organisation)
    checked = filing.said(one)
    address = urlencode({"period": one.period_id, "organisation": one.organisation_id})
    context = {
        "task": one,
        "ledger": book,
        "status": status,
        "title": f"{one.organisation} · {book}",
        "subtitle": f"{one.round} · {one.period}",
        "crumbs": _crumbs(request, one),
        "state": html.badge(status.standing.label, status.tone),
        "facts": _facts(one),
        "lines": _lines(one),
        "more": max(status.total - MOST, 0),
        "checked": checked,
        "list_url": f"{book.url}?{address}",
        "may_file": Hand.SCHOOL in mine and one.open,
        "may_sign": Hand.HEAD in mine and one.open and one.signed and bool(one.filed_at) and not one.returned_why,
        "may_return": bool({Hand.HEAD, Hand.SECTION} & mine) and one.open and bool(one.filed_at),
        "may_review": Hand.SECTION in mine,
        "may_extend": runs_rounds(request.user) and one.open,
        "unfiled": status.records[State.DRAFT] + status.records[State.RETURNED],
        "to_sign": status.records[State.FILED],
    }
    return render(request, "ledger/task.html", context)


def _crumbs(request: HttpRequest, one: Task) -> list[Crumb]:
    if runs_rounds(request.user) or one.book.may_accept(request.user):
        return [Crumb(_t("填报"), reverse("rounds")), Crumb(one.round.title, one.round.get_absolute_url())]
    return [Crumb(_t("首页"), reverse("home"))]


def _facts(one: Task) -> list[Fact]:
    """How many records and what they add up to, this year beside the year before."""
    names = [column.name for column in one.book.sheet if column.numeric]
    now = totals(one.records(), names)
    before = totals(one.records_of(one.period.before().code), names)
    found = [Fact(_t("截止日期"), one.due), Fact(_t("记录"), now["n"], numeric=True, note=_beside(before["n"]))]
    found += [
        Fact(column.label, now[key], numeric=True, note=_beside(before[key]))
        for column in one.book.sheet
        if (key := f"sum_{column.name}") in now and (now[key] or before[key])
    ]
    if one.filed_at:
        late = _t("（逾期）") if one.late() else ""
        found.append(Fact(_t("报送时间"), one.filed_at, note=late))
    if one.signed_at:
        found.append(Fact(_t("签报时间"), one.signed_at))
    return found


def _beside(value: object) -> str:
    return _t("上年 %(value)s") % {"value": html.number(value)}


def _lines(one: Task) -> list[dict[str, Any]]:
    """The records, those that want something first; the accepted ones last."""
    book = one.book
    order = {state: place for place, state in enumerate(("returned", "draft", "filed", "signed", "accepted"))}
    keys = sorted(one.records().values_list("state", "pk"), key=lambda row: (order[row[0]], row[1]))[:MOST]
    records = related(book, book.objects()).in_bulk([key for _state, key in keys])
    open_keys = [key for state, key in keys if state != State.ACCEPTED]
    changed, remarks = since_accepted(book, open_keys), review.remarks(book, open_keys)
    lines = []
    for state, key in keys:
        record = records[key]
        lines.append(
            {
                "record": record,
                "said": outline(book, record),
                "state": State(state),
                "changes": [Change(c.label, c.before, c.after) for c in changed.get(key) or []],
                "new": key in changed and changed[key] is None,
                "remarks": [
                    (book.column(name).label if name else "", text) for name, text in remarks.get(key, {}).items()
                ],
            }
        )
    return lines


@require_POST
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what the school says of the soft checks."""
    one = _allowed(request, pk, Hand.SCHOOL)
    return _done(
        request, one, _t("说明核实性校验"), lambda: filing.explain_all(one, request.POST.dict()), _t("说明已保存。")
    )


@require_POST
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """File everything of the task, with the explanations given on the same page."""
    one = _allowed(request, pk, Hand.SCHOOL)

    def act() -> None:
        filing.explain_all(one, request.POST.dict())
        filing.file(one)

    return _done(request, one, _t("报送"), act, _t("已报送。"))


@require_POST
def nothing(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing to report."""
    one = _allowed(request, pk, Hand.SCHOOL)
    return _done(request, one, _t("零报告"), lambda: filing.report_nothing(one), _t("已记下：本期无内容可报。"))


@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The headteacher signs."""
    one = _allowed(request, pk, Hand.HEAD)
    return _done(request, one, _t("校长签报"), lambda: filing.sign(one), _t("已签报。"))


@require_POST
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The headteacher or the section sends the whole filing back."""
    one = _allowed(request, pk, Hand.HEAD, Hand.SECTION)
    reason = request.POST.get("reason", "").strip()
    return _done(request, one, reason or _t("退回"), lambda: filing.send_back(one, reason), _t("已退回。"))


@require_POST
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day for this school, with the reason."""
    one = _task(request, pk)
    if not runs_rounds(request.user):
        raise PermissionDenied
    try:
        due = parse_date(request.POST.get("due", ""))
    except ValueError:
        due = None
    if due is None:
        messages.error(request, _t("请选择新的截止日期。"))
        return redirect(one)
    reason = request.POST.get("reason", "").strip() or _t("延期")
    return _done(request, one, reason, lambda: filing.extend(one, due), _t("已延期。"))


@require_POST
def notices_seen(request: HttpRequest) -> HttpResponse:
    """Put one's notices away."""
    Notice.objects.filter(user_id=request.user.pk or 0, seen=False).update(seen=True)
    return redirect("home")


def _done(request: HttpRequest, one: Task, reason: str, act: Callable[[], object], told: str) -> HttpResponse:
    try:
        with acting(request.user, reason):  # type: ignore[arg-type]
            act()
        messages.success(request, told)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect(one)


def _allowed(request: HttpRequest, pk: int, *wanted: Hand) -> Task:
    one = _task(request, pk)
    if not set(wanted) & hands(request.user, one.book, one.organisation):
        raise PermissionDenied
    return one


def _task(request: HttpRequest, pk: int) -> Task:
    found = Task.objects.visible_to(request.user).select_related("round__organisation", "organisation", "period")
    one = found.filter(pk=pk).first()
    if one is None or not one.book.visible_to(request.user):
        raise Http404
    return one
