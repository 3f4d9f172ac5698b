"""Kinds: every kind of figure, for the files of ledgers (code) and for outlines (data)."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal, InvalidOperation
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


TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "bool": (bool,),
    "Decimal | None": (str, int, float, Decimal, type(None)),
}


def from_data(data: dict[str, Any]) -> Figure:
    """A figure from a data file's table: `kind`, `name`, `title` and the fields of that kind; a typo is an error."""
    facts = dict(data)
    kind = KINDS.get(str(facts.pop("kind", None)))
    if kind is None:
        raise Wrong(f"{data.get('name')}: kind must be one of {', '.join(KINDS)}, not {data.get('kind')!r}")
    known = {item.name for item in fields(kind) if item.name != "_"}
    if unknown := facts.keys() - known:
        raise Wrong(f"{data.get('name')}: a {kind.kind} has no {sorted(unknown)}; it has {sorted(known)}")
    kinds_of = {item.name: str(item.type) for item in fields(kind)}
    for key, value in facts.items():
        wanted = TYPES[kinds_of[key]]
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted):
            raise Wrong(f"{data.get('name')}: {key} must be {kinds_of[key]}, not {value!r}")
    try:
        if facts.get("step") is not None:
            facts["step"] = Decimal(str(facts["step"]))
            if not facts["step"].is_finite():
                raise InvalidOperation
        return kind(**facts)
    except InvalidOperation:
        raise Wrong(f"{data.get('name')}: step must be a number, not {facts['step']!r}") from None
    except TypeError as error:
        raise Wrong(f"{data.get('name')}: {error}") from None
