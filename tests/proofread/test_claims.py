"""Claims: every number with its unit and what it is said of; the labelled documents are the measure."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.proofread import numerals
from shuyuan.proofread.claims import Claim, claims
from tests.proofread import gold


def only(text: str) -> Claim:
    found = claims(text)
    assert len(found) == 1, [(one.value_text, one.unit) for one in found]
    return found[0]


@pytest.mark.parametrize("files", [gold.tuning(), gold.reported()], ids=["tuned on", "not tuned on"])
def test_values_and_subjects_agree_with_the_labels(files: list[str]) -> None:
    scores = gold.score(files)
    assert scores["value+unit"].f1 >= 0.99
    assert scores["subject"].f1 >= 0.90


@pytest.mark.parametrize(
    ("text", "value", "unit", "kind", "qualifier"),
    [
        ("筹资460余万元。", "460", "万元", "money", "余"),
        ("新建校舍9万多平方米。", "9", "万平方米", "area", "多"),
        ("消除危房近17万平方米。", "17", "万平方米", "area", "近"),
        ("培训教师约１２３４人次。", "1234", "人次", "person-times", "约"),
        ("本科上线率提高3.2个百分点。", "3.2", "个百分点", "points", ""),
        ("入园率95%以上。", "95", "%", "percent", "以上"),
        ("投入1亿2000万元。", "120000000", "元", "money", ""),
        ("实施两项工程。", "2", "项", "count", ""),
        ("共有几十所学校。", "10", "所", "count", "几"),
        ("总分名列全市第三。", "3", "名", "rank", ""),
        ("平均得分94.84分。", "94.84", "分", "score", ""),
        ("每周一次调度会。", "1", "次", "count", ""),
        ("新增图书12,345册。", "12345", "册", "count", ""),
        ("普职比接近1:1。", "1", "", "percent", "接近"),
        ("实现七连冠。", "7", "连冠", "count", ""),
    ],
)
def test_a_number_as_prose_writes_it(text: str, value: str, unit: str, kind: str, qualifier: str) -> None:
    claim = only(text)
    assert (claim.value, claim.unit, claim.kind, claim.qualifier) == (Decimal(value), unit, kind, qualifier)


@pytest.mark.parametrize(
    "text",
    [
        "2012年5月3日召开会议。",
        "印发〔2012〕5号文件。",
        "第五届艺术节。",
        "“十四五”规划开局。",
        "一是抓落实，二是抓督导。",
        "市一中、县二小、九年级、一等奖、统一部署。",
        "使用5G、K12、1+X、A4和3.0版。",
        "《三年行动计划(2011—2015年)》",
        "两项附加的征收。两免一补。",
        "2002—2004年的工作。",
        "一校一品，一人一案。",
    ],
)
def test_dates_numbers_of_documents_and_names_are_no_claims(text: str) -> None:
    assert [(one.value_text, one.unit) for one in claims(text)] == []


def test_a_range_keeps_both_ends() -> None:
    claim = only("普惠率为63%~68%。")
    assert claim.value == 63 and claim.upper == 68


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("专任教师8351人,其中小学5115人,初中3236人。", ["专任教师", "小学专任教师", "初中专任教师"]),
        ("省、市示范园分别达6所、55所。", ["省示范园", "市示范园"]),
        ("为2800名学生发放助学金89万元。", ["学生", "助学金"]),
        ("2002—2004年经费分别为13595万元、13563万元、16620万元。", ["2002年经费", "2003年经费", "2004年经费"]),
        ("一是新建校舍7055平方米。", ["新建校舍"]),
    ],
)
def test_what_a_number_is_said_of(text: str, subjects: list[str]) -> None:
    assert [one.subject for one in claims(text)] == subjects


def test_places_hold_in_the_text_as_given() -> None:
    text = "教师８３５１人。\n  其中，小学 ５１１５ 人（在编5000人）。"
    for one in claims(text):
        assert (
            numerals.arabic(text[one.digits : one.digits + len(one.value_text)].translate(numerals.FULL_WIDTH))
            == one.value
        )


@given(
    st.decimals(min_value=1, max_value=10**9, places=2), st.sampled_from(["万元", "人", "平方米", "%", "所", "万人次"])
)
def test_what_was_printed_is_read_back(value: Decimal, unit: str) -> None:
    for text in (f"{value}", f"{value:,}"):
        claim = only(f"全县共计{text}{unit}。")
        assert (claim.value, claim.unit) == (value, unit)


@given(st.integers(min_value=1, max_value=10**11))
def test_numbers_in_hanzi_are_read_back(number: int) -> None:
    from shuyuan.report.numerals import to_chinese

    assert numerals.hanzi(to_chinese(number)) == number


@given(st.text(max_size=300))
def test_any_text_at_all_can_be_read(text: str) -> None:
    for one in claims(text):
        assert 0 <= one.start < one.end <= len(text)


@given(st.lists(st.sampled_from("零一二两三百万元所人个项第%,.:：、（(1209年月—"), max_size=80).map("".join))
def test_scrambled_numbers_do_no_harm(text: str) -> None:
    for one in claims(text):
        assert text[one.start : one.end]
