"""Tables: the three files as a checker reads them, and rooms as sets of places."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable

from shuyuan.proofread.words import say as _t

Place = tuple[int, int]
MOST = 60  # seats in a row or a column


class Unreadable(ValueError):
    """A file that cannot be checked at all."""


def table(data: bytes, name: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The cells of these columns, line by line. Raises Unreadable when a column is missing or a line is short."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable(_t("%(name)s 的文字编码认不出来；请存为 UTF-8 或 GBK 的 CSV") % {"name": name})
    lines = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        heads = {(head or "").strip().lower(): head for head in lines.fieldnames or ()}
        if missing := [column for column in columns if column not in heads]:
            facts = {"name": name, "columns": ",".join(columns), "missing": "、".join(missing)}
            raise Unreadable(_t("%(name)s 的表头应有 %(columns)s，缺少「%(missing)s」") % facts)
        found = []
        for line in lines:
            cells = tuple((line[heads[column]] or "").strip() for column in columns)
            if any(cells):
                found.append(cells)
    except csv.Error as error:
        where = {"name": name, "line": lines.reader.line_num, "why": str(error)}
        raise Unreadable(_t("%(name)s 第 %(line)s 行不是完整的 CSV（%(why)s）") % where) from None
    return found


def places(layout: str) -> set[Place]:
    """Where one can sit, as (row, column), read off the text. Raises Unreadable when it is no layout."""
    head, *broken = layout.lower().replace("×", "x").replace("*", "x").split("-r")
    try:
        if len(layout) > 500:
            raise ValueError(head)
        if "x" in head:
            rows, columns = map(int, head.split("x"))
            if max(rows, columns) > MOST:
                raise ValueError(head)
            seats = {(row + 1, column + 1) for row in range(rows) for column in range(columns)}
        else:
            lengths = [int(one) for one in head.split("-")]
            if len(lengths) < 2 or max(lengths) > MOST:
                raise ValueError(head)
            seats = {(row + 1, column + 1) for column, length in enumerate(lengths) for row in range(length)}
        for seat in broken:
            row, column = map(int, seat.split("c"))
            seats.discard((row, column))
    except ValueError:
        raise Unreadable(_t("不是考场布局：『%(text)s』") % {"text": layout[:40]}) from None
    return seats


def beside(one: Place, other: Place, adjacency: int) -> bool:
    """Neighbours: one step in a row or a column; with diagonals, one step in either or both."""
    down, right = abs(one[0] - other[0]), abs(one[1] - other[1])
    return down + right == 1 if adjacency == 4 else max(down, right) == 1


def digest(rows: Iterable[tuple[object, ...]]) -> str:
    """SHA-256 over the sorted rows: cells apart by U+001F, a line feed after each row."""
    counted = Counter("\x1f".join(str(cell) for cell in row) for row in rows)
    summed = hashlib.sha256()
    for line in sorted(counted):
        for _ in range(counted[line]):
            summed.update(line.encode() + b"\n")
    return summed.hexdigest()
