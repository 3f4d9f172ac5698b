"""The grid 表格填报: rows typed or pasted in the browser, read by what reads a workbook's rows; all of them or none.

What a cell shows is what one would type into it, so that a block pasted from a workbook and a cell typed by hand are
the same thing. A saved row carries the stamp of the revision that was shown (see `revisions.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _t

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Person
from shuyuan.ledger import review, revisions, sheets
from shuyuan.ledger.closing import is_closed
from shuyuan.ledger.columns import Column
from shuyuan.ledger.intake import Rights
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.lookup import Refused
from shuyuan.ledger.pointing import PersonColumn, ready
from shuyuan.ledger.record import State
from shuyuan.ledger.revisions import STAMP_HEADINGS, Stamp
from shuyuan.ledger.unpacking import Opened, Problem, Unreadable
from shuyuan.ledger.workbooks import related

MOST = 2000  # rows at once; more come as a workbook
MOST_PEOPLE = 3000
UNFILED = {State.DRAFT, State.RETURNED}


@dataclass(frozen=True)
class Sent:
    """One row as it came: its number in the grid, what its cells say by name, and the stamp it was handed out with.

    A new row has no stamp.
    """

    number: int
    cells: Mapping[str, str]
    stamp: str = ""


@dataclass(frozen=True)
class Fault:
    """What keeps the rows out: the row's number (None: all of them), which cell ("" for the row), and the cure."""

    message: str
    row: int | None = None
    cell: str = ""
    label: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "cell": self.cell, "label": self.label, "message": self.message}


@dataclass(frozen=True)
class Theirs:
    """A row that somebody else has saved since it was shown: its new stamp, and what it says now."""

    row: int
    stamp: str
    cells: dict[str, str]


class NotSaved(ValueError):
    """Nothing was saved; every reason, and what others have saved meanwhile."""

    def __init__(self, faults: Sequence[Fault], theirs: Sequence[Theirs] = ()) -> None:
        self.faults, self.theirs = list(faults), list(theirs)
        super().__init__("\n".join(fault.message for fault in self.faults))


@dataclass
class Saved:
    told: list[str] = field(default_factory=list)


def columns_of(
    columns: Iterable[Column], home: Organisation | None, organisations: Iterable[Organisation]
) -> list[dict[str, Any]]:
    """What the browser draws: one column for each cell; the school itself is left out where there is only one."""
    drawn = []
    for column in columns:
        if column.name == "organisation" and home is not None:
            continue
        for number, (name, label) in enumerate(zip(column.names, column.headings, strict=True)):
            options = [text for _code, text in column.choices]
            if column.kind == "organisation":
                options = [one.name for one in organisations]
            drawn.append(
                {
                    "name": name,
                    "label": label,
                    "kind": _drawn_as(column) if number == 0 else "text",
                    "required": column.required and number == 0,
                    "hint": str(column.field.help_text),
                    "options": options,
                    "sum": column.numeric,
                }
            )
    return drawn


def _drawn_as(column: Column) -> str:
    """The kind of editor: one that knows only dates would empty a date that is masked."""
    return "text" if column.sensitivity else column.kind


def people_of(book: Ledger[Any], home: Organisation | None, user: Any) -> list[list[str]]:
    """Name and number of those who may stand in the ledger's columns of people."""
    if home is None or not any(isinstance(column, PersonColumn) for column in book.sheet):
        return []
    found = Person.objects.visible_to(user).filter(organisation=home).order_by("name", "number")
    return [list(pair) for pair in found.values_list("name", "number")[:MOST_PEOPLE]]


def rows_of(book: Ledger[Any], records: Sequence[Any], *, may_change_accepted: bool) -> list[dict[str, Any]]:
    """Saved records as rows: what is accepted already is only shown to those who may not change it."""
    newest = revisions.revisions(book.model, [record.pk for record in ready(book, records)])
    returned = [record.pk for record in records if record.state == State.RETURNED]
    remarks = review.remarks(book, returned) if returned else {}
    return [
        {
            "stamp": str(Stamp(record.pk, newest[record.pk])),
            "state": str(record.get_state_display()),
            "locked": record.state == State.ACCEPTED and not may_change_accepted,
            "remarks": remarks.get(record.pk, {}),
            "cells": cells_of(book, record),
        }
        for record in records
    ]


def starts_of(book: Ledger[Any], records: Iterable[Any]) -> list[dict[str, Any]]:
    """Last period's records as a start for new rows: what the burden meter counts as known, no number and no date.

    Nor what is masked: a new row has no stamp to tell what would stand behind it.
    """
    carried = [column for column in book.sheet if column.kind not in {"number", "date"} and not column.sensitivity]
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for record in ready(book, records):
        cells = _cells(carried, record)
        rows.setdefault(tuple(cells.values()), {"stamp": "", "start": True, "cells": cells})
    return list(rows.values())


def cells_of(book: Ledger[Any], record: Any) -> dict[str, str]:
    return _cells(book.sheet, record)


def _cells(columns: Iterable[Column], record: Any) -> dict[str, str]:
    return {
        name: as_typed(cell)
        for column in columns
        for name, cell in zip(column.names, column.cells(record), strict=True)
    }


def as_typed(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        text = f"{cell:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def save(
    book: Ledger[Any],
    rights: Rights,
    rows: Sequence[Sent],
    removed: Sequence[str] = (),
    *,
    home: Organisation | None = None,
    reason: str = "",
) -> Saved:
    """Save these rows and remove those records, together or not at all. Raises NotSaved, or BooksClosed."""
    if len(rows) + len(removed) > MOST:
        raise NotSaved([Fault(_t("一次最多 %(most)s 行；更多的请用工作簿导入") % {"most": MOST})])
    if faults := list(_shapes(book, rows)):
        raise NotSaved(faults)
    accepts = book.may_accept(rights.user)
    saved = Saved()
    try:
        with transaction.atomic():
            reading = _read(book, rights, rows, home)
            adjusting = accepts and bool(reason) and bool(reading) and _in_closed_books(reading)
            with acting(rights.user, reason or _t("表格填报"), adjusting=adjusting):
                if removed:
                    saved.told.append(_remove(book, rights, removed))
                if reading is not None:
                    sheets.load(reading, accept=accepts)
                    saved.told += sheets.told(reading)
    except Unreadable as refused:
        raise NotSaved(
            _faults(_columns_sent(book, rows, home), refused.problems), _theirs(book, rights, rows)
        ) from None
    return saved


def _shapes(book: Ledger[Any], rows: Sequence[Sent]) -> Iterable[Fault]:
    known = {name for column in book.sheet for name in column.names}
    for row in rows:
        if strange := row.cells.keys() - known:
            yield Fault(_t("没有这些列：%(names)s") % {"names": _t("、").join(sorted(strange))}, row.number)
        elif row.stamp and not any(text.strip() for text in row.cells.values()):
            yield Fault(_t("这一行已经保存过；要撤销它，请选中后点「删除行」，不要只清空"), row.number)


def _read(book: Ledger[Any], rights: Rights, rows: Sequence[Sent], home: Organisation | None) -> sheets.Reading | None:
    """The rows as a workbook's sheet, through the same door."""
    if not rows:
        return None
    columns = _columns_sent(book, rows, home)
    names = [name for column in columns for name in column.names]
    header = [heading for column in columns for heading in column.headings]
    lines = [[row.cells.get(name, "") for name in names] + [row.stamp] for row in rows]
    opened = Opened([[*header, STAMP_HEADINGS[0]], *lines], numbers=[0, *(row.number for row in rows)])
    return sheets.read(
        book,
        opened,
        rights.organisations(),
        may_accept=rights.may_change_accepted(book),
        home=home,
    )


def _columns_sent(book: Ledger[Any], rows: Sequence[Sent], home: Organisation | None) -> list[Column]:
    """What the browser drew, and whatever must not be left out; a record keeps what it has in the others."""
    sent = {name for row in rows for name in row.cells}
    known = {"organisation"} if home else set()
    return [c for c in book.sheet if sent.intersection(c.names) or (c.required and c.name not in known)]


def _in_closed_books(reading: sheets.Reading | None) -> bool:
    return reading is not None and any(
        record.is_event and any(map(is_closed, record.days())) for record in reading.written
    )


def _remove(book: Ledger[Any], rights: Rights, stamps: Sequence[str]) -> str:
    """Take back what has not been filed, or came back; nobody else may have touched it since."""
    wanted = [stamp for text in stamps if (stamp := _stamp(text)) is not None]
    visible = set(
        book.objects()
        .visible_to(rights.user)
        .filter(pk__in=[stamp.key for stamp in wanted])
        .values_list("pk", flat=True)
    )
    held = {one.pk: one for one in book.model._base_manager.select_for_update().filter(pk__in=visible)}
    newest = revisions.revisions(book.model, held)
    problems = []
    for stamp in wanted:
        record = held.get(stamp.key)
        if record is None:
            continue  # somebody has removed it already
        if newest[stamp.key] != stamp.revision:
            told = _t("要删除的「%(record)s」刚刚有人改过；请重新打开表格再看")
            problems.append(Problem(told % {"record": record}))
        elif record.state not in UNFILED:
            told = _t("「%(record)s」是%(state)s，不能删除；草稿和退回的才可以")
            problems.append(Problem(told % {"record": record, "state": record.get_state_display()}))
    if problems:
        raise Unreadable(problems)
    for record in held.values():
        record.delete()
    return _t("删除了 %(n)s 条记录。") % {"n": len(held)}


def _stamp(text: str) -> Stamp | None:
    try:
        return Stamp.read(text)
    except Refused as refused:
        raise Unreadable([Problem(str(refused))]) from None


def _faults(columns: Iterable[Column], problems: Iterable[Problem]) -> list[Fault]:
    """Problems of a sheet, told of the grid's cells."""
    names = [name for column in columns for name in column.names]
    found = []
    for problem in problems:
        cell = names[problem.place] if problem.place is not None and 0 <= problem.place < len(names) else ""
        found.append(Fault(problem.message, problem.row, cell, problem.heading))
    return found


def _theirs(book: Ledger[Any], rights: Rights, rows: Sequence[Sent]) -> list[Theirs]:
    """What the book says now of the rows that somebody else has saved since they were shown."""
    stamps: dict[int, Stamp] = {}
    for row in rows:
        try:
            if stamp := Stamp.read(row.stamp):
                stamps[row.number] = stamp
        except Refused:
            continue
    keys = [stamp.key for stamp in stamps.values()]
    newest = revisions.revisions(book.model, keys)
    found = ready(book, related(book, book.objects().visible_to(rights.user).filter(pk__in=keys)))
    kept = {record.pk: record for record in found}
    return [
        Theirs(number, str(Stamp(stamp.key, newest[stamp.key])), cells_of(book, kept[stamp.key]))
        for number, stamp in stamps.items()
        if stamp.key in kept and newest[stamp.key] != stamp.revision
    ]
