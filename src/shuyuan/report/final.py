"""The pages of a final report: what stands in the way, the seal, the files, and what has moved since."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.ledger.record import Record, State
from shuyuan.report import freezing, rights, seal
from shuyuan.report.build import final
from shuyuan.report.desk import doing, told
from shuyuan.report.frozen import Frozen
from shuyuan.report.models import Report
from shuyuan.report.phrases import PhraseError
from shuyuan.report.proofing import drafts
from shuyuan.report.template import TemplateError
from shuyuan.report.views import copy_of, file, reading_url, visible
from shuyuan.web.parts import Crumb
from shuyuan.web.slots import Piece

ZIP = "application/zip"


def final_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Before: what is to be done first. Afterwards: the seal, the files, and the figures that have moved."""
    report = visible(request, pk)
    states = list(Frozen.objects.filter(report=report).order_by("-pk"))
    drafting = report.state == Report.State.DRAFTING
    context = {
        "title": _t("定稿"),
        "crumbs": [Crumb(_t("工作报告"), reverse("reports")), Crumb(str(report), reading_url(report))],
        "report": report,
        "drafting": drafting,
        "runs": rights.runs(request.user, report.organisation),
        "obstacles": _obstacles(report) if drafting else [],
        "warnings": freezing.warnings(report) if drafting else [],
        "states": [(one, one.history().last()) for one in states],
        "moved": freezing.moved(states[0], request.user) if states else [],
    }
    return render(request, "report/final.html", context)


def _obstacles(report: Report) -> list[str]:
    """What stands in the way as far as it can be told now: open errors, too, where the report can be printed."""
    try:
        return [*freezing.obstacles(report), *drafts.obstacle(report)]
    except (TemplateError, PhraseError):
        return freezing.obstacles(report)


@require_POST
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the report final, or take it back into drafting with a reason."""
    report = visible(request, pk)
    if not rights.runs(request.user, report.organisation):
        raise PermissionDenied
    if request.POST.get("act") == "reopen":
        reason = request.POST.get("reason", "").strip()
        if not reason:
            messages.error(request, _t("请写明重新起草的理由。"))
            return redirect("report-final", pk=pk)
        with told(request), doing(request, reason):
            freezing.reopen(report)
        return redirect("report-final", pk=pk)
    with told(request), doing(request, _t("定稿")):
        made = freezing.freeze(report, anyway=bool(request.POST.get("anyway")))
        messages.success(request, _t("已定稿，封存码 %(seal)s。") % {"seal": made.seal[:16]})
    return redirect("report-final", pk=pk)


def frozen_docx(request: HttpRequest, pk: int) -> HttpResponse:
    """A final report in Word, made again from what was kept."""
    found = _found(request, pk)
    return copy_of(final(found), request.GET.get("copy", ""), str(found))


def frozen_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """A final report as PDF, made again from what was kept."""
    found = _found(request, pk)
    return file(final(found).pdf().data, "application/pdf", f"{found}.pdf")


def sealed_set(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything in one file that can be checked on any machine: shuyuan report check-seal FILE."""
    found = _found(request, pk)
    return file(packed(found), ZIP, f"{found}.zip")


def packed(found: Frozen) -> bytes:
    """The sealed set of a final report, with the Word file and the PDF made from what was kept."""
    built = final(found)
    files = {seal.REPORT: built.docx, "issued.docx": built.copy("clean"), "report.pdf": built.pdf().data}
    return seal.pack(found.parts, files, found.seal)


def stands_behind(record: Any, request: HttpRequest) -> Piece | None:
    """On a record's page: the final reports it was counted in. Correcting it is an adjustment."""
    if not isinstance(record, Record) or record.state not in {State.ACCEPTED, State.RETURNED}:
        return None
    seen = set(Report.objects.visible_to(request.user).values_list("pk", flat=True))
    found = [(one, figures) for one, figures in freezing.standing_behind(record) if one.report_id in seen]
    return Piece("report/stands_behind.html", {"found": found}) if found else None


def _found(request: HttpRequest, pk: int) -> Frozen:
    found = Frozen.objects.select_related("report__organisation").filter(pk=pk).first()
    if found is None:
        raise Http404
    visible(request, found.report_id)
    return found
