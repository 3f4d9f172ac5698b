"""The pages of collections: the list, the drawing board, one collection with its totals, its export. HTTP only."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.collections import guess, keeping
from shuyuan.collections.asked import Asked, Kind, columns_of
from shuyuan.collections.book import made
from shuyuan.collections.drawing import CollectionForm, HeaderForm, suggested_slug
from shuyuan.collections.export import workbook
from shuyuan.collections.figures import name_of
from shuyuan.collections.models import Collection
from shuyuan.collections.similar import similar
from shuyuan.collections.totals import By, rolled_up
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.ledger.flow import in_bureau, runs_rounds
from shuyuan.ledger.reaching import XLSX
from shuyuan.ledger.record import State
from shuyuan.ledger.unpacking import MOST_BYTES, Unreadable, unpack
from shuyuan.web import html
from shuyuan.web.context import year_of
from shuyuan.web.parts import Crumb, Tone
from shuyuan.web.tables import Column, Row, Table

STANDING = {
    keeping.Stage.DRAWN: Tone.NEUTRAL,
    keeping.Stage.OPEN: Tone.INFO,
    keeping.Stage.CLOSED: Tone.GOOD,
    keeping.Stage.ARCHIVED: Tone.NEUTRAL,
}


def index(request: HttpRequest) -> HttpResponse:
    """Every collection, the running ones first."""
    _bureau_only(request)
    rows = []
    for one in Collection.objects.visible_to(request.user):
        stage, answered = keeping.stage_of(one), keeping.answered_by(one)
        badge = html.badge(stage.label, STANDING[stage])
        rows.append(Row([one.title, one.day, len(one.asked), answered, badge], url=one.get_absolute_url()))
    columns = [
        Column(_t("名称"), wrap=True), Column(_t("数据时点")), Column(_t("列数"), numeric=True),
        Column(_t("已答复学校"), numeric=True), Column(_t("状态")),
    ]  # fmt: skip
    context = {
        "title": _t("专项填报"),
        "table": Table(columns, rows, caption=_t("专项填报")),
        "runs": runs_rounds(request.user),
    }
    return render(request, "collections/index.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """A new form: empty, or a copy of an earlier one."""
    _office_only(request)
    bureau = Organisation.objects.filter(kind=Organisation.Kind.BUREAU).first()
    if bureau is None:
        raise Http404
    fresh = Collection(organisation=bureau)
    if copied := Collection.objects.visible_to(request.user).filter(slug=request.GET.get("copy", "")).first():
        fresh.title, fresh.note, fresh.function = copied.title, copied.note, copied.function
        fresh.asked, fresh.rules = copied.asked, copied.rules
    return _board(request, fresh, {"slug": suggested_slug(year_of(request)), "day": _day(request)})


def upload(request: HttpRequest) -> HttpResponse:
    """A workbook's headings, guessed as columns, on the drawing board to be confirmed."""
    _office_only(request)
    form = HeaderForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            columns = guess.columns(unpack(file.read(MOST_BYTES + 1)))
        except Unreadable as refused:
            form.add_error("file", str(refused))
        else:
            if columns:
                title = (file.name or "").rpartition(".")[0][:60]
                fresh = Collection(asked=[column.as_data() for column in columns], title=title)
                start = {"slug": suggested_slug(year_of(request)), "day": _day(request), "title": title}
                messages.info(request, _t("下面是按表头猜的，请逐列核对类型和单位。"))
                return _drawn(request, CollectionForm(instance=fresh, initial=start), reverse("collection-new"))
            form.add_error("file", _t("没有找到表头；表头要在前 30 行里"))
    context = {
        "title": _t("从工作簿的表头开始"),
        "form": form,
        "crumbs": [Crumb(_t("专项填报"), reverse("collections"))],
        "back": reverse("collections"),
        "submit_label": _t("读取表头"),
    }
    return render(request, "web/form_page.html", context)


def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """An existing form; once there are answers it may only grow."""
    _office_only(request)
    return _board(request, _one(request, slug), {})


def _board(request: HttpRequest, one: Collection, start: dict[str, Any]) -> HttpResponse:
    form = CollectionForm(request.POST or None, instance=one, initial=start)
    if request.method == "POST" and form.is_valid():
        with acting(request.user, _t("设计专项填报")):  # type: ignore[arg-type]
            form.save()
        messages.success(request, _t("已保存。"))
        return redirect(one)
    return _drawn(request, form, "")


def _drawn(request: HttpRequest, form: CollectionForm, action: str) -> HttpResponse:
    one = form.instance
    told = form.faults_at()
    saved = bool(one.pk)
    context = {
        "title": _t("修改：%(record)s") % {"record": one} if saved else _t("新的专项填报"),
        "form": form,
        "cards": [(n, column, told.get(n, [])) for n, column in enumerate(form.columns)],
        "spare": [len(form.columns) + n for n in range(0 if form.columns else 3)],
        "empty": Asked("", ""),
        "rules": list(enumerate(form.rules)),
        "whole": [fault.message for fault in form.faults if fault.column is None],
        "kinds": Kind.choices,
        "action": action,
        "crumbs": [Crumb(_t("专项填报"), reverse("collections"))],
        "back": one.get_absolute_url() if saved else reverse("collections"),
    }
    return render(request, "collections/draw.html", context, status=422 if form.errors else 200)


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """What it asks, what is asked elsewhere already, how far it is, and what the answers come to."""
    _bureau_only(request)
    one = _one(request, slug)
    book, columns, stage = made(one), columns_of(one), keeping.stage_of(one)
    by = request.GET.get("by", By.ALL)
    by = by if by in By.values else By.ALL
    accepted = request.GET.get("all") != "1"
    lines = rolled_up(book, columns, request.user, by, accepted=accepted)
    context = {
        "collection": one,
        "ledger": book,
        "title": one.title,
        "crumbs": [Crumb(_t("专项填报"), reverse("collections"))],
        "state": html.badge(stage.label, STANDING[stage]),
        "explained": stage.explained,
        "stage": stage,
        "stages": keeping.Stage,
        "columns": [(column, book.column(column.name).label, name_of(one.slug, column.name)) for column in columns],
        "similar": similar(book) if stage == keeping.Stage.DRAWN else [],
        "rounds": keeping.rounds_of(one),
        "totals": _totals(book, columns, lines) if lines else None,
        "by": [(kind, kind.value == by) for kind in By],
        "accepted": accepted,
        "waiting": book.objects().visible_to(request.user).filter(state__in=[State.FILED, State.SIGNED]).count(),
        "runs": runs_rounds(request.user),
        "kinds": Kind.choices,
    }
    return render(request, "collections/page.html", context)


def _totals(book: Any, columns: list[Asked], lines: Any) -> Table:
    shown = [column for column in columns if column.numeric or column.kind in {Kind.CHOICE, Kind.YES_NO}]
    heads = [Column(_t("范围"), wrap=True), Column(_t("学校"), numeric=True), Column(_t("条数"), numeric=True)]
    for column in shown:
        mean = _t("（平均）") if column.total == "mean" else ""
        heads.append(Column(book.column(column.name).label + mean, numeric=column.numeric, wrap=not column.numeric))
    rows = [
        Row([line.title, len(line.schools), line.records, *(line.told(column) for column in shown)]) for line in lines
    ]
    return Table(heads, rows, caption=_t("汇总"))


def export(request: HttpRequest, slug: str) -> HttpResponse:
    """All schools' answers in one workbook."""
    _bureau_only(request)
    one = _one(request, slug)
    response = HttpResponse(workbook(made(one), columns_of(one), request.user), content_type=XLSX)
    response["Content-Disposition"] = str(content_disposition_header(True, f"{one.title}.xlsx"))
    return response


@require_POST
def held_elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    """A column is not asked after all, because a ledger has it."""
    _office_only(request)
    one = _one(request, slug)
    with acting(request.user, _t("已在别处，不再问")):  # type: ignore[arg-type]
        return _done(
            request, one, keeping.leave_out(one, request.POST.get("column", ""), request.POST.get("ledger", ""))
        )


@require_POST
def again(request: HttpRequest, slug: str) -> HttpResponse:
    """Asked once more, a year later; the office then says of whom and by when."""
    _office_only(request)
    one = _one(request, slug)
    with acting(request.user, _t("再问一年")):  # type: ignore[arg-type]
        told = keeping.ask_again(one)
    return _done(request, one, told) if told else redirect(f"{reverse('round-add')}?ledger={one.slug}")


@require_POST
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    """End its rounds and put it away, or take it out again."""
    _office_only(request)
    one = _one(request, slug)
    with transaction.atomic(), acting(request.user, _t("归档专项填报")):  # type: ignore[arg-type]
        try:
            keeping.archive(one, away=request.POST.get("to") != "use")
        except ValidationError as refused:
            return _done(request, one, " ".join(refused.messages))
    return redirect(one)


def _done(request: HttpRequest, one: Collection, refused: str) -> HttpResponse:
    if refused:
        messages.error(request, refused)
    return redirect(one)


def _day(request: HttpRequest) -> date:
    """Today, or the last day of the year that is worked in."""
    today = timezone.localdate()
    return today if today.year == year_of(request) else date(year_of(request), 12, 31)


def _one(request: HttpRequest, slug: str) -> Collection:
    found = Collection.objects.visible_to(request.user).filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _bureau_only(request: HttpRequest) -> None:
    if not in_bureau(request.user):
        raise PermissionDenied


def _office_only(request: HttpRequest) -> None:
    if not runs_rounds(request.user):
        raise PermissionDenied
