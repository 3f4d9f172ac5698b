"""Comparison: beside a figure its target, last year's value, the change, and what looks implausible, each with why.

Last year's value is computed from last year's records under today's definition, so the two can be compared. Where last
year's was published under another definition, that is said: 定义已变.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from django.utils.translation import gettext as _t

from shuyuan.core.models import Period
from shuyuan.core.units import with_unit
from shuyuan.figures.books import Books
from shuyuan.figures.figure import Figure, Value
from shuyuan.figures.formula import Formula
from shuyuan.figures.keeping import home_of
from shuyuan.figures.kinds import Measure, Names, Ratio, Streak
from shuyuan.figures.models import Remark
from shuyuan.figures.units import POINTS, factor, plain, shorter
from shuyuan.ledger.record import User

SHARE, ZERO, JUMP = "share", "zero", "jump"  # the rules by which a figure is marked, as remarks name them
RULES = {SHARE, ZERO, JUMP}


@dataclass(frozen=True)
class Published:
    """What a figure was when a year's report was frozen; `source` names the report.

    A report from before our books says no more than it printed: `exact` is that, and `version` is empty.
    """

    exact: Decimal | None
    display: str
    version: str
    source: str


# Filled at start-up by rooms above: the figures of a year as they were published, by name; empty where they were not.
published: list[Callable[[int], Mapping[str, Published]]] = []


@dataclass(frozen=True)
class Mark:
    """Something implausible and why; `remark` is what somebody who looked has said to it."""

    rule: str
    reason: str
    remark: str = ""

    @property
    def open(self) -> bool:
        return not self.remark


@dataclass(frozen=True)
class Comparison:
    """A figure's value beside all that it is measured against. `earlier` are the years before, the latest first."""

    year: int
    value: Value
    earlier: tuple[Value, ...]
    target: Value | None = None
    published: Published | None = None
    """What last year's report said of last year."""
    reported: Published | None = None
    """What this year's report said of this year."""
    marks: tuple[Mark, ...] = ()

    @property
    def before(self) -> Value:
        """Last year's value, under today's definition."""
        return self.earlier[0]

    @property
    def change(self) -> Decimal | None:
        """In the figure's unit, of percentages in points; of the printed values, so that readers can check it."""
        if self.value.value is None or self.before.value is None:
            return None
        return shorter(self.value.value - self.before.value)

    @property
    def change_unit(self) -> str:
        return POINTS if self.value.figure.unit == "%" else self.value.figure.unit

    @property
    def percent(self) -> Decimal | None:
        """The change in per cent of last year's value, to one place; of percentages none."""
        now, then = self.value.exact, self.before.exact
        if now is None or not then or then < 0 or self.change_unit == POINTS:
            return None
        return shorter(round((now - then) * 100 / then, 1))

    @property
    def to_target(self) -> Decimal | None:
        """How far above its target the figure is, in the figure's unit (or points); below it is negative."""
        if self.value.exact is None or self.target is None or self.target.exact is None:
            return None
        aim = self.target.exact * factor(self.target.figure.unit) / factor(self.value.figure.unit)
        return shorter(round(self.value.exact - aim, max(self.value.figure.decimals, 2)))

    @cached_property
    def redefined(self) -> str:
        """That last year's was published under another definition, in one sentence; empty where it was not."""
        if self.published is None or self.published.version in {"", self.value.figure.version}:
            return ""
        return _t("定义已变：%(source)s按口径 %(then)s 为 %(display)s，现口径为 %(now)s") % {
            "source": self.published.source,
            "then": self.published.version,
            "display": self.published.display,
            "now": self.value.figure.version,
        }

    @cached_property
    def corrected(self) -> str:
        """That last year's records were corrected since it was published; empty where they were not."""
        return "" if self.published is None or self.redefined else _otherwise(self.published, self.before)

    @cached_property
    def as_reported(self) -> str:
        """That this year's report said another value than the records give now; empty where it did not."""
        return "" if self.reported is None else _otherwise(self.reported, self.value)


def _otherwise(said: Published, value: Value) -> str:
    """What was published and what the records give now; empty where the two agree as far as can be told."""
    same = {value.exact} if said.version else {value.exact, value.value}
    if said.exact in same:
        return ""
    told = _t("%(source)s公布为 %(display)s，按现有记录为 %(now)s")
    return told % {"source": said.source, "display": said.display, "now": value.display}


def compare(books: Books, names: Iterable[str], *, history: bool = False) -> list[Comparison]:
    """The figures of a book, in the same order, each beside what it is measured against.

    Years before the last cost as much as this one: they are asked for where a change is large enough to be judged, or
    for all figures with `history`.
    """
    wanted = list(names)
    values, before = books.values(wanted), books.values(wanted, back=1)
    limits, remarks = thresholds(books.year), _remarks(wanted, books.year)
    judged = {
        value.figure.name
        for value, last in zip(values, before, strict=True)
        if history or _is_judged(value, last, limits)
    }
    earlier = {name: [last] for name, last in zip(wanted, before, strict=True)}
    for back in range(2, _years_back(books.year) + 1):
        for value in books.values(judged, back):
            earlier[value.figure.name].append(value)
    aims = [value.figure.target for value in values if value.figure.target]
    targets = {value.figure.name: value for value in books.values(aims)}
    whole = not (books.until or books.within)  # as what is published
    told, reported = (_published(year) if whole else {} for year in (books.year - 1, books.year))
    made = []
    for value in values:
        name, years = value.figure.name, tuple(earlier[value.figure.name])
        marks = tuple(
            Mark(rule, reason, remarks[name].get(rule, "")) for rule, reason in _implausible(value, years, limits)
        )
        aim = targets.get(value.figure.target)
        made.append(Comparison(books.year, value, years, aim, told.get(name), reported.get(name), marks))
    return made


def remark(name: str, year: int, rule: str, text: str, user: User) -> None:
    """Say why an implausible figure is right, or take that back with an empty text. Needs `acting`."""
    found = Remark.objects.filter(figure=name, year=year, rule=rule).first()
    if not text:
        if found:
            found.delete()
        return
    found = found or Remark(organisation=home_of(user), figure=name, year=year, rule=rule)
    found.text = text
    found.save()


def _years_back(year: int) -> int:
    """How many earlier years to look at: one at least, no more than are on file and the rule asks for."""
    first = Period.objects.filter(year__lt=year).order_by("year").values_list("year", flat=True).first()
    return max(1, min(thresholds(year).years, year - first if first else 0))


def _remarks(names: Sequence[str], year: int) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in Remark.objects.filter(year=year, figure__in=names):
        found[row.figure][row.rule] = row.text
    return found


def _published(year: int) -> dict[str, Published]:
    return {name: found for ask in published for name, found in ask(year).items()}


# --- what looks implausible ---


@dataclass(frozen=True)
class Thresholds:
    """One table of plausibility.toml."""

    years: int
    changes: int
    times: Decimal
    share: Decimal
    fold: Decimal
    smallest: Decimal


@cache
def _tables() -> list[tuple[date, Thresholds]]:
    text = Path(__file__).with_name("plausibility.toml").read_text(encoding="utf-8")
    tables: list[dict[str, Any]] = tomllib.loads(text, parse_float=Decimal)["rule"]
    made = [(table.pop("from"), Thresholds(**table)) for table in tables]
    return sorted(made, key=lambda pair: pair[0])


def thresholds(year: int) -> Thresholds:
    """What holds at the end of that year."""
    return [table for begins, table in _tables() if begins <= date(year, 12, 31)][-1]


def _implausible(value: Value, earlier: Sequence[Value], limits: Thresholds) -> Iterator[tuple[str, str]]:
    """Each rule that the value breaks, and the sentence that says why."""
    now, then = value.exact, earlier[0].exact
    if now is None:
        return
    if _is_share(value.figure) and not 0 <= now <= 100:
        told = _t("比例应在 0 和 100%% 之间；分子是 %(over)s，分母是 %(under)s")
        yield SHARE, told % {"over": _short(value.numerator), "under": _short(value.denominator)}
    if _is_counted(value.figure) and not now and then and then > 0 and value.figure.unit != "%":
        yield ZERO, _t("上年是 %(then)s，今年是零") % {"then": earlier[0].display}
    elif _is_judged(value, earlier[0], limits) and (reason := _jump(value, earlier, limits)):
        yield JUMP, reason


def _jump(value: Value, earlier: Sequence[Value], limits: Thresholds) -> str:
    """Why the change from last year is beyond what earlier years allow; empty where it is not."""
    now, then = value.exact, earlier[0].exact
    assert now is not None and then is not None
    known = [one.exact for one in earlier]
    changes = [abs(a - b) for a, b in pairwise(known) if a is not None and b is not None]
    percentage = value.figure.unit == "%"
    unit = POINTS if percentage else value.figure.unit
    if len(changes) >= limits.changes:
        usual, change = Decimal(median(changes)), abs(now - then)
        if change > limits.times * usual:
            told = _t("比上年变化 %(change)s，此前各年通常变化 %(usual)s（%(n)s 次变化的中位数），超过其 %(times)s 倍")
            amounts = {"change": _amount(change, unit), "usual": _amount(usual, unit)}
            return told % {**amounts, "n": len(changes), "times": limits.times}
        return ""
    if percentage or min(now, then) <= 0:
        return ""
    if now >= limits.fold * then:
        told = _t("是上年的 %(times)s 倍，达到 %(fold)s 倍；可比的往年不足，按倍数判断")
        return told % {"times": plain(round(now / then, 1)), "fold": limits.fold}
    if now * limits.fold <= then:
        told = _t("只有上年的 %(part)s%%，不到 %(fold)s 分之一；可比的往年不足，按倍数判断")
        return told % {"part": plain(round(now * 100 / then, 1)), "fold": limits.fold}
    return ""


def _is_counted(figure: Figure) -> bool:
    """Whether it is an amount of something: no list, no rank, no change of another figure."""
    return isinstance(figure, Measure | Ratio | Formula) and not isinstance(figure, Names | Streak)


def _is_judged(value: Value, last: Value, limits: Thresholds) -> bool:
    """Whether the change from last year is large enough, and of enough, to be held against what is usual."""
    now, then = value.exact, last.exact
    if now is None or then is None or not _is_counted(value.figure) or abs(now - then) <= limits.share * abs(then):
        return False
    return value.figure.unit == "%" or max(now, then) * factor(value.figure.unit) >= limits.smallest


def _is_share(figure: Figure) -> bool:
    """Whether it is a part of a whole: a percentage of one figure over another, not of a change."""
    if figure.unit != "%":
        return False
    if isinstance(figure, Formula):
        return figure.quotient is not None and figure.quotient.parts[0].sort == "name"
    return isinstance(figure, Ratio)


def _amount(number: Decimal, unit: str) -> str:
    return with_unit(_short(number), unit, number)


def _short(number: Decimal | None) -> str:
    return "—" if number is None else plain(round(number, 2))
