"""Division: who of which school sits in which pool of rooms, by a flow of least cost; feasible exactly when it is free.

A pool is rooms of one layout for one combination, or for all (mixed). R rooms hold at most K·R of a school if none of
them is to have more than K: that is the capacity that costs nothing. More costs little while seats apart exist at all
(a room can then still be solved by itself), and beyond that as many pairs of neighbours as cannot be avoided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from shuyuan.exams.seating.crowding import slopes
from shuyuan.exams.seating.layouts import Layout
from shuyuan.exams.seating.orders import order
from shuyuan.exams.seating.rooms import Group, Room

MIXED, BEYOND_K, PAIR = 1, 20, 2_000  # costs: a mixed seat, one beyond K, a pair that cannot be avoided


@dataclass(frozen=True)
class Pool:
    """Rooms of one layout; `combination` is None where all may sit."""

    combination: str | None
    layout: Layout
    rooms: tuple[Room, ...]

    @property
    def seats(self) -> int:
        return len(self.layout) * len(self.rooms)


@dataclass(frozen=True)
class Division:
    """For each pool how many of each group; how many are beyond K in all, and what those cost who cannot sit apart."""

    pools: tuple[Pool, ...]
    amounts: tuple[dict[Group, int], ...]
    beyond: int
    crowded: int


def divide(groups: Mapping[Group, int], pools: Sequence[Pool], adjacency: int) -> Division:
    """Groups in the order given (a drawn one, since of equal divisions the order decides)."""
    flow = SimpleMinCostFlow()
    add = flow.add_arc_with_capacity_and_unit_cost
    sink = len(pools)
    nodes = sink + 1
    gates: dict[tuple[str, int], int] = {}  # a school's way into a pool, where what it has there is counted
    ways: list[tuple[int, Group, int]] = []
    for group, count in groups.items():
        school, combination = group
        here, nodes = nodes, nodes + 1
        flow.set_node_supply(here, count)
        for number, pool in enumerate(pools):
            if pool.combination not in (None, combination):
                continue
            if (gate := gates.get((school, number))) is None:
                gate = gates[school, number] = nodes
                nodes += 1
            ways.append((add(here, gate, count, 0), group, number))
    beyond = []
    crowding: list[tuple[int, int]] = []
    for (_, number), gate in gates.items():
        pool = pools[number]
        k = order(pool.layout, adjacency).k
        free, *crowded = slopes(pool.layout, adjacency)
        base = MIXED if pool.combination is None else 0
        add(gate, number, k * len(pool.rooms), base)
        if free[0] > k:
            beyond.append(add(gate, number, (free[0] - k) * len(pool.rooms), base + BEYOND_K))
        for width, pairs in crowded:
            price = round(PAIR * pairs)
            beyond.append(add(gate, number, width * len(pool.rooms), base + BEYOND_K + price))
            crowding.append((beyond[-1], price))
    for number, pool in enumerate(pools):
        add(number, sink, pool.seats, 0)
    flow.set_node_supply(sink, -sum(groups.values()))
    if flow.solve() != flow.OPTIMAL:
        raise ArithmeticError("the pools do not hold everybody")
    amounts: tuple[dict[Group, int], ...] = tuple({} for _ in pools)
    for arc, group, number in ways:
        if got := flow.flow(arc):
            amounts[number][group] = got
    crowded_in_all = sum(price * flow.flow(arc) for arc, price in crowding)
    return Division(tuple(pools), amounts, sum(map(flow.flow, beyond)), crowded_in_all)
