"""The draw keeps its rules, in their order, and names what it could not keep."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings

from shuyuan.exams.invigilation.checker import Certificate, check
from shuyuan.exams.invigilation.drawing import Drawn, draw
from shuyuan.exams.invigilation.exam import Exam, Own, Person, Role, Room, Sex
from shuyuan.exams.invigilation.faults import faults
from shuyuan.exams.invigilation.rules import Rule
from tests.exams.invigilation import made

AS_CHECKED = {
    Rule.EMPTY: ("empty",),
    Rule.NO_RESERVE: ("no_reserve", "no_chief"),
    Rule.OWN_SITE: ("own_site",),
    Rule.SAME_SCHOOL: ("same_school",),
    Rule.TWO_NEW: ("two_new",),
    Rule.SAME_SEX: ("same_sex",),
    Rule.ROOM_AGAIN: ("room_again",),
    Rule.PAIR_AGAIN: ("pair_again",),
    Rule.TWO_EXPERIENCED: ("two_experienced",),
}


def checked(drawn: Drawn) -> Certificate:
    exam = drawn.exam
    staff, rooms, rota, seating = made.rows(exam, drawn.rota)
    return check(
        staff,
        rooms,
        rota,
        sessions=exam.sessions,
        seating=seating,
        own=exam.own.value,
        reserves=exam.reserves,
        chiefs=exam.chiefs,
    )


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_with_people_enough_every_rule_is_kept(seed: int) -> None:
    drawn = draw(made.exam(reserves=2, chiefs=True, away=0.05, seed=seed), seed)
    certificate = checked(drawn)
    assert drawn.faults == ()
    assert certificate.findings == ()
    assert certificate.most - certificate.least <= 1
    assert certificate.posts == 4 * (24 * 2 + 2 * (2 + 1))


def test_an_exam_of_192_rooms_and_9_sessions_has_nothing_at_fault() -> None:
    drawn = draw(made.exam(rooms=192, sites=4, schools=60, people=900, sessions=9), 2012)
    certificate = checked(drawn)
    assert certificate.findings == ()
    assert (certificate.least, certificate.most) == (3, 4)
    assert certificate.posts == 192 * 9 * 2


@given(made.exams())
@settings(deadline=None, max_examples=25)
def test_whatever_is_missing_nothing_forbidden_is_drawn_and_the_checker_counts_the_faults_that_are_named(
    exam: Exam,
) -> None:
    drawn = draw(exam, 7)
    certificate = checked(drawn)
    assert {one.kind for one in certificate.breaches} <= {"empty"}
    named = Counter(one.rule for one in drawn.faults)
    for rule, kinds in AS_CHECKED.items():
        assert named[rule] == sum(certificate.counts.get(kind, 0) for kind in kinds), rule
    assert bool(named[Rule.LOAD]) == ("load" in certificate.counts)
    fairer = [one for one in certificate.findings if one.kind == "load" and one.avoidable]
    assert exam.own is Own.ROOM or fairer == []


@given(made.exams())
@settings(deadline=None, max_examples=8)
def test_same_seed_same_rota_in_whatever_order_the_rows_come(exam: Exam) -> None:
    people, rooms = list(exam.people), list(exam.rooms)
    random.Random(3).shuffle(people)
    random.Random(4).shuffle(rooms)
    other = replace(exam, people=tuple(people), rooms=tuple(rooms))
    assert draw(exam, 5).rota == draw(other, 5).rota
    assert exam.fingerprint == other.fingerprint


def test_another_seed_draws_another_rota() -> None:
    exam = made.exam()
    assert draw(exam, 1).rota != draw(exam, 2).rota


def test_the_experienced_one_is_the_first_in_the_room() -> None:
    exam = made.exam()
    for post, person in draw(exam, 1).rota.items():
        assert exam.persons[person].experienced is (post.role is Role.A)


def test_few_men_stand_in_as_many_rooms_as_fair_loads_allow() -> None:
    """900 people for 3,456 tasks: four for most, so the men take four each; one of them in a room makes it mixed."""
    exam = made.exam(rooms=192, sites=4, schools=60, people=900, sessions=9, men=0.3)
    men = sum(one.sex is Sex.MALE for one in exam.people)
    drawn = draw(exam, 1)
    assert Counter(one.rule for one in drawn.faults) == {Rule.SAME_SEX: 192 * 9 - 4 * men}


def test_too_few_people_leave_as_few_posts_empty_as_there_are_too_few() -> None:
    drawn = draw(made.exam(rooms=10, sites=1, schools=1, people=14, sessions=2, own=Own.ROOM), 1)
    assert len(drawn.faults) >= 1
    exam = made.exam(rooms=10, sites=2, schools=20, people=30, sessions=1)
    exam = replace(
        exam, rooms=tuple(replace(room, schools=frozenset()) for room in exam.rooms), people=exam.people[:15]
    )
    empty = [one for one in draw(exam, 1).faults if one.rule is Rule.EMPTY]
    assert len(empty) == 5
    assert len({one.post.place for one in empty if one.post}) == 5  # one in each of five rooms rather than none in two
    assert str(empty[0]).endswith("这一场没有任务的 0 人里，没有别人。")


def test_somebody_stands_at_the_site_of_their_school_only_when_there_is_nobody_else() -> None:
    rooms = (
        Room("01", "001", made.every(1), frozenset({"甲校"})),
        Room("01", "002", made.every(1), frozenset({"乙校"})),
    )
    people = [Person(f"{school}{n}", school, sex, n == 0) for school in ("甲校", "丙校") for n, sex in enumerate(Sex)]
    drawn = draw(Exam(tuple(people), rooms, 1), 1)
    assert [(one.rule, one.people) for one in drawn.faults if one.rule is Rule.EMPTY] == []
    own = [one for one in drawn.faults if one.rule is Rule.OWN_SITE]
    assert len(own) == 2
    assert all(drawn.exam.persons[person].school != "甲校" or post.room == "002" for post, person in drawn.rota.items())


def test_rooms_stand_empty_in_sessions_in_which_they_are_not_used() -> None:
    exam = made.exam(rooms=4, sites=1, people=40, sessions=3)
    exam = replace(exam, rooms=(replace(exam.rooms[0], sessions=frozenset({2})), *exam.rooms[1:]))
    drawn = draw(exam, 1)
    assert {post.session for post in drawn.rota if post.place == exam.rooms[0].place} == {2}
    assert checked(drawn).breaches == ()


def test_a_load_that_cannot_be_fair_is_told_with_the_reason() -> None:
    exam = made.exam(rooms=4, sites=1, schools=9, people=20, sessions=4)
    exam = replace(exam, rooms=tuple(replace(room, schools=frozenset()) for room in exam.rooms))
    exam = replace(exam, people=(replace(exam.people[0], away=made.every(4)), *exam.people[1:]))
    [fault] = [one for one in faults(exam, draw(exam, 1).rota) if one.rule is Rule.LOAD]
    assert fault.people == (exam.people[0].id,)
    assert "其中 1 人能来的场次都来了" in fault.why
