"""The page 认领旧报告: an old report's numbers, sentence by sentence, said to be a figure of ours or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.core.models import Organisation
from shuyuan.figures.figure import Figure
from shuyuan.figures.kinds import Names
from shuyuan.figures.listing import named
from shuyuan.figures.registry import UnknownFigure, figure, figures
from shuyuan.figures.views import may_read
from shuyuan.proofread.claims import Claim
from shuyuan.report import rights
from shuyuan.report.copies import CopyError
from shuyuan.report.desk import doing, told
from shuyuan.report.drafting import Refused
from shuyuan.report.package import PackageError
from shuyuan.report.proofing import adoption
from shuyuan.report.proofing.adopting import Proposal
from shuyuan.report.proofing.papers import Judgement, Paper
from shuyuan.report.proofing.reading import Unreadable
from shuyuan.report.proofing.reported import ReportedValue
from shuyuan.report.proofing.views import given
from shuyuan.report.views import DOCX, file
from shuyuan.web.pages import wants_region
from shuyuan.web.parts import Crumb
from shuyuan.web.tables import Column, Row, Table

MOST_FOUND = 12


@dataclass(frozen=True)
class Asked:
    """One number with its sentence, the figures it may be, and what was said."""

    number: int
    before: str
    text: str
    after: str
    proposals: tuple[Proposal, ...]
    said: Judgement | None
    figure: Figure | None


def adopt_list(request: HttpRequest) -> HttpResponse:
    """An old report to hand in, and those that were handed in lately."""
    _office(request)
    refusal = ""
    if request.method == "POST":
        made = _handed_in(request)
        if isinstance(made, Paper):
            return redirect("adoption", pk=made.pk)
        refusal = made
    context = {
        "title": _t("认领旧报告"),
        "crumbs": [Crumb(_t("工作报告"), reverse("reports"))],
        "papers": Paper.objects.visible_to(request.user).filter(purpose=Paper.Purpose.ADOPT),
        "refusal": refusal,
    }
    return render(request, "report/adopt_list.html", context, status=422 if refusal else 200)


def _handed_in(request: HttpRequest) -> Paper | str:
    content = given(request)
    if isinstance(content, str):
        return content
    wanted = request.POST.get("year", "")
    year = int(wanted) if wanted.isdecimal() and 1950 <= int(wanted[:6]) <= 2200 else None
    try:
        return adoption.begin(request.user, *content, year=year)  # type: ignore[arg-type]
    except (Unreadable, PackageError, CopyError) as error:
        return str(error)


def adopt_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Number by number: yes, another figure, or none."""
    paper = _paper(request, pk)
    asked = list(_asked(paper))
    context = {
        "title": paper.name,
        "subtitle": _t("%(year)s 年；没有您点「是」，一个数字也不会绑定") % {"year": paper.year},
        "crumbs": [Crumb(_t("工作报告"), reverse("reports")), Crumb(_t("认领旧报告"), reverse("adoptions"))],
        "paper": paper,
        "asked": asked,
        **_counts(paper, len(asked)),
    }
    return render(request, "report/adopt.html", context)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """What one number is."""
    paper = _paper(request, pk)
    key, said = request.POST.get("key", ""), request.POST.get("figure")
    if not key.isdecimal() or len(key) > 6 or int(key) >= len(paper.found["proposals"]):
        raise Http404
    with told(request):
        try:
            adoption.decide(paper, int(key), None if request.POST.get("act") == "undo" else (said or ""))
        except Refused:
            if wants_region(request):
                return HttpResponse(status=422)
            raise
    if not wants_region(request):
        return redirect(f"{reverse('adoption', args=[pk])}#n-{key}")
    asked = list(_asked(paper))
    context = {"paper": paper, "one": asked[int(key)], "oob": True, **_counts(paper, len(asked))}
    return render(request, "report/adopt_piece.html", context)


def figure_piece(request: HttpRequest, pk: int) -> HttpResponse:
    """Figures of the year whose title or name holds what was typed."""
    paper = _paper(request, pk)
    text, key = request.GET.get("q", "").strip(), request.GET.get("key", "")
    known = (one for one in figures(paper.year or 0) if not isinstance(one, Names))
    found = [one for one in known if text and named(one, text)]
    context = {"paper": paper, "figures": found[:MOST_FOUND], "key": key if key.isdecimal() else "0", "q": text}
    return render(request, "report/adopt_figures.html", context)


@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was reported, the numbers that were said yes to with their figures."""
    paper = _paper(request, pk)
    with doing(request, _t("认领旧报告 %(name)s") % {"name": paper.name}):
        written = adoption.of(paper).keep(adoption.bound(paper), source=paper.name, sha256=paper.sha256)
    messages.success(request, _t("已存 %(n)s 个已报数。") % {"n": written})
    return redirect(f"{reverse('reported-values')}?of={paper.year}")


def template(request: HttpRequest, pk: int) -> HttpResponse:
    """The Word template: what was said yes to is a placeholder, all else as it was."""
    paper = _paper(request, pk)
    with told(request):
        made = adoption.of(paper).template(adoption.bound(paper), made=timezone.now())
        return file(made, DOCX, _t("%(name)s-模板.docx") % {"name": PurePosixPath(paper.name).stem})
    return redirect("adoption", pk=pk)


def reported_list(request: HttpRequest) -> HttpResponse:
    """What old reports said of their years."""
    if not may_read(request.user):
        raise PermissionDenied
    kept = ReportedValue.objects.visible_to(request.user)
    years = sorted(set(kept.values_list("year", flat=True)), reverse=True)
    of = request.GET.get("of", "")
    year = int(of) if of.isdecimal() and int(of[:6]) in years else (years[0] if years else None)
    shown = Paginator(kept.filter(year=year or 0), 200).get_page(request.GET.get("page"))
    columns = [Column(_t("对象")), Column(_t("原文"), numeric=True), Column(_t("句子"), wrap=True)]
    columns += [Column(_t("指标"), wrap=True), Column(_t("来源文件"), wrap=True)]
    rows = [
        Row(
            [one.subject, one.text, one.sentence, _title(one.figure), one.source],
            url=f"{reverse('figure', args=[one.figure])}?year={one.year}" if one.figure else "",
        )
        for one in shown
    ]
    context = {
        "title": _t("已报数"),
        "crumbs": [Crumb(_t("工作报告"), reverse("reports"))],
        "years": years,
        "year": year,
        "page": shown,
        "table": Table(columns, rows, caption=_t("已报数")),
        "runs": _runs(request),
    }
    return render(request, "report/reported.html", context)


def _title(name: str) -> str:
    try:
        return str(figure(name)) if name else ""
    except UnknownFigure:
        return name


def _asked(paper: Paper) -> Iterator[Asked]:
    made, said = adoption.of(paper), paper.judgements()
    known = {one.name: one for one in figures(made.year)}
    for number, (claim, found) in enumerate(zip(made.claims, made.proposals, strict=True)):
        before, text, after = _quoted(paper.text, claim)
        judgement = said.get(number)
        yield Asked(number, before, text, after, found, judgement, known.get(judgement.text) if judgement else None)


def _quoted(text: str, claim: Claim) -> tuple[str, str, str]:
    begin = text.rfind(claim.sentence, 0, claim.end + len(claim.sentence))
    begin = begin if 0 <= begin <= claim.start else max(claim.start - 60, 0)
    return text[begin : claim.start], text[claim.start : claim.end], text[claim.end : begin + len(claim.sentence)]


def _counts(paper: Paper, total: int) -> dict[str, int]:
    said = list(paper.judgements().values())
    yes = sum(one.verdict == adoption.BOUND for one in said)
    return {"total": total, "yes": yes, "no": len(said) - yes, "left": total - len(said)}


def _runs(request: HttpRequest) -> bool:
    bureau = Organisation.objects.filter(kind=Organisation.Kind.BUREAU).first()
    return bureau is not None and rights.runs(request.user, bureau)


def _office(request: HttpRequest) -> None:
    """What was reported of the county is the bureau's office's to say."""
    if not _runs(request):
        raise PermissionDenied


def _paper(request: HttpRequest, pk: int) -> Paper:
    _office(request)
    found = Paper.objects.visible_to(request.user).filter(purpose=Paper.Purpose.ADOPT, pk=pk).first()
    if found is None:
        raise Http404
    return found
