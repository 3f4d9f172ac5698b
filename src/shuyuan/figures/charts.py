"""Charts: one small chart for each figure, this year's bar above those of earlier years."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _t

from shuyuan.figures.compare import Comparison
from shuyuan.web.parts import Bar


@dataclass(frozen=True)
class Chart:
    """The figure's title, its page, its bars with the latest year first, and whether somebody should look at it."""

    title: str
    url: str
    bars: tuple[Bar, ...]
    marked: bool


def chart(compared: Comparison) -> Chart | None:
    """None where nothing is known of this year, or nothing of any other: there is nothing to compare."""
    years = [(compared.year - back, value) for back, value in enumerate([compared.value, *compared.earlier])]
    known = [(year, value) for year, value in years if value.exact is not None]
    if compared.value.exact is None or len(known) < 2 or not any(value.exact for _year, value in known):
        return None
    page = reverse("figure", args=[compared.value.figure.name])
    bars = [
        Bar(_t("%(year)s年") % {"year": year}, float(value.exact or 0), shown=value.display, url=f"{page}?year={year}")
        for year, value in known
    ]
    if compared.target and compared.target.exact is not None:
        target = compared.target
        url = f"{reverse('figure', args=[target.figure.name])}?year={compared.year}"
        bars.append(Bar(_t("目标"), float(target.exact or 0), shown=target.display, url=url))
    marked = any(mark.open for mark in compared.marks)
    return Chart(str(compared.value.figure), f"{page}?year={compared.year}", tuple(bars), marked)
