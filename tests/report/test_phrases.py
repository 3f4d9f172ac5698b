"""Ready phrases: how figures and lists of names read in Chinese prose."""

from dataclasses import replace

import pytest

from shuyuan.report import grammar, phrases
from shuyuan.report.grammar import Call
from shuyuan.report.phrases import Item
from tests.report.samples import FIGURES, Number, names, number

GRANTS = FIGURES["aid.grants"]  # 近700万元
DEBT = replace(FIGURES["debt.relieved"], earlier=number("debt.relieved", "化解学校债务", "2150", "万元"))
SHARE = replace(FIGURES["facility.surfaced"], earlier=number("facility.surfaced", "塑胶化", "81.5", "%"))
WORKS = names(
    "project.names",
    "工程名单",
    "个",
    *(Item(name, stage) for name, stage in [("甲", "主体封顶"), ("乙", "竣工"), ("丙", "")]),
)


@pytest.mark.parametrize(
    ("figure", "written", "printed"),
    [
        (DEBT, "in(亿元)", "0.2635亿元"),
        (DEBT, "in(亿元, 2)", "0.26亿元"),
        (DEBT, "折合(元)", "26350000元"),
        (GRANTS, "in(亿元)", "近0.07亿元"),
        (FIGURES["home_visit.teachers"], "in(万人)", "0.52多万人"),
        (DEBT, "number(亿元, 2)", "0.26"),
        (DEBT, "数字", "2635"),
        (DEBT, "places(1)", "2635.0万元"),
        (DEBT, "last_year", "2150万元"),
        (DEBT, "than_last_year", "增加485万元"),
        (DEBT, "growth", "增长22.6%"),
        (DEBT, "growth(0)", "增长23%"),
        (SHARE, "than_last_year", "下降1.5个百分点"),
        (SHARE, "growth", "下降1.8%"),
        (GRANTS, "last_year", "—"),
        (GRANTS, "than_last_year", "—"),
        (GRANTS, "growth", "—"),
        (WORKS, "", "甲（主体封顶）、乙（竣工）、丙"),
        (WORKS, "some(2)", "甲（主体封顶）、乙（竣工）等"),
        (WORKS, "前(3)", "甲（主体封顶）、乙（竣工）、丙"),
        (WORKS, "listed(工程)", "3个工程：甲（主体封顶）、乙（竣工）、丙"),
        (WORKS, "列举(工程, 1)", "3个工程：甲（主体封顶）等"),
        (WORKS, "listed", "3个：甲（主体封顶）、乙（竣工）、丙"),
        (WORKS, "item(2)", "乙（竣工）"),
        (WORKS, "item(2, name)", "乙"),
        (WORKS, "item(9)", "—"),
        (WORKS, "plain", "3个"),
        (names("a.b", "空名单", "所"), "some(3)", "无"),
        (names("a.b", "空名单", "所"), "listed(学校)", "0所学校"),
    ],
)
def test_a_phrase_reads_as_prose_does(figure: Number, written: str, printed: str) -> None:
    assert phrases.phrase(figure, written) == printed


def test_one_that_stays_the_same_stays_level() -> None:
    same = replace(DEBT, earlier=DEBT)
    assert phrases.phrase(same, "than_last_year") == phrases.phrase(same, "growth") == "持平"


def test_each_phrase_has_one_chinese_name_of_its_own() -> None:
    assert len({one.chinese for one in phrases.FILTERS.values()} | phrases.FILTERS.keys()) == 2 * len(phrases.FILTERS)
    assert all(phrases.find(one.chinese) is one for one in phrases.FILTERS.values())


@pytest.mark.parametrize(
    ("figure", "call", "said"),
    [
        (GRANTS, Call("nothing"), "写法 nothing 不存在"),
        (GRANTS, Call("in", ("平方米",)), "单位是万元，不能折合成平方米"),
        (GRANTS, Call("number", ("人",)), "单位是万元，不能折合成人"),
        (GRANTS, Call("in"), "括号里没有写对"),
        (GRANTS, Call("plain", ("3",)), "后面不带括号"),
        (GRANTS, Call("places", ("99",)), "不能是『99』"),
        (GRANTS, Call("some", ("3",)), "不是名单"),
        (WORKS, Call("some", ("很多",)), "不能是『很多』"),
        (WORKS, Call("some", ("9" * 400,)), "不能是"),
    ],
)
def test_a_phrase_that_does_not_fit_its_figure_is_told(figure: Number, call: Call, said: str) -> None:
    fault = phrases.fault(figure, call)
    assert fault and said in fault[0] and fault[1].endswith("。")


def test_every_phrase_that_is_no_mistake_prints() -> None:
    school = replace(DEBT, parts={"河头小学": DEBT})
    for one in phrases.FILTERS.values():
        figure = WORKS if one.names else school
        call = grammar.call(one.example or one.name)
        assert call and phrases.fault(figure, call) is None
        if one.name != "change":
            assert phrases.phrase(figure, call) not in ("", "—")


def test_what_is_too_great_for_hanzi_is_told() -> None:
    with pytest.raises(phrases.PhraseError, match="不宜写成汉字"):
        phrases.phrase(number("a.b", "甲", "9" * 13, "元"), "chinese")
