"""The pages of figures: the list, and one figure down to its records."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation
from shuyuan.core.people import posts_of
from shuyuan.core.units import with_unit
from shuyuan.figures.books import Books, Lineage
from shuyuan.figures.composed import Ratio, Variation
from shuyuan.figures.figure import Figure, Value
from shuyuan.figures.keeping import readable
from shuyuan.figures.listing import ledger_of
from shuyuan.figures.registry import UnknownFigure, figure, figures, is_citation
from shuyuan.figures.units import POINTS, plain, shorter
from shuyuan.ledger.ledger import ledger
from shuyuan.web import html
from shuyuan.web.context import year_of
from shuyuan.web.parts import Bar, Crumb, Fact
from shuyuan.web.tables import Column, Row, Table

MOST_BARS = 20


def may_read(user: Any) -> bool:
    """Figures of the whole county are the bureau's to read; a school sees its own part of each."""
    return user.is_superuser or any(_of_the_bureau(post.organisation) for post in posts_of(user))


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
    """Every figure of the year, with last year's value beside it."""
    year, text = year_of(request), request.GET.get("q", "").strip()
    chosen = [one for one in figures(year) if readable(one, request.user) and _named(one, text)]
    books = Books(year, scope(request))
    names = [one.name for one in chosen]
    rows: dict[str, list[Row]] = {}
    for value, before in zip(books.values(names), books.values(names, back=1), strict=True):
        subject = ledger(ledger_of(value.figure)).group
        rows.setdefault(subject, []).append(_row(value, before, year))
    columns = [
        Column(_t("指标"), wrap=True),
        Column(_t("%(year)s年") % {"year": year}, numeric=True),
        Column(_t("%(year)s年") % {"year": year - 1}, numeric=True),
        Column(_t("记录"), numeric=True),
        Column(_t("台账")),
    ]
    tables = [(subject, Table(columns, lines, caption=subject)) for subject, lines in rows.items()]
    context = {"title": _t("指标"), "tables": tables, "q": text, "count": len(chosen)}
    return render(request, "figures/list.html", context)


def _named(figure: Figure, text: str) -> bool:
    """Whether its title or its name holds the text, whichever case it is typed in."""
    return text.casefold() in f"{figure} {figure.name}".casefold()


def _row(value: Value, before: Value, year: int) -> Row:
    wanted = value.figure
    title = str(wanted)
    cells = [
        title,
        value.display if value.exact is not None else html.badge(_t("未知"), "warning"),
        before.display,
        value.records,
        str(ledger(ledger_of(wanted))),
    ]
    return Row(cells, url=f"{reverse('figure', args=[wanted.name])}?year={year}")


def figure_page(request: HttpRequest, name: str) -> HttpResponse:
    """One figure: its value, its definition, last year's value, the same by school, and the records behind it."""
    try:
        wanted = figure(name)
    except UnknownFigure:
        raise Http404 from None
    if not readable(wanted, request.user):
        raise Http404
    year, within = year_of(request), scope(request)
    books = Books(year, within)
    value, before = books.value(name), books.values([name], back=1)[0]
    lineage = [_line(one, request) for one in dict.fromkeys(_urls(books.lineage(name)))]
    context = {
        "title": str(wanted),
        "crumbs": [Crumb(_t("指标"), reverse("figures"))],
        "figure": wanted,
        "value": value,
        "before": before,
        "change": _change(value, before),
        "change_unit": POINTS if wanted.unit == "%" else wanted.unit,
        "year": year,
        "facts": _facts(wanted, value, year),
        "lineage": lineage,
        "bars": _bars(books.vector(name)),
        "parts": [(figure(part), reverse("figure", args=[part])) for part in wanted.parts()],
    }
    return render(request, "figures/figure.html", context)


def _change(value: Value, before: Value) -> Decimal | None:
    return None if value.value is None or before.value is None else shorter(value.value - before.value)


def _facts(wanted: Figure, value: Value, year: int) -> list[Fact]:
    facts = [Fact(_t("口径"), wanted.definition, wide=True)]
    if value.exact is not None and value.exact != value.value:
        facts.append(Fact(_t("精确值"), with_unit(_short(value.exact), wanted.unit, value.exact)))
    if value.numerator is not None and value.denominator is not None:
        sign = "÷" if isinstance(wanted, Ratio | Variation) else "−"
        facts.append(Fact(_t("算式"), f"{_short(value.numerator)} {sign} {_short(value.denominator)}"))
    facts += [
        Fact(_t("计入记录"), value.records, numeric=True),
        Fact(_t("口径版本"), wanted.version),
        Fact(_t("名称"), wanted.name),
        Fact(_t("种类"), _t("%(year)s年引用") % {"year": year} if is_citation(wanted.name) else _t("常设指标")),
    ]
    return facts


def _short(number: Decimal) -> str:
    """A number as a person checks it: six places at most."""
    return plain(round(number, 6))


def _urls(lineage: list[Lineage]) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    return [(one.ledger.slug, tuple(one.parameters.items())) for one in lineage]


def _line(one: tuple[str, tuple[tuple[str, str], ...]], request: HttpRequest) -> dict[str, Any]:
    """One selection of records: where it is, what it selects, how many there are for this reader."""
    line = Lineage(ledger(one[0]), dict(one[1]))
    selection = type(line.selection())(line.ledger, line.parameters, request.user)
    return {
        "ledger": line.ledger,
        "url": line.url,
        "words": [_t("%(label)s：%(text)s") % {"label": chip.label, "text": chip.text} for chip in selection.chips],
        "count": selection.rows.count(),
    }


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
