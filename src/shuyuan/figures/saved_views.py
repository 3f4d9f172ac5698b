"""The pages of saved figures: from the foot of a list, composed, changed, removed, as a file."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_GET, require_POST

from shuyuan.core.history import acting
from shuyuan.core.roles import all_powerful
from shuyuan.figures import keeping, registry
from shuyuan.figures.books import Books
from shuyuan.figures.figure import Figure, Value, Wrong
from shuyuan.figures.foot import CannotSay, Foot
from shuyuan.figures.forms import FigureForm, FootForm, FormulaForm, filled
from shuyuan.figures.formula import Formula
from shuyuan.figures.keeping import MOST_BYTES, Refused, may_save, open_to, readable
from shuyuan.figures.kinds import from_data
from shuyuan.figures.listing import named
from shuyuan.figures.models import SavedFigure
from shuyuan.figures.registry import is_saved
from shuyuan.figures.saved import Kept, given, saved, sound
from shuyuan.ledger.ledger import UnknownLedger, ledger
from shuyuan.web.context import year_of
from shuyuan.web.parts import Crumb
from shuyuan.web.slots import Piece
from shuyuan.web.tables import Column, Row, Table

MOST_FOUND = 12


def save_button(rows: Any, request: HttpRequest) -> Piece | None:
    """On every list, for those who may: save what stands at its foot."""
    if not may_save(request.user):
        return None
    url = reverse("figure-save", args=[rows.model.ledger.slug])
    return Piece("figures/save_button.html", {"url": f"{url}?{request.GET.urlencode()}"})


def saved_list(request: HttpRequest) -> HttpResponse:
    """Every saved figure this person may read, and what is wrong with those that mean nothing any more."""
    _savers_only(request)
    year = year_of(request)
    kept = {name: one for name, one in saved().items() if is_saved(name) and readable(one.figure, request.user)}
    values = dict(zip(kept, Books(year).values(kept), strict=True))
    columns = [
        Column(_t("指标"), wrap=True),
        Column(_t("%(year)s年") % {"year": year}, numeric=True),
        Column(_t("名称")),
        Column(_t("用于")),
        Column(_t("口径"), wrap=True),
    ]
    rows = [
        Row(
            [
                str(one.figure),
                values[name].display,
                name,
                _t("%(year)s年的报告") % {"year": one.year} if one.year else _t("各年"),
                one.figure.definition,
            ],
            url=f"{reverse('figure', args=[name])}?year={one.year or year}",
        )
        for name, one in kept.items()
    ]
    context = {
        "title": _t("自存指标"),
        "crumbs": [Crumb(_t("指标"), reverse("figures"))],
        "table": Table(columns, rows, caption=_t("自存指标")),
        "faults": sound()[1] if all_powerful(request.user) else {},
    }
    return render(request, "figures/saved.html", context)


def save_foot(request: HttpRequest, slug: str) -> HttpResponse:
    """The count or a sum at the foot of the list with these filters becomes a figure."""
    _savers_only(request)
    try:
        book = ledger(slug)
    except UnknownLedger:
        raise Http404 from None
    if not book.visible_to(request.user):
        raise Http404
    foot = Foot(book, request.GET.dict(), request.user, year_of(request))
    context = {
        "title": _t("存为指标：%(ledger)s") % {"ledger": book},
        "crumbs": [Crumb(str(book), f"{book.url}?{request.GET.urlencode()}")],
        "back": f"{book.url}?{request.GET.urlencode()}",
        "foot": foot,
    }
    try:
        specification = foot.specification()
    except CannotSay as refused:
        return render(request, "figures/save.html", context | {"refused": str(refused)}, status=422)
    chosen = [chip.text for chip in foot.selection.chips if chip.parameter not in {"counted", "period", "standing"}]
    initial = {"title": "·".join([str(book), *chosen])[:60], "name": keeping.suggested_name(slug), "field": ""}
    form = FootForm(foot.totals(), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = foot.specification(form.cleaned_data["field"]) | form.said()
        if _kept(request, form, data, foot=foot):
            return redirect(f"{reverse('figure', args=[data['name']])}?year={foot.year}")
    context |= {
        "form": form,
        "definition": from_data(specification | {"name": "x", "title": "x"}).definition,
        "shown": foot.selection.rows.count(),
        "url": f"{book.url}?{urlencode(foot.parameters)}",
    }
    return render(request, "figures/save.html", context)


def compose(request: HttpRequest) -> HttpResponse:
    """A figure out of others, by an expression."""
    _savers_only(request)
    initial = {"name": keeping.suggested_name("formula"), "expression": request.GET.get("expression", "")}
    form = FormulaForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _kept(request, form, form.said()):
        return redirect("figure", name=form.cleaned_data["name"])
    return _formula_page(request, form, _t("组合指标"), "")


def edit(request: HttpRequest, name: str) -> HttpResponse:
    """A saved figure's words, rounding and, of a composed one, its expression."""
    row, figure = _own(request, name)
    is_formula = isinstance(figure, Formula)
    form_of: type[FigureForm] = FormulaForm if is_formula else FigureForm
    form = form_of(request.POST or None, initial=filled(row.data, row.year))
    if request.method == "POST" and form.is_valid():
        fixed = {key: value for key, value in row.data.items() if key not in form.fields}
        if _kept(request, form, fixed | form.said(), replacing=name):
            return redirect("figure", name=form.cleaned_data["name"])
    title = _t("修改：%(record)s") % {"record": figure}
    if is_formula:
        return _formula_page(request, form, title, reverse("figure", args=[name]))
    context = {"title": title, "form": form, "back": reverse("figure", args=[name]), "crumbs": _crumbs()}
    return render(request, "web/form_page.html", context)


@require_POST
def remove(request: HttpRequest, name: str) -> HttpResponse:
    """Remove a saved figure that nothing uses, also one that means nothing any more."""
    _savers_only(request)
    try:
        with acting(request.user, _t("删除指标")):  # type: ignore[arg-type]
            keeping.remove(name, request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.problems))
        return redirect("figures-saved")
    messages.success(request, _t("已删除。"))
    return redirect("figures-saved")


@require_GET
def preview(request: HttpRequest) -> HttpResponse:
    """What an expression says and comes to this year, while it is being written; or what is wrong with it."""
    _savers_only(request)
    expression, unit, decimals = (request.GET.get(key, "").strip() for key in ("expression", "unit", "decimals"))
    places = int(decimals) if re.fullmatch("[0-9]", decimals) else 0
    trial = Formula("preview", _t("预览"), expression, unit=unit, decimals=places)
    context: dict[str, Any] = {"year": year_of(request)}
    if expression:
        faults = list(trial.check()) if open_to(trial, request.user) else [_t("您不能读它所用的台账")]
        context |= {"faults": faults} if faults else _previewed(trial, context["year"])
    return render(request, "figures/preview.html", context)


def _previewed(trial: Formula, year: int) -> dict[str, Any]:
    with given({**saved(), trial.name: Kept(None, trial)}):
        books = Books(year)
        parts: list[tuple[Value, int]] = [(books.values([name], back)[0], back) for name, back in trial.needs()]
        return {"value": books.value(trial.name), "definition": trial.definition, "parts": parts}


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Figures by a word of their title or name, to put into an expression."""
    _savers_only(request)
    text, year = request.GET.get("q", "").strip(), year_of(request)
    found = [one for one in registry.figures(year) if text and named(one, text) and readable(one, request.user)]
    values = Books(year).values(one.name for one in found[:MOST_FOUND])
    context = {"values": values, "more": max(len(found) - MOST_FOUND, 0), "q": text}
    return render(request, "figures/found.html", context)


@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """All saved figures as a file."""
    _savers_only(request)
    response = HttpResponse(keeping.exported(request.user), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = str(content_disposition_header(True, _t("自存指标.json")))
    return response


def import_page(request: HttpRequest) -> HttpResponse:
    """Saved figures out of a file: all or none."""
    _savers_only(request)
    problems: tuple[str, ...] = ()
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise Refused([_t("请选择一个文件。")])
            with acting(request.user, _t("导入指标 %(name)s") % {"name": file.name}):  # type: ignore[arg-type]
                messages.success(request, str(keeping.imported(file.read(MOST_BYTES + 1), request.user)))
            return redirect("figures-saved")
        except Refused as refused:
            problems = refused.problems
    context = {"title": _t("导入指标"), "crumbs": _crumbs(), "problems": problems}
    return render(request, "figures/import.html", context, status=422 if problems else 200)


def _kept(
    request: HttpRequest, form: FigureForm, data: dict[str, Any], *, replacing: str = "", foot: Foot | None = None
) -> bool:
    """Save, or put what is wrong into the form."""
    year = year_of(request) if form.cleaned_data["only"] else None
    try:
        if foot and (told := _disagrees(foot, data)):
            raise Refused([told])
        with acting(request.user, _t("修改指标") if replacing else _t("存为指标")):  # type: ignore[arg-type]
            keeping.keep(data, request.user, year=year, replacing=replacing)
    except Refused as refused:
        for problem in refused.problems:
            form.add_error(None, problem)
        return False
    messages.success(request, _t("已保存。"))
    return True


def _disagrees(foot: Foot, data: dict[str, Any]) -> str:
    """Why the figure would not be the number at the foot; what makes no sense is told when it is saved."""
    try:
        figure = from_data(data)
    except Wrong:
        return ""
    return "" if any(figure.check()) else foot.disagrees(figure, data.get("field", ""))


def _formula_page(request: HttpRequest, form: FigureForm, title: str, back: str) -> HttpResponse:
    context = {"title": title, "form": form, "crumbs": _crumbs(), "back": back or reverse("figures-saved")}
    return render(request, "figures/compose.html", context)


def _crumbs() -> list[Crumb]:
    return [Crumb(_t("指标"), reverse("figures")), Crumb(_t("自存指标"), reverse("figures-saved"))]


def _savers_only(request: HttpRequest) -> None:
    if not may_save(request.user):
        raise PermissionDenied


def _own(request: HttpRequest, name: str) -> tuple[SavedFigure, Figure]:
    """The saved figure of that name, if there is one that this person may read."""
    _savers_only(request)
    row, kept = SavedFigure.objects.filter(name=name).first(), saved().get(name)
    if row is None or kept is None or not readable(kept.figure, request.user):
        raise Http404
    return row, kept.figure
