"""Adopting an old report: figures are proposed, a person binds them, and the template prints the same words again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from shuyuan.core.history import acting
from shuyuan.core.proof import verify
from shuyuan.figures.books import Books
from shuyuan.figures.compare import compare
from shuyuan.finance.debt import DebtRelief
from shuyuan.ledger.record import State
from shuyuan.report import package, template
from shuyuan.report.drafting import Refused
from shuyuan.report.proofing import adoption, reading, stories
from shuyuan.report.proofing.reported import ReportedValue, reported
from shuyuan.report.template import TemplateError
from tests.county import HOME, County, browser_of
from tests.report.samples import MADE
from tests.report.test_proofing_page import word

SignIn = Callable[[AbstractBaseUser], Page]
YEAR = 2012
OLD = "2012年工作总结\n全年化解学校债务7万元，其中义务教育阶段5万元。\n新建食堂3个。"

pytestmark = pytest.mark.django_db


def text_of(docx: bytes) -> str:
    return reading.joined(stories.body(package.open_docx(docx)))


@pytest.fixture
def books(county: County) -> County:
    facts: dict[str, Any] = {"creditor_kind": "bank", "creditor": "甲", "purpose": "楼", "source": "county"}
    facts |= {"document": "1", "organisation": county[HOME], "date": date(2012, 5, 1), "state": State.ACCEPTED}
    with acting(county.system, "登记"):
        for amount, kind in ((50000, "compulsory"), (20000, "other")):
            DebtRelief.objects.create(**facts, kind=kind, amount=amount)
    return county


def kept(county: County, old: str, bound: dict[int, str]) -> int:
    with acting(county.office, "认领"):
        return adoption.look(word(old)).keep(bound, source="总结.docx", sha256="0" * 64)


def test_figures_are_proposed_with_a_score_and_why(books: County) -> None:
    relieved, compulsory, canteens = adoption.look(word(OLD)).proposals
    assert relieved[0].figure == "debt.relieved" and relieved[0].score > 0.9 and "数值相符" in relieved[0].why
    assert compulsory[0].figure == "debt.relieved_compulsory"
    assert canteens == ()


def test_nothing_is_bound_without_a_yes(books: County) -> None:
    made = adoption.look(word(OLD)).template({}, made=MADE)
    assert text_of(made) == OLD and template.read(made).placeholders == ()


def test_what_is_bound_is_a_placeholder_over_split_runs_and_the_rest_stays(books: County) -> None:
    made = adoption.look(word(OLD)).template({0: "debt.relieved"}, made=MADE)
    assert text_of(made) == OLD.replace("7万元", "{{ debt.relieved }}")


def test_a_number_of_another_value_is_bound_all_the_same_and_shown_as_reported(books: County) -> None:
    old = OLD.replace("7万元", "8万元")
    made = adoption.look(word(old)).template({0: "debt.relieved"}, made=MADE)
    assert "债务{{ debt.relieved }}，" in text_of(made)
    assert kept(books, old, {0: "debt.relieved"}) == 3
    (compared,) = compare(Books(YEAR), ["debt.relieved"])
    assert compared.as_reported == "总结.docx公布为 8万元，按现有记录为 7万元"
    (later,) = compare(Books(YEAR + 1), ["debt.relieved"])
    assert later.corrected == compared.as_reported and later.redefined == ""
    page = browser_of(books.office).get(reverse("figure", args=["debt.relieved"]) + f"?year={YEAR}")
    assert "总结.docx公布为 8万元" in page.content.decode()


def test_what_agrees_is_not_told(books: County) -> None:
    kept(books, OLD.replace("7万元", "0.0007亿元"), {0: "debt.relieved"})
    assert reported(YEAR)["debt.relieved"].exact == 7
    (compared,) = compare(Books(YEAR), ["debt.relieved"])
    assert compared.as_reported == ""


def test_reported_values_are_kept_once_with_sentence_actor_and_history(books: County) -> None:
    assert kept(books, OLD, {}) == 3
    assert kept(books, OLD, {}) == 0
    assert kept(books, OLD, {0: "debt.relieved"}) == 1
    one = ReportedValue.objects.get(number=0)
    assert (one.subject, one.text, one.unit, one.figure) == ("化解学校债务", "7万元", "万元", "debt.relieved")
    assert "其中义务教育阶段" in one.sentence
    assert [v.written_by for v in one.history()] == [books.office, books.office] and verify(ReportedValue) == []
    page = browser_of(books.leader).get(reverse("reported-values")).content.decode()
    assert "化解学校债务" in page and "总结.docx" in page


# --- the command ---


def adopt(*arguments: str) -> str:
    out = StringIO()
    call_command("adopt", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_writes_proposals_and_reads_decisions(books: County, tmp_path: Path) -> None:
    old = tmp_path / "总结.docx"
    old.write_bytes(word(OLD))
    assert "3 个数字，2 个有建议的指标" in adopt(str(old), "--out", str(tmp_path))
    decisions = tmp_path / "总结-认领.json"
    rows = json.loads(decisions.read_text(encoding="utf-8"))
    assert [row["decision"] for row in rows] == ["", "", ""]
    rows[0]["decision"], rows[1]["decision"], rows[2]["decision"] = "yes", "debt.relieved_other", "no"
    decisions.write_text(json.dumps(rows), encoding="utf-8")
    out = adopt(str(old), "--decisions", str(decisions), "--out", str(tmp_path))
    assert "2 个数字绑定了指标，3 个已报数" in out
    text = text_of((tmp_path / "总结-模板.docx").read_bytes())
    assert "债务{{ debt.relieved }}，其中义务教育阶段{{ debt.relieved_other }}。" in text
    assert list(ReportedValue.objects.values_list("figure", flat=True)) == ["debt.relieved", "debt.relieved_other", ""]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"decision": "debt.nothing"}, "没有指标"),
        ({"decision": "in2012.safety_works"}, "名单"),
        ({"text": "别的"}, "不是这份报告的"),
        ({"number": 99}, "读不懂"),
        ({"number": True, "decision": None}, "读不懂"),
    ],
)
def test_a_wrong_decision_is_named_and_nothing_is_written(
    books: County, tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    old, decisions = tmp_path / "总结.docx", tmp_path / "d.json"
    old.write_bytes(word(OLD))
    rows = adoption.look(old.read_bytes()).as_rows()
    rows[0] |= change
    decisions.write_text(json.dumps(rows), encoding="utf-8")
    with pytest.raises(CommandError, match=told):
        adopt(str(old), "--decisions", str(decisions), "--out", str(tmp_path))
    assert not ReportedValue.objects.exists() and not (tmp_path / "总结-模板.docx").exists()


@pytest.mark.parametrize("content", ["{}", "[1]", "not json", '[{"number": 0}]'])
def test_a_file_that_holds_no_decisions_is_refused(books: County, tmp_path: Path, content: str) -> None:
    old, decisions = tmp_path / "总结.docx", tmp_path / "d.json"
    old.write_bytes(word(OLD))
    decisions.write_text(content)
    with pytest.raises(CommandError):
        adopt(str(old), "--decisions", str(decisions))


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"2012", "只能认领 Word"), (b"PK\x03\x04x", "不是 Word"), (word("没有年份。"), "哪一年"), (b"", "只能认领 Word")],
)
def test_what_cannot_be_adopted_is_refused_in_a_sentence(books: County, tmp_path: Path, data: bytes, told: str) -> None:
    (tmp_path / "a.docx").write_bytes(data)
    with pytest.raises(CommandError, match=told):
        adopt(str(tmp_path / "a.docx"))
    if data:
        given = {"file": SimpleUploadedFile("a.docx", data)}
        answer = browser_of(books.office).post(reverse("adoptions"), given)
        assert answer.status_code == 422 and told in answer.content.decode()


def test_braces_in_an_old_report_are_told_as_the_mistakes_they_are(books: County) -> None:
    with pytest.raises(TemplateError, match="不存在"):
        adoption.look(word(OLD + "{{ 什么 }}")).template({}, made=MADE)


# --- the page ---


def test_the_page_binds_takes_back_and_refuses(books: County) -> None:
    paper = adoption.begin(books.office, "总结.docx", word(OLD))
    client, address = browser_of(books.office), reverse("adoption-decide", args=[paper.pk])
    client.post(address, {"key": "0", "figure": "debt.relieved"})
    client.post(address, {"key": "1", "figure": ""})
    assert adoption.bound(paper) == {0: "debt.relieved"}
    client.post(address, {"key": "0", "act": "undo"})
    client.post(address, {"key": "1", "figure": "debt.nothing"})
    assert adoption.bound(paper) == {}
    assert client.post(address, {"key": "99", "figure": ""}).status_code == 404
    with pytest.raises(Refused, match="名单"):
        adoption.decide(paper, 0, "in2012.safety_works")


def test_the_office_adopts_a_report_in_the_browser(books: County, sign_in: SignIn, tmp_path: Path) -> None:
    old = tmp_path / "总结.docx"
    old.write_bytes(word(OLD))
    page = sign_in(books.office)
    page.goto(reverse("adoptions"))
    page.set_input_files("#file", old)
    page.get_by_role("button", name="找出数字").click()
    page.locator("#n-0").get_by_role("button", name="是 化解学校债务").first.click()
    expect(page.locator("#n-0")).to_contain_text("撤回")
    page.locator("#n-2").get_by_text("其他指标").click()
    page.locator("#n-2").get_by_role("searchbox").fill("debt.debts")
    page.locator("#n-2").get_by_role("button", name="debt.debts").click()
    expect(page.locator("#tally")).to_contain_text("已认领 2 个")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    with page.expect_download() as download:
        page.get_by_role("link", name="下载模板").click()
    made = Path(download.value.path()).read_bytes()
    assert "食堂{{ debt.debts | 数字 }}个。" in text_of(made)
    page.get_by_role("button", name="存为已报数").click()
    expect(page.get_by_text("已存 3 个已报数")).to_be_visible()


def test_a_paper_stays_what_it_was_when_the_books_change(books: County) -> None:
    paper = adoption.begin(books.office, "总结.docx", word(OLD))
    before = adoption.of(paper)
    with acting(books.system, "更正"):
        DebtRelief.objects.first().delete()  # type: ignore[union-attr]
    assert adoption.of(paper).proposals == before.proposals and timezone.now() > paper.at
