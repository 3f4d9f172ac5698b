"""Plan: sites, rooms and seats for all candidates, drawn from a seed; the same seed gives the same plan.

Whole schools to sites first, then the rooms of each site; where that leaves neighbours of one school, every school is
spread over all sites, and where that does too, all rooms are filled as one. The first plan without such neighbours is
taken, otherwise the one with the fewest; each pair that is left is told with its room, its school and why.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from shuyuan.exams.seating import sites
from shuyuan.exams.seating.arrange import Arranger
from shuyuan.exams.seating.composition import Composition, compositions
from shuyuan.exams.seating.crowding import apart, bound
from shuyuan.exams.seating.draw import ALGORITHM, Draw
from shuyuan.exams.seating.layouts import ADJACENCIES, pairs
from shuyuan.exams.seating.refusals import Refused
from shuyuan.exams.seating.rooms import MIXES, Candidate, Group, Room, Seated, in_order, natural
from shuyuan.proofread.words import say as _t

WORK = 3.0  # what CP-SAT may do for one plan in all, in deterministic time (about seconds)


@dataclass(frozen=True)
class Conflict:
    """Neighbours of one school that are left in a room. `why` is crowded (the pigeonhole: more than can sit apart),
    packed (proved for all who are in the room) or open (the fewest found, not proved)."""

    site: str
    room: str
    school: str
    pairs: int
    people: int
    apart: int
    why: str

    def __str__(self) -> str:
        told = {
            "crowded": _t("该校本场 %(people)s 人，这间考场至多 %(apart)s 人能互不相邻"),
            "packed": _t("该校本场 %(people)s 人，与同场其他各校的人数合在一起，已证明排不开"),
            "open": _t("该校本场 %(people)s 人，这是找到的最少的，没有证明不能更少"),
        }[self.why] % {"people": self.people, "apart": self.apart}
        place = _t("考点 %(site)s 考场 %(room)s：『%(school)s』有 %(pairs)s 对相邻")
        where = {"site": self.site, "room": self.room, "school": self.school, "pairs": self.pairs}
        return place % where + _t("；") + told


@dataclass
class Plan:
    """Lines by site, room and seat, and what a protocol has to tell of how they came about."""

    seated: list[Seated]
    adjacency: int
    seed: int
    mix: str
    way: str  # schools (whole ones to sites), spread, one (all rooms as one), given, or added to a plan
    conflicts: list[Conflict] = field(default_factory=list)
    least: int = 0  # a bound that no plan for these candidates and rooms can be below
    mixed: Counter[str] = field(default_factory=Counter)  # rooms with several combinations, by site
    widened: int = 0  # of them, those mixed only to keep schools apart
    split: int = 0  # schools at more than one site
    algorithm: str = ALGORITHM

    @property
    def pairs(self) -> int:
        return sum(one.pairs for one in self.conflicts)


def plan(
    candidates: Iterable[Candidate],
    rooms: Sequence[Room],
    *,
    adjacency: int,
    seed: int,
    mix: str = "tails",
    amounts: sites.Amounts | None = None,
) -> Plan:
    """Everybody seated. `amounts` says how many of each school go to each site, where that was decided before.

    Raises Refused when there are more candidates than seats, or combinations that cannot be kept apart as asked.
    """
    if adjacency not in ADJACENCIES:
        raise Refused(_t("相邻关系只有 4（前后左右）和 8（含斜角）：『%(given)s』") % {"given": adjacency})
    if mix not in MIXES:
        raise Refused(_t("混编方式只有 %(known)s：『%(given)s』") % {"known": "no、tails、yes", "given": mix})
    draw = Draw(seed)
    drawn = _drawn(candidates, draw)
    if not drawn:
        raise Refused(_t("没有考生"))
    rooms = in_order(rooms)
    groups = {group: len(ids) for group, ids in drawn.items()}
    people, seats = sum(groups.values()), sum(map(len, rooms))
    if people > seats:
        told = _t("考生 %(people)s 人，座位只有 %(seats)s 个，差 %(short)s 个；请增加考场或减少考生")
        raise Refused(told % {"people": people, "seats": seats, "short": people - seats})
    schools = _schools(groups)
    least = bound(groups, rooms, adjacency, mix)
    arranger = Arranger(adjacency, draw, work=WORK)
    best: Plan | None = None
    refused: Refused | None = None
    for way, assigned in _ways(drawn, schools, rooms, adjacency, draw, amounts):
        try:
            found = _Seating(rooms, arranger, mix).of(assigned, one=way == "one")
        except Refused as error:
            refused = error
            continue
        made = Plan(found.seated, adjacency, seed, mix, way, found.conflicts, least, found.mixed, found.widened)
        if best is None or made.pairs < best.pairs:
            best = made
        if best.pairs <= least:
            break
    if best is None:
        raise refused or Refused(_t("没有考生"))
    best.split = _split(drawn, best.seated)
    return best


def _drawn(candidates: Iterable[Candidate], draw: Draw) -> dict[Group, list[str]]:
    """Those of each school and combination in drawn order, and so the groups. Rows may come in any order."""
    lots: dict[Group, list[tuple[bytes, str]]] = defaultdict(list)
    for one in candidates:
        lots[one.school, one.combination].append((draw.lot(one.id), one.id))
    place = {school: draw.lot("school", school) for school, _ in lots}
    drawn = {}
    for group in sorted(lots, key=lambda one: (place[one[0]], *one)):
        lots[group].sort()
        drawn[group] = [one for _, one in lots[group]]
    return drawn


def _ways(
    drawn: Mapping[Group, Sequence[str]],
    schools: Mapping[str, int],
    rooms: Sequence[Room],
    adjacency: int,
    draw: Draw,
    amounts: sites.Amounts | None,
) -> Iterator[tuple[str, sites.Assigned]]:
    if amounts is not None:
        yield "given", sites.assigned(amounts, drawn, draw)
        return
    if len({room.site for room in rooms}) > 1:
        yield "schools", sites.assigned(sites.quick(schools, rooms, adjacency, draw), drawn, draw)
        yield "spread", sites.assigned(sites.evenly(schools, rooms, draw), drawn, draw)
    yield "one", {"": {group: list(ids) for group, ids in drawn.items()}}


class _Seating:
    """One way of seating everybody, site by site."""

    def __init__(self, rooms: Sequence[Room], arranger: Arranger, mix: str) -> None:
        self.rooms, self.arranger, self.mix = rooms, arranger, mix
        self.adjacency, self.draw = arranger.adjacency, arranger.draw
        self.seated: list[Seated] = []
        self.conflicts: list[Conflict] = []
        self.mixed: Counter[str] = Counter()
        self.widened = 0

    def of(self, assigned: sites.Assigned, *, one: bool) -> _Seating:
        by_site: dict[str, list[Room]] = defaultdict(list)
        for room in self.rooms:
            by_site["" if one else room.site].append(room)
        for site in sorted(assigned, key=natural):
            if assigned[site]:
                self._site(by_site[site], assigned[site])
        return self

    def _site(self, rooms: Sequence[Room], drawn: Mapping[Group, Sequence[str]]) -> None:
        groups = {group: len(ids) for group, ids in drawn.items()}
        best: tuple[int, list[Seated], list[Conflict], Counter[str], int] | None = None
        for composition in compositions(rooms, groups, self.adjacency, self.mix):
            seated, conflicts, mixed = self._seat(composition, drawn)
            pairs_left = sum(one.pairs for one in conflicts)
            if best is None or pairs_left < best[0]:
                best = pairs_left, seated, conflicts, mixed, composition.widened
            if not pairs_left:
                break
        assert best is not None
        self.seated += best[1]
        self.conflicts += best[2]
        self.mixed += best[3]
        self.widened += best[4]

    def _seat(
        self, composition: Composition, drawn: Mapping[Group, Sequence[str]]
    ) -> tuple[list[Seated], list[Conflict], Counter[str]]:
        held = self._deal(composition, drawn)
        seated: list[Seated] = []
        conflicts: list[Conflict] = []
        mixed: Counter[str] = Counter()
        for room in sorted(held, key=lambda one: (natural(one.site), natural(one.name))):
            blocks: dict[str, list[str]] = defaultdict(list)
            combinations = set()
            for (school, combination), one in held[room]:
                blocks[school].append(one)
                combinations.add(combination)
            mixed[room.site] += len(combinations) > 1
            names = list(blocks)
            sizes = [len(blocks[name]) for name in names]
            pattern = self.arranger.arrange(room.layout, sizes, "room", room.site, room.name)
            people = [iter(blocks[name]) for name in names]
            for seat, block in enumerate(pattern.blocks):
                if block >= 0:
                    row, column = room.layout.seats[seat]
                    seated.append(Seated(next(people[block]), room.site, room.name, row, column, seat + 1))
            if pattern.conflicts:
                conflicts += self._left(room, names, sizes, pattern.blocks, proved=pattern.proved)
        return seated, conflicts, mixed

    def _deal(
        self, composition: Composition, drawn: Mapping[Group, Sequence[str]]
    ) -> dict[Room, list[tuple[Group, str]]]:
        """The people of each pool, school by school, dealt to its rooms in turn: each gets at most ⌈n / R⌉ of one."""
        begin: Counter[Group] = Counter()
        held: dict[Room, list[tuple[Group, str]]] = {}
        for pool, amounts in zip(composition.division.pools, composition.division.amounts, strict=True):
            rooms = self.draw.shuffled(pool.rooms, "deal", called=lambda room: (room.site, room.name))
            line: dict[str, list[tuple[Group, str]]] = defaultdict(list)
            for group, count in amounts.items():
                mine = drawn[group][begin[group] : begin[group] + count]
                begin[group] += count
                line[group[0]] += [(group, one) for one in mine]
            dealt = [person for school in line.values() for person in school]
            for number, room in enumerate(rooms):
                if mine_here := dealt[number :: len(rooms)]:
                    held[room] = mine_here
        return held

    def _left(
        self, room: Room, names: list[str], sizes: list[int], blocks: Sequence[int], *, proved: bool
    ) -> Iterator[Conflict]:
        met = Counter(
            blocks[one] for one, other in pairs(room.layout, self.adjacency) if blocks[one] == blocks[other] >= 0
        )
        most = apart(room.layout, self.adjacency)
        for block in sorted(met):
            why = "crowded" if sizes[block] > most else "packed" if proved else "open"
            yield Conflict(room.site, room.name, names[block], met[block], sizes[block], most, why)


def _schools(groups: Mapping[Group, int]) -> dict[str, int]:
    schools: Counter[str] = Counter()
    for (school, _), count in groups.items():
        schools[school] += count
    return dict(schools)


def _split(drawn: Mapping[Group, Sequence[str]], seated: Sequence[Seated]) -> int:
    site = {one.id: one.site for one in seated}
    at: dict[str, set[str]] = defaultdict(set)
    for (school, _), ids in drawn.items():
        at[school].update(site[one] for one in ids)
    return sum(len(places) > 1 for places in at.values())
