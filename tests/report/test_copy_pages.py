"""The two copies as files to download, the reading page on a phone, and the layout checked from the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.management import CommandError, call_command
from django.test import Client
from playwright.sync_api import Page, expect

from shuyuan.core.history import acting
from shuyuan.figures.books import Books
from shuyuan.report import drafting, package, tree, typeset
from shuyuan.report.models import Report
from tests.county import County
from tests.county import build as county_built
from tests.filled import filled
from tests.report.samples import MADE
from tests.report.test_layout import REPORT, altered

books = filled("debt")
SignIn = Callable[[AbstractBaseUser], Page]


@pytest.fixture
def report(books: Books, admin_user: Any) -> Report:
    with acting(admin_user, "开始起草"):
        return drafting.open_report(2012, adopted=True)


@pytest.mark.django_db
def test_the_review_copy_says_of_each_figure_where_it_comes_from(report: Report, admin_client: Client) -> None:
    answer = admin_client.get(f"/reports/draft/{report.pk}/report.docx?copy=review")
    document = package.open_docx(answer.content)
    figures = {bound.figure for bound in tree.of(document).bound()}
    said = [comment.text for comment in document.comments]
    assert len(said) == len(figures) > 90
    assert all("口径" in one and "上年" in one for one in said)


@pytest.mark.django_db
def test_the_issued_copy_is_words_alone(report: Report, admin_client: Client) -> None:
    read = tree.read(admin_client.get(f"/reports/draft/{report.pk}/report.docx").content)
    issued = tree.read(admin_client.get(f"/reports/draft/{report.pk}/report.docx?copy=clean").content)
    assert [block.text for block in issued.blocks] == [block.text for block in read.blocks]
    assert list(issued.bound()) == []


def test_the_layout_of_a_pdf_is_told_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sound, broken = tmp_path / "sound.pdf", tmp_path / "broken.pdf"
    sound.write_bytes(typeset.pdf(REPORT, made=MADE))
    broken.write_bytes(altered("left: 28mm", "left: 31mm"))
    call_command("report", "layout", str(sound))
    assert "版面符合 GB/T 9704-2012" in capsys.readouterr().out
    with pytest.raises(CommandError, match="处不合规定"):
        call_command("report", "layout", str(broken))
    assert "版心左边在 31.0 毫米" in capsys.readouterr().out
    (tmp_path / "no.pdf").write_bytes(b"no")
    with pytest.raises(CommandError, match="文件不是 PDF"):
        call_command("report", "layout", str(tmp_path / "no.pdf"))


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
