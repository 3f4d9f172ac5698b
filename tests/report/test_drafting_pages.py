"""The pages of drafting: the whole way of a report in the browser, and what each page refuses."""

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.report import arranging, drafting, readings
from shuyuan.report.models import Part, Remark, Report
from tests.county import HOME, County, browser_of
from tests.county import build as county_built

SignIn = Callable[[AbstractBaseUser], Page]
SOUND = "全年化解学校债务{{ debt.relieved }}。"


@pytest.fixture
def part(county: County) -> Part:
    with acting(county.office, "开始起草"):
        return drafting.open_report(2013).parts().get(code="2.1")


def at(name: str, part: Part) -> str:
    return reverse(f"report-{name}", args=[part.pk])


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def finance(county: County) -> Client:
    return browser_of(county.officer(Function.FINANCE))


# --- the home page, the list, the desk ---


def test_a_section_sees_at_home_what_it_has_to_draft_and_by_when(county: County, part: Part) -> None:
    with acting(county.office, "分派"):
        drafting.assign([part], None, date(2013, 12, 20))
    home = text_of(finance(county).get("/"))
    assert "2.1 经费与债务" in home and "2013-12-20 前" in home and "已逾期" in home
    assert "1.1 师德建设" not in home
    assert "工作报告起草" not in text_of(browser_of(county.clerk).get("/"))


def test_the_office_sees_at_home_what_was_submitted(county: County, part: Part) -> None:
    assert "已提交，待看" not in text_of(browser_of(county.office).get("/"))
    finance(county).post(at("part", part), {"text": SOUND, "base": part.revision, "then": "submit"})
    assert "已提交，待看" in text_of(browser_of(county.office).get("/"))


def test_the_list_shows_how_far_each_report_is(county: County, part: Part) -> None:
    page = text_of(browser_of(county.leader).get("/reports/"))
    assert "金坛市教育体育局2013年工作报告" in page and "已采用 0 / 21 段 · 审校 0 / 6" in page
    assert reverse("report-open") not in page, "only the office opens"


@pytest.mark.parametrize("year", ["", "x", "99999", "²", "1900", "-1"])
def test_a_year_that_is_none_opens_nothing(county: County, year: str) -> None:
    browser_of(county.office).post(reverse("report-open"), {"year": year})
    assert not Report.objects.exists()


def test_the_desk_offers_no_button_to_those_who_may_not_press_it(county: County, part: Part) -> None:
    address = reverse("report-desk", args=[part.report_id])
    assert "formaction" in text_of(browser_of(county.office).get(address))
    page = text_of(finance(county).get(address))
    assert "formaction" not in page and "2.1" in page and "办公室科" in page


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"part": ["x"], "section": "x", "deadline": "2013-12-20"},
        {"part": ["1"], "section": "99999", "deadline": ""},
        {"part": ["1"], "section": "", "deadline": "2013-02-30"},
        {"part": ["9" * 30], "section": "1", "deadline": "2013-12-20"},
    ],
)
def test_a_crooked_assignment_changes_nothing(county: County, part: Part, sent: dict[str, Any]) -> None:
    answer = browser_of(county.office).post(reverse("report-assign", args=[part.report_id]), sent, follow=True)
    assert "请勾选段落" in text_of(answer)
    assert not Part.objects.exclude(deadline=None).exists()


# --- the part ---


def test_a_crafted_post_cannot_write_another_sections_part(county: County, part: Part) -> None:
    for user in (county.officer(Function.UNION), county.leader):
        client = browser_of(user)
        for name, sent in {
            "part": {"text": "越权。", "base": part.revision},
            "move": {"act": "submit", "base": part.revision},
            "word": {"file": io.BytesIO(b"PK"), "base": part.revision},
            "arrange": {"arrange": "remove"},
        }.items():
            assert client.post(at(name, part), sent).status_code == 403, name
    assert browser_of(county.clerk).post(at("part", part), {"text": "越权。"}).status_code == 404
    part.refresh_from_db()
    assert (part.text, part.state, part.removed) == ("", Part.State.OPEN, False)


def test_a_second_save_shows_both_texts_and_goes_through_once_they_were_seen(county: County, part: Part) -> None:
    base = part.revision
    finance(county).post(at("part", part), {"text": "甲写的。", "base": base})
    office = browser_of(county.office)
    answer = office.post(at("part", part), {"text": "乙写的。", "base": base})
    page = text_of(answer)
    assert answer.status_code == 409
    assert "甲写的。" in page and "乙写的。" in page and "<del>甲</del><ins>乙</ins>" in page
    seen = re.search(r'name="base" value="(\d+)"', page)
    assert seen and office.post(at("part", part), {"text": "合起来的。", "base": seen[1]}).status_code == 302
    part.refresh_from_db()
    assert part.text == "合起来的。"


def test_a_text_that_is_refused_stays_in_the_page(county: County, part: Part) -> None:
    finance(county).post(at("part", part), {"text": SOUND, "base": part.revision, "then": "submit"})
    with acting(county.office, "采用"):
        drafting.adopt(part, part.revision)
    answer = finance(county).post(at("part", part), {"text": "采用之后写的。", "base": part.revision})
    assert "采用之后写的。" in text_of(answer) and "不能再改" in text_of(answer)
    part.refresh_from_db()
    assert part.text == SOUND


def test_the_preview_prints_the_sentence_and_tells_its_problems(county: County, part: Part) -> None:
    client = finance(county)
    page = text_of(client.post(at("preview", part), {"text": SOUND}))
    assert "全年化解学校债务<a " in page and "一、" not in page
    page = text_of(client.post(at("preview", part), {"text": "化解{{ debt.releved }}，共12笔。"}))
    assert "debt.relieved" in page and "『12』没有绑定指标" in page and "alert-danger" in page
    page = text_of(client.post(at("preview", part), {"text": "化解2635万元<script>alert(1)</script>。"}))
    assert "没有绑定指标" in page and "<script>" not in page
    assert Part.objects.get(pk=part.pk).text == "", "nothing is kept"


def test_figures_are_found_by_title_or_name(county: County, part: Part) -> None:
    client = finance(county)
    assert 'data-insert="{{ debt.relieved }}"' in text_of(client.get(at("figures", part), {"q": "化解学校债务"}))
    assert 'data-insert="{{ debt.relieved }}"' in text_of(client.get(at("figures", part), {"q": "DEBT.relieved"}))
    assert "没有这样的指标" in text_of(client.get(at("figures", part), {"q": "没有"}))
    assert "还有" in text_of(client.get(at("figures", part), {"q": "."}))
    assert "data-insert" not in text_of(client.get(at("figures", part), {"q": " "}))


def test_a_part_goes_out_in_word_and_comes_back_with_conflicts_seen(county: County, part: Part) -> None:
    client = finance(county)
    client.post(at("part", part), {"text": SOUND, "base": part.revision})
    document = docx.Document(io.BytesIO(client.get(at("word", part)).content))
    document.add_paragraph("在 Word 里加的。")
    file = io.BytesIO()
    document.save(file)
    file.name = "2.1.docx"
    file.seek(0)
    assert client.post(at("word", part), {"file": file, "base": part.revision}).status_code == 302
    part.refresh_from_db()
    assert part.text == f"{SOUND}\n\n在 Word 里加的。"
    file.seek(0)
    browser_of(county.office).post(at("part", part), {"text": "办公室改的。", "base": part.revision})
    part.refresh_from_db()
    assert client.post(at("word", part), {"file": file, "base": part.revision}).status_code == 409


@pytest.mark.parametrize("content", [b"", b"PK", b"x" * 100])
def test_a_file_that_is_no_word_file_is_told(county: County, part: Part, content: bytes) -> None:
    file = io.BytesIO(content)
    file.name = "x.docx"
    answer = finance(county).post(at("word", part), {"file": file, "base": part.revision}, follow=True)
    assert "alert-danger" in text_of(answer)


def test_a_remark_is_said_answered_and_settled(county: County, part: Part) -> None:
    browser_of(county.leader).post(at("remark", part), {"text": "请核对<b>时间</b>"})
    assert "请核对&lt;b&gt;时间" in text_of(finance(county).get(at("part", part)))
    key = Remark.objects.get().pk
    assert browser_of(county.officer(Function.UNION)).post(at("remark", part), {"settle": key}).status_code == 403
    finance(county).post(at("remark", part), {"settle": key})
    assert Remark.objects.get().settled
    assert finance(county).post(at("remark", part), {"settle": "99999"}).status_code == 404


def test_versions_are_compared_on_their_page(county: County, part: Part) -> None:
    client = finance(county)
    assert "只有一稿" in text_of(client.get(at("versions", part)))
    for text in ("化解债务。", "化解学校债务。"):
        part = Part.objects.get(pk=part.pk)
        client.post(at("part", part), {"text": text, "base": part.revision})
    assert "<ins>学校</ins>" in text_of(client.get(at("versions", part)))
    assert client.get(at("versions", part), {"a": "x", "b": "-1"}).status_code == 200


def test_a_schools_report_is_read_by_the_school_and_by_nobody_elses(county: County) -> None:
    with acting(county.headteacher, "开始起草"):
        own = drafting.open_report(2012, organisation=county[HOME])
    address = reverse("report-read", args=[own.pk])
    assert browser_of(county.clerk).get(address).status_code == 200
    assert browser_of(county.other_clerk).get(address).status_code == 404
    assert str(own) in text_of(browser_of(county.clerk).get("/reports/"))


def test_a_whole_template_is_given_and_withdrawn_on_the_desk(county: County, part: Part) -> None:
    client, address = browser_of(county.office), reverse("report-give-template", args=[part.report_id])
    document = docx.Document()
    document.add_paragraph("我们自己的{{ debt.relieved }}。")
    file = io.BytesIO()
    document.save(file)
    file.name = "模板.docx"
    file.seek(0)
    assert "正在使用上传的整份模板" in text_of(client.post(address, {"file": file}, follow=True))
    assert "我们自己的" in text_of(client.get("/reports/2013/"))
    assert "正在使用" not in text_of(client.post(address, {"act": "withdraw"}, follow=True))
    bad = io.BytesIO(b"not word")
    bad.name = "x.docx"
    assert "alert-danger" in text_of(client.post(address, {"file": bad}, follow=True))


def test_a_damaged_template_is_told_on_every_address_of_the_report(county: County, part: Part) -> None:
    client = browser_of(county.office)
    document = docx.Document()
    file = io.BytesIO()
    document.save(file)
    file.name = "模板.docx"
    file.seek(0)
    client.post(reverse("report-give-template", args=[part.report_id]), {"file": file})
    given = part.report.template()
    assert given is not None
    Path(given.file.path).write_bytes(b"x")
    for address in ("/reports/2013/", "/reports/2013/report.docx", "/reports/2013/template.docx"):
        assert "与登记时不一致" in text_of(client.get(address, follow=True))


# --- the whole way, in the browser ---


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
def test_from_the_first_click_of_the_office_to_the_first_reading(sign_in: SignIn, width: int) -> None:
    county = county_built()
    page = sign_in(county.office)
    page.set_viewport_size({"width": width, "height": 844})

    page.goto("/reports/")
    page.get_by_label("年份").fill("2013")
    page.get_by_label("年份").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("2013年工作报告")
    page.get_by_label("全选").check()
    page.get_by_label("截止日期").fill("2013-12-20")
    page.get_by_role("button", name="分派", exact=True).click()
    expect(page.get_by_text("已分派 21 段。")).to_be_visible()
    _narrow_enough(page)
    page.get_by_role("link", name="通读全文").click()
    expect(page.get_by_text("【待起草：计财科，12月20日前】")).to_be_visible()

    sign_in(county.officer(Function.FINANCE))
    page.goto("/")
    page.get_by_role("link", name="2.1 经费与债务").click()
    page.wait_for_load_state("networkidle")  # the page listens once its scripts are there
    box = page.get_by_label("文字", exact=True)
    box.press_sequentially("全年化解学校债务2635万元。")
    expect(page.get_by_text("没有绑定指标")).to_be_visible()
    box.fill("全年化解学校债务")
    page.get_by_label("查找指标").fill("化解学校债务")
    page.locator("#found").get_by_role("button", name="插入化解学校债务", exact=True).click()
    expect(box).to_have_value("全年化解学校债务{{ debt.relieved }}")
    expect(page.locator("#preview").get_by_role("link")).to_be_visible()
    _narrow_enough(page)
    page.get_by_role("button", name="保存并提交").click()
    expect(page.get_by_text("已提交办公室。")).to_be_visible()

    sign_in(county.office)
    page.goto("/")
    page.get_by_role("link", name=re.compile("2013年工作报告")).click()
    page.get_by_role("link", name="2.1 经费与债务").click()
    page.get_by_label("退回：要改什么").fill("末尾补上句号")
    page.get_by_role("button", name="退回").click()
    expect(page.locator(".page-head .state")).to_have_text("已退回")

    sign_in(county.officer(Function.FINANCE))
    page.goto("/")
    page.get_by_role("link", name="2.1 经费与债务").click()
    expect(page.get_by_text("末尾补上句号")).to_be_visible()
    page.get_by_label("文字", exact=True).press("Control+End")
    page.get_by_label("文字", exact=True).press_sequentially("。")
    page.get_by_role("button", name="保存并提交").click()
    page.get_by_role("link", name="各稿比较").click()
    expect(page.locator(".diff ins")).to_have_text("。")
    _narrow_enough(page)

    with acting(county.office, "其余段落"):
        for part in Report.objects.get().parts().exclude(code="2.1"):
            arranging.remove(part)
    sign_in(county.office)
    page.goto(at("part", Part.objects.get(code="2.1")))
    page.get_by_role("button", name="采用").click()
    expect(page.locator(".page-head .state")).to_have_text("已采用")
    page.get_by_role("link", name=re.compile("2013年工作报告")).click()
    page.get_by_role("link", name="三审三校").click()
    page.get_by_role("button", name="我已完成初审").click()
    expect(page.get_by_text("接下来：复审")).to_be_visible()
    expect(page.get_by_text("有效")).to_be_visible()
    _narrow_enough(page)
    assert [one.reading.by for one in readings.readings(Report.objects.get())] == [county.office]


def _narrow_enough(page: Page) -> None:
    page.wait_for_function("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
