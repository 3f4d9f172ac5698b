"""Checks at start-up: every placeholder of every outline names a figure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core import checks

from shuyuan.figures.registry import UnknownFigure
from shuyuan.report import outlines, template
from shuyuan.report.outlines import declared, kinds, outline, years

LEAP = 2000  # any year, for what is outlined for every year: it has only figures that every year has


def watch() -> None:
    checks.register(check_outlines)


def check_outlines(**options: Any) -> list[checks.CheckMessage]:
    """A placeholder that names no figure is told with its paragraph."""
    found: list[checks.CheckMessage] = []
    wanted = [(f"{year}.toml", year, outline(year)) for year in years()]
    wanted += [(f"{one.kind}.toml", LEAP, one.of(LEAP, "")) for one in kinds()]
    for file, year, one in wanted:
        try:
            made = outlines.template(one, datetime(year, 12, 31, tzinfo=UTC))
            template.read(made).check(declared(year))
        except (template.TemplateError, UnknownFigure) as error:
            found.append(checks.Error(str(error), obj=file, id="shuyuan.E003"))
    return found
