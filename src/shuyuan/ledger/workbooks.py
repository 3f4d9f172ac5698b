"""Workbooks going out: the template a school fills in, and the export of whatever list is on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _t
from xlsxwriter.worksheet import Worksheet

from shuyuan.core.models import Organisation
from shuyuan.ledger.columns import Column
from shuyuan.ledger.ledger import Ledger

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


def template(ledger: Ledger[Any], organisations: Iterable[Organisation]) -> bytes:
    """An empty workbook with headings, notes, formats and drop-down lists, to be filled in and sent back."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(str(ledger)[:31])
    lists = book.add_worksheet("lists")
    notes = book.add_worksheet(_t("填写说明"))
    lists.hide()
    _headings(book, sheet, ledger)
    place = 0
    for column in ledger.sheet:
        for heading in column.headings:
            choices = _choices(column, organisations) if heading == column.headings[0] else []
            if choices:
                source = f"=lists!${_letter(place)}$1:${_letter(place)}${len(choices)}"
                lists.write_column(0, place, choices)
                options = {"validate": "list", "source": source, "error_type": "warning"}
                sheet.data_validation(1, place, ROWS, place, options)
            place += 1
    _notes(book, notes, ledger)
    book.close()
    return buffer.getvalue()


def export(ledger: Ledger[Any], records: Any) -> bytes:
    """The records as a workbook that the importer would take back; text is never taken for a formula."""
    buffer = BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    sheet = book.add_worksheet(str(ledger)[:31])
    _headings(book, sheet, ledger)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, record in enumerate(related(ledger, records).iterator(chunk_size=2000), start=1):
        place = 0
        for column in ledger.sheet:
            for cell in column.cells(record):
                _write(sheet, number, place, cell, day)
                place += 1
    book.close()
    return buffer.getvalue()


def related(ledger: Ledger[Any], records: Any) -> Any:
    """The records with what their columns point to, read in one query."""
    names = [column.name for column in ledger.sheet if column.field.is_relation]
    return records.select_related(*names) if names else records


def _write(sheet: Worksheet, row: int, place: int, cell: object, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        sheet.write_datetime(row, place, cell, day)
    elif isinstance(cell, str):
        sheet.write_string(row, place, cell)
    else:
        sheet.write_number(row, place, float(cell))  # type: ignore[arg-type]


def _headings(book: Any, sheet: Worksheet, ledger: Ledger[Any]) -> None:
    plain, required = book.add_format(HEADING), book.add_format(REQUIRED)
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    formats = {"number": None, "date": day}
    place = 0
    for column in ledger.sheet:
        width = 22 if column.kind in {"organisation", "text"} else 14
        for heading in column.headings:
            sheet.set_column(place, place, width, formats.get(column.kind, text))
            sheet.write_string(0, place, heading, required if column.required else plain)
            if note := _note(column):
                sheet.write_comment(0, place, note, {"x_scale": 1.6})
            place += 1
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)


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


def _notes(book: Any, sheet: Worksheet, ledger: Ledger[Any]) -> None:
    bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    sheet.write_row(0, 0, [_t("列"), _t("怎样填")], bold)
    for number, column in enumerate(ledger.sheet, start=1):
        choices = _t("、").join(label for _code, label in column.choices)
        sheet.write_string(number, 0, " / ".join(column.headings))
        note = _note(column)
        told = _t("%(note)s：%(choices)s") % {"note": note, "choices": choices} if choices else note
        sheet.write_string(number, 1, told, wrap)


def _letter(place: int) -> str:
    first, second = divmod(place, 26)
    return (chr(64 + first) if first else "") + chr(65 + second)
