"""The outlines that ship with the product, one file a year, and the citations they bring into the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _t

from shuyuan.figures.figure import Figure
from shuyuan.figures.kinds import from_data
from shuyuan.report.outline import Outline, read


class NoOutline(LookupError):
    """A year nobody has outlined a report for."""


@cache
def _all() -> dict[int, Outline]:
    """Each year's outline; a bureau's own folder (SHUYUAN_OUTLINES) comes after ours and replaces a year of ours."""
    folders = [Path(__file__).with_name("outlines"), *settings.OUTLINES]
    found = (read(path) for folder in folders for path in sorted(folder.glob("[0-9][0-9][0-9][0-9].toml")))
    return {outline.year: outline for outline in found}


def years() -> list[int]:
    return sorted(_all(), reverse=True)


def outline(year: int) -> Outline:
    try:
        return _all()[year]
    except KeyError:
        known = _t("、").join(map(str, years()))
        raise NoOutline(_t("没有 %(year)s 年的报告提纲；现有：%(known)s") % {"year": year, "known": known}) from None


def using(name: str) -> Iterator[str]:
    """Where the outlines cite the figure of that name, for whoever wants to remove or rename it."""
    cited = re.compile(rf"\{{\{{\s*{re.escape(name)}\s*[|}}]")
    for year in years():
        for paragraph in outline(year).paragraphs():
            if any(cited.search(text) for text in paragraph.texts):
                yield _t("%(year)s年报告提纲第 %(id)s 段") % {"year": year, "id": paragraph.id}


def citations() -> Iterator[tuple[int, Figure]]:
    """Every year's citations, for the figures' registry."""
    for year in years():
        for table in outline(year).figures:
            yield year, from_data(dict(table))
