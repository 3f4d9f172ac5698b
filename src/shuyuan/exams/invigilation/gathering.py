"""Who works in which session at which site: one flow of least cost over the whole exam.

source → person → (group, session) → (session, site, slot) → sink. A person's k-th task costs 2k − 1, so the sum of
the squares of all loads is least, and loads differ by no more than they must. People of the same kind who are barred
from the same sites make a group. A site with R rooms asks for R experienced and R new people, R men and R women: some
of its slots are for experienced men with new women, the rest for the reverse; filled by another kind, a slot costs what
is lost by it.

A flow is best when no cycle makes it better, and a cycle changes the load of one person and passes each slot once. So a
price above all that is cheaper, as many times as a cycle has slots (STEPS at most), puts its rule before theirs.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from ortools.graph.python.linear_sum_assignment import SimpleLinearSumAssignment
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from shuyuan.exams.invigilation.exam import Exam, Own, Person, Sex
from shuyuan.exams.invigilation.rules import stand_by

STEPS = 300


class Kind(NamedTuple):
    """What a slot asks for and a person is."""

    sex: Sex
    experienced: bool


KINDS = tuple(Kind(sex, experienced) for sex in Sex for experienced in (True, False))
Cell = tuple[int, str]
Slot = tuple[Cell, Kind | None]
"""One kind of post in a session and site; None is a reserve."""
Gathered = dict[Cell, dict[Kind | None, list[str]]]


class Group(NamedTuple):
    """People who are the same to the flow: barred from some sites, unwelcome where candidates of their school sit."""

    kind: Kind
    barred: frozenset[str]
    unwelcome: frozenset[str]
    unready: frozenset[str]
    """Sites whose reserves they should not be."""


def group_of(exam: Exam, person: Person) -> Group:
    at = frozenset(site for site in exam.sites if person.school in exam.schools_at[site])
    return Group(
        Kind(person.sex, person.experienced),
        frozenset(site for site in at if person.school in exam.schools_everywhere[site]),
        at if exam.own is Own.SITE else frozenset(),
        frozenset(site for site in at if person.school in stand_by(exam, site)),
    )


@dataclass(frozen=True, slots=True)
class Prices:
    """What the flow pays for each thing that is lost, the dearest last."""

    two_experienced: int
    same_sex: int
    two_new: int
    load: int
    own_site: int
    no_reserve: int
    empty: int

    @classmethod
    def of(cls, exam: Exam) -> Prices:
        step = min(2 * 5 * len(exam.cells) + 1, STEPS)
        load = step**3
        own_site = load * (2 * exam.sessions + 2)
        return cls(1, step, step**2, load, own_site, own_site * step, 2 * own_site * step)

    def misfit(self, slot: Kind | None, person: Kind) -> int:
        if slot is None:
            return 0
        experience = 0
        if slot.experienced != person.experienced:
            experience = self.two_new if slot.experienced else self.two_experienced
        return experience + self.same_sex * (slot.sex != person.sex)


def gather(exam: Exam, people: Iterable[Person], chance: random.Random) -> Gathered:
    """People for every session and site, by the slots that they fill; fewer than the slots where nobody can be had.

    How many slots of a site are for experienced men is first guessed from the staff at large, then read off the flow.
    """
    staff = list(people)
    chance.shuffle(staff)
    shares = _guess(exam, staff)
    best = _Flow(exam, staff, shares)
    for _ in range(2):
        if not best.faults():
            break
        again = _Flow(exam, staff, best.shares())
        if again.faults() >= best.faults():
            break
        best = again
    return best.people(chance)


def _guess(exam: Exam, staff: list[Person]) -> dict[Cell, int]:
    leading = sum(one.experienced == (one.sex is Sex.MALE) for one in staff)
    shares, rooms, given = {}, 0, 0
    for cell in exam.cells:
        rooms += len(exam.rooms_of(*cell))
        shares[cell] = rooms * leading // max(len(staff), 1) - given
        given += shares[cell]
    return shares


class _Flow:
    """The network of one exam, solved; `shares`: the rooms of each cell for an experienced man and a new woman."""

    def __init__(self, exam: Exam, staff: list[Person], shares: Mapping[Cell, int]) -> None:
        self.exam, self.staff = exam, staff
        self.prices = Prices.of(exam)
        self.groups: dict[Group, list[int]] = defaultdict(list)
        alike: dict[tuple[str, Kind], Group] = {}
        for number, person in enumerate(staff):
            key = person.school, Kind(person.sex, person.experienced)
            if key not in alike:
                alike[key] = group_of(exam, person)
            self.groups[alike[key]].append(number)
        self.slots = {slot: size for slot, size in _slots(exam, shares) if size}
        self._solve()

    def _solve(self) -> None:
        """Nodes: the source, people, (group, session), slots, the sink."""
        size, sessions = len(self.staff), self.exam.sessions
        first_group = 1 + size
        first_slot = first_group + len(self.groups) * sessions
        sink = first_slot + len(self.slots)
        total = sum(self.slots.values())
        arcs: list[tuple[int, int, int, int]] = []
        group_of = {number: place for place, members in enumerate(self.groups.values()) for number in members}
        for number, person in enumerate(self.staff):
            free = [session for session in range(1, sessions + 1) if session not in person.away]
            arcs += [(0, 1 + number, 1, self.prices.load * (2 * task + 1)) for task in range(len(free))]
            start = first_group + group_of[number] * sessions - 1
            arcs += [(1 + number, start + session, 1, 0) for session in free]
        self.going: list[tuple[int, Group, Slot]] = []
        for place, (group, members) in enumerate(self.groups.items()):
            for number, (((session, site), kind), _) in enumerate(self.slots.items()):
                if site in group.barred:
                    continue
                away = site in (group.unready if kind is None else group.unwelcome)
                price = self.prices.misfit(kind, group.kind) + self.prices.own_site * away
                self.going.append((len(arcs), group, ((session, site), kind)))
                arcs.append((first_group + place * sessions + session - 1, first_slot + number, len(members), price))
        for number, ((_, kind), wanted) in enumerate(self.slots.items()):
            price = self.prices.no_reserve if kind is None else self.prices.empty
            arcs.append((0, first_slot + number, wanted, price))
            arcs.append((first_slot + number, sink, wanted, 0))
        table = np.array(arcs, dtype=np.int64).reshape(-1, 4)
        flow = SimpleMinCostFlow()
        flow.add_arcs_with_capacity_and_unit_cost(*table.T)
        flow.set_nodes_supplies(np.array([0, sink], dtype=np.int64), np.array([total, -total], dtype=np.int64))
        status = flow.solve()
        if status != flow.OPTIMAL:  # nobody is a source of every slot, so only numbers too great could do this
            raise RuntimeError(f"the flow ended as {status}")
        self.flows = flow.flows(np.arange(len(arcs)))
        self.tails, self.heads = table[:, 0], table[:, 1]
        self.first_group = first_group

    def counted(self) -> dict[Cell, dict[Kind, int]]:
        """How many of each kind stand in the rooms of a cell."""
        found: dict[Cell, dict[Kind, int]] = {cell: dict.fromkeys(KINDS, 0) for cell in self.exam.cells}
        for arc, group, (cell, kind) in self.going:
            if kind is not None:
                found[cell][group.kind] += int(self.flows[arc])
        return found

    def faults(self) -> tuple[int, int, int] | tuple[()]:
        """Pairs of two new, of one sex, of two experienced people that cannot be avoided with these; () when none."""
        new = same = old = 0
        for (session, site), kinds in self.counted().items():
            rooms = len(self.exam.rooms_of(session, site))
            old += max(_of(kinds, experienced=True) - rooms, 0)
            new += max(_of(kinds, experienced=False) - rooms, 0)
            men = kinds[Kind(Sex.MALE, True)] + kinds[Kind(Sex.MALE, False)]
            same += max(men - rooms, sum(kinds.values()) - men - rooms, 0)
        return (new, same, old) if new or same or old else ()

    def shares(self) -> dict[Cell, int]:
        """The rooms for an experienced man and a new woman, as many as the people found ask for."""
        shares = {}
        for cell, kinds in self.counted().items():
            leading = kinds[Kind(Sex.MALE, True)] + kinds[Kind(Sex.FEMALE, False)]
            rooms = len(self.exam.rooms_of(*cell))
            shares[cell] = min(round(rooms * leading / max(sum(kinds.values()), 1)), rooms)
        return shares

    def people(self, chance: random.Random) -> Gathered:
        """Names for the flow: of those of a group who work in a session, each goes where they have been least."""
        working: dict[int, list[int]] = defaultdict(list)
        of_people = (self.tails > 0) & (self.tails < self.first_group) & (self.flows > 0)
        for tail, head in zip(self.tails[of_people].tolist(), self.heads[of_people].tolist(), strict=True):
            working[head].append(tail - 1)
        places: dict[int, list[Slot]] = defaultdict(list)
        for arc, _, slot in self.going:
            places[int(self.tails[arc])] += [slot] * int(self.flows[arc])
        gathered: Gathered = {cell: {} for cell in self.exam.cells}
        been: dict[tuple[int, str], int] = defaultdict(int)
        for node in sorted(places, key=lambda node: ((node - self.first_group) % self.exam.sessions, node)):
            for number, (cell, kind) in _sent(self.exam, working[node], places[node], been, chance):
                gathered[cell].setdefault(kind, []).append(self.staff[number].id)
                been[number, cell[1]] += 1
                if kind is None:
                    been[number, ""] += 1
        return gathered


def _of(kinds: Mapping[Kind, int], *, experienced: bool) -> int:
    return sum(kinds[Kind(sex, experienced)] for sex in Sex)


def _slots(exam: Exam, shares: Mapping[Cell, int]) -> Iterable[tuple[Slot, int]]:
    for cell in exam.cells:
        rooms, leading = len(exam.rooms_of(*cell)), shares[cell]
        for kind in KINDS:
            yield (cell, kind), leading if kind.experienced == (kind.sex is Sex.MALE) else rooms - leading
        yield (cell, None), exam.reserves


def _sent(
    exam: Exam, people: list[int], slots: list[Slot], been: Mapping[tuple[int, str], int], chance: random.Random
) -> list[tuple[int, Slot]]:
    """People of one group matched with as many slots: whom a site has seen least, and as reserve who was it least."""
    chance.shuffle(people)
    if len(set(slots)) <= 1:
        return list(zip(people, slots, strict=True))
    costs = [
        [
            been[number, ""] * 1000 if kind is None else been[number, site] * 1000 // len(exam.rooms_of(session, site))
            for (session, site), kind in slots
        ]
        for number in people
    ]
    return [(people[row], slots[column]) for row, column in assigned(np.array(costs, dtype=np.int64))]


def assigned(costs: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> list[tuple[int, int]]:
    """The assignment of rows to columns of a square table that costs least."""
    size = len(costs)
    if not size:
        return []
    solver = SimpleLinearSumAssignment()
    rows = np.repeat(np.arange(size), size)
    solver.add_arcs_with_cost(rows, np.tile(np.arange(size), size), costs.ravel())
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("no assignment: the costs are too great")
    return [(row, int(solver.right_mate(row))) for row in range(size)]
