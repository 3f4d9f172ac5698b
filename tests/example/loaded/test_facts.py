"""The facts of the report for 2012: the example's records come to every one of them."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from shuyuan.core.models import Period
from shuyuan.figures.books import Books
from shuyuan.figures.figure import Value
from shuyuan.figures.kinds import Change, Difference, FieldMeasure, Ratio, Streak
from shuyuan.figures.lineage import Node, branch
from shuyuan.figures.registry import figures
from shuyuan.ledger.ledger import ledger, ledgers
from shuyuan.ledger.selection import Selection
from shuyuan.ledger.told import told
from shuyuan.ledger.whole import examine

FILE = Path(__file__).parents[3] / "example" / "facts-2012.tsv"
YEAR = 2012

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Fact:
    """One line of the file: a number that the report prints, or a record that it speaks of."""

    id: str
    room: str
    ledger: str
    kind: str
    subject: str
    value: str
    unit: str
    qualifier: str
    min_records: str

    @property
    def least(self) -> int:
        return int(self.min_records or 1)


def facts() -> list[Fact]:
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Fact(**line) for line in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


NUMBERS = [fact for fact in facts() if fact.kind != "record"]
RECORDS = [fact for fact in facts() if fact.kind == "record"]


@dataclass(frozen=True)
class Year:
    """What the book of the year says: its figures by title, what its records are called, which figures are not what
    their own page shows, and which checks are broken in it and in the year before.
    """

    figures: dict[str, Value]
    subjects: dict[str, Counter[str]]
    untrue: list[str]
    broken: list[str]


def _broken(year: int) -> Iterator[str]:
    for book in ledgers():
        period = Period(code=f"{year}{book.period_kind}", kind=book.period_kind, year=year)
        for one in told(examine(book, period)):
            yield f"{one.organisation} · {book} · {one.place}: {one.message} {one.values}"


@pytest.fixture(scope="module")
def year(example: None, django_db_blocker: DjangoDbBlocker) -> Year:
    """The whole example, read out."""
    with django_db_blocker.unblock():
        values = Books(YEAR).values(figure.name for figure in figures(YEAR))
        assert len(values) == len({value.figure.title for value in values}), "two figures have one title"
        untrue = [told for value in values for told in _untrue(branch(Books(YEAR), value.figure.name, None))]
        return Year(
            {value.figure.title: value for value in values}, _subjects(), untrue, [*_broken(YEAR), *_broken(YEAR - 1)]
        )


def _subjects() -> dict[str, Counter[str]]:
    found = {}
    for slug in {fact.ledger for fact in RECORDS}:
        book = ledger(slug)
        window = {"period": str(YEAR)} if not book.has("until") else {"standing": f"{YEAR}-12-31"}
        rows = Selection(book, {"counted": "1", **window}).rows
        found[slug] = Counter(book.subject_of(record) for record in rows)
    return found


def _untrue(node: Node) -> Iterator[str]:
    """Every figure of a tree that plain Python does not compute from the rows, or the parts, that its page shows."""
    value, measure = node.value, node.value.figure
    for part in node.parts:
        yield from _untrue(part)
    if value.exact is None:
        assert value.reason, measure.name
        return
    if node.rows:
        rows = list(node.rows.selection.rows)
        field = getattr(measure, "field", "")
        held = [found for row in rows if (found := getattr(row, field or "pk")) is not None]
        by_hand: dict[str, object] = {
            "count": len(rows),
            "streak": len({row.period_id for row in rows}) if isinstance(measure, Streak) else 0,
            "distinct": len(set(held)),
            "names": len({str(found) for found in held}),
        }
        if isinstance(measure, FieldMeasure) and measure.numeric and held:
            total = sum((Decimal(found) for found in held), Decimal(0))
            by_hand |= {"sum": total / measure.scale(), "mean": total / len(held) / measure.scale()}
            by_hand["reported"] = held[0]
        if value.exact != by_hand.get(measure.kind, 0) or len(rows) != value.records:
            yield f"{measure.name}: {value.exact} on {value.records}, but the rows: {by_hand} on {len(rows)}"
    elif isinstance(measure, Ratio | Difference | Change):
        over, under = (part.value.exact for part in node.parts)
        assert over is not None and under is not None, measure.name
        found = {
            "ratio": over * (100 if measure.unit == "%" else 1) / under if under else None,
            "difference": over - under,
            "change": over - under,
            "growth": (over - under) * 100 / under if under else None,
        }[measure.kind]
        if found != value.exact:
            yield f"{measure.name}: {value.exact}, but its parts: {found}"


def test_every_figure_is_what_the_rows_on_its_page_come_to(year: Year) -> None:
    assert year.untrue == []


def test_the_file_of_facts_names_each_subject_once() -> None:
    assert len(facts()) == 132
    assert [name for name, times in Counter(fact.subject for fact in facts()).items() if times > 1] == []


@pytest.mark.parametrize("fact", NUMBERS, ids=[fact.id for fact in NUMBERS])
def test_a_number_of_the_report_is_computed_from_records(fact: Fact, year: Year) -> None:
    assert fact.subject in year.figures, f"{fact.id}: no figure is titled 「{fact.subject}」"
    value = year.figures[fact.subject]
    told = f"{fact.id} {fact.subject} ({value.figure.name}): {value.display} {value.reason}"
    assert value.figure.unit == fact.unit, told
    if fact.value:
        assert value.value == Decimal(fact.value), told
    else:
        assert value.exact is not None, told
    assert value.qualifier == fact.qualifier, told
    assert not fact.qualifier or value.exact != value.value, f"{told}: nothing was rounded"
    assert value.records >= fact.least, f"{told}: {value.records} records stand behind it"


@pytest.mark.parametrize("fact", RECORDS, ids=[fact.id for fact in RECORDS])
def test_what_the_report_speaks_of_is_a_record_of_that_name(fact: Fact, year: Year) -> None:
    found = year.subjects[fact.ledger][fact.subject]
    assert found >= fact.least, f"{fact.id}: {found} records of {fact.ledger} are called 「{fact.subject}」"


def test_the_stages_of_forty_two_thousand_pupils_sum_to_the_whole(year: Year) -> None:
    stages = ("在园幼儿数", "小学在校学生数", "初中在校学生数", "普通高中在校学生数", "中等职业学校在校学生数")
    parts = [year.figures[title].exact or 0 for title in (*stages, "特殊教育学校在校学生数")]
    assert sum(parts) == year.figures["在校学生数"].exact == 42_000


def test_the_example_breaks_no_check_of_any_ledger(year: Year) -> None:
    assert year.broken == []
