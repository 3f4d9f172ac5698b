"""A whole path in a real browser: from a number of the report to its records, a record mended, and the number moved."""

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Post
from tests.filled import load

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "数源-2012"


@pytest.fixture
def officer() -> User:
    """Somebody of the office, in a bureau that has filed its debts."""
    for slug in ("organisation", "organisation_name", "debt"):
        load(slug)
    user = User.objects.create_user("bangongshi", password=PASSWORD)
    with acting(actor("system"), "任职"):
        Post(user=user, organisation=Organisation.objects.get(name="办公室"), role=Post.Role.OFFICE).save()
    return user


@pytest.mark.parametrize("width", [1280, 390])
def test_a_record_edited_in_the_browser_moves_its_figure_and_the_report(page: Page, officer: User, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    page.goto("/login/")
    page.get_by_label("账号").fill(officer.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()

    page.goto("/reports/2012/")
    number = page.get_by_role("link", name="2635万元")
    expect(number).to_be_visible()
    number.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("化解学校债务")
    page.get_by_role("link", name="查看记录").click()

    expect(page.locator("tfoot")).to_contain_text("26,350,000")
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.get_by_role("link", name="修改").click()
    field = page.get_by_label(re.compile("偿还本金"))
    field.fill(str(float(field.input_value()) + 100_000))
    page.get_by_label("修改原因").fill("按支付凭证更正")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("按支付凭证更正")).to_be_visible()

    page.goto("/figures/debt.relieved/?year=2012")
    expect(page.locator(".figure-value")).to_have_text("2645万元")
    page.goto("/reports/2012/")
    expect(page.get_by_role("link", name="2645万元")).to_be_visible()
    expect(page.get_by_role("link", name="2635万元")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_bad_workbook_is_refused_in_the_browser_cell_by_cell(
    page: Page, officer: User, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from tests.example.test_one_cell import amount, changed

    file = tmp_path_factory.mktemp("upload") / "债务.xlsx"
    file.write_bytes(changed("debt", amount(), 3, "壹千元"))
    page.goto("/login/")
    page.get_by_label("账号").fill(officer.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.goto("/ledgers/debt/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="导入").click()
    row = page.get_by_role("row").filter(has_text="壹千元")
    expect(row).to_contain_text("3")
    expect(row).to_contain_text("偿还本金")
    expect(page.get_by_role("alert")).to_contain_text("一行也没有导入")
