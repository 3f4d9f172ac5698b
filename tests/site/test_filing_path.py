"""The whole path of a filing in a real browser: clerk, headteacher, section, back and forth, until the figure moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from shuyuan.finance.models import Procurement
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from tests.county import HOME, County, build
from tests.ledger.filed import opened, task_of

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[AbstractBaseUser], Page]


@pytest.fixture
def county(transactional_db: None) -> County:
    return build()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_purchase_is_filed_signed_returned_mended_accepted_and_counted(
    page: Page, sign_in: SignIn, county: County, width: int, tmp_path: Path
) -> None:
    task = task_of(opened(county, signed=True), county[HOME])
    clerk, head, officer = county.clerk, county.headteacher, county.reviewer(ledger("procurement"))
    page.set_viewport_size({"width": width, "height": 844})

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    sign_in(clerk)
    page.goto("/?year=2012")
    expect(page.get_by_role("heading", name="填报任务")).to_be_visible()
    fits()
    page.locator(".todo").get_by_role("link", name="新增").click()
    page.get_by_label("采购项目").fill("学生课桌椅")
    page.get_by_label("用途").select_option("equipment")
    page.get_by_label("采购方式").select_option("own")
    page.get_by_label("资金来源").select_option("school")
    page.get_by_label("金额").fill("26800")
    page.get_by_label("日期").fill("2012-11-20")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("正在填写，还没有报送")).to_be_visible()
    page.goto(f"/tasks/{task.pk}/")
    fits()
    page.get_by_role("button", name="全部报送").click()
    expect(page.get_by_text("已报送。")).to_be_visible()

    sign_in(head)
    page.goto("/")
    page.get_by_role("heading", name="等您签报").locator("xpath=ancestor::section").get_by_role("link").click()
    expect(page.get_by_text("学生课桌椅").first).to_be_visible()
    fits()
    page.get_by_role("button", name="签报", exact=True).click()
    expect(page.get_by_text("已签报。")).to_be_visible()

    sign_in(officer)
    page.goto("/reviews/procurement/")
    fits()
    page.get_by_role("link", name="学生课桌椅").click()
    page.get_by_label("金额（元）：退回原因").fill("与发票不符")
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_text("没有待审核的记录")).to_be_visible()

    sign_in(clerk)
    page.goto("/")
    expect(page.get_by_text("「金额（元）」与发票不符")).to_be_visible()
    page.goto(f"/ledgers/procurement/{Procurement.objects.get().pk}/edit/")
    expect(page.locator(".field-remark")).to_have_text("与发票不符")
    fits()
    page.get_by_label("金额").fill("25800")
    page.get_by_label("修改原因").fill("按发票更正")
    page.get_by_role("button", name="保存").click()
    sign_in(head)
    page.goto(f"/tasks/{task.pk}/")
    page.get_by_role("button", name="签报", exact=True).click()
    expect(page.get_by_text("已签报。")).to_be_visible()

    sign_in(officer)
    page.goto("/figures/procurement.total/?year=2012")
    expect(page.locator(".figure-value")).not_to_contain_text("2.58")
    page.goto("/reviews/procurement/")
    page.get_by_role("button", name="全选可通过的").click()
    page.get_by_role("button", name="通过所选").click()
    expect(page.get_by_text("已通过 1 条。")).to_be_visible()
    page.goto("/figures/procurement.total/?year=2012")
    expect(page.locator(".figure-value")).to_contain_text("2.58")
    page.goto(f"/rounds/{task.round_id}/")
    expect(page.get_by_role("row").filter(has_text=HOME)).to_contain_text("已通过")
    fits()
    assert Procurement.objects.get().state == State.ACCEPTED
