"""Comparison: target, last year under today's definition, the change, and the marks of what looks implausible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from shuyuan.core.history import acting
from shuyuan.figures import compare as comparing
from shuyuan.figures.books import Books
from shuyuan.figures.compare import Comparison, Published, compare, remark, thresholds
from shuyuan.figures.figure import Figure, Value
from shuyuan.figures.formula import Formula
from shuyuan.figures.kinds import Count, Growth, Mean, Names, Ratio, Sum
from shuyuan.figures.models import Remark
from shuyuan.figures.registry import figure
from tests.county import County
from tests.figures.test_books import a_purchase

D = Decimal
TOTAL = Sum("t.total", "采购额", "procurement", "amount", unit="元")
DEAR = Sum("t.dear", "高价采购额", "procurement", "amount", unit="元", where="amount > 1000")
OVER = "比例应在 0 和 100% 之间；分子是 7，分母是 6"
SHARE = Ratio("t.share", "高价比例", "t.dear", "t.total", unit="%", decimals=1)


def one(name: str, year: int = 2012) -> Comparison:
    (found,) = compare(Books(year), [name])
    return found


def test_a_figure_stands_beside_last_year_s_and_its_change(county: County, declare: Callable[..., None]) -> None:
    declare(TOTAL, DEAR, SHARE)
    a_purchase(county, 4000)
    a_purchase(county, 1000)
    a_purchase(county, 2000, day=date(2011, 5, 1))
    a_purchase(county, 2000, day=date(2011, 5, 1))
    total, share = compare(Books(2012), ["t.total", "t.share"])
    assert (total.before.exact, total.change, total.change_unit, total.percent) == (D(4000), D(1000), "元", D(25))
    assert (share.before.exact, share.change, share.change_unit, share.percent) == (D(100), D(-20), "个百分点", None)


def test_a_figure_stands_beside_its_target_in_its_own_unit(county: County, declare: Callable[..., None]) -> None:
    declare(
        Sum("t.aim", "目标", "procurement", "amount", unit="万元", where='item == "目标"'),
        replace(TOTAL, where='item != "目标"', target="t.aim"),
    )
    a_purchase(county, 30_000, item="目标")
    a_purchase(county, 36_000)
    found = one("t.total")
    assert found.target is not None
    assert (found.target.display, found.to_target) == ("3万元", D(6000))
    assert figure("t.total").version == replace(TOTAL, where='item != "目标"').version, "a target defines nothing"


def test_the_undergraduate_rate_has_its_target_by_declaration() -> None:
    assert figure("exam_result.undergraduate_rate").target == "target.undergraduate_rate"


def test_last_year_s_published_under_another_definition_is_told(
    county: County, declare: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(TOTAL)
    a_purchase(county, 5)
    a_purchase(county, 4, day=date(2011, 5, 1))
    kept = Published(D(4), "4元", TOTAL.version, "2011年工作报告")
    monkeypatch.setattr(
        comparing, "published", [lambda year: {}, lambda year: {"t.total": kept} if year == 2011 else {}]
    )
    assert (one("t.total").redefined, one("t.total").corrected) == ("", "")
    kept = Published(D(3), "3元", TOTAL.version, "2011年工作报告")
    assert one("t.total").corrected == "2011年工作报告公布为 3元，按现有记录为 4元"
    kept = Published(D(3), "3元", "0badc0de", "2011年工作报告")
    found = one("t.total")
    assert found.redefined == f"定义已变：2011年工作报告按口径 0badc0de 为 3元，现口径为 {TOTAL.version}"
    assert (found.corrected, found.change) == ("", D(1)), "what is compared is computed under one definition"


# --- marks ---


def marks(figure: Figure, now: object, *earlier: object) -> list[str]:
    """The reasons why a figure of this value, after these years, is marked."""

    def value(of: object) -> Value:
        return Value(figure, None if of is None else D(str(of)), 1, "", D(7), D(6))

    return [
        reason for _rule, reason in comparing._implausible(value(now), [value(e) for e in earlier], thresholds(2012))
    ]


@pytest.mark.parametrize(
    ("now", "earlier", "said"),
    [
        (100, [95, 100, 92, 97], ""),
        (113, [95, 100, 92, 97], "比上年变化 18元"),
        (104, [95, 99, 95, 99], ""),  # less than a tenth
        (40, [95, 100, 92, 97], "比上年变化 55元，此前各年通常变化 5元（3 次变化的中位数），超过其 3 倍"),
        (104, [95, 95, 95, 95], ""),
        (106, [95, 95, 95, 95], "此前各年通常变化 0元"),
        (100, [30, None, 30, 29], "是上年的 3.3 倍，达到 3 倍；可比的往年不足"),
        (89, [30], ""),
        (90, [30], "是上年的 3 倍"),
        (10, [30], "只有上年的 33.3%，不到 3 分之一"),
        (11, [30], ""),
        (6, [2], ""),  # too few to say anything
        (0, [30], "上年是 30元，今年是零"),
        (0, [0], ""),
        (5, [None], ""),
        (None, [5], ""),
        (-5, [30], ""),
    ],
)
def test_a_change_beyond_the_usual_is_marked_with_its_reason(now: object, earlier: list[object], said: str) -> None:
    found = marks(TOTAL, now, *earlier)
    assert [said in reason for reason in found] == [True] * bool(said)


@pytest.mark.parametrize(
    ("shown", "now", "said"),
    [
        (SHARE, "100", []),
        (SHARE, "100.01", [OVER]),
        (SHARE, "-1", [OVER]),
        (
            Formula("t.f", "", "t.dear / t.total * 100", unit="%"),
            "101",
            [OVER],
        ),
        (Formula("t.f", "", "(t.dear - t.total) / t.total * 100", unit="%"), "250", []),
        (Growth("t.g", "", "t.total", unit="%"), "250", []),
    ],
)
def test_a_share_of_more_than_the_whole_is_marked_a_growth_is_not(shown: Figure, now: str, said: list[str]) -> None:
    assert marks(shown, now, None) == said


def test_lists_of_names_and_changes_of_changes_are_not_judged() -> None:
    assert marks(Names("t.n", "", "procurement", "item"), 100, 1) == []
    assert marks(Growth("t.g", "", "t.total", unit="%"), 0, 500) == []
    assert marks(Mean("t.m", "", "procurement", "amount", unit="%"), 90, 20) == [], "percentages have no folds"
    assert marks(Count("t.c", "", "procurement"), 90, 20) != []


def test_a_remark_puts_a_mark_to_rest_and_can_be_taken_back(county: County, declare: Callable[..., None]) -> None:
    declare(TOTAL)
    a_purchase(county, 4000)
    a_purchase(county, 100, day=date(2011, 5, 1))
    assert [mark.open for mark in one("t.total").marks] == [True]
    with acting(county.office, "说明"):
        remark("t.total", 2012, comparing.JUMP, "新建一所学校", county.office)
        remark("t.total", 2012, comparing.JUMP, "新建两所学校", county.office)
    (mark,) = one("t.total").marks
    assert (mark.open, mark.remark) == (False, "新建两所学校")
    assert one("t.total", 2011).marks == ()
    with acting(county.office, "收回"):
        remark("t.total", 2012, comparing.JUMP, "", county.office)
        remark("t.total", 2012, comparing.JUMP, "", county.office)
    assert one("t.total").marks[0].open
    assert Remark.versions._default_manager.count() == 3


def test_the_thresholds_are_those_of_their_day(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = replace(thresholds(2012), fold=D(2))
    monkeypatch.setattr(comparing, "_tables", lambda: [(date(2000, 1, 1), thresholds_then), (date(2012, 7, 1), strict)])
    assert [thresholds(2011).fold, thresholds(2012).fold] == [3, 2]


thresholds_then = thresholds(2012)
