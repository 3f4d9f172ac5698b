"""Unpacking: the cells of a workbook's first sheet, after all that could harm or mislead has been refused."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _t
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

MOST_BYTES = 20 * 2**20
MOST_UNPACKED = 200 * 2**20
MOST_ROWS = 200_000
MOST_CELLS = 10_000_000  # of the area from A1 to the last cell, empty ones too: the reader keeps room for each
SHOWN = 200  # errors told at once; more would not be read
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Source = bytes | Path | IO[bytes]
NOTES = "shuyuan"  # the hidden sheet of our own workbooks: which ledger, school and rows they were made with
FAULTS = ("填报问题", "Faults")  # the first sheet of a workbook that we marked; never read as data
Area = tuple[tuple[int, int], tuple[int, int]]

# A cell with something in it, and a cell that does not say where it stands (every spreadsheet program says so).
FILLED = re.compile(rb'<(?:[^\s<>/:]+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>(?!</)')
UNPLACED = re.compile(rb'<(?:[^\s<>/:]+:)?c(?![\w:.-])(?![^>]*?\sr="[A-Z]{1,3}[0-9]{1,7}")')
# A cell whose formula came to an error, and the error. The reader gives such a cell as empty.
ERROR = re.compile(
    rb'<(?:[^\s<>/:]+:)?c(?=\s[^>]*?\bt="e")\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>.*?<(?:[^\s<>/:]+:)?v>([^<]*)<',
    re.DOTALL,
)
SHEET = re.compile(rb'<(?:[^\s<>/:]+:)?sheet\s[^>]*?:id="([^"]+)"')
RELATION = re.compile(rb"<(?:[^\s<>/:]+:)?Relationship\s[^>]*>")


@dataclass(frozen=True)
class Problem:
    """One thing that keeps a workbook out: where it is, and how to mend it."""

    message: str
    row: int | None = None
    heading: str = ""
    place: int | None = None  # the column's number from 0, to mark the cell itself

    def __str__(self) -> str:
        place = _t("第 %(row)s 行") % {"row": self.row} if self.row else ""
        if self.heading:
            place += _t("「%(heading)s」") % {"heading": self.heading}
        return _t("%(place)s：%(message)s") % {"place": place, "message": self.message} if place else self.message


class Unreadable(ValueError):
    """A workbook that was refused as a whole; nothing of it has been taken."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems[:SHOWN]))


@dataclass(frozen=True)
class Opened:
    """A workbook's first visible sheet: its rows from A1, its merged cells; and the notes of one we made ourselves."""

    rows: list[list[Any]]
    title: str = ""
    merged: list[Area] = field(default_factory=list)
    notes: list[list[Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    """What people see each row numbered by, where that is not its place in a workbook's sheet."""

    def number(self, index: int) -> int:
        """What the row at this place is called in what is told of it."""
        return self.numbers[index] if self.numbers else index + 1

    def refuse_merged(self, first: int = 0) -> None:
        """Merged cells from this row on: a value cannot be told to belong to each of them. Raises Unreadable."""
        if merged := [area for area in self.merged if area[1][0] >= first]:
            areas = _t("、").join(f"{cell_name(*start)}:{cell_name(*end)}" for start, end in merged[:5])
            raise _refused(_t("有合并的单元格：%(areas)s；请取消合并，每格各填一个值") % {"areas": areas})


def content_of(source: Source) -> bytes:
    return source if isinstance(source, bytes) else source.read_bytes() if isinstance(source, Path) else source.read()


def rows(source: Source) -> Iterator[list[Any]]:
    """The cells of the first sheet that is not hidden, row by row from A1. Raises Unreadable."""
    opened = unpack(source)
    opened.refuse_merged()
    return iter(opened.rows)


def unpack(source: Source) -> Opened:
    """The first sheet that is not hidden. Raises Unreadable."""
    data = content_of(source)
    if len(data) > MOST_BYTES:
        raise _refused(_t("文件超过 20 MB；请分成几个工作簿"))
    if data.startswith(OLE):
        raise _refused(_t("这是旧的 .xls 文件或加了密码的工作簿；请去掉密码，另存为 .xlsx 再传"))
    if not zipfile.is_zipfile(BytesIO(data)):
        raise _refused(_t("这不是 .xlsx 工作簿（可能是改了扩展名的 .csv）；请用 Excel 或 WPS 另存为 .xlsx"))
    try:
        _look_through(data)
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        shown = [
            number
            for number, sheet in enumerate(book.sheets_metadata)
            if sheet.typ == SheetTypeEnum.WorkSheet
            and sheet.visible == SheetVisibleEnum.Visible
            and sheet.name not in FAULTS
        ]
        if not shown:
            raise _refused(_t("工作簿里没有可见的工作表；请取消隐藏，或用本台账的模板填写"))
        sheet = book.get_sheet_by_index(shown[0])
        if sheet.end and sheet.end[0] >= MOST_ROWS:
            raise _refused(_t("超过 %(most)s 行；请分成几个工作簿") % {"most": MOST_ROWS})
        cells = sheet.to_python(skip_empty_area=False)
        for place, row, error in ERROR.findall(_part(data, shown[0])):
            cells[int(row) - 1][_number(place) - 1] = error.decode()
        notes = book.get_sheet_by_name(NOTES).to_python() if NOTES in book.sheet_names else []
        return Opened(cells, book.sheet_names[shown[0]], sorted(sheet.merged_cell_ranges or []), notes)
    except Unreadable:
        raise
    except (CalamineError, zipfile.BadZipFile, zlib.error, LookupError, RuntimeError, OSError, ValueError) as error:
        raise _refused(_t("工作簿已损坏，读不出来：%(error)s") % {"error": error}) from None


def _part(data: bytes, number: int) -> bytes:
    """The XML of the sheet with this number."""
    with zipfile.ZipFile(BytesIO(data)) as parts:
        key = SHEET.findall(parts.read("xl/workbook.xml"))[number]
        relations = RELATION.findall(parts.read("xl/_rels/workbook.xml.rels"))
        relation = next(one for one in relations if b'Id="%b"' % key in one)
        target = relation.partition(b'Target="')[2].partition(b'"')[0].decode()
        return parts.read(target.removeprefix("/") if target.startswith("/") else f"xl/{target}")


def _look_through(data: bytes) -> None:
    """Unpack every part within bounds, checksums included, and refuse a sheet whose last cell is absurdly far out.

    A workbook of five kilobytes with one cell in XFD1048576 would make the reader ask for 400 GB and end the process.
    """
    with zipfile.ZipFile(BytesIO(data)) as parts:
        if "xl/workbook.xml" not in parts.namelist():
            raise _refused(_t("这个文件不是 Excel 工作簿；请用 Excel 或 WPS 另存为 .xlsx 再传"))
        if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
            raise _refused(_t("工作簿展开后过大；请删去多余的格式和空行，或分成几个工作簿"))
        for part in parts.infolist():
            content = parts.read(part)
            if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]:  # no spreadsheet program writes one
                raise _refused(_t("工作簿里有外部实体声明，不安全；请用 Excel 或 WPS 另存为 .xlsx 再传"))
            if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or (b"sheetData" in content and UNPLACED.search(content)):
                raise _refused(_t("工作簿的格式少见，读不准；请用 Excel 或 WPS 另存为 .xlsx 再传"))
            if b"sheetData" in content:
                _look_at_extent(FILLED.findall(content))


def _look_at_extent(filled: list[tuple[bytes, bytes]]) -> None:
    numbers = {letters: _number(letters) for letters, _row in filled}
    height = max((int(row) for _letters, row in filled), default=0)
    width = max(numbers.values(), default=0)
    if height * width > MOST_CELLS:
        far = max(filled, key=lambda cell: (int(cell[1]) == height) + (numbers[cell[0]] == width))
        cell = b"".join(far).decode()
        raise _refused(_t("表格以外的 %(cell)s 格里有内容；请删去多余的行和列再传") % {"cell": cell})


def _refused(told: str) -> Unreadable:
    return Unreadable([Problem(told)])


def cell_name(row: int, column: int) -> str:
    letters, column = "", column + 1
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{letters}{row + 1}"


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
