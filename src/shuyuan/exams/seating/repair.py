"""Repair: one room solved by CP-SAT, where a school has more people in it than any order of the seats allows.

One thread, a fixed seed and limits that count work instead of seconds: the same room gives the same seats everywhere.
"""

from __future__ import annotations

from ortools.sat.python import cp_model

from shuyuan.exams.seating.arrange import Pattern
from shuyuan.exams.seating.layouts import Layout, pairs

WORK = 0.6  # deterministic time, about seconds, for each of the two questions


def repaired(
    layout: Layout, adjacency: int, sizes: tuple[int, ...], known: Pattern, bound: int
) -> tuple[Pattern, float]:
    """At most as many pairs as `known`, and the work it took: no pair at all is asked for first, then the fewest."""
    spent = 0.0
    if bound == 0:
        free, spent = _solved(layout, adjacency, sizes, known, at_least=0, free=True)
        if free is not None and free.conflicts == 0:
            return free, spent
        bound = 1 if free is not None else 0
    found, more = _solved(layout, adjacency, sizes, known, at_least=bound, free=False)
    return found if found is not None and found.conflicts <= known.conflicts else known, spent + more


def _solved(
    layout: Layout, adjacency: int, sizes: tuple[int, ...], known: Pattern, *, at_least: int, free: bool
) -> tuple[Pattern | None, float]:
    """With `free`, seats without any pair, or `known` where there are proved none. None: it took too much work."""
    model = cp_model.CpModel()
    blocks = [block for block, size in enumerate(sizes) if size > 1]  # who is alone can sit anywhere
    at = {(block, seat): model.new_bool_var("") for block in blocks for seat in range(len(layout))}
    for block in blocks:
        model.add(sum(at[block, seat] for seat in range(len(layout))) == sizes[block])
    for seat in range(len(layout)):
        model.add_at_most_one(at[block, seat] for block in blocks)
    met: list[cp_model.IntVar] = []
    for one, other in pairs(layout, adjacency):
        for block in blocks:
            if free:
                model.add_bool_or(~at[block, one], ~at[block, other])
            else:
                meets = model.new_bool_var("")
                model.add_bool_or(~at[block, one], ~at[block, other], meets)
                met.append(meets)
    if not free:
        model.add(sum(met) >= at_least)
        model.minimize(sum(met))
        for (block, seat), taken in at.items():
            model.add_hint(taken, known.blocks[seat] == block)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = WORK
    status = solver.solve(model)
    work = solver.response_proto.deterministic_time
    if status == cp_model.INFEASIBLE:
        return known, work
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, work
    seated = [-1] * len(layout)
    for (block, seat), taken in at.items():
        if solver.boolean_value(taken):
            seated[seat] = block
    alone = (block for block, size in enumerate(sizes) if size == 1)
    empty = iter([seat for seat, block in enumerate(seated) if block < 0])
    for block in alone:
        seated[next(empty)] = block
    wrong = sum(seated[one] == seated[other] >= 0 for one, other in pairs(layout, adjacency))
    return Pattern(tuple(seated), wrong, proved=status == cp_model.OPTIMAL or wrong == 0), work
