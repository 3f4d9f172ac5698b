"""The foot of a list: its count and its sums, said as the specification of a figure.

The filters become the figure's rule in the expression language, the period its period, the organisation the one it is
about. What no rule can say exactly is refused with a sentence; nothing is said approximately.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, OrganisationName, Period
from shuyuan.core.units import with_unit
from shuyuan.figures.books import Books
from shuyuan.figures.figure import Figure
from shuyuan.figures.saved import Kept, given, saved
from shuyuan.figures.units import factor, plain
from shuyuan.ledger.columns import Column
from shuyuan.ledger.expression import Expression, ExpressionError
from shuyuan.ledger.fields import Measured
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.record import State, User
from shuyuan.ledger.selection import Selection

SHOWING = {"sort", "page", "year"}  # parameters that select nothing
COUNT = ""
PER_RECORD = "条"


class CannotSay(ValueError):
    """A filter that no rule of a figure can say: which one, and what to do instead."""


@dataclass(frozen=True)
class Total:
    """One number at the foot: the count (field "") or the sum of a field, in the field's unit."""

    field: str
    label: str
    unit: str
    number: Decimal | None

    @property
    def shown(self) -> str:
        """A sum's label says its unit; how many records there are needs its own."""
        if self.number is None:
            return "—"
        return plain(self.number) if self.field else with_unit(plain(self.number), self.unit, self.number)


class Foot:
    """The foot of the list that these parameters select, as figures see it: counted records of one period.

    A list that does not say which period is read for the year people work in; records that are not accepted yet are
    no part of any figure. `parameters` are those of the list that shows exactly what is counted.
    """

    def __init__(self, ledger: Ledger[Any], parameters: Mapping[str, str], user: User | None, year: int) -> None:
        self.ledger = ledger
        self.parameters = {name: text for name, text in parameters.items() if text.strip() and name not in SHOWING}
        self.parameters["counted"] = "1"
        self.parameters.pop("state", None) if parameters.get("state") == State.ACCEPTED else None
        period = Period(code=f"{year}{ledger.period_kind}", kind=ledger.period_kind, year=year)
        if not ledger.has("period"):
            self.parameters.setdefault("standing", period.ends.isoformat())
        elif "standing" not in self.parameters:
            self.parameters.setdefault("period", period.code)
        self.selection = Selection(ledger, self.parameters, user)

    @property
    def year(self) -> int:
        """The year whose figure this list shows."""
        if period := self.parameters.get("period"):
            return int(period[:4])
        return self._standing_year(self.parameters["standing"])

    def totals(self) -> list[Total]:
        """What stands at the foot and can be saved: the count, and the sums of measured columns."""
        found = self.selection.totals()
        made = [Total(COUNT, _t("条数"), PER_RECORD, Decimal(found["n"]))]
        for column in self.ledger.sheet:
            if isinstance(column.field, Measured):
                number = found[f"sum_{column.name}"]
                made.append(Total(column.name, column.label, column.field.unit, number))
        return made

    def specification(self, field: str = COUNT) -> dict[str, Any]:
        """The figure's data but for name, title and how it is printed. Raises CannotSay."""
        if self.selection.errors:
            raise CannotSay(" ".join(self.selection.errors))
        stock = self._stock()
        made: dict[str, Any] = {"kind": "sum" if field else "count", "ledger": self.ledger.slug}
        if field:
            made["field"] = field
        if where := self._where():
            made["where"] = where
        if organisation := self.parameters.get("organisation"):
            made["at"] = _known_as(organisation)
        return made | ({"stock": True} if stock else {})

    def disagrees(self, figure: Figure, field: str) -> str:
        """Why the figure is not the number at this foot, in a sentence; empty where it is, or cannot be known yet."""
        with given({**saved(), figure.name: Kept(None, figure)}):
            value = Books(self.year).value(figure.name)
        number = next(total.number for total in self.totals() if total.field == field)
        unit = factor(figure.unit) if field else 1
        if value.exact is None or value.exact * unit == (number or 0):
            return ""
        told = _t("列表脚数是 %(foot)s，指标却是 %(figure)s：您看到的记录不是全部")
        return told % {"foot": plain(number or Decimal(0)), "figure": value.display}

    def _stock(self) -> bool:
        """Whether the list shows what is in being on a day (a stock) or what happened in a period (a flow)."""
        if "through" in self.parameters:
            raise CannotSay(_t("指标按整个期间计算，不能存「截至」某日的数；请去掉这个条件，需要时用截至日期看指标"))
        if self.parameters.get("state"):
            raise CannotSay(_t("指标只计已通过审核的记录；请去掉「状态」条件"))
        standing, period = self.parameters.get("standing"), self.parameters.get("period")
        if standing and period:
            raise CannotSay(_t("「期间」和「在册」只能选一个：当期发生的，或期末在册的"))
        if period and not period.endswith(self.ledger.period_kind or tuple("0123456789")):
            raise CannotSay(_t("「%(ledger)s」台账不按这种期间统计；请选它自己的期间") % {"ledger": self.ledger})
        if standing:
            self._standing_year(standing)
        return bool(standing)

    def _standing_year(self, standing: str) -> int:
        kind = self.ledger.period_kind
        try:
            day = date.fromisoformat(standing)
        except ValueError:
            raise CannotSay(_t("『%(value)s』不是日期") % {"value": standing}) from None
        year = int(Period.code_for(day, kind)[:4])
        if Period(code="", kind=kind, year=year).ends != day:
            raise CannotSay(_t("期末在册的数只在期末这一天取；请把「在册」改为期末，如 12-31"))
        return year

    def _where(self) -> str:
        """All conditions as one rule, in its canonical form. Raises CannotSay."""
        rules = list(self._rules())
        if not rules:
            return ""
        source = " and ".join(f"({rule})" for rule in rules) if len(rules) > 1 else rules[0]
        try:
            return str(Expression.parse(source, self.ledger.model))
        except ExpressionError as error:
            raise CannotSay(_t("这些条件写不成一条规则：%(problem)s") % {"problem": error}) from None

    def _rules(self) -> Iterator[str]:
        if where := self.parameters.get("where"):
            yield where
        for column in self.ledger.sheet:
            if column.choices and (value := self.parameters.get(column.name)):
                yield _chosen(column, value)
        if text := self.parameters.get("q", "").strip():
            yield " or ".join(self._mentioning(text))

    def _mentioning(self, text: str) -> Iterator[str]:
        """The search in the same columns. Rules tell letters of either case apart, a search does not."""
        if text.lower() != text.upper():
            raise CannotSay(
                _t("搜索『%(text)s』不分大小写，规则却分；请改用筛选条件，或只搜索汉字和数字") % {"text": text}
            )
        for column in self.ledger.sheet:
            if column.kind == "text":
                yield f"contains({column.name}, {_quoted(text)})"
            elif column.kind in {"organisation", "person"}:
                yield f"contains({column.name}.name, {_quoted(text)})"


def _chosen(column: Column, value: str) -> str:
    if column.kind == "boolean":
        return f"{column.name} == {'true' if value == '1' else 'false'}"
    number = column.field.get_internal_type().endswith("IntegerField")
    return f"{column.name} == {value if number and re.fullmatch('[0-9]+', value) else _quoted(value)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _known_as(key: str) -> str:
    """What the organisation is called where figures name one: its name, or its code where others share the name."""
    organisation = Organisation.objects.get(pk=key)
    for text in filter(None, (organisation.name, str(organisation.code))):
        aliases = OrganisationName.objects.filter(name=text).values("organisation")
        found = Organisation.objects.filter(Q(name=text) | Q(code=text) | Q(pk__in=aliases))
        if found.count() == 1:
            return text
    told = _t("「%(name)s」与别的单位重名，又没有标识码；请先登记标识码")
    raise CannotSay(told % {"name": organisation})
