"""Plausible numbers: what a ledger asks quality.py about, for every school of a period, and how a finding is told."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path as File
from typing import Any

from django.db import models
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, Period
from shuyuan.ledger import quality
from shuyuan.ledger.expression.filings import Cell, FilingRule
from shuyuan.ledger.expression.nodes import Kind
from shuyuan.ledger.quality import Finding, Limits
from shuyuan.ledger.tallying import OWNER, Broken, Plan, Row, amount, figures_of, rows_of


@cache
def _tables() -> list[tuple[date, Limits]]:
    text = File(__file__).with_name("quality.toml").read_text(encoding="utf-8")
    tables: list[dict[str, Any]] = tomllib.loads(text, parse_float=Decimal)["rule"]
    made = []
    for table in tables:
        begins, _source = table.pop("from"), table.pop("source")
        made.append((begins, Limits(**{name: _read(name, value) for name, value in table.items()})))
    return sorted(made, key=lambda pair: pair[0])


def _read(name: str, value: Any) -> Any:
    return int(value) if name in {"years", "known", "peers"} else Decimal(value)


def limits(year: int) -> Limits:
    """What holds at the end of that year."""
    return [table for begins, table in _tables() if begins <= date(year, 12, 31)][-1]


def conspicuous(
    plan: Plan, period: Period, schools: Sequence[Organisation] | None, rows: Sequence[Row], home: Mapping[int, int]
) -> Iterable[Broken]:
    """The numbers of these schools that want an explanation. They are held against all schools, whoever asks."""
    bounds = limits(period.year)
    asked = None if schools is None else {school.pk for school in schools}
    if asked is not None:  # the others as they are in the books
        rest = rows_of(plan.book, period, None).counted()
        rows = [*rows, *(row for row in plan.stored(rest, home) if row[OWNER] not in asked)]
    years = [_values(plan, rows)]
    for back in range(1, bounds.years + 1):
        stored = rows_of(plan.book, period.before(back), None).counted()
        years.append(_values(plan, plan.stored(stored, home)))
    kinds = dict(Organisation.objects.order_by().values_list("pk", "school_type"))
    for number, check, rule in plan.plausible:
        now, *before = [year.get(rule.source, {}) for year in years]
        earlier = {key: [year[key] for year in before if key in year] for key in now}
        size = figures_of({(check.per, 0)}, period.year, None)[check.per, 0] if check.per else {}
        cell = _as_cell(rule)
        for key, finding in quality.judge(now, earlier, bounds, size=size, kind=kinds).items():
            if asked is None or key in asked:
                years_told = (_t("往年"), _t("、").join(map(amount, earlier[key])) or "—")
                told = _told(rule.words(), cell.unit, finding)
                yield Broken(plan.book, number, period.code, key, (), (), ((cell, now[key]),), told, (years_told,))


def _values(plan: Plan, rows: Iterable[Row]) -> dict[str, dict[int, Decimal]]:
    """Each rule's number by school, where there is one and it is not below zero."""
    found: dict[str, dict[int, Decimal]] = {}
    for (owner, _key), sums in plan.usual.parts(rows).items():
        cells = plan.usual.empty | sums.cells
        for _number, _check, rule in plan.plausible:
            value = rule.value(cells)
            if isinstance(value, Decimal) and value >= 0:
                found.setdefault(rule.source, {})[owner] = value
    return found


def _as_cell(rule: FilingRule) -> Cell:
    """The rule as one number with a name: itself where it is one, else what is computed from several."""
    if isinstance(rule.node, Cell):
        return rule.node
    return Cell((models.DecimalField(verbose_name=rule.words(), name=rule.source),), Kind.NUMBER)


def _told(label: str, unit: str, finding: Finding) -> str:
    """Why it is conspicuous, in one sentence with the numbers."""
    forms = {
        quality.SLIP: _t("%(label)s为%(value)s，往年通常是%(usual)s，相差十倍或百倍：是否多写、少写了零？"),
        quality.YEARS: _t("%(label)s为%(value)s，此前 %(n)s 年通常是%(usual)s"),
        quality.RATIO: _t("%(label)s为%(value)s，按其他 %(n)s 所学校的增减，应在%(usual)s上下"),
        quality.PEERS: _t("%(label)s按规模平均为%(value)s，其他 %(n)s 所同类学校的中位数是%(usual)s"),
    }
    told = {"label": label, "n": finding.out_of}
    told |= {"value": amount(finding.value, unit), "usual": amount(finding.usual, unit)}
    return forms[finding.test] % told
