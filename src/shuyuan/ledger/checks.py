"""Checks: rules a record must keep, declared beside its ledger in the expression language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _t

from shuyuan.ledger.expression import Expression


@dataclass(frozen=True)
class Check:
    """A rule that reads like the rule. A hard check 强制性 blocks; a soft one 核实性 wants an explanation."""

    rule: str
    message: str | Promise
    hard: bool = True
    field: str = ""

    def told(self) -> str:
        return _t(str(self.message))


def broken(ledger: Any, record: Any, *, hard: bool) -> Iterator[Check]:
    """The checks that a record breaks; a rule over a missing value is not broken."""
    for check in ledger.checks:
        if check.hard == hard and _rule(check.rule, ledger.model).holds(record) is False:
            yield check


@lru_cache(maxsize=1024)
def _rule(rule: str, model: type[models.Model]) -> Expression:
    """Parsed once and compiled once, not for each row of a workbook."""
    return Expression.parse(rule, model)
