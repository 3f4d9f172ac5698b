"""The pages of one part: drafting with its figures beside it, Word there and back, remarks, versions compared."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.figures.registry import figures
from shuyuan.report import arranging, drafting, handover, html, rights, versions
from shuyuan.report.build import Preview, entries_of, named, preview
from shuyuan.report.compare import compare
from shuyuan.report.desk import doing, told
from shuyuan.report.models import Part, Remark
from shuyuan.report.progress import TONES
from shuyuan.report.views import DOCX, file
from shuyuan.web import html as words
from shuyuan.web.parts import Crumb

MOST_FOUND = 30


def part_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The part: its text, how it prints, its figures, what was remarked; saved and submitted here."""
    part = _part(request, pk)
    if request.method == "POST":
        return _save(request, part, request.POST.get("text", ""), _base(request), then=request.POST.get("then", ""))
    return _page(request, part, part.text)


def _page(request: HttpRequest, part: Part, text: str) -> HttpResponse:
    earlier = drafting.before(part) if not part.text else ""
    chosen = named(text or earlier, part.report.year)
    remarks = [(one, one.history().select_related("written_by").last()) for one in Remark.objects.filter(part=part)]
    context = _frame(part) | {
        "text": text,
        "base": part.revision,
        "earlier": earlier,
        "writes": rights.writes(request.user, part),
        "runs": rights.runs(request.user, part.report.organisation),
        "belongs": rights.belongs(request.user, part.report.organisation),
        "state": words.badge(part.get_state_display(), TONES[Part.State(part.state)]),
        "states": Part.State,
        "figures": _figures(part, chosen),
        "remarks": remarks[::-1],
        **_shown(preview(text, part.report)),
    }
    return render(request, "report/part.html", context)


def _frame(part: Part) -> dict[str, Any]:
    """What every page of a part knows."""
    report = part.report
    crumbs = [Crumb(_t("工作报告"), reverse("reports")), Crumb(str(report), reverse("report-desk", args=[report.pk]))]
    return {"title": str(part), "part": part, "report": report, "crumbs": crumbs}


def _save(request: HttpRequest, part: Part, text: str, base: int, *, then: str = "") -> HttpResponse:
    try:
        with doing(request, request.POST.get("reason", "").strip() or _t("起草")):
            part = drafting.save(part, text, base)
    except drafting.Conflict as conflict:
        return _conflict(request, conflict)
    except drafting.Refused as refused:
        messages.error(request, str(refused))
        return _page(request, part, text)
    messages.success(request, _t("已保存。"))
    with told(request), doing(request, _t("提交")):
        if then == "submit":
            drafting.submit(part, part.revision)
            messages.success(request, _t("已提交办公室。"))
    return redirect("report-part", pk=part.pk)


def _conflict(request: HttpRequest, conflict: drafting.Conflict) -> HttpResponse:
    """Both texts, and the way to save after having seen them."""
    part = conflict.part
    context = _frame(part) | {
        "told": str(conflict),
        "mine": conflict.mine,
        "theirs": conflict.theirs,
        "pieces": compare(part.text, conflict.mine),
        "base": part.revision,
    }
    return render(request, "report/conflict.html", context, status=409)


@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Submit, adopt or return the text as it was seen."""
    part, base, act = _part(request, pk), _base(request), request.POST.get("act", "")
    if not rights.concerned(request.user, part):
        raise PermissionDenied
    with told(request):
        if act == "submit":
            with doing(request, _t("提交")):
                drafting.submit(part, base)
        elif act == "adopt":
            with doing(request, _t("采用")):
                drafting.adopt(part, base)
        elif act == "return":
            why = request.POST.get("why", "")
            with doing(request, _t("退回：%(why)s") % {"why": why[:200]}):
                drafting.send_back(part, base, why)
    return redirect("report-part", pk=pk)


@require_POST
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something of a part, settle what was said, or give it another heading."""
    part = _part(request, pk)
    if not rights.belongs(request.user, part.report.organisation):
        raise PermissionDenied
    key = request.POST.get("settle", "")
    with told(request):
        if "heading" in request.POST:
            with doing(request, _t("修改小标题")):
                arranging.entitle(part, request.POST["heading"])
        elif key.isdecimal():
            found = Remark.objects.filter(part=part, pk=key).first()
            if found is None:
                raise Http404
            with doing(request, _t("意见已处理")):
                drafting.settle(found)
        else:
            with doing(request, _t("提意见")):
                drafting.remark(part, request.POST.get("text", ""))
    return redirect("report-part", pk=pk)


@require_POST
def preview_piece(request: HttpRequest, pk: int) -> HttpResponse:
    """How a text that is being typed would print, and what is wrong with it; nothing is kept."""
    part = _part(request, pk)
    text = request.POST.get("text", "")[: drafting.MOST_CHARACTERS]
    return render(request, "report/preview.html", _shown(preview(text, part.report)))


def _shown(made: Preview) -> dict[str, Any]:
    body: SafeString | str = ""
    if made.document is not None:
        body = mark_safe(html.render(made.document, site=settings.SITE_URL))  # noqa: S308  (escapes what it renders)
    return {"body": body, "problems": made.problems}


def figure_piece(request: HttpRequest, pk: int) -> HttpResponse:
    """Figures of the year whose title or name holds what was typed."""
    part = _part(request, pk)
    text = request.GET.get("q", "").strip().casefold()
    chosen = [one.name for one in figures(part.report.year) if text and text in f"{one} {one.name}".casefold()]
    context = {"figures": _figures(part, chosen[:MOST_FOUND]), "q": text, "more": max(len(chosen) - MOST_FOUND, 0)}
    return render(request, "report/figures.html", context | {"part": part})


def _figures(part: Part, names: list[str]) -> list[Any]:
    """Figures with this year's and last year's value, in the order named."""
    values = entries_of(part.report, names)
    return [values[name] for name in names if name in values]


def word(request: HttpRequest, pk: int) -> HttpResponse:
    """The part as a Word file to take along; brought back, it is saved like what is typed here."""
    part = _part(request, pk)
    if request.method != "POST":
        return file(handover.take(part), DOCX, f"{part}.docx")
    if not rights.concerned(request.user, part):
        raise PermissionDenied
    given = request.FILES.get("file")
    if given is None or (given.size or 0) > handover.MOST_BYTES:
        messages.error(request, _t("请选择一个不超过 5 MB 的 Word 文件。"))
        return redirect("report-part", pk=pk)
    with told(request):
        brought = handover.bring(part, given.read())
        return _save(request, part, brought.text, _base(request) if brought.base is None else brought.base)
    return redirect("report-part", pk=pk)


def compare_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Every text the part has had, two of them compared."""
    part = _part(request, pk)
    known = versions.wordings(part)
    chosen = versions.pair(known, request.GET.get("a", ""), request.GET.get("b", ""))
    context = _frame(part) | {
        "title": _t("%(part)s：各稿比较") % {"part": part},
        "known": known,
        "chosen": chosen,
        "pieces": compare(chosen[0].text, chosen[1].text) if chosen else [],
    }
    context["crumbs"] = [*context["crumbs"], Crumb(str(part), reverse("report-part", args=[pk]))]
    return render(request, "report/versions.html", context)


def _base(request: HttpRequest) -> int:
    """The version that was open when somebody began to write; 0, which no version is, when the page does not say."""
    base = request.POST.get("base", "")
    return int(base) if base.isdecimal() and len(base) < 10 else 0


def _part(request: HttpRequest, pk: int) -> Part:
    found = Part.objects.visible_to(request.user).select_related("report__organisation", "section")
    part = found.filter(pk=pk).first()
    if part is None:
        raise Http404
    return part
