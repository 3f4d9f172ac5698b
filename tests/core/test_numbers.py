"""Numbers that identify: the standards' own examples, and every slip that the standards promise to find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.core.numbers import (
    CREDIT_ALPHABET,
    Fault,
    WrongNumber,
    bank_card,
    credit_check,
    credit_code,
    identity_check,
    identity_number,
    phone_number,
    pupil_number,
    school_code,
)

REAL = "320482199001011230"  # python-stdnum 2.2 refuses it: its region was 金坛市 from 1993 to 2015
STANDARDS_OWN = "11010519491231002X"  # GB 11643-1999, the example of its annex


@st.composite
def identities(draw: st.DrawFn) -> str:
    born = draw(st.dates(date(1900, 1, 1), date(2020, 12, 31)))
    digits = f"{draw(st.integers(100000, 999999))}{born:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return digits + identity_check(digits)


credit_codes = st.text(CREDIT_ALPHABET, min_size=17, max_size=17).map(lambda text: text + credit_check(text))


def fault_of(check: Callable[[str], object], text: str) -> Fault | None:
    try:
        check(text)
    except WrongNumber as wrong:
        assert str(wrong) == wrong.fault, "an error never quotes the number"
        return wrong.fault
    return None


def test_the_number_that_a_table_of_regions_would_refuse_is_taken() -> None:
    found = identity_number(REAL)
    assert (found.born, found.male, found.region) == (date(1990, 1, 1), True, "320482")
    assert identity_number(STANDARDS_OWN).male is False


def test_numbers_are_taken_as_people_type_them() -> None:
    assert identity_number(" ３２０４８２ 19900101 1230　").number == REAL
    assert identity_number("11010519491231002x").number == STANDARDS_OWN
    assert credit_code("1232-0482 MB12345 67f") == "12320482MB1234567F"
    assert phone_number("+86 138-1234-5678") == "13812345678"
    assert pupil_number("g" + REAL) == "G" + REAL


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("320482900101123", Fault.OLD),
        ("32048219900101123", Fault.LENGTH),
        ("", Fault.LENGTH),
        ("32048219900101123A", Fault.CHARACTERS),
        ("X20482199001011230", Fault.CHARACTERS),
        ("320482199002301239", Fault.DATE),
        ("320482299901011239", Fault.DATE),
        ("320482199001011231", Fault.CHECK),
        ("٣٢٠٤٨٢١٩٩٠٠١٠١١٢٣٠", Fault.CHARACTERS),
    ],
)
def test_a_wrong_identity_number_says_what_is_wrong(text: str, fault: Fault) -> None:
    assert fault_of(identity_number, text) == fault


@given(identities(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_single_wrong_character_of_an_identity_number_is_found(number: str, place: int, other: str) -> None:
    slipped = number[:place] + other + number[place + 1 :]
    assert (fault_of(identity_number, slipped) is None) == (slipped == number)


@given(identities(), st.integers(0, 16))
def test_every_adjacent_swap_in_an_identity_number_is_found(number: str, place: int) -> None:
    slipped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert (fault_of(identity_number, slipped) is None) == (slipped == number)


def test_the_credit_code_agrees_with_its_example() -> None:
    assert credit_code("12320482MB1234567F") == "12320482MB1234567F"
    assert fault_of(credit_code, "12320482MB1234567E") == Fault.CHECK
    assert fault_of(credit_code, "12320482MB123456I7") == Fault.CHARACTERS
    assert fault_of(credit_code, "12320482MB123456") == Fault.LENGTH


@given(credit_codes, st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_every_single_wrong_character_of_a_credit_code_is_found(code: str, place: int, other: str) -> None:
    slipped = code[:place] + other + code[place + 1 :]
    assert (fault_of(credit_code, slipped) is None) == (slipped == code)


@given(credit_codes, st.integers(0, 16))
def test_every_adjacent_swap_in_a_credit_code_is_found(code: str, place: int) -> None:
    slipped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (fault_of(credit_code, slipped) is None) == (slipped == code)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1144001800", None),  # 深圳实验幼儿园
        ("2132000001", None),
        ("9932000001", Fault.KIND),
        ("2199000001", Fault.PROVINCE),
        ("213200000", Fault.LENGTH),
        ("21320OOOO1", Fault.CHARACTERS),
    ],
)
def test_a_school_code_is_kind_province_and_serial(text: str, fault: Fault | None) -> None:
    assert fault_of(school_code, text) == fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("G" + REAL, None),
        ("J320482200509010017", None),
        ("L32048220050901123X", None),
        ("G320482199001011231", Fault.CHECK),
        ("J320482200513010017", Fault.DATE),
        ("K320482200509010017", Fault.PREFIX),
        (REAL, Fault.LENGTH),
    ],
)
def test_a_pupil_number_is_of_one_of_three_forms(text: str, fault: Fault | None) -> None:
    assert fault_of(pupil_number, text) == fault


@pytest.mark.parametrize("text", ["13812345678", "0519-82821234", "051982821234", "02088886666"])
def test_a_phone_is_a_mobile_number_or_a_landline_with_its_area_code(text: str) -> None:
    assert fault_of(phone_number, text) is None


@pytest.mark.parametrize("text", ["12812345678", "82821234", "1381234567", "138123456789", "家里电话"])
def test_what_cannot_be_called_is_no_phone_number(text: str) -> None:
    assert fault_of(phone_number, text) is not None


def test_a_bank_card_ends_in_its_check_digit() -> None:
    assert bank_card("6200 0000 0000 0005") == "6200000000000005"
    assert bank_card("6205500000000000004") == "6205500000000000004"
    assert fault_of(bank_card, "6200000000000050") == Fault.CHECK
    assert fault_of(bank_card, "1234567") == Fault.LENGTH
    assert fault_of(bank_card, "62220202oooo0000") == Fault.CHARACTERS


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_a_check(text: str) -> None:
    for check in (identity_number, credit_code, school_code, pupil_number, phone_number, bank_card):
        fault_of(check, text)
