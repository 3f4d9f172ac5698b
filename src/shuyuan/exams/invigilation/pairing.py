"""Who stands with whom, and in which room: two assignments for each session and site.

The people of one side (the experienced slots) are matched with those of the other, then the pairs with the rooms. A
cost is the sum of what would be at fault, in the order of the rules; equal costs are decided by the seed.
"""

from __future__ import annotations

import random

import numpy as np

from shuyuan.exams.invigilation.exam import Exam, Post, Role
from shuyuan.exams.invigilation.gathering import Cell, Kind, assigned
from shuyuan.exams.invigilation.rules import Rule, Standing

MOST = 200
"""How many faults of one rule may weigh less than one of the rule before it, in one session and site."""


def seat(standing: Standing, cell: Cell, people: dict[Kind | None, list[str]], chance: random.Random) -> None:
    """Give the people gathered for a session and site their posts."""
    session, site = cell
    exam = standing.exam
    rooms = exam.rooms_of(session, site)
    leading = _filled(people, experienced=True, size=len(rooms))
    new = _filled(people, experienced=False, size=len(rooms))
    pairs = [(leading[row], new[column]) for row, column in assigned(_pair_costs(standing, leading, new, chance))]
    for row, column in assigned(_room_costs(standing, pairs, cell, chance)):
        for role, person in zip((Role.A, Role.B), ordered(exam, pairs[row]), strict=True):
            if person:
                standing.put(Post(session, site, rooms[column].number, role), person)
    for number, person in enumerate(people.get(None, ())):
        standing.put(Post(session, site, "", Role.RESERVE, number), person)


def ordered(exam: Exam, people: tuple[str, str]) -> tuple[str, str]:
    """甲 is the experienced one."""
    first, second = people
    turn = first and second and exam.persons[second].experienced and not exam.persons[first].experienced
    return (second, first) if turn or not first else (first, second)


def _filled(people: dict[Kind | None, list[str]], *, experienced: bool, size: int) -> list[str]:
    side = [one for kind, ones in people.items() if kind and kind.experienced is experienced for one in ones]
    return side + [""] * (size - len(side))


def _pair_costs(
    standing: Standing, leading: list[str], new: list[str], chance: random.Random
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    exam, size = standing.exam, len(leading)
    base = min(size + 1, MOST)
    weight = {
        rule: 256 * base**power
        for power, rule in enumerate(
            (Rule.TWO_EXPERIENCED, Rule.PAIR_AGAIN, Rule.SAME_SEX, Rule.TWO_NEW, Rule.SAME_SCHOOL, Rule.EMPTY)
        )
    }
    costs = _noise(size, chance)
    schools = _codes([exam.persons[one].school if one else "" for one in (*leading, *new)])
    sexes = _codes([exam.persons[one].sex if one else "" for one in (*leading, *new)])
    known = np.array([bool(one) for one in (*leading, *new)])
    old = np.array([bool(one) and exam.persons[one].experienced for one in (*leading, *new)])
    row_of, column_of = (slice(size), None), (None, slice(size, None))
    both = known[row_of] & known[column_of]
    costs += weight[Rule.SAME_SCHOOL] * (both & (schools[row_of] == schools[column_of]))
    costs += weight[Rule.SAME_SEX] * (both & (sexes[row_of] == sexes[column_of]))
    costs += weight[Rule.TWO_EXPERIENCED] * (both & old[row_of] & old[column_of])
    costs += weight[Rule.TWO_NEW] * (both & ~old[row_of] & ~old[column_of])
    costs += weight[Rule.EMPTY] * (~known[row_of] & ~known[column_of])  # better one in each of two rooms
    columns = {person: column for column, person in enumerate(new) if person}
    for row, person in enumerate(leading):
        for other, times in standing.met[person].items():
            if times and other in columns:
                costs[row, columns[other]] += weight[Rule.PAIR_AGAIN]
    return costs


def _room_costs(
    standing: Standing, pairs: list[tuple[str, str]], cell: Cell, chance: random.Random
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    exam = standing.exam
    rooms = exam.rooms_of(*cell)
    costs = _noise(len(rooms), chance)
    again, own = 256, 256 * min(2 * len(rooms) + 1, MOST)
    where = {room.place: column for column, room in enumerate(rooms)}
    sitting: dict[str, list[int]] = {}
    for column, room in enumerate(rooms):
        for school in room.schools:
            sitting.setdefault(school, []).append(column)
    for row, people in enumerate(pairs):
        for person in filter(None, people):
            costs[row, sitting.get(exam.persons[person].school, [])] += own
            for place, times in standing.seen[person].items():
                if times and place in where:
                    costs[row, where[place]] += again
    return costs


def _codes(values: list[str]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    numbers = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return np.array([numbers[value] for value in values], dtype=np.int64)


def _noise(size: int, chance: random.Random) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.frombuffer(chance.randbytes(size * size), dtype=np.uint8).reshape(size, size).astype(np.int64)
