"""Checks: a figure that cannot mean anything stops the start and says what to write instead."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from shuyuan.figures.apps import check_figures
from shuyuan.figures.figure import Figure, Wrong
from shuyuan.figures.kinds import (
    Change,
    Count,
    Distinct,
    Growth,
    Mean,
    Rank,
    Ratio,
    Reported,
    Streak,
    Sum,
    Variation,
    from_data,
)


def test_every_figure_of_the_house_is_sound() -> None:
    assert check_figures() == []


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (Count("t.x", "x", "procurment"), "没有叫「procurment」的台账"),
        (Count("t.x", "x", "procurement", where="amuont > 0"), "相近的名称：amount"),
        (Count("t.x", "x", "procurement", where='method == "公开"'), "公开招标"),
        (Count("t.x", "x", "procurement", when="finished_on"), "没有日期字段 'finished_on'"),
        (Count("t.x", "x", "procurement", when="amount"), "没有日期字段 'amount'"),
        (Sum("t.x", "x", "procurement", "amuont", unit="元"), "没有字段 'amuont'；有：organisation、item"),
        (Sum("t.x", "x", "procurement", "item", unit="元"), "不是数量"),
        (Mean("t.x", "x", "procurement", "method"), "不是数量"),
        (Reported("t.x", "x", "procurement", "item"), "不是数量"),
        (Sum("t.x", "x", "procurement", "amount", unit="人"), "单位是『元』，指标的单位不能是『人』"),
        (Distinct("t.x", "x", "discipline", "persn"), "没有字段 'persn'"),
        (Streak("t.x", "x", "procurement", when="date"), "不用 when 和 stock"),
        (Streak("t.x", "x", "organisation"), "不用 when 和 stock"),
        (Sum("t.x", "x", "procurement", "amount", unit="元", step=Decimal(0)), "step 须大于零"),
        (Ratio("t.x", "x", "procurement.total", "procurement.totl"), "是否为：procurement.total"),
        (Change("t.x", "x", "procurement.tendered_share", unit="%"), "个百分点"),
        (Growth("t.x", "x", "procurement.total", unit="万元"), "以 % 计"),
        (Variation("t.x", "x", "procurement.total"), "须有分子和分母"),
        (Rank("t.x", "x", "procurement.total", "procurement.tendered_share"), "须是一个字段的指标"),
    ],
)
def test_a_slip_in_a_figure_is_told_at_start_up(
    db: None, declare: Callable[..., None], figure: Figure, said: str
) -> None:
    declare(figure)
    told = [str(message.msg) for message in check_figures()]
    assert len(told) == 1
    assert told[0].startswith("t.x")
    assert said in told[0]


def test_a_circle_of_figures_is_told(declare: Callable[..., None]) -> None:
    declare(Ratio("t.a", "a", "t.b", "procurement.total"), Ratio("t.b", "b", "procurement.total", "t.a"))
    assert [str(message.msg) for message in check_figures()] == [
        "A figure is made of itself: t.a → t.b → t.a",
    ]


def test_two_figures_of_one_name_are_told(declare: Callable[..., None]) -> None:
    declare(Count("procurement.total", "x", "procurement"))
    with pytest.raises(Wrong, match=r"two figures are called 'procurement\.total'"):
        check_figures()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "cuont"}, "kind must be one of count, sum"),
        ({}, "not None"),
        ({"kind": "count", "title": "x", "ledger": "debt", "wher": "x"}, r"a count has no \['wher'\]"),
        ({"kind": "ratio", "title": "x", "of": "a"}, "per"),
    ],
)
def test_a_slip_in_a_data_file_is_told_with_the_figure_s_name(data: dict[str, str], said: str) -> None:
    with pytest.raises(Wrong, match=said) as wrong:
        from_data({"name": "t.x"} | data)
    assert "t.x" in str(wrong.value)
