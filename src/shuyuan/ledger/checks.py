"""Checks: rules that records and filings must keep, declared beside their ledger in the expression language."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation
from shuyuan.ledger.expression import Expression
from shuyuan.ledger.expression.filings import FilingRule, Named, path_to


@dataclass(frozen=True)
class Check:
    """A rule that reads like the rule. A hard check 强制性 blocks; a soft one 核实性 wants an explanation."""

    rule: str
    message: str | Promise
    hard: bool = True
    field: str = ""

    @property
    def kept_as(self) -> str:
        """What explanations of it are kept under."""
        return self.rule

    def told(self) -> str:
        return _t(str(self.message))

    def words(self, model: type[models.Model]) -> str:
        """The rule itself, in the reader's language."""
        return _rule(self.rule, model).words()


@dataclass(frozen=True)
class FilingCheck(Check):
    """A rule about all that a school files for a period, or (`by`) about its rows that agree in these fields.

    What it may say stands in expression/filings.py: sums and counts of the rows, figures of the school, last year's.
    """

    by: tuple[str, ...] = ()

    @property
    def kept_as(self) -> str:
        return f"{self.rule} by {', '.join(self.by)}" if self.by else self.rule

    def words(self, model: type[models.Model]) -> str:
        told = filing_rule(self.rule, model).words()
        if not self.by:
            return told
        named = _t("、").join(str(path_to(name, model).field.verbose_name) for name in self.by)
        return _t("同一%(fields)s的：%(rule)s") % {"fields": named, "rule": told}


@dataclass(frozen=True)
class Plausible(Check):
    """A number of a filing that is held against earlier years, the other schools and (by `per`) its peers.

    Its rule is the number, not a condition. It is never hard: what is unusual may be true (see quality.py).
    """

    message: str | Promise = ""
    hard: bool = False
    per: str = ""

    def words(self, model: type[models.Model]) -> str:
        return filing_rule(self.rule, model).words()


class Figures(Protocol):
    """What checks ask of the room of figures: a figure's name, and its values for schools."""

    def named(self, name: str) -> Named:
        """Raises LookupError, saying what to write instead."""
        ...

    def values(
        self, wanted: Collection[tuple[str, int]], year: int, schools: Sequence[Organisation] | None
    ) -> dict[tuple[str, int], dict[int, Decimal]]:
        """For each (name, years back) the known values by school, in the unit that `named` gives."""
        ...


figures: list[Figures] = []
"""Filled at start-up by the room above: a check between ledgers asks for figures, it imports no sibling."""


def broken(ledger: Any, record: Any, *, hard: bool) -> Iterator[Check]:
    """The checks that a record breaks by itself; a rule over a missing value is not broken."""
    for check in ledger.checks:
        if type(check) is Check and check.hard == hard and _rule(check.rule, ledger.model).holds(record) is False:
            yield check


@lru_cache(maxsize=1024)
def _rule(rule: str, model: type[models.Model]) -> Expression:
    """Parsed once and compiled once, not for each row of a workbook."""
    return Expression.parse(rule, model)


def filing_rule(rule: str, model: type[models.Model]) -> FilingRule:
    """A rule about a filing, parsed once. Raises ExpressionError."""
    return _filing_rule(rule, model)


@lru_cache(maxsize=4096)
def _filing_rule(rule: str, model: type[models.Model]) -> FilingRule:
    return FilingRule.parse(rule, model, _named)


def _named(name: str) -> Named:
    for source in figures:
        return source.named(name)
    raise LookupError(name)
