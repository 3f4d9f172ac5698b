"""Checker: every breach of a plan, and a certificate of what was checked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from shuyuan.exams.seating.checking import bounds
from shuyuan.exams.seating.checking.tables import Place, Unreadable, digest, places, table
from shuyuan.proofread.words import say as _t

CHECKER = "shuyuan-seating-checker-1"
STEPS: dict[int, tuple[Place, ...]] = {4: ((0, 1), (1, 0)), 8: ((0, 1), (1, 0), (1, 1), (1, -1))}


@dataclass(frozen=True)
class Breach:
    kind: str
    told: str


@dataclass
class Certificate:
    """What was found. `unavoidable` are pairs of neighbours that the plan declares and no plan could be without."""

    adjacency: int
    mix: str
    counts: dict[str, int]
    sha256: dict[str, str]
    breaches: list[Breach] = field(default_factory=list)
    unavoidable: list[str] = field(default_factory=list)
    bound: int = 0
    checker: str = CHECKER

    @property
    def accepted(self) -> bool:
        return not self.breaches


@dataclass(frozen=True)
class _Sat:
    line: int
    id: str
    room: tuple[str, str]
    place: Place
    number: str


def check(
    plan: bytes,
    candidates: bytes,
    rooms: bytes,
    *,
    adjacency: int,
    mix: str = "",
    protocol: Mapping[str, Any] | None = None,
    names: tuple[str, str, str] = ("plan", "candidates", "rooms"),
) -> Certificate:
    """Check a plan against its candidates and rooms. Raises Unreadable when a file is none of the three.

    `mix` is what the rooms may hold (no, tails, yes); where it is not given, what the protocol says, else tails.
    A pair of neighbours of one school is a breach unless the protocol declares it and the bound shows that it must be.
    """
    lines = table(plan, names[0], ("id", "site", "room", "row", "column", "seat"))
    people = table(candidates, names[1], ("id", "school", "combination"))
    standing = table(rooms, names[2], ("site", "room", "layout"))
    told = protocol or {}
    mix = mix or str(told.get("mix") or "tails")
    seats = {(site, room): frozenset(places(layout)) for site, room, layout in standing}
    sha256 = {
        "plan": digest(lines), "candidates": digest(people), "rooms": _rooms_digest(standing)
    }  # fmt: skip
    counts = {"candidates": len(people), "seated": len(lines), "rooms": len(standing)}
    made = Certificate(adjacency, mix, counts, sha256)
    made.breaches += _lists(people, standing)
    belongs = {one: (school, combination) for one, school, combination in people}
    sat: list[_Sat] = []
    made.breaches += _seats(lines, belongs, seats, sat)
    made.counts["rooms_used"] = len({one.room for one in sat})
    made.breaches += _mixing(sat, belongs, seats, mix, told, made.counts)
    _neighbours(sat, belongs, seats, told, made)
    made.breaches += _declared(told, made)
    return made


def _lists(people: list[tuple[str, ...]], standing: list[tuple[str, ...]]) -> Iterator[Breach]:
    for one, number in Counter(row[0] for row in people).items():
        if number > 1:
            yield Breach("candidates", _t("考生名单里『%(id)s』有 %(n)s 行") % {"id": one, "n": number})
    for (site, room), number in Counter((row[0], row[1]) for row in standing).items():
        if number > 1:
            facts = {"site": site, "room": room, "n": number}
            yield Breach("rooms", _t("考场表里考点 %(site)s 考场 %(room)s 有 %(n)s 行") % facts)


def _seats(
    lines: list[tuple[str, ...]],
    belongs: Mapping[str, tuple[str, str]],
    seats: Mapping[tuple[str, str], frozenset[Place]],
    sat: list[_Sat],
) -> Iterator[Breach]:
    """Everybody once, on a seat there is, alone; who sits properly is added to `sat`."""
    seen: set[str] = set()
    taken: dict[tuple[tuple[str, str], Place], str] = {}
    numbers: dict[tuple[tuple[str, str], str], str] = {}
    in_room: Counter[tuple[str, str]] = Counter()
    for line, (one, site, name, row, column, number) in enumerate(lines, 2):
        where = {"line": line, "id": one, "site": site, "room": name, "row": row, "column": column, "seat": number}
        room = (site, name)
        if one not in belongs:
            yield Breach("unknown", _t("第 %(line)s 行：『%(id)s』不在考生名单里") % where)
            continue
        if one in seen:
            yield Breach("twice", _t("第 %(line)s 行：考生『%(id)s』有不止一个座位") % where)
        seen.add(one)
        if room not in seats:
            yield Breach("room", _t("第 %(line)s 行：没有考点 %(site)s 考场 %(room)s") % where)
            continue
        if not (_is_count(row) and _is_count(column) and (int(row), int(column)) in seats[room]):
            told = _t("第 %(line)s 行：考点 %(site)s 考场 %(room)s 没有第 %(row)s 排第 %(column)s 列这个座位")
            yield Breach("seat", told % where)
            continue
        place = int(row), int(column)
        in_room[room] += 1
        if (room, place) in taken:
            told = _t("第 %(line)s 行：考点 %(site)s 考场 %(room)s 第 %(row)s 排第 %(column)s 列已坐着『%(other)s』")
            yield Breach("shared", told % (where | {"other": taken[room, place]}))
            continue
        taken[room, place] = one
        if not _is_count(number) or not 1 <= int(number) <= len(seats[room]):
            yield Breach("number", _t("第 %(line)s 行：座位号『%(seat)s』不在 1 至考场座位数之间") % where)
        elif (room, number) in numbers:
            told = _t("第 %(line)s 行：考点 %(site)s 考场 %(room)s 座位号 %(seat)s 已给了『%(other)s』")
            yield Breach("number", told % (where | {"other": numbers[room, number]}))
        numbers[room, number] = one
        sat.append(_Sat(line, one, room, place, number))
    for room, number_in in in_room.items():
        if number_in > len(seats[room]):
            facts = {"site": room[0], "room": room[1], "people": number_in, "seats": len(seats[room])}
            told = _t("考点 %(site)s 考场 %(room)s 坐了 %(people)s 人，只有 %(seats)s 个座位")
            yield Breach("full", told % facts)
    for one in belongs:
        if one not in seen:
            yield Breach("unseated", _t("考生『%(id)s』没有座位") % {"id": one})


def _mixing(
    sat: list[_Sat],
    belongs: Mapping[str, tuple[str, str]],
    seats: Mapping[tuple[str, str], frozenset[Place]],
    mix: str,
    told: Mapping[str, Any],
    counts: dict[str, int],
) -> Iterator[Breach]:
    """Under no, a room has one combination. Under tails, no combination could fill one of a site's shared rooms by
    itself, unless the plan declares that it shares more of them to keep schools apart."""
    held: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in sat:
        held[one.room][belongs[one.id][1]] += 1
    shared = [room for room, combinations in held.items() if len(combinations) > 1]
    counts["mixed_rooms"] = len(shared)
    if mix == "no":
        for room in shared:
            where = {"site": room[0], "room": room[1], "combinations": "、".join(sorted(held[room]))}
            yield Breach("mixed", _t("考点 %(site)s 考场 %(room)s 有几个组合：%(combinations)s") % where)
    elif mix == "tails" and not told.get("mixed_to_keep_apart"):
        people: dict[str, Counter[str]] = defaultdict(Counter)
        for room in shared:
            people[room[0]] += held[room]
        for site, combinations in people.items():
            largest = max(len(seats[room]) for room in shared if room[0] == site)
            for combination, number in combinations.items():
                if number >= largest:
                    facts: dict[str, object] = {"site": site, "combination": combination, "n": number, "seats": largest}
                    beyond = _t("考点 %(site)s 的合编考场里『%(combination)s』有 %(n)s 人，够坐满一间（%(seats)s 座）")
                    yield Breach("tails", beyond % facts)


def _neighbours(
    sat: list[_Sat],
    belongs: Mapping[str, tuple[str, str]],
    seats: Mapping[tuple[str, str], frozenset[Place]],
    told: Mapping[str, Any],
    made: Certificate,
) -> None:
    at: dict[tuple[str, str], dict[Place, _Sat]] = defaultdict(dict)
    for one in sat:
        at[one.room][one.place] = one
    met: dict[tuple[tuple[str, str], str], list[str]] = defaultdict(list)
    for room, taken in at.items():
        for (row, column), one in taken.items():
            school = belongs[one.id][0]
            for down, right in STEPS[made.adjacency]:
                other = taken.get((row + down, column + right))
                if other is not None and belongs[other.id][0] == school:
                    facts = {"site": room[0], "room": room[1], "one": one.id, "other": other.id, "school": school}
                    pair = _t("考点 %(site)s 考场 %(room)s：『%(one)s』与『%(other)s』相邻，同是『%(school)s』")
                    met[room, school].append(pair % facts)
    made.counts["neighbours"] = sum(map(len, met.values()))
    sizes = Counter(belongs.values())
    # What no plan avoids is counted only where there is something to excuse: of an odd room it takes a second.
    must = bounds.exam(sizes, list(seats.values()), made.adjacency, shared=made.mix != "no") if met else {}
    made.bound = sum(must.values())
    declared = _claims(told)
    found: Counter[str] = Counter()
    for (_, school), pairs in met.items():
        found[school] += len(pairs)
    for key, pairs in met.items():
        school = key[1]
        if declared.get(key) != len(pairs):
            made.breaches += [Breach("neighbours", pair) for pair in pairs]
        elif found[school] > must[school]:
            sums = {"n": found[school], "bound": must[school]}
            why = _t("（方案声明为最少；该校共 %(n)s 对，能证明无法避免的有 %(bound)s 对）") % sums
            made.breaches += [Breach("neighbours", pair + why) for pair in pairs]
        else:
            made.unavoidable += pairs
    for (room, school), pairs_told in declared.items():
        if (room, school) not in met:
            claim = {"site": room[0], "room": room[1], "school": school, "n": pairs_told}
            untrue = _t("方案声明考点 %(site)s 考场 %(room)s『%(school)s』有 %(n)s 对相邻，实际没有")
            made.breaches.append(Breach("protocol", untrue % claim))


def _claims(told: Mapping[str, Any]) -> dict[tuple[tuple[str, str], str], int]:
    """How many pairs the protocol declares, by room and school. Raises Unreadable where it is none of ours."""
    try:
        left = told.get("neighbours", {}).get("left", ())
        return {((str(one["site"]), str(one["room"])), str(one["school"])): int(one["pairs"]) for one in left}
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Unreadable(_t("编排记录里的相邻声明读不懂；请用编排时写出的那一份")) from None


def _is_count(text: str) -> bool:
    return text.isdecimal() and len(text) < 5


def _declared(told: Mapping[str, Any], made: Certificate) -> Iterator[Breach]:
    """What the protocol says of its inputs and its plan is true."""
    titles = {"plan": _t("编排方案"), "candidates": _t("考生名单"), "rooms": _t("考场表")}
    for part, title in titles.items():
        noted = told.get(part)
        if isinstance(noted, dict) and (said := noted.get("sha256")) and said != made.sha256[part]:
            yield Breach("protocol", _t("%(what)s与编排记录里的校验码不符：已被改动，或不是那一份") % {"what": title})
    if "adjacency" in told and told["adjacency"] != made.adjacency:
        facts = {"drawn": told["adjacency"], "checked": made.adjacency}
        yield Breach("protocol", _t("编排时按 %(drawn)s 邻，检查按 %(checked)s 邻") % facts)


def _rooms_digest(standing: list[tuple[str, ...]]) -> str:
    """Layouts are compared as they are written, in small letters with their broken seats in order."""
    rows = []
    for site, room, layout in standing:
        head, *broken = layout.lower().replace("×", "x").replace("*", "x").split("-r")
        order = sorted({tuple(map(int, one.split("c"))) for one in broken})
        rows.append((site, room, head + "".join(f"-r{row}c{column}" for row, column in order)))
    return digest(rows)
