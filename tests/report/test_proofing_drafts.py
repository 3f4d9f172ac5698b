"""A draft proofread: against its books, part by part; an open error keeps it from being final until it is answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page, expect

from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.core.proof import verify
from shuyuan.finance.debt import DebtRelief
from shuyuan.ledger.record import State
from shuyuan.proofread.proofreader import Proof, proofread
from shuyuan.report import freezing
from shuyuan.report.drafting import Refused
from shuyuan.report.models import Part, Report
from shuyuan.report.proofing import drafts
from shuyuan.report.proofing.dismissals import Dismissal
from tests.county import BUREAU, HOME, County, browser_of

SignIn = Callable[[AbstractBaseUser], Page]
SOUND = "全年化解学校债务{{ debt.relieved }}，其中义务教育阶段{{ debt.relieved_compulsory }}。"
BROKEN = "印发了《学生近视防控指南的通知。"


@pytest.fixture
def report(county: County) -> Report:
    facts: dict[str, Any] = {
        "creditor_kind": "bank",
        "creditor": "甲",
        "purpose": "楼",
        "source": "county",
        "document": "1",
    }
    facts |= {"organisation": county[HOME], "date": date(2012, 5, 1), "state": State.ACCEPTED}
    with acting(county.system, "登记"):
        for amount, kind in ((50000, "compulsory"), (20000, "other")):
            DebtRelief.objects.create(**facts, kind=kind, amount=amount)
    with acting(county.office, "起草"):
        made = Report.objects.create(organisation=county[BUREAU], year=2012, title="二〇一二年报告", issuer=BUREAU)
        adopted = {"report": made, "state": Part.State.ADOPTED}
        Part.objects.create(code="1.1", order=1, chapter="化债", heading="化解债务", text=SOUND, **adopted)
        Part.objects.create(code="1.2", order=2, chapter="化债", heading="健康", text=BROKEN, **adopted)
    return made


def write(county: County, report: Report, text: str) -> None:
    with acting(county.office, "修改"):
        part = Part.objects.get(report=report, code="1.2")
        part.text = text
        part.save()


def test_a_finding_is_told_with_the_part_it_stands_in(report: Report) -> None:
    (one,) = drafts.open_errors(report)
    assert (one.finding.rule, one.part and one.part.code, one.sentence) == ("R14", "1.2", BROKEN)


def test_every_line_belongs_to_the_part_it_was_made_from(county: County, report: Report) -> None:
    write(county, report, f"{{{{ debt.debts }}}}。\n\n{BROKEN}")
    draft = drafts.read(report)
    places = dict(zip(draft.text.split("\n"), drafts._places(draft.text, report.parts()), strict=True))
    codes = {line: part.code if part else "" for line, part in places.items()}
    assert codes["二〇一二年报告"] == codes[BUREAU] == ""
    assert codes["全年化解学校债务7万元，其中义务教育阶段5万元。"] == "1.1"
    assert codes["2笔。"] == codes[BROKEN] == "1.2"


def test_an_open_error_keeps_the_report_from_being_final(county: County, report: Report) -> None:
    with acting(county.office, "定稿"), pytest.raises(Refused, match=r"1 处错误：1\.2 健康：『《』.*「校对」页"):
        freezing.freeze(report, anyway=True)
    page = browser_of(county.office).get(reverse("report-final", args=[report.pk])).content.decode()
    assert "校对还有 1 处错误" in page and reverse("report-proof", args=[report.pk]) in page
    write(county, report, BROKEN.replace("指南", "指南》"))
    with acting(county.office, "定稿"):
        assert freezing.freeze(report, anyway=True).pk


def test_a_dismissed_error_does_not_and_says_who_and_why(county: County, report: Report) -> None:
    (one,) = drafts.open_errors(report)
    with acting(county.office, "校对"):
        drafts.dismiss(report, one.key, "文件原名如此")
    assert drafts.open_errors(report) == []
    kept = Dismissal.objects.get()
    assert kept.history()[0].written_by == county.office and kept.reason == "文件原名如此" and verify(Dismissal) == []
    with translation.override("en"):
        assert drafts.open_errors(report) == [], "whatever language it was dismissed in"
    with acting(county.office, "定稿"):
        assert freezing.freeze(report, anyway=True).pk


def test_it_is_open_again_when_the_sentence_changes(county: County, report: Report) -> None:
    with acting(county.office, "校对"):
        drafts.dismiss(report, drafts.open_errors(report)[0].key, "文件原名如此")
    write(county, report, f"新写一句。{BROKEN}")
    assert drafts.open_errors(report) == [], "another sentence"
    write(county, report, BROKEN.replace("学生", "中小学生"))
    assert len(drafts.open_errors(report)) == 1


def test_a_dismissal_is_taken_back(county: County, report: Report) -> None:
    key = drafts.open_errors(report)[0].key
    with acting(county.office, "校对"):
        drafts.dismiss(report, key, "一")
        drafts.dismiss(report, key, "二")  # from another tab: the later reason counts
        assert [one.reason for one in Dismissal.objects.all()] == ["二"]
        drafts.reopen(report, key)
        drafts.reopen(report, key)
    assert len(drafts.open_errors(report)) == 1


def test_only_who_runs_the_report_dismisses_and_only_with_a_reason(county: County, report: Report) -> None:
    key = drafts.open_errors(report)[0].key
    with acting(county.officer(Function.FINANCE), "校对"), pytest.raises(PermissionDenied):
        drafts.dismiss(report, key, "理由")
    with acting(county.office, "校对"):
        for reason in ("", "  "):
            with pytest.raises(Refused, match="为什么"):
                drafts.dismiss(report, key, reason)
        with pytest.raises(Refused, match="已经改过"):
            drafts.dismiss(report, "0" * 64, "理由")
    answer = browser_of(county.office).post(reverse("report-proof-dismiss", args=[report.pk]), {"key": key})
    assert answer.status_code == 302 and not Dismissal.objects.exists()


def test_a_typed_number_is_held_against_the_books(county: County, report: Report) -> None:
    write(county, report, "化解学校债务8万元。")
    (one,) = [one for one in drafts.read(report).found if one.finding.rule == "R26"]
    assert one.finding.suggestion == "7万元" and one.part and one.part.code == "1.2"


def test_the_draft_is_read_once_for_each_state_of_the_books(
    county: County, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counting(text: str, **more: Any) -> Proof:
        read.append(text)
        return proofread(text, **more)

    monkeypatch.setattr(drafts, "proofread", counting)
    drafts.read(report)
    with acting(county.office, "校对"):
        drafts.dismiss(report, drafts.open_errors(report)[0].key, "原名")
    drafts.read(report)
    assert len(read) == 1, "a dismissal prints nothing"
    write(county, report, "改了。")
    drafts.read(report)
    assert len(read) == 2


def test_the_office_answers_a_finding_on_its_page(county: County, report: Report, sign_in: SignIn) -> None:
    page = sign_in(county.office)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(reverse("report-proof", args=[report.pk]))
    expect(page.get_by_text("还有 1 处错误没有处理")).to_be_visible()
    expect(page.get_by_role("link", name="到「1.2 健康」去改")).to_have_attribute(
        "href", reverse("report-part", args=[Part.objects.get(report=report, code="1.2").pk])
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_label("理由").fill("文件原名如此")
    page.get_by_role("button", name="不改").click()
    expect(page.get_by_text("没有未处理的错误")).to_be_visible()
    expect(page.locator(".note-state")).to_contain_text("文件原名如此")
