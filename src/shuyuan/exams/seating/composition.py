"""Composition: which rooms of a site are for which combination, from the least mixing to the most that helps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from shuyuan.exams.seating.crowding import apart
from shuyuan.exams.seating.division import Division, Pool, divide
from shuyuan.exams.seating.layouts import Layout
from shuyuan.exams.seating.orders import order
from shuyuan.exams.seating.refusals import Refused
from shuyuan.exams.seating.rooms import Group, Room, in_order, natural, opened
from shuyuan.proofread.words import say as _t

Counts = dict[str, Counter[Layout]]  # for each combination, how many rooms of each layout


@dataclass(frozen=True)
class Composition:
    division: Division
    widened: int  # rooms that are mixed only to keep schools apart, beyond what remainders need


def compositions(rooms: Sequence[Room], groups: Mapping[Group, int], adjacency: int, mix: str) -> Iterator[Composition]:
    """Ways to use the rooms of a site, one after the other until one seats everybody apart.

    First the fewest rooms with the least mixing; then as much more as lets everybody sit apart who can, if each room is
    solved for; then as much as it takes for no room to need more than K of one school.
    """
    if sum(map(len, rooms)) < sum(groups.values()):
        raise Refused(_too_many(rooms, groups))
    if mix == "no":
        yield from _apart(rooms, groups, adjacency)
        return
    builder, steps = (_tails if mix == "tails" else _together)(rooms, groups, adjacency)
    build = cache(builder)
    best, low = build(steps if build(0).division.beyond else 0), 0
    for measure in (_crowded, _beyond):
        goal = measure(best)
        if measure(build(low)) > goal:
            # The fewest steps that reach what all of them reach: doubling, then halving.
            step = 1
            while low + step < steps and measure(build(low + step)) > goal:
                step *= 2
            short, enough = low + step // 2, min(low + step, steps)
            while enough - short > 1:
                middle = (short + enough) // 2
                short, enough = (middle, enough) if measure(build(middle)) > goal else (short, middle)
            low = enough
        elif measure is _beyond:
            return
        yield build(low)


def _crowded(composition: Composition) -> int:
    return composition.division.crowded


def _beyond(composition: Composition) -> int:
    return composition.division.beyond


def _too_many(rooms: Sequence[Room], groups: Mapping[Group, int]) -> str:
    told = _t("考生 %(people)s 人，座位只有 %(seats)s 个，差 %(short)s 个；请增加考场或减少考生")
    people, seats = sum(groups.values()), sum(map(len, rooms))
    return told % {"people": people, "seats": seats, "short": people - seats}


Builder = tuple[Callable[[int], Composition], int]


def _together(rooms: Sequence[Room], groups: Mapping[Group, int], adjacency: int) -> Builder:
    """All combinations in all rooms; each step opens one more."""
    base, spare = opened(rooms, sum(groups.values()))

    def build(step: int) -> Composition:
        return Composition(divide(groups, _pools({None: [*base, *spare[:step]]}), adjacency), 0)

    return build, len(spare)


def _tails(rooms: Sequence[Room], groups: Mapping[Group, int], adjacency: int) -> Builder:
    """Each combination fills rooms of its own, what remains shares; a step opens a room or gives one up to share."""
    base, spare = opened(rooms, sum(groups.values()))
    most, pure = _pure(base, groups, adjacency)
    lost = sum(sum(one.values()) for one in most.values()) - sum(sum(one.values()) for one in pure.values())
    given = _given_up(pure, groups, adjacency)

    def build(step: int) -> Composition:
        kept = {combination: Counter(counts) for combination, counts in pure.items()}
        for combination, layout in given[: max(0, step - len(spare))]:
            kept[combination][layout] -= 1
        chosen: dict[str | None, list[Room]] = {}
        left = list(base)
        for combination in sorted(kept, key=natural):
            mine = []
            for layout, number in kept[combination].items():
                mine += [room for room in left if room.layout == layout][:number]
            taken = {(room.site, room.name) for room in mine}
            left = [room for room in left if (room.site, room.name) not in taken]
            chosen[combination] = mine
        chosen[None] = [*left, *spare[: min(step, len(spare))]]
        return Composition(divide(groups, _pools(chosen), adjacency), lost + step)

    return build, len(spare) + len(given)


def _pure(rooms: Sequence[Room], groups: Mapping[Group, int], adjacency: int) -> tuple[Counts, Counts]:
    """Rooms that each combination fills; and those left of them that it fills with no school beyond what sits apart."""
    by_layout = Counter(room.layout for room in rooms)
    rest = _by_combination(groups)
    most: Counts = {combination: Counter() for combination in rest}
    for layout in sorted(by_layout, key=lambda one: (-len(one), one.text)):
        for combination in sorted(rest, key=lambda one: (-rest[one], natural(one))):
            number = min(by_layout[layout], rest[combination] // len(layout))
            by_layout[layout] -= number
            rest[combination] -= number * len(layout)
            most[combination][layout] = number
    pure = {combination: Counter(counts) for combination, counts in most.items()}
    schools = _schools(groups)
    for combination, counts in pure.items():
        while sum(counts.values()):
            free = sum(apart(layout, adjacency) * number for layout, number in counts.items())
            seats = sum(len(layout) * number for layout, number in counts.items())
            if sum(min(count, free) for count in schools[combination].values()) >= seats:
                break
            counts[min((layout for layout in counts if counts[layout]), key=len)] -= 1
    return most, pure


def _given_up(pure: Counts, groups: Mapping[Group, int], adjacency: int) -> list[tuple[str, Layout]]:
    """The rooms of their own in the order in which they are given up: where one school weighs most, first."""
    schools = {combination: max(counts.values()) for combination, counts in _schools(groups).items()}
    kept = {combination: Counter(counts) for combination, counts in pure.items()}
    free = {
        combination: sum(order(layout, adjacency).k * number for layout, number in counts.items())
        for combination, counts in kept.items()
    }
    given = []
    while any(free.values()):
        weighs = {combination: schools[combination] / free[combination] for combination in free if free[combination]}
        heaviest = max(weighs, key=lambda one: (weighs[one], natural(one)))
        held = [layout for layout, number in kept[heaviest].items() if number]
        layout = min(held, key=lambda one: (len(one), one.text))
        kept[heaviest][layout] -= 1
        free[heaviest] -= order(layout, adjacency).k
        given.append((heaviest, layout))
    return given


def _apart(rooms: Sequence[Room], groups: Mapping[Group, int], adjacency: int) -> Iterator[Composition]:
    """No room is shared: each combination gets rooms that hold it; then spare ones where schools crowd most."""
    chosen = _rooms_for(rooms, _by_combination(groups))
    taken = {(room.site, room.name) for mine in chosen.values() for room in mine}
    spare = sorted(
        (room for room in in_order(rooms) if (room.site, room.name) not in taken), key=lambda room: -len(room)
    )
    first = divide(groups, _pools(chosen), adjacency)
    yield Composition(first, 0)
    if not first.beyond or not spare:
        return
    greatest = {combination: max(counts.values()) for combination, counts in _schools(groups).items()}
    for room in spare:
        short = {
            combination: greatest[combination] - sum(order(one.layout, adjacency).k for one in mine)
            for combination, mine in chosen.items()
        }
        crowded = max(short, key=lambda one: (short[one], natural(one)))
        if short[crowded] <= 0:
            break
        chosen[crowded].append(room)
    yield Composition(divide(groups, _pools(chosen), adjacency), 0)


def _rooms_for(rooms: Sequence[Room], people: Mapping[str, int]) -> dict[str, list[Room]]:
    """As few rooms as hold each combination by itself. Raises Refused when the rooms do not suffice."""
    left = sorted(in_order(rooms), key=lambda room: -len(room))
    chosen: dict[str, list[Room]] = {combination: [] for combination in sorted(people, key=natural)}
    for combination in sorted(people, key=lambda one: (-people[one], natural(one))):
        rest = people[combination]
        while rest > 0 and left:
            full = [room for room in left if len(room) <= rest]
            room = full[0] if full else left[-1] if len(left[-1]) >= rest else left[0]
            if not full:  # the smallest room that holds the remainder
                room = min((room for room in left if len(room) >= rest), key=len)
            chosen[combination].append(room)
            left.remove(room)
            rest -= len(room)
        if rest > 0:
            from shuyuan.exams.seating.covering import covered

            if (exact := covered(rooms, people)) is not None:
                return exact
            told = _t(
                "组合不混编（--mix no）时坐不下：%(combinations)s 个组合各占整间考场，%(rooms)s 间考场不够，"
                "『%(combination)s』还有 %(rest)s 人没有座位；请增加考场，或者用 --mix tails 让余数合编"
            )
            facts = {"combinations": len(people), "rooms": len(rooms), "combination": combination, "rest": rest}
            raise Refused(told % facts)
    return chosen


def _pools(chosen: Mapping[Any, Sequence[Room]]) -> list[Pool]:
    """Rooms by combination, None for those that all share, as pools of one layout each."""
    pools = []
    for combination, rooms in chosen.items():
        by_layout: dict[Layout, list[Room]] = defaultdict(list)
        for room in in_order(rooms):
            by_layout[room.layout].append(room)
        pools += [Pool(combination, layout, tuple(mine)) for layout, mine in by_layout.items()]
    return pools


def _by_combination(groups: Mapping[Group, int]) -> Counter[str]:
    people: Counter[str] = Counter()
    for (_, combination), count in groups.items():
        people[combination] += count
    return people


def _schools(groups: Mapping[Group, int]) -> dict[str, dict[str, int]]:
    schools: dict[str, dict[str, int]] = defaultdict(dict)
    for (school, combination), count in groups.items():
        schools[combination][school] = count
    return schools
