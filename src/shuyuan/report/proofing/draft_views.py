"""The page of a draft's proofreading: the report with its findings beside it, each leading to the part it stands in."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.report import rights
from shuyuan.report.desk import doing, told
from shuyuan.report.models import Report
from shuyuan.report.phrases import PhraseError
from shuyuan.report.proofing import drafts, margin
from shuyuan.report.proofing.margin import Note
from shuyuan.report.proofing.marking import severity
from shuyuan.report.proofing.views import tally
from shuyuan.report.template import TemplateError
from shuyuan.report.views import reading_url, visible
from shuyuan.web.parts import Crumb


def draft_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as it prints now, proofread against our books."""
    report = visible(request, pk)
    try:
        draft = drafts.read(report)
    except (TemplateError, PhraseError) as error:
        messages.error(request, str(error))
        return redirect("report-desk", pk=pk)
    known = drafts.dismissals(report)
    notes = []
    for one in draft.found:
        said = known.get(one.key)
        by = said.history().select_related("written_by").first() if said else None
        more = {"severity": severity(one.finding), "part": one.part, "by": by}
        state = (margin.OPEN, "") if said is None else ("dismissed", said.reason)
        notes.append(Note(one.key, one.finding, *state, more))
    left = [one.finding.severity for one in notes if one.open]
    context = {
        "title": _t("校对"),
        "subtitle": str(draft.proof.coverage),
        "crumbs": [Crumb(_t("工作报告"), reverse("reports")), Crumb(str(report), reading_url(report))],
        "report": report,
        "tally": tally(left),
        "errors": left.count("error"),
        "lines": margin.lines(
            draft.text, notes, [(claim.start, claim.end) for claim in draft.proof.coverage.unchecked]
        ),
        "runs": report.state == Report.State.DRAFTING and rights.runs(request.user, report.organisation),
    }
    return render(request, "report/draft_proof.html", context)


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """A finding is no mistake, with the reason; or it is looked at again."""
    report = visible(request, pk)
    if not rights.runs(request.user, report.organisation):
        raise PermissionDenied
    key, reason = request.POST.get("key", ""), request.POST.get("reason", "").strip()
    with told(request):
        if request.POST.get("act") == "reopen":
            with doing(request, _t("校对：重新打开")):
                drafts.reopen(report, key)
        else:
            with doing(request, _t("校对不改：%(reason)s") % {"reason": reason[:200]}):
                drafts.dismiss(report, key, reason)
    return redirect(f"{reverse('report-proof', args=[pk])}#f-{key}")
