"""Rounding and units: what is printed, with which word, for exact values on either side of a step."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.figures.units import base, factor, plain, printed


@pytest.mark.parametrize(
    ("exact", "step", "over", "unit", "shown_in", "text"),
    [
        ("698.3", "100", "多", "万元", "万元", "近700万元"),
        ("1296.4", "100", "多", "万元", "万元", "近1300万元"),
        ("81.82", "10", "超过", "%", "%", "超过80%"),
        ("5231", "100", "多", "人", "人", "5200多人"),
        ("6987", "1000", "多", "人次", "人次", "近7000人次"),
        ("700", "100", "多", "万元", "万元", "700万元"),
        ("11600", None, "多", "万元", "亿元", "1.16亿元"),
        ("133000", None, "多", "人次", "万人次", "13.3万人次"),
        ("81.98", None, "多", "万元", "万元", "82万元"),
        ("2.26", "100", "多", "万元", "万元", "2.26万元"),
        ("35", "100", "多", "人", "人", "35人"),
        ("0", "100", "多", "万元", "万元", "0万元"),
    ],
)
def test_a_number_is_printed_as_prose_says_it(
    exact: str, step: str | None, over: str, unit: str, shown_in: str, text: str
) -> None:
    found = printed(Decimal(exact), decimals=0, step=Decimal(step) if step else None, over=over)
    assert found.text(unit, shown_in) == text


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


@pytest.mark.parametrize(
    ("unit", "of", "times"), [("万元", "元", 10**4), ("亿元", "元", 10**8), ("人", "人", 1), ("万", "万", 1)]
)
def test_a_unit_is_a_base_unit_so_many_times(unit: str, of: str, times: int) -> None:
    assert (base(unit), factor(unit)) == (of, times)
