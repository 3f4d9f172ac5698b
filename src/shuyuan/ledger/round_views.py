"""The pages of rounds: the list, the form, the burden meter before sending, the completeness board after. HTTP only."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.ledger import columns, filing, notices
from shuyuan.ledger.burden import burden, fileable
from shuyuan.ledger.flow import in_bureau, may_review, runs_rounds
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.round_form import RoundForm
from shuyuan.ledger.rounds import Round
from shuyuan.ledger.standing import Standing, Status, statuses
from shuyuan.web import html
from shuyuan.web.context import year_of
from shuyuan.web.pages import show
from shuyuan.web.parts import Crumb, Tone
from shuyuan.web.tables import Column, Row, Table

TONES = {Round.State.PREPARED: Tone.NEUTRAL, Round.State.OPEN: Tone.INFO, Round.State.CLOSED: Tone.NEUTRAL}
FAR = 20
"""Schools in the burden meter's list: those with the most to fill in."""


def rounds(request: HttpRequest) -> HttpResponse:
    """Every round, the running ones first."""
    _bureau_only(request)
    found = Round.objects.visible_to(request.user)
    rows = []
    for one in sorted(found, key=lambda one: one.state != Round.State.OPEN):
        done = Counter(status.owed for status in statuses(one.tasks.select_related("round", "organisation")))
        share = f"{done[False]} / {done.total()}" if done else ""
        state = html.badge(one.get_state_display(), TONES[Round.State(one.state)])
        books = _t("、").join(map(str, one.books()))
        rows.append(Row([one.title, str(one.year), books, one.due, share, state], url=one.get_absolute_url()))
    columns = [
        Column(_t("名称"), wrap=True), Column(_t("年份"), numeric=True), Column(_t("台账"), wrap=True),
        Column(_t("截止日期")), Column(_t("已报"), numeric=True), Column(_t("状态")),
    ]  # fmt: skip
    context = {
        "title": _t("填报"),
        "table": Table(columns, rows, caption=_t("填报")),
        "runs": runs_rounds(request.user),
    }
    return render(request, "ledger/rounds.html", context)


def add(request: HttpRequest) -> HttpResponse:
    """A new round; it is sent only from its own page, after the burden meter was seen."""
    if not runs_rounds(request.user):
        raise PermissionDenied
    bureau = Organisation.objects.filter(kind=Organisation.Kind.BUREAU).first()
    if bureau is None:
        raise Http404
    today = timezone.localdate()
    start = {"year": year_of(request), "opens": today, "due": today + timedelta(days=14), "within": bureau}
    if asked := next((book for book in fileable() if book.slug == request.GET.get("ledger")), None):
        start |= {"ledgers": [asked.slug], "title": str(asked), "year": asked.year or start["year"]}
    return _form(request, Round(organisation=bureau), start)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A round that is not sent yet."""
    one = _round(request, pk)
    if not runs_rounds(request.user) or one.state != Round.State.PREPARED:
        raise PermissionDenied
    return _form(request, one, {})


def _form(request: HttpRequest, one: Round, start: dict[str, Any]) -> HttpResponse:
    places = Organisation.objects.visible_to(request.user)
    form = RoundForm(request.POST or None, instance=one, initial=start, organisations=places)
    if request.method == "POST" and form.is_valid():
        with acting(request.user, _t("准备填报")):  # type: ignore[arg-type]
            form.save()
        return redirect(one)
    context = {
        "title": _t("新的填报") if one.pk is None else _t("修改：%(record)s") % {"record": one},
        "form": form,
        "crumbs": [Crumb(_t("填报"), reverse("rounds"))],
        "back": reverse("rounds") if one.pk is None else one.get_absolute_url(),
        "submit_label": _t("下一步：看看负担"),
    }
    return render(request, "web/form_page.html", context)


def board(request: HttpRequest, pk: int) -> HttpResponse:
    """Before it is sent, what the round asks; afterwards, who has filed, in time or late, and who has not."""
    one = _round(request, pk)
    context = {
        "round": one,
        "title": one.title,
        "crumbs": [Crumb(_t("填报"), reverse("rounds"))],
        "state": html.badge(one.get_state_display(), TONES[Round.State(one.state)]),
        "explained": Round.State(one.state).explained,
        "runs": runs_rounds(request.user),
        "states": Round.State,
    }
    if one.state == Round.State.PREPARED:
        weighed = burden(one)
        heaviest = sorted(weighed.loads, key=lambda load: -load.to_fill)[:FAR]
        context |= {
            "asked": [(book, _optional(one, book)) for book in one.books()],
            "burden": weighed,
            "heaviest": heaviest,
            "unreachable": notices.schools_without_filers(one.schools()),
        }
        return render(request, "ledger/burden.html", context)
    tasks = one.tasks.select_related("round", "organisation").order_by("organisation__order", "organisation_id")
    return show(request, "ledger/board.html", context | _board(one, statuses(tasks), request.GET.get("standing", "")))


def _optional(one: Round, book: Ledger[Any]) -> list[tuple[columns.Column, bool]]:
    """The optional columns of a ledger, and whether the round asks for them."""
    return [(column, column in one.columns(book)) for column in book.sheet if not column.required]


def _board(one: Round, found: list[Status], wanted: str) -> dict[str, Any]:
    counted = Counter(status.standing for status in found)
    late = sum(status.task.late() for status in found)
    slugs = [book.slug for book in one.books()]
    schools: dict[int, dict[str, Status]] = {}
    for status in found:
        schools.setdefault(status.task.organisation_id, {})[status.task.ledger] = status
    rows = [
        (next(iter(line.values())).task.organisation, [line.get(slug) for slug in slugs])
        for line in schools.values()
        if not wanted or any(status.standing == wanted for status in line.values())
    ]
    kinds = [(kind, counted[kind], kind == wanted) for kind in Standing if counted[kind]]
    return {
        "books": one.books(),
        "rows": rows,
        "kinds": kinds,
        "total": len(found),
        "late": late,
        "in_time": sum(status.task.filed_at is not None for status in found) - late,
        "owing": sum(status.owed for status in found),
        "filtered": wanted,
    }


@require_POST
def choose_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which of the optional columns a round asks for, while it is not sent."""
    one = _round(request, pk)
    if not runs_rounds(request.user) or one.state != Round.State.PREPARED:
        raise PermissionDenied
    chosen = set(request.POST.getlist("column"))
    one.omitted = {
        book.slug: [column.name for column, _now in _optional(one, book) if f"{book.slug}.{column.name}" not in chosen]
        for book in one.books()
    }
    with acting(request.user, _t("选定栏目")):  # type: ignore[arg-type]
        one.save()
    return redirect(one)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a round, or end it."""
    one = _round(request, pk)
    if not runs_rounds(request.user):
        raise PermissionDenied
    try:
        if request.POST.get("to") == Round.State.OPEN:
            with acting(request.user, _t("发出填报")):  # type: ignore[arg-type]
                sent = filing.send(one)
            messages.success(request, _t("已发出 %(n)s 项填报任务。") % {"n": sent})
        else:
            with acting(request.user, _t("结束填报")):  # type: ignore[arg-type]
                filing.close(one)
            messages.success(request, _t("填报已结束。"))
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    return redirect(one)


@require_POST
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind everybody who still owes something, once a day at most."""
    one = _round(request, pk)
    if one.state != Round.State.OPEN or not may_review(request.user):
        raise PermissionDenied
    with acting(request.user, _t("催报")):  # type: ignore[arg-type]
        owing, told = filing.remind(one)
    if told:
        messages.success(request, _t("还有 %(n)s 项未报，已提醒 %(people)s 人。") % {"n": owing, "people": told})
    else:
        messages.info(request, _t("今天已经提醒过了，没有重复发出。") if owing else _t("都已报送，不用催。"))
    return redirect(one)


def _bureau_only(request: HttpRequest) -> None:
    if not in_bureau(request.user):
        raise PermissionDenied


def _round(request: HttpRequest, pk: int) -> Round:
    found = Round.objects.visible_to(request.user).select_related("organisation", "within").filter(pk=pk).first()
    if found is None or not in_bureau(request.user):
        raise Http404
    return found
