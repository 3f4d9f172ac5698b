"""Orders: seats numbered so that neighbours are far apart in number (antibandwidth), which is what makes a plan right.

A bijection f of the seats onto 0 … n − 1 with |f(u) − f(v)| ≥ K for all neighbours u, v seats a list in which each
school stands together without any two of a school becoming neighbours, as long as no school has more than K in the
room: ranks of one school differ by at most K − 1. docs/exams.md proves it for readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import permutations

from shuyuan.exams.seating.known_orders import KNOWN
from shuyuan.exams.seating.layouts import Layout, mirrorings, neighbours, pairs


@dataclass(frozen=True)
class Order:
    """Seats by rank (rank i sits at `seats[i]`), and K: how far apart in rank neighbours are at least."""

    seats: tuple[int, ...]
    k: int


@cache
def order(layout: Layout, adjacency: int) -> Order:
    """The best order known: proved best and kept as data for common rooms, else the best of some hundred sweeps."""
    if told := KNOWN.get((layout.text, adjacency)):
        place = {seat: number for number, seat in enumerate(layout.seats)}
        seats = [0] * len(layout)
        for row, line in enumerate(told.strip().splitlines(), 1):
            for column, rank in enumerate(line.split(), 1):
                if rank != ".":
                    seats[int(rank)] = place[row, column]
        return Order(tuple(seats), spread(layout, adjacency, seats))
    found = max(
        (Order(seats, spread(layout, adjacency, seats)) for seats in sweeps(layout, adjacency)), key=lambda one: one.k
    )
    return _widened(layout, adjacency, found)


def spread(layout: Layout, adjacency: int, seats: tuple[int, ...] | list[int]) -> int:
    """K of an order: the least distance in rank of two neighbours; the number of seats where there are none."""
    rank = [0] * len(seats)
    for number, seat in enumerate(seats):
        rank[seat] = number
    return min((abs(rank[one] - rank[other]) for one, other in pairs(layout, adjacency)), default=len(seats))


@cache
def images(layout: Layout, adjacency: int) -> tuple[tuple[int, ...], ...]:
    """What mirror images and reversal make of the best order. All have its K, which a shift of ranks has not."""
    best = order(layout, adjacency).seats
    mirrored = [tuple(image[seat] for seat in best) for image in mirrorings(layout)]
    return tuple(dict.fromkeys(one for way in mirrored for one in (way, way[::-1])))


@cache
def sweeps(layout: Layout, adjacency: int) -> tuple[tuple[int, ...], ...]:
    return tuple(dict.fromkeys(_sweeps(layout, adjacency)))


def _sweeps(layout: Layout, adjacency: int) -> Iterator[tuple[int, ...]]:
    """Classes without neighbours (2 without diagonals, 4 with), one after the other, all in the same sweep."""
    keys = (
        lambda row, column: (row, column),
        lambda row, column: (column, row),
        lambda row, column: (row + column, row),
        lambda row, column: (row - column, row),
        lambda row, column: (2 * row + column, row),
        lambda row, column: (row + 2 * column, column),
        lambda row, column: ((row - 1) // 2, column, row),
        lambda row, column: ((column - 1) // 2, row, column),
    )
    classes = [(row + column) % 2 if adjacency == 4 else 2 * (row % 2) + column % 2 for row, column in layout.seats]
    for key in keys:
        swept = sorted(range(len(layout)), key=lambda seat: key(*layout.seats[seat]))
        for turn in permutations(range(2 if adjacency == 4 else 4)):
            yield tuple(seat for one in turn for seat in swept if classes[seat] == one)
        if adjacency == 8:
            # Every second row, and in it the even columns first: rows two by two are K/2 apart instead of classes.
            for halves in ((0, 1), (1, 0)):
                yield tuple(seat for one in halves for seat in swept if layout.seats[seat][0] % 2 == one)


def _widened(layout: Layout, adjacency: int, found: Order, rounds: int = 400) -> Order:
    """The order after exchanges of two seats that leave fewer pairs too close for K + 1, as far as they lead."""
    if len(layout) > 80:
        return found
    near = neighbours(layout, adjacency)
    rank = [0] * len(layout)
    for number, seat in enumerate(found.seats):
        rank[seat] = number
    k = found.k
    best = list(rank)

    def short(seat: int, of: int) -> int:
        return sum(max(0, of - abs(rank[seat] - rank[other])) for other in near[seat])

    for _ in range(rounds):
        wrong = [seat for seat in range(len(rank)) if short(seat, k + 1)]
        if not wrong:
            k, best = k + 1, list(rank)
            continue
        gains = []
        for seat in wrong:
            for other in range(len(rank)):
                if other == seat:
                    continue
                before = short(seat, k + 1) + short(other, k + 1)
                rank[seat], rank[other] = rank[other], rank[seat]
                gains.append((short(seat, k + 1) + short(other, k + 1) - before, seat, other))
                rank[seat], rank[other] = rank[other], rank[seat]
        gain, seat, other = min(gains)
        if gain >= 0:
            break
        rank[seat], rank[other] = rank[other], rank[seat]
    seats = [0] * len(best)
    for seat, number in enumerate(best):
        seats[number] = seat
    return Order(tuple(seats), spread(layout, adjacency, seats))
