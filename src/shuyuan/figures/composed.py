"""Composed figures: made of other figures by name; each part opens down to its own records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _t

from shuyuan.core.units import unit_words
from shuyuan.figures.figure import Figure, Value, unknown_part
from shuyuan.figures.measures import FieldMeasure
from shuyuan.figures.units import POINTS


@dataclass(frozen=True)
class Composed(Figure):
    """A figure made of other figures, each named."""

    def compose(self, values: Sequence[Value]) -> Value:
        """The value from the values of `needs()`, in the same order."""
        raise NotImplementedError

    def needs(self) -> tuple[tuple[str, int], ...]:
        """Which figures of which period (so many years back) it is composed of."""
        return tuple((part, 0) for part in self.parts())

    def title_of(self, name: str) -> str:
        from shuyuan.figures.registry import figure

        return str(figure(name))

    def unknown(self, values: Sequence[Value]) -> Value | None:
        """The value to give when a part is not known: not known either, with that part's reason."""
        for value in values:
            if value.exact is None:
                reason = _t("%(title)s：%(reason)s") % {"title": value.figure, "reason": value.reason}
                return Value(self, None, sum(value.records for value in values), reason)
        return None


@dataclass(frozen=True)
class Derived(Composed):
    """A figure made of one above all, and of what that one is set against."""

    of: str

    def parts(self) -> tuple[str, ...]:
        return (self.of,)


@dataclass(frozen=True)
class Ratio(Derived):
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
            reason = _t("分母「%(title)s」为零") % {"title": under.figure}
            return Value(self, None, records, reason, over.exact, under.exact)
        assert over.exact is not None
        scale = 100 if self.unit == "%" else 1
        return Value(self, over.exact * scale / under.exact, records, "", over.exact, under.exact)

    def words(self) -> str:
        return _t("「%(over)s」÷「%(under)s」；") % {"over": self.title_of(self.of), "under": self.title_of(self.per)}


@dataclass(frozen=True)
class Difference(Derived):
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
class Change(Derived):
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
                "of": figure(self.of), "unit": unit_words(figure(self.of).unit)
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
            yield from unknown_part(part)
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
class Spread(Derived):
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
class Variation(Spread):
    """How uneven the organisations are: the coefficient of variation 差异系数 of a ratio, weighted by its denominators.

    With amounts r and students P of each school, x = r / P and X = Σr / ΣP, it is sqrt(Σ (P / ΣP)·(x - X)²) / X
    (教督〔2012〕3号; the unweighted one is another number).
    """

    kind = "variation"

    def spread(self, vector: dict[int, Value]) -> Value:
        pairs = [(one.numerator, one.denominator) for one in vector.values() if one.numerator is not None]
        known = [(over, under) for over, under in pairs if under]
        records = sum(value.records for value in vector.values())
        if len(known) < 2:
            return Value(self, None, records, _t("可比的单位不足两个"))
        whole = sum((under for _over, under in known), Decimal(0))
        mean = sum((over for over, _under in known), Decimal(0)) / whole
        if not mean:
            return Value(self, None, records, _t("平均数为零"))
        variance = sum((under * (over / under - mean) ** 2 for over, under in known), Decimal(0)) / whole
        return Value(self, variance.sqrt() / mean, records, "", variance.sqrt(), mean)

    def check(self) -> Iterator[str]:
        from shuyuan.figures.registry import figure

        faults = list(super().check())
        yield from faults
        if not faults and not (isinstance(figure(self.of), Ratio) or getattr(figure(self.of), "quotient", None)):
            yield _t("差异系数以比率为底：「%(of)s」须有分子和分母") % {"of": figure(self.of)}

    def words(self) -> str:
        return _t("各单位「%(of)s」的差异系数，以其分母加权；") % {"of": self.title_of(self.of)}


@dataclass(frozen=True)
class Rank(Derived):
    """Our place among others' published results: 1 + how many of them are higher."""

    among: str
    kind = "rank"

    def parts(self) -> tuple[str, ...]:
        return (self.of, self.among)

    def needs(self) -> tuple[tuple[str, int], ...]:
        return ((self.of, 0),)

    def check(self) -> Iterator[str]:
        from shuyuan.figures.registry import figure

        faults = list(super().check())
        yield from faults
        if not faults and not isinstance(figure(self.among), FieldMeasure):
            yield _t("名次要与各单位的值相比：「%(among)s」须是一个字段的指标") % {"among": self.among}

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
