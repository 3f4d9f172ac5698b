"""One room: its layout as written, the order of its seats, and the seats of those who are in it."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuyuan.exams.seating.arrange import Arranger
from shuyuan.exams.seating.checking import bounds, tables
from shuyuan.exams.seating.crowding import apart, fewest, loosest, slopes
from shuyuan.exams.seating.draw import Draw
from shuyuan.exams.seating.known_orders import KNOWN
from shuyuan.exams.seating.layouts import Layout, first, mirrorings, neighbours, pairs, parse
from shuyuan.exams.seating.orders import images, order, spread
from shuyuan.exams.seating.refusals import Refused

BOTH = pytest.mark.parametrize("adjacency", [4, 8])


@st.composite
def layouts(draw: st.DrawFn, most: int = 6) -> Layout:
    lengths = draw(st.lists(st.integers(0, most), min_size=2, max_size=most).filter(any))
    seats = [(row, column) for column, length in enumerate(lengths, 1) for row in range(1, length + 1)]
    broken = draw(st.sets(st.sampled_from(seats), max_size=len(seats) - 1))
    return parse("-".join(map(str, lengths)) + "".join(f"-r{row}c{column}" for row, column in broken))


def test_six_rows_of_five_columns_are_numbered_in_the_shape_of_an_s() -> None:
    room = parse("6x5")
    assert len(room) == 30
    assert room.seats[:7] == ((1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 1), (6, 2))
    assert room.seats[-1] == (6, 5)


def test_columns_stand_at_the_front() -> None:
    room = parse("7-8-8-7")
    assert [sum(column == c for _, column in room.seats) for c in (1, 2, 3, 4)] == [7, 8, 8, 7]
    assert (1, 1) in room.seats and (8, 1) not in room.seats and (8, 2) in room.seats


def test_a_column_of_no_seats_is_an_aisle() -> None:
    room = parse("3-0-3")
    assert not any(abs(room.seats[one][1] - room.seats[other][1]) for one, other in pairs(room, 8))


@pytest.mark.parametrize(
    ("written", "means"),
    [
        (" 6X5 ", "6x5"),
        ("６×５", "6x5"),
        ("6*5", "6x5"),
        ("6x5-r2c3-r1c1-r2c3", "6x5-r1c1-r2c3"),
        ("7-8-8-7", "7-8-8-7"),
    ],
)
def test_one_room_is_written_one_way(written: str, means: str) -> None:
    assert parse(written).text == means


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "不是考场布局"),
        ("7", "不是考场布局"),
        ("6x", "不是考场布局"),
        ("六乘五", "不是考场布局"),
        ("-6x5", "不是考场布局"),
        ("0x5", "没有一个座位"),
        ("1x2-r1c1-r1c2", "没有一个座位"),
        ("6x5-r7c1", "没有第 7 排第 1 列"),
        ("7-8-r8c1", "没有第 8 排第 1 列"),
        ("61x5", "太大"),
        ("999999999999x999999999999", "太大"),
        ("5x99999999999999", "太大"),
        ("9" * 300 + "x5", "太大"),
        ("9" * 5000 + "x5", "不是考场布局"),
    ],
)
def test_what_is_no_layout_is_refused_in_a_sentence(text: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        parse(text)


def test_a_seat_in_the_middle_has_four_neighbours_or_eight() -> None:
    room = parse("6x5")
    middle = room.seats.index((3, 3))
    assert [len(neighbours(room, adjacency)[middle]) for adjacency in (4, 8)] == [4, 8]
    assert [len(neighbours(room, adjacency)[0]) for adjacency in (4, 8)] == [2, 3]


@given(layouts(), st.sampled_from([4, 8]))
def test_the_checker_reads_the_same_seats_and_neighbours_though_it_shares_no_code(room: Layout, adjacency: int) -> None:
    assert tables.places(room.text) == set(room.seats)
    theirs = {frozenset(two) for two in combinations(room.seats, 2) if tables.beside(*two, adjacency)}
    assert {frozenset((room.seats[one], room.seats[other])) for one, other in pairs(room, adjacency)} == theirs


@pytest.mark.parametrize(
    ("text", "adjacency", "k"),
    [
        *[("6x5", 4, 13), ("6x5", 8, 7), ("5x6", 4, 13), ("8x4", 4, 14), ("8x4", 8, 7)],
        *[("7-8-8-7", 4, 13), ("7-8-8-7", 8, 7), ("7-7-8-8", 4, 13), ("7-7-8-8", 8, 7)],
    ],
)
def test_common_rooms_have_the_greatest_k_there_is(text: str, adjacency: int, k: int) -> None:
    assert order(parse(text), adjacency).k == k


@pytest.mark.parametrize(("text", "adjacency"), KNOWN)
def test_known_orders_hold_every_seat_once(text: str, adjacency: int) -> None:
    room = parse(text)
    best = order(room, adjacency)
    assert sorted(best.seats) == list(range(len(room)))
    assert best.k == spread(room, adjacency, best.seats) > 1


@given(layouts(), st.sampled_from([4, 8]))
@settings(deadline=None)
def test_mirror_images_and_reversals_keep_k(room: Layout, adjacency: int) -> None:
    best = order(room, adjacency)
    assert all(spread(room, adjacency, image) == best.k for image in images(room, adjacency))
    assert all(sorted(image) == list(range(len(room))) for image in mirrorings(room))


def test_a_shift_of_ranks_does_not_keep_k() -> None:
    room = parse("6x5")
    seats = order(room, 4).seats
    assert min(spread(room, 4, seats[n:] + seats[:n]) for n in range(30)) < 13


@given(layouts(most=4), st.sampled_from([4, 8]))
@settings(max_examples=40, deadline=None)
def test_the_fewest_pairs_of_a_crowded_room_are_what_trying_all_seats_finds(room: Layout, adjacency: int) -> None:
    near = pairs(room, adjacency)
    costs = fewest(room, adjacency)
    for count in range(min(len(room), 5) + 1):
        taken = combinations(range(len(room)), count)
        assert costs[count] == min(sum(a in some and b in some for a, b in near) for some in map(set, taken))


@given(layouts(), st.sampled_from([4, 8]))
@settings(deadline=None)
def test_solver_and_checker_find_the_same_bound_of_a_room_each_its_own_way(room: Layout, adjacency: int) -> None:
    assert fewest(room, adjacency) == bounds.room(frozenset(room.seats), adjacency)
    for count, cost in enumerate(fewest(room, adjacency)):
        best = loosest(room, adjacency, count)
        assert best is not None and len(best) == count
        assert sum(a in best and b in best for a, b in pairs(room, adjacency)) == cost


@BOTH
def test_slopes_never_lie_above_the_costs(adjacency: int) -> None:
    room = parse("7-8-8-7-r1c1")
    costs, line = fewest(room, adjacency), [0.0]
    for width, price in slopes(room, adjacency):
        line += [line[-1] + price * n for n in range(1, width + 1)]
    assert len(line) == len(costs)
    assert all(below <= cost + 1e-9 for below, cost in zip(line, costs, strict=True))


@pytest.mark.parametrize(("text", "most"), [("20x20", (200, 100)), ("12x10", (60, 30)), ("6x5", (15, 9))])
def test_a_hall_is_bounded_by_blocks_of_neighbours(text: str, most: tuple[int, int]) -> None:
    assert (apart(parse(text), 4), apart(parse(text), 8)) == most


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Layout, list[int]]:
    room = draw(layouts())
    count = draw(st.integers(1, len(room)))
    sizes = []
    while count:
        sizes.append(draw(st.integers(1, count)))
        count -= sizes[-1]
    return room, sizes


@given(blocks(), st.sampled_from([4, 8]), st.integers(0, 2**40))
@settings(max_examples=150, deadline=None)
def test_everybody_in_a_room_has_one_seat_and_no_pair_is_left_that_the_theorem_forbids(
    room_and_sizes: tuple[Layout, list[int]], adjacency: int, seed: int
) -> None:
    room, sizes = room_and_sizes
    made = Arranger(adjacency, Draw(seed), work=0).arrange(room, sizes, "a room")
    assert [made.blocks.count(block) for block in range(len(sizes))] == sizes
    met = sum(made.blocks[one] == made.blocks[other] >= 0 for one, other in pairs(room, adjacency))
    assert met == made.conflicts
    if max(sizes) <= order(room, adjacency).k:
        assert met == 0
    assert met >= sum(fewest(room, adjacency)[size] for size in sizes)


def test_a_room_that_is_not_full_leaves_its_last_seats_empty_where_that_is_wide_enough() -> None:
    room = parse("6x5")
    few = Arranger(4, Draw(1), work=0).arrange(room, [5, 5, 5, 5], "a room")
    assert [block < 0 for block in few.blocks] == [False] * 20 + [True] * 10
    assert order(first(room, 14), 4).k < 13
    one = Arranger(4, Draw(1), work=0).arrange(room, [13, 1], "a room")
    assert one.conflicts == 0


@pytest.mark.parametrize(
    ("adjacency", "sizes", "left"),
    [
        (4, (15, 15), 0),
        (4, (15, 10, 5), 0),
        (4, (16, 14), 2),
        (8, (9, 9, 6, 6), 0),
        (8, (9, 8, 7, 6), 0),
        (8, (8, 8, 8, 6), 1),
        (8, (9, 7, 7, 7), 1),
    ],
)
def test_beyond_k_a_room_is_solved_by_itself(adjacency: int, sizes: tuple[int, ...], left: int) -> None:
    made = Arranger(adjacency, Draw(1), work=9).arrange(parse("6x5"), sizes, "a room")
    assert (made.conflicts, made.proved) == (left, True)


def test_rooms_alike_are_seated_differently_and_each_the_same_each_time() -> None:
    room = parse("6x5")
    seated = [
        Arranger(8, Draw(seed), work=0).arrange(room, [5] * 6, "room", n).blocks for seed in (1, 2) for n in (1, 2)
    ]
    assert len(set(seated)) == 4
    assert seated[0] == Arranger(8, Draw(1), work=0).arrange(room, [5] * 6, "room", 1).blocks
