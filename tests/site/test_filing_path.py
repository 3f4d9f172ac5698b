"""The whole path of a filing in a real browser: clerk, headteacher, section, back and forth, until the report moves."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from shuyuan.core.history import acting
from shuyuan.finance.models import Procurement
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from shuyuan.report.models import Part, Report
from tests.county import BUREAU, HOME, County, build
from tests.ledger.filed import opened, task_of
from tests.ledger.suite import Row, workbook

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[[AbstractBaseUser], Page]
BOOK = ledger("procurement")


@pytest.fixture
def county(transactional_db: None) -> County:
    return build()


def report_of(county: County) -> Report:
    """A report in drafting with one number."""
    with acting(county.office, "起草"):
        report = Report.objects.create(organisation=county[BUREAU], year=2012, title="二〇一二年报告", issuer=BUREAU)
        text = "全年采购{{ procurement.total }}。"
        Part.objects.create(report=report, code="1.1", order=1, chapter="采购", text=text)
    return report


@pytest.mark.parametrize(("language", "width"), [("zh-hans", 1280), ("zh-hans", 390), ("en", 1280)])
def test_a_workbook_is_mended_filed_signed_returned_accepted_counted_and_reported(
    page: Page, sign_in: SignIn, live_server: LiveServer, county: County, language: str, width: int, tmp_path: Path
) -> None:
    task, report = task_of(opened(county, signed=True), county[HOME]), report_of(county)
    clerk, head, officer = county.clerk, county.headteacher, county.reviewer(BOOK)
    page.set_viewport_size({"width": width, "height": 844})
    page.context.add_cookies([{"name": "django_language", "value": language, "url": live_server.url}])

    def say(message: str, **named: object) -> str:
        with translation.override(language):
            return gettext(message) % named if named else gettext(message)

    def fits() -> None:
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    def reported(number: str) -> None:
        page.goto(reverse("report-read", args=[report.pk]))
        expect(page.locator("main")).to_contain_text(number)

    # A workbook with a mistake comes back red at its cell; nothing of it is taken.
    row: Row = {
        "organisation": HOME, "item": "学生课桌椅", "purpose": "教育装备", "method": "自行采购",
        "source": "学校自筹", "date": date(2012, 11, 20), "amount": "二万多",
    }  # fmt: skip
    bad, good = tmp_path / "采购-错.xlsx", tmp_path / "采购.xlsx"
    bad.write_bytes(workbook(BOOK, [row]))
    good.write_bytes(workbook(BOOK, [dict(row, amount=26800)]))
    sign_in(clerk)
    page.goto("/?year=2012")
    expect(page.get_by_role("heading", name=say("填报任务"))).to_be_visible()
    fits()
    page.locator(".todo").get_by_role("link", name=say("导入"), exact=True).click()
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_role("button", name=say("导入"), exact=True).click()
    expect(page.locator("main")).to_contain_text("二万多")
    fits()
    with page.expect_download() as download:
        page.locator("a[href$='marked.xlsx']").click()
    sheets = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes())).worksheets
    cells = [cell for sheet in sheets for line in sheet.iter_rows() for cell in line]
    red = [cell for cell in cells if cell.comment and cell.value == "二万多"]
    assert [cell.coordinate for cell in red] == ["F2"]
    sheet: Any = red[0].parent
    assert any("F2" in one.sqref for one in sheet.conditional_formatting)
    assert not Procurement.objects.exists()

    # Mended, it lies in the task as a draft, and the task is filed as one.
    page.locator("input[type=file]").set_input_files(good)
    page.get_by_role("button", name=say("导入"), exact=True).click()
    page.wait_for_url(re.compile(f"/tasks/{task.pk}/"))
    assert Procurement.objects.get().state == State.DRAFT
    fits()
    page.locator(f"form[action$='/tasks/{task.pk}/file/'] button[type=submit]").last.click()
    expect(page.get_by_text(say("已报送。"))).to_be_visible()

    sign_in(head)
    page.goto("/")
    heading = page.get_by_role("heading", name=say("等您签报"))
    heading.locator("xpath=ancestor::section").get_by_role("link").click()
    expect(page.get_by_text("学生课桌椅").first).to_be_visible()
    fits()
    page.get_by_role("button", name=say("签报"), exact=True).click()
    expect(page.get_by_text(say("已签报。"))).to_be_visible()

    # The section returns one cell, the clerk finds the reason at that cell and mends it.
    sign_in(officer)
    page.goto("/reviews/procurement/")
    fits()
    page.get_by_role("link", name="学生课桌椅").click()
    page.locator("[name=remark-amount]").fill("与发票不符")
    page.get_by_role("button", name=say("退回")).click()
    expect(page.get_by_text(say("没有待审核的记录"))).to_be_visible()

    sign_in(clerk)
    page.goto("/")
    expect(page.get_by_text("与发票不符")).to_be_visible()
    page.goto(f"/ledgers/procurement/{Procurement.objects.get().pk}/edit/")
    expect(page.locator(".field-remark")).to_have_text("与发票不符")
    fits()
    page.locator("[name=amount]").fill("25800")
    page.locator("[name=reason]").fill("按发票更正")
    page.get_by_role("button", name=say("保存")).click()
    sign_in(head)
    page.goto(f"/tasks/{task.pk}/")
    page.get_by_role("button", name=say("签报"), exact=True).click()
    expect(page.get_by_text(say("已签报。"))).to_be_visible()

    # Only what is accepted counts; then the figure, the board and the report have it.
    sign_in(officer)
    page.goto("/figures/procurement.total/?year=2012")
    expect(page.locator(".figure-value")).not_to_contain_text("2.58")
    page.goto("/reviews/procurement/")
    page.get_by_role("button", name=say("全选可通过的")).click()
    page.get_by_role("button", name=say("通过所选")).click()
    expect(page.get_by_role("alert").or_(page.get_by_role("status")).first).to_contain_text("1")
    page.goto("/figures/procurement.total/?year=2012")
    expect(page.locator(".figure-value")).to_contain_text("2.58")
    reported("2.58")
    fits()
    page.goto(f"/rounds/{task.round_id}/")
    expect(page.get_by_role("row").filter(has_text=HOME)).to_contain_text(say("已通过"))
    fits()
    assert Procurement.objects.get().state == State.ACCEPTED
