"""Marked workbooks: the very file that was sent in, its bad cells red, with a comment on each and a list in front.

The cells' own styles are kept: the red is a conditional format, which is taken off again without a trace.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import openpyxl
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from shuyuan.ledger.unpacking import FAULTS, Problem, Unreadable, cell_name, unpack

MARK = '"shuyuan"="shuyuan"'  # the formula of our red: always true, and nobody else's
RED = DifferentialStyle(fill=PatternFill(bgColor="FFF8B4B4", fill_type="solid"), font=Font(color="FF8A1212", bold=True))
OURS = "【数源】"
MOST_COMMENTS = 2000
LOST: dict[str, Any] = {  # what a copy made by openpyxl does not have any more, by the part of the file that holds it
    "xl/media/": _("图片"),
    "xl/charts/": _("图表"),
    "xl/vbaProject": _("宏"),
    "xl/embeddings/": _("嵌入的文件"),
    "xl/ctrlProps/": _("控件"),
    "xl/slicers/": _("切片器"),
}
LATER_LISTS = re.compile(rb"<x14:dataValidation\b")


def marked(content: bytes, problems: Sequence[Problem]) -> bytes:
    """The workbook with these problems marked in it, and no marks of an earlier time. Raises Unreadable."""
    title = unpack(content).title
    try:
        book = openpyxl.load_workbook(BytesIO(content))
    except Exception as error:  # whatever openpyxl stumbles over, the list on the page still says it all
        told = _t("这个工作簿读得出，但无法在其中标注：%(error)s") % {"error": error}
        raise Unreadable([Problem(told)]) from None
    unmark(book)
    sheet = book[title]
    by_cell: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        if problem.row:
            by_cell[cell_name(problem.row - 1, problem.place or 0)].append(problem.message)
    for cell in list(by_cell)[:MOST_COMMENTS]:
        _comment(sheet, cell, by_cell[cell])
    if by_cell:
        rule = FormulaRule(formula=[MARK])  # type: ignore[no-untyped-call]
        rule.dxf = RED
        rule.stopIfTrue = False
        for start in range(0, len(by_cell), 500):
            sheet.conditional_formatting.add(" ".join(list(by_cell)[start : start + 500]), rule)
    _list(book, sheet, problems, lost(content))
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def unmark(book: Workbook) -> None:
    """Take off what an earlier marking put on."""
    for name in FAULTS:
        if name in book.sheetnames:
            del book[name]
    for sheet in book.worksheets:
        kept = ConditionalFormattingList()
        for area in sheet.conditional_formatting:
            for rule in area.rules:
                if rule.formula != [MARK]:
                    kept.add(str(area.sqref), rule)
        sheet.conditional_formatting = kept
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment and OURS in cell.comment.text:
                    theirs = cell.comment.text.partition(OURS)[0].rstrip("\n")
                    cell.comment = Comment(theirs, cell.comment.author) if theirs else None


def lost(content: bytes) -> list[str]:
    """What the marked copy lacks, in words."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        names = parts.namelist()
        found = [str(word) for start, word in LOST.items() if any(name.startswith(start) for name in names)]
        sheets = (name for name in names if name.startswith("xl/worksheets/sheet"))
        if any(LATER_LISTS.search(parts.read(name)) for name in sheets):
            found.append(_t("引用其他工作表的下拉列表"))
    return found


def _comment(sheet: Worksheet, place: str, messages: Sequence[str]) -> None:
    cell = sheet[place]
    if isinstance(cell, MergedCell):
        return
    theirs = f"{cell.comment.text}\n" if cell.comment else ""
    author = cell.comment.author if cell.comment else _t("数源")
    text = theirs + OURS + _t("；").join(dict.fromkeys(messages))
    cell.comment = Comment(text, author, width=320, height=40 + 20 * (1 + len(text) // 22))


def _list(book: Any, sheet: Worksheet, problems: Sequence[Problem], missing: Sequence[str]) -> None:
    """The first sheet: every problem in the order of the rows, each leading to its cell."""
    front = book.create_sheet(_t("填报问题"), 0)
    wrap = Alignment(wrap_text=True, vertical="top")
    told = _t(
        "共 %(n)s 处需要改正，都列在这里，也在「%(sheet)s」里标红并加了批注。改好后上传这个文件即可，本页不必删除。"
    )
    intro = [told % {"n": len(problems), "sheet": sheet.title}]
    if missing:
        told = _t("这份标注的副本不含：%(lost)s；如需保留，请对照本表改您自己的原文件。")
        intro.append(told % {"lost": _t("、").join(missing)})
    for number, line in enumerate(intro, start=1):
        _put(front, number, 1, line)
        front.merge_cells(start_row=number, start_column=1, end_row=number, end_column=3)
        front.cell(number, 1).alignment = wrap
        front.row_dimensions[number].height = 34
    first = len(intro) + 1
    for place, heading in enumerate((_t("位置"), _t("列"), _t("问题与改法")), start=1):
        _put(front, first, place, heading)
        front.cell(first, place).font = Font(bold=True)
    for number, problem in enumerate(problems, start=first + 1):
        if problem.row:
            target = cell_name(problem.row - 1, problem.place or 0)
            row = _t("第 %(row)s 行") % {"row": problem.row}
            _put(front, number, 1, target if problem.place is not None else row)
            quoted = sheet.title.replace("'", "''")
            front.cell(number, 1).hyperlink = Hyperlink(ref=f"A{number}", location=f"'{quoted}'!{target}")
            front.cell(number, 1).font = Font(color="FF0B5CAD", underline="single")
        _put(front, number, 2, problem.heading)
        _put(front, number, 3, problem.message)
        front.cell(number, 3).alignment = wrap
    for letter, width in (("A", 12), ("B", 22), ("C", 90)):
        front.column_dimensions[letter].width = width
    front.freeze_panes = f"A{first + 1}"
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False


def _put(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """Text as text, whatever it begins with: a message may quote a cell that begins with an equals sign."""
    cell = sheet.cell(row, column)
    cell.value = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
