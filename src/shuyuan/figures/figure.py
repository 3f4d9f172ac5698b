"""Figure: records plus a measure. One specification for the enduring figures in code and for a year's citations.

A figure's parts are plain data: `version` is a digest of them, so a definition cannot change unnoticed, and its lineage
is the same selection of records that it is computed from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, fields
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.utils.translation import gettext as _t

from shuyuan.core.units import with_unit
from shuyuan.figures.units import Printed, plain, printed


class Wrong(ValueError):
    """A figure that cannot mean anything: an unknown ledger, field or part, or units that do not agree."""


@dataclass(frozen=True)
class Figure:
    """What every figure says of itself.

    `unit` is the unit of its value and `shown_in` the one it is printed in (万元 printed as 亿元). With `step` it is
    rounded to the nearest step and printed with 近, or with `over` (多, 超过) when the exact value lies above.
    `note` is what the definition 口径 says beyond what can be read off the filter. `at` names the one organisation
    (by name or identification code) that the figure is about.
    """

    name: str
    title: str
    _: KW_ONLY
    unit: str = ""
    shown_in: str = ""
    decimals: int = 0
    step: Decimal | None = None
    over: str = "多"
    note: str = ""
    at: str = ""
    kind: ClassVar[str]

    def __str__(self) -> str:
        return _t(self.title)

    def parts(self) -> tuple[str, ...]:
        """The names of the figures this one is made of."""
        return ()

    def words(self) -> str:
        """How it is computed, in the reader's language."""
        raise NotImplementedError

    def check(self) -> Iterator[str]:
        """What is wrong with the declaration; each sentence says what to change."""
        if self.step is not None and self.step <= 0:
            yield _t("step 须大于零，不能是 %(step)s") % {"step": self.step}
        for part in self.parts():
            yield from unknown_part(part)

    def facts(self) -> dict[str, Any]:
        """Everything that decides the value or how it is printed."""
        named = {"name", "title", "note"}
        return {
            item.name: value
            for item in fields(self)
            if item.name not in named and (value := getattr(self, item.name)) not in ("", None)
        }

    @property
    def definition(self) -> str:
        """The definition 口径 as people read it."""
        where = _t("仅%(organisation)s；") % {"organisation": self.at} if self.at else ""
        step = with_unit(plain(self.step), self.unit, self.step) if self.step else ""
        rounding = _t("四舍五入到%(step)s；") % {"step": step} if step else ""
        text = f"{where}{self.words()}{rounding}{_t(self.note) if self.note else ''}"
        return text[:1].upper() + text[1:].removesuffix(_t("；")) + _t("。")

    @property
    def version(self) -> str:
        """The first eight hex digits of SHA-256 over everything that decides the value, parts included."""
        from shuyuan.figures.registry import figure

        spec = [self.kind, self.facts(), [figure(part).version for part in self.parts()]]
        text = json.dumps(spec, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def printed(self, exact: Decimal) -> Printed:
        return printed(exact, decimals=self.decimals, step=self.step, over=self.over)


@dataclass(frozen=True)
class Value:
    """What a figure comes to. `exact` is what the records give; None with a `reason` where nothing can be said."""

    figure: Figure
    exact: Decimal | None
    records: int = 0
    reason: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    names: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    """What stands in brackets behind each name, where the figure says so."""

    @cached_property
    def printed(self) -> Printed | None:
        return None if self.exact is None else self.figure.printed(self.exact)

    @property
    def value(self) -> Decimal | None:
        """The number that is printed, in the figure's unit."""
        return self.printed.number if self.printed else None

    @property
    def qualifier(self) -> str:
        return self.printed.qualifier if self.printed else ""

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Each name with what stands beside it."""
        return tuple(zip(self.names, self.besides or [""] * len(self.names), strict=True))

    @property
    def display(self) -> str:
        if self.names:
            return _t("、").join(
                _t("%(name)s（%(beside)s）") % {"name": n, "beside": b} if b else n for n, b in self.named
            )
        if self.printed is None:
            return "—"
        return self.printed.text(self.figure.unit, self.figure.shown_in or self.figure.unit)

    @property
    def number(self) -> str:
        """The printed number alone."""
        return "—" if self.value is None else plain(self.value)


def unknown_part(part: str) -> Iterator[str]:
    """Say so when no figure is called `part`."""
    from shuyuan.figures.registry import UnknownFigure, figure

    try:
        figure(part)
    except UnknownFigure as error:
        yield str(error)
