"""Relations: which claims are sums, parts, ratios, growth of which, and whether that holds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shuyuan.proofread.claims import read
from shuyuan.proofread.relations import Relation, relations
from tests.proofread import gold


def of(text: str) -> list[Relation]:
    return relations(read(text))


def told(text: str) -> list[tuple[str, str, list[str], bool]]:
    return [(one.type, one.claim.value_text, [other.value_text for other in one.others], one.holds) for one in of(text)]


@pytest.mark.parametrize("files", [gold.tuning(), gold.reported()], ids=["tuned on", "not tuned on"])
def test_relations_agree_with_the_labels(files: list[str]) -> None:
    assert gold.relation_score(files).f1 >= 0.90


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("教师300人，其中小学100人，初中200人。", ("sum-of", "300", ["100", "200"], True)),
        ("投入1.2亿元，其中中央5000万元、省7000万元。", ("sum-of", "1.2", ["5000", "7000"], True)),
        ("支出81341万元（义务教育60386万元）。", ("part-of", "60386", ["81341"], True)),
        ("参保学生4812人，占在校生6015人的85%。", ("ratio-of", "85", ["4812", "6015"], False)),
        ("参保学生4812人，占在校生6015人的80%。", ("ratio-of", "80", ["4812", "6015"], True)),
        ("经费由13563万元增加到16620万元，增长22.5%。", ("growth-of", "22.5", ["16620", "13563"], True)),
        ("入园率从90.5%提高到96.3%，提高5.8个百分点。", ("difference-of", "5.8", ["96.3", "90.5"], True)),
        ("班额由60人下降到55人，减少5人。", ("difference-of", "5", ["55", "60"], True)),
        ("小学16.70万所，比上年减少1.06万所，下降5.98%。", ("growth-of", "5.98", ["16.70", "1.06"], True)),
        ("小学16.70万所，比上年减少1.06万所，下降8.95%。", ("growth-of", "8.95", ["16.70", "1.06"], False)),
        ("绘本馆、科技馆、天文台、植物园、博物馆、档案馆等5家研学基地。", ("list-count", "5", [], False)),
        ("确定甲园、乙园、丙园、丁园四类模式。", ("list-count", "四", [], True)),
        ("31家食堂获“六佳食堂”称号。", ("title-count", "31", [], False)),
        ("公开497条，其中新闻165条，通知39条等。", ("partial-sum-of", "497", ["165", "39"], True)),
    ],
)
def test_a_relation_and_whether_it_holds(text: str, expected: tuple[str, str, list[str], bool]) -> None:
    assert expected in told(text)


def test_a_part_may_have_parts_of_its_own() -> None:
    text = (
        "投入8316万元，其中省拨付5018万元，包括免费资金4525万元、维修493万元；"
        "县投入3298万元，包括配套费889万元、维修1000万元、附加1409万元。"
    )
    assert sorted(told(text)) == [
        ("sum-of", "3298", ["889", "1000", "1409"], True),
        ("sum-of", "5018", ["4525", "493"], True),
        ("sum-of", "8316", ["5018", "3298"], True),
    ]


def test_parts_may_follow_in_a_sentence_of_their_own() -> None:
    assert told("共有学校23所。其中初中20所，高中3所。") == [("sum-of", "23", ["20", "3"], True)]


def test_a_ratio_may_name_lists_that_stood_before() -> None:
    text = (
        "2002—2004年的经费支出分别为13595万元、13563万元、16620万元，人均经费支出分别为1194元、1260元、1420元。"
        "预算内拨款分别为8820万元、9137万元、10199万元，预算内拨款占经费支出的比例分别为65%、67%、63%。"
    )
    assert [(one.claim.value_text, one.holds) for one in of(text)] == [("65", True), ("67", True), ("63", False)]


def test_attributes_that_cut_across_are_no_sum() -> None:
    assert [one for one in of("教师500人，其中女300人，党员250人，高级职称120人。") if not one.holds] == []


def test_rounded_parts_may_be_off_by_their_rounding() -> None:
    (sum_of,) = of("学校20.72万所，其中小学15.43万所、初中5.28万所。")
    assert (sum_of.type, sum_of.holds) == ("sum-of", True)


@pytest.mark.parametrize("parts", [("小学100人", "初中150人", "高中50人"), ("高中50人", "小学100人", "初中150人")])
def test_the_order_of_parts_does_not_matter(parts: tuple[str, ...]) -> None:
    (sum_of,) = of(f"教师300人，其中{'、'.join(parts)}。")
    assert sum_of.holds and sum_of.computed == Decimal(300)
