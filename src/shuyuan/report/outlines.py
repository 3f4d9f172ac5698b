"""The outlines that ship with the product, one file a year or a kind, and the citations they bring into the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation
from shuyuan.figures.figure import Figure
from shuyuan.figures.kinds import Names, from_data
from shuyuan.figures.registry import figure, figures
from shuyuan.report import frame
from shuyuan.report.outline import ANNUAL, EVERY_YEAR, Outline, read


class NoOutline(LookupError):
    """A year, or a kind of report, that nobody has outlined."""


@cache
def _all() -> dict[tuple[str, int], Outline]:
    """Each kind's and year's outline; a bureau's own folder (SHUYUAN_OUTLINES) comes after ours and replaces ours."""
    folders = [Path(__file__).with_name("outlines"), *settings.OUTLINES]
    found = (read(path) for folder in folders for path in sorted(folder.glob("*.toml")))
    return {(outline.kind, outline.year): outline for outline in found}


def years() -> list[int]:
    """The years whose annual report is outlined, the newest first."""
    return sorted((year for kind, year in _all() if kind == ANNUAL), reverse=True)


def kinds() -> list[Outline]:
    """The reports that are outlined for every year: half-year brief, statistical bulletin, a school's own."""
    return [outline for outline in _all().values() if outline.year == EVERY_YEAR]


def outline(year: int, kind: str = ANNUAL, organisation: Organisation | None = None) -> Outline:
    """The outline of a year's report; `organisation` is whose it is, the bureau's when none is said."""
    if found := _all().get((kind, year)):
        return found
    general = _all().get((kind, EVERY_YEAR))
    if general is None:
        known = _t("、").join(map(str, years()))
        raise NoOutline(_t("没有 %(year)s 年的报告提纲；现有：%(known)s") % {"year": year, "known": known})
    whose = organisation or Organisation.objects.filter(kind=Organisation.Kind.BUREAU).first()
    return general.of(year, whose.name if whose else "")


def outlines(year: int) -> list[Outline]:
    """Every report that can be made for a year, the annual one first.

    Not those that end before their year does: `entries` reads whole years, and a half-year brief must not print them.
    """
    annual = [_all()[ANNUAL, year]] if (ANNUAL, year) in _all() else []
    return [*annual, *(outline(year, one.kind) for one in kinds() if not one.until)]


def template(wanted: Outline, made: datetime) -> bytes:
    """The Word template of an outline, its tables' rows named by their figures."""
    return frame.build(wanted, made=made, told=lambda name: (figure(name).title, figure(name).unit))


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


def using(name: str) -> Iterator[str]:
    """Where the outlines cite the figure of that name, for whoever wants to remove or rename it."""
    cited = re.compile(rf"\{{\{{\s*{re.escape(name)}\s*[|}}]")
    for one in _all().values():
        for paragraph in one.paragraphs():
            if any(cited.search(text) for text in paragraph.texts):
                yield _t("报告提纲「%(title)s」第 %(id)s 段") % {"title": one.title, "id": paragraph.id}


def citations() -> Iterator[tuple[int, Figure]]:
    """Every year's citations, for the figures' registry."""
    for year in years():
        for table in outline(year).figures:
            yield year, from_data(dict(table))
