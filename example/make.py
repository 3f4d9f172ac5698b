"""Make: the rows of all rooms into one workbook for each ledger, the same bytes whenever nothing has changed.

python -m example.make            all workbooks of example/2012
python -m example.make honour     only these ledgers'
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import xlsxwriter

from example import city, people, rooms
from example.rows import Row

if TYPE_CHECKING:
    from shuyuan.ledger.columns import Column
    from shuyuan.ledger.ledger import Ledger

FOLDER = Path(__file__).parent / str(city.YEAR)
FIRST = ("organisation", "organisation_name", "school_section", "duty", "staff", "pupil")
MADE = datetime(city.YEAR + 1, 1, 8)  # what the workbooks say of their own making


def main(wanted: Collection[str] = (), folder: Path = FOLDER) -> None:
    """Write the workbooks of the ledgers `wanted` (none named: of all) into the folder."""
    by_ledger = lines()
    folder.mkdir(exist_ok=True)
    for number, book in enumerate(_in_order(by_ledger.keys()), start=1):
        if book.slug in by_ledger and (not wanted or book.slug in wanted):
            for old in folder.glob(f"[0-9][0-9]-{book.slug}.xlsx"):
                old.unlink()
            path = folder / f"{number:02}-{book.slug}.xlsx"
            write(book, by_ledger[book.slug], path)
            sys.stdout.write(f"{path.name}  {len(by_ledger[book.slug]):,}\n")


def lines() -> dict[str, list[dict[str, Any]]]:
    """Every ledger's rows, from all rooms."""
    by_ledger: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in _all_rows():
        by_ledger[one.slug].append(one.fields)
    return dict(by_ledger)


def _all_rows() -> Iterator[Row]:
    for module in sorted(found.name for found in pkgutil.iter_modules(rooms.__path__)):
        yield from importlib.import_module(f"{rooms.__name__}.{module}").rows()


def _in_order(filled: Collection[str]) -> list[Ledger[Any]]:
    """All ledgers: the registers first, as the others speak of what is in them, then in the order of declaration."""
    from shuyuan.ledger.ledger import ledger, ledgers

    slugs = [*FIRST, *(book.slug for book in ledgers() if book.slug not in FIRST)]
    if unknown := set(filled) - set(slugs):
        raise LookupError(f"no ledgers are called {sorted(unknown)}; there are {', '.join(slugs)}")
    return [ledger(slug) for slug in slugs]


def write(book: Ledger[Any], lines: list[dict[str, Any]], path: Path) -> None:
    """One workbook under the headings of the ledger's own template."""
    names = set(book.names)
    labels = {column.name: dict(column.choices) for column in book.sheet}
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": str(book), "company": city.BUREAU, "created": MADE})
        sheet = workbook.add_worksheet(str(book)[:31])
        bold, day = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, [heading for column in book.sheet for heading in column.headings], bold)
        sheet.set_column(0, sum(len(column.headings) for column in book.sheet) - 1, 16)
        sheet.freeze_panes(1, 1)
        for number, fields in enumerate(lines, start=1):
            if unknown := fields.keys() - names:
                raise LookupError(f"{book.slug} has no columns {sorted(unknown)}; it has {', '.join(book.names)}")
            place = 0
            for column in book.sheet:
                for cell in cells(column, fields.get(column.name), labels[column.name]):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, place, cell, day)
                    elif isinstance(cell, str):
                        sheet.write_string(number, place, cell)
                    elif cell is not None:
                        sheet.write_number(number, place, cell)
                    place += 1


def cells(column: Column, value: Any, labels: Mapping[str, str]) -> tuple[Any, ...]:
    """What a school clerk would have put into the cells of this column."""
    blanks = (None,) * (len(column.headings) - 1)
    if value is None or value == "":
        return (None, *blanks)
    if isinstance(value, people.Member):
        return (value.name, value.number, *blanks[1:])
    if isinstance(value, bool):
        return ("是" if value else "否",)
    if labels:
        return (labels.get(str(value), str(value)),)
    if isinstance(value, Decimal):
        return (float(value), *blanks)
    return (value, *blanks)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuyuan.site.settings")
    django.setup()
    main(sys.argv[1:])
