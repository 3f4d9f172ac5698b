"""The pages of reports: the draft as it stands now, each number a link to its figure; DOCX and PDF."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _t

from shuyuan.figures.views import may_read
from shuyuan.report import frame, html
from shuyuan.report.build import Report, TypedNumbers, build
from shuyuan.report.outlines import NoOutline, outline, years
from shuyuan.report.template import TemplateError

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def report_list(request: HttpRequest) -> HttpResponse:
    """Every year there is an outline for."""
    _bureau_only(request)
    return render(request, "report/list.html", {"title": _t("工作报告"), "outlines": [outline(y) for y in years()]})


def report_page(request: HttpRequest, year: int) -> HttpResponse:
    """The draft, computed as the page is opened."""
    _bureau_only(request)
    try:
        report = _build(year)
    except (TemplateError, TypedNumbers) as error:
        messages.error(request, str(error))
        return redirect("reports")
    body = html.render(report.document, site=settings.SITE_URL)
    context = {
        "title": report.document.title,
        "year": year,
        "body": mark_safe(body),  # noqa: S308  (report.html escapes everything it renders)
        "unknown": report.unknown,
        "numbers": sum(1 for _bound in report.document.bound()),
    }
    return render(request, "report/report.html", context)


def docx(request: HttpRequest, year: int) -> HttpResponse:
    """The report in Word, each number bound to its figure."""
    _bureau_only(request)
    return _file(_build(year).docx, DOCX, _t("工作报告-%(year)s.docx") % {"year": year})


def pdf(request: HttpRequest, year: int) -> HttpResponse:
    """The report as PDF; made once for each state of the books."""
    _bureau_only(request)
    report = _build(year)
    return _file(_pdf(report), "application/pdf", _t("工作报告-%(year)s.pdf") % {"year": year})


def template(request: HttpRequest, year: int) -> HttpResponse:
    """The Word template, with placeholders, for the office to edit."""
    _bureau_only(request)
    report = _build(year)
    made = frame.build(outline(year), made=report.made)
    return _file(made, DOCX, _t("工作报告模板-%(year)s.docx") % {"year": year})


_kept: dict[str, bytes] = {}  # the last PDF made: LibreOffice takes seconds, and the books rarely change in between


def _pdf(report: Report) -> bytes:
    key = hashlib.sha256(report.docx).hexdigest()
    if key not in _kept:
        made = report.pdf().data
        _kept.clear()
        _kept[key] = made
    return _kept[key]


def _build(year: int) -> Report:
    try:
        return build(year)
    except NoOutline:
        raise Http404 from None


def _bureau_only(request: HttpRequest) -> None:
    if not may_read(request.user):
        raise PermissionDenied


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response
