"""The office's pages: a report opened, divided among the sections, arranged, read three times, given a template."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.core.history import Act, acting
from shuyuan.core.models import Organisation
from shuyuan.core.people import posts_of
from shuyuan.report import arranging, drafting, readings, rights, templating
from shuyuan.report.drafting import Refused
from shuyuan.report.models import ANNUAL, Part, Reading, Report
from shuyuan.report.outlines import NoOutline, kinds
from shuyuan.report.package import PackageError
from shuyuan.report.progress import TONES, progress
from shuyuan.report.template import TemplateError
from shuyuan.report.views import reading_url, visible
from shuyuan.web.parts import Crumb


@contextmanager
def told(request: HttpRequest) -> Iterator[None]:
    """What is refused is said at the head of the next page."""
    try:
        yield
    except (Refused, PackageError, TemplateError, NoOutline) as error:
        messages.error(request, str(error))


def doing(request: HttpRequest, reason: str) -> AbstractContextManager[Act]:
    return acting(request.user, reason)  # type: ignore[arg-type]  # the pages are for people who are logged in


@require_POST
def open_report(request: HttpRequest) -> HttpResponse:
    """Begin a report of a year: the bureau's annual one, another kind, or a school's own."""
    kind, year = request.POST.get("kind") or ANNUAL, request.POST.get("year", "")
    school = next((one.of_school for one in kinds() if one.kind == kind), False)
    whose = _school_of(request) if school else Organisation.objects.filter(kind=Organisation.Kind.BUREAU).first()
    if whose is None or not rights.runs(request.user, whose):
        raise PermissionDenied
    if not year.isdecimal() or not 1950 <= int(year) <= 2200:
        messages.error(request, _t("请写四位数的年份。"))
        return redirect("reports")
    with told(request), doing(request, _t("开始起草 %(year)s 年工作报告") % {"year": year}):
        return redirect("report-desk", pk=drafting.open_report(int(year), kind, whose).pk)
    return redirect("reports")


def _school_of(request: HttpRequest) -> Organisation | None:
    """The school that somebody holds a post in."""
    places = [post.organisation for post in posts_of(request.user)]
    return next((place for place in places if place.kind == Organisation.Kind.SCHOOL), None)


def _run(request: HttpRequest, pk: int) -> Report:
    """A report that this person may read, and must run to come here."""
    report = visible(request, pk)
    if not rights.runs(request.user, report.organisation):
        raise PermissionDenied
    return report


def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """All parts in their order with section, deadline and state; for the office, the means to change them."""
    report = visible(request, pk)
    parts = [(part, TONES[Part.State(part.state)], rights.writes(request.user, part)) for part in report.parts()]
    context = {
        "title": str(report),
        "crumbs": [Crumb(_t("工作报告"), reverse("reports"))],
        "report": report,
        "chapters": [(name, list(lines)) for name, lines in groupby(parts, key=lambda line: line[0].chapter)],
        "progress": progress(report),
        "runs": report.state == Report.State.DRAFTING and rights.runs(request.user, report.organisation),
        "sections": rights.sections_of(report.organisation),
        "removed": Part.objects.filter(report=report, removed=True),
        "given": report.template(),
        "reading_url": reading_url(report),
    }
    return render(request, "report/desk.html", context)


@require_POST
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Section and deadline for the parts that are ticked."""
    report = _run(request, pk)
    ticked = set(request.POST.getlist("part"))
    parts = [part for part in report.parts() if str(part.pk) in ticked]
    chosen = request.POST.get("section", "")
    section = Organisation.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
    try:
        deadline = parse_date(request.POST.get("deadline", ""))
    except ValueError:  # 2月30日
        deadline = None
    if not parts or not (section or deadline):
        messages.error(request, _t("请勾选段落，并选科室或截止日期。"))
        return redirect("report-desk", pk=pk)
    with told(request), doing(request, _t("分派起草")):
        changed = drafting.assign(parts, section, deadline)
        messages.success(request, _t("已分派 %(n)s 段。") % {"n": changed})
    return redirect("report-desk", pk=pk)


@require_POST
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """A new part, in a chapter that is there or in a new one."""
    report = _run(request, pk)
    with told(request), doing(request, _t("增加段落")):
        arranging.add(report, request.POST.get("chapter", ""), request.POST.get("heading", ""))
    return redirect("report-desk", pk=pk)


@require_POST
def entitle(request: HttpRequest, pk: int) -> HttpResponse:
    """Title and issuer of the report."""
    report = _run(request, pk)
    with told(request), doing(request, _t("修改标题")):
        arranging.entitle_report(report, request.POST.get("title", ""), request.POST.get("issuer", ""))
    return redirect("report-desk", pk=pk)


@require_POST
def chapter(request: HttpRequest, pk: int) -> HttpResponse:
    """Move or rename a chapter. The button says which one it stands at, and the page what it was called there."""
    report = _run(request, pk)
    act, _colon, number = request.POST.get("act", "").partition(":")
    name = request.POST.get(f"chapter_{number}", "")
    with told(request):
        if act == "rename":
            with doing(request, _t("修改章名")):
                arranging.rename(report, name, request.POST.get(f"title_{number}", ""))
        else:
            with doing(request, _t("调整顺序")):
                arranging.shift_chapter(report, name, up=act == "up")
    return redirect("report-desk", pk=pk)


@require_POST
def arrange(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a part, take it out, or put it back."""
    part = Part.objects.visible_to(request.user).select_related("report__organisation").filter(pk=pk).first()
    if part is None:
        raise Http404
    if not rights.runs(request.user, part.report.organisation):
        raise PermissionDenied
    act = request.POST.get("arrange", "")
    with told(request), doing(request, _t("调整段落")):
        if act == "remove":
            arranging.remove(part)
            messages.success(request, _t("已删去「%(part)s」；在本页下方可以恢复。") % {"part": part})
        elif act == "restore":
            arranging.restore(part)
        else:
            arranging.shift(part, up=act == "up")
    return redirect("report-desk", pk=part.report_id)


@require_POST
def template(request: HttpRequest, pk: int) -> HttpResponse:
    """A whole Word template in place of ours, or back to ours."""
    report = _run(request, pk)
    given = request.FILES.get("file")
    with told(request):
        if request.POST.get("act") == "withdraw":
            with doing(request, _t("停用上传的模板")):
                templating.withdraw(report)
        elif given is None or (given.size or 0) > templating.MOST_BYTES:
            messages.error(request, _t("请选择一个不超过 20 MB 的 Word 文件。"))
        else:
            with doing(request, _t("上传模板 %(name)s") % {"name": given.name}):
                templating.give(report, given.name or "", given.read())
            messages.success(request, _t("模板已启用。"))
    return redirect("report-desk", pk=pk)


def reading_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The three readings and three proofs with their names; whoever has read records it here."""
    report = visible(request, pk)
    if request.method == "POST":
        if not rights.belongs(request.user, report.organisation):
            raise PermissionDenied
        stage = request.POST.get("stage", "")
        if stage not in Reading.Stage.values:
            raise Http404
        with told(request), doing(request, _t("审校：%(stage)s") % {"stage": Reading.Stage(stage).label}):
            readings.read(report, stage, request.POST.get("remark", ""), request.POST.get("seen", ""))
            messages.success(request, _t("已记录。"))
        return redirect("report-readings", pk=pk)
    done = readings.readings(report)
    context = {
        "title": _t("三审三校"),
        "crumbs": [Crumb(_t("工作报告"), reverse("reports")), Crumb(str(report), reverse("report-desk", args=[pk]))],
        "report": report,
        "lines": [(stage, [one for one in done if one.reading.stage == stage]) for stage in readings.STAGES],
        "seal": report.seal(),
        "next": readings.following(report),
        "may": report.state == Report.State.DRAFTING and rights.belongs(request.user, report.organisation),
        "progress": progress(report),
    }
    return render(request, "report/readings.html", context)
