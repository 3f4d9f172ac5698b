"""Rows: what a room of the example says, one line of one ledger each, by the names of the ledger's fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple


class Row(NamedTuple):
    """A line of the ledger `slug`; `fields` maps the names of its columns to what stands in the cells.

    An organisation is given by its name or alias, a person as `people.Member` (or by name, when the organisation has
    one of that name only), a choice by code or label, money and areas as numbers in 元 and 平方米.
    """

    slug: str
    fields: dict[str, Any]


Rows = Iterator[Row]


def row(slug: str, organisation: str, day: date, **fields: Any) -> Row:
    """A line of a record ledger: every one of them has an organisation and a date."""
    return Row(slug, {"organisation": organisation, "date": day, **fields})


def split(total: int, weights: Sequence[float]) -> list[int]:
    """`total` in whole parts as near to the weights as whole parts can be (largest remainders); they sum to it."""
    scale = total / sum(weights)
    parts = [int(weight * scale) for weight in weights]
    remainders = sorted(range(len(parts)), key=lambda place: (parts[place] - weights[place] * scale, place))
    for place in remainders[: total - sum(parts)]:
        parts[place] += 1
    return parts
