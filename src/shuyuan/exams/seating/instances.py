"""Instances: exams made up from a seed, to measure and compare seating with; twelve of them have names.

They go from one classroom to exams that are proved impossible without neighbours of one school. All chance comes from
SHA-256 of the seed, so that the same instance can be made anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from shuyuan.exams.seating.draw import Draw
from shuyuan.exams.seating.layouts import parse
from shuyuan.exams.seating.refusals import Refused
from shuyuan.exams.seating.rooms import Candidate, Room
from shuyuan.proofread.words import say as _t

FINE = 2**53


@dataclass(frozen=True)
class Instance:
    """`share` is the part of all candidates that one school has, `sizes` the exact size of each school where given."""

    name: str
    candidates: int
    schools: int
    combinations: int
    sites: int
    rooms: int  # at each site
    layouts: tuple[str, ...] = ("6x5",)  # taken in turn
    share: float = 0
    sizes: tuple[int, ...] = ()
    adjacency: int = 4
    mix: str = "tails"
    about: str = ""

    def __post_init__(self) -> None:
        counts = (self.candidates, self.schools, self.combinations, self.sites, self.rooms)
        if min(counts) < 1 or not 0 <= self.share < 1:
            raise Refused(_t("考生、学校、组合、考点、考场都至少是 1，--share 在 0 与 1 之间"))
        if self.schools > self.candidates:
            raise Refused(_t("学校不能比考生多"))

    def made(self, seed: int = 1) -> tuple[list[Candidate], list[Room]]:
        """Its candidates, in an order that means nothing, and its rooms."""
        draw = Draw(seed)
        sizes = self.sizes or _sizes(self, draw)
        weights = _weights(self.combinations, draw, "combination")
        digits = len(str(self.candidates))
        people = []
        number = 0
        for school, size in enumerate(sizes, 1):
            for _ in range(size):
                at = draw.number(FINE, "candidate", number) / FINE
                combination = next((n for n, edge in enumerate(weights) if at < edge), len(weights) - 1)
                people.append((draw.lot("row", number), f"S{school:0{len(str(len(sizes)))}}", f"C{combination + 1:02}"))
                number += 1
        people.sort()
        candidates = [
            Candidate(f"{number:0{digits}}", school, combination)
            for number, (_, school, combination) in enumerate(people, 1)
        ]
        layouts = [parse(text) for text in self.layouts]
        width = len(str(self.rooms))
        rooms = [
            Room(f"P{site:0{len(str(self.sites))}}", f"{room:0{width}}", layouts[(room - 1) % len(layouts)])
            for site in range(1, self.sites + 1)
            for room in range(1, self.rooms + 1)
        ]
        return candidates, rooms


def _sizes(instance: Instance, draw: Draw) -> list[int]:
    """School sizes, log-normal; the first has its share exactly; nobody is left over."""
    normal = NormalDist(0, 0.6)
    drawn = [
        2.718281828459045 ** normal.inv_cdf((draw.number(FINE, "school", n) + 0.5) / FINE)
        for n in range(instance.schools)
    ]
    first = round(instance.share * instance.candidates)
    rest = instance.candidates - first
    ones = drawn[1:] if first else drawn
    if not ones:
        return [instance.candidates]
    free = rest - len(ones)  # everybody has one candidate at least
    exact = [free * weight / sum(ones) for weight in ones]
    sizes = [1 + int(one) for one in exact]
    for number in sorted(range(len(ones)), key=lambda n: int(exact[n]) - exact[n])[: rest - sum(sizes)]:
        sizes[number] += 1
    return [first, *sizes] if first else sizes


def _weights(count: int, draw: Draw, name: str) -> Sequence[float]:
    """Upper edges of the parts of 0 … 1 that the things have, each between once and three times another."""
    drawn = [1 + 2 * draw.number(FINE, name, number) / FINE for number in range(count)]
    edges, so_far = [], 0.0
    for one in drawn:
        so_far += one / sum(drawn)
        edges.append(so_far)
    return edges


BROKEN = ("6x5", "6x5-r6c1", "7-8-8-7", "8x4-r1c1-r8c4", "6x5-r3c3", "7x5-r7c5")
INSTANCES = {
    one.name: one
    for one in (
        Instance("classroom", 30, 6, 1, 1, 1, about="one room, filled"),
        Instance("small", 280, 8, 3, 1, 10, adjacency=8, about="one site with free seats, diagonals"),
        Instance("town", 1_400, 20, 6, 2, 24, about="two sites, 97 % of the seats"),
        Instance("county", 5_600, 60, 12, 4, 48, about="four standard sites, 97 % of the seats"),
        Instance("county-full", 5_760, 60, 12, 4, 48, adjacency=8, about="every seat taken, diagonals"),
        Instance("columns", 5_700, 60, 12, 4, 48, ("7-8-8-7",), adjacency=8, about="columns of 7, 8, 8 and 7"),
        Instance("broken", 5_760, 60, 12, 4, 48, BROKEN, adjacency=8, about="six kinds of room, broken seats"),
        Instance("dominant", 5_760, 60, 12, 4, 48, share=0.25, adjacency=8, about="one school has a quarter, beyond K"),
        Instance("pure", 5_400, 60, 12, 4, 48, mix="no", about="no room may be shared by combinations"),
        Instance("half", 5_760, 60, 12, 4, 48, share=0.5, about="one school has exactly every second seat"),
        Instance(
            "packed", 30, 4, 1, 1, 1, sizes=(8, 8, 8, 6), adjacency=8,
            about="each school alone would fit, all together cannot: one pair at least",
        ),
        Instance("majority", 5_760, 60, 12, 4, 48, share=0.6, about="a school with 60 %: impossible by the pigeonhole"),
    )
}  # fmt: skip
