"""`{% load kit %}`: the parts that pages are made of. Each is shown, with sample data, at /kit/ while developing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from shuyuan.core.units import unit_words, with_unit
from shuyuan.web import assets, forms, html
from shuyuan.web.filters import Filters
from shuyuan.web.parts import Bar, Crumb, Event, Fact, Text
from shuyuan.web.slots import Piece
from shuyuan.web.tables import Column, Table

register = template.Library()
register.filter("number", html.number)
register.simple_tag(html.badge, name="badge")
register.simple_tag(assets.address, name="asset")
register.simple_tag(forms.control, name="control")
register.filter("layout", forms.kind_of)


@register.filter
def shown(value: object) -> str:
    return html.shown(value)


@register.simple_tag
def icon(name: str, label: Text = "", css: str = "") -> SafeString:
    """A drawing; hidden from screen readers unless it has a label of its own."""
    if name not in assets.icons():
        raise ValueError(f"There is no icon {name!r}: add it to ICONS in tools/vendor_assets.py and run that.")
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" {}><use href="{}#{}"/></svg>', css, voice, assets.address("web/vendor/icons.svg"), name
    )


@register.simple_block_tag
def page_header(
    content: str, title: Text, subtitle: Text = "", crumbs: Sequence[Crumb] = (), state: str = ""
) -> SafeString:
    """The heading of a page, the only h1; the block holds its actions, the most important one last."""
    context = {"title": title, "subtitle": subtitle, "crumbs": crumbs, "state": state, "actions": content}
    return render_to_string("web/kit/page_header.html", context)


@register.simple_block_tag
def panel(content: str, title: Text = "", note: Text = "", url: str = "", flush: bool = False) -> SafeString:
    """A card with a heading; `flush` lets a table or list reach its edges, `url` links to all of it."""
    context = {"title": title, "note": note, "url": url, "flush": flush, "content": content}
    return render_to_string("web/kit/panel.html", context)


@register.simple_block_tag
def empty(content: str, title: Text, icon: str = "inbox") -> SafeString:
    """Nothing here: why, and what to do about it."""
    return render_to_string("web/kit/empty.html", {"title": title, "icon": icon, "content": content})


@register.inclusion_tag("web/kit/data_table.html", takes_context=True)
def data_table(context: Context, table: Table, region: str = "rows") -> dict[str, Any]:
    """A table whose headings sort by ?sort= and keep every other parameter."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    heads = []
    for column in table.columns:
        state = ""
        if column.sort and table.sorted_by.lstrip("-") == column.sort:
            state = "descending" if table.sorted_by.startswith("-") else "ascending"
        query["sort"] = f"-{column.sort}" if state == "ascending" else column.sort
        heads.append((column, state, f"?{query.urlencode()}"))
    return {
        "table": table,
        "heads": heads,
        "rows": [(row.url, _cells(table.columns, row.cells)) for row in table.rows],
        "totals": _cells(table.columns, ["" if total is None else total for total in table.totals], blank="")
        if table.totals is not None
        else None,
        "region": region,
    }


def _cells(columns: Sequence[Column], values: Sequence[object], blank: str | None = None) -> list[tuple[Column, str]]:
    return [
        (column, blank if blank is not None and value == "" else html.shown(value, numeric=column.numeric))
        for column, value in zip(columns, values, strict=True)
    ]


@register.inclusion_tag("web/kit/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], region: str = "rows") -> dict[str, Any]:
    """Which rows these are, and the other pages; every other parameter is kept."""
    query = context["request"].GET.copy()

    def link(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    numbers = [
        (number, link(number) if isinstance(number, int) else "")
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    ]
    return {
        "page": page,
        "numbers": numbers,
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
        "region": region,
    }


@register.inclusion_tag("web/kit/filter_bar.html")
def filter_bar(filters: Filters, region: str = "rows", placeholder: Text = "") -> dict[str, Any]:
    """The filters of a list; they work without JavaScript, and with it swap only the region's rows."""
    return {"filters": filters, "region": region, "placeholder": placeholder}


@register.inclusion_tag("web/kit/chips.html")
def chips(filters: Filters, region: str = "rows") -> dict[str, Any]:
    """The filters in force, each with a way to take it off; stands inside the region."""
    return {"filters": filters, "region": region}


@register.inclusion_tag("web/kit/facts.html")
def facts(items: Iterable[Fact]) -> dict[str, Any]:
    """A record's fields."""
    return {"items": [(item, html.shown(item.value, numeric=item.numeric)) for item in items]}


@register.inclusion_tag("web/kit/timeline.html")
def timeline(events: Iterable[Event]) -> dict[str, Any]:
    """A record's history, the newest first."""
    return {
        "events": [
            (event, [(change.label, _side(change.before), _side(change.after)) for change in event.changes])
            for event in events
        ]
    }


def _side(value: object) -> str:
    return html.shown(value, numeric=isinstance(value, Decimal))


@register.inclusion_tag("web/kit/bars.html")
def bars(items: Iterable[Bar], unit: Text = "", caption: Text = "") -> dict[str, Any]:
    """Values beside one another, by school for instance; the longest bar is the largest value. Below zero: no bar."""
    lines = list(items)
    longest = max((line.value for line in lines), default=0)
    return {
        "lines": [
            (line, line.shown or html.number(line.value), _hundredths(line.value, longest) if longest > 0 else 0)
            for line in lines
        ],
        "unit": unit_words(str(unit)),
        "caption": caption,
    }


def _hundredths(part: float, whole: float) -> float:
    """How many hundredths, between 0 and 100, for drawing only."""
    return round(min(max(float(part) / float(whole), 0.0), 1.0) * 100, 1) if whole else 0.0


@register.inclusion_tag("web/kit/delta.html")
def delta(change: float | Decimal | None, unit: Text = "", good: str = "up", text: str = "") -> dict[str, Any]:
    """A change with its sign, an arrow and a colour; `good` is the welcome way: "up", "down" or ""."""
    way = "" if change is None else "up" if change > 0 else "down" if change < 0 else "same"
    tone = "neutral" if way in {"", "same"} or not good else "good" if way == good else "bad"
    if change is None:
        return {"way": way, "tone": tone, "magnitude": text or html.NOTHING}
    size = -change if change < 0 else change
    return {"way": way, "tone": tone, "magnitude": with_unit(text or html.number(size), str(unit), size)}


@register.inclusion_tag("web/kit/stat.html")
def stat(
    title: Text,
    value: object,
    unit: Text = "",
    url: str = "",
    note: Text = "",
    change: float | Decimal | None = None,
    change_unit: Text = "",
    good: str = "up",
) -> dict[str, Any]:
    """One figure large: its name, value, unit, and how it changed; the whole card opens `url`."""
    return {
        "title": title,
        "value": html.number(value),
        "unit": unit_words(str(unit), value if isinstance(value, int | float | Decimal) else None),
        "url": url,
        "note": note,
        "change": change,
        "change_unit": change_unit,
        "good": good,
    }


@register.inclusion_tag("web/kit/progress.html")
def progress(done: float, total: float, label: Text = "", unit: Text = "") -> dict[str, Any]:
    """How far something is: done of total."""
    whole = with_unit(html.number(total), str(unit), total)
    return {"done": done, "total": whole, "label": label, "share": _hundredths(done, total)}


@register.simple_tag(takes_context=True)
def piece(context: Context, it: Piece) -> SafeString:
    """What another room put into a slot."""
    return render_to_string(it.template, it.context, request=context["request"])
