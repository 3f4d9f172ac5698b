"""Workbooks going out: the template a school fills in, empty or with what the book knows, and the export of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from io import BytesIO
from itertools import islice
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _t
from xlsxwriter.worksheet import Worksheet

from shuyuan.core.models import Organisation, Period
from shuyuan.ledger.columns import Column
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.pointing import ready
from shuyuan.ledger.record import Record, User
from shuyuan.ledger.revisions import Stamp, revisions
from shuyuan.ledger.rounds import columns_for
from shuyuan.ledger.streaming import letters, stream
from shuyuan.ledger.unpacking import NOTES

ROWS = 2000  # rows of a template that carry formats and drop-down lists
HEADING = {
    "bold": True,
    "bg_color": "#DCE8F5",
    "border": 1,
    "border_color": "#AAB7C4",
    "text_wrap": True,
    "valign": "vcenter",
}
REQUIRED = HEADING | {"bg_color": "#FBE3C8"}
FIXED = {"bg_color": "#E7E9EC", "font_color": "#5F6B7A"}  # the school itself
KNOWN = {"bg_color": "#E3F1E6"}  # a record of the book: what is changed here changes it
START = {"bg_color": "#FFF6D9", "italic": True}  # last period's: a start for a new one
PART = 2000  # records of an export in memory at once


def template(ledger: Ledger[Any], organisations: Iterable[Organisation]) -> bytes:
    """An empty workbook with headings, notes, formats and drop-down lists, to be filled in and sent back."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(str(ledger)[:31])
    lists = book.add_worksheet("lists")
    notes = book.add_worksheet(_t("填写说明"))
    lists.hide()
    _headings(book, sheet, ledger.sheet)
    _lists(sheet, lists, ledger.sheet, organisations, ROWS)
    _notes(book, notes, ledger.sheet)
    book.close()
    return buffer.getvalue()


def filled(ledger: Ledger[Any], school: Organisation, period: Period, user: User) -> bytes:
    """The template with what the book knows of this school.

    Of a register, what stands now; of events, this period's, and last period's as a start for new ones. Each row
    bears its stamp in a hidden column, so that nothing is taken twice; the notes say which rows there were.
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(str(ledger)[:31])
    lists, notes = book.add_worksheet("lists"), book.add_worksheet(_t("填写说明"))
    kept = book.add_worksheet(NOTES)
    lists.hide()
    kept.very_hidden()
    columns = columns_for(ledger, school, period.code)
    _headings(book, sheet, columns)
    _stamp_heading(book, sheet, columns)
    known, starts = what_is_known(ledger, school, period, user)
    newest = revisions(ledger.model, [record.pk for record in ready(ledger, (*known, *starts))])
    rows: list[tuple[Any, Stamp, dict[str, Any]]] = []
    rows += [(record, Stamp(record.pk, newest[record.pk]), KNOWN) for record in known]
    rows += [(record, Stamp(record.pk, newest[record.pk], start=True), START) for record in starts]
    for number, (record, stamp, look) in enumerate(rows, start=1):
        _filled_row(book, sheet, columns, number, record, stamp, look)
    if starts:
        told = _t("从这一行起是%(period)s的内容，供参考：改好日期等内容即作为新的一条报送；不改则不会重复报送")
        sheet.write_comment(len(known) + 1, 0, told % {"period": starts[0].period}, {"x_scale": 2})
    _lists(sheet, lists, columns, [school], max(ROWS, len(rows) + 500))
    _notes(book, notes, columns)
    _legend(book, notes, len(columns) + 3)
    kept.write_row(0, 0, ["ledger", ledger.slug])
    kept.write_row(1, 0, ["organisation", str(school.pk), school.name])
    kept.write_row(2, 0, ["period", period.code])
    for number, (_record, stamp, _look) in enumerate(rows, start=3):
        kept.write_row(number, 0, ["row", str(stamp)])
    book.close()
    return buffer.getvalue()


def what_is_known(ledger: Ledger[Any], school: Organisation, period: Period, user: User) -> tuple[list[Any], list[Any]]:
    """A school's own records, and those of the period before, from which new ones may start."""
    own = related(ledger, ledger.objects().visible_to(user).filter(organisation__path__startswith=school.path))
    if not ledger.model.is_event:
        return list(own.standing(timezone.localdate()).order_by("date", "pk")), []
    before = Period(code=f"{period.year - 1}{period.kind}", kind=period.kind, year=period.year - 1)
    return list(own.of(period).order_by("date", "pk")), list(own.of(before).order_by("date", "pk"))


def _filled_row(
    book: Any,
    sheet: Worksheet,
    columns: Iterable[Column],
    number: int,
    record: Record,
    stamp: Stamp,
    look: dict[str, Any],
) -> None:
    place = 0
    for column in columns:
        fixed = column.kind == "organisation" and column.name == "organisation"
        style = FIXED if fixed else look
        format = _format(book, style | {"num_format": "yyyy-mm-dd" if column.kind == "date" else "@"})
        plain = _format(book, style)
        for cell in column.cells(record):
            if cell is None or cell == "":
                sheet.write_blank(number, place, None, format)
            elif isinstance(cell, date):
                sheet.write_datetime(number, place, cell, format)
            elif isinstance(cell, str):
                sheet.write_string(number, place, cell, format)
            else:
                sheet.write_number(number, place, float(cell), plain)  # type: ignore[arg-type]
            place += 1
    sheet.write_string(number, place, str(stamp))


def _format(book: Any, style: dict[str, Any]) -> Any:
    """One format for each look: a workbook may have no more than a few thousand."""
    made: dict[tuple[Any, ...], Any] = book.__dict__.setdefault("looks", {})
    key = tuple(sorted(style.items()))
    if key not in made:
        made[key] = book.add_format(style)
    return made[key]


def _stamp_heading(book: Any, sheet: Worksheet, columns: Iterable[Column]) -> None:
    """The hidden last column: which record, and which revision of it, a row was made from."""
    place = sum(len(column.headings) for column in columns)
    text = book.add_format({"num_format": "@"})
    sheet.set_column(place, place, 14, text, {"hidden": True})
    sheet.write_string(0, place, _t("数源编号"), book.add_format(HEADING))


def _legend(book: Any, sheet: Worksheet, row: int) -> None:
    """What the colours of a filled workbook mean, below the columns."""
    for look, told in (
        (FIXED, _t("灰色：本单位，不用填也不要改；新增的行可以留空")),
        (KNOWN, _t("绿色：台账里已有的记录。要更正就直接改这一行；没有变化的原样保留，不会重复报送")),
        (START, _t("黄色斜体：上一期的内容，供参考。改好日期等内容即作为新的一条报送；用不上的不必删")),
    ):
        sheet.write_blank(row, 0, None, _format(book, look))
        sheet.write_string(row, 1, told)
        row += 1


def export(
    ledger: Ledger[Any], records: Any, progress: Callable[[int], None] = lambda done: None, *, full: bool = False
) -> Iterator[bytes]:
    """The records as a workbook that the importer takes back as changes of these very records; sent in pieces.

    What is sensitive is masked unless `full`, which is asked only with a purpose (see unmasking.py).
    """
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(str(ledger)[:31])
    text, day = _headings(book, sheet, ledger.sheet)
    _stamp_heading(book, sheet, ledger.sheet)
    book.close()  # which gives each format its number
    parts = _parts(ledger, records, progress, full=full)
    return stream(buffer.getvalue(), parts, text.xf_index or 0, day.xf_index or 0)


def _parts(
    ledger: Ledger[Any], records: Any, progress: Callable[[int], None], *, full: bool
) -> Iterator[list[Sequence[object]]]:
    """The rows of an export, some thousands at once, each with its stamp at the end."""
    rest = related(ledger, records).iterator(chunk_size=PART)
    columns, done = ledger.sheet, 0
    while part := ready(ledger, islice(rest, PART)):
        newest = revisions(ledger.model, [record.pk for record in part])
        yield [
            [
                *(cell for column in columns for cell in (column.full_cells if full else column.cells)(record)),
                str(Stamp(record.pk, newest.get(record.pk, 1))),
            ]
            for record in part
        ]
        done += len(part)
        progress(done)


def related(ledger: Ledger[Any], records: Any) -> Any:
    """The records with what their columns point to, read in one query."""
    names = [column.name for column in ledger.sheet if column.field.is_relation]
    return records.select_related(*names) if names else records


def _lists(
    sheet: Worksheet, lists: Worksheet, columns: Iterable[Column], organisations: Iterable[Organisation], rows: int
) -> None:
    """The drop-down lists, kept on a sheet of their own: a list in the cell itself holds 255 characters."""
    place = 0
    places = list(organisations)
    for column in columns:
        choices = _choices(column, places)
        if choices:
            source = f"=lists!${letters(place)}$1:${letters(place)}${len(choices)}"
            lists.write_column(0, place, choices)
            only = column.kind == "organisation" and len(places) == 1
            options = {"validate": "list", "source": source, "error_type": "stop" if only else "warning"}
            sheet.data_validation(1, place, rows, place, options)
        place += len(column.headings)


def _headings(book: Any, sheet: Worksheet, columns: Iterable[Column]) -> tuple[Any, Any]:
    """The first row, and the columns' formats; returns those for texts and for days."""
    plain, required = book.add_format(HEADING), book.add_format(REQUIRED)
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    formats = {"number": None, "date": day}
    place = 0
    for column in columns:
        width = 22 if column.kind in {"organisation", "text"} else 14
        for heading in column.headings:
            sheet.set_column(place, place, width, formats.get(column.kind, text))
            sheet.write_string(0, place, heading, required if column.required else plain)
            if note := _note(column):
                sheet.write_comment(0, place, note, {"x_scale": 1.6})
            place += 1
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    return text, day


def _choices(column: Column, organisations: Iterable[Organisation]) -> list[str]:
    if column.kind == "organisation":
        return [organisation.name for organisation in organisations]
    return [label for _code, label in column.choices]


def _note(column: Column) -> str:
    parts = [_t("必填") if column.required else _t("可空")]
    if column.kind == "date":
        parts.append(_t("日期，如 2012-05-31"))
    if column.kind == "number":
        parts.append(_t("只填数字"))
    if column.kind == "person":
        parts.append(_t("同名时须填人员编号"))
    if column.choices:
        parts.append(_t("从下拉表中选"))
    if column.field.help_text:
        parts.append(str(column.field.help_text))
    return _t("；").join(parts)


def _notes(book: Any, sheet: Worksheet, columns: Iterable[Column]) -> None:
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    sheet.write_row(0, 0, [_t("列"), _t("怎样填")], bold)
    for number, column in enumerate(columns, start=1):
        choices = _t("、").join(label for _code, label in column.choices)
        sheet.write_string(number, 0, " / ".join(column.headings))
        note = _note(column)
        told = _t("%(note)s：%(choices)s") % {"note": note, "choices": choices} if choices else note
        sheet.write_string(number, 1, told, wrap)
