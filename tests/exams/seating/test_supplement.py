"""Supplements: who comes late gets a free seat, and nobody who has one moves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuyuan.exams.seating.instances import INSTANCES
from shuyuan.exams.seating.layouts import parse
from shuyuan.exams.seating.plan import plan
from shuyuan.exams.seating.refusals import Refused
from shuyuan.exams.seating.rooms import Candidate, Room, Seated
from shuyuan.exams.seating.supplement import supplement
from tests.exams.seating.present import Exam, exams


@given(exams(), st.sampled_from([4, 8]), st.data())
@settings(max_examples=60, deadline=None)
def test_nobody_moves_and_everybody_new_is_seated(exam: Exam, adjacency: int, data: st.DataObject) -> None:
    candidates, rooms = exam
    late = data.draw(st.integers(1, min(6, len(candidates))))
    if late == len(candidates):
        return
    before = plan(candidates[late:], rooms, adjacency=adjacency, seed=1).seated
    more = supplement(before, candidates, rooms, adjacency=adjacency, seed=2)
    assert set(before) <= set(more.seated)
    assert sorted(one.id for one in more.seated) == sorted(one.id for one in candidates)
    assert len({(one.site, one.room, one.row, one.column) for one in more.seated}) == len(candidates)
    assert {one.id for one in more.added} == {one.id for one in candidates[:late]}
    again = supplement(before[::-1], candidates[::-1], rooms[::-1], adjacency=adjacency, seed=2)
    assert again.seated == more.seated


def test_forty_late_candidates_of_a_county_find_seats_apart() -> None:
    candidates, rooms = INSTANCES["county"].made()
    before = plan(candidates[40:], rooms, adjacency=8, seed=1)
    assert before.pairs == 0
    more = supplement(before.seated, candidates, rooms, adjacency=8, seed=1)
    assert not more.conflicts and more.newly_mixed == 0


def test_the_only_seats_apart_are_found_though_the_first_choice_would_take_them() -> None:
    """A row of six: A . . A . B, two of B and one of A come late; only one way keeps them apart."""
    rooms = [Room("P", "1", parse("1x6"))]
    people = [Candidate(name, name[0], "C") for name in ("A1", "A2", "B1")]
    before = [Seated(one.id, "P", "1", 1, column, column) for one, column in zip(people, (1, 4, 6), strict=True)]
    late = [Candidate("B2", "B", "C"), Candidate("C1", "C", "C"), Candidate("D1", "D", "C")]
    more = supplement(before, [*people, *late], rooms, adjacency=4, seed=1)
    assert not more.conflicts
    assert {one.id: one.column for one in more.added}["B2"] in (2, 3)


def test_where_neighbours_cannot_be_helped_they_are_told() -> None:
    rooms = [Room("P", "1", parse("1x3"))]
    before = [Seated("A1", "P", "1", 1, 2, 2)]
    more = supplement(before, [Candidate("A1", "A", "C"), Candidate("A2", "A", "C")], rooms, adjacency=4, seed=1)
    assert [(one.school, one.pairs) for one in more.conflicts] == [("A", 1)]


def test_without_mixing_the_late_sit_with_their_own_combination() -> None:
    rooms = [Room("P", str(number), parse("1x3")) for number in (1, 2)]
    before = [Seated("A1", "P", "1", 1, 1, 1)]
    people = [Candidate("A1", "A", "C1"), Candidate("B1", "B", "C2"), Candidate("B2", "B", "C1")]
    more = supplement(before, people, rooms, adjacency=4, seed=1, mix="no")
    assert {one.id: one.room for one in more.seated} == {"A1": "1", "B2": "1", "B1": "2"}


@pytest.mark.parametrize(
    ("people", "seated", "told"),
    [
        (["a"], [("a", "1", 1)], "没有新增的考生"),
        (["a", "b"], [("x", "1", 1)], "『x』不在考生名单里；退考的人请留在名单里"),
        (["a", "b"], [("a", "9", 1)], "考场 9 不在考场表里"),
        (["a", "b"], [("a", "1", 9)], "座位不对"),
        (["a", "b", "c"], [("a", "1", 1), ("b", "1", 1)], "座位不对"),
        (["a", "b", "c", "d"], [("a", "1", 1)], "能坐的空座只有 2 个"),
    ],
)
def test_a_plan_that_does_not_fit_its_lists_is_refused(
    people: list[str], seated: list[tuple[str, str, int]], told: str
) -> None:
    rooms = [Room("P", "1", parse("1x3"))]
    before = [Seated(one, "P", room, 1, column, column) for one, room, column in seated]
    with pytest.raises(Refused, match=told):
        supplement(before, [Candidate(one, "S", "C") for one in people], rooms, adjacency=4, seed=1)
