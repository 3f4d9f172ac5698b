"""Rounding holds for every number: within half a step, and the word says on which side."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.figures.units import plain, printed


@pytest.mark.parametrize(
    ("exact", "unit", "text"), [("2.26", "万元", "2.26万元"), ("35", "人", "35人"), ("0", "万元", "0万元")]
)
def test_a_part_smaller_than_the_step_is_printed_as_it_is(exact: str, unit: str, text: str) -> None:
    found = printed(Decimal(exact), decimals=0, step=Decimal(100), over="多")
    assert found.text(unit, unit) == text


@given(st.decimals(0, 10**9, places=2), st.sampled_from([10, 100, 1000]))
def test_a_rounded_number_lies_within_half_a_step_and_says_on_which_side(exact: Decimal, step: int) -> None:
    found = printed(exact, decimals=0, step=Decimal(step), over="多")
    if exact < step:
        assert found.number == exact and not found.qualifier
        return
    assert abs(found.number - exact) <= Decimal(step) / 2
    assert found.qualifier == ("近" if exact < found.number else "多" if exact > found.number else "")


@given(st.decimals(-(10**12), 10**12, places=4))
def test_plain_digits_mean_the_same_number(number: Decimal) -> None:
    assert Decimal(plain(number)) == number
    assert "E" not in plain(number)
