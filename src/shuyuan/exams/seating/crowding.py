"""Crowding: how many of one school fit into a room without neighbours, and how few neighbours more of them make."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from math import ceil

from shuyuan.exams.seating.layouts import Layout, neighbours, pairs
from shuyuan.exams.seating.rooms import Group, Room

WIDEST, MOST = 8, 72  # 2**(columns + 1) states for each seat: beyond that the room is told by a bound instead


@cache
def fewest(layout: Layout, adjacency: int) -> tuple[int, ...]:
    """At place m, the fewest pairs of neighbours that m people of one school make in this room.

    Exact, but for rooms wider than eight seats both ways, and halls: they are told by the pigeonhole instead. The room
    is covered with blocks of mutual neighbours, and whoever is one too many for the blocks makes at least one pair.
    """
    if not _small(layout):
        blocks = _blocks(layout, adjacency)
        return tuple(max(0, count - blocks) for count in range(len(layout) + 1))
    return tuple(cost for cost, _ in _swept(layout, adjacency))


def loosest(layout: Layout, adjacency: int, count: int) -> frozenset[int] | None:
    """Seats in which so many people of one school make the fewest pairs; None for rooms that are too large to tell."""
    if not _small(layout):
        return None
    taken = _swept(layout, adjacency)[count][1]
    return frozenset(seat for seat in range(len(layout)) if taken >> seat & 1)


@cache
def _swept(layout: Layout, adjacency: int) -> tuple[tuple[int, int], ...]:
    """For each number of people the fewest pairs and the seats taken, as bits: seat by seat along the narrow side.

    What is kept of a beginning of the sweep is which of its seats that still have a neighbour to come are taken, and
    for each number of people the cheapest way there.
    """
    rows, columns = _extent(layout)
    turned = columns > rows
    sweep = sorted(range(len(layout)), key=lambda n: layout.seats[n][::-1] if turned else layout.seats[n])
    near = neighbours(layout, adjacency)
    place = {seat: number for number, seat in enumerate(sweep)}
    impossible = (len(layout) ** 2, 0)
    best: dict[int, list[tuple[int, int]]] = {0: [(0, 0)]}
    for number, seat in enumerate(sweep):
        beside = sum(1 << other for other in near[seat])
        kept = sum(
            1 << one for one in sweep[: number + 1] if any(place[other] > number for other in near[one])
        )  # the seats that matter from here on
        grown: dict[int, list[tuple[int, int]]] = {}
        for taken, ways in best.items():
            more = (taken & beside).bit_count()
            sat = [impossible, *((cost + more, seats | 1 << seat) for cost, seats in ways)]
            for state, new in ((taken & kept, [*ways, impossible]), ((taken | 1 << seat) & kept, sat)):
                old = grown.get(state)
                grown[state] = new if old is None else list(map(min, old, new))
        best = grown
    return tuple(best[0])


def _small(layout: Layout) -> bool:
    return min(_extent(layout)) <= WIDEST and len(layout) <= MOST


@cache
def apart(layout: Layout, adjacency: int) -> int:
    """How many of one school can sit in the room with no two of them neighbours (at most, where the room is wide)."""
    costs = fewest(layout, adjacency)
    return max(count for count, cost in enumerate(costs) if cost == 0)


@cache
def slopes(layout: Layout, adjacency: int) -> tuple[tuple[int, float], ...]:
    """What more of one school in a room cost at least: pieces of (how many, pairs each) that never grow cheaper.

    The greatest convex function below `fewest`: its pieces, cheapest first, bound any division among rooms.
    """
    costs = fewest(layout, adjacency)
    corners = [0]
    while corners[-1] < len(costs) - 1:
        at = corners[-1]
        rises = [(costs[count] - costs[at]) / (count - at) for count in range(at + 1, len(costs))]
        flattest = min(rises)
        corners.append(at + 1 + max(n for n, rise in enumerate(rises) if rise == flattest))
    return tuple(
        (end - begin, (costs[end] - costs[begin]) / (end - begin)) for begin, end in itertools.pairwise(corners)
    )


def bound(groups: Mapping[Group, int], rooms: Sequence[Room], adjacency: int, mix: str) -> int:
    """Pairs that no plan avoids: each school spread over the rooms as if it were alone (the pigeonhole, made exact).

    Where rooms are not shared, a combination has at most the rooms that the others can do without.
    """
    schools: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for (school, combination), count in groups.items():
        schools[school] += count
        people[combination] += count
    layouts = Counter(room.layout for room in rooms)
    whole = _steps(layouts, len(rooms), adjacency)
    alone = {school: _cost(count, whole) for school, count in schools.items()}
    if mix != "no":
        return sum(alone.values())
    largest = max(map(len, rooms))
    needed = {combination: ceil(count / largest) for combination, count in people.items()}
    spare = len(rooms) - sum(needed.values())
    steps = {combination: _steps(layouts, spare + own, adjacency) for combination, own in needed.items()}
    kept: Counter[str] = Counter()
    for (school, combination), count in groups.items():
        kept[school] += _cost(count, steps[combination])
    return sum(max(alone[school], kept[school]) for school in schools)


def _steps(layouts: Mapping[Layout, int], rooms: int, adjacency: int) -> list[tuple[float, int]]:
    """How many of one school the best so many rooms take at each price, the cheapest first."""
    prices = sorted({price for layout in layouts for _, price in slopes(layout, adjacency)})
    steps, before = [], 0
    for price in prices:
        held = sorted(
            (
                (sum(width for width, cost in slopes(layout, adjacency) if cost <= price), number)
                for layout, number in layouts.items()
            ),
            reverse=True,
        )
        total, left = 0, rooms
        for width, number in held:
            total += width * min(number, left)
            left -= min(number, left)
        steps.append((price, total - before))
        before = total
    return steps


def _cost(count: int, steps: Sequence[tuple[float, int]]) -> int:
    cost = 0.0
    for price, width in steps:
        cost += price * min(count, width)
        count -= min(count, width)
    return ceil(cost - 1e-9)


def _extent(layout: Layout) -> tuple[int, int]:
    rows, columns = {row for row, _ in layout.seats}, {column for _, column in layout.seats}
    return max(rows) - min(rows) + 1, max(columns) - min(columns) + 1


def _blocks(layout: Layout, adjacency: int) -> int:
    """A cover of the room: 2 × 2 blocks with diagonals, pairs of neighbours without; as few as a greedy hand finds."""
    if adjacency == 8:
        return len({((row + 1) // 2, (column + 1) // 2) for row, column in layout.seats})
    paired: set[int] = set()
    for one, other in pairs(layout, adjacency):
        if one not in paired and other not in paired:
            paired |= {one, other}
    return len(layout) - len(paired) // 2
