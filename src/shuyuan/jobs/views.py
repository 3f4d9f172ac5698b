"""The pages of background work: one's own jobs, how far each is, its result. HTTP only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.jobs import presence, work
from shuyuan.jobs.job import Job
from shuyuan.web import html
from shuyuan.web.pages import show
from shuyuan.web.parts import Crumb, Tone
from shuyuan.web.tables import Column, Row, Table

SHOWN = 50
TONES = {
    Job.State.WAITING: Tone.NEUTRAL,
    Job.State.RUNNING: Tone.INFO,
    Job.State.DONE: Tone.GOOD,
    Job.State.FAILED: Tone.BAD,
    Job.State.CANCELLED: Tone.WARNING,
}


def jobs(request: HttpRequest) -> HttpResponse:
    """One's own, the newest first."""
    found = Job.objects.visible_to(request.user)[:SHOWN]
    rows = [
        Row(
            [one.title, one.at, _badge(one), _t("；").join([*one.told, *filter(None, [one.error])])],
            url=one.get_absolute_url(),
        )
        for one in found
    ]
    columns = [Column(_t("名称"), wrap=True), Column(_t("时间")), Column(_t("状态")), Column(_t("结果"), wrap=True)]
    table = Table(columns, rows, caption=_t("后台处理"))
    return render(request, "jobs/jobs.html", {"title": _t("后台处理"), "table": table})


def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; while it is not over the page looks again by itself."""
    return show(request, "jobs/job.html", about(_own(request, pk)), region="jobs/progress.html")


def about(one: Job) -> dict[str, Any]:
    """What a page, or a part of one, shows of a job."""
    return {
        "title": one.title,
        "crumbs": [Crumb(_t("后台处理"), reverse("jobs"))],
        "job": one,
        "state": _badge(one),
        "progress_label": one.get_state_display(),
        "nobody": one.state == Job.State.WAITING and not presence.anybody(),
        "seconds": max(int(((one.ended or timezone.now()) - one.at).total_seconds()), 0),  # a clock may jump back
    }


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it: at once while it waits, else at its next step."""
    one = _own(request, pk)
    one.cancel()
    if one.unended:
        messages.info(request, _t("将在下一步停下；已经处理完的保留。"))
    return redirect(one)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """The same once more, after it failed or was cancelled."""
    one = _own(request, pk)
    if one.unended or one.state == Job.State.DONE:
        return redirect(one)
    return redirect(work.start(one.by, one.work, one.title, reason=one.reason, **one.arguments))


def file(request: HttpRequest, pk: int) -> FileResponse:
    """What was made, for whoever had it made."""
    one = _own(request, pk)
    if not one.file:
        raise Http404
    try:
        return FileResponse(one.file.open("rb"), as_attachment=True, filename=one.name)
    except FileNotFoundError:
        raise Http404 from None


def _own(request: HttpRequest, pk: int) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("by"), pk=pk)


def _badge(one: Job) -> Any:
    return html.badge(one.get_state_display(), TONES[Job.State(one.state)])
