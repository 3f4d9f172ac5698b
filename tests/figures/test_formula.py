"""Formulas: what an expression of figures comes to, what it says, and how its mistakes are told where they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.core.history import acting
from shuyuan.figures import registry
from shuyuan.figures.apps import check_figures
from shuyuan.figures.books import Books
from shuyuan.figures.composed import Ratio, Variation
from shuyuan.figures.figure import Figure, Value
from shuyuan.figures.formula import Formula
from shuyuan.figures.kinds import Count, Names, Sum, from_data
from shuyuan.finance.procurement import Procurement
from shuyuan.ledger.record import State
from tests.county import HOME, OTHER, County

D = Decimal
PARTS = (
    Sum("t.open", "公开招标", "procurement", "amount", unit="万元", where='method == "open"'),
    Sum("t.own", "自行采购", "procurement", "amount", unit="元", where='method == "own"'),
    Sum("t.all", "采购总额", "procurement", "amount", unit="万元", decimals=2),
    Count("t.number", "采购笔数", "procurement", unit="笔"),
    Ratio("t.share", "公开招标比例", "t.open", "t.all", unit="%"),
    Names("t.items", "采购的物品", "procurement", "item"),
)


def formula(expression: str, unit: str = "万元", **more: object) -> Formula:
    return Formula("t.x", "算式", expression, unit=unit, **more)  # type: ignore[arg-type]


@pytest.fixture
def bought(county: County, declare: Callable[..., None]) -> Callable[..., None]:
    """A county that bought for 30 and 10 万元 in 2012 and for 20 万元 the year before; declares more figures."""
    facts = {"purpose": "equipment", "source": "school", "state": State.ACCEPTED}
    with acting(county.system, "登记"):
        Procurement.objects.bulk_create(
            Procurement(organisation=county[place], item=item, amount=amount, method=method, date=day, **facts)
            for place, item, amount, method, day in (
                (HOME, "课桌", 300_000, "open", date(2012, 3, 1)),
                (OTHER, "实验台", 100_000, "own", date(2012, 9, 1)),
                (HOME, "投影仪", 200_000, "open", date(2011, 5, 1)),
            )
        )
    declare(*PARTS)
    return declare


@pytest.mark.parametrize(
    ("expression", "unit", "exact"),
    [
        ("t.open + t.own", "万元", "40"),
        ("t.open + t.own", "元", "400000"),
        ("t.open + t.own", "亿元", "0.004"),
        ("t.all - t.all@last", "万元", "20"),
        ("(t.all - t.all@last) / t.all@last * 100", "%", "100"),
        ("100 * t.open / t.all", "%", "75"),
        ("t.open / t.all * 100", "%", "75"),
        ("t.share - t.share@last", "个百分点", "-25"),
        ("t.all / t.number", "万元/笔", "20"),
        ("t.all / t.number", "元", "200000"),
        ("t.all / t.number * t.number", "万元", "40"),
        ("t.all * t.share / 100", "万元", None),
        ("t.all * (t.share / 100)", "万元", "30"),
        ("least(t.open, t.own) + greatest(t.open, t.own)", "万元", "40"),
        ("abs(t.own - t.open)", "万元", "20"),
        ("-t.own + t.open", "万元", "20"),
        ("t.open－（t.own－t.own）× 2", "万元", "30"),
        ("t.all / 3", "万元", "13.333333333333"),
    ],
)
def test_a_formula_is_reckoned_in_the_units_of_its_figures(
    bought: Callable[..., None], expression: str, unit: str, exact: str | None
) -> None:
    made = formula(expression, unit)
    faults = list(made.check())
    if exact is None:
        assert "百分率请先除以 100" in faults[0]
        return
    assert faults == []
    bought(made)
    assert Books(2012).value("t.x").exact == D(exact)


def test_a_quotient_keeps_its_numerator_and_denominator_in_the_units_people_know(bought: Callable[..., None]) -> None:
    bought(formula("(t.open + t.own) / t.all * 100", "%"), Formula("t.y", "同一单位", "t.open / t.all * 100", unit="%"))
    one, other = Books(2012).values(["t.x", "t.y"])
    assert (one.exact, one.numerator, one.denominator) == (D(100), D(400_000), D(400_000)), "元 beside 万元 makes 元"
    assert (other.exact, other.numerator, other.denominator) == (D(75), D(30), D(40))


def test_dividing_by_zero_is_a_dash_with_its_reason(bought: Callable[..., None]) -> None:
    bought(formula("t.open / (t.all - t.all) * 100", "%"))
    value = Books(2012).value("t.x")
    assert (value.display, value.exact) == ("—", None)
    assert value.reason == "分母「采购总额」 − 「采购总额」为零"
    assert (value.numerator, value.denominator) == (D(30), D(0))


def test_a_part_that_is_not_known_leaves_the_formula_unknown_with_that_reason(bought: Callable[..., None]) -> None:
    bought(formula("t.all - t.all@last"))
    assert Books(2011).value("t.x").reason == "采购总额：台账「采购投入」本期没有记录"


def test_the_vector_of_a_formula_is_the_formula_of_each_organisation(
    bought: Callable[..., None], county: County
) -> None:
    bought(formula("t.open + t.own"), Formula("t.share2", "份额", "t.open / t.all * 100", unit="%"))
    books = Books(2012)
    assert {key: value.exact for key, value in books.vector("t.x").items()} == {
        county[HOME].pk: 30,
        county[OTHER].pk: 10,
    }
    assert {key: value.exact for key, value in books.vector("t.share2").items()} == {
        county[HOME].pk: 100, county[OTHER].pk: 0
    }  # fmt: skip
    assert Books(2012, county[HOME]).value("t.x").exact == 30


def test_the_lineage_of_a_formula_opens_every_part_each_in_its_year(bought: Callable[..., None]) -> None:
    bought(formula("t.open + t.own - t.open@last"))
    lines = [line.parameters for line in Books(2012).lineage("t.x")]
    assert [(line["period"], line["where"]) for line in lines] == [
        ("2012", 'method == "open"'),
        ("2012", 'method == "own"'),
        ("2011", 'method == "open"'),
    ]


def test_a_formula_says_what_it_means_in_either_language(bought: Callable[..., None]) -> None:
    made = formula("(t.all-t.all@last)/(t.all@last)*100", "%")
    assert made.definition == "（「采购总额」 − 上年「采购总额」） ÷ 上年「采购总额」 × 100。"
    assert made.canonical() == "(t.all - t.all@last) / t.all@last * 100"
    with translation.override("en"):
        assert "last year" in made.definition


def test_the_version_of_a_formula_changes_with_its_meaning_not_with_its_blanks(bought: Callable[..., None]) -> None:
    version = formula("t.open + t.own").version
    assert formula(" ( t.open )＋t.own").version == version
    assert formula("t.own + t.open").version != version
    assert formula("t.open + t.own@last").version != version
    assert formula("t.open + t.own", "元").version != version


@pytest.mark.parametrize(
    ("expression", "unit", "said"),
    [
        ("t.open + t.numbr", "万元", "第 10 个字符『t.numbr』：没有指标『t.numbr』；是否为：t.number"),
        ("t.open + t.number", "万元", "第 10 个字符『t.number』：『元』和『笔』不是同一种单位"),
        ("t.open + 5", "万元", "『元』和『（无单位）』不是同一种单位"),
        ('t.open + "a"', "万元", "第 10 个字符『\"a\"』：这里应当是数字，写的却是文字"),
        ("t.open * t.own", "万元", "『元』和『元』不能相乘"),
        ("t.open / t.all", "%", "请在算式末尾写 * 100"),
        ("t.open / t.all", "万元", "算出来的单位是『（无单位）』，指标的单位却是『万元』。可用：%、倍"),
        ("t.open + t.own", "笔", "算出来的单位是『元』，指标的单位却是『笔』。请改用『元』或其万、亿倍"),
        ("t.open@next", "万元", "上年写作 t.open@last"),
        ("t.open@", "万元", "@ 后面应当是时间"),
        ("t.open > 3", "万元", "算式里要写数，不能写条件"),
        ("not t.open", "万元", "算式里要写数"),
        ("t.open in [1]", "万元", "算式里要写数"),
        ("median(t.open)", "万元", "没有名为 median 的函数。可用的函数：abs、greatest、least"),
        ("abs(t.open, t.own)", "万元", "abs 的参数个数不对"),
        ("t.items", "", "「采购的物品」是名单，不是数"),
        ("1 + 2", "", "算式里没有指标"),
        ("", "", "规则是空的"),
        ("t.open +", "万元", "这里缺一个"),
        ("t.open t.own", "万元", "规则到这里本该结束"),
        ("t.x + t.open", "万元", "又由本指标算出"),
        ("t.round", "万元", "又由本指标算出"),
        ("1 / t.all", "", "不能除以"),
        ("+".join(["t.open"] * 60), "万元", "规则太复杂"),
        ("(" * 30 + "t.open" + ")" * 30, "万元", "规则太复杂"),
    ],
)  # fmt: skip
def test_a_slip_in_a_formula_is_told_where_it_stands(
    declare: Callable[..., None], expression: str, unit: str, said: str
) -> None:
    made = formula(expression, unit)
    declare(*PARTS, made, Formula("t.round", "绕回来", "t.x", unit="万元"))
    with registry.declared_only():
        told = " ".join(made.check())
    assert said in told, told
    assert check_figures(), "it stops the start, too"


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader_of_formulas(text: str) -> None:
    with registry.declared_only():
        assert all(isinstance(fault, str) for fault in Formula("t.x", "x", text).check())


def test_a_formula_comes_from_a_data_file_like_any_figure(declare: Callable[..., None]) -> None:
    declare(*PARTS)
    data = {"kind": "formula", "name": "t.x", "title": "算式", "expression": "t.open + t.own", "unit": "万元"}
    assert from_data(data) == formula("t.open + t.own")


def test_the_variation_of_a_formula_that_is_a_quotient_is_weighted_by_its_denominators(
    bought: Callable[..., None],
) -> None:
    bought(formula("t.all / t.number", "万元"), Variation("t.uneven", "差异系数", "t.x", decimals=3))
    assert list(registry.figure("t.uneven").check()) == []
    assert round(Books(2012).value("t.uneven").exact or 0, 3) == D("0.5")
    assert list(Variation("t.v", "差异系数", "t.all").check()) != []


@pytest.mark.parametrize("figure", [formula("t.open + t.own"), Formula("t.y", "", "t.open / t.all * 100", unit="%")])
def test_a_formula_of_values_is_that_of_plain_arithmetic(declare: Callable[..., None], figure: Formula) -> None:
    declare(*PARTS)

    @given(st.tuples(*[st.decimals(0, 10**9, places=2)] * 2))
    def law(pair: tuple[Decimal, Decimal]) -> None:
        one, other = pair
        figures: list[Figure] = [registry.figure(name) for name, _back in figure.needs()]
        value = figure.compose([Value(part, number) for part, number in zip(figures, pair, strict=True)])
        if figure.name == "t.x":
            assert value.exact == one + other / 10_000
        elif other:
            assert value.exact is not None
            assert abs(value.exact - one * 100 / other) < D("1e-9")
        else:
            assert value.exact is None

    law()
