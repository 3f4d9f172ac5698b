"""Totals: how many records a selection has and what they add up to, computed once for each state of the books."""

from __future__ import annotations

import hashlib
from functools import cache as remembered
from typing import Any

from django.core.cache import caches
from django.core.exceptions import EmptyResultSet
from django.db import models

from shuyuan.core.history import Versioned, state_of
from shuyuan.core.past import moment
from shuyuan.ledger.sums import ExactSum

KEPT = 24 * 3600  # seconds; what has changed is never found again, this only bounds what is kept


def totals(rows: Any, numbers: list[str]) -> dict[str, Any]:
    """`n` and the `sum_` of each field in `numbers`.

    Adding up a million records takes a fifth of a second, which every page of a list would pay. No write can pass by
    history, so an answer holds as long as the chains of all that the rows are selected by end where they ended.
    """
    asked = {f"sum_{name}": ExactSum(name) for name in numbers}
    rows = rows.order_by()
    try:
        query = repr(rows.query.sql_with_params())
    except EmptyResultSet:
        return {"n": 0, **dict.fromkeys(asked)}
    facts = "|".join([query, *numbers, str(moment()), state_of(_deciding(rows.model))])
    key = f"totals:{hashlib.sha256(facts.encode()).hexdigest()}"
    kept = caches["process"]
    found: dict[str, Any] | None = kept.get(key)
    if found is None:
        found = rows.aggregate(n=models.Count("pk"), **asked)
        kept.set(key, found, KEPT)
    return found


@remembered
def _deciding(model: type[models.Model]) -> tuple[type[Versioned], ...]:
    """The model and all that its references lead to: a rule may ask for any of them."""
    found: dict[type[Versioned], None] = {}
    waiting: list[Any] = [model]
    while waiting:
        one = waiting.pop()
        if issubclass(one, Versioned) and one not in found:
            found[one] = None
            waiting += [field.related_model for field in one._meta.concrete_fields if field.is_relation]
    return tuple(found)
