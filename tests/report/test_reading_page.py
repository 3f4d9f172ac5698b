"""The reading page: its list of chapters, and no sideways scrolling on a phone."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from shuyuan.core.history import acting
from shuyuan.report import drafting
from tests.county import County
from tests.county import build as county_built

SignIn = Callable[[AbstractBaseUser], Page]


@pytest.fixture
def county(transactional_db: None) -> County:
    return county_built()


@pytest.mark.parametrize("width", [1280, 390])
def test_the_reading_page_lists_its_chapters_and_never_scrolls_sideways(
    county: County, sign_in: SignIn, width: int
) -> None:
    with acting(county.office, "开始起草"):
        report = drafting.open_report(2012, "bulletin", adopted=True)
    page = sign_in(county.office)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"/reports/draft/{report.pk}/read/")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".report-table").count() >= 2
    contents = page.locator("details.contents")
    contents.locator("summary").click()
    last = contents.get_by_role("link").last
    heading = last.inner_text()
    last.click()
    expect(page.locator("article").get_by_role("heading", name=heading)).to_be_in_viewport()
    unknown = page.locator("a.figure.unknown").first
    expect(unknown.locator("small")).to_contain_text("（")
