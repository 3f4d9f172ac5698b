"""The two copies of a report to download: 送审稿 for whoever reads it, 印发稿 for whoever prints it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _t

from shuyuan.report import copies, pdf
from shuyuan.report.build import draft, figures_of
from shuyuan.report.models import Report
from shuyuan.report.package import PackageError
from shuyuan.report.template import TemplateError
from shuyuan.report.views import DOCX, file, visible


class Unfinished(ValueError):
    """A report that is not to be printed yet."""


def _told(answer: Callable[[HttpRequest, Report], HttpResponse]) -> Callable[[HttpRequest, int], HttpResponse]:
    """Why there is no copy is said on the report's own page."""

    @wraps(answer)
    def told(request: HttpRequest, pk: int) -> HttpResponse:
        report = visible(request, pk)
        try:
            return answer(request, report)
        except (Unfinished, copies.CopyError, TemplateError, PackageError) as error:
            messages.error(request, str(error))
            return redirect("report-desk", report.pk)

    return told


@_told
def review(request: HttpRequest, report: Report) -> HttpResponse:
    """送审稿 in Word: a link and a comment on each figure, saying where it comes from and what it was last year."""
    built = draft(report)
    notes = {name: figure.note for name, figure in figures_of(report.year, report).items()}
    copy = copies.review(built.docx, notes, made=built.made)
    return file(copy, DOCX, _t("%(name)s-送审稿.docx") % {"name": report})


@_told
def issue(request: HttpRequest, report: Report) -> HttpResponse:
    """印发稿 in Word: words alone."""
    return file(_issued(report)[0], DOCX, _t("%(name)s-印发稿.docx") % {"name": report})


@_told
def issue_pdf(request: HttpRequest, report: Report) -> HttpResponse:
    """印发稿 as it is printed."""
    copy, moment = _issued(report)
    made = pdf.make(copy, made=moment)
    return file(made.data, "application/pdf", _t("%(name)s-印发稿.pdf") % {"name": report})


def _issued(report: Report) -> tuple[bytes, datetime]:
    """The copy and its time; raises Unfinished while parts are missing or numbers are typed.

    What is printed cannot be called back.
    """
    built = draft(report)
    if built.gaps:
        told = _t("还有 %(n)s 段待起草或待修改，写完才能出印发稿。")
        raise Unfinished(told % {"n": len(built.gaps)})
    if built.typed:
        told = _t("有 %(n)s 处数字是手写的，没有绑定指标，改成占位符后才能出印发稿。")
        raise Unfinished(told % {"n": len(built.typed)})
    return copies.clean(built.docx, made=built.made), built.made
