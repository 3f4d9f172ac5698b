"""The pages of reports: the list, the draft as it stands now with each number a link to its figure; DOCX and PDF."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation
from shuyuan.core.people import posts_of
from shuyuan.figures.views import may_read
from shuyuan.report import html, rights
from shuyuan.report.build import Built, TypedNumbers, annual, build, draft, source
from shuyuan.report.copies import CopyError
from shuyuan.report.models import ANNUAL, Report
from shuyuan.report.outlines import NoOutline, kinds, outline, years
from shuyuan.report.package import PackageError
from shuyuan.report.progress import progress
from shuyuan.report.template import TemplateError

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def reads(user: rights.Somebody) -> bool:
    """Whether there is anything for somebody among the reports: the bureau's, or their own school's."""
    return may_read(user) or any(rights.runs(user, post.organisation) for post in posts_of(user))


def report_list(request: HttpRequest) -> HttpResponse:
    """The reports that are open, and the years whose annual report could be."""
    if not reads(request.user):
        raise PermissionDenied
    reports = list(Report.objects.visible_to(request.user).select_related("organisation"))
    opened = {one.year for one in reports if one.organisation.kind == Organisation.Kind.BUREAU and one.kind == ANNUAL}
    bureau = Organisation.objects.filter(kind=Organisation.Kind.BUREAU).first()
    runs = bureau is not None and rights.runs(request.user, bureau)
    bureau_s = [(ANNUAL, _t("年度工作报告"))] if runs else []
    offered = [one for one in kinds() if (one.of_school and not may_read(request.user)) or (runs and not one.of_school)]
    context = {
        "title": _t("工作报告"),
        "reports": [(one, progress(one), reading_url(one)) for one in reports],
        "outlines": [outline(year) for year in years() if year not in opened] if may_read(request.user) else [],
        "runs": runs,
        "kinds": [*bureau_s, *((one.kind, one.name) for one in offered)],
        "writes_in": max(years(), default=None) if may_read(request.user) else None,
        "next_year": max([*opened, *years()], default=0) + 1,
    }
    return render(request, "report/list.html", context)


def reading_url(report: Report) -> str:
    """Where a report is read as a whole: the bureau's annual one under its year."""
    found = annual(report.year)
    return reverse("report", args=[report.year]) if report == found else reverse("report-read", args=[report.pk])


def report_page(request: HttpRequest, year: int) -> HttpResponse:
    """The annual report, computed as the page is opened."""
    return _page(request, _wanted(request, year))


def read_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Any other report as it stands."""
    return _page(request, visible(request, pk))


def _told(answer: Callable[[HttpRequest, int | Report], HttpResponse]) -> Callable[..., HttpResponse]:
    """A report that cannot be built is said so on the list of reports, whatever of it was asked for."""

    @wraps(answer)
    def told(request: HttpRequest, wanted: int | Report) -> HttpResponse:
        try:
            return answer(request, wanted)
        except NoOutline:
            raise Http404 from None
        except (TemplateError, TypedNumbers, PackageError, CopyError) as error:
            messages.error(request, str(error))
            return redirect("reports")

    return told


@_told
def _page(request: HttpRequest, wanted: int | Report) -> HttpResponse:
    built = _built(wanted)
    report = wanted if isinstance(wanted, Report) else None
    reasons = {value.figure.name: value.reason for value in built.unknown}
    body = html.render(built.document, site=settings.SITE_URL, contents=True, reasons=reasons)
    place, prefix = ([report.pk], "report-read") if report else ([built.year], "report")
    context = {
        **{kind: reverse(f"{prefix}-{kind}", args=place) for kind in ("docx", "pdf", "template")},
        "may_check": may_read(request.user),
        "title": built.document.title,
        "year": built.year,
        "report": report,
        "progress": progress(report) if report else None,
        "gaps": built.gaps,
        "body": mark_safe(body),  # noqa: S308  (report.html escapes everything it renders)
        "unknown": built.unknown,
        "typed": built.typed,
        "numbers": sum(1 for _bound in built.document.bound()),
    }
    return render(request, "report/report.html", context)


def docx(request: HttpRequest, year: int) -> HttpResponse:
    """The annual report in Word, each number bound to its figure."""
    return _docx(request, _wanted(request, year))


def read_docx(request: HttpRequest, pk: int) -> HttpResponse:
    return _docx(request, visible(request, pk))


@_told
def _docx(request: HttpRequest, wanted: int | Report) -> HttpResponse:
    return copy_of(_built(wanted), request.GET.get("copy", ""), _name(wanted))


def copy_of(built: Built, kind: str, name: str) -> HttpResponse:
    """The report in Word, or one of its two copies: 送审稿 "review", 印发稿 "clean"."""
    names = {"review": _t("%(name)s-送审稿.docx"), "clean": _t("%(name)s-印发稿.docx")}
    return file(built.copy(kind), DOCX, names.get(kind, "%(name)s.docx") % {"name": name})


def pdf(request: HttpRequest, year: int) -> HttpResponse:
    """The annual report as PDF; made once for each state of the books."""
    return _pdf_of(request, _wanted(request, year))


def read_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    return _pdf_of(request, visible(request, pk))


@_told
def _pdf_of(request: HttpRequest, wanted: int | Report) -> HttpResponse:
    return file(_pdf(_built(wanted)), "application/pdf", f"{_name(wanted)}.pdf")


def template(request: HttpRequest, year: int) -> HttpResponse:
    """The annual report's Word template, with placeholders, for the office to edit."""
    return _template(request, _wanted(request, year))


def read_template(request: HttpRequest, pk: int) -> HttpResponse:
    return _template(request, visible(request, pk))


@_told
def _template(request: HttpRequest, wanted: int | Report) -> HttpResponse:
    made = _built(wanted).made
    given = source(wanted if isinstance(wanted, Report) else outline(wanted), made)
    return file(given, DOCX, _t("%(name)s-模板.docx") % {"name": _name(wanted)})


def _name(wanted: int | Report) -> str:
    return _t("工作报告-%(year)s") % {"year": wanted} if isinstance(wanted, int) else str(wanted)


_kept: dict[str, bytes] = {}  # the last PDF made: LibreOffice takes seconds, and the books rarely change in between


def _pdf(built: Built) -> bytes:
    key = hashlib.sha256(built.docx).hexdigest()
    if key not in _kept:
        made = built.pdf().data
        _kept.clear()
        _kept[key] = made
    return _kept[key]


def _built(wanted: int | Report) -> Built:
    """A report that is drafted, with its gaps; or, where nobody has opened it, the outline as it is."""
    return draft(wanted) if isinstance(wanted, Report) else build(wanted)


def _wanted(request: HttpRequest, year: int) -> int | Report:
    """The bureau's annual report of the year: the one that is drafted, or just its year."""
    bureau_only(request)
    return annual(year) or year


def bureau_only(request: HttpRequest) -> None:
    if not may_read(request.user):
        raise PermissionDenied


def visible(request: HttpRequest, pk: int) -> Report:
    """The report, if there is one and this person may see it; which of the two is missing is not told."""
    found = Report.objects.visible_to(request.user).select_related("organisation").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response
