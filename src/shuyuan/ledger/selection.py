"""Selection: the part of a ledger that an address asks for; list, export, API and command line read it alike."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, reduce
from operator import or_
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, Period, Person
from shuyuan.core.organisations import inside
from shuyuan.core.sensitive import matching, sealed_fields, search_key_of
from shuyuan.ledger.columns import Column
from shuyuan.ledger.expression import Expression, ExpressionError
from shuyuan.ledger.flow import reads_all
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.pointing import ready
from shuyuan.ledger.record import StandingRecord, State, User
from shuyuan.ledger.totals import totals
from shuyuan.ledger.workbooks import related

MOST_NAMED = 2000  # people or organisations of one name that are told to the database one by one


def of_year(book: Ledger[Any], year: int) -> dict[str, str]:
    """The parameters that select what counts in a year: its accepted events, or what is in being at its end."""
    counted = {"counted": "1"} if book.has("state") else {}
    if issubclass(book.model, StandingRecord) or not book.has("period"):
        return counted | {"standing": f"{year}-12-31"}
    return counted | {"period": f"{year}{book.period_kind}"}


@dataclass(frozen=True)
class Chip:
    """One filter in force: what it is about, what it says, and the parameter that takes it away."""

    parameter: str
    label: str
    text: str


@dataclass
class Selection:
    """Parameters: q, period, through (a day: dated up to it), organisation (with all below it), state, counted,
    standing, where, sort, and any column of a closed list. Unknown or malformed values are told in `errors` and select
    nothing: never silently everything.
    """

    ledger: Ledger[Any]
    parameters: Mapping[str, str]
    user: User | None = None  # None: the command line, which sees all
    chips: list[Chip] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if any("\0" in value for value in self.parameters.values()):
            self.errors.append(_t("网址中有不能用的字符"))
            self.rows = self.ledger.objects().none()
            return
        rows = self.ledger.objects()
        if self.user is not None:
            rows = rows.visible_to(self.user)
        for name in ("period", "through", "organisation", "state", "counted", "standing", "where", "q"):
            if value := self.parameters.get(name, "").strip():
                rows = getattr(self, f"_{name}")(rows, value)
        for column in self.ledger.sheet:
            if self.may_ask(column) and column.choices and (value := self.parameters.get(column.name, "")):
                rows = self._choice(rows, column, value)
        self.rows = rows.none() if self.errors else rows

    @cached_property
    def entitled(self) -> bool:
        """Whether what is sensitive may be asked by: a condition that is met tells as much as a value that is shown."""
        return self.user is None or reads_all(self.user, self.ledger)

    def may_ask(self, column: Column) -> bool:
        return self.entitled or not column.sensitivity

    def may_sort(self, name: str) -> bool:
        """What is sealed has no order; what is masked shows its order only to those who may see it."""
        column = self.ledger.column(name)
        return self.may_ask(column) and column.kind != "sealed"

    def _said(self, parameter: str, label: str, text: str) -> None:
        self.chips.append(Chip(parameter, label, text))

    def _period(self, rows: Any, value: str) -> Any:
        found = re.fullmatch(r"([12]\d{3})([SFE]?)", value, re.ASCII)
        if found is None or not self.ledger.has("period"):
            self.errors.append(_t("没有期间『%(value)s』") % {"value": value})
            return rows
        period = Period(code=value, kind=found[2], year=int(found[1]))
        self._said("period", _t("期间"), str(period))
        return rows.of(period)

    def _through(self, rows: Any, value: str) -> Any:
        day = _date(value)
        if day is None or not self.ledger.has("date"):
            self.errors.append(_t("『%(value)s』不是日期") % {"value": value})
            return rows
        self._said("through", _t("截至"), day.isoformat())
        return rows.filter(date__lte=day)

    def _organisation(self, rows: Any, value: str) -> Any:
        found = Organisation.objects.filter(pk=value).first() if value.isdecimal() else None
        if found is None:
            self.errors.append(_t("没有单位『%(value)s』") % {"value": value})
            return rows
        self._said("organisation", _t("单位"), str(found))
        return rows.filter(inside(self.ledger.model.scope, [found.path]))

    def _state(self, rows: Any, value: str) -> Any:
        if value not in State.values or not self.ledger.has("state"):
            self.errors.append(_t("没有状态『%(value)s』") % {"value": value})
            return rows
        self._said("state", _t("状态"), str(State(value).label))
        return rows.filter(state=value)

    def _counted(self, rows: Any, value: str) -> Any:
        self._said("counted", _t("条件"), _t("计入指标"))
        return rows.counted()

    def _standing(self, rows: Any, value: str) -> Any:
        on = _date(value)
        if on is None:
            self.errors.append(_t("『%(value)s』不是日期") % {"value": value})
            return rows
        self._said("standing", _t("在册"), on.isoformat())
        return rows.standing(on)

    def _where(self, rows: Any, value: str) -> Any:
        try:
            expression = Expression.parse(value, self.ledger.model)
        except ExpressionError as error:
            self.errors.append(str(error))
            return rows
        if not self.entitled and (hidden := expression.sensitive()):
            told = _t("「%(fields)s」属于敏感信息，不能用作条件")
            self.errors.append(told % {"fields": _t("、").join(hidden)})
            return rows
        self._said("where", _t("条件"), expression.words())
        return rows.filter(expression.q())

    def _q(self, rows: Any, value: str) -> Any:
        self._said("q", _t("搜索"), value)
        return rows.filter(reduce(or_, self._mentioning(value)))

    def _mentioning(self, value: str) -> Iterator[Q]:
        """Where a text may stand. Names are looked up in their registers first: the ledger is not joined to them."""
        lookup = "contains" if value.lower() == value.upper() else "icontains"  # hanzi need no folding, which is slow
        yield Q(pk__in=[])
        if self.entitled:
            yield from self._numbered(value)
        for column in self.ledger.sheet:
            if column.kind == "text":
                yield Q(**{f"{column.name}__{lookup}": value})
            elif column.kind in {"organisation", "person"}:
                named = cast(Any, column.field.related_model).objects.filter(**{f"name__{lookup}": value})
                keys = list(named.order_by().values_list("pk", flat=True)[: MOST_NAMED + 1])
                yield Q(**{f"{column.name}__in": keys if len(keys) <= MOST_NAMED else named.order_by().values("pk")})

    def _numbered(self, value: str) -> Iterator[Q]:
        """Those with exactly this number: what is sealed is found whole, or not at all."""
        people = [column.name for column in self.ledger.sheet if column.kind == "person"]
        for prefix, model in (("", self.ledger.model), *((f"{name}__", Person) for name in people)):
            for sealed in filter(search_key_of, sealed_fields(model)):
                with suppress(ValidationError):  # no such number can be
                    yield matching(sealed, value, prefix)

    def _choice(self, rows: Any, column: Column, value: str) -> Any:
        labels = dict(column.choices)
        if value not in labels:
            self.errors.append(_t("「%(label)s」没有『%(value)s』这一项") % {"label": column.label, "value": value})
            return rows
        self._said(column.name, column.label, labels[value])
        return rows.filter(**{column.name: value == "1" if column.kind == "boolean" else value})

    @property
    def sort(self) -> str:
        """The column to sort by, with a leading minus for descending; empty for the newest first."""
        wanted = self.parameters.get("sort", "")
        name = wanted.removeprefix("-")
        if name == "state" and self.ledger.has("state"):
            return wanted
        return wanted if name in self.ledger.names and self.may_sort(name) else ""

    @property
    def ordered(self) -> Any:
        return self.rows.order_by(self.sort, "-pk") if self.sort else self.rows.order_by(*self._newest_first())

    def _newest_first(self) -> tuple[str, ...]:
        return tuple(self.ledger.model._meta.ordering) or ("-pk",)

    def totals(self) -> dict[str, Any]:
        """How many rows, and the sum of each measured column: what the foot of the list says."""
        return totals(self.rows, [column.name for column in self.ledger.sheet if column.numeric])

    def page(self, start: int, stop: int, count: int) -> list[Any]:
        """The records from `start` up to `stop` of `count`, with what their columns point to.

        Their keys come first: passing over half a million rows is cheap in an index and dear in whole rows. What lies
        beyond the middle is reached from the end.
        """
        keys = self.ordered.values_list("pk", flat=True)
        if start <= count // 2:
            wanted = list(keys[start:stop])
        else:
            wanted = list(keys.reverse()[max(count - stop, 0) : count - start])[::-1]
        found = related(self.ledger, self.rows.order_by()).in_bulk(wanted)
        return ready(self.ledger, (found[key] for key in wanted if key in found))


def _date(value: str) -> date | None:
    try:
        return parse_date(value)
    except ValueError:
        return None
