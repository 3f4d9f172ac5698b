"""Find the best orders of common rooms and prove them: `python tools/seat_orders.py` (minutes) writes known_orders.py.

CP-SAT is asked for an order of greater and greater K until it proves that there is none.
"""

from __future__ import annotations

from pathlib import Path

from ortools.sat.python import cp_model

from shuyuan.exams.seating import orders
from shuyuan.exams.seating.layouts import Layout, pairs, parse

ROOMS = ("6x5", "5x6", "8x4", "4x8", "7-8-8-7", "7-7-8-8", "8-8-7-7", "5x5", "6x6", "7x5", "5x7", "6x4", "4x6", "10x3")
FILE = Path(__file__).resolve().parents[1] / "src/shuyuan/exams/seating/known_orders.py"
HEAD = '''"""Known orders: orders of common rooms, their K proved the greatest; `tools/seat_orders.py` finds them.

Each is told as the room is drawn: a line for each row from the front, `.` where there is no seat.
"""

from __future__ import annotations

KNOWN: dict[tuple[str, int], str] = {
'''


def wider(layout: Layout, adjacency: int, k: int) -> tuple[int, ...] | None:
    """Seats by rank with neighbours at least k apart; None when it is proved that there are none."""
    model = cp_model.CpModel()
    last = len(layout) - 1
    ranks = [model.new_int_var(0, last, "") for _ in layout.seats]
    model.add_all_different(ranks)
    for one, other in pairs(layout, adjacency):
        below = model.new_bool_var("")
        model.add(ranks[one] - ranks[other] >= k).only_enforce_if(below)
        model.add(ranks[other] - ranks[one] >= k).only_enforce_if(~below)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.max_time_in_seconds = 120
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return None
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise TimeoutError(f"{layout.text} with {adjacency} neighbours: neither found nor refuted K = {k}")
    return tuple(sorted(range(len(ranks)), key=lambda seat: solver.value(ranks[seat])))


def drawn(layout: Layout, seats: tuple[int, ...]) -> str:
    rank = {layout.seats[seat]: number for number, seat in enumerate(seats)}
    rows, columns = (max(seat[n] for seat in layout.seats) for n in (0, 1))
    cells = [[str(rank.get((row, column), ".")) for column in range(1, columns + 1)] for row in range(1, rows + 1)]
    return "\n".join(" ".join(f"{cell:>2}" for cell in row).rstrip() for row in cells)


def main() -> None:
    known = {}
    for text in ROOMS:
        layout = parse(text)
        for adjacency in (4, 8):
            best = orders.order(layout, adjacency)
            swept = best.k
            try:
                while (seats := wider(layout, adjacency, best.k + 1)) is not None:
                    best = orders.Order(seats, orders.spread(layout, adjacency, seats))
                proved = "proved"
            except TimeoutError as error:
                proved = str(error)
            print(f"{text:>8} {adjacency}: K = {best.k}, {proved}; sweeps alone {swept}", flush=True)  # noqa: T201
            if proved == "proved":
                known[text, adjacency] = drawn(layout, best.seats)
    lines = [f'    ("{text}", {adjacency}): """\n{told}\n""",\n' for (text, adjacency), told in known.items()]
    FILE.write_text(HEAD + "".join(lines) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
