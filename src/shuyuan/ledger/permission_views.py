"""The pages of permissions: sensitive information in full, the table of rights, the log. HTTP only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from shuyuan.core.models import Duty
from shuyuan.core.people import every_post_of, may
from shuyuan.core.roles import Right, Role, rights_of, separated
from shuyuan.core.sensitive import Sensitivity
from shuyuan.ledger import audit, unmasking, workbooks
from shuyuan.ledger.audit import Asked
from shuyuan.ledger.flow import posted, watches
from shuyuan.ledger.ledger import all_ledgers
from shuyuan.ledger.reaching import XLSX, visible_ledger, visible_record
from shuyuan.ledger.record import Hand
from shuyuan.ledger.record_views import show_record
from shuyuan.ledger.selection import Selection
from shuyuan.ledger.unmasking import HANDS
from shuyuan.web.tables import Column, Row, Table

MOST = 200
HANDS_TOLD = {
    Hand.SCHOOL: Role.CLERK.label,
    Hand.HEAD: Role.HEADTEACHER.label,
}


@never_cache
@require_POST
def unmask(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The record once more, with what was asked for in full; the look is written down before it is shown."""
    book, record = visible_record(request, slug, pk)
    try:
        names, purpose = request.POST.getlist("field"), request.POST.get("purpose", "")
        revealed = unmasking.reveal(request.user, book, record, names, purpose)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect("record", slug=slug, pk=pk)
    return show_record(request, book, record, revealed)


@require_POST
def export_full(request: HttpRequest, slug: str) -> HttpResponse | StreamingHttpResponse:
    """What the list shows, as a workbook, with what is sensitive in full; the export is written down first."""
    book = visible_ledger(request, slug)
    if not unmasking.may_release(request.user, book):
        raise PermissionDenied
    selection = Selection(book, request.GET.dict(), request.user)
    back = f"{book.url}?{request.GET.urlencode()}"
    if selection.errors:
        return redirect(back)
    try:
        unmasking.release(request.user, book, selection.rows.count(), request.POST.get("purpose", ""))
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect(back)
    response = StreamingHttpResponse(
        workbooks.export(book, selection.ordered, full=True),
        content_type=XLSX,
        headers={"Cache-Control": "no-store"},
    )
    response["Content-Disposition"] = str(content_disposition_header(True, f"{book}.xlsx"))
    return response


def permissions(request: HttpRequest) -> HttpResponse:
    """Who may do what: the very table that is asked whenever somebody does it."""
    if not posted(request.user):
        raise PermissionDenied
    context = {
        "title": _t("权限一览"),
        "rights": _rights(),
        "hands": _hands(),
        "books": _books(request),
        "separated": separated(),
        "held": [str(post) for post in every_post_of(request.user)],
    }
    return render(request, "ledger/permissions.html", context)


def _rights() -> Table:
    rows = [Row([right.label, *(_t("可以") if right in rights_of(role) else "" for role in Role)]) for right in Right]
    return Table(
        [Column(_t("可以做什么"), wrap=True), *(Column(role.label) for role in Role)], rows, _t("各岗位的权限")
    )


def _hands() -> Table:
    told = [(hand, HANDS_TOLD.get(hand, _t("负责科室与办公室"))) for hand in Hand]
    rows = [
        Row([kind.label, *(_t("可以") if hand in HANDS[kind] else "" for hand, _told in told)]) for kind in Sensitivity
    ]
    columns = [Column(_t("敏感信息"), wrap=True), *(Column(label) for _hand, label in told)]
    return Table(columns, rows, _t("注明用途后可以查看原文的人"))


def _books(request: HttpRequest) -> Table:
    sections = {duty.function: str(duty.organisation) for duty in Duty.objects.select_related("organisation")}
    rows = []
    for book in all_ledgers():
        if book.visible_to(request.user) or not book.confidential:
            kinds = dict.fromkeys(kind.label for column in book.sheet for kind in column.sensitive)
            secret = _t("保密") if book.confidential else ""
            section = sections.get(book.function, "")
            rows.append(Row([str(book), section, secret, _t("、").join(map(str, kinds))]))
    columns = [Column(_t("台账")), Column(_t("负责科室")), Column(_t("保密")), Column(_t("含敏感信息"), wrap=True)]
    return Table(columns, rows, _t("台账"))


def log(request: HttpRequest) -> HttpResponse:
    """Looks at sensitive information, and the last changes of everything, without what was changed."""
    if not watches(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    first = _day(request.GET.get("first", "")) or today - timedelta(30)
    asked = Asked(first, _day(request.GET.get("last", "")) or today, request.GET.get("who", "")[:80])
    context = {
        "title": _t("日志"),
        "asked": asked,
        "looks": _looks(request, audit.looks(asked, MOST)),
        "changes": _changes(audit.changes(asked, MOST)),
        "most": MOST,
    }
    return render(request, "ledger/log.html", context)


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _looks(request: HttpRequest, found: list[unmasking.Unmasking]) -> Table:
    rows = []
    for one in found:
        opens = one.record and may(request.user, Right.READ) and one.book and one.book.visible_to(request.user)
        url = reverse("record", args=[one.ledger, one.record]) if opens else ""
        which = f"#{one.record}" if one.record else _t("导出")
        who = one.by.first_name or one.by.username
        rows.append(Row([one.at, who, str(one.book or one.ledger), which, one.labels, one.count, one.purpose], url))
    columns = [
        Column(_t("时间")), Column(_t("查看人")), Column(_t("台账")), Column(_t("记录")),
        Column(_t("看了什么"), wrap=True), Column(_t("条数"), numeric=True), Column(_t("用途"), wrap=True),
    ]  # fmt: skip
    return Table(columns, rows, _t("敏感信息查看"))


def _changes(found: list[audit.Line]) -> Table:
    rows = [Row([one.at, one.who, one.act, one.what, f"#{one.record}", one.organisation, one.why]) for one in found]
    columns = [
        Column(_t("时间")), Column(_t("何人")), Column(_t("动作")), Column(_t("台账")), Column(_t("记录")),
        Column(_t("单位")), Column(_t("原因"), wrap=True),
    ]  # fmt: skip
    return Table(columns, rows, _t("修改"))
