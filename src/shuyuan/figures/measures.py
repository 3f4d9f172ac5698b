"""Measures: figures counted on one ledger's records, by one aggregate of the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import KW_ONLY, dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _t

from shuyuan.core.sensitive import sensitivity_of
from shuyuan.core.units import unit_words
from shuyuan.figures.figure import Figure
from shuyuan.figures.units import base, factor
from shuyuan.ledger.expression import Expression
from shuyuan.ledger.fields import Measured
from shuyuan.ledger.ledger import Ledger, ledger
from shuyuan.ledger.sums import ExactSum


@dataclass(frozen=True)
class Measure(Figure):
    """A figure measured on one ledger's counted records.

    A flow counts the events of the period (by the period they were filed for, or by the date field `when`); with
    `stock` it measures what is in being at the period's end. `where` is a rule in the expression language.
    """

    ledger: str
    _: KW_ONLY
    where: str = ""
    when: str = ""
    stock: bool = False

    def book(self) -> Ledger[Any]:
        return ledger(self.ledger)

    def rule(self) -> Expression | None:
        return Expression.parse(self.where, self.book().model) if self.where else None

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        """The database's own aggregate over the rows that meet `condition`."""
        raise NotImplementedError

    def condition(self) -> str:
        """The rule in full; what it selects is what is measured, and what the figure's link opens."""
        return self.where

    def exact(self, found: Any, records: int) -> Decimal | None:
        """The value in the figure's unit, from what the aggregate gave and how many records there were."""
        return None if found is None else Decimal(found)

    def facts(self) -> dict[str, Any]:
        return super().facts() | ({"where": str(self.rule())} if self.where else {})

    def check(self) -> Iterator[str]:
        yield from super().check()
        try:
            self.book()
            self.rule()
        except (LookupError, ValueError) as error:
            yield str(error)
            return
        if self.when and not (self.book().has(self.when) and _is_date(self.book().model._meta.get_field(self.when))):
            yield _t("台账「%(ledger)s」没有日期字段 %(field)r") % {"ledger": self.book(), "field": self.when}

    def words(self) -> str:
        book = self.book()
        rule = self.rule()
        time = _t("期末在册的") if self.stock else _t("当期发生的")
        if self.when:
            label = str(book.model._meta.get_field(self.when).verbose_name)
            time = _t("「%(label)s」在当期的") % {"label": label}
        return _t("「%(ledger)s」台账中%(rule)s%(time)s记录，%(measure)s；只计已通过审核的记录；") % {
            "ledger": book,
            "rule": _t("%(rule)s、") % {"rule": rule.words()} if rule else "",
            "time": time,
            "measure": self.measured(),
        }

    def measured(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True)
class Count(Measure):
    """How many records."""

    kind = "count"

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return models.Count("pk", filter=condition)

    def check(self) -> Iterator[str]:
        yield from super().check()
        yield from _whole(self.unit)

    def measured(self) -> str:
        return _t("按条计数")


@dataclass(frozen=True)
class FieldMeasure(Measure):
    """A measure over one field of the records."""

    field: str = ""
    numeric: ClassVar[bool] = False

    def label(self) -> str:
        return self.book().column(self.field).label if self.field in self.book().names else self.field

    def check(self) -> Iterator[str]:
        faults = list(super().check())
        yield from faults
        if faults:
            return
        if not self.book().has(self.field):
            known = _t("、").join(self.book().names)
            yield _t("台账「%(ledger)s」没有字段 %(field)r；有：%(known)s") % {
                "ledger": self.book(), "field": self.field, "known": known
            }  # fmt: skip
        elif sensitivity_of(self.book().model._meta.get_field(self.field)):
            yield _t("台账「%(ledger)s」的字段 %(field)r 是敏感信息，不能用作指标的内容") % {
                "ledger": self.book(), "field": self.field
            }  # fmt: skip
        elif self.numeric and not isinstance(self.book().model._meta.get_field(self.field), Measured):
            yield _t("台账「%(ledger)s」的字段 %(field)r 不是数量，不能求和") % {
                "ledger": self.book(), "field": self.field
            }  # fmt: skip

    def scale(self) -> Decimal:
        """From the field's unit to the figure's."""
        field = self.book().model._meta.get_field(self.field)
        unit = field.unit if isinstance(field, Measured) else ""
        return factor(self.unit) / factor(unit)


@dataclass(frozen=True)
class Sum(FieldMeasure):
    """The sum of a measured field."""

    kind = "sum"
    numeric = True

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return ExactSum(self.field, filter=condition)

    def exact(self, found: Any, records: int) -> Decimal | None:
        return Decimal(found or 0) / self.scale()

    def check(self) -> Iterator[str]:
        faults = list(super().check())
        yield from faults
        if faults:
            return
        field = self.book().model._meta.get_field(self.field)
        unit = field.unit if isinstance(field, Measured) else ""
        if unit and base(self.unit) != base(unit):  # without one, each record counts in its own: 台, 套, 册
            yield _t("「%(field)s」的单位是『%(has)s』，指标的单位不能是『%(wants)s』") % {
                "field": field.verbose_name, "has": unit_words(unit), "wants": unit_words(self.unit)
            }  # fmt: skip

    def measured(self) -> str:
        return _t("「%(field)s」合计") % {"field": self.label()}


@dataclass(frozen=True)
class Distinct(FieldMeasure):
    """How many different persons, schools… : nobody is counted twice."""

    kind = "distinct"

    def check(self) -> Iterator[str]:
        yield from super().check()
        yield from _whole(self.unit)

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return models.Count(self.field, filter=condition, distinct=True)

    def measured(self) -> str:
        return _t("按「%(field)s」去重计数") % {"field": self.label()}


@dataclass(frozen=True)
class Mean(FieldMeasure):
    """The mean of a measured field over the records that have it."""

    kind = "mean"
    numeric = True

    def condition(self) -> str:
        """Only records that have the field count: those and no others stand behind the mean."""
        return " and ".join(filter(None, [f"({self.where})" if self.where else "", f"not missing({self.field})"]))

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return ExactSum(self.field, filter=condition)

    def exact(self, found: Any, records: int) -> Decimal | None:
        return Decimal(found) / records / self.scale() if records else None

    def measured(self) -> str:
        return _t("「%(field)s」平均") % {"field": self.label()}


@dataclass(frozen=True)
class Reported(FieldMeasure):
    """What somebody else measured (a score, a rank), kept as a field of one sourced record."""

    kind = "reported"
    numeric = True

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return models.Max(self.field, filter=condition)

    def measured(self) -> str:
        return _t("取其「%(field)s」（他方给定，须恰有一条记录）") % {"field": self.label()}


@dataclass(frozen=True)
class Names(FieldMeasure):
    """The names that a field holds, in the order of the records: schools, prize-winners, documents.

    With `beside`, a second field stands in brackets behind each name: 河头小学（主体封顶）. The names are the same.
    """

    kind = "names"
    beside: str = ""

    def check(self) -> Iterator[str]:
        faults = list(super().check())
        yield from faults
        if not faults and self.beside and not self.book().has(self.beside):
            known = _t("、").join(self.book().names)
            yield _t("台账「%(ledger)s」没有字段 %(field)r；有：%(known)s") % {
                "ledger": self.book(), "field": self.beside, "known": known
            }  # fmt: skip

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return models.Count("pk", filter=condition)

    def listed(self, records: Iterable[models.Model]) -> dict[str, str]:
        """Each name once, with what stands beside it in any of its records."""
        found: dict[str, dict[str, None]] = {}
        for record in records:
            besides = found.setdefault(self.book().column(self.field).text(record), {})
            if self.beside and (text := self.book().column(self.beside).text(record)):
                besides[text] = None
        return {name: _t("、").join(besides) for name, besides in found.items()}

    def measured(self) -> str:
        if not self.beside:
            return _t("列出「%(field)s」") % {"field": self.label()}
        beside = self.book().column(self.beside).label
        return _t("列出「%(field)s」，括号里是「%(beside)s」") % {"field": self.label(), "beside": beside}


@dataclass(frozen=True)
class Streak(Measure):
    """In how many consecutive years up to this one there is such a record."""

    kind = "streak"

    def check(self) -> Iterator[str]:
        faults = list(super().check())
        yield from faults
        if not faults and (self.when or self.stock or not self.book().has("period")):
            yield _t("连续年数只按记录的期间数，不用 when 和 stock")

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return models.Count("pk", filter=condition)

    def measured(self) -> str:
        return _t("到本期为止连续有记录的年数")


def _whole(unit: str) -> Iterator[str]:
    """What is counted one by one is counted in ones."""
    if factor(unit) != 1:
        yield _t("计数的单位不能是『%(unit)s』；万、亿请写在 shown_in（显示单位）") % {"unit": unit_words(unit)}


def _is_date(field: Any) -> bool:
    return isinstance(field, models.DateField)
