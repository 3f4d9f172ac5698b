"""Figure: records plus a measure. One specification for the enduring figures in code and for a year's citations.

A figure's parts are plain data: `version` is a digest of them, so a definition cannot change unnoticed, and its lineage
is the same selection of records that it is computed from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, fields
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _t

from shuyuan.figures.units import POINTS, Printed, base, factor, plain, printed
from shuyuan.ledger.expression import Expression
from shuyuan.ledger.fields import Measured
from shuyuan.ledger.ledger import Ledger, ledger


class Wrong(ValueError):
    """A figure that cannot mean anything: an unknown ledger, field or part, or units that do not agree."""


@dataclass(frozen=True)
class Figure:
    """What every figure says of itself.

    `unit` is the unit of its value and `shown_in` the one it is printed in (万元 printed as 亿元). With `step` it is
    rounded to the nearest step and printed with 近, or with `over` (多, 超过) when the exact value lies above.
    `note` is what the definition 口径 says beyond what can be read off the filter. `at` names the one organisation
    (by name or identification code) that the figure is about.
    """

    name: str
    title: str
    _: KW_ONLY
    unit: str = ""
    shown_in: str = ""
    decimals: int = 0
    step: Decimal | None = None
    over: str = "多"
    note: str = ""
    at: str = ""
    kind: ClassVar[str]

    def parts(self) -> tuple[str, ...]:
        """The names of the figures this one is made of."""
        return ()

    def words(self) -> str:
        """How it is computed, in the reader's language."""
        raise NotImplementedError

    def check(self) -> Iterator[str]:
        """What is wrong with the declaration; each sentence says what to change."""
        for part in self.parts():
            yield from _unknown_part(part)

    @property
    def definition(self) -> str:
        """The definition 口径 as people read it."""
        where = _t("仅%(organisation)s;") % {"organisation": self.at} if self.at else ""
        rounding = _t("四舍五入到 %(step)s %(unit)s;") % {"step": self.step, "unit": self.unit} if self.step else ""
        return f"{where}{self.words()}{rounding}{_t(self.note) if self.note else ''}".removesuffix("；") + "。"

    @property
    def version(self) -> str:
        """The first eight hex digits of SHA-256 over everything that decides the value, parts included."""
        from shuyuan.figures.registry import figure

        facts = {
            item.name: getattr(self, item.name)
            for item in fields(self)
            if item.name not in {"name", "title", "note"} and getattr(self, item.name) not in ("", None)
        }
        spec = [self.kind, facts, [figure(part).version for part in self.parts()]]
        text = json.dumps(spec, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:8]

    def printed(self, exact: Decimal) -> Printed:
        return printed(exact, decimals=self.decimals, step=self.step, over=self.over)


@dataclass(frozen=True)
class Value:
    """What a figure comes to. `exact` is what the records give; None with a `reason` where nothing can be said."""

    figure: Figure
    exact: Decimal | None
    records: int = 0
    reason: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    names: tuple[str, ...] = ()

    @cached_property
    def printed(self) -> Printed | None:
        return None if self.exact is None else self.figure.printed(self.exact)

    @property
    def value(self) -> Decimal | None:
        """The number that is printed, in the figure's unit."""
        return self.printed.number if self.printed else None

    @property
    def qualifier(self) -> str:
        return self.printed.qualifier if self.printed else ""

    @property
    def display(self) -> str:
        if self.names:
            return "、".join(self.names)
        if self.printed is None:
            return "—"
        return self.printed.text(self.figure.unit, self.figure.shown_in or self.figure.unit)

    @property
    def number(self) -> str:
        """The printed number alone."""
        return "—" if self.value is None else plain(self.value)


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

    def exact(self, found: Any) -> Decimal | None:
        """The value in the figure's unit from what the aggregate gave."""
        return None if found is None else Decimal(str(found))

    def check(self) -> Iterator[str]:
        try:
            self.book()
            self.rule()
        except (LookupError, ValueError) as error:
            yield str(error)

    def words(self) -> str:
        book = self.book()
        rule = self.rule()
        time = _t("期末在册的") if self.stock else _t("当期发生的")
        if self.when:
            label = str(book.model._meta.get_field(self.when).verbose_name)
            time = _t("「%(label)s」在当期的") % {"label": label}
        return _t("「%(ledger)s」台账中%(rule)s%(time)s记录，%(measure)s；只计已通过审核的记录；") % {
            "ledger": book,
            "rule": f"{rule.words()}、" if rule else "",
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

    def measured(self) -> str:
        return _t("按条计数")


@dataclass(frozen=True)
class FieldMeasure(Measure):
    """A measure over one field of the records."""

    field: str = ""

    def label(self) -> str:
        return self.book().column(self.field).label if self.field in self.book().names else self.field

    def check(self) -> Iterator[str]:
        faults = list(super().check())
        yield from faults
        if faults:
            return
        try:
            self.book().model._meta.get_field(self.field)
        except Exception:
            known = "、".join(self.book().names)
            yield _t("台账「%(ledger)s」没有字段 %(field)r；有：%(known)s") % {
                "ledger": self.book(), "field": self.field, "known": known
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

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return models.Sum(self.field, filter=condition)

    def exact(self, found: Any) -> Decimal | None:
        return Decimal(str(found or 0)) / self.scale()

    def check(self) -> Iterator[str]:
        faults = list(super().check())
        yield from faults
        if faults:
            return
        field = self.book().model._meta.get_field(self.field)
        unit = field.unit if isinstance(field, Measured) else ""
        if unit and base(self.unit) != base(unit):  # without one, each record counts in its own: 台, 套, 册
            yield _t("「%(field)s」的单位是『%(has)s』，指标的单位不能是『%(wants)s』") % {
                "field": field.verbose_name, "has": unit, "wants": self.unit
            }  # fmt: skip

    def measured(self) -> str:
        return _t("「%(field)s」合计") % {"field": self.label()}


@dataclass(frozen=True)
class Distinct(FieldMeasure):
    """How many different persons, schools… : nobody is counted twice."""

    kind = "distinct"

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return models.Count(self.field, filter=condition, distinct=True)

    def measured(self) -> str:
        return _t("按「%(field)s」去重计数") % {"field": self.label()}


@dataclass(frozen=True)
class Mean(FieldMeasure):
    """The mean of a measured field over the records that have it."""

    kind = "mean"

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return models.Avg(self.field, filter=condition)

    def exact(self, found: Any) -> Decimal | None:
        return None if found is None else Decimal(str(found)) / self.scale()

    def measured(self) -> str:
        return _t("「%(field)s」平均") % {"field": self.label()}


@dataclass(frozen=True)
class Reported(FieldMeasure):
    """What somebody else measured (a score, a rank), kept as a field of one sourced record."""

    kind = "reported"

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return models.Max(self.field, filter=condition)

    def measured(self) -> str:
        return _t("取其「%(field)s」（他方给定，须恰有一条记录）") % {"field": self.label()}


@dataclass(frozen=True)
class Names(FieldMeasure):
    """The names that a field holds, in the order of the records: schools, prize-winners, documents."""

    kind = "names"

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return models.Count("pk", filter=condition)

    def measured(self) -> str:
        return _t("列出「%(field)s」") % {"field": self.label()}


@dataclass(frozen=True)
class Streak(Measure):
    """In how many consecutive years up to this one there is such a record."""

    kind = "streak"

    def aggregate(self, condition: models.Q | None) -> models.Aggregate:
        return models.Count("pk", filter=condition)

    def measured(self) -> str:
        return _t("到本期为止连续有记录的年数")


@dataclass(frozen=True)
class Composed(Figure):
    """A figure made of other figures, each named."""

    of: str

    def parts(self) -> tuple[str, ...]:
        return (self.of,)

    def compose(self, values: Sequence[Value]) -> Value:
        """The value from the values of `needs()`, in the same order."""
        raise NotImplementedError

    def needs(self) -> tuple[tuple[str, int], ...]:
        """Which figures of which period (so many years back) it is composed of."""
        return tuple((part, 0) for part in self.parts())

    def title_of(self, name: str) -> str:
        from shuyuan.figures.registry import figure

        return _t(figure(name).title)

    def unknown(self, values: Sequence[Value]) -> Value | None:
        """The value to give when a part is not known: not known either, with that part's reason."""
        for value in values:
            if value.exact is None:
                reason = f"{_t(value.figure.title)}：{value.reason}"
                return Value(self, None, sum(value.records for value in values), reason)
        return None


@dataclass(frozen=True)
class Ratio(Composed):
    """One figure over another. In % it is multiplied by a hundred; numerator and denominator are kept."""

    per: str
    kind = "ratio"

    def parts(self) -> tuple[str, ...]:
        return (self.of, self.per)

    def compose(self, values: Sequence[Value]) -> Value:
        over, under = values
        if nothing := self.unknown(values):
            return nothing
        records = over.records + under.records
        if not under.exact:
            reason = _t("分母「%(title)s」为零") % {"title": _t(under.figure.title)}
            return Value(self, None, records, reason, over.exact, under.exact)
        assert over.exact is not None
        scale = 100 if self.unit == "%" else 1
        return Value(self, over.exact * scale / under.exact, records, "", over.exact, under.exact)

    def words(self) -> str:
        return _t("「%(over)s」÷「%(under)s」;") % {"over": self.title_of(self.of), "under": self.title_of(self.per)}


@dataclass(frozen=True)
class Difference(Composed):
    """One figure less another: a result against its target."""

    less: str
    kind = "difference"

    def parts(self) -> tuple[str, ...]:
        return (self.of, self.less)

    def compose(self, values: Sequence[Value]) -> Value:
        one, other = values
        if nothing := self.unknown(values):
            return nothing
        assert one.exact is not None and other.exact is not None
        return Value(self, one.exact - other.exact, one.records + other.records, "", one.exact, other.exact)

    def words(self) -> str:
        return _t("「%(one)s」减「%(other)s」；") % {"one": self.title_of(self.of), "other": self.title_of(self.less)}


@dataclass(frozen=True)
class Change(Composed):
    """This period's value less the last one's. The change of a percentage is in percentage points."""

    kind = "change"

    def needs(self) -> tuple[tuple[str, int], ...]:
        return ((self.of, 0), (self.of, 1))

    def check(self) -> Iterator[str]:
        from shuyuan.figures.registry import figure

        faults = list(super().check())
        yield from faults
        if not faults and self.unit != (POINTS if figure(self.of).unit == "%" else figure(self.of).unit):
            yield _t("「%(of)s」的单位是『%(unit)s』；百分数之差以『个百分点』计，其余同单位") % {
                "of": self.of, "unit": figure(self.of).unit
            }  # fmt: skip

    def compose(self, values: Sequence[Value]) -> Value:
        now, then = values
        if nothing := self.unknown(values):
            return nothing
        assert now.exact is not None and then.exact is not None
        return Value(self, now.exact - then.exact, now.records + then.records, "", now.exact, then.exact)

    def words(self) -> str:
        return _t("本期「%(of)s」减上期；") % {"of": self.title_of(self.of)}


@dataclass(frozen=True)
class Growth(Change):
    """The change in per cent of the last period's value 同比."""

    kind = "growth"

    def check(self) -> Iterator[str]:
        for part in self.parts():
            yield from _unknown_part(part)
        if self.unit != "%":
            yield _t("同比增长以 % 计")

    def compose(self, values: Sequence[Value]) -> Value:
        now, then = values
        if nothing := self.unknown(values):
            return nothing
        assert now.exact is not None and then.exact is not None
        records = now.records + then.records
        if not then.exact:
            return Value(self, None, records, _t("上期为零，无从比较"), now.exact, then.exact)
        return Value(self, (now.exact - then.exact) * 100 / then.exact, records, "", now.exact, then.exact)

    def words(self) -> str:
        return _t("本期「%(of)s」比上期增长的百分比；") % {"of": self.title_of(self.of)}


@dataclass(frozen=True)
class Spread(Composed):
    """How far the organisations lie apart: the highest value less the lowest."""

    kind = "spread"

    def needs(self) -> tuple[tuple[str, int], ...]:
        return ()

    def spread(self, vector: dict[int, Value]) -> Value:
        """From the vector of `of` by organisation."""
        known = [value.exact for value in vector.values() if value.exact is not None]
        records = sum(value.records for value in vector.values())
        if len(known) < 2:
            return Value(self, None, records, _t("可比的单位不足两个"))
        return Value(self, max(known) - min(known), records, "", max(known), min(known))

    def words(self) -> str:
        return _t("各单位「%(of)s」中最高与最低之差；") % {"of": self.title_of(self.of)}


@dataclass(frozen=True)
class Rank(Composed):
    """Our place among others' published results: 1 + how many of them are higher."""

    among: str
    kind = "rank"

    def parts(self) -> tuple[str, ...]:
        return (self.of, self.among)

    def needs(self) -> tuple[tuple[str, int], ...]:
        return ((self.of, 0),)

    def place(self, own: Value, others: Sequence[Decimal]) -> Value:
        if nothing := self.unknown([own]):
            return nothing
        if not others:
            return Value(self, None, own.records, _t("没有外县数据可比"))
        assert own.exact is not None
        higher = sum(1 for other in others if other > own.exact)
        return Value(self, Decimal(1 + higher), own.records + len(others), "", own.exact, None)

    def words(self) -> str:
        return _t("「%(of)s」在「%(among)s」各单位中由高到低的名次；") % {
            "of": self.title_of(self.of), "among": self.title_of(self.among)
        }  # fmt: skip


KINDS: dict[str, type[Figure]] = {
    kind.kind: kind
    for kind in (Count, Sum, Distinct, Mean, Reported, Names, Streak, Ratio, Difference, Change, Growth, Spread, Rank)
}


def from_data(data: dict[str, Any]) -> Figure:
    """A figure from a data file's table: `kind`, `name`, `title` and the fields of that kind; a typo is an error."""
    facts = dict(data)
    try:
        kind = KINDS[facts.pop("kind")]
    except KeyError:
        raise Wrong(f"{data.get('name')}: kind must be one of {', '.join(KINDS)}, not {data.get('kind')!r}") from None
    known = {item.name for item in fields(kind) if item.name != "_"}
    if unknown := facts.keys() - known:
        raise Wrong(f"{data.get('name')}: a {kind.kind} has no {sorted(unknown)}; it has {sorted(known)}")
    if facts.get("step") is not None:
        facts["step"] = Decimal(str(facts["step"]))
    try:
        return kind(**facts)
    except TypeError as error:
        raise Wrong(f"{data.get('name')}: {error}") from None


def _unknown_part(part: str) -> Iterator[str]:
    from shuyuan.figures.registry import UnknownFigure, figure

    try:
        figure(part)
    except UnknownFigure as error:
        yield str(error)
