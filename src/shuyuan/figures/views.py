"""The pages of figures: the list, one figure down to its records, the year's charts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.core.people import posts_of
from shuyuan.core.roles import all_powerful
from shuyuan.core.units import with_unit
from shuyuan.figures.books import Books
from shuyuan.figures.charts import Chart, chart
from shuyuan.figures.compare import RULES, Comparison, compare, remark
from shuyuan.figures.composed import Ratio, Variation
from shuyuan.figures.figure import Figure, Value
from shuyuan.figures.formula import Formula
from shuyuan.figures.keeping import may_save, readable
from shuyuan.figures.lineage import branch
from shuyuan.figures.listing import ledger_of, named
from shuyuan.figures.measures import Names
from shuyuan.figures.registry import UnknownFigure, figure, figures, is_citation, is_saved
from shuyuan.figures.saved import is_of_others
from shuyuan.figures.units import plain
from shuyuan.ledger.ledger import ledger
from shuyuan.web import html
from shuyuan.web.context import year_of
from shuyuan.web.parts import Bar, Crumb, Fact
from shuyuan.web.tables import Column, Row, Table

MOST_BARS = 20
WIDEST = 18  # characters of a value in the list: of names, the first ones


def may_read(user: Any) -> bool:
    """Figures of the whole county are the bureau's to read; a school sees its own part of each."""
    return all_powerful(user) or any(_of_the_bureau(post.organisation) for post in posts_of(user))


def _of_the_bureau(organisation: Organisation) -> bool:
    return organisation.kind in {Organisation.Kind.BUREAU, Organisation.Kind.SECTION}


def scope(request: HttpRequest) -> Organisation | None:
    """The organisation whose book a person reads: everything for the bureau, their own school for a school."""
    if may_read(request.user):
        return None
    posts = posts_of(request.user)
    if not posts:
        raise PermissionDenied
    return posts[0].organisation


def figure_list(request: HttpRequest) -> HttpResponse:
    """Every figure of the year, with last year's value, the change and the target beside it."""
    year, text = year_of(request), request.GET.get("q", "").strip()
    chosen = [one for one in figures(year) if readable(one, request.user) and named(one, text)]
    rows: dict[str, list[Row]] = {}
    for compared in compare(Books(year, scope(request)), [one.name for one in chosen]):
        subject = ledger(ledger_of(compared.value.figure)).group
        rows.setdefault(subject, []).append(_row(compared, year))
    columns = [
        Column(_t("指标"), wrap=True),
        Column(_t("%(year)s年") % {"year": year}, numeric=True),
        Column(_t("%(year)s年") % {"year": year - 1}, numeric=True),
        Column(_t("变化"), numeric=True),
        Column(_t("目标"), numeric=True),
        Column(_t("记录"), numeric=True),
        Column(_t("台账")),
    ]
    tables = [(subject, Table(columns, lines, caption=subject)) for subject, lines in rows.items()]
    context = {
        "title": _t("指标"),
        "tables": tables,
        "q": text,
        "count": len(chosen),
        "may_save": may_save(request.user),
    }
    return render(request, "figures/list.html", context)


def _row(compared: Comparison, year: int) -> Row:
    value, wanted = compared.value, compared.value.figure
    shown = Truncator(value.display).chars(WIDEST) if value.exact is not None else html.badge(_t("未知"), "warning")
    if any(mark.open for mark in compared.marks):
        shown = format_html("{} {}", html.badge(_t("请核实"), "warning"), shown)
    cells = [
        str(wanted),
        shown,
        html.badge(_t("定义已变"), "info") if compared.redefined else Truncator(compared.before.display).chars(WIDEST),
        _signed(compared),
        compared.target.display if compared.target else "",
        value.records,
        str(ledger(ledger_of(wanted))),
    ]
    return Row(cells, url=f"{reverse('figure', args=[wanted.name])}?year={year}")


def _signed(compared: Comparison) -> str:
    """The change as a table has it: per cent where that means something, else in the figure's unit."""
    if compared.change is None or compared.value.names:
        return ""
    if not compared.change:
        return _t("持平")
    if compared.percent is not None:
        return f"{compared.percent:+f}%"
    return with_unit(f"{compared.change:+f}", compared.change_unit, compared.change)


def figure_page(request: HttpRequest, name: str) -> HttpResponse:
    """One figure: what it is, what it is measured against, and all it is made of down to the records."""
    wanted = _readable(request, name)
    year, within = year_of(request), scope(request)
    until = _until(request, year)
    books = Books(year, within, until=until)
    (compared,) = compare(books, [name])
    tree = branch(books, name, request.user)
    context = {
        "title": str(wanted),
        "crumbs": [Crumb(_t("指标"), reverse("figures"))],
        "figure": wanted,
        "value": compared.value,
        "compared": compared,
        "year": year,
        "until": until,
        "facts": _facts(wanted, compared.value),
        "tree": tree,
        "line": next(tree.lines(), None),
        "bars": _bars(books.vector(name)),
        "may_save": may_save(request.user),
        "is_saved": is_saved(name),
    }
    return render(request, "figures/figure.html", context)


@require_POST
def add_remark(request: HttpRequest, name: str) -> HttpResponse:
    """Why a figure that looks implausible is right; an empty text takes it back."""
    if not may_save(request.user):
        raise PermissionDenied
    _readable(request, name)
    rule, year = request.POST.get("rule", ""), year_of(request)
    if rule not in RULES:
        raise Http404
    text = request.POST.get("text", "").strip()[:200]
    with acting(request.user, _t("说明指标")):  # type: ignore[arg-type]
        remark(name, year, rule, text, request.user)
    return redirect(f"{reverse('figure', args=[name])}?year={year}")


def charts(request: HttpRequest) -> HttpResponse:
    """The year's figures drawn beside those of earlier years, by subject; each bar opens its year."""
    year = year_of(request)
    chosen = [one for one in figures(year) if readable(one, request.user) and not isinstance(one, Names)]
    subjects: dict[str, list[Chart]] = {}
    for compared in compare(Books(year, scope(request)), [one.name for one in chosen], history=True):
        if drawn := chart(compared):
            subjects.setdefault(ledger(ledger_of(compared.value.figure)).group, []).append(drawn)
    context = {
        "title": _t("%(year)s年图表") % {"year": year},
        "subjects": subjects,
        "crumbs": [Crumb(_t("指标"), reverse("figures"))],
    }
    return render(request, "figures/charts.html", context)


def _readable(request: HttpRequest, name: str) -> Figure:
    try:
        wanted = figure(name)
    except UnknownFigure:
        raise Http404 from None
    if not readable(wanted, request.user):
        raise Http404
    return wanted


def _until(request: HttpRequest, year: int) -> date | None:
    """?until= a day of the year that is looked at; anything else is the whole year."""
    try:
        day = parse_date(request.GET.get("until", ""))
    except ValueError:
        return None
    return day if day and day.year == year else None


def _facts(wanted: Figure, value: Value) -> list[Fact]:
    facts = [Fact(_t("口径"), wanted.definition, wide=True)]
    if value.exact is not None and value.exact != value.value:
        facts.append(Fact(_t("精确值"), with_unit(_short(value.exact), wanted.unit, value.exact)))
    if value.numerator is not None and value.denominator is not None:
        sign = "÷" if isinstance(wanted, Ratio | Variation | Formula) else "−"
        facts.append(Fact(_t("算式"), f"{_short(value.numerator)} {sign} {_short(value.denominator)}"))
    facts += [
        Fact(_t("计入记录"), value.records, numeric=True),
        Fact(_t("口径版本"), wanted.version),
        Fact(_t("名称"), wanted.name),
        Fact(_t("种类"), _kind(wanted.name)),
    ]
    return facts


def _short(number: Decimal) -> str:
    """A number as a person checks it: six places at most."""
    return plain(round(number, 6))


def _kind(name: str) -> str:
    if is_saved(name):
        return _t("自存指标")
    if is_of_others(name):
        return _t("专项填报")
    return _t("报告引用") if is_citation(name) else _t("常设指标")


def _bars(vector: dict[int, Value]) -> list[Bar]:
    """The organisations with the most first."""
    known = [(key, value) for key, value in vector.items() if value.exact is not None]
    known.sort(key=lambda pair: -pair[1].exact)  # type: ignore[operator]
    names = dict(Organisation.objects.filter(pk__in=[key for key, _value in known]).values_list("pk", "name"))
    return [
        Bar(
            names[key],
            float(value.exact or 0),
            shown=_part(value),
        )
        for key, value in known[:MOST_BARS]
    ]


def _part(value: Value) -> str:
    """One organisation's part, to two places: the step a county's figure is rounded to is too wide for it."""
    exact = round(value.exact or Decimal(0), 2)
    return with_unit(plain(exact), value.figure.unit, exact)
