"""The outlines that ship with the product, one file a year, and the citations they bring into the figures."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _t

from shuyuan.figures.figure import Figure, from_data
from shuyuan.report.outline import Outline, read


class NoOutline(LookupError):
    """A year nobody has outlined a report for."""


@cache
def _all() -> dict[int, Outline]:
    """Each year's outline; a bureau's own folder (SHUYUAN_OUTLINES) comes after ours and replaces a year of ours."""
    folders = [_folder(), *settings.OUTLINES]
    found = (read(path) for folder in folders for path in sorted(folder.glob("[0-9][0-9][0-9][0-9].toml")))
    return {outline.year: outline for outline in found}


def years() -> list[int]:
    return sorted(_all(), reverse=True)


def outline(year: int) -> Outline:
    try:
        return _all()[year]
    except KeyError:
        known = "、".join(map(str, years()))
        raise NoOutline(_t("没有 %(year)s 年的报告提纲;现有:%(known)s") % {"year": year, "known": known}) from None


def citations() -> Iterator[tuple[int, Figure]]:
    """Every year's citations, for the figures' registry: those in its outline, then those in files beside it."""
    for year in years():
        beside = (tomllib.loads(path.read_text("utf-8")) for path in sorted(_folder().glob(f"{year}-figures-*.toml")))
        for table in (*outline(year).figures, *(table for file in beside for table in file["figure"])):
            yield year, from_data(dict(table))


def _folder() -> Path:
    return Path(__file__).with_name("outlines")
