"""Streaming: a workbook of any length, sent while it is being written, in memory that does not grow with it.

XlsxWriter makes the workbook without its rows: headings, formats, notes. The rows are then written into its sheet as
the zip goes out, so that the first byte leaves before the second record is read.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from io import BytesIO, RawIOBase
from typing import Any
from xml.sax.saxutils import escape

from django.utils import translation

from shuyuan.core.past import as_of, moment

SHEET = "xl/worksheets/sheet1.xml"
END = b"</sheetData>"
EPOCH = date(1899, 12, 30)
FIRST_DAY = date(1900, 3, 1)  # spreadsheets believe in a 29 February 1900: what is older goes out as text
UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class _Outlet(RawIOBase):
    """A file that cannot be wound back: what is written is taken away at once."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.kept.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        content = b"".join(self.kept)
        self.kept.clear()
        return content


def stream(skeleton: bytes, parts: Iterable[Iterable[Sequence[object]]], text: int, day: int) -> Iterator[bytes]:
    """The workbook `skeleton` with the rows of these parts after its last one. `text` and `day` number its formats.

    What is read is read in the language and at the moment in force now, although a server asks for the rows only when
    the page that began them is over.
    """
    return _in_place(_sent(skeleton, parts, text, day), moment(), translation.get_language())


def _in_place(chunks: Iterator[bytes], when: Any, language: str | None) -> Iterator[bytes]:
    while True:
        with ExitStack() as stack:
            if moment() != when:
                stack.enter_context(as_of(when))
            stack.enter_context(translation.override(language))
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk


def _sent(skeleton: bytes, parts: Iterable[Iterable[Sequence[object]]], text: int, day: int) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(BytesIO(skeleton)) as made, zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as sent:
        for part in made.infolist():
            if part.filename != SHEET:
                sent.writestr(part.filename, made.read(part))
        sheet = re.sub(rb"<dimension [^>]*/>", b"", made.read(SHEET))
        before, after = sheet.split(END, 1)
        number = before.count(b"<row ") + 1
        with sent.open(SHEET, "w", force_zip64=True) as open_sheet:
            open_sheet.write(before)
            yield outlet.taken()
            for rows in parts:
                lines = [_row(number + n, row, text, day) for n, row in enumerate(rows)]
                number += len(lines)
                open_sheet.write("".join(lines).encode())
                yield outlet.taken()
            open_sheet.write(END + after)
    yield outlet.taken()


def _row(number: int, cells: Sequence[object], text: int, day: int) -> str:
    return f'<row r="{number}">{"".join(_cell(number, n, cell, text, day) for n, cell in enumerate(cells))}</row>'


def _cell(row: int, column: int, cell: object, text: int, day: int) -> str:
    """One cell; text is never taken for a formula."""
    if cell is None or cell == "":
        return ""
    place = f"{letters(column)}{row}"
    if isinstance(cell, date) and cell >= FIRST_DAY:
        return f'<c r="{place}" s="{day}"><v>{(cell - EPOCH).days}</v></c>'
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return (
            f'<c r="{place}"><v>{cell:f}</v></c>' if isinstance(cell, Decimal) else f'<c r="{place}"><v>{cell}</v></c>'
        )
    said = escape(UNSAFE.sub(lambda found: f"_x{ord(found[0]):04X}_", str(cell)))
    return f'<c r="{place}" s="{text}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def letters(column: int) -> str:
    """The letters over a column counted from 0."""
    name, column = "", column + 1
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name
