"""Rooms: what a plan is made of, candidates by school and combination, rooms by site, and natural order of names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from shuyuan.exams.seating.layouts import Layout

MIXES = ("no", "tails", "yes")
Group = tuple[str, str]  # school and combination


class Candidate(NamedTuple):
    id: str
    school: str
    combination: str


class Seated(NamedTuple):
    """A line of the plan. Rows count from the front, columns from the left, seats in the shape of an S."""

    id: str
    site: str
    room: str
    row: int
    column: int
    seat: int


@dataclass(frozen=True)
class Room:
    site: str
    name: str
    layout: Layout

    def __len__(self) -> int:
        return len(self.layout)


def natural(name: str) -> list[tuple[int, int, str]]:
    """A key that puts room 9 before room 10."""
    parts = re.findall(r"[0-9]+|[^0-9]+", name)
    return [(0, int(part), part) if part.isdigit() else (1, 0, part) for part in parts]


def in_order(rooms: Iterable[Room]) -> list[Room]:
    return sorted(rooms, key=lambda room: (natural(room.site), natural(room.name)))


def opened(rooms: Iterable[Room], count: int) -> tuple[list[Room], list[Room]]:
    """The fewest rooms that hold so many, the large ones first, and the others as they would be opened."""
    ranked = sorted(in_order(rooms), key=lambda room: -len(room))
    seats = taken = 0
    while taken < len(ranked) and seats < count:
        seats += len(ranked[taken])
        taken += 1
    return in_order(ranked[:taken]), ranked[taken:]
