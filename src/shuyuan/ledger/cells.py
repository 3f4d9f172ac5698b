"""Cells: what a workbook, a form or a program holds in one place, as text, before a column reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t

from shuyuan.core.sensitive import Tidied
from shuyuan.ledger.lookup import Refused

EXCEL_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!"}
EXCEL_DIGITS = 15  # more digits than this in a number cell are already lost
NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}


def plain(cell: object) -> object:
    """The cell without the spaces around it; a formula's error is refused here, before it can pass for text."""
    if isinstance(cell, str):
        cell = cell.strip().strip("　")
        if cell in EXCEL_ERRORS:
            raise Refused(_t("公式出错：%(cell)s；请改成数值后再传") % {"cell": cell})
        if any(ord(letter) < 32 and letter not in "\t\n\r" for letter in cell):
            raise Refused(_t("有看不见的控制字符；请清空这一格，重新输入"))
    return cell


def halfwidth(text: str) -> str:
    """Full-width digits, letters, brackets and commas as people type them in a Chinese input method, narrow."""
    return text.translate(NARROW)


def as_text(cell: object) -> str:
    """A cell as text. Workbooks give 320482.0 for a code typed as a number; beyond 15 digits it is already damaged."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        if abs(cell) >= 10**EXCEL_DIGITS:
            raise Refused(_t("数字超过 15 位，表格软件已丢失末尾几位；请把这一列设为文本格式后重新填写"))
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell)


def tidied(field: Any, text: str) -> str:
    """The text in the form its field keeps it in. Raises Refused."""
    if not isinstance(field, Tidied):
        return text
    try:
        return field.tidied(text)
    except ValidationError as wrong:
        raise Refused(wrong.messages[0]) from None
