"""The pages of background work and of tokens in a real browser, wide and as narrow as a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from shuyuan.jobs import work
from shuyuan.jobs.job import Job
from tests.county import build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_bar_moves_by_itself_and_the_result_follows(
    page: Page, sign_in: Callable[[AbstractBaseUser], Page], width: int
) -> None:
    clerk = build().clerk
    job = work.start(clerk, "intake", "批量导入 60 个工作簿", batch="none")
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(clerk).goto(job.get_absolute_url())
    expect(page.get_by_text("后台处理程序没有在运行")).to_be_visible()
    job.become(Job.State.RUNNING, done=20, total=60)
    expect(page.get_by_role("img", name="处理中 20 / 60")).to_be_visible()
    page.wait_for_load_state()  # its style sheets too
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    job.become(Job.State.DONE, done=60, told=["已导入 60"], url="/")
    expect(page.get_by_text("已导入 60")).to_be_visible()
    expect(page.get_by_role("link", name="查看结果")).to_be_visible()
    expect(page.get_by_role("button", name="取消")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_token_is_made_and_revoked_in_the_browser(
    page: Page, sign_in: Callable[[AbstractBaseUser], Page], width: int
) -> None:
    clerk = build().clerk
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(clerk).goto(reverse("tokens"))
    page.get_by_label("用途").fill("财务系统每晚同步")
    page.get_by_label("可以写入").check()
    page.get_by_role("button", name="生成").click()
    expect(page.locator("#token")).to_contain_text("shuyuan_")
    page.wait_for_load_state()  # its style sheets too
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="吊销").click()
    expect(page.get_by_role("cell", name="已吊销")).to_be_visible()
    expect(page.locator("#token")).to_have_count(0)
