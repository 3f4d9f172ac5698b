"""The page 校对: any file read with its findings in the margin, each accepted or dismissed, then downloaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.figures.views import may_read
from shuyuan.proofread.findings import Finding
from shuyuan.report.desk import told
from shuyuan.report.drafting import Refused
from shuyuan.report.package import PackageError
from shuyuan.report.proofing import judging, margin, papers, reading
from shuyuan.report.proofing.margin import Note
from shuyuan.report.proofing.marking import severity
from shuyuan.report.proofing.papers import Paper
from shuyuan.report.views import DOCX, file
from shuyuan.web.context import year_of
from shuyuan.web.pages import wants_region
from shuyuan.web.parts import Crumb

SEVERITIES = ("error", "warning", "hint")


def proof_list(request: HttpRequest) -> HttpResponse:
    """A file to hand in, and those that were handed in lately."""
    refusal = ""
    if request.method == "POST":
        made = _handed_in(request)
        if isinstance(made, Paper):
            return redirect("proof", pk=made.pk)
        refusal = made
    kept = Paper.objects.visible_to(request.user).filter(purpose=Paper.Purpose.PROOF).select_related("by")
    context = {
        "title": _t("校对"),
        "papers": [(one, tally([one.severity for one in one.findings])) for one in kept[: papers.MOST_KEPT]],
        "may_read": may_read(request.user),
        "year": year_of(request),
        "refusal": refusal,
    }
    return render(request, "report/proof_list.html", context, status=422 if refusal else 200)


def _handed_in(request: HttpRequest) -> Paper | str:
    """The file of this request, proofread; or why it cannot be."""
    content = given(request)
    if isinstance(content, str):
        return content
    name, data = content
    wanted = request.POST.get("books", "")
    books = int(wanted) if wanted.isdecimal() and len(wanted) == 4 and may_read(request.user) else None
    try:
        return papers.proofed(request.user, name, data, books=books)  # type: ignore[arg-type]
    except (reading.Unreadable, PackageError) as error:
        return str(error)


def given(request: HttpRequest) -> tuple[str, bytes] | str:
    """Name and content of the file of this request; or what to do instead."""
    found = request.FILES.get("file")
    if found is None or not found.name:
        return _t("请先选择一个文件。")
    if (found.size or 0) > reading.MOST:
        return _t("文件超过 20 MB，请分成几个")
    return found.name, found.read()


def proof_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The text with the findings beside it."""
    paper = _paper(request, pk)
    shown = _shown(request.GET.get("show", ""))
    notes = list(_notes(paper))
    books = _t("与 %(year)s 年账册核对") % {"year": paper.year} if paper.year else _t("未与账册核对")
    context = {
        "title": paper.name,
        "subtitle": f"{paper.coverage} · {books}",
        "crumbs": [Crumb(_t("校对"), reverse("proofs"))],
        "paper": paper,
        "lines": margin.lines(paper.text, _filtered(notes, shown), paper.unchecked, places=paper.places),
        **_around(paper, notes, shown),
    }
    return render(request, "report/proof.html", context)


@require_POST
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept, dismiss or take back one finding; HTMX gets the paragraph again, a browser without it the page."""
    paper = _paper(request, pk)
    key, act = request.POST.get("key", ""), request.POST.get("act", "")
    if not key.isdecimal() or len(key) > 6 or int(key) >= len(paper.findings):
        raise Http404
    number, refusal = int(key), ""
    with told(request):
        try:
            if act == "accept":
                judging.accept(paper, number, request.POST.get("right", ""))
            elif act == "dismiss":
                judging.dismiss(paper, number, request.POST.get("reason", ""))
            elif act == "undo":
                judging.undo(paper, number)
        except Refused as refused:
            if not wants_region(request):
                raise
            refusal = str(refused)
    shown = _shown(request.POST.get("show", ""))
    if not wants_region(request):
        return redirect(f"{reverse('proof', args=[pk])}?show={shown}#f-{key}")
    notes = list(_notes(paper))
    place = margin.line_of(paper.text, paper.findings[number].start)
    (line,) = margin.lines(
        paper.text, _filtered(notes, shown, number), paper.unchecked, places=paper.places, only=place
    )
    context = {"paper": paper, "line": line, "refusal": refusal, "refused": key, **_around(paper, notes, shown)}
    return render(request, "report/proof_piece.html", context)


def corrected(request: HttpRequest, pk: int) -> HttpResponse:
    """The file in Word as it was decided."""
    paper = _paper(request, pk)
    name = _t("%(name)s-校对.docx") % {"name": PurePosixPath(paper.name).stem}
    return file(judging.corrected(paper, made=timezone.now()), DOCX, name)


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper goes, with its file."""
    paper = _paper(request, pk)
    paper.forget()
    messages.success(request, _t("已删除「%(name)s」。") % {"name": paper.name})
    return redirect("proofs")


def tally(severities: Sequence[str]) -> list[tuple[str, str, int]]:
    """How many there are of each severity: its code, its word, the count."""
    counts = Counter(severities)
    names = {one: severity(Finding("", one, 0, 0, "", "")) for one in SEVERITIES}  # type: ignore[arg-type]
    return [(one, names[one], counts[one]) for one in SEVERITIES]


def _paper(request: HttpRequest, pk: int) -> Paper:
    kept = Paper.objects.visible_to(request.user).filter(purpose=Paper.Purpose.PROOF)
    found = kept.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _notes(paper: Paper) -> Iterator[Note]:
    said = paper.judgements()
    for number, one in enumerate(paper.findings):
        judgement = said.get(number)
        state = (judgement.verdict, judgement.text) if judgement else (margin.OPEN, "")
        yield Note(str(number), one, *state, {"severity": severity(one)})


def _shown(wanted: str) -> str:
    """Which findings are shown: of one severity, or those that are open, or all."""
    return wanted if wanted in {*SEVERITIES, margin.OPEN} else ""


def _filtered(notes: list[Note], shown: str, besides: int = -1) -> list[Note]:
    """What is shown; and the one that was just decided, so that it can be taken back where it stands."""
    return [
        one
        for one in notes
        if not shown or one.key == str(besides) or one.finding.severity == shown or (shown == margin.OPEN and one.open)
    ]


def _around(paper: Paper, notes: list[Note], shown: str) -> dict[str, Any]:
    left = [one.finding.severity for one in notes if one.open]
    return {
        "tally": tally([one.finding.severity for one in notes]),
        "left": len(left),
        "all": len(notes),
        "done": len(notes) - len(left),
        "shown": shown,
        "accepted": sum(one.state == "accepted" for one in notes),
    }
