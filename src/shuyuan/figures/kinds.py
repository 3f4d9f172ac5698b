"""Kinds: every kind of figure, for the files of ledgers (code) and for outlines (data)."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from shuyuan.figures.composed import Change, Composed, Difference, Growth, Rank, Ratio, Spread, Variation
from shuyuan.figures.figure import Figure, Wrong
from shuyuan.figures.formula import Formula
from shuyuan.figures.measures import Count, Distinct, FieldMeasure, Mean, Measure, Names, Reported, Streak, Sum

__all__ = [
    "KINDS",
    "Change",
    "Composed",
    "Count",
    "Difference",
    "Distinct",
    "FieldMeasure",
    "Formula",
    "Growth",
    "Mean",
    "Measure",
    "Names",
    "Rank",
    "Ratio",
    "Reported",
    "Spread",
    "Streak",
    "Sum",
    "Variation",
    "from_data",
]

KINDS: dict[str, type[Figure]] = {
    kind.kind: kind
    for kind in (
        *(Count, Sum, Distinct, Mean, Reported, Names, Streak),
        *(Ratio, Difference, Change, Growth, Spread, Variation, Rank, Formula),
    )
}


def from_data(data: dict[str, Any]) -> Figure:
    """A figure from a data file's table: `kind`, `name`, `title` and the fields of that kind; a typo is an error."""
    facts = dict(data)
    try:
        kind = KINDS[facts.pop("kind")]
    except KeyError:
        raise Wrong(f"{data.get('name')}: kind must be one of {', '.join(KINDS)}, not {data.get('kind')!r}") from None
    known = {item.name for item in fields(kind) if item.name != "_"}
    if unknown := facts.keys() - known:
        raise Wrong(f"{data.get('name')}: a {kind.kind} has no {sorted(unknown)}; it has {sorted(known)}")
    if facts.get("step") is not None:
        facts["step"] = Decimal(str(facts["step"]))
    try:
        return kind(**facts)
    except TypeError as error:
        raise Wrong(f"{data.get('name')}: {error}") from None
