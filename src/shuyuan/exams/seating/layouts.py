"""Layouts: the seats of a room as a text such as `6x5` or `7-8-8-7-r2c3`, and which of them are neighbours.

`6x5` is six rows of five columns, `7-8-8-7` four columns of that many seats aligned at the front, and each `-r2c3`
behind it takes away a seat that is broken: row 2 counted from the front, column 3. Seats are numbered as rooms are
labelled, in the shape of an S: down the first column, up the second.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache

from shuyuan.exams.seating.refusals import Refused
from shuyuan.proofread.words import say as _t

LONGEST_TEXT = 500  # characters: sixty columns and some dozens of broken seats
LONGEST = 60  # rows or columns: beyond that it is no room but a typing error
ADJACENCIES = (4, 8)
SHAPE = re.compile(r"(?:(?P<rows>\d+)x(?P<columns>\d+)|(?P<lengths>\d+(?:-\d+)+))(?P<broken>(?:-r\d+c\d+)*)")
STRAIGHT = ((0, 1), (0, -1), (1, 0), (-1, 0))
STEPS = {4: STRAIGHT, 8: (*STRAIGHT, (1, 1), (1, -1), (-1, 1), (-1, -1))}


@dataclass(frozen=True)
class Layout:
    """The usable seats of a room as (row, column), both from 1, in the order of their numbers."""

    text: str
    seats: tuple[tuple[int, int], ...] = field(compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.seats)


def parse(text: str) -> Layout:
    """The layout that a text tells. Raises Refused with what is wrong and how it is written."""
    return _parsed(unicodedata.normalize("NFKC", text).strip().lower().replace("×", "x").replace("*", "x"))


@cache
def _parsed(text: str) -> Layout:
    told = SHAPE.fullmatch(text)
    if not told or len(text) > LONGEST_TEXT:
        how = _t("不是考场布局：『%(text)s』；请写成 6x5（六排五列）、7-8-8-7（四列各几座），坏座写在后面：6x5-r2c3")
        raise Refused(how % {"text": text[:40]})
    if told["lengths"]:
        lengths = [_count(one) for one in told["lengths"].split("-")]
    else:
        lengths = [_count(told["rows"])] * _count(told["columns"])
    if max(len(lengths), *lengths) > LONGEST:
        limit = _t("考场布局『%(text)s』太大：一排或一列最多 %(most)s 座")
        raise Refused(limit % {"text": text, "most": LONGEST})
    broken = [(_count(row), _count(column)) for row, column in re.findall(r"r(\d+)c(\d+)", told["broken"])]
    whole = {(row, column) for column, length in enumerate(lengths, 1) for row in range(1, length + 1)}
    for row, column in broken:
        if (row, column) not in whole:
            absent = _t("考场布局『%(text)s』里没有第 %(row)s 排第 %(column)s 列，坏座写错了")
            raise Refused(absent % {"text": text, "row": row, "column": column})
    if not (left := whole - set(broken)):
        raise Refused(_t("考场布局『%(text)s』没有一个座位") % {"text": text})
    # One text for one room: broken seats in order, each once.
    name = told.group(0)[: told.start("broken")] + "".join(f"-r{row}c{column}" for row, column in sorted(set(broken)))
    return Layout(name, tuple(sorted(left, key=_number)))


def _count(digits: str) -> int:
    """The number, or one too many: nobody means a number of thousands of digits."""
    return int(digits) if len(digits) < 5 else LONGEST + 1


def _number(seat: tuple[int, int]) -> tuple[int, int]:
    row, column = seat
    return column, row if column % 2 else -row


@cache
def first(layout: Layout, count: int) -> Layout:
    """The room with its first seats only: where nobody sits behind the last number."""
    return layout if count == len(layout) else Layout(f"{layout.text}#{count}", layout.seats[:count])


@cache
def neighbours(layout: Layout, adjacency: int) -> tuple[tuple[int, ...], ...]:
    """For each seat, by its place in `seats`, those beside it: in front, behind, left, right; with 8 the diagonals."""
    place = {seat: number for number, seat in enumerate(layout.seats)}
    return tuple(
        tuple(
            sorted(place[near] for down, right in STEPS[adjacency] if (near := (row + down, column + right)) in place)
        )
        for row, column in layout.seats
    )


@cache
def pairs(layout: Layout, adjacency: int) -> tuple[tuple[int, int], ...]:
    """Every two seats that are neighbours, once."""
    near = neighbours(layout, adjacency)
    return tuple((one, other) for one in range(len(layout)) for other in near[one] if one < other)


@cache
def mirrorings(layout: Layout) -> tuple[tuple[int, ...], ...]:
    """The mirror images of the room that fall on itself, each as the seat that takes the place of each seat."""
    place = {seat: number for number, seat in enumerate(layout.seats)}
    rows = 1 + max(row for row, _ in layout.seats)
    columns = min(column for _, column in layout.seats) + max(column for _, column in layout.seats)
    images = []
    for across in (False, True):
        for along in (False, True):
            moved = [
                (rows - row if along else row, columns - column if across else column) for row, column in layout.seats
            ]
            if all(seat in place for seat in moved):
                images.append(tuple(place[seat] for seat in moved))
    return tuple(dict.fromkeys(images))
