"""The registers at the opening of the books: 42,000 pupils and 5,200 staff, names sealed in history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from bench.county import County
from bench.measure import Results, Size, clock
from bench.models import PlainTraining
from bench.workbook import _cells, written
from shuyuan.core.history import acting
from shuyuan.core.models import Person
from shuyuan.ledger import sheets
from shuyuan.ledger.ledger import Ledger, ledger
from shuyuan.ledger.record import State

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英"


def run(county: County, size: Size, results: Results) -> None:
    data = {slug: _workbook(county, slug, count) for slug, count in (("staff", size.staff), ("pupil", size.pupils))}
    floor = _floor(county, [*data.values()])
    seconds = busy = 0.0
    notes = []
    for slug, file in data.items():
        with acting(county.user, "建立名册"):
            with clock() as reading:
                read = sheets.read(ledger(slug), file)
            with clock() as loading:
                sheets.load(read, accept=True)
        notes.append(f"{slug}: read {reading():.1f}, write {loading():.1f}")
        seconds += reading() + loading()
        busy += reading.cpu + loading.cpu
    results.add(
        "register",
        f"{size.pupils:,} pupils and {size.staff:,} staff, sealed",
        seconds,
        cpu=busy,
        goal=40.0,
        beside="two plain bulk_creates a person",
        beside_seconds=floor,
        note=", ".join(notes),
    )


def _floor(county: County, files: list[bytes]) -> float:
    """The same cells read, one plain person's row and one plain record written for each; nothing sealed or kept."""
    school = county.schools[0]
    with clock() as elapsed, transaction.atomic():
        for file in files:
            cells = _cells(file)
            for _ in range(2):
                made = [
                    PlainTraining(
                        organisation_id=school.pk, date=date(2012, 9, 1), period_id="2012", state=State.ACCEPTED,
                        title=row[1], level="10", kind="post", trainee="head",
                    )
                    for row in cells
                ]  # fmt: skip
                PlainTraining.objects.bulk_create(made, batch_size=1000)
        transaction.set_rollback(True)
    return elapsed()


def _workbook(county: County, slug: str, count: int) -> bytes:
    book = ledger(slug)
    known = Person.objects.count()
    return written(book, [_row(county, book, slug, number + known) for number in range(count)])


def _row(county: County, book: Ledger[Any], slug: str, number: int) -> list[object]:
    dice = county.dice
    row: list[object] = []
    for column in book.sheet:
        if column.kind == "organisation":
            row.append(county.schools[number % len(county.schools)].name)
        elif column.kind == "person":
            name = dice.choice(SURNAMES) + dice.choice(GIVEN) + dice.choice(GIVEN)
            told = [name, f"{slug[0].upper()}{number:07d}"]
            row += told + [None] * (len(column.headings) - len(told))  # no identity number, nor what else is optional
        elif column.name == "date":
            row.append(date(2006, 9, 1) + timedelta(days=365 * dice.randrange(6)))
        elif column.name == "born":
            row.append(date(1998, 1, 1) + timedelta(days=dice.randrange(2500)))
        elif column.choices:
            row.append(dice.choice(column.choices)[1])
        else:
            row.append(f"{number % 12 + 1}班" if column.required else None)
    return row
