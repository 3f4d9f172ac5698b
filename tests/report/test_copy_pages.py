"""The two copies as files to download, the reading page on a phone, and the layout checked from the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.management import CommandError, call_command
from django.test import Client
from playwright.sync_api import Page

from shuyuan.core.history import acting
from shuyuan.figures.books import Books
from shuyuan.report import drafting, package, tree, typeset
from shuyuan.report.models import Report
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
