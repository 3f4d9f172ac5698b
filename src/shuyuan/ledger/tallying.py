"""Tallying: rows as plain tuples, and what is added up of them by school and key for the rules about filings.

Sums are exact decimals. Rows of a workbook that are not saved yet pass through the very same code as stored ones.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

from shuyuan.core import sealing
from shuyuan.core.history import canonical, plain
from shuyuan.core.models import Organisation, Period
from shuyuan.core.sensitive import masked, sensitivity_of
from shuyuan.core.units import with_unit
from shuyuan.ledger import checks as declared
from shuyuan.ledger.checks import Check, FilingCheck, Plausible, filing_rule
from shuyuan.ledger.expression import Expression
from shuyuan.ledger.expression.filings import Cell, FilingRule, path_to
from shuyuan.ledger.expression.nodes import Kind, Path, Value, paths_of
from shuyuan.ledger.expression.rows import EXACT, Evaluator, converter, evaluator, of_row
from shuyuan.ledger.expression.words import number_text, source_of
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.record import StandingRecord

KEY, OWNER, FIRST = 0, 1, 2  # the places in a row's tuple: its key, its school, the first of its values
Row = tuple[Any, ...]
Part = tuple[int, tuple[Value, ...]]
"""A school and the key that its rows share; the key is empty for all that the school files."""


@dataclass(frozen=True)
class Broken:
    """One check broken in one place: by a record, by rows that share a key, or by a school's filing as a whole.

    `rows` are the keys of the records behind it (of rows not saved yet, the instances themselves); for a whole filing
    there are none. `numbers` is what the rule looked at. Words are made when somebody reads them.
    """

    book: Ledger[Any]
    number: int
    period: str
    organisation: int
    rows: tuple[Any, ...]
    key: tuple[Value, ...]
    numbers: tuple[tuple[Path, Value], ...] = field(compare=False)
    reason: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    """Further values with their names, which the reason speaks of."""

    @property
    def check(self) -> Check:
        check: Check = self.book.checks[self.number]
        return check

    @property
    def of_record(self) -> bool:
        return type(self.check) is Check

    @property
    def part(self) -> str:
        """The key as explanations are kept under it: as long for two fields as for two hundred letters."""
        return hashlib.sha256(canonical({"key": self._kept_key()}).encode()).hexdigest() if self.key else ""

    @property
    def values(self) -> tuple[tuple[str, str], ...]:
        """What the rule looked at, each with its name."""
        return (*((str(path.field.verbose_name), _text(path, value)) for path, value in self.numbers), *self.beside)

    @property
    def said(self) -> str:
        """The same as explanations keep it: what was said of other numbers is no explanation of these."""
        return canonical({path.lookup: kept(path, value) for path, value in self.numbers})

    def _kept_key(self) -> list[Any]:
        paths = [path_to(name, self.book.model) for name in getattr(self.check, "by", ())]
        return [kept(path, one) for path, one in zip(paths, self.key, strict=True)]

    def told(self) -> str:
        return self.reason or self.check.told()


@dataclass
class Sums:
    """What is added up for one part while the rows pass."""

    cells: dict[str, Any] = field(default_factory=dict)
    rows: list[Any] = field(default_factory=list)


class Plan:
    """A ledger's checks, made ready for rows as tuples."""

    def __init__(self, book: Ledger[Any], chosen: Callable[[Check], bool]) -> None:
        self.book = book
        self.paths: dict[str, Path] = {}
        self._places: dict[str, int] = {}
        numbered = [(number, check) for number, check in enumerate(book.checks) if chosen(check)]
        self.of_rows = [
            (number, self._compiled(node), paths_of(node))
            for number, check in numbered
            if type(check) is Check
            for node in [Expression.parse(check.rule, book.model).node]
        ]
        self.by_part: dict[tuple[str, ...], list[tuple[int, FilingRule]]] = defaultdict(list)
        self.plausible: list[tuple[int, Plausible, FilingRule]] = []
        for number, check in numbered:
            if isinstance(check, FilingCheck):
                self.by_part[check.by].append((number, filing_rule(check.rule, book.model)))
            elif isinstance(check, Plausible):
                self.plausible.append((number, check, filing_rule(check.rule, book.model)))
        self.adders = {by: Adder(self, by, [rule for _number, rule in rules]) for by, rules in self.by_part.items()}
        self.usual = Adder(self, (), [rule for _number, _check, rule in self.plausible])

    def place(self, path: Path) -> int:
        if path.lookup not in self.paths:
            self.paths[path.lookup] = path
            self._places[path.lookup] = FIRST + len(self._places)
        return self._places[path.lookup]

    def _compiled(self, node: Any) -> Evaluator:
        return evaluator(node, lambda path: itemgetter(self.place(path)))

    def compiled(self, node: Any) -> Evaluator | None:
        return None if node is None else self._compiled(node)

    @property
    def looks_back(self) -> bool:
        return any(adder.looks_back for adder in self.adders.values())

    def figures(self) -> set[tuple[str, int]]:
        """The figures that the rules name, and how many years back each."""
        rules = [rule for rules in self.by_part.values() for _number, rule in rules]
        return {(cell.figure, cell.back) for rule in rules for cell in rule.cells if cell.figure}

    def stored(self, rows: Any, home: Mapping[int, int]) -> Iterator[Row]:
        """What the database has, as tuples."""
        converters = [converter(path) for path in self.paths.values()]
        found = rows.order_by("pk").values_list("pk", "organisation_id", *self.paths)
        for key, owner, *values in found.iterator(chunk_size=5000):
            read = [
                None if value is None else convert(value) for value, convert in zip(values, converters, strict=True)
            ]
            yield (key, home.get(owner, owner), *read)

    def given(self, records: Iterable[Any], home: Mapping[int, int]) -> Iterator[Row]:
        """Rows that are not in the database, or not as they are there."""
        readers = [_of_instance(path) for path in self.paths.values()]
        for record in records:
            owner = record.organisation.pk
            yield (record, home.get(owner, owner), *(read(record) for read in readers))


class Adder:
    """Adds up what some rules need, part by part. Conditions that several cells share are judged once a row."""

    def __init__(self, plan: Plan, by: tuple[str, ...], rules: Sequence[FilingRule]) -> None:
        self.by = [itemgetter(plan.place(path_to(name, plan.book.model))) for name in by]
        cells = {cell.lookup: cell for rule in rules for cell in rule.cells if cell.how}
        self.now = self._grouped(plan, [cell for cell in cells.values() if not cell.back])
        self.last = self._grouped(plan, [cell for cell in cells.values() if cell.back])
        self.empty = {name: None if cell.how == "sum" else Decimal(0) for name, cell in cells.items()}

    @property
    def looks_back(self) -> bool:
        return bool(self.last)

    @staticmethod
    def _grouped(plan: Plan, cells: Sequence[Cell]) -> list[tuple[Evaluator | None, list[Any]]]:
        grouped: dict[str, tuple[Evaluator | None, list[Any]]] = {}
        for cell in cells:
            shared = source_of(cell.where) if cell.where is not None else ""
            _where, members = grouped.setdefault(shared, (plan.compiled(cell.where), []))
            members.append((cell.lookup, cell.how, plan.compiled(cell.of)))
        return list(grouped.values())

    def parts(self, rows: Iterable[Row], *, back: bool = False) -> dict[Part, Sums]:
        """The sums by school and key. A row that lacks a part of the key shares it with nobody."""
        found: dict[Part, Sums] = {}
        groups = self.last if back else self.now
        for row in rows:
            key = tuple(get(row) for get in self.by)
            if None in key or "" in key:
                continue
            sums = found.get((row[OWNER], key))
            if sums is None:
                sums = found[row[OWNER], key] = Sums()
            if self.by:
                sums.rows.append(row[KEY])
            for where, members in groups:
                if where is None or where(row) is True:
                    for name, how, of in members:
                        _add(sums.cells, name, how, None if of is None else of(row))
        for sums in found.values():
            for name, cell in sums.cells.items():
                if not isinstance(cell, Decimal):
                    sums.cells[name] = Decimal(len(cell) if isinstance(cell, set) else cell)
        return found


def _add(cells: dict[str, Any], name: str, how: str, value: Any) -> None:
    if how == "count":
        cells[name] = cells.get(name, 0) + 1
    elif value is None or value == "":
        return
    elif how == "sum":
        cells[name] = EXACT.add(cells[name], value) if name in cells else value
    else:
        cells.setdefault(name, set()).add(value)


def rows_of(book: Ledger[Any], period: Period, places: Iterable[int] | None) -> Any:
    """What belongs to a period: its events, or what is in being at its end."""
    rows = book.objects()
    rows = rows.standing(period.ends) if issubclass(book.model, StandingRecord) else rows.of(period)
    return rows if places is None else rows.filter(organisation__in=list(places))


def figures_of(
    wanted: set[tuple[str, int]], year: int, schools: Sequence[Organisation] | None
) -> dict[tuple[str, int], dict[int, Decimal]]:
    if not wanted:
        return {}
    (source,) = declared.figures
    return source.values(wanted, year, schools)


def homes() -> dict[int, int]:
    """The school of each campus."""
    campuses = Organisation.objects.filter(kind=Organisation.Kind.CAMPUS, parent__isnull=False).order_by()
    return dict(campuses.values_list("pk", "parent_id"))


def places_of(schools: Sequence[Organisation], home: Mapping[int, int]) -> list[int]:
    keys = {school.pk for school in schools}
    return [*keys, *(campus for campus, school in home.items() if school in keys)]


def _of_instance(path: Path) -> Evaluator:
    """Reads a record that may refer to somebody who is not saved yet: the same person is the same key."""
    read = of_row(path)
    if path.kind is not Kind.REFERENCE or len(path.fields) > 1:
        return read
    name = path.field.name

    def key(record: Any) -> Value:
        value = read(record)
        return value if value is not None or (other := getattr(record, name)) is None else -id(other)

    return key


def amount(value: Any, unit: str = "") -> str:
    """A number as it stands in a violation."""
    if value is None:
        return "—"
    number = Decimal(value)
    return with_unit(number_text(number if number == int(number) else round(number, 2)), unit, number)


def kept(path: Path, value: Any) -> Any:
    """A value as explanations keep it: of what is sensitive, only what tells one value from another."""
    kind = sensitivity_of(path.field)
    return plain(value) if kind is None or value in (None, "") else sealing.search_key(kind.value, str(plain(value)))


def _text(path: Path, value: Any) -> str:
    """A value in a violation: masked where it is sensitive."""
    if value is None or value == "":
        return "—"
    if kind := sensitivity_of(path.field):
        return masked(kind, value.isoformat() if isinstance(value, date) else str(value))
    if path.field.choices:
        return str(dict(path.field.flatchoices).get(value, value))
    if isinstance(value, Decimal):
        return amount(value, path.unit if isinstance(path, Cell) else str(getattr(path.field, "unit", "")))
    return value.isoformat() if isinstance(value, date) else str(value)
