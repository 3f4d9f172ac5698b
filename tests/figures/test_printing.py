"""Printing: rounding, units and the words that Chinese prose puts beside a rounded number."""

from decimal import Decimal

import pytest

from shuyuan.figures.figure import Figure, Value
from shuyuan.figures.kinds import Count, Sum, from_data
from shuyuan.figures.listing import number
from shuyuan.figures.units import base, factor, plain

D = Decimal


def money(**more: object) -> Figure:
    return Sum("t.money", "投入", "procurement", "amount", **more)  # type: ignore[arg-type]


VISITS = Count("t.visits", "家访", "home_visit", unit="人次", shown_in="万人次", step=D(1000))


@pytest.mark.parametrize(
    ("figure", "exact", "value", "qualifier", "display"),
    [
        (money(unit="万元", step=D(100)), "698.3", "700", "近", "近700万元"),
        (money(unit="万元", step=D(100)), "700", "700", "", "700万元"),
        (money(unit="万元", step=D(100)), "712.5", "700", "多", "700多万元"),
        (money(unit="万元", step=D(100), over="超过"), "712.5", "700", "超过", "超过700万元"),
        (money(unit="万元", step=D(100), over="余"), "712.5", "700", "余", "700余万元"),
        (money(unit="万元", step=D(100)), "750", "800", "近", "近800万元"),
        (money(unit="万元", step=D(100)), "0", "0", "", "0万元"),
        (Count("t.n", "教职工", "staff", unit="人", step=D(100)), "5234", "5200", "多", "5200多人"),
        (money(unit="万元", shown_in="亿元"), "11600", "11600", "", "1.16亿元"),
        (money(unit="万元", shown_in="亿元", step=D(100)), "11642", "11600", "多", "1.16多亿元"),
        (VISITS, "133000", "133000", "", "13.3万人次"),
        (VISITS, "132876", "133000", "近", "近13.3万人次"),
        (money(unit="元", decimals=2), "12.345", "12.35", "", "12.35元"),
        (money(unit="元", decimals=2), "12.344999", "12.34", "", "12.34元"),
        (money(unit="元", decimals=2), "12.30", "12.30", "", "12.3元"),
        (money(unit="%", decimals=1), "97.25", "97.3", "", "97.3%"),
        (money(unit="个百分点", decimals=2), "-0.125", "-0.13", "", "-0.13个百分点"),
        (money(unit="", step=D("0.5")), "3.3", "3.5", "近", "近3.5"),
        (money(unit="元"), "100000000000000.4", "100000000000000", "", "100000000000000元"),
    ],
)  # fmt: skip
def test_a_number_is_printed_as_prose_has_it(
    figure: Figure, exact: str, value: str, qualifier: str, display: str
) -> None:
    printed = Value(figure, D(exact), 1)
    assert (printed.value, printed.qualifier, printed.display) == (D(value), qualifier, display)
    assert printed.exact == D(exact), "what the records give is never rounded"


def test_what_is_not_known_is_a_dash() -> None:
    nothing = Value(money(unit="万元"), None, 0, "没有记录")
    assert (nothing.value, nothing.qualifier, nothing.display, nothing.number) == (None, "", "—", "—")
    assert number(nothing.value) is None


@pytest.mark.parametrize(
    ("unit", "times", "bare"),
    [
        ("万元", 10**4, "元"),
        ("亿元", 10**8, "元"),
        ("人", 1, "人"),
        ("万人次", 10**4, "人次"),
        ("", 1, ""),
        ("万", 1, "万"),
    ],
)
def test_ten_thousands_and_hundred_millions_are_factors(unit: str, times: int, bare: str) -> None:
    assert (factor(unit), base(unit)) == (D(times), bare)


@pytest.mark.parametrize(
    ("exact", "text"),
    [("1160000", "1160000"), ("1.1600", "1.16"), ("1E+5", "100000"), ("0.00", "0"), ("-3.50", "-3.5")],
)
def test_digits_have_no_exponent_and_no_idle_zeros(exact: str, text: str) -> None:
    assert plain(D(exact)) == text


@pytest.mark.parametrize(("exact", "json"), [("5", 5), ("5.00", 5), ("97.3", 97.3), ("-2", -2)])
def test_json_has_whole_numbers_whole(exact: str, json: float) -> None:
    assert number(D(exact)) == json
    assert type(number(D(exact))) is type(json)


# --- the definition and its version ---


def test_the_version_changes_exactly_when_the_definition_does() -> None:
    def version(**more: object) -> str:
        return money(unit="万元", where='method == "open"', **more).version

    same = version()
    renamed = Sum("t.other", "别的名称", "procurement", "amount", unit="万元", where='method == "open"', note="另注")
    assert renamed.version == same
    as_people_write = Sum("t.a", "", "procurement", "amount", unit="万元", where='method  ==  "公开招标"')
    assert as_people_write.version == same
    others = [
        version(step=D(100)),
        version(decimals=1),
        version(over="超过"),
        version(stock=True),
        version(when="date"),
        version(at="省华中"),
        version(shown_in="亿元"),
        money(unit="元", where='method == "open"').version,
        money(unit="万元", where='method == "invited"').version,
        money(unit="万元").version,
        Count("t.c", "", "procurement").version,
    ]
    assert len({same, *others}) == len(others) + 1


def test_the_definition_says_what_where_and_how_it_is_rounded() -> None:
    figure = money(unit="万元", where='method == "open"', step=D(100), at="省华中", note="不含基建")
    assert figure.definition == (
        "仅省华中；「采购投入」台账中「采购方式」为「公开招标」、当期发生的记录，「金额（元）」合计；"
        "只计已通过审核的记录；四舍五入到 100 万元；不含基建。"
    )


def test_a_figure_from_a_data_file_is_the_same_figure() -> None:
    data = {"kind": "sum", "name": "t.money", "title": "投入", "ledger": "procurement", "field": "amount"}
    assert from_data(data | {"unit": "万元", "step": 100}) == money(unit="万元", step=D(100))
    assert from_data(data | {"unit": "万元", "step": 100}).version == money(unit="万元", step=D(100)).version
