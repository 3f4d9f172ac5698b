"""python -m bench.invigilators [--small]: drawing invigilators, beside reading and writing the rows and beside greed.

The exams are made from seeds (tests/exams/invigilation/made.py): staff of both sexes and kinds, the candidates of each
school at one site. Greed does what is done by hand: post after post, whoever may come and has fewest tasks, the first
who fits the partner if there is one. Every rota is counted by the independent checker.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import ParamSpec, TypeVar

from tests.exams.invigilation import made

from shuyuan.exams.invigilation import tables
from shuyuan.exams.invigilation.checker import Certificate, check
from shuyuan.exams.invigilation.drawing import draw
from shuyuan.exams.invigilation.exam import Exam, Own, Post, Role, Rota

P = ParamSpec("P")
T = TypeVar("T")

EXAMS: dict[str, Callable[[], Exam]] = {
    "192 rooms × 9 sessions": lambda: made.exam(rooms=192, sites=4, schools=60, people=900, sessions=9),
    "the same, reserves, chiefs, 10 % away": lambda: made.exam(
        rooms=192, sites=4, schools=60, people=1000, sessions=9, reserves=4, chiefs=True, away=0.1
    ),
    "the same, only rooms kept from": lambda: made.exam(
        rooms=192, sites=4, schools=60, people=900, sessions=9, own=Own.ROOM
    ),
    "the same, 30 % men": lambda: made.exam(rooms=192, sites=4, schools=60, people=900, sessions=9, men=0.3),
    "1,920 rooms × 9 sessions": lambda: made.exam(rooms=1920, sites=40, schools=600, people=9000, sessions=9),
}
SMALL: dict[str, Callable[[], Exam]] = {
    "8 rooms × 3 sessions": lambda: made.exam(rooms=8, sites=2, schools=8, people=60, sessions=3),
    "the same, few men": lambda: made.exam(rooms=8, sites=2, schools=8, people=60, sessions=3, men=0.2),
}
GOALS = {"192 rooms × 9 sessions": 2.0}


def run(exams: dict[str, Callable[[], Exam]], repeats: int) -> Iterator[str]:
    for name, make in exams.items():
        exam = make()
        rows, drawing, checking = [], [], []
        for seed in range(repeats):
            seconds, drawn = timed(draw, exam, seed)
            drawing.append(seconds)
            seconds, certificate = timed(checked, exam, drawn.rota)
            checking.append(seconds)
            seconds, _ = timed(read_and_written, exam, drawn.rota)
            rows.append(seconds)
        took, floor = median(drawing), median(rows)
        goal = f", goal {GOALS[name]:g} s {'met' if took <= GOALS[name] else 'MISSED'}" if name in GOALS else ""
        yield f"{name}: drawn in {took:.3f} s{goal}, {took / floor:.1f} x its rows written and read ({floor:.3f} s)"
        yield f"    checked in {median(checking):.3f} s: {told(certificate)}"
        if len(exam.rooms) > 1000:
            continue  # greed looks at everybody for each post: minutes
        seconds, rota = timed(greedy, exam, 1)
        yield f"    greed in {seconds:.3f} s: {told(checked(exam, rota))}"


def timed(act: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> tuple[float, T]:
    began = time.perf_counter()
    done = act(*arguments, **named)
    return time.perf_counter() - began, done


def told(certificate: Certificate) -> str:
    counts = ", ".join(f"{kind} {size}" for kind, size in certificate.counts.items())
    return (
        f"{len(certificate.breaches)} breaches, loads {certificate.least}–{certificate.most}, {counts or 'no faults'}"
    )


def checked(exam: Exam, rota: Rota) -> Certificate:
    staff, rooms, held, seating = made.rows(exam, rota)
    return check(
        staff,
        rooms,
        held,
        sessions=exam.sessions,
        seating=seating,
        own=exam.own.value,
        reserves=exam.reserves,
        chiefs=exam.chiefs,
    )


def read_and_written(exam: Exam, rota: Rota) -> None:
    """The floor: the rota written as CSV, and read again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rota.csv")
        tables.write(path, exam, rota)
        tables.rota(path, exam)


def greedy(exam: Exam, seed: int) -> dict[Post, str]:
    """Post after post, somebody with fewest tasks; of those the first who is what the partner is not."""
    chance = random.Random(seed)
    load: Counter[str] = Counter()
    rota: dict[Post, str] = {}
    busy: defaultdict[int, set[str]] = defaultdict(set)
    chiefs: dict[str, str] = {}
    for post in exam.posts():
        barred = exam.places[post.place].schools if post.room and exam.own is Own.ROOM else exam.schools_at[post.site]
        partner = exam.persons.get(rota.get(post._replace(role=Role.A), "") if post.role is Role.B else "")
        able = [
            one
            for one in exam.people
            if one.id not in busy[post.session] and post.session not in one.away and one.school not in barred
            if one.id not in chiefs.values()
        ]
        if post.role is Role.CHIEF and post.site in chiefs:
            rota[post] = chiefs[post.site]
            continue
        chance.shuffle(able)
        able.sort(key=lambda one: load[one.id])
        least = [one for one in able if load[one.id] == load[able[0].id]]
        fitting = [
            one for one in least if partner and one.sex != partner.sex and one.experienced != partner.experienced
        ]
        chosen = next(iter(fitting or least), None)
        rota[post] = chosen.id if chosen else ""
        if chosen:
            busy[post.session].add(chosen.id)
            load[chosen.id] += post.role is not Role.CHIEF
            if post.role is Role.CHIEF:
                chiefs[post.site] = chosen.id
    return rota


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.invigilators", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a few rooms: only to see that it runs")
    parser.add_argument("--repeats", type=int, default=5, help="draws of each exam, each from another seed")
    options = parser.parse_args(arguments)
    print(f"-- {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
    for line in run(SMALL if options.small else EXAMS, options.repeats):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
