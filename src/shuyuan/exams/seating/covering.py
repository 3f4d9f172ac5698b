"""Covering: the fewest rooms of different sizes that hold each combination by itself, exactly, by CP-SAT."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ortools.sat.python import cp_model

from shuyuan.exams.seating.rooms import Room, in_order, natural


def covered(rooms: Sequence[Room], people: Mapping[str, int]) -> dict[str, list[Room]] | None:
    """None when no such division of the rooms exists (or none was found within the work allowed)."""
    sizes: dict[int, list[Room]] = defaultdict(list)
    for room in in_order(rooms):
        sizes[len(room)].append(room)
    model = cp_model.CpModel()
    combinations = sorted(people, key=natural)
    used = {
        (combination, size): model.new_int_var(0, len(mine), "")
        for combination in combinations
        for size, mine in sizes.items()
    }
    for combination in combinations:
        model.add(sum(size * used[combination, size] for size in sizes) >= people[combination])
    for size, mine in sizes.items():
        model.add(sum(used[combination, size] for combination in combinations) <= len(mine))
    model.minimize(sum(used.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = 5.0
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen: dict[str, list[Room]] = {}
    for combination in combinations:
        chosen[combination] = []
        for size, mine in sizes.items():
            number = solver.value(used[combination, size])
            chosen[combination] += mine[:number]
            del mine[:number]
    return chosen
