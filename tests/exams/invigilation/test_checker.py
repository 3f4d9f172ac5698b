"""The checker finds every kind of damage to a rota that was sound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shuyuan.exams.invigilation.checker import check
from shuyuan.exams.invigilation.drawing import draw
from shuyuan.exams.invigilation.exam import Exam, Own
from tests.exams.invigilation import made

EXAM = made.exam(reserves=1, chiefs=True)
ROTA = draw(EXAM, 1).rota
Rows = made.Rows


def checked(damage: Callable[[Rows, Rows, Rows, Rows], Any] | None = None, exam: Exam = EXAM) -> set[str]:
    staff, rooms, rota, seating = made.rows(exam, ROTA)
    if damage:
        damage(staff, rooms, rota, seating)
    found = check(staff, rooms, rota, sessions=4, seating=seating, own=exam.own.value, reserves=1, chiefs=True)
    return {f"{one.kind}{'!' if one.breach else ''}" for one in found.findings}


def first(rota: Rows, role: str = "a", session: str = "1") -> dict[str, str]:
    return next(row for row in rota if (row["role"], row["session"]) == (role, session))


def somebody(staff: Rows, rota: Rows, **wanted: str) -> str:
    """Who is free in the first session and is as wanted."""
    busy = {row["id"] for row in rota if row["session"] == "1" or row["role"] == "chief"}
    return next(one["id"] for one in staff if one["id"] not in busy and wanted.items() <= one.items())


def test_a_sound_rota_has_no_findings() -> None:
    assert checked() == set()


def away(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    next(one for one in staff if one["id"] == first(rota)["id"])["unavailable"] = "1-2"


def own_room(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    row = first(rota)
    school = next(one["school"] for one in staff if one["id"] == row["id"])
    seating.append({"site": row["site"], "room": row["room"], "school": school})


def own_site(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    row = first(rota, "reserve")
    school = next(one["school"] for one in staff if one["id"] == row["id"])
    seating.append({"site": row["site"], "room": "999", "school": school})


def unknown_person(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    first(rota)["id"] = "nobody"


def two_places(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    rows = [row for row in rota if row["session"] == "1" and row["role"] == "a"]
    rows[0]["id"] = rows[1]["id"]


def empty(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    first(rota, "b")["id"] = ""


def missing(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    rota.remove(first(rota, "b"))


def no_reserve(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    first(rota, "reserve")["id"] = ""


def no_chief(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    rota.remove(first(rota, "chief"))


def unknown_room(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    rota.append({"session": "1", "site": "01", "room": "404", "role": "a", "id": somebody(staff, rota)})


def unknown_session(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    rota.append({**first(rota), "session": "9"})


def unknown_role(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    rota.append({**first(rota), "role": "c", "id": somebody(staff, rota)})


def too_many(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    rota.append({**first(rota), "id": somebody(staff, rota)})


def same_school(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
    row = first(rota)
    two = {one["id"] for one in rota if all(one[name] == row[name] for name in ("session", "site", "room"))}
    for one in staff:
        if one["id"] in two:
            one["school"] = "新校"


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (away, "away!"),
        (own_room, "own_room!"),
        (own_site, "own_site"),
        (unknown_person, "unknown_person!"),
        (two_places, "two_places!"),
        (empty, "empty!"),
        (missing, "empty!"),
        (no_reserve, "no_reserve"),
        (no_chief, "no_chief"),
        (unknown_room, "unknown_post!"),
        (unknown_session, "unknown_post!"),
        (unknown_role, "unknown_post!"),
        (too_many, "too_many!"),
        (same_school, "same_school"),
    ],
)
def test_each_damage_is_found(damage: Callable[..., None], kind: str) -> None:
    assert kind in checked(damage)


def pair(one: dict[str, str], other: dict[str, str], session: str, room: str) -> Rows:
    return [
        {"session": session, "site": "01", "room": room, "role": role, "id": person["id"]}
        for role, person in (("a", one), ("b", other))
    ]


def person(name: str, sex: str, experienced: str) -> dict[str, str]:
    return {"id": name, "school": f"{name}校", "sex": sex, "experienced": experienced}


def test_a_pair_and_a_room_that_come_again_and_kinds_that_do_not_fit_are_told() -> None:
    one, other = person("甲", "男", "是"), person("乙", "男", "是")
    third, fourth = person("丙", "女", "否"), person("丁", "女", "否")
    rooms = [{"site": "01", "room": "001"}, {"site": "01", "room": "002"}]
    rota = [*pair(one, other, "1", "001"), *pair(third, fourth, "1", "002")]
    rota += [*pair(other, one, "2", "001"), *pair(fourth, third, "2", "002")]
    found = check([one, other, third, fourth], rooms, rota, sessions=2)
    assert found.counts == {
        "pair_again": 2,
        "room_again": 4,
        "same_sex": 4,
        "two_experienced": 2,
        "two_new": 2,
    }
    assert all(one.avoidable for one in found.findings if one.kind in ("same_sex", "two_new"))
    assert not found.breaches


def test_a_load_is_called_avoidable_when_a_task_could_be_handed_on() -> None:
    people = [person(name, "男", "是") for name in "甲乙丙丁"]
    rooms = [{"site": "01", "room": "001"}]
    rota = [*pair(people[0], people[1], "1", "001"), *pair(people[0], people[1], "2", "001")]
    found = [one for one in check(people, rooms, rota, sessions=2).findings if one.kind == "load"]
    assert [one.avoidable for one in found] == [True, True]
    for one in people[2:]:
        one["unavailable"] = "1,2"
    found = [one for one in check(people, rooms, rota, sessions=2).findings if one.kind == "load"]
    assert [one.avoidable for one in found] == [False, False]


def test_the_certificate_names_the_same_tables_in_any_order() -> None:
    staff, rooms, rota, seating = made.rows(EXAM, ROTA)
    one = check(staff, rooms, rota, sessions=4, seating=seating, reserves=1, chiefs=True)
    other = check(staff[::-1], rooms[::-1], rota[::-1], sessions=4, seating=seating[::-1], reserves=1, chiefs=True)
    assert one == other
    rota[0]["id"] = ""
    assert check(staff, rooms, rota, sessions=4, seating=seating, reserves=1, chiefs=True).rota != one.rota


def test_where_only_rooms_are_kept_from_a_site_of_their_own_school_is_no_finding() -> None:
    def own(staff: Rows, rooms: Rows, rota: Rows, seating: Rows) -> None:
        own_site(staff, rooms, rota, seating)

    exam = made.exam(reserves=1, chiefs=True, own=Own.ROOM)
    assert "own_site" not in checked(own, exam)
