"""The grid in a real browser: a block pasted as Excel puts it, red cells, undo, two people, a session that ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, expect

from shuyuan.core.history import acting
from shuyuan.finance.models import Procurement
from shuyuan.ledger.record import State
from tests.county import HOME, County, build
from tests.ledger.filed import opened, purchase, task_of

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[AbstractBaseUser], Page]
BLOCK = "\n".join(
    [
        "学生课桌椅\t教育装备\t自行采购\t学校自筹\t26,800\t\t2012-11-20",
        "图书角书架\t教育装备\t自行采购\t学校自筹\t肆千\t\t2012.12.3",
    ]
)


@pytest.fixture
def county(transactional_db: None) -> County:
    return build()


def cell(page: Page, row: int, name: str) -> Locator:
    return page.locator(f".tabulator-row >> nth={row}").locator(f'[tabulator-field="{name}"]')


def pasted(page: Page, at: Locator, text: str) -> None:
    """What the browser gives to a page whose user presses Ctrl+V."""
    at.click()
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+V")


@pytest.fixture
def opened_grid(page: Page, sign_in: SignIn, county: County) -> Page:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    task = task_of(opened(county), county[HOME])
    sign_in(county.clerk)
    page.goto(f"/tasks/{task.pk}/")
    page.get_by_role("link", name="表格填报").click()
    expect(page.locator("html[data-grid=ready]")).to_be_attached()
    return page


def first_cell(page: Page, row: int = 0) -> Locator:
    return cell(page, row, "item")


def typed(page: Page, at: Locator, text: str) -> None:
    """A cell is chosen, written over and left, by keyboard alone."""
    at.click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(at).to_have_text(text)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_block_is_pasted_one_cell_refused_and_mended_and_all_of_it_is_saved(opened_grid: Page, width: int) -> None:
    page = opened_grid
    page.set_viewport_size({"width": width, "height": 844})
    page.reload()
    pasted(page, first_cell(page), BLOCK)
    expect(page.get_by_text("已粘贴 12 格")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("没有保存。请改正标红的 1 处")).to_be_visible()
    page.get_by_role("button", name="第 2 行「金额（元）」").click()
    bad = cell(page, 1, "amount")
    expect(bad).to_have_attribute("aria-invalid", "true")
    expect(bad).to_have_attribute("title", re.compile("不是数字：『肆千』"))
    assert not Procurement.objects.exists()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    typed(page, bad, "4000")
    page.keyboard.press("Control+S")
    expect(page.get_by_text("已导入 2 条记录。")).to_be_visible()
    kept = Procurement.objects.order_by("amount")
    assert [(one.item, one.amount, one.state) for one in kept] == [
        ("图书角书架", Decimal(4000), State.DRAFT),
        ("学生课桌椅", Decimal(26800), State.DRAFT),
    ]
    expect(page.locator(".tabulator-calcs-holder")).to_contain_text("30,800")
    page.get_by_role("link", name="检查并报送").click()
    page.get_by_role("button", name="全部报送").click()
    expect(page.get_by_text("已报送。")).to_be_visible()


def test_what_was_pasted_filled_down_and_deleted_is_undone_step_by_step(opened_grid: Page) -> None:
    page = opened_grid
    pasted(page, first_cell(page), BLOCK)
    expect(first_cell(page, 1)).to_have_text("图书角书架")
    first_cell(page).click()
    first_cell(page, 3).click(modifiers=["Shift"])
    page.keyboard.press("Control+D")
    expect(first_cell(page, 3)).to_have_text("学生课桌椅")
    page.keyboard.press("Delete")
    expect(first_cell(page, 3)).to_have_text("")
    for left in ("学生课桌椅", "图书角书架", ""):
        page.keyboard.press("Control+Z")
        expect(first_cell(page, 1)).to_have_text(left)
    expect(page.get_by_text("没有未保存的修改")).to_be_visible()


def test_the_second_of_two_people_is_told_and_shown_what_the_first_wrote(opened_grid: Page, county: County) -> None:
    bought = purchase(county, "课桌", amount=500)
    page = opened_grid
    page.reload()
    expect(first_cell(page)).to_have_text("课桌")
    with acting(county.headteacher, "核对"):
        bought.amount, bought.item = Decimal(700), "课桌椅"
        bought.save()
    typed(page, cell(page, 0, "amount"), "600")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("您填的是『600』，而河头小学·校长已于")).to_be_visible()
    expect(first_cell(page)).to_have_text("课桌椅")
    expect(cell(page, 0, "amount")).to_have_text("600")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("修改了 1 条记录。")).to_be_visible()
    bought.refresh_from_db()
    assert (bought.item, bought.amount) == ("课桌椅", Decimal(600))


def test_nothing_typed_is_lost_when_the_session_ends_or_the_page_is_opened_again(
    opened_grid: Page, sign_in: SignIn, county: County
) -> None:
    page = opened_grid
    pasted(page, first_cell(page), BLOCK.replace("肆千", "4000"))
    Session.objects.all().delete()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("登录已过期")).to_be_visible()
    expect(first_cell(page, 1)).to_have_text("图书角书架")
    sign_in(county.clerk)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("已恢复上次没有保存的内容")).to_be_visible()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已导入 2 条记录。")).to_be_visible()


def test_what_was_accepted_is_shown_and_cannot_be_typed_over(opened_grid: Page, county: County) -> None:
    purchase(county, "课桌", state=State.ACCEPTED)
    page = opened_grid
    page.reload()
    first_cell(page).click()
    page.keyboard.type("x")
    pasted(page, first_cell(page), "改名")
    expect(first_cell(page)).to_have_text("课桌")
    expect(page.get_by_text("没有未保存的修改")).to_be_visible()
