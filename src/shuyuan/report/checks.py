"""Checks at start-up: every placeholder of every outline names a figure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core import checks

from shuyuan.report import frame, template
from shuyuan.report.outlines import declared, outline, years


def watch() -> None:
    checks.register(check_outlines)


def check_outlines(**options: Any) -> list[checks.CheckMessage]:
    """A placeholder that names no figure is told with its paragraph."""
    found: list[checks.CheckMessage] = []
    for year in years():
        made = frame.build(outline(year), made=datetime(year, 12, 31, tzinfo=UTC))
        try:
            template.read(made).check(declared(year))
        except template.TemplateError as error:
            found.append(checks.Error(str(error), obj=f"{year}.toml", id="shuyuan.E003"))
    return found
