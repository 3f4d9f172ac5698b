"""Plans: everybody has one seat, neighbours are of different schools wherever that can be, and the seed decides."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuyuan.exams.seating import sites
from shuyuan.exams.seating.draw import Draw
from shuyuan.exams.seating.instances import INSTANCES, Instance
from shuyuan.exams.seating.layouts import parse
from shuyuan.exams.seating.plan import plan
from shuyuan.exams.seating.refusals import Refused
from shuyuan.exams.seating.rooms import Candidate, Room
from tests.exams.seating.present import Exam, checked, exams

MIXES = st.sampled_from(["tails", "yes"])
ADJACENCIES = st.sampled_from([4, 8])


@given(exams(), ADJACENCIES, MIXES, st.integers(0, 10**9))
@settings(max_examples=80, deadline=None)
def test_the_checker_has_nothing_to_say_but_that_it_cannot_prove_a_declared_pair(
    exam: Exam, adjacency: int, mix: str, seed: int
) -> None:
    candidates, rooms = exam
    made = plan(candidates, rooms, adjacency=adjacency, seed=seed, mix=mix)
    assert sorted(one.id for one in made.seated) == sorted(one.id for one in candidates)
    found = checked(made, candidates, rooms)
    assert {breach.kind for breach in found.breaches} <= {"neighbours"}
    assert found.counts["neighbours"] == made.pairs >= made.least
    assert found.bound == made.least or not made.pairs
    if made.pairs <= made.least:
        assert found.accepted and len(found.unavoidable) == made.pairs
    undeclared = checked(made, candidates, rooms, declared=False)
    assert sum(breach.kind == "neighbours" for breach in undeclared.breaches) == made.pairs


@given(exams(), ADJACENCIES, st.sampled_from(["no", "tails", "yes"]), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_rows_plays_no_part(exam: Exam, adjacency: int, mix: str, chance: random.Random) -> None:
    candidates, rooms = exam
    people, places = list(candidates), list(rooms)
    chance.shuffle(people)
    chance.shuffle(places)
    try:
        made = plan(candidates, rooms, adjacency=adjacency, seed=7, mix=mix)
    except Refused as refused:
        with pytest.raises(Refused) as again:
            plan(people, places, adjacency=adjacency, seed=7, mix=mix)
        assert str(again.value) == str(refused)
        return
    assert plan(people, places, adjacency=adjacency, seed=7, mix=mix) == made


@given(exams(), ADJACENCIES)
@settings(max_examples=50, deadline=None)
def test_without_mixing_a_room_has_one_combination(exam: Exam, adjacency: int) -> None:
    candidates, rooms = exam
    combination = {one.id: one.combination for one in candidates}
    try:
        made = plan(candidates, rooms, adjacency=adjacency, seed=1, mix="no")
    except Refused as refused:
        assert "--mix tails" in str(refused)
        return
    held = defaultdict(set)
    for one in made.seated:
        held[one.site, one.room].add(combination[one.id])
    assert all(len(combinations) == 1 for combinations in held.values())
    assert {breach.kind for breach in checked(made, candidates, rooms).breaches} <= {"neighbours"}


@pytest.mark.parametrize("name", INSTANCES)
def test_the_named_instances_have_no_neighbours_but_those_that_must_be(name: str) -> None:
    instance = INSTANCES[name]
    candidates, rooms = instance.made()
    assert len(candidates) == instance.candidates
    made = plan(candidates, rooms, adjacency=instance.adjacency, seed=1, mix=instance.mix)
    expected = {"packed": 1, "majority": made.least}
    assert made.pairs == expected.get(name, 0)
    if name == "majority":
        assert made.least > 1000
        assert {one.why for one in made.conflicts} == {"crowded"}
        assert {one.school for one in made.conflicts} == {"S01"}
    if name == "packed":
        assert made.conflicts[0].why == "packed"
    assert checked(made, candidates, rooms).accepted == (name != "packed")


def test_another_seed_is_another_plan() -> None:
    candidates, rooms = INSTANCES["town"].made()
    seated = [plan(candidates, rooms, adjacency=4, seed=seed).seated for seed in (1, 1, 2)]
    assert seated[0] == seated[1]
    at = [{one.id: one for one in ones} for ones in seated]
    assert sum(at[0][one.id] == at[2][one.id] for one in candidates) < len(candidates) / 10


def test_seed_and_list_give_this_very_plan_on_every_machine() -> None:
    """The draw may only change with its name: who has kept a protocol must be able to draw again."""
    candidates, rooms = INSTANCES["classroom"].made()
    made = plan(candidates, rooms, adjacency=4, seed=2026)
    assert made.algorithm == "shuyuan-seating-1"
    assert [one.id for one in made.seated[:6]] == ["15", "10", "14", "05", "23", "13"]


def test_schools_keep_together_as_far_as_they_fit_and_combinations_share_few_rooms() -> None:
    candidates, rooms = INSTANCES["county"].made()
    made = plan(candidates, rooms, adjacency=4, seed=1)
    assert made.way == "schools" and made.split <= 6
    assert sum(made.mixed.values()) <= 28 and made.widened == 0
    assert len({(one.site, one.room) for one in made.seated}) <= 188


def test_a_school_with_half_of_all_candidates_sits_on_every_second_seat() -> None:
    candidates, rooms = INSTANCES["half"].made()
    made = plan(candidates, rooms, adjacency=4, seed=1)
    big = {one.id for one in candidates if one.school == "S01"}
    held = Counter((one.site, one.room) for one in made.seated if one.id in big)
    assert made.pairs == 0 and max(held.values()) == 15


def test_more_rooms_are_opened_only_when_that_keeps_schools_apart() -> None:
    rooms = [Room("P", str(number), parse("2x2")) for number in range(1, 7)]
    two = [Candidate(str(n), f"S{n % 2}", "C") for n in range(8)]
    assert plan(two, rooms, adjacency=4, seed=1).pairs == 0
    assert len({one.room for one in plan(two, rooms, adjacency=4, seed=1).seated}) == 2
    spread = plan(two, rooms, adjacency=8, seed=1)
    assert spread.pairs == 0 and len({one.room for one in spread.seated}) == 4


@pytest.mark.parametrize(
    ("candidates", "mix", "told"),
    [
        (5, "tails", "考生 5 人，座位只有 4 个，差 1 个"),
        (0, "tails", "没有考生"),
        (2, "never", "混编方式只有"),
    ],
)
def test_what_cannot_be_seated_is_refused(candidates: int, mix: str, told: str) -> None:
    people = [Candidate(str(n), "S", "C") for n in range(candidates)]
    with pytest.raises(Refused, match=told):
        plan(people, [Room("P", "1", parse("2x2"))], adjacency=4, seed=1, mix=mix)


def test_combinations_that_cannot_share_are_told_with_the_one_that_finds_no_room() -> None:
    people = [Candidate(str(n), "S", f"C{n}") for n in range(3)]
    rooms = [Room("P", str(n), parse("6x5")) for n in range(2)]
    with pytest.raises(Refused, match=r"『C2』还有 1 人没有座位.*--mix tails"):
        plan(people, rooms, adjacency=4, seed=1, mix="no")


def test_rooms_of_different_sizes_are_divided_exactly_where_a_quick_hand_fails() -> None:
    rooms = [Room("P", str(n), parse(f"1x{size}")) for n, size in enumerate((5, 4, 3, 3, 3), 1)]
    people = [Candidate(f"{c}{n}", f"S{n}", c) for c, size in (("A", 9), ("B", 9)) for n in range(size)]
    assert plan(people, rooms, adjacency=4, seed=1, mix="no").pairs == 0


@given(
    st.dictionaries(st.integers(0, 99).map(str), st.integers(1, 200), min_size=1, max_size=30),
    st.lists(st.integers(1, 12), min_size=1, max_size=5),
    st.sampled_from([sites.quick, sites.evenly]),
)
def test_sites_hold_everybody_and_none_holds_more_than_its_seats(
    schools: dict[str, int], counts: list[int], way: object
) -> None:
    rooms = [Room(f"P{site}", str(n), parse("6x5")) for site, count in enumerate(counts) for n in range(count)]
    people, seats = sum(schools.values()), 30 * len(rooms)
    if people > seats:
        return
    draw = Draw(1)
    amounts = sites.quick(schools, rooms, 4, draw) if way is sites.quick else sites.evenly(schools, rooms, draw)
    total: Counter[str] = Counter()
    for site, here in amounts.items():
        assert sum(here.values()) <= 30 * sum(room.site == site for room in rooms)
        total += here
    assert total == Counter(schools)


def test_the_shortest_ways_are_found_and_schools_split_only_where_they_must() -> None:
    rooms = [Room(site, str(n), parse("6x5")) for site in ("east", "west") for n in range(2)]
    schools = {f"E{n}": 15 for n in range(4)} | {f"W{n}": 15 for n in range(4)}
    far = {
        (school, site): 1.0 if school[0].lower() == site[0] else 9.0 for school in schools for site in ("east", "west")
    }
    amounts, proved = sites.by_distance(schools, rooms, 4, far)
    assert proved
    assert set(amounts["east"]) == {"E0", "E1", "E2", "E3"}
    candidates = [Candidate(f"{school}{n}", school, "C") for school, size in schools.items() for n in range(size)]
    made = plan(candidates, rooms, adjacency=4, seed=1, amounts=amounts)
    assert (made.way, made.pairs, made.split) == ("given", 0, 0)
    assert checked(made, candidates, rooms).accepted


def test_whole_schools_that_do_not_fit_are_refused() -> None:
    rooms = [Room(site, "1", parse("6x5")) for site in ("east", "west")]
    schools = {"A": 20, "B": 20, "C": 20}
    far = {(school, site): 1.0 for school in schools for site in ("east", "west")}
    with pytest.raises(Refused, match="请允许拆分学校"):
        sites.by_distance(schools, rooms, 4, far, split=False)
    amounts, _ = sites.by_distance(schools, rooms, 4, far)
    assert sum(sum(here.values()) for here in amounts.values()) == 60
    with pytest.raises(Refused, match="缺少『A』到考点『east』的距离"):
        sites.by_distance(schools, rooms, 4, {})


def test_an_instance_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(Refused, match="至少是 1"):
        Instance("none", 0, 1, 1, 1, 1)
    with pytest.raises(Refused, match="学校不能比考生多"):
        Instance("none", 3, 4, 1, 1, 1)
