"""The checker finds what is wrong in a plan, whoever made it, and believes nothing that it cannot show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuyuan.exams.seating import files
from shuyuan.exams.seating.checking.checker import check
from shuyuan.exams.seating.checking.tables import Unreadable
from shuyuan.exams.seating.instances import INSTANCES
from shuyuan.exams.seating.layouts import parse
from shuyuan.exams.seating.plan import Plan, plan
from shuyuan.exams.seating.protocol import protocol
from shuyuan.exams.seating.rooms import Candidate, Room, Seated
from tests.exams.seating.present import as_files, checked, table

SMALL = INSTANCES["small"]
PEOPLE, ROOMS = SMALL.made()
MADE = plan(PEOPLE, ROOMS, adjacency=8, seed=1)
Tamper = Callable[[list[Seated]], None]


def kinds(seated: list[Seated], adjacency: int = 8, mix: str = "tails") -> set[str]:
    people, rooms = as_files(PEOPLE, ROOMS)
    found = check(files.written(seated), people, rooms, adjacency=adjacency, mix=mix)
    return {breach.kind for breach in found.breaches}


def test_a_good_plan_is_accepted_and_certified() -> None:
    found = checked(MADE, PEOPLE, ROOMS)
    told = protocol(MADE, PEOPLE, ROOMS)
    assert found.accepted and not found.unavoidable
    assert found.counts["candidates"] == found.counts["seated"] == 280
    assert found.sha256 == {part: told[part]["sha256"] for part in ("plan", "candidates", "rooms")}


def drop(seated: list[Seated]) -> None:
    del seated[5]


def seat_twice(seated: list[Seated]) -> None:
    used = {(one.room, one.row, one.column) for one in seated}
    free = next(
        (room.name, row, column, number)
        for room in ROOMS
        for number, (row, column) in enumerate(room.layout.seats, 1)
        if (room.name, row, column) not in used
    )
    seated.append(seated[0]._replace(room=free[0], row=free[1], column=free[2], seat=free[3]))


def share(seated: list[Seated]) -> None:
    seated[1] = seated[1]._replace(row=seated[0].row, column=seated[0].column)


def number_twice(seated: list[Seated]) -> None:
    seated[1] = seated[1]._replace(seat=seated[0].seat)


def number_none(seated: list[Seated]) -> None:
    seated[1] = seated[1]._replace(seat=31)


def leave_the_room(seated: list[Seated]) -> None:
    seated[1] = seated[1]._replace(row=7)


def invent_a_room(seated: list[Seated]) -> None:
    seated[1] = seated[1]._replace(room="99")


def invent_somebody(seated: list[Seated]) -> None:
    seated[1] = seated[1]._replace(id="nobody")


@pytest.mark.parametrize(
    ("tamper", "kind"),
    [
        (drop, "unseated"),
        (seat_twice, "twice"),
        (share, "shared"),
        (number_twice, "number"),
        (number_none, "number"),
        (leave_the_room, "seat"),
        (invent_a_room, "room"),
        (invent_somebody, "unknown"),
    ],
)
def test_what_was_done_to_a_plan_is_found(tamper: Tamper, kind: str) -> None:
    seated = list(MADE.seated)
    tamper(seated)
    assert kind in kinds(seated)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_exchanging_two_people_is_found_by_the_hash_and_where_it_matters_by_the_neighbours(data: st.DataObject) -> None:
    one, other = data.draw(st.lists(st.integers(0, len(MADE.seated) - 1), min_size=2, max_size=2, unique=True))
    seated = list(MADE.seated)
    seated[one], seated[other] = seated[one]._replace(id=seated[other].id), seated[other]._replace(id=seated[one].id)
    people, rooms = as_files(PEOPLE, ROOMS)
    told = protocol(MADE, PEOPLE, ROOMS)
    found = check(files.written(seated), people, rooms, adjacency=8, protocol=told)
    assert "protocol" in {breach.kind for breach in found.breaches}
    school = {person.id: person.school for person in PEOPLE}
    at = {(each.room, each.row, each.column): school[each.id] for each in seated}
    ahead = ((0, 1), (1, -1), (1, 0), (1, 1))
    met = sum(at.get((room, row + y, column + x)) == mine for (room, row, column), mine in at.items() for y, x in ahead)
    assert found.counts["neighbours"] == met
    assert sum(breach.kind == "neighbours" for breach in found.breaches) == met


def test_neighbours_by_the_diagonal_count_only_with_eight() -> None:
    people = [Candidate("a", "S", "C"), Candidate("b", "S", "C")]
    rooms = [Room("P", "1", parse("2x2")), Room("P", "2", parse("2x2"))]
    seated = [Seated("a", "P", "1", 1, 1, 1), Seated("b", "P", "1", 2, 2, 3)]
    both = [check(files.written(seated), *as_files(people, rooms), adjacency=adjacency) for adjacency in (4, 8)]
    assert [one.accepted for one in both] == [True, False]
    assert "『a』与『b』相邻，同是『S』" in both[1].breaches[0].told


def test_pairs_that_another_plan_avoids_are_not_believed_though_they_are_declared() -> None:
    people = [Candidate(f"{school}{n}", school, "C") for school in "AB" for n in range(8)]
    rooms = [Room("P", str(n), parse("4x2")) for n in (1, 2)]
    seats = rooms[0].layout.seats
    seated = [
        Seated(person.id, "P", "1" if person.school == "A" else "2", *seats[n % 8], n % 8 + 1)
        for n, person in enumerate(people)
    ]
    false = Plan(seated, 4, 1, "tails", "one")
    told = protocol(false, people, rooms)
    told["neighbours"]["left"] = [
        {"site": "P", "room": room, "school": school, "pairs": 10} for room, school in (("1", "A"), ("2", "B"))
    ]
    found = check(files.written(seated), *as_files(people, rooms), adjacency=4, protocol=told)
    assert found.counts["neighbours"] == 20 and found.bound == 0
    assert len(found.breaches) == 20 and "能证明无法避免的有 0 对" in found.breaches[0].told


def test_pairs_that_must_be_are_accepted_when_declared_and_only_then() -> None:
    people = [Candidate(str(n), "S", "C") for n in range(5)]
    rooms = [Room("P", "1", parse("3x3"))]
    full = [Candidate(str(n), "S", "C") for n in range(6)]
    assert checked(plan(people, rooms, adjacency=4, seed=1), people, rooms).accepted
    made = plan(full, rooms, adjacency=4, seed=1)
    declared = checked(made, full, rooms)
    assert declared.accepted and len(declared.unavoidable) == made.pairs == declared.bound == 3
    assert not checked(made, full, rooms, declared=False).accepted
    assert not checked(replace(made, conflicts=[]), full, rooms).accepted


def test_a_declared_pair_that_is_not_there_is_a_false_statement() -> None:
    told = protocol(MADE, PEOPLE, ROOMS)
    told["neighbours"]["left"] = [{"site": "P1", "room": "01", "school": "S1", "pairs": 3}]
    found = check(files.written(MADE.seated), *as_files(PEOPLE, ROOMS), adjacency=8, protocol=told)
    assert [breach.kind for breach in found.breaches] == ["protocol"]


def test_combinations_in_one_room_are_a_breach_where_rooms_are_not_shared() -> None:
    assert "mixed" in kinds(list(MADE.seated), mix="no")
    assert "mixed" not in kinds(list(MADE.seated), mix="tails")


def test_sharing_more_than_tails_is_a_breach_unless_it_is_declared() -> None:
    together = plan(PEOPLE, ROOMS, adjacency=8, seed=1, mix="yes")
    assert "tails" in kinds(together.seated)
    assert kinds(together.seated, mix="yes") == set()
    told = protocol(replace(together, mix="tails", widened=9), PEOPLE, ROOMS)
    assert check(files.written(together.seated), *as_files(PEOPLE, ROOMS), adjacency=8, protocol=told).accepted


def test_checked_by_other_neighbours_than_it_was_drawn_for_is_told() -> None:
    told = protocol(MADE, PEOPLE, ROOMS)
    found = check(files.written(MADE.seated), *as_files(PEOPLE, ROOMS), adjacency=4, protocol=told)
    assert "编排时按 8 邻，检查按 4 邻" in found.breaches[0].told


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "表头应有 id,school,combination，缺少「id、school、combination」"),
        (b"id,school\n1,A\n", "缺少「combination」"),
        (b'id,school,combination\n"1,A,C\n', "第 2 行不是完整的 CSV"),
        (b"\xff\xff\xff", "编码认不出来"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        check(files.written(MADE.seated), data, as_files(PEOPLE, ROOMS)[1], adjacency=8)


def test_lists_that_name_somebody_twice_are_told() -> None:
    people = table(files.CANDIDATES, [*PEOPLE, PEOPLE[0]])
    found = check(files.written(MADE.seated), people, as_files(PEOPLE, ROOMS)[1], adjacency=8)
    assert "candidates" in {breach.kind for breach in found.breaches}


@pytest.mark.parametrize("left", [3, ["x"], [{"site": "P1"}], [{"site": 1, "room": 1, "school": 1, "pairs": "many"}]])
def test_a_protocol_that_makes_no_sense_is_refused(left: object) -> None:
    told = {"neighbours": {"left": left}}
    with pytest.raises(Unreadable, match="编排记录里的相邻声明读不懂"):
        check(files.written(MADE.seated), *as_files(PEOPLE, ROOMS), adjacency=8, protocol=told)


@pytest.mark.parametrize("layout", ["999999x999999", "9" * 5000 + "x5", "1-" * 400 + "1", "7", "x", "6x5-r1"])
def test_a_room_that_no_memory_holds_is_no_layout(layout: str) -> None:
    rooms = table(files.ROOMS, [("P1", "01", layout)])
    with pytest.raises(Unreadable, match="不是考场布局"):
        check(files.written(MADE.seated), as_files(PEOPLE, ROOMS)[0], rooms, adjacency=8)


def test_numbers_of_thousands_of_digits_are_no_seats() -> None:
    lines = [(PEOPLE[0].id, "P1", "01", "9" * 5000, "1", "1"), (PEOPLE[1].id, "P1", "01", "1", "1", "3" * 5000)]
    seated = table(files.PLAN, lines)
    found = check(seated, *as_files(PEOPLE, ROOMS), adjacency=8)
    assert {"seat", "number"} <= {breach.kind for breach in found.breaches}
