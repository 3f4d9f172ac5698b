"""Export: all schools' answers in one workbook: each school's totals, every line, and the schools side by side."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _t

from shuyuan.collections.asked import Asked
from shuyuan.collections.book import CollectionLedger
from shuyuan.collections.totals import By, Line, rolled_up
from shuyuan.ledger.record import State
from shuyuan.ledger.rounds import Task
from shuyuan.ledger.standing import statuses
from shuyuan.ledger.workbooks import related

HEADING = {"bold": True, "bg_color": "#DCE8F5", "border": 1, "border_color": "#AAB7C4", "text_wrap": True}
LONGEST_CELL = 32_000  # a cell holds 32,767 characters
FILED = [State.FILED, State.SIGNED, State.ACCEPTED]


def workbook(book: CollectionLedger, columns: list[Asked], user: Any) -> bytes:
    """Everything that was filed for the collection's year, as a workbook."""
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    made = xlsxwriter.Workbook(buffer, options)
    heading = made.add_format(HEADING)
    day = made.add_format({"num_format": "yyyy-mm-dd"})
    wrapped = made.add_format({"text_wrap": True, "valign": "top"})
    lines = {line.title: line for line in rolled_up(book, columns, user, By.SCHOOL, accepted=False)}
    rows = book.objects().visible_to(user).filter(state__in=FILED, period=str(book.day.year))
    records = list(related(book, rows).order_by("organisation__order", "organisation_id", "pk"))
    _totals(made.add_worksheet(_t("各校合计")), heading, book, columns, lines, user)
    _lines(made.add_worksheet(_t("逐条")), heading, day, book, records)
    _beside(made.add_worksheet(_t("并列")), heading, wrapped, book, columns, lines, records)
    made.close()
    return buffer.getvalue()


def _totals(
    sheet: Any, heading: Any, book: CollectionLedger, columns: list[Asked], lines: dict[str, Line], user: Any
) -> None:
    """One row for each school that was asked, also those that have not answered."""
    headings = [_t("单位"), _t("状态"), _t("条数"), *(book.column(column.name).label for column in columns)]
    _write(sheet, 0, headings, heading)
    tasks = Task.objects.visible_to(user).filter(ledger=book.slug, period=str(book.day.year))
    asked = {
        str(status.task.organisation): str(status.standing.label)
        for status in statuses(tasks.select_related("round", "organisation").order_by("organisation__order"))
    }
    for number, school in enumerate(dict.fromkeys([*asked, *lines]), start=1):
        line = lines.get(school, Line(school))
        cells = [line.total(column) if column.numeric else line.told(column) for column in columns]
        _write(sheet, number, [school, asked.get(school, ""), line.records, *cells])
    sheet.set_column(0, 0, 24)
    sheet.freeze_panes(1, 1)


def _lines(sheet: Any, heading: Any, day: Any, book: CollectionLedger, records: list[Any]) -> None:
    _write(sheet, 0, [*(label for column in book.sheet for label in column.headings), _t("状态")], heading)
    for number, record in enumerate(records, start=1):
        cells = [cell for column in book.sheet for cell in column.cells(record)]
        _write(sheet, number, [*cells, str(record.get_state_display())], day=day)
    sheet.set_column(0, 0, 24)
    sheet.freeze_panes(1, 1)


def _beside(
    sheet: Any,
    heading: Any,
    wrapped: Any,
    book: CollectionLedger,
    columns: list[Asked],
    lines: dict[str, Line],
    records: list[Any],
) -> None:
    """A row for each column of the form, a column for each school: texts of several lines stand below one another."""
    schools = sorted(lines)
    _write(sheet, 0, [_t("填报项目"), *schools], heading)
    texts: dict[tuple[str, str], list[str]] = {}
    for record in records:
        for column in columns:
            if not column.numeric and (text := book.column(column.name).text(record)):
                texts.setdefault((record.organisation.name, column.name), []).append(text)
    for number, column in enumerate(columns, start=1):
        cells = [
            lines[school].total(column)
            if column.numeric
            else "\n".join(texts.get((school, column.name), []))[:LONGEST_CELL]
            for school in schools
        ]
        _write(sheet, number, [book.column(column.name).label, *cells], wrapped)
    sheet.set_column(0, len(schools), 20)
    sheet.freeze_panes(1, 1)


def _write(sheet: Any, row: int, cells: list[Any], format: Any = None, *, day: Any = None) -> None:
    """One row; text stays text, whatever it begins with."""
    for place, cell in enumerate(cells):
        if cell is None or cell == "":
            continue
        if isinstance(cell, str):
            sheet.write_string(row, place, cell, format)
        elif hasattr(cell, "isoformat"):
            sheet.write_datetime(row, place, cell, day)
        else:
            sheet.write_number(row, place, float(cell), format)
