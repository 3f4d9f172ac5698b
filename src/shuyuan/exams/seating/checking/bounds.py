"""Bounds: how few pairs of neighbours of one school any plan must have, by counting how many can sit apart.

Of a room, the fewest pairs that m people of one school make are found exactly, column by column. The rooms of an exam
then take the people of a school where they cost least: no plan can do better, since every school is looked at as if
it had all the rooms to itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import count, pairwise

from shuyuan.exams.seating.checking.tables import Place, beside

LONG, WIDE = 72, 8  # a room beyond this is bounded by blocks instead of being solved


@lru_cache(maxsize=256)
def room(seats: frozenset[Place], adjacency: int) -> tuple[int, ...]:
    """At place m, the fewest pairs that m people of one school make; a lower bound of it where the room is large."""
    if min(max(one[axis] for one in seats) for axis in (0, 1)) > WIDE or len(seats) > LONG:
        blocks = _cover(seats, adjacency)
        return tuple(max(0, people - blocks) for people in range(len(seats) + 1))
    if max(row for row, _ in seats) > WIDE:
        seats = frozenset((column, row) for row, column in seats)  # rows and columns may change places
    lines: dict[int, list[int]] = defaultdict(list)
    for row, column in seats:
        lines[column].append(row)
    cheapest: dict[int, list[float]] = {0: [0]}
    before = 0
    for column in range(1, max(lines) + 1):
        after: dict[int, list[float]] = {}
        usable = sum(1 << row for row in lines.get(column, ()))
        for taken in _subsets(usable):
            within = (taken & taken >> 1).bit_count()
            people = taken.bit_count()
            best: list[float] = []
            for last, costs in cheapest.items():
                across = (taken & last).bit_count()
                if adjacency == 8:
                    across += (taken & last >> 1).bit_count() + (taken & last << 1).bit_count()
                new = [cost + within + across for cost in costs]
                if len(new) > len(best):
                    best += [float("inf")] * (len(new) - len(best))
                best[: len(new)] = map(min, new, best)
            after[taken] = [float("inf")] * people + best
        cheapest, before = after, before + len(lines.get(column, ()))
    costs = [min(each[people] for each in cheapest.values() if len(each) > people) for people in range(before + 1)]
    return tuple(int(cost) for cost in costs)


def exam(
    schools: Mapping[tuple[str, str], int], rooms: Sequence[frozenset[Place]], adjacency: int, *, shared: bool
) -> dict[str, int]:
    """For each school the pairs it must have. `schools` counts by school and combination.

    Where rooms are not shared by combinations, those of one have at most the rooms that the others leave.
    """
    alike = Counter(rooms)
    whole: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for (school, combination), people in schools.items():
        whole[school] += people
        size[combination] += people
    everywhere = _prices(alike, len(rooms), adjacency)
    must = {school: _least(people, everywhere) for school, people in whole.items()}
    if shared:
        return must
    largest = max(len(one) for one in alike)
    own = {combination: -(-people // largest) for combination, people in size.items()}
    most = {combination: len(rooms) - sum(own.values()) + rooms_ for combination, rooms_ in own.items()}
    apart: Counter[str] = Counter()
    prices = {number: _prices(alike, number, adjacency) for number in set(most.values())}
    for (school, combination), people in schools.items():
        apart[school] += _least(people, prices[most[combination]])
    return {school: max(pairs, apart[school]) for school, pairs in must.items()}


def _prices(alike: Mapping[frozenset[Place], int], rooms: int, adjacency: int) -> list[tuple[Fraction, int]]:
    """How many people of a school so many rooms take at a price of so many pairs each or less, added up."""
    hulls = {seats: _hull(room(seats, adjacency)) for seats in alike}
    prices = []
    for price in sorted({price for hull in hulls.values() for price, _ in hull}):
        held = sorted(
            ((sum(width for cost, width in hulls[seats] if cost <= price), number) for seats, number in alike.items()),
            key=lambda one: -one[0],
        )
        total, left = 0, rooms
        for width, number in held:
            used = min(number, left)
            total += width * used
            left -= used
        prices.append((price, total))
    return prices


def _least(people: int, prices: Sequence[tuple[Fraction, int]]) -> int:
    pairs, seated = Fraction(0), 0
    for price, total in prices:
        here = max(0, min(people, total) - seated)
        pairs += price * here
        seated += here
    return -(-pairs.numerator // pairs.denominator)


def _hull(costs: Sequence[int]) -> list[tuple[Fraction, int]]:
    """The lower convex hull of the costs, as steps of (price, width)."""
    points: list[int] = []
    for at in range(len(costs)):
        while len(points) > 1:
            early, late = points[-2], points[-1]
            if (costs[late] - costs[early]) * (at - early) >= (costs[at] - costs[early]) * (late - early):
                points.pop()
            else:
                break
        points.append(at)
    return [(Fraction(costs[b] - costs[a], b - a), b - a) for a, b in pairwise(points)]


def _subsets(mask: int) -> list[int]:
    found, part = [], mask
    for _ in count():
        found.append(part)
        if not part:
            break
        part = (part - 1) & mask
    return found


def _cover(seats: frozenset[Place], adjacency: int) -> int:
    """Blocks of mutual neighbours that hold all seats: each holds one of a school at most, or there is a pair."""
    left, blocks = set(seats), 0
    while left:
        row, column = min(left)
        block = [(row, column)]
        options = [(row, column + 1), (row + 1, column), (row + 1, column + 1)] if adjacency == 8 else []
        options = options or [(row, column + 1), (row + 1, column)]
        for seat in options:
            if seat in left and all(beside(seat, other, adjacency) for other in block):
                block.append(seat)
        left -= set(block)
        blocks += 1
    return blocks
