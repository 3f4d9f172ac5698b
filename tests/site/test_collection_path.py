"""A collection in a real browser: drawn, sent, filled by pasting a block, one cell returned, accepted, cited."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from shuyuan.collections.models import Collection
from shuyuan.core.history import acting
from shuyuan.core.models import Period
from tests.county import HOME, OTHER, County, build
from tests.site.test_grid_path import cell, pasted, typed

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[AbstractBaseUser], Page]


@pytest.fixture
def county(transactional_db: None) -> County:
    county = build()
    with acting(county.system, "建库"):
        Period.of(2012)
    return county


@pytest.mark.parametrize("width", [1280, 390])
def test_a_form_is_drawn_sent_filled_returned_accepted_and_cited(
    page: Page, sign_in: SignIn, county: County, width: int
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.set_viewport_size({"width": width, "height": 844})

    def fits() -> None:
        page.wait_for_load_state()  # until then the styles may not be there
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    # The office draws the form.
    sign_in(county.office)
    page.goto("/collections/?year=2012")
    page.get_by_role("link", name="新的专项填报").first.click()
    page.get_by_label("名称").fill("空调摸底")
    page.get_by_label("代号").fill("kt")
    page.get_by_label("数据时点").fill("2012-11-30")
    cards = page.locator("[data-list=c] > li")
    cards.nth(0).get_by_label("标题").fill("房间")
    cards.nth(0).get_by_label("必填").check()
    for n, (label, kind) in enumerate((("台数", "number"), ("在用台数", "number")), start=1):
        cards.nth(n).get_by_label("标题").fill(label)
        cards.nth(n).get_by_label("类型").select_option(kind)
        cards.nth(n).get_by_label("单位").fill("台")
    page.get_by_role("button", name="加一列").click()
    cards.nth(3).get_by_label("标题").fill("供电方式")
    cards.nth(3).get_by_label("类型").select_option("choice")
    cards.nth(3).get_by_label("选项（").fill("专线、普通线路")
    page.get_by_role("button", name="加一条规则").click()
    page.get_by_label("规则", exact=True).fill("在用台书 <= 台数")
    page.get_by_label("不符合时提示").fill("在用的不能比有的多")
    fits()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("没有名为 在用台书 的字段")).to_be_visible()
    page.get_by_label("规则", exact=True).fill("在用台数 <= 台数")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="空调摸底")).to_be_visible()
    fits()

    # It is sent to the schools.
    page.get_by_role("link", name="选学校、定日期").click()
    page.get_by_role("button", name="下一步：看看负担").click()
    page.get_by_role("button", name="发出").click()
    expect(page.get_by_role("row").filter(has_text=OTHER)).to_contain_text("待报")

    # A school pastes a block; one cell is wrong, and mended.
    sign_in(county.clerk)
    page.goto("/?year=2012")
    page.locator(".todo").get_by_role("link", name="表格填报").click()
    expect(page.locator("html[data-grid=ready]")).to_be_attached()
    pasted(page, cell(page, 0, "房间"), "教室\t2\t2\t专线\n图书室\t3\t4\t普通线路")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("button", name="第 2 行「在用台数（台）」")).to_be_visible()
    fits()
    typed(page, cell(page, 1, "在用台数"), "3")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已导入 2 条记录。")).to_be_visible()
    page.get_by_role("link", name="检查并报送").click()
    page.get_by_role("button", name="全部报送").click()
    expect(page.get_by_text("已报送。")).to_be_visible()

    # The section returns one cell; the school mends it in the grid.
    sign_in(county.office)
    page.goto("/reviews/kt/")
    page.get_by_role("link", name="图书室").click()
    page.get_by_label("台数（台）：退回原因", exact=True).fill("图书室只有两台")
    page.get_by_role("button", name="退回").click()
    sign_in(county.clerk)
    page.goto("/ledgers/kt/grid/?period=2012")
    remarked = page.locator(".grid-remark")
    expect(remarked).to_have_attribute("title", "图书室只有两台")
    row = page.locator(".tabulator-row").filter(has_text="图书室")
    typed(page, row.locator('[tabulator-field="台数"]'), "2")
    typed(page, row.locator('[tabulator-field="在用台数"]'), "2")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("修改了 1 条记录。")).to_be_visible()

    # Accepted, the total moves, the column is a figure, and a figure composed of it is one.
    sign_in(county.office)
    page.goto("/collections/of/kt/")
    expect(page.get_by_text("还没有审核通过的答复")).to_be_visible()
    page.goto("/reviews/kt/")
    page.get_by_role("button", name="全选可通过的").click()
    page.get_by_role("button", name="通过所选").click()
    expect(page.get_by_text("已通过 2 条。")).to_be_visible()
    page.goto("/collections/of/kt/?by=school")
    expect(page.get_by_role("row").filter(has_text=HOME)).to_contain_text("4")
    fits()
    page.get_by_role("link", name="collection.kt.台数").click()
    expect(page.locator(".figure-value")).to_contain_text("4")
    expect(page.get_by_role("link", name="图书室")).to_be_visible()
    page.goto("/figures/saved/compose/?year=2012")
    page.get_by_label("算式").fill("collection.kt.台书 / collection.kt.schools")
    expect(page.get_by_text("没有指标『collection.kt.台书』")).to_be_visible()
    page.get_by_label("单位", exact=True).fill("台/所")
    page.get_by_label("算式").fill("collection.kt.台数 / collection.kt.schools")
    expect(page.get_by_text("4台/所")).to_be_visible()
    assert Collection.objects.get().slug == "kt"
