"""The pages of saved figures, of comparison and of lineage: as people of each kind find them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.figures.keeping import keep
from shuyuan.figures.models import Remark, SavedFigure
from shuyuan.ledger.evidence import add_evidence
from tests.county import County, browser_of, build
from tests.figures.test_books import a_purchase

DEAR = {"kind": "count", "name": "saved.dear", "title": "高价采购", "ledger": "procurement", "where": "amount > 100"}
FOUR = {"kind": "formula", "name": "saved.four", "title": "四", "expression": "saved.twice * 1"}
FORM = {"field": "", "title": "采购·公开", "name": "saved.open", "unit": "笔", "decimals": "0", "over": "over"}


def save_url(query: str = "period=2012&method=own") -> str:
    return f"{reverse('figure-save', args=['procurement'])}?{query}"


def test_what_stands_at_the_foot_of_a_list_is_saved_in_two_clicks(county: County) -> None:
    a_purchase(county, 300)
    a_purchase(county, 100)
    a_purchase(county, 100, method="open", contract="1")
    office = browser_of(county.office)
    page = office.get("/ledgers/procurement/?period=2012&method=own").content.decode()
    assert save_url().replace("&", "&amp;") in page
    page = office.get(save_url()).content.decode()
    assert "「采购方式」为「自行采购」" in page
    assert 'value="saved.procurement_1"' in page
    assert "400" in page, "the sum at the foot"
    answer = office.post(save_url(), FORM | {"field": "amount", "unit": "万元", "decimals": "2"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/figures/saved.open/?year=2012")
    assert SavedFigure.objects.get().data == {
        "name": "saved.open", "title": "采购·公开", "kind": "sum", "ledger": "procurement", "field": "amount",
        "where": 'method == "own"', "unit": "万元", "decimals": 2,
    }  # fmt: skip
    page = office.get("/figures/saved.open/?year=2012").content.decode()
    assert "0.04万元" in page
    assert "自存指标" in page
    assert "高价" not in page


@pytest.mark.parametrize(
    ("query", "form", "status", "said"),
    [
        ("q=Abc", {}, 422, "不分大小写"),
        ("state=draft", {}, 422, "请去掉「状态」条件"),
        ("period=2012", {"name": "procurement.total"}, 200, "已被占用"),
        ("period=2012", {"unit": "万条"}, 200, "计数的单位不能是"),
        ("period=2012", {"field": "item"}, 200, "item"),
        ("period=2012", {"step": "abc"}, 200, "还没有保存"),
        ("period=2012", {"title": ""}, 200, "还没有保存"),
        ("period=2012", {"title": "<script>alert(1)</script>", "name": "bad name"}, 200, "&lt;script&gt;"),
    ],
)
def test_what_cannot_be_saved_says_why(
    county: County, query: str, form: dict[str, str], status: int, said: str
) -> None:
    answer = browser_of(county.office).post(save_url(query), FORM | form)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert SavedFigure.objects.count() == 0


def test_a_confidential_list_is_saved_by_its_section_alone(county: County) -> None:
    url = reverse("figure-save", args=["discipline"])
    other, personnel = county.officer(Function.UNION), county.officer(Function.PERSONNEL)
    assert [browser_of(user).get(url).status_code for user in (other, personnel)] == [404, 200]
    browser_of(personnel).post(url, FORM | {"name": "saved.secret"})
    assert browser_of(other).get("/figures/saved.secret/").status_code == 404
    assert "saved.secret" not in browser_of(other).get("/figures/saved/").content.decode()
    assert "saved.secret" not in browser_of(other).get("/figures/saved/search/?q=saved").content.decode()
    preview = browser_of(other).get("/figures/saved/preview/", {"expression": "saved.secret * 1"}).content.decode()
    assert "您不能读它所用的台账" in preview


def test_a_formula_is_composed_changed_and_removed(county: County) -> None:
    a_purchase(county, 300)
    office = browser_of(county.office)
    composed = FORM | {"expression": "procurement.purchases * 2", "name": "saved.twice", "title": "两倍"}
    url = reverse("figure-compose")
    assert "不是同一种单位" in office.post(url, composed | {"expression": "procurement.purchases + 5"}).content.decode()
    unit = _unit("procurement.purchases")
    assert office.post(url, composed | {"unit": unit}).status_code == 302
    page = office.get("/figures/saved.twice/?year=2012").content.decode()
    assert "× 2" in page
    edit = reverse("figure-edit", args=["saved.twice"])
    assert "procurement.purchases * 2" in office.get(edit).content.decode()
    assert office.post(edit, composed | {"unit": unit, "expression": "procurement.purchases * 3"}).status_code == 302
    assert SavedFigure.objects.get().specification["expression"] == "procurement.purchases * 3"
    with acting(county.office, "存"):
        keep(
            {"kind": "formula", "name": "saved.four", "title": "四", "expression": "saved.twice * 1", "unit": unit},
            county.office,
        )
    refused = office.post(reverse("figure-remove", args=["saved.twice"]), follow=True).content.decode()
    assert "指标「四」（saved.four） 用到这个指标" in refused
    for name in ("saved.four", "saved.twice"):
        assert "已删除" in office.post(reverse("figure-remove", args=[name]), follow=True).content.decode()
    assert office.get(edit).status_code == 404


def _unit(name: str) -> str:
    from shuyuan.figures.registry import figure

    return figure(name).unit


def test_a_step_and_its_word_go_in_and_come_back(county: County) -> None:
    office, edit = browser_of(county.office), reverse("figure-edit", args=["saved.open"])
    office.post(save_url(), FORM | {"step": "100", "over": "above"})
    assert (SavedFigure.objects.get().data["step"], SavedFigure.objects.get().data["over"]) == ("100", "超过")
    page = office.get(edit).content.decode()
    assert '<option value="above" selected>' in page
    office.post(edit, FORM)
    assert "step" not in SavedFigure.objects.get().data


def test_a_saved_count_keeps_its_rule_when_its_words_change(county: County) -> None:
    with acting(county.office, "存"):
        keep(DEAR, county.office, year=2012)
    office, edit = browser_of(county.office), reverse("figure-edit", args=["saved.dear"])
    assert 'name="only"' in office.get(edit).content.decode()
    office.post(edit, FORM | {"name": "saved.costly", "title": "贵的", "note": "不含基建"})
    row = SavedFigure.objects.get()
    assert (row.name, row.year, row.data["where"], row.data["note"]) == (
        "saved.costly",
        None,
        "amount > 100",
        "不含基建",
    )


def test_the_preview_tells_value_words_or_the_mistake(county: County) -> None:
    a_purchase(county, 300)
    office = browser_of(county.office)

    def preview(**given: str) -> str:
        return office.get("/figures/saved/preview/", given | {"year": "2012"}).content.decode()

    unit = _unit("procurement.purchases")
    page = preview(expression="procurement.purchases * 2", unit=unit)
    assert f">2{unit}<" in page
    assert "没有指标『procurement.purchase』" in preview(expression="procurement.purchase * 2")
    assert "写出算式" in preview(expression="")
    assert "规则太长" in preview(expression="1" * 3000)
    assert preview(expression="<b>", decimals="99999999999")
    assert SavedFigure.objects.count() == 0


def test_saved_figures_are_carried_by_a_file(county: County) -> None:
    with acting(county.office, "存"):
        keep(DEAR, county.office)
    office = browser_of(county.office)
    answer = office.get("/figures/saved/export/")
    assert "attachment" in answer.headers["Content-Disposition"]
    content = json.loads(answer.content)
    content["figures"][0]["title"] = "改了"

    def bring(data: bytes) -> Any:
        return office.post("/figures/saved/import/", {"file": BytesIO(data)}, follow=True)

    assert "修改 1 个" in bring(json.dumps(content).encode()).content.decode()
    answer = bring(b"{}")
    assert answer.status_code == 422
    assert "这不是指标文件" in answer.content.decode()
    assert office.post("/figures/saved/import/").status_code == 422


def test_a_ratio_opens_both_sides_down_to_records_their_versions_and_evidence(county: County) -> None:
    row = a_purchase(county, 300, method="open", contract="1", item="实验台")
    a_purchase(county, 100, item="课桌")
    with acting(county.system, "佐证"):
        add_evidence(row, "发票.pdf", BytesIO(b"%PDF"))
    page = browser_of(county.office).get("/figures/procurement.tendered_share/?year=2012").content.decode()
    assert page.count('class="node-head"') == 3
    assert "1 份佐证" in page
    assert "1 个版本" in page
    assert page.index("实验台") < page.index("课桌"), "those that add most first"
    assert "课桌" not in browser_of(county.other_clerk).get("/figures/procurement.tendered_share/").content.decode()


def test_a_figure_can_be_read_up_to_a_day(county: County) -> None:
    a_purchase(county, 300, day=date(2012, 6, 30))
    a_purchase(county, 300, day=date(2012, 7, 1))
    office = browser_of(county.office)
    page = office.get("/figures/procurement.purchases/?year=2012&until=2012-06-30").content.decode()
    assert "2012年，截至 2012-06-30" in page
    assert "through=2012-06-30" in page
    for nonsense in ("2011-06-30", "2012-99-99", "x"):
        page = office.get(f"/figures/procurement.purchases/?year=2012&until={nonsense}").content.decode()
        assert "截至" not in page


def test_an_implausible_figure_is_marked_until_somebody_says_why(county: County) -> None:
    a_purchase(county, 9000)
    a_purchase(county, 100, day=date(2011, 5, 1))
    office, leader = browser_of(county.office), browser_of(county.leader)
    url = "/figures/procurement.total/?year=2012"
    assert "请核实" in leader.get(url).content.decode()
    assert "请核实" in leader.get("/figures/?year=2012").content.decode()
    assert "请核实" in leader.get("/figures/charts/?year=2012").content.decode()
    remark = reverse("figure-remark", args=["procurement.total"]) + "?year=2012"
    assert leader.post(remark, {"rule": "jump", "text": "x"}).status_code == 403
    assert office.post(remark, {"rule": "magic", "text": "x"}).status_code == 404
    assert office.post(remark, {"rule": "jump", "text": "新建一所学校"}).status_code == 302
    page = leader.get(url).content.decode()
    assert "请核实" not in page
    assert "新建一所学校" in page
    office.post(remark, {"rule": "jump", "text": ""})
    assert Remark.objects.count() == 0


def test_the_charts_link_each_bar_to_its_year(county: County) -> None:
    a_purchase(county, 9000)
    page = browser_of(county.office).get("/figures/charts/?year=2012").content.decode()
    assert "/figures/procurement.total/" not in page, "one year alone is no chart"
    a_purchase(county, 8000, day=date(2011, 5, 1))
    page = browser_of(county.office).get("/figures/charts/?year=2012").content.decode()
    for year in (2012, 2011):
        assert f'href="/figures/procurement.total/?year={year}"' in page


def test_composing_in_a_browser(
    transactional_db: None, page: Page, sign_in: Callable[[AbstractBaseUser], Page]
) -> None:
    county = build()
    a_purchase(county, 300)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        sign_in(county.office).goto("/figures/saved/compose/?year=2012")
        page.get_by_placeholder("搜索指标名称").fill("采购项目")
        page.locator("[data-insert='procurement.purchases']").click()
        expect(page.locator("[name=expression]")).to_have_value("procurement.purchases")
        expect(page.locator("#preview")).to_contain_text("算出来的单位是")
        page.locator("[name=unit]").fill(_unit("procurement.purchases"))
        expect(page.locator("#preview .figure-value")).to_have_text(f"1{_unit('procurement.purchases')}")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
