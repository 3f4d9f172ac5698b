"""Supplement: candidates added after the draw get free seats, and nobody who has a seat moves.

Each is put where no neighbour is of the same school; among such seats first where no room has to be shared or opened
for it, then where the school already is, then as drawn. Where that leaves neighbours, all added candidates are
placed at once by CP-SAT for the fewest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shuyuan.exams.seating.crowding import apart
from shuyuan.exams.seating.draw import Draw
from shuyuan.exams.seating.layouts import neighbours, pairs
from shuyuan.exams.seating.plan import Conflict
from shuyuan.exams.seating.refusals import Refused
from shuyuan.exams.seating.rooms import Candidate, Room, Seated, in_order, natural
from shuyuan.proofread.words import say as _t

MOST_SEATS = 240  # of the best free seats for each school and combination, what CP-SAT chooses from
Seat = tuple[int, int]  # number of the room, place of the seat in its layout


@dataclass(frozen=True)
class Supplement:
    """All lines of the plan, those added, and every pair of neighbours of one school that the whole plan has now."""

    seated: list[Seated]
    added: list[Seated]
    conflicts: list[Conflict]
    newly_mixed: int


class _Books:
    """Who sits where, and what a seat would cost somebody."""

    def __init__(self, rooms: Sequence[Room], adjacency: int, mix: str) -> None:
        self.rooms, self.adjacency, self.mix = rooms, adjacency, mix
        self.at: list[dict[int, str]] = [{} for _ in rooms]
        self.combinations: list[set[str]] = [set() for _ in rooms]
        self.sites: dict[str, set[str]] = defaultdict(set)

    def sit(self, seat: Seat, school: str, combination: str) -> None:
        room, place = seat
        self.at[room][place] = school
        self.combinations[room].add(combination)
        self.sites[school].add(self.rooms[room].site)

    def free(self, combination: str) -> list[Seat]:
        """Free seats that the rule of mixing allows."""
        return [
            (number, place)
            for number, room in enumerate(self.rooms)
            if self.mix != "no" or self.combinations[number] <= {combination}
            for place in range(len(room))
            if place not in self.at[number]
        ]

    def met(self, seat: Seat, school: str) -> int:
        room, place = seat
        near = neighbours(self.rooms[room].layout, self.adjacency)[place]
        return sum(self.at[room].get(other) == school for other in near)

    def trouble(self, seat: Seat, school: str, combination: str) -> tuple[int, int]:
        """What it makes of the room (0 nothing, 1 opened, 2 shared by combinations), and a new site for the school."""
        room = seat[0]
        held = self.combinations[room]
        if not held:
            made = 1
        elif self.mix == "tails" and combination not in held and len(held) == 1:
            made = 2
        else:
            made = 0
        return made, int(self.rooms[room].site not in self.sites[school])


def supplement(
    seated: Iterable[Seated],
    candidates: Iterable[Candidate],
    rooms: Iterable[Room],
    *,
    adjacency: int,
    seed: int,
    mix: str = "tails",
) -> Supplement:
    """Seats for those of `candidates` who are not in the plan. Raises Refused when the plan is not one of these lists,
    when nobody is new, and when the free seats do not suffice."""
    rooms = in_order(rooms)
    before = list(seated)
    people = {one.id: one for one in candidates}
    books = _Books(rooms, adjacency, mix)
    _take(books, before, people)
    known = {one.id for one in before}
    draw = Draw(seed)
    new: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in sorted(people.values(), key=lambda each: (draw.lot("added", each.id), each.id)):
        if one.id not in known:
            new[one.school, one.combination].append(one.id)
    if not new:
        raise Refused(_t("没有新增的考生：名单上的人在方案里都有座位"))
    mixed_before = sum(len(held) > 1 for held in books.combinations)
    for combination, number in Counter(c for (_, c), ids in new.items() for _ in ids).items():
        _suffice(books, combination, number)
    whole = sum(map(len, new.values()))
    free = sum(len(room) for room in rooms) - len(before)
    if whole > free:
        told = _t("新增考生 %(people)s 人，空座只有 %(seats)s 个；请增加考场")
        raise Refused(told % {"people": whole, "seats": free})
    placed, met = _greedy(books, new, draw)
    if placed is None or met:
        placed = _together(books, new, placed, draw)
    added = []
    ids = {group: iter(mine) for group, mine in new.items()}
    for group, seat in placed:
        books.sit(seat, *group)
        room = rooms[seat[0]]
        row, column = room.layout.seats[seat[1]]
        added.append(Seated(next(ids[group]), room.site, room.name, row, column, seat[1] + 1))
    every = sorted([*before, *added], key=lambda one: (natural(one.site), natural(one.room), one.seat))
    newly = sum(len(held) > 1 for held in books.combinations) - mixed_before
    return Supplement(every, added, _left(books), newly)


def _take(books: _Books, before: Sequence[Seated], people: Mapping[str, Candidate]) -> None:
    number_of = {(room.site, room.name): number for number, room in enumerate(books.rooms)}
    place_of = {room.layout: {seat: n for n, seat in enumerate(room.layout.seats)} for room in books.rooms}
    seen: set[str] = set()
    for one in before:
        where = {"id": one.id, "site": one.site, "room": one.room, "row": one.row, "column": one.column}
        if one.id not in people:
            raise Refused(_t("方案里的『%(id)s』不在考生名单里；退考的人请留在名单里，座位空着") % where)
        number = number_of.get((one.site, one.room))
        if number is None:
            raise Refused(_t("方案里的考点 %(site)s 考场 %(room)s 不在考场表里；请用编排时的考场表") % where)
        place = place_of[books.rooms[number].layout].get((one.row, one.column))
        if place is None or place in books.at[number] or one.id in seen:
            told = _t(
                "方案里『%(id)s』的座位不对（考点 %(site)s 考场 %(room)s 第 %(row)s 排第 %(column)s 列）；请先检查"
            )
            raise Refused(told % where)
        seen.add(one.id)
        books.sit((number, place), people[one.id].school, people[one.id].combination)


def _suffice(books: _Books, combination: str, number: int) -> None:
    if len(books.free(combination)) < number:
        told = _t("『%(combination)s』新增 %(people)s 人，能坐的空座只有 %(seats)s 个；请增加考场，或者用 --mix tails")
        raise Refused(told % {"combination": combination, "people": number, "seats": len(books.free(combination))})


Placed = list[tuple[tuple[str, str], Seat]]


def _greedy(books: _Books, new: Mapping[tuple[str, str], Sequence[str]], draw: Draw) -> tuple[Placed | None, int]:
    """One after the other, the largest groups first, and the pairs that makes; None when one finds nothing left.

    The books stay as they were.
    """
    tried = _Books(books.rooms, books.adjacency, books.mix)
    tried.at = [dict(one) for one in books.at]
    tried.combinations = [set(one) for one in books.combinations]
    tried.sites = defaultdict(set, {school: set(sites) for school, sites in books.sites.items()})
    placed: Placed = []
    met = 0
    for group in sorted(new, key=lambda one: (-len(new[one]), one)):
        for _ in new[group]:
            options = tried.free(group[1])
            if not options:
                return None, met
            school, combination = group
            costs = [(tried.met(seat, school), *tried.trouble(seat, school, combination), seat) for seat in options]
            least = min(cost[:3] for cost in costs)
            best = min((cost[3] for cost in costs if cost[:3] == least), key=lambda one: draw.lot("seat", *group, *one))
            tried.sit(best, school, combination)
            placed.append((group, best))
            met += least[0]
    return placed, met


def _together(books: _Books, new: Mapping[tuple[str, str], Sequence[str]], known: Placed | None, draw: Draw) -> Placed:
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    at: dict[tuple[tuple[str, str], Seat], cp_model.IntVar] = {}
    cost = []
    of_seat: dict[Seat, list[cp_model.IntVar]] = defaultdict(list)
    of_school: dict[tuple[str, Seat], list[cp_model.IntVar]] = defaultdict(list)
    in_room: dict[int, dict[str, list[cp_model.IntVar]]] = defaultdict(lambda: defaultdict(list))
    for group, ids in sorted(new.items()):
        school, combination = group
        options = sorted(
            books.free(combination),
            key=lambda at: (books.met(at, school), books.trouble(at, school, combination), draw.lot("seat", *at)),
        )[: max(MOST_SEATS, 8 * len(ids))]
        for seat in options:
            here = at[group, seat] = model.new_bool_var("")
            of_seat[seat].append(here)
            of_school[school, seat].append(here)
            in_room[seat[0]][combination].append(here)
            made, elsewhere = books.trouble(seat, school, combination)
            cost.append((1000 * books.met(seat, school) + 10 * made + elsewhere) * here)
        model.add(sum(at[group, seat] for seat in options) == len(ids))
    for ones in of_seat.values():
        model.add_at_most_one(ones)
    for (school, (number, place)), ones in of_school.items():
        for near in neighbours(books.rooms[number].layout, books.adjacency)[place]:
            if near > place and (others := of_school.get((school, (number, near)))):
                meets = model.new_bool_var("")
                model.add(sum(ones) + sum(others) <= 1 + meets)
                cost.append(1000 * meets)
    if books.mix == "no":
        for number, combinations in in_room.items():
            if not books.combinations[number] and len(combinations) > 1:
                opened = {one: model.new_bool_var("") for one in combinations}
                model.add_at_most_one(opened.values())
                for one, variables in combinations.items():
                    for variable in variables:
                        model.add_implication(variable, opened[one])
    if known is not None:
        hinted = set(known)
        for key, variable in at.items():
            model.add_hint(variable, key in hinted)
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = 5.0
    if solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return [key for key, variable in at.items() if solver.boolean_value(variable)]
    if known is None:
        raise Refused(_t("新增的考生按现在的混编规定坐不下；请增加考场，或者用 --mix tails"))
    return known


def _left(books: _Books) -> list[Conflict]:
    found = []
    for number, room in enumerate(books.rooms):
        held = books.at[number]
        met = Counter(
            held[one]
            for one, other in pairs(room.layout, books.adjacency)
            if one in held and held[one] == held.get(other)
        )
        sizes = Counter(held.values())
        most = apart(room.layout, books.adjacency)
        for school in sorted(met):
            why = "crowded" if sizes[school] > most else "open"
            found.append(Conflict(room.site, room.name, school, met[school], sizes[school], most, why))
    return found
