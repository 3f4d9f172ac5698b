"""The outlines that ship with the product, one file a year, and the citations they bring into the figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _t

from shuyuan.figures.figure import Figure
from shuyuan.figures.kinds import Names, from_data
from shuyuan.figures.registry import figures
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


@dataclass(frozen=True)
class Declared:
    """A figure as a template has to know it; nothing is computed."""

    figure: Figure

    @property
    def title(self) -> str:
        return self.figure.title

    @property
    def unit(self) -> str:
        return self.figure.unit

    @property
    def listed(self) -> bool:
        return isinstance(self.figure, Names)


def declared(year: int) -> dict[str, Declared]:
    """Every figure that a report of this year may name."""
    return {figure.name: Declared(figure) for figure in figures(year)}


def citations() -> Iterator[tuple[int, Figure]]:
    """Every year's citations, for the figures' registry."""
    for year in years():
        for table in outline(year).figures:
            yield year, from_data(dict(table))
