"""Exams for tests: small ones by hypothesis, and plans as the files that the checker reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from hypothesis import strategies as st

from shuyuan.exams.seating import files
from shuyuan.exams.seating.checking.checker import Certificate, check
from shuyuan.exams.seating.layouts import parse
from shuyuan.exams.seating.plan import Plan
from shuyuan.exams.seating.protocol import protocol
from shuyuan.exams.seating.rooms import Candidate, Room

LAYOUTS = ("6x5", "7-8-8-7", "3x3", "2x4", "1x5", "5x5-r3c3", "4x4-r1c1-r4c4", "3-0-3")
Exam = tuple[list[Candidate], list[Room]]


@st.composite
def exams(draw: st.DrawFn) -> Exam:
    """Up to nine rooms at up to three sites, any number of candidates that the seats hold, schools of any weight."""
    places = draw(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(LAYOUTS)), min_size=1, max_size=9))
    rooms = [Room(f"P{site}", f"{number}", parse(layout)) for number, (site, layout) in enumerate(places, 1)]
    seats = sum(map(len, rooms))
    count = draw(st.one_of(st.integers(1, seats), st.just(seats)))
    schools, combinations = draw(st.integers(1, 8)), draw(st.integers(1, 3))
    heavy = draw(st.integers(0, 3))
    chance = draw(st.randoms(use_true_random=False))
    candidates = [
        Candidate(
            f"{number:03}",
            "S0" if chance.randrange(4) < heavy else f"S{chance.randrange(schools)}",
            f"C{chance.randrange(combinations)}",
        )
        for number in range(count)
    ]
    return candidates, rooms


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode()


def as_files(candidates: Iterable[Candidate], rooms: Iterable[Room]) -> tuple[bytes, bytes]:
    people = table(files.CANDIDATES, candidates)
    return people, table(files.ROOMS, [(room.site, room.name, room.layout.text) for room in rooms])


def checked(made: Plan, candidates: list[Candidate], rooms: list[Room], *, declared: bool = True) -> Certificate:
    people, places = as_files(candidates, rooms)
    told = protocol(made, candidates, rooms) if declared else None
    return check(files.written(made.seated), people, places, adjacency=made.adjacency, mix=made.mix, protocol=told)
