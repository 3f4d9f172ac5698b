"""Chinese numerals both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.report import numerals


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"),
        (2, "二"),
        (5, "五"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (2635, "二千六百三十五"),
        (10000, "一万"),
        (10010, "一万零一十"),
        (13300, "一万三千三百"),
        (48500, "四万八千五百"),
        (100005, "十万零五"),
        (133000, "十三万三千"),
        (116000000, "一亿一千六百万"),
        (100000005, "一亿零五"),
        (-3, "负三"),
    ],
)
def test_numbers_are_written_as_prose_spells_them(number: int, text: str) -> None:
    assert numerals.to_chinese(number) == text
    assert numerals.parse(text) == number


def test_two_before_a_measure_word_is_liang() -> None:
    assert numerals.to_chinese(2, counting=True) == "两"
    assert numerals.to_chinese(12, counting=True) == "十二"
    assert numerals.parse("两万两千") == 22000


@pytest.mark.parametrize(
    ("text", "number"), [("二〇一二", 2012), ("一五", 15), ("一百零五", 105), ("三千零二十", 3020)]
)
def test_spellings_that_people_use_are_read(text: str, number: int) -> None:
    assert numerals.parse(text) == number


@pytest.mark.parametrize("text", ["", "万", "三百二千", "十十", "统一", "5", "一万三千三百元", "负"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="不是汉字数字"):
        numerals.parse(text)


@given(st.integers(-(10**12) + 1, 10**12 - 1))
def test_every_number_comes_back_as_it_was(number: int) -> None:
    assert numerals.parse(numerals.to_chinese(number)) == number


def test_headings_are_numbered_as_the_standard_says() -> None:
    assert numerals.ordinal(5) == "第五"
    assert numerals.chapter_number(12) == "十二、"
    assert numerals.section_number(3) == "（三）"
