"""python -m bench.seating [--scale] [--monolith SECONDS]: the twelve instances, two baselines, and how it grows.

Every plan is checked by the checker, which shares no code with what is measured. Greedy fills room after room, each
combination its own as far as it goes, and gives each candidate the first seat beside nobody of the same school.
Monolithic is one CP-SAT model, a Boolean for each school and seat, combinations left out: it is asked for a plan
without neighbours, within the seconds allowed.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from ortools.sat.python import cp_model

from shuyuan.exams.seating import files
from shuyuan.exams.seating.checking.checker import check
from shuyuan.exams.seating.command import untracked
from shuyuan.exams.seating.instances import INSTANCES, Instance
from shuyuan.exams.seating.layouts import neighbours, pairs
from shuyuan.exams.seating.plan import plan
from shuyuan.exams.seating.protocol import digest, protocol
from shuyuan.exams.seating.rooms import Candidate, Room, Seated

FOLDER = Path(__file__).with_name("exam-seating")
T = TypeVar("T")


def timed(act: Callable[[], T]) -> tuple[T, float]:
    began = time.perf_counter()
    done = act()
    return done, time.perf_counter() - began


def as_file(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode()


def inputs(candidates: Iterable[Candidate], rooms: Iterable[Room]) -> tuple[bytes, bytes]:
    people = as_file(files.CANDIDATES, candidates)
    return people, as_file(files.ROOMS, [(room.site, room.name, room.layout.text) for room in rooms])


def greedy(candidates: Sequence[Candidate], rooms: Sequence[Room], adjacency: int, mix: str) -> list[Seated]:
    """Everybody seated (combinations share rooms once no room is left for one alone); neighbours as they come."""
    line = list(candidates)
    random.Random(1).shuffle(line)
    by_combination: dict[str, list[Candidate]] = defaultdict(list)
    for one in line:
        by_combination["" if mix == "yes" else one.combination].append(one)
    waiting = [one for ones in reversed(by_combination.values()) for one in reversed(ones)]
    seated: list[Seated] = []
    for room in rooms:
        held: dict[int, str] = {}
        beside = neighbours(room.layout, adjacency)
        while waiting and len(held) < len(room):
            one = waiting.pop()
            free = [seat for seat in range(len(room)) if seat not in held]
            apart = [seat for seat in free if all(held.get(other) != one.school for other in beside[seat])]
            seat = (apart or free)[0]
            held[seat] = one.school
            row, column = room.layout.seats[seat]
            seated.append(Seated(one.id, room.site, room.name, row, column, seat + 1))
    return seated


def monolithic(candidates: Sequence[Candidate], rooms: Sequence[Room], adjacency: int, seconds: float) -> str:
    """How one model of everything ends: a plan without neighbours, proved impossible, or no answer in time."""
    model = cp_model.CpModel()
    sizes = Counter(one.school for one in candidates)
    seats = [(number, seat) for number, room in enumerate(rooms) for seat in range(len(room))]
    at = {(school, seat): model.new_bool_var("") for school in sizes for seat in seats}
    for school, size in sizes.items():
        model.add(sum(at[school, seat] for seat in seats) == size)
    for seat in seats:
        model.add_at_most_one(at[school, seat] for school in sizes)
    for number, room in enumerate(rooms):
        for one, other in pairs(room.layout, adjacency):
            for school in sizes:
                model.add_bool_or(~at[school, (number, one)], ~at[school, (number, other)])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    return {cp_model.OPTIMAL: "0", cp_model.FEASIBLE: "0", cp_model.INFEASIBLE: "impossible"}.get(status, "no answer")


def measured(instance: Instance, seconds: float) -> dict[str, object]:
    """One instance at seed 1: our plan, its check, the baselines. Raises AssertionError for a breach."""
    candidates, rooms = instance.made()
    people, places = inputs(candidates, rooms)
    made, took = timed(lambda: plan(candidates, rooms, adjacency=instance.adjacency, seed=1, mix=instance.mix))
    told = protocol(made, candidates, rooms)
    written = files.written(made.seated)
    found, checking = timed(
        lambda: check(written, people, places, adjacency=instance.adjacency, mix=instance.mix, protocol=told)
    )
    wrong = {breach.kind for breach in found.breaches} - {"neighbours"}
    assert not wrong, f"{instance.name}: {wrong}"
    assert found.counts["neighbours"] == made.pairs
    rough, roughly = timed(lambda: greedy(candidates, rooms, instance.adjacency, instance.mix))
    rough_found = check(files.written(rough), people, places, adjacency=instance.adjacency, mix=instance.mix)
    row: dict[str, object] = {
        "instance": instance.name,
        "candidates": len(candidates),
        "seats": sum(map(len, rooms)),
        "adjacency": instance.adjacency,
        "mix": instance.mix,
        "pairs": made.pairs,
        "bound": made.least,
        "proof": "accepted" if found.accepted else "not proved by the checker",
        "mixed_rooms": sum(made.mixed.values()),
        "split_schools": made.split,
        "seconds": f"{took:.3f}",
        "check_seconds": f"{checking:.3f}",
        "greedy_pairs": rough_found.counts["neighbours"],
        "greedy_mixed": rough_found.counts["mixed_rooms"],
        "greedy_seconds": f"{roughly:.3f}",
        "monolith": "",
        "monolith_seconds": "",
    }
    if seconds and len(candidates) <= 6_000:
        answer, whole = timed(lambda: monolithic(candidates, rooms, instance.adjacency, seconds))
        row |= {"monolith": answer, "monolith_seconds": f"{whole:.1f}"}
    return row


def scaled() -> Iterator[str]:
    """From files to files, beside only reading and writing the same rows."""
    for people, schools, sites in ((5_760, 60, 4), (57_600, 600, 40), (576_000, 6_000, 400)):
        data, places = inputs(*Instance("scale", people, schools, 12, sites, 48).made())
        for adjacency in (4, 8):
            yield _scaled(data, places, adjacency)


@untracked()
def _scaled(data: bytes, places: bytes, adjacency: int) -> str:
    _, floor = timed(lambda: files.written(_echo(files.candidates(data, "c"), files.rooms(places, "r"))))
    began = time.perf_counter()
    made = plan(files.candidates(data, "c"), files.rooms(places, "r"), adjacency=adjacency, seed=1)
    written = files.written(made.seated)
    took = time.perf_counter() - began
    found, checking = timed(lambda: check(written, data, places, adjacency=adjacency))
    assert found.accepted, found.breaches[:3]
    return (
        f"{len(made.seated):,} candidates, {adjacency} neighbours: {took:.2f} s from file to file, {made.pairs} pairs, "
        f"{took / floor:.1f} x reading and writing the rows ({floor:.2f} s); check {checking:.2f} s"
    )


def _echo(candidates: Sequence[Candidate], rooms: Sequence[Room]) -> list[Seated]:
    """As many lines as a plan has, seated as they stand in the list."""
    places = ((room, number, seat) for room in rooms for number, seat in enumerate(room.layout.seats, 1))
    return [
        Seated(one.id, room.site, room.name, *seat, number)
        for one, (room, number, seat) in zip(candidates, places, strict=False)
    ]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.seating", description=__doc__)
    parser.add_argument("--only", help="comma-separated names of instances")
    parser.add_argument("--monolith", type=float, default=0, metavar="SECONDS", help="also the one large model")
    parser.add_argument("--scale", action="store_true", help="5,760 to 576,000 candidates, from file to file")
    parser.add_argument("--keep", action="store_true", help="write the tables of bench/exam-seating")
    options = parser.parse_args(arguments)
    chosen = options.only.split(",") if options.only else list(INSTANCES)
    rows = []
    for name in chosen:
        rows.append(measured(INSTANCES[name], options.monolith))
        print(" ".join(f"{key}={value}" for key, value in rows[-1].items()), flush=True)
    if options.keep:
        (FOLDER / "results.csv").write_bytes(as_file(list(rows[0]), [list(row.values()) for row in rows]))
        (FOLDER / "instances.csv").write_bytes(_told(INSTANCES.values()))
    for line in scaled() if options.scale else ():
        print(line, flush=True)
    return 0


def _told(instances: Iterable[Instance]) -> bytes:
    """What each instance is made of, and the hashes by which another generator can see that it made the same."""
    head = (
        "instance",
        "candidates",
        "schools",
        "combinations",
        "sites",
        "rooms",
        "layouts",
        "share",
        "adjacency",
        "mix",
    )
    rows = []
    for one in instances:
        candidates, rooms = one.made()
        seen = digest(candidates), digest((room.site, room.name, room.layout.text) for room in rooms)
        sizes = (one.name, one.candidates, one.schools, one.combinations, one.sites, one.rooms)
        rows.append((*sizes, " ".join(one.layouts), one.share, one.adjacency, one.mix, *seen, one.about))
    return as_file((*head, "candidates_sha256", "rooms_sha256", "about"), rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
