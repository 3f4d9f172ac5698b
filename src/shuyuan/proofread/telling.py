"""Claims as plain values: one row for each, with its relations, for programs that read them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from shuyuan.proofread.claims import Claim, Read
from shuyuan.proofread.relations import relations


def rows(read: Read) -> list[dict[str, Any]]:
    """Each claim with its place, its value and what it is related to; `id` and `with` are its place among them."""
    related: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in relations(read):
        row: dict[str, Any] = {"type": one.type, "with": [other.number for other in one.others], "holds": one.holds}
        if one.listed is not None:
            row["listed"] = one.listed
        else:
            row["computed"] = _number(one.computed)
        related[one.claim.number].append(row)
    return [_row(claim, related[claim.number]) for claim in read.all()]


def _row(claim: Claim, related: list[dict[str, Any]]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": claim.number,
        "sentence": claim.sentence,
        "subject": claim.subject,
        "value": claim.value_text if ":" in claim.value_text else _number(claim.value),
        "value_text": claim.value_text,
        "unit": claim.unit,
        "kind": claim.kind,
        "qualifier": claim.qualifier,
        "start": claim.start,
        "end": claim.end,
        "relations": related,
    }
    if claim.upper is not None:
        row["upper"] = _number(claim.upper)
    if claim.printed_unit:
        row["printed_unit"] = claim.printed_unit
    return row


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else round(float(value), 6)
