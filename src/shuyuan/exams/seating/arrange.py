"""Arrange: the seats of one room for those who are in it, so that no two of a school are neighbours if that can be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shuyuan.exams.seating.crowding import fewest, loosest
from shuyuan.exams.seating.draw import Draw
from shuyuan.exams.seating.layouts import Layout, first, mirrorings, pairs
from shuyuan.exams.seating.orders import images, order, sweeps


@dataclass(frozen=True)
class Pattern:
    """For each seat the number of the block (school) that sits there, −1 for nobody; the pairs of neighbours of one
    school that are left, and whether it is proved that fewer are impossible for these numbers."""

    blocks: tuple[int, ...]
    conflicts: int
    proved: bool


class Arranger:
    """Seats rooms for one draw. What a hard room cost is kept, so that rooms alike are solved once."""

    def __init__(self, adjacency: int, draw: Draw, *, work: float) -> None:
        self.adjacency, self.draw = adjacency, draw
        self.work = work  # what CP-SAT may still do for this plan, counted in work and not in seconds
        self._solved: dict[tuple[str, tuple[int, ...]], Pattern] = {}

    def arrange(self, layout: Layout, sizes: Sequence[int], *names: object) -> Pattern:
        """Seats for blocks of these sizes, drawn under `names`.

        Where no block exceeds K the order of the room does it, the blocks in drawn order and the room in a drawn
        mirror image: first with the last seats empty, then, where that is too narrow, with the empty seats spread.
        Otherwise the room is solved for by itself.
        """
        count, largest = sum(sizes), max(sizes, default=0)
        if not 0 < count <= len(layout):
            raise ValueError(f"{count} people for {len(layout)} seats")
        for room in dict.fromkeys((first(layout, count), layout)):
            if largest <= order(room, self.adjacency).k:
                ways = images(room, self.adjacency)
                way = ways[self.draw.number(len(ways), *names, "image")]
                seated = [-1] * len(layout)
                rank = 0
                for block in self.draw.blocks(len(sizes), *names, "blocks"):
                    for seat in way[rank : rank + sizes[block]]:
                        seated[seat] = block
                    rank += sizes[block]
                return Pattern(tuple(seated), 0, proved=True)
        return self._hard(layout, sizes, *names)

    def _hard(self, layout: Layout, sizes: Sequence[int], *names: object) -> Pattern:
        """The same with a block beyond K: one solution for all rooms of these sizes, drawn among its mirror images."""
        ranking = sorted(self.draw.blocks(len(sizes), *names, "blocks"), key=lambda block: -sizes[block])
        found = self.solved(layout, tuple(sizes[block] for block in ranking))
        ways = mirrorings(layout)
        way = ways[self.draw.number(len(ways), *names, "image")]
        seated = [-1] * len(layout)
        for seat, block in enumerate(found.blocks):
            seated[way[seat]] = ranking[block] if block >= 0 else -1
        return Pattern(tuple(seated), found.conflicts, found.proved)

    def solved(self, layout: Layout, sizes: tuple[int, ...]) -> Pattern:
        """The fewest pairs for blocks of these sizes, the greatest first: by an order of the room, else CP-SAT."""
        if (found := self._solved.get((layout.text, sizes))) is None:
            found = self._solved[layout.text, sizes] = self._solve(layout, sizes)
        return found

    def _solve(self, layout: Layout, sizes: tuple[int, ...]) -> Pattern:
        bound = sum(fewest(layout, self.adjacency)[size] for size in sizes)
        best: Pattern | None = None
        for seated in by_order(layout, self.adjacency, sizes):
            wrong = sum(seated[one] == seated[other] >= 0 for one, other in pairs(layout, self.adjacency))
            if best is None or wrong < best.conflicts:
                best = Pattern(tuple(seated), wrong, proved=wrong <= bound)
            if best.proved:
                return best
        assert best is not None
        if self.work <= 0:
            return best
        from shuyuan.exams.seating.repair import repaired  # OR-Tools takes a second to load, and few plans need it

        better, spent = repaired(layout, self.adjacency, sizes, best, bound)
        self.work -= spent
        return better


def by_order(layout: Layout, adjacency: int, sizes: tuple[int, ...]) -> Iterator[list[int]]:
    """Ways to fill the orders of the room with blocks, the greatest first.

    A block that lies wholly within a class without neighbours may exceed K; so the greatest stand at the ends. And the
    greatest may have the seats that suit it best, the others what is left.
    """
    rest = list(range(len(sizes)))
    orders = (order(layout, adjacency).seats, *sweeps(layout, adjacency))
    for seats in orders:
        for turn in (rest, [0, *rest[2:], *rest[1:2]]):
            yield from _filled(seats, turn, sizes, [-1] * len(layout))
    if (own := loosest(layout, adjacency, sizes[0])) is not None:
        seated = [0 if seat in own else -1 for seat in range(len(layout))]
        for seats in orders:
            left = [seat for seat in seats if seat not in own]
            for turn in (rest[1:], [*rest[1:2], *rest[3:], *rest[2:3]]):
                yield from _filled(left, turn, sizes, seated)


def _filled(
    seats: Sequence[int], turn: Sequence[int], sizes: tuple[int, ...], seated: Sequence[int]
) -> Iterator[list[int]]:
    """The blocks along the seats in this turn, the empty seats after all or before the last block."""
    line = [block for block in turn for _ in range(sizes[block])]
    for last in (0, sizes[turn[-1]]) if turn and len(line) < len(seats) else (0,):
        cut = len(line) - last
        filled = list(seated)
        for seat, block in zip(seats, [*line[:cut], *[-1] * (len(seats) - len(line)), *line[cut:]], strict=True):
            filled[seat] = block
        yield filled
