"""The page on which an edited report is checked, and downloaded again with its numbers up to date.

The file stays in the browser between the two: nothing of it is kept here.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from shuyuan.figures.views import may_read
from shuyuan.report import returned
from shuyuan.report.build import annual
from shuyuan.report.manifest import NotOurs
from shuyuan.report.outlines import NoOutline, years
from shuyuan.report.package import PackageError
from shuyuan.report.refresh import Refused
from shuyuan.report.verify import Kind, Verdict
from shuyuan.report.views import DOCX, file
from shuyuan.web.parts import Crumb

REFUSALS = (PackageError, NotOurs, NoOutline, Refused, returned.TooLarge)
CONFIRMED = {Kind.CHANGED, Kind.UNCERTAIN}


class ReturnedForm(forms.Form):
    """An edited report."""

    file = forms.FileField(label=_("改过的报告"), help_text=_("由报告页下载、在 Word 或 WPS 里改过的 .docx"))

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > returned.MOST_BYTES:
            raise forms.ValidationError(_t("文件超过 20 MB，不像是一份报告。请压缩其中的图片后再试。"))
        return file


def check_page(request: HttpRequest, year: int) -> HttpResponse:
    """Upload an edited report, read what became of its numbers."""
    _allow(request, year)
    form = ReturnedForm(request.POST or None, request.FILES or None)
    verdict: Verdict | None = None
    refused = ""
    if request.method == "POST":
        if form.is_valid():
            try:
                verdict = returned.verdict(form.cleaned_data["file"].read(), year)
            except REFUSALS as error:
                refused = str(error)
        else:
            refused = " ".join(str(one) for errors in form.errors.values() for one in errors)
    context: dict[str, Any] = {
        "title": _t("核对 %(year)s 年工作报告") % {"year": year},
        "crumbs": [Crumb(_t("工作报告"), reverse("reports")), Crumb(str(year), reverse("report", args=[year]))],
        "year": year,
        "form": ReturnedForm(),
        "verdict": verdict,
        "refused": refused,
        "confirmed": CONFIRMED,
    }
    # htmx shows what comes with 200 only, and the answer is wanted either way
    status = 422 if refused and not request.headers.get("HX-Request") else 200
    return render(request, "report/check.html", context, status=status)


@require_POST
def refresh_file(request: HttpRequest, year: int) -> HttpResponse:
    """The edited report with the numbers of the books, those typed over only where that was ticked."""
    _allow(request, year)
    form = ReturnedForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _t("请选择要刷新的文件，不超过 20 MB。"))
        return redirect("report-check", year)
    given = form.cleaned_data["file"]
    try:
        done = returned.refreshed(given.read(), year, overwrite=request.POST.getlist("overwrite"))
    except REFUSALS as error:
        messages.error(request, str(error))
        return redirect("report-check", year)
    return file(done.data, DOCX, _t("%(name)s-刷新.docx") % {"name": (given.name or "").removesuffix(".docx")})


def _allow(request: HttpRequest, year: int) -> None:
    """The bureau's reports are for the bureau."""
    if not may_read(request.user):
        raise PermissionDenied
    if year not in years() and annual(year) is None:
        raise Http404
