"""Rows: what a room of the example says, one line of one ledger each, by the names of the ledger's fields."""

from __future__ import annotations

from collections.abc import Iterator
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
