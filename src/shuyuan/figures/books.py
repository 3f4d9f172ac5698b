"""Books: the figures of one year, computed from the records, all measures of a ledger in one pass.

The rows a figure is computed from are the `Selection` that its lineage link opens: there is no second definition.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count as CountRows
from django.db.models import Q
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, OrganisationName, Period
from shuyuan.figures.figure import Figure, Value, Wrong
from shuyuan.figures.kinds import Composed, Measure, Names, Rank, Reported, Spread, Streak
from shuyuan.figures.registry import figure as figure_named
from shuyuan.ledger.expression import Expression
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.selection import Selection
from shuyuan.ledger.zero import reported_nothing


@dataclass(frozen=True)
class Lineage:
    """Where a measure's records are: a ledger and the parameters that select them there."""

    ledger: Ledger[Any]
    parameters: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"{self.ledger.url}?{urlencode(self.parameters)}"

    def selection(self) -> Selection:
        return Selection(self.ledger, self.parameters)


@dataclass(frozen=True)
class _Request:
    """A figure wanted for the period so many years back, within an organisation (0: everywhere)."""

    figure: Figure
    back: int
    within: int


EVERYWHERE, NOWHERE = 0, -1


class _Asked:
    """The aggregates of one query, each asked for once however many figures need it."""

    def __init__(self) -> None:
        self.aggregates: dict[str, Any] = {}
        self.rules: dict[str, Q | None] = {"": None}
        self._names: dict[tuple[str, ...], str] = {}
        self.rows = self.name(("count", ""), CountRows("pk"))

    def name(self, key: tuple[str, ...], aggregate: Any) -> str:
        if key not in self._names:
            self._names[key] = f"a{len(self._names)}"
            self.aggregates[self._names[key]] = aggregate
        return self._names[key]


class Books:
    """The book of one year, for an organisation and all below it (None: everywhere)."""

    def __init__(self, year: int, organisation: Organisation | None = None) -> None:
        self.year = year
        self.within = organisation.pk if organisation else EVERYWHERE
        self._path = organisation.path if organisation else ""
        self._known: dict[_Request, Value] = {}
        self._missing: dict[tuple[Any, ...], int] = {}

    def value(self, name: str) -> Value:
        return self.values([name])[0]

    def values(self, names: Iterable[str], back: int = 0) -> list[Value]:
        """The values of these figures, in the same order; `back` asks for the same figures of an earlier year."""
        requests = [self._request(figure_named(name), back, self.within) for name in names]
        self._measure(requests)
        return [self._value(request) for request in requests]

    def vector(self, name: str, back: int = 0) -> dict[int, Value]:
        """The figure for each organisation that has records of it, by the organisation's key."""
        vector = self._vector(self._request(figure_named(name), back, self.within))
        return {key: value for key, value in vector.items() if value.records}

    def lineage(self, name: str, back: int = 0) -> list[Lineage]:
        """The selections of records behind a figure; a composed figure has those of all its parts."""
        return [line for _measure, line in self.measures(name, back)]

    def measures(self, name: str, back: int = 0) -> list[tuple[Measure, Lineage]]:
        """The measures that a figure is made of, each as often as it takes part, with the records it is measured on."""
        leaves = self._behind(self._request(figure_named(name), back, self.within))
        return [(measure, Lineage(measure.book(), self._selected(leaf))) for leaf, measure in leaves]

    def _request(self, figure: Figure, back: int, within: int) -> _Request:
        """A figure about one organisation is told only where that organisation's book is being read."""
        if not figure.at:
            return _Request(figure, back, within)
        found = self._places[figure.at]
        there = len(found) == 1 and found[0].path.startswith(self._path)
        return _Request(figure, back, found[0].pk if there else NOWHERE)

    @cached_property
    def _places(self) -> Mapping[str, list[Organisation]]:
        return _Places()

    def _nowhere(self, leaf: _Request) -> Value:
        """What is said of a figure about an organisation that is not one, or not in this book."""
        count = len(self._places[leaf.figure.at]) if leaf.figure.at else 1
        reason = _t("「%(text)s」须恰好是一个单位，现有 %(n)s 个") if count != 1 else _t("「%(text)s」不在本单位之内")
        return Value(leaf.figure, None, 0, reason % {"text": leaf.figure.at, "n": count})

    def _needs(self, request: _Request) -> list[_Request]:
        if not isinstance(request.figure, Composed):
            return []
        return [
            self._request(figure_named(part), request.back + back, request.within)
            for part, back in request.figure.needs()
        ]

    def _leaves(self, requests: Iterable[_Request]) -> set[_Request]:
        leaves, open_requests = set(), list(requests)
        while open_requests:
            request = open_requests.pop()
            if isinstance(request.figure, Measure):
                leaves.add(request)
            open_requests += self._needs(request)
        return leaves

    def _measure(self, requests: Iterable[_Request]) -> None:
        """Ask the database for every measure not known yet: one query for each ledger and window."""
        groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[_Request]] = defaultdict(list)
        for leaf in self._leaves(requests) - self._known.keys():
            if leaf.within == NOWHERE:
                self._known[leaf] = self._nowhere(leaf)
                continue
            groups[leaf.figure.ledger, tuple(self._window(leaf).items())].append(leaf)  # type: ignore[attr-defined]
        for (_slug, window), leaves in groups.items():
            rows = self._rows(leaves[0], dict(window))
            asked = _Asked()
            places = [self._ask(leaf, asked) for leaf in leaves]
            found = rows.aggregate(**asked.aggregates)
            for leaf, (measured, counted) in zip(leaves, places, strict=True):
                count = found[counted]
                value = self._read(leaf, found[measured], count, rows)
                self._known[leaf] = self._zero(leaf, value, count, found[asked.rows], rows)

    def _read(self, leaf: _Request, found: Any, count: int, rows: Any) -> Value:
        """A value from what the aggregate gave; a few kinds need a look at the rows themselves."""
        measure = leaf.figure
        assert isinstance(measure, Measure)
        if isinstance(measure, Reported) and count != 1:
            reason = _t("没有记录") if not count else _t("有 %(n)s 条记录，须恰有一条") % {"n": count}
            return Value(measure, None, count, reason)
        if isinstance(measure, Names):
            columns = [measure.book().column(name) for name in (measure.field, measure.beside) if name]
            related = [column.name for column in columns if column.field.is_relation]
            named = self._filtered(leaf, rows).order_by("pk")
            names = measure.listed(named.select_related(*related) if related else named)
            besides = tuple(names.values()) if measure.beside else ()
            return Value(measure, Decimal(len(names)), count, names=tuple(names), besides=besides)
        if isinstance(measure, Streak):
            return self._streak(leaf, measure)
        exact = measure.exact(found, count)
        return Value(measure, exact, count, "" if exact is not None else _t("没有记录"))

    def _streak(self, leaf: _Request, measure: Streak) -> Value:
        parameters = {key: text for key, text in self._parameters(leaf).items() if key != "period"}
        rows = Selection(measure.book(), parameters).rows
        by_year = dict(rows.order_by().values_list("period__year").annotate(n=CountRows("pk")))
        year = self.year - leaf.back
        count = records = 0
        while by_year.get(year - count):
            records += by_year[year - count]
            count += 1
        return Value(measure, Decimal(count), records)

    def _zero(self, leaf: _Request, value: Value, count: int, all_rows: int, rows: Any) -> Value:
        """A zero is a zero only when everybody who files this ledger has filed it, or reported nothing to report."""
        if (count and value.exact != 0) or value.exact is None:
            return value
        ledger = leaf.figure.book()  # type: ignore[attr-defined]
        if ledger.every_school:
            missing = self._not_filed(leaf, ledger, rows)
            if missing:
                reason = _t("还有 %(n)s 所学校未报送，也未作零报告") % {"n": missing}
                return Value(leaf.figure, None, value.records, reason)
        elif not all_rows and self._not_filed(leaf, ledger, rows):
            return Value(leaf.figure, None, 0, _t("台账「%(ledger)s」本期没有记录") % {"ledger": ledger})
        return value

    def _not_filed(self, leaf: _Request, ledger: Ledger[Any], rows: Any) -> int:
        """How many schools have neither filed this ledger in the figure's window nor said they have nothing.

        A register is nobody's to file.
        """
        if not ledger.has("period"):
            return 1
        window = (ledger.slug, leaf.back, *self._window(leaf).items())
        if window not in self._missing:
            self._missing[window] = self._silent(leaf, ledger, rows)
        return self._missing[window]

    def _silent(self, leaf: _Request, ledger: Ledger[Any], rows: Any) -> int:
        period = self._period(ledger, leaf.back)
        schools = Organisation.objects.schools().standing(period.ends)
        if leaf.within:
            schools = schools.below(Organisation.objects.get(pk=leaf.within))
        filed = set(rows.order_by().values_list("organisation_id", flat=True))
        filed |= reported_nothing(ledger, period.code)
        missing = set(schools.values_list("pk", flat=True)) - filed
        return len(missing) if filed else max(len(missing), 1)

    def _value(self, request: _Request) -> Value:
        if request not in self._known:
            self._known[request] = replace(self._composed(request), records=self._records(request))
        return self._known[request]

    def _records(self, request: _Request) -> int:
        """How many records stand behind a composed figure: parts over one selection, sum and number, share theirs."""
        leaves = list(self._behind(request))
        self._measure([leaf for leaf, _measure in leaves])
        counts = {(one.ledger, *self._selected(leaf).items()): self._known[leaf].records for leaf, one in leaves}
        return sum(counts.values())

    def _composed(self, request: _Request) -> Value:
        figure = request.figure
        assert isinstance(figure, Composed)
        if isinstance(figure, Spread):
            return figure.spread(self._vector(self._request(figure_named(figure.of), request.back, request.within)))
        needs = self._needs(request)
        self._measure(needs)
        if isinstance(figure, Rank):
            others = self._request(figure_named(figure.among), request.back, request.within)
            return figure.place(self._value(needs[0]), self._values_of(others))
        return figure.compose([self._value(need) for need in needs])

    def _values_of(self, request: _Request) -> list[Decimal]:
        """The single values that a measure's field holds, one for each record."""
        measure = request.figure
        assert isinstance(measure, Measure)
        if request.within == NOWHERE:
            return []
        field = getattr(measure, "field", "pk")
        rows = self._filtered(request, self._rows(request, self._window(request)))
        return [Decimal(found) for found in rows.values_list(field, flat=True) if found is not None]

    def _vector(self, request: _Request) -> dict[int, Value]:
        figure = request.figure
        if isinstance(figure, Measure):
            return self._measured_vector(request)
        if isinstance(figure, Spread | Rank):
            return {}
        assert isinstance(figure, Composed)
        parts = [self._vector(need) for need in self._needs(request)]
        common = set.intersection(*(set(part) for part in parts))
        return {key: figure.compose([part[key] for part in parts]) for key in sorted(common)}

    def _measured_vector(self, request: _Request) -> dict[int, Value]:
        """Also the zeros of those who have rows in the ledger, none of which meets the rule: 0 % is a share, too."""
        measure = request.figure
        assert isinstance(measure, Measure)
        if isinstance(measure, Streak | Names) or request.within == NOWHERE:
            return {}
        key = "organisation_id" if measure.book().model.scope else "pk"
        rows, rule = self._rows(request, self._window(request)), self._rule(request)
        grouped = rows.values(key).annotate(v=measure.aggregate(rule), n=CountRows("pk", filter=rule))
        return {row[key]: self._read(request, row["v"], row["n"], rows) for row in grouped.order_by(key)}

    def _period(self, ledger: Ledger[Any], back: int) -> Period:
        kind = ledger.period_kind
        return Period(code=f"{self.year - back}{kind}", kind=kind, year=self.year - back)

    def _window(self, leaf: _Request) -> dict[str, str]:
        """The parameters that many measures share: everything but their own rule."""
        measure = leaf.figure
        assert isinstance(measure, Measure)
        ledger = measure.book()
        period = self._period(ledger, leaf.back)
        window = {"counted": "1"}
        if measure.stock or not ledger.has("period"):
            window["standing"] = period.ends.isoformat()
        elif not measure.when:
            window["period"] = period.code
        if leaf.within:
            window["organisation"] = str(leaf.within)
        return window

    def _parameters(self, leaf: _Request) -> dict[str, str]:
        measure = leaf.figure
        assert isinstance(measure, Measure)
        where = measure.condition()
        if measure.when:
            where = _between(where, measure.when, *[self._period(measure.book(), leaf.back)] * 2)
        return self._window(leaf) | ({"where": where} if where else {})

    def _rows(self, leaf: _Request, window: Mapping[str, str]) -> Any:
        selection = Selection(leaf.figure.book(), window)  # type: ignore[attr-defined]
        if selection.errors:
            raise Wrong(f"{leaf.figure.name}: {'; '.join(selection.errors)}")
        return selection.rows.order_by()

    def _rule(self, leaf: _Request) -> Q | None:
        where = self._parameters(leaf).get("where")
        return Expression.parse(where, leaf.figure.book().model).q() if where else None  # type: ignore[attr-defined]

    def _filtered(self, leaf: _Request, rows: Any) -> Any:
        rule = self._rule(leaf)
        return rows.filter(rule) if rule else rows

    def _ask(self, leaf: _Request, asked: _Asked) -> tuple[str, str]:
        """Under which names the answer will hold the measure and the number of records it was measured on."""
        measure = leaf.figure
        assert isinstance(measure, Measure)
        where = self._parameters(leaf).get("where", "")
        if where not in asked.rules:
            asked.rules[where] = self._rule(leaf)
        rule = asked.rules[where]
        count = asked.name(("count", where), CountRows("pk", filter=rule))
        field = getattr(measure, "field", "")
        return (asked.name((measure.kind, field, where), measure.aggregate(rule)) if field else count), count

    def _selected(self, leaf: _Request) -> dict[str, str]:
        """The parameters that select a measure's records; a streak's are those of all its years."""
        parameters = self._parameters(leaf)
        if isinstance(leaf.figure, Streak):
            self._measure([leaf])
            years, book = int(self._known[leaf].exact or 1), leaf.figure.book()
            first, last = self._period(book, leaf.back + years - 1), self._period(book, leaf.back)
            parameters["where"] = _between(leaf.figure.where, "date", first, last)
            del parameters["period"]
        return parameters

    def _behind(self, request: _Request) -> Iterator[tuple[_Request, Measure]]:
        """The measures that a figure is made of, each as often as it takes part."""
        figure = request.figure
        if isinstance(figure, Measure):
            if request.within != NOWHERE:
                yield request, figure
            return
        needs = self._needs(request)
        assert isinstance(figure, Composed)
        if isinstance(figure, Spread | Rank):
            needs = [self._request(figure_named(part), request.back, request.within) for part in figure.parts()]
        for need in needs:
            yield from self._behind(need)


class _Places(dict[str, list[Organisation]]):
    """Organisations named by figures, looked up at their first use."""

    def __missing__(self, text: str) -> list[Organisation]:
        aliases = OrganisationName.objects.filter(name=text).values("organisation")
        self[text] = list(Organisation.objects.filter(Q(name=text) | Q(code=text) | Q(pk__in=aliases)))
        return self[text]


def _between(where: str, field: str, first: Period, last: Period) -> str:
    """The rule, and that a date lies in these periods."""
    dates = f'{field} >= date("{first.starts.isoformat()}") and {field} <= date("{last.ends.isoformat()}")'
    return f"({where}) and {dates}" if where else dates
