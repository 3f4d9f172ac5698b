"""An edited report against the books: on the page and from the command line, and by whom."""

import json
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client

from shuyuan.core.history import acting
from shuyuan.figures.books import Books
from shuyuan.finance.debt import DebtRelief
from shuyuan.report import bind, returned, tree
from shuyuan.report.build import build
from shuyuan.report.manifest import NotOurs
from shuyuan.report.stamp import key
from tests.filled import filled
from tests.report import edits, words
from tests.report.samples import FIGURES, MADE

pytestmark = pytest.mark.django_db
books = filled("debt")


@pytest.fixture
def edited(books: Books) -> bytes:
    """The year's report with one number typed over, by a hundred thousand of which the books know nothing."""
    return edits.edited(
        build(2012).docx,
        lambda root: edits.retype(edits.control(root, "debt.relieved_other"), "1010万元"),
        lambda root: edits.unwrap(edits.control(root, "debt.relieved")),
    )


@pytest.fixture
def corrected(edited: bytes, django_user_model: type[User]) -> None:
    """After the report was edited, one record of the year is corrected."""
    user = django_user_model.objects.create_user("计财")
    debt = DebtRelief.objects.filter(kind="compulsory", date__year=2012).earliest("pk")
    with acting(user, "按凭证更正"):
        debt.amount += 100_000
        debt.save()


def upload(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("工作报告.docx", data)


def text_of(data: bytes) -> str:
    return "\n".join(block.text for block in tree.read(data).blocks)


def told_by(*arguments: Any) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_what_the_books_say_goes_into_the_edited_file_and_nothing_else(edited: bytes, corrected: None) -> None:
    done = returned.refreshed(edited)
    assert [(one.was, one.now) for one in done.moves] == [("2635万元", "2645万元"), ("1635万元", "1645万元")]
    assert [(one.was, one.now, one.books) for one in done.left] == [("1000万元", "1010万元", "1000万元")]
    expected = text_of(edited).replace("2635万元", "2645万元").replace("1635万元", "1645万元")
    assert text_of(done.data) == expected
    assert returned.refreshed(done.data).data == done.data


def test_refreshed_and_made_anew_say_the_same(edited: bytes, corrected: None) -> None:
    done = returned.refreshed(edited)
    confirmed = returned.refreshed(done.data, overwrite=[one.key for one in done.left])
    assert text_of(confirmed.data) == text_of(build(2012).docx)
    assert not returned.verdict(confirmed.data).findings


def test_the_page_tells_each_finding_and_gives_the_refreshed_file(
    edited: bytes, corrected: None, admin_client: Client
) -> None:
    page = admin_client.post("/reports/2012/check/", {"file": upload(edited)}).content.decode()
    assert "有 3 处要处理" in page
    assert "数字被手工改动：原为『1000万元』，现为『1010万元』" in page
    assert "数字已经过时：文中是『2635万元』，台账现为『2645万元』" in page
    assert "改数" in page and "按凭证更正" in page
    assert page.count('name="overwrite"') == 1
    confirmed = page.split('name="overwrite" value="')[1].split('"')[0]
    for ticked, expected in (([], "1010万元"), ([confirmed], "1000万元")):
        answer = admin_client.post("/reports/2012/check/refreshed.docx", {"file": upload(edited), "overwrite": ticked})
        assert f"其中义务教育阶段学校1645万元，非义务教育阶段学校{expected}" in text_of(answer.content)
        assert "%E5%88%B7%E6%96%B0" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"%PDF-1.7", "文件不是 Word 文档"),
        (words.with_runs("不是报告"), "这不是数源生成的报告"),
        (b"", "空"),
        (b"PK" + b"\0" * returned.MOST_BYTES, "文件超过 20 MB"),
    ],
    ids=["pdf", "another document", "empty", "huge"],
)
def test_what_is_no_report_is_refused_in_a_sentence(books: Books, admin_client: Client, data: bytes, said: str) -> None:
    answer = admin_client.post("/reports/2012/check/", {"file": upload(data)})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    answer = admin_client.post("/reports/2012/check/refreshed.docx", {"file": upload(data)})
    assert answer.url == "/reports/2012/check/"  # type: ignore[attr-defined]


def test_a_file_that_does_not_say_its_year_is_refused(books: Books) -> None:
    data = bind.fill(words.with_runs("{{ aid.grants }}"), FIGURES, made=MADE, key=key())
    with pytest.raises(NotOurs, match="没有记下是哪一年的"):
        returned.verdict(data)


def test_a_report_of_another_year_is_told_and_cannot_be_refreshed_here(books: Books, admin_client: Client) -> None:
    data = bind.fill(words.with_runs("{{ aid.grants }}"), FIGURES, made=MADE, year=2011)
    page = admin_client.post("/reports/2012/check/", {"file": upload(data)}).content.decode()
    assert "这是 2011 年的报告，不是 2012 年的" in page
    assert "下载刷新后的文件" not in page


def test_verify_tells_every_place_and_its_exit_status(edited: bytes, corrected: None, tmp_path: Path) -> None:
    file = tmp_path / "改过.docx"
    file.write_bytes(edited)
    out = StringIO()
    with pytest.raises(CommandError, match="数字中有 3 处要处理"):
        call_command("report", "verify", str(file), stdout=out)
    assert "数字被手工改动" in out.getvalue()
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("report", "verify", str(file), "--format", "json", stdout=out)
    facts = json.loads(out.getvalue())
    assert facts["year"] == 2012
    assert {one["kind"] for one in facts["findings"] if one["wrong"]} == {"changed", "stale"}


def test_refresh_writes_a_file_beside_and_leaves_the_given_one(edited: bytes, corrected: None, tmp_path: Path) -> None:
    file = tmp_path / "改过.docx"
    file.write_bytes(edited)
    said = told_by("report", "refresh", str(file))
    assert "『2635万元』→『2645万元』" in said
    assert "更新 2 个数字，重新绑定 1 处，未动 1 处" in said
    assert file.read_bytes() == edited
    beside = tmp_path / "改过-刷新.docx"
    assert "2645万元" in text_of(beside.read_bytes())
    typed_over = returned.verdict(edited).wrong[-1].key
    told_by("report", "refresh", str(file), "--out", str(file), "--overwrite", typed_over)
    assert "有" not in told_by("report", "verify", str(file)).partition("另有")[0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["verify"], "请写明文件"),
        (["verify", "nowhere.docx"], "nowhere.docx"),
        (["freshen", "x.docx"], "『freshen』不是年份；可用：refresh、verify"),
        (["1999"], "没有 1999 年的报告提纲"),
    ],
)
def test_what_the_command_cannot_do_is_said_with_what_it_can(books: Books, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("report", *arguments, stdout=StringIO())


def test_the_page_is_the_bureaus(books: Books, client: Client, django_user_model: type[User]) -> None:
    client.force_login(django_user_model.objects.create_user("河头小学"))
    assert client.get("/reports/2012/check/").status_code == 403
    assert client.post("/reports/2012/check/refreshed.docx", {"file": BytesIO(b"x")}).status_code == 403
