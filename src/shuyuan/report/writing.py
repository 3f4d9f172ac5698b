"""The page for writing in Word: every figure with its placeholder, and a template tried as soon as it is given."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.core.models import Organisation
from shuyuan.figures.keeping import readable
from shuyuan.figures.views import may_read
from shuyuan.report import html, outlines, phrases, rights
from shuyuan.report.build import Entry, annual, entries
from shuyuan.report.package import MOST_BYTES, PackageError
from shuyuan.report.stamp import books_written
from shuyuan.report.trial import Trial, attempt
from shuyuan.report.views import DOCX, file
from shuyuan.web.pages import show
from shuyuan.web.parts import Crumb

SHOWN = 200
"""Problems listed on the page; the file has them all."""


def writing_page(request: HttpRequest, year: int) -> HttpResponse:
    """The figures to write with; after a template was given, what is wrong with it and how it prints."""
    _bureau_only(request)
    school = _school(request)
    values = entries(year, school)
    context = {
        "title": _t("在 Word 中写报告"),
        "crumbs": [Crumb(_t("工作报告"), reverse("reports"))],
        "year": year,
        "school": school,
        "schools": Organisation.objects.schools().order_by("name"),
        "outlines": [one for one in outlines.outlines(year) if one.of_school == (school is not None)],
        "figures": [entry for entry in values.values() if readable(entry.value.figure, request.user)],
        "phrases": _examples(values),
        "report": _given_to(request, year, school),
    } | _tried(request, year, values)
    return show(request, "report/writing.html", context, region="report/trial.html")


@require_POST
def annotated(request: HttpRequest, year: int) -> HttpResponse:
    """The template with a comment at each mistake."""
    found = _trial(request, year)
    return _refused(request, found) if isinstance(found, str) else _annotated(request, found)


@require_POST
def filled(request: HttpRequest, year: int) -> HttpResponse:
    """The report, when nothing is wrong; else the template with its mistakes."""
    found = _trial(request, year)
    if isinstance(found, str):
        return _refused(request, found)
    if found.docx is None or found.problems:
        return _annotated(request, found)
    return file(found.docx, DOCX, f"{_stem(request)}-{year}.docx")


def ours(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """Our own template of a kind of report, to start from."""
    _bureau_only(request)
    try:
        wanted = outlines.outline(year, kind, _school(request))
    except outlines.NoOutline:
        raise Http404 from None
    if wanted.until:  # see outlines.outlines
        raise Http404
    name = " ".join(wanted.title.split())
    return file(outlines.template(wanted, books_written()), DOCX, _t("%(name)s-模板.docx") % {"name": name})


def _annotated(request: HttpRequest, found: Trial) -> HttpResponse:
    return file(found.annotated(), DOCX, _t("%(name)s-标出问题.docx") % {"name": _stem(request)})


def _tried(request: HttpRequest, year: int, values: Mapping[str, Entry]) -> dict[str, object]:
    """What the page says of the template that was given with this request."""
    if request.method != "POST":
        return {}
    data = _given(request)
    if isinstance(data, str):
        return {"refusal": data}
    try:
        trial = attempt(data, values, year)
    except PackageError as error:
        return {"refusal": str(error)}
    body = html.render(trial.document, site=settings.SITE_URL)
    return {
        "trial": trial,
        "problems": trial.problems[:SHOWN],
        "more": max(len(trial.problems) - SHOWN, 0),
        "body": mark_safe(body),  # noqa: S308  (report.html escapes everything it renders)
        "numbers": sum(1 for _bound in trial.document.bound()),
    }


def _trial(request: HttpRequest, year: int) -> Trial | str:
    """The template of this request, tried; or why there is none."""
    _bureau_only(request)
    data = _given(request)
    try:
        return data if isinstance(data, str) else attempt(data, entries(year, _school(request)), year)
    except PackageError as error:
        return str(error)


def _given(request: HttpRequest) -> bytes | str:
    """The file of this request; or what to do instead."""
    given = request.FILES.get("file")
    if given is None or not given.name:
        return _t("请先选择一个 Word 文件（.docx）。")
    if (given.size or 0) > MOST_BYTES:
        return _t("文件超过 20 MB。请压缩其中的图片后再上传。")
    content: bytes = given.read()
    return content


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "report/refused.html", {"title": _t("文件没有接受"), "refusal": why}, status=422)


def _examples(values: Mapping[str, Entry]) -> list[tuple[str, str, str]]:
    """Each way of printing with a figure it suits: its Chinese name, the placeholder, what that prints now."""
    found = []
    for one in phrases.FILTERS.values():
        for entry in values.values():
            call = phrases.example(one, entry)
            if call is not None and (printed := phrases.tried(entry, call)):
                found.append((one.chinese, f"{{{{ {entry.title} | {call} }}}}", printed))
                break
    return found


def _given_to(request: HttpRequest, year: int, school: Organisation | None) -> object:
    """The report that a template on this page can be given to."""
    report = None if school else annual(year)
    open_one = report is not None and report.state == report.State.DRAFTING
    return report if report and open_one and rights.runs(request.user, report.organisation) else None


def _school(request: HttpRequest) -> Organisation | None:
    """The school whose own report is written; None for the whole county."""
    key = request.POST.get("school") or request.GET.get("school") or ""
    if not key:
        return None
    found = Organisation.objects.schools().filter(pk=key).first() if key.isdecimal() and len(key) < 10 else None
    if found is None:
        raise Http404
    return found


def _stem(request: HttpRequest) -> str:
    given = request.FILES.get("file")
    return (given.name or "").rpartition("/")[2].removesuffix(".docx")[:80] if given else ""


def _bureau_only(request: HttpRequest) -> None:
    if not may_read(request.user):
        raise PermissionDenied
