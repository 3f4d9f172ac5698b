"""Workbooks: 5,000 and 10,000 rows read, checked and written with their history; 100,000 sent while being written."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Sequence
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import xlsxwriter
from django.db import transaction
from python_calamine import CalamineWorkbook

from bench.county import FIRST, LAST, County, fill, inhabited, settled
from bench.measure import Clock, Results, Size, clock
from bench.models import PlainTraining
from shuyuan.core.history import acting
from shuyuan.core.models import Person
from shuyuan.ledger import sheets, workbooks
from shuyuan.ledger.ledger import Ledger, ledger
from shuyuan.ledger.record import State

BOOK = "training"
TEN_THOUSAND, HUNDRED_THOUSAND = 10_000, 100_000


def run(county: County, size: Size, results: Results) -> None:
    inhabited(county, size)
    book = ledger(BOOK)
    data = written(book, _rows(county, book, size.rows))
    plain = _floor(county, data)
    peer = _peer(county, data)
    many = f"{size.rows:,} rows"
    _ten_thousand(county, book, results)
    for kept, what in ((0, "an empty ledger"), (size.records // 8, f"a ledger of {size.records // 8:,}")):
        if kept:
            fill(county, book, kept - book.objects().count())
            settled()
        for _ in range(2):  # the second time of each is told: the first fills caches
            reading, loading = _imported(county, book, data)
        beside: dict[str, Any] = {"beside": "plain read and bulk_create", "beside_seconds": plain}
        note = f"read and check {reading():.2f}, write with history {loading():.2f}"
        results.add(
            "workbook",
            f"{many} into {what}",
            reading() + loading(),
            cpu=reading.cpu + loading.cpu,
            goal=5.0,
            note=note,
            **beside,
        )
    _export(book, results)
    if peer:
        results.add(
            "workbook",
            f"{many} by django-import-export, no history",
            peer,
            beside="plain read and bulk_create",
            beside_seconds=plain,
        )


def _ten_thousand(county: County, book: Ledger[Any], results: Results) -> None:
    """Against django-import-export on the same rows in the same run."""
    data = written(book, _rows(county, book, TEN_THOUSAND))
    for _ in range(2):
        reading, loading = _imported(county, book, data)
    ours, peer = reading() + loading(), _peer(county, data)
    note = f"read and check {reading():.2f}, write with history {loading():.2f}"
    facts: dict[str, Any] = {"beside": "django-import-export", "beside_seconds": peer} if peer else {}
    goal = peer / 5 if peer else None
    results.add("workbook", f"{TEN_THOUSAND:,} rows into a ledger", ours, goal=goal, note=note, **facts)


def _export(book: Ledger[Any], results: Results) -> None:
    """How soon the first byte leaves, how long all of it takes, and what memory the rows need beside one part's."""
    rows = book.objects().order_by("-pk")[:HUNDRED_THOUSAND]
    count = len(rows.values_list("pk", flat=True))
    tracemalloc.start()
    with clock() as first:
        chunks = workbooks.export(book, rows)
        size = len(next(chunks))
    with clock() as rest:
        size += sum(len(chunk) for chunk in chunks)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    note = f"{size / 2**20:.1f} MB in {rest():.1f} s (memory traced), {peak:.0f} MB of memory at most"
    results.add("workbook", f"first byte of an export of {count:,} rows", first(), goal=1.0, note=note)


def _imported(county: County, book: Ledger[Any], data: bytes) -> tuple[Clock, Clock]:
    """Seconds of reading and of writing; undone at the end, so that the next run does the same."""
    with acting(county.user, "导入测速工作簿"), transaction.atomic():
        with clock() as reading:
            read = sheets.read(book, data)
        with clock() as loading:
            sheets.load(read)
        transaction.set_rollback(True)
    return reading, loading


def written(book: Ledger[Any], rows: Sequence[Sequence[object]]) -> bytes:
    """A workbook under the ledger's own headings."""
    buffer = io.BytesIO()
    file = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    sheet = file.add_worksheet()
    day = file.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, [heading for column in book.sheet for heading in column.headings])
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, cell, day)
            elif cell is not None:
                sheet.write(number, place, cell)
    file.close()
    return buffer.getvalue()


def _rows(county: County, book: Ledger[Any], count: int) -> list[list[object]]:
    """Trainings as schools type them: labels of codes, a person by name and number in every second line."""
    dice = county.dice
    people: dict[int, list[tuple[str, str]]] = {}
    for place, name, known_as in Person.objects.values_list("organisation_id", "name", "number"):
        people.setdefault(place, []).append((name, known_as))
    rows = []
    for number in range(count):
        school = dice.choice(county.schools)
        row: list[object] = []
        for column in book.sheet:
            if column.kind == "organisation":
                row.append(school.name)
            elif column.kind == "person":
                row += dice.choice(people[school.pk]) if number % 2 else ("", "")
            elif column.kind == "choice" or column.kind == "boolean":
                row.append(dice.choice(column.choices)[1])
            elif column.kind == "number":
                row.append(1)
            elif column.kind == "date":
                row.append(date(FIRST, 1, 1) + timedelta(days=dice.randrange(365 * (LAST - FIRST + 1))))
            else:
                row.append(f"教师培训 {number:05d}")
        rows.append(row)
    return rows


def _floor(county: County, data: bytes) -> float:
    """The same cells into the same columns of a plain model: no checks, no look-ups but two dictionaries."""
    with clock() as elapsed, transaction.atomic():
        _plainly(county, _cells(data))
        transaction.set_rollback(True)
    return elapsed()


def _cells(data: bytes) -> list[list[Any]]:
    rows: list[list[Any]] = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return rows[1:]


def _plainly(county: County, cells: list[list[Any]]) -> None:
    schools = {school.name: school.pk for school in county.schools}
    people = dict(Person.objects.values_list("number", "pk"))
    made = []
    for row in cells:
        values = _values(row, schools, people)
        made.append(PlainTraining(**values))
    PlainTraining.objects.bulk_create(made, batch_size=1000)


def _values(row: list[Any], schools: dict[str, int], people: dict[str, int]) -> dict[str, Any]:
    """One row's cells by the columns of the plain model."""
    book = ledger(BOOK)
    values: dict[str, Any] = {}
    place = 0
    for column in book.sheet:
        cell = row[place]
        if column.kind == "organisation":
            values[column.field.attname] = schools[cell]
        elif column.kind == "person":
            values[column.field.attname] = people.get(row[place + 1])
        elif column.kind == "choice":
            values[column.name] = next(code for code, label in column.choices if label == cell)
        elif column.kind == "boolean":
            values[column.name] = cell == "是"
        elif column.kind == "number":
            values[column.name] = int(cell)
        else:
            values[column.name] = cell
        place += len(column.headings)
    return values | {"state": State.FILED, "period_id": str(values["date"].year)}


def _peer(county: County, data: bytes) -> float:
    """django-import-export on the same rows and a plain model, in its bulk mode; nothing where it is not installed."""
    try:
        tablib, resources = import_module("tablib"), import_module("import_export.resources")
    except ImportError:
        print("         django-import-export: skipped, it is not installed (pip install django-import-export)")
        return 0

    class Peer(resources.ModelResource):  # type: ignore[name-defined,misc]
        class Meta:
            model = PlainTraining
            use_bulk = True
            batch_size = 1000
            skip_diff = True
            force_init_instance = True
            exclude = ("id",)
            import_id_fields = ()
            clean_model_instances = True

    schools = {school.name: school.pk for school in county.schools}
    people = dict(Person.objects.values_list("number", "pk"))
    with clock() as elapsed, transaction.atomic():
        rows = [_values(row, schools, people) for row in _cells(data)]
        names = {field.attname: field.name for field in PlainTraining._meta.concrete_fields}
        table = tablib.Dataset(*(row.values() for row in rows), headers=[names[key] for key in rows[0]])
        result = Peer().import_data(table, raise_errors=True)
        assert result.totals["new"] == len(rows), result.totals
        transaction.set_rollback(True)
    return elapsed()
