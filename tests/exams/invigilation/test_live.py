"""Changes by hand: what may never be is refused, the rest is done and told; absences find who stands in."""

from __future__ import annotations

import pytest

from shuyuan.exams.invigilation.drawing import draw
from shuyuan.exams.invigilation.exam import Post, Role
from shuyuan.exams.invigilation.faults import faults
from shuyuan.exams.invigilation.live import Refused, absent, away, put, swap
from shuyuan.exams.invigilation.rules import Rule
from tests.exams.invigilation import made

EXAM = made.exam(reserves=2, chiefs=True)
ROTA = draw(EXAM, 1).rota
POSTS = [post for post in ROTA if post.role is Role.A and post.session == 1]


def test_two_people_change_places_and_back_and_nothing_is_left_of_it() -> None:
    one, other = POSTS[0], next(post for post in POSTS if post.site == POSTS[0].site and post != POSTS[0])
    change = swap(EXAM, ROTA, one, other)
    assert (change.rota[one], change.rota[other]) == (ROTA[other], ROTA[one])
    back = swap(EXAM, change.rota, one, other)
    assert back.rota == ROTA
    assert set(back.went) == set(change.came)
    assert faults(EXAM, back.rota) == ()


def test_a_change_tells_the_faults_that_it_brings() -> None:
    post = POSTS[0]
    partner = post._replace(role=Role.B)
    mate = EXAM.persons[ROTA[partner]]
    other = next(
        one
        for one in EXAM.people
        if one.sex == mate.sex and one.id not in {person for it, person in ROTA.items() if it.session == 1}
        if one.school not in EXAM.schools_at[post.site]
    )
    change = put(EXAM, ROTA, post, other.id)
    assert Rule.SAME_SEX in {fault.rule for fault in change.came}
    assert all(str(fault) for fault in change.came)


def test_nobody_is_put_where_they_can_never_be() -> None:
    post = POSTS[0]
    busy = ROTA[POSTS[1]]
    with pytest.raises(Refused, match="已经有任务"):
        put(EXAM, ROTA, post, busy)
    taken = {person for it, person in ROTA.items() if it.session == 1}
    sitting = EXAM.places[post.place].schools
    own = next(one.id for one in EXAM.people if one.school in sitting and one.id not in taken)
    with pytest.raises(Refused, match="本校考生"):
        put(EXAM, ROTA, post, own)
    free = next(one.id for one in EXAM.people if one.school not in EXAM.schools_at[post.site] and one.id not in taken)
    with pytest.raises(Refused, match="不能来"):
        put(away(EXAM, free, [1]), ROTA, post, free)
    with pytest.raises(Refused, match="不在监考员表里"):
        put(EXAM, ROTA, post, "nobody")
    with pytest.raises(Refused, match="同一个人"):
        swap(EXAM, ROTA, post, post)


def test_two_people_of_two_sessions_change_places_unless_one_is_busy_then() -> None:
    busy = {person for post, person in ROTA.items() if post.session == 2}
    one = next(post for post in POSTS if ROTA[post] in busy)
    other = Post(2, one.site, one.room, Role.A)
    if ROTA[other] == ROTA[one]:
        other = other._replace(role=Role.B)
    with pytest.raises(Refused, match="已经有任务"):
        swap(EXAM, ROTA, one, other)


def test_reserve_staff_of_the_site_stand_in_first() -> None:
    post = POSTS[0]
    proposals = absent(EXAM, ROTA, ROTA[post], [1])[post]
    reserves = {ROTA[Post(1, post.site, "", Role.RESERVE, number)] for number in range(2)}
    fitting = [one for one in proposals if not set(one.faults) - {Rule.TWO_EXPERIENCED}]
    if any(one.reserve for one in fitting):
        assert fitting[0].person in reserves
        assert fitting[0].reasons[0] == "本考点这一场的备用监考员"
    change = put(EXAM, ROTA, post, proposals[0].person)
    assert change.rota[post] == proposals[0].person
    assert len([person for it, person in change.rota.items() if it.session == 1 and person == proposals[0].person]) == 1


def test_proposals_come_in_the_order_of_the_rules_and_name_what_speaks_against_them() -> None:
    post = POSTS[3]
    proposals = absent(EXAM, ROTA, ROTA[post], [1], most=500)[post]
    keys = [tuple(one.faults.count(rule) for rule in Rule if rule is not Rule.TWO_EXPERIENCED) for one in proposals]
    assert keys == sorted(keys)
    assert all(EXAM.persons[one.person].school not in EXAM.places[post.place].schools for one in proposals)
    assert any(one.faults for one in proposals)
    assert all(rule.title in one.reasons for one in proposals for rule in one.faults)


def test_who_was_proposed_brings_just_the_faults_that_were_told() -> None:
    post = POSTS[5]
    for one in absent(EXAM, ROTA, ROTA[post], [1], most=40)[post]:
        came = [fault.rule for fault in put(EXAM, ROTA, post, one.person).came if fault.post and fault.post.room]
        assert sorted(came) == sorted(one.faults) or Rule.ROOM_AGAIN in one.faults or Rule.PAIR_AGAIN in one.faults


def test_somebody_with_nothing_to_do_leaves_nothing() -> None:
    idle = next(
        one.id for one in EXAM.people if one.id not in {person for post, person in ROTA.items() if post.session == 1}
    )
    assert absent(EXAM, ROTA, idle, [1]) == {}
    with pytest.raises(Refused):
        absent(EXAM, ROTA, "nobody")
