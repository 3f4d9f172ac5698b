"""Laws: what was printed is read back, in every way of writing; sums do not care in which order sentences stand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from bench import proofreading as bench
from hypothesis import given, settings
from hypothesis import strategies as st

from shuyuan.proofread import numerals
from shuyuan.proofread.claims import Claim, claims
from shuyuan.proofread.proofreader import proofread
from shuyuan.report.numerals import to_chinese

WIDE = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")


def only(text: str) -> Claim:
    found = claims(text)
    assert len(found) == 1, [(one.value_text, one.unit) for one in found]
    return found[0]


def amount(text: str) -> Decimal:
    return only(text).amount


WHOLE = st.integers(min_value=2, max_value=10**9)
UNITS = st.sampled_from(["人", "所", "万元", "亿元", "平方米", "万人次", "台", "册"])


@given(WHOLE, UNITS)
def test_digits_however_grouped_and_however_wide(number: int, unit: str) -> None:
    said = {str(number), f"{number:,}", str(number).translate(WIDE)}
    if number >= 1000:
        said.add(f"{number:,}".replace(",", " "))
    for text in said:
        one = only(f"全县共计{text}{unit}。")
        assert one.value == number and one.unit == unit, text


@given(st.integers(min_value=2, max_value=99_999_999), st.sampled_from(["所", "个", "名", "人次"]))
def test_hanzi_before_a_measure_word(number: int, unit: str) -> None:
    written = to_chinese(number)
    if written[0] not in "百千万亿":
        assert amount(f"共有{written}{unit}。") == number


@given(st.integers(min_value=0, max_value=10**11))
def test_hanzi_by_themselves(number: int) -> None:
    assert numerals.hanzi(to_chinese(number)) == number


@given(st.integers(min_value=0, max_value=9999))
def test_hanzi_digit_by_digit(number: int) -> None:
    written = "".join("〇一二三四五六七八九"[int(digit)] for digit in f"{number:04}")
    assert numerals.hanzi(written) == number


@given(st.integers(min_value=1, max_value=99_999), st.integers(min_value=1, max_value=9999))
def test_money_of_two_scales(high: int, low: int) -> None:
    assert amount(f"投入{high}亿{low}万元。") == high * 10**8 + low * 10**4


@given(st.decimals(min_value=Decimal("0.01"), max_value=9999, places=2), st.sampled_from(["万", "亿", ""]))
def test_scales_multiply(value: Decimal, scale: str) -> None:
    assert amount(f"投入{value}{scale}元。") == value * {"": 1, "万": 10**4, "亿": 10**8}[scale]


@given(st.integers(min_value=1, max_value=99))
def test_percentages_in_hanzi_and_in_digits(number: int) -> None:
    assert only(f"覆盖率达百分之{to_chinese(number)}。").value == only(f"覆盖率达{number}%。").value == number


@given(st.integers(min_value=1, max_value=60), st.integers(min_value=2, max_value=60))
def test_ratios_keep_both_sides(left: int, right: int) -> None:
    assert only(f"师生比为{left}:{right}。").value_text == f"{left}:{right}"


@given(st.integers(min_value=1, max_value=9000), st.integers(min_value=1, max_value=900))
def test_ranges_keep_both_ends(low: int, more: int) -> None:
    one = only(f"每校{low}~{low + more}人。")
    assert one.value == low and one.upper == low + more


SENTENCES = (
    "教职工300人，其中小学120人，初中200人。",
    "投入3298万元，包括配套费889万元、维修1000元、附加1409万元。",
    "在校学生1086人，其中男生562人，女生524人。",
    "大班4个、中班8个、小班5个，共14个班。",
    "参保学生4812人，占在校生6015人的85%。",
    "入园率从90.5%提高到96.3%，提高8.5个百分点。",
    "表彰先进集体12个、先进个人86名。",
)


@given(st.permutations(SENTENCES), st.sampled_from(["", "\n"]))
def test_the_order_of_sentences_does_not_matter_to_sums_within_them(order: list[str], between: str) -> None:
    text = between.join(order)
    told = {
        (sentence, one.rule, one.text, one.suggestion)
        for sentence in SENTENCES
        for one in proofread(text).findings
        if text.index(sentence) <= one.start < text.index(sentence) + len(sentence)
    }
    alone = {(s, one.rule, one.text, one.suggestion) for s in SENTENCES for one in proofread(s).findings}
    assert told == alone and len({sentence for sentence, *_ in told}) == 5


@settings(max_examples=30, deadline=None)
@given(st.integers(min_value=0, max_value=10**9))
def test_a_sound_report_is_never_alarmed_whatever_its_numbers(number: int) -> None:
    assert [one for one in proofread(bench.county(number)).findings if one.severity != "hint"] == []


@pytest.mark.parametrize("number", range(5))
def test_it_says_the_same_each_time(number: int) -> None:
    text = bench.county(number).replace("1", "7")
    assert proofread(text) == proofread(text)
