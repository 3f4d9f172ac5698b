"""Quality tests: what is conspicuous among few numbers, and what no test of that kind can see."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from statistics import mean, pstdev, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.ledger.plausible import limits
from shuyuan.ledger.quality import PEERS, RATIO, SLIP, YEARS, Limits, far, judge, largest_z, slipped

LIMITS = limits(2012)
NO_SMALLEST = Limits(
    LIMITS.years, LIMITS.known, LIMITS.peers, LIMITS.mads, LIMITS.floor, LIMITS.fold, LIMITS.near, Decimal(0)
)
amounts = st.integers(1, 10**6).map(Decimal)
ROOT = Path(__file__).parents[2]


def decimals(*numbers: float) -> list[Decimal]:
    return [Decimal(str(number)) for number in numbers]


# --- the z-score, and why not ---


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=40).filter(lambda row: len(set(row)) > 1))
def test_no_z_score_of_a_sample_exceeds_its_bound(row: list[int]) -> None:
    farthest = max(abs(one - mean(row)) for one in row)
    assert farthest / stdev(row) <= largest_z(len(row)) * (1 + 1e-9)
    assert farthest / pstdev(row) <= largest_z(len(row), sample=False) * (1 + 1e-9)


def test_the_bound_is_reached_by_one_value_far_from_all_others() -> None:
    row = [0] * 9 + [1]
    assert (1 - mean(row)) / stdev(row) == pytest.approx(largest_z(10))


def test_a_z_score_of_three_is_out_of_reach_before_the_eleventh_year() -> None:
    assert next(n for n in range(2, 40) if largest_z(n) > 3) == 11
    assert all(largest_z(n, sample=False) <= 3 for n in range(2, 11))


def test_the_table_in_the_docs_is_what_the_formula_gives() -> None:
    text = (ROOT / "docs/checks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ([\d.]+) \| ([\d.]+) \|$", text, re.MULTILINE)
    assert len(rows) >= 5
    for n, sample, population in rows:
        assert (sample, population) == (f"{largest_z(int(n)):.2f}", f"{largest_z(int(n), sample=False):.2f}")


# --- what fires ---


@pytest.mark.parametrize(
    ("now", "earlier", "test"),
    [
        (480, (50, 48, 47), SLIP),
        (4800, (50,), SLIP),
        (5, (50, 48), SLIP),
        (90, (50, 50, 50, 50), YEARS),
        (55, (50, 50, 50, 50), None),
        (62, (50, 58, 44, 66), None),
        (19, (4, 5, 3), None),
        (0, (60, 61, 59), YEARS),
        (200, (50,), RATIO),
        (12, (50, 52), RATIO),
        (80, (50,), None),
        (0, (0, 0, 0), None),
        (500, (), None),
    ],
)
def test_a_number_beside_its_own_years(now: int, earlier: tuple[int, ...], test: str | None) -> None:
    found = judge({1: Decimal(now)}, {1: [Decimal(one) for one in earlier]}, LIMITS)
    assert (found[1].test if found else None) == test


def test_last_years_value_is_carried_on_at_the_rate_of_the_others() -> None:
    """All others quadrupled: so may this one. The one that stayed where it was is the odd one."""
    now = {key: Decimal(400) for key in range(9)} | {9: Decimal(110)}
    before = {key: [Decimal(100)] for key in range(9)} | {9: [Decimal(110)]}
    found = judge(now, before, LIMITS)
    assert {key: (one.test, one.usual, one.out_of) for key, one in found.items()} == {9: (RATIO, Decimal(440), 9)}


def test_a_school_stands_beside_its_peers_for_each_pupil() -> None:
    pupils = {key: Decimal(100 * (key + 1)) for key in range(8)}
    now = {key: 3 * size for key, size in pupils.items()} | {7: 40 * pupils[7]}
    found = judge(now, {}, LIMITS, size=pupils, kind=dict.fromkeys(range(8), "211"))
    assert [(key, one.test, one.value, one.usual) for key, one in found.items()] == [
        (7, PEERS, Decimal(40), Decimal(3))
    ]
    kinds = dict.fromkeys(range(8), "211") | {7: "311"}
    assert judge(now, {}, LIMITS, size=pupils, kind=kinds) == {}, "a junior school is no peer of primary schools"
    few = {key: now[key] for key in (5, 6, 7)}
    assert judge(few, {}, LIMITS, size=pupils, kind=dict.fromkeys(range(8), "211")) == {}


def test_a_school_without_pupils_or_without_a_type_is_held_against_nobody() -> None:
    now = {key: Decimal(300) for key in range(9)}
    sizes = {key: Decimal(0) for key in range(9)}
    assert judge(now, {}, LIMITS, size=sizes, kind=dict.fromkeys(range(9), "211")) == {}
    assert judge(now, {}, LIMITS, size={key: Decimal(key + 1) for key in range(9)}, kind={}) == {}


# --- laws ---


@given(amounts, st.integers(1, 6))
def test_what_stays_as_it_was_is_never_conspicuous(value: Decimal, years: int) -> None:
    assert judge({1: value}, {1: [value] * years}, NO_SMALLEST) == {}


@given(st.integers(20, 10**6).map(Decimal), st.sampled_from(decimals(10, 100)), st.integers(1, 6))
def test_a_digit_too_many_is_always_seen(value: Decimal, slip: Decimal, years: int) -> None:
    assert judge({1: value * slip}, {1: [value] * years}, LIMITS)[1].test == SLIP


@given(amounts, st.lists(amounts, min_size=1, max_size=6), st.sampled_from(decimals(0.01, 7, 10000)))
def test_the_unit_decides_nothing(value: Decimal, years: list[Decimal], scale: Decimal) -> None:
    one = judge({1: value}, {1: years}, NO_SMALLEST)
    other = judge({1: value * scale}, {1: [year * scale for year in years]}, NO_SMALLEST)
    assert [finding.test for finding in one.values()] == [finding.test for finding in other.values()]


@given(st.lists(amounts, min_size=2, max_size=30), amounts)
def test_the_order_of_the_others_decides_nothing(others: list[Decimal], value: Decimal) -> None:
    assert far(value, others, LIMITS) == far(value, others[::-1], LIMITS)


@given(st.lists(amounts, min_size=1, max_size=20))
def test_the_middle_of_the_others_is_never_far(others: list[Decimal]) -> None:
    from statistics import median

    assert far(Decimal(median(others)), others, LIMITS) is None


@given(st.dictionaries(st.integers(0, 40), st.integers(0, 500).map(Decimal), max_size=20), st.data())
def test_any_numbers_are_judged_without_an_error(now: dict[int, Decimal], data: st.DataObject) -> None:
    some = st.integers(0, 500).map(Decimal)
    earlier = {key: data.draw(st.lists(some, max_size=6)) for key in now}
    size = {key: data.draw(some) for key in now}
    kind = {key: data.draw(st.sampled_from(["", "211", "311"])) for key in now}
    found = judge(now, earlier, NO_SMALLEST, size=size, kind=kind)
    assert found.keys() <= now.keys()
    assert all(one.usual > 0 and one.times >= 0 for one in found.values())


def test_a_slip_needs_something_usual() -> None:
    assert not slipped(Decimal(100), Decimal(0), LIMITS)
