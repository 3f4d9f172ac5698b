"""The foot of a list as a figure: what the filters become, and what is refused with a sentence."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.figures.foot import CannotSay, Foot
from shuyuan.ledger.ledger import ledger
from tests.county import HOME, OTHER, County
from tests.figures.test_books import a_purchase


def test_a_list_without_a_period_is_read_for_the_year_people_work_in(county: County) -> None:
    a_purchase(county, 5)
    foot = Foot(ledger("procurement"), {"sort": "amount", "page": "2"}, county.office, 2012)
    assert (foot.parameters, foot.year) == ({"counted": "1", "period": "2012"}, 2012)
    assert Foot(ledger("organisation"), {}, None, 2011).parameters["standing"] == "2011-12-31"


def test_what_a_search_and_a_filter_say_becomes_the_rule(county: County) -> None:
    foot = Foot(
        ledger("procurement"), {"method": "open", "q": "课桌", "organisation": str(county[HOME].pk)}, None, 2012
    )
    assert foot.specification("amount") == {
        "kind": "sum",
        "ledger": "procurement",
        "field": "amount",
        "at": HOME,
        "where": 'method == "open" and (contains(organisation.name, "课桌") or contains(item, "课桌")'
        ' or contains(contract, "课桌"))',
    }


@pytest.mark.parametrize(
    ("slug", "parameters", "said"),
    [
        ("procurement", {"q": "Abc"}, "搜索『Abc』不分大小写"),
        ("procurement", {"q": "课\x01桌"}, "引号里有看不见的字符"),
        ("procurement", {"state": "draft"}, "请去掉「状态」条件"),
        ("procurement", {"period": "2012S"}, "台账不按这种期间统计"),
        ("procurement", {"period": "2012", "standing": "2012-12-31"}, "只能选一个"),
        ("procurement", {"standing": "2012-06-30"}, "请把「在册」改为期末"),
        ("procurement", {"through": "2012-06-30"}, "不能存「截至」某日的数"),
        ("procurement", {"where": "amuont > 0"}, "相近的名称：amount"),
        ("procurement", {"method": "magic"}, "没有『magic』这一项"),
        ("procurement", {"organisation": "0"}, "没有单位"),
        ("procurement", {"where": " and ".join(["amount > 1"] * 64), "q": "长"}, "写不成一条规则"),
        ("organisation", {"period": "2012"}, "没有期间"),
    ],
)
def test_what_no_rule_can_say_is_refused_with_a_sentence(
    county: County, slug: str, parameters: dict[str, str], said: str
) -> None:
    with pytest.raises(CannotSay, match=said):
        Foot(ledger(slug), parameters, None, 2012).specification()


def test_two_schools_of_one_name_are_told_apart_by_their_codes_or_not_at_all(county: County) -> None:
    with acting(county.system, "改名"):
        Organisation.objects.filter(pk=county[OTHER].pk).update(name=HOME)
    foot = Foot(ledger("procurement"), {"organisation": str(county[HOME].pk)}, None, 2012)
    assert foot.specification()["at"] == county[HOME].code
    with acting(county.system, "改码"):
        Organisation.objects.filter(pk=county[HOME].pk).update(code="")
    with pytest.raises(CannotSay, match="与别的单位重名"):
        foot.specification()


def test_the_foot_tells_what_can_be_saved(county: County) -> None:
    a_purchase(county, Decimal("12.5"))
    totals = Foot(ledger("procurement"), {}, county.office, 2012).totals()
    assert [(total.field, total.unit, total.shown) for total in totals] == [("", "条", "1条"), ("amount", "元", "12.5")]


def test_nobody_s_foot_holds_what_they_may_not_see(county: County) -> None:
    a_purchase(county, 5)
    count, _sum = Foot(ledger("procurement"), {}, county.stranger, 2012).totals()
    assert count.number == 0
