"""Guessing: columns from the heading of a workbook that somebody has at hand; a person confirms them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation

from shuyuan.collections.asked import LONGEST, LONGEST_CHOICE, MOST_COLUMNS, Asked, Kind, name_for
from shuyuan.collections.book import own_headings
from shuyuan.ledger.cells import as_text
from shuyuan.ledger.headings import TITLE_ROWS, bare, text_of
from shuyuan.ledger.lookup import Refused
from shuyuan.ledger.revisions import STAMP_HEADINGS
from shuyuan.ledger.unpacking import Opened

SAMPLES = 200
MOST_GUESSED = 8  # different texts in a column that are still taken for choices
KNOWN = {"序号", "编号", "学校", "学校名称", "学校全称", "单位名称", "填报单位", "no.", "no", "school"}
YES_NO = {"是", "否", "有", "无", "√", "×"}
UNIT = re.compile(r"[（(\[【]\s*([^（）()\[\]【】]{1,8})\s*[）)\]】]\s*$")
MONEY = re.compile(r"(金额|经费|费用|资金|价|款|费)$")
PEOPLE = re.compile(r"(人数|学生数|教师数|教职工数|生数)$")
NUMBER = re.compile(r"(数|数量|台数|个数|次数|面积|间数|册数|合计)$")
DAY = re.compile(r"(日期|时间|年月)$")


def columns(opened: Opened) -> list[Asked]:
    """The columns that the fullest row near the top seems to head, as they seem to be filled in below it."""
    rows = opened.rows[:TITLE_ROWS]
    if not rows:
        return []
    header = max(range(len(rows)), key=lambda number: (len(_texts(rows[number])), -number))
    below = opened.rows[header + 1 : header + 1 + SAMPLES]
    passed = {bare(text) for text in (*KNOWN, *own_headings(), *STAMP_HEADINGS)}
    found: list[Asked] = []
    names: list[str] = []
    for place, cell in enumerate(rows[header]):
        label = " ".join(text_of(cell).split())[: LONGEST["label"]]
        if label and bare(label) not in passed and len(found) < MOST_COLUMNS:
            samples = [row[place] for row in below if place < len(row) and row[place] not in (None, "")]
            found.append(_guess(label, samples, name_for(label, names)))
            names.append(found[-1].name)
    return found


def _texts(row: Sequence[object]) -> set[str]:
    return {cell.strip() for cell in row if isinstance(cell, str) and cell.strip()}


def _guess(label: str, samples: Sequence[object], name: str) -> Asked:
    unit = found[1] if (found := UNIT.search(label)) else ""
    plain = UNIT.sub("", label).strip() or label
    required = label.startswith("*") or label.endswith("*")
    common = {"name": name, "label": plain.strip("*"), "required": required}
    texts = [_text(sample) for sample in samples]
    numbers = [_number(text) for text in texts]
    if (texts and all(text in YES_NO for text in texts)) or plain.startswith("是否"):
        return Asked(**common, kind=Kind.YES_NO)  # type: ignore[arg-type]
    if (samples and all(isinstance(sample, date) for sample in samples)) or (not samples and DAY.search(plain)):
        return Asked(**common, kind=Kind.DATE)  # type: ignore[arg-type]
    if unit == "元" or (not unit and MONEY.search(plain) and None not in numbers):
        return Asked(**common, kind=Kind.MONEY)  # type: ignore[arg-type]
    if unit == "人" or (not unit and PEOPLE.search(plain) and None not in numbers):
        return Asked(**common, kind=Kind.PEOPLE)  # type: ignore[arg-type]
    if (texts and None not in numbers) or (not texts and (unit or NUMBER.search(plain))):
        places = max((_places(number) for number in numbers if number is not None), default=0)
        return Asked(**common, kind=Kind.NUMBER, unit=unit, places=min(places, 4))  # type: ignore[arg-type]
    kinds = list(dict.fromkeys(texts))
    if 2 <= len(kinds) <= MOST_GUESSED and len(texts) >= 2 * len(kinds) and max(map(len, kinds)) <= LONGEST_CHOICE:
        return Asked(**common, kind=Kind.CHOICE, choices=tuple(kinds))  # type: ignore[arg-type]
    return Asked(**common)  # type: ignore[arg-type]


def _text(cell: object) -> str:
    try:
        return as_text(cell).strip()
    except Refused:
        return str(cell)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _places(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))
