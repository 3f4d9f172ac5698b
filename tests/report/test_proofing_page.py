"""The page 校对: anybody's file read, each finding accepted or dismissed, the corrected Word file downloaded."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect
from pytest_django import Settings

from shuyuan.core.history import acting
from shuyuan.finance.debt import DebtRelief
from shuyuan.ledger.record import State
from shuyuan.proofread.findings import Finding
from shuyuan.report.drafting import Refused
from shuyuan.report.proofing import judging, margin, papers, reading
from shuyuan.report.proofing.papers import Judgement, Paper
from tests.county import HOME, County, browser_of

SignIn = Callable[[AbstractBaseUser], Page]
SUM = "县财政投入3298万元，包括配套费889万元、维修专项1000元、两项附加1409万元。"
SHARE = "家长满意率达964%，体质健康合格率提高312个百分点。"
TEXT = f"2012年工作总结\n{SUM}\n{SHARE}\n新建食堂3个。"


def word(text: str) -> bytes:
    """A file in which every third character begins a run of its own, the second third of each line in bold."""
    document = docx.Document()
    for line in text.split("\n"):
        paragraph = document.add_paragraph()
        for place in range(0, len(line), 3):
            run = paragraph.add_run(line[place : place + 3])
            run.bold = len(line) // 3 <= place < 2 * len(line) // 3
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def paper(county: County) -> Paper:
    return papers.proofed(county.clerk, "总结.docx", word(TEXT))


def number_of(paper: Paper, words: str) -> int:
    return next(number for number, one in enumerate(paper.findings) if one.text == words)


def read_back(data: bytes) -> tuple[list[str], list[str], list[list[str]]]:
    """Paragraphs up to the 勘误表, comments, and the rows of the 勘误表."""
    document = docx.Document(io.BytesIO(data))
    lines = [paragraph.text for paragraph in document.paragraphs]
    rows = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    return lines[: lines.index("勘误表")], [comment.text for comment in document.comments], rows


def post(client: Client, paper: Paper, words: str, act: str, **more: str) -> Any:
    data = {"key": str(number_of(paper, words)), "act": act, **more}
    return client.post(reverse("proof-judge", args=[paper.pk]), data)


# --- what is decided becomes a file ---


def test_the_corrected_file_has_the_accepted_in_place_the_open_as_comments_and_not_the_dismissed(paper: Paper) -> None:
    judging.accept(paper, number_of(paper, "1000元"))
    judging.accept(paper, number_of(paper, "964%"), "96.5%")
    judging.dismiss(paper, number_of(paper, "312个百分点"), "原文如此")
    lines, comments, rows = read_back(judging.corrected(paper, made=timezone.now()))
    assert lines[1:3] == [SUM.replace("1000元", "1000万元"), SHARE.replace("964%", "96.5%")]
    assert comments == []
    assert [(row[1], row[3], row[4]) for row in rows[1:]] == [
        ("1000元", "1000万元", "已改正"), ("964%", "96.5%", "已改正")
    ]  # fmt: skip
    judging.undo(paper, number_of(paper, "312个百分点"))
    _lines, comments, rows = read_back(judging.corrected(paper, made=timezone.now()))
    assert len(comments) == 1 and "R3" in comments[0] and len(rows) == 4


def test_a_replacement_over_split_runs_keeps_the_formatting_of_its_first_words(paper: Paper) -> None:
    judging.accept(paper, number_of(paper, "1000元"))
    document = docx.Document(io.BytesIO(judging.corrected(paper, made=timezone.now())))
    before = docx.Document(io.BytesIO(word(TEXT)))
    now, then = document.paragraphs[1], before.paragraphs[1]

    def bold(paragraph: Any) -> list[tuple[str, bool]]:
        return [(character, bool(run.bold)) for run in paragraph.runs for character in run.text]

    place = SUM.index("1000元")
    assert bold(now)[:place] == bold(then)[:place]
    assert bold(now)[place + 6 :] == bold(then)[place + 5 :]
    assert {state for _character, state in bold(now)[place : place + 6]} == {bold(then)[place][1]}


def test_the_corrected_file_proofread_again_has_nothing_of_what_was_accepted(county: County, paper: Paper) -> None:
    for number, one in enumerate(paper.findings):
        judging.accept(paper, number, one.suggestion or "改")
    again = papers.proofed(county.clerk, "总结.docx", judging.corrected(paper, made=timezone.now()))
    assert [one.severity for one in again.findings if one.severity == "error"] == []


def test_a_text_becomes_a_corrected_word_file(county: County) -> None:
    made = papers.proofed(county.clerk, "总结.txt", TEXT.encode("gb18030"))
    judging.accept(made, number_of(made, "1000元"))
    assert read_back(judging.corrected(made, made=timezone.now()))[0][1] == SUM.replace("1000元", "1000万元")


def test_accepting_wants_other_words(county: County) -> None:
    made = papers.proofed(county.clerk, "a.txt", "印发了《学生近视防控指南的通知。".encode())
    (one,) = made.findings
    assert one.suggestion == ""
    for right in ("", "   ", one.text, "\x00\x0b"):
        with pytest.raises(Refused, match="改成什么"):
            judging.accept(made, 0, right)
    judging.accept(made, 0, "〈")


def test_a_replacement_stays_one_line_of_printable_text(paper: Paper) -> None:
    judging.accept(paper, number_of(paper, "1000元"), "10\n00\x00万\u2028元" + "长" * 900)
    kept = Judgement.objects.get(paper=paper)
    assert len(kept.text) <= judging.MOST and kept.text.isprintable()
    assert len(read_back(judging.corrected(paper, made=timezone.now()))[0]) == 4


def test_two_accepted_findings_never_stand_on_the_same_words(county: County) -> None:
    made = papers.proofed(county.clerk, "a.txt", TEXT.encode())
    one = made.findings[0]
    made.found["findings"].append({**made.found["findings"][0], "rule": "R0", "suggestion": "别的"})
    made.save()
    made = Paper.objects.get(pk=made.pk)
    twin = len(made.findings) - 1
    judging.accept(made, 0)
    with pytest.raises(Refused, match=re.escape(f"『{one.text}』重叠")):
        judging.accept(made, twin)
    judging.undo(made, 0)
    judging.accept(made, twin)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_leave_one_decision(county: County) -> None:
    made = papers.proofed(county.clerk, "a.txt", TEXT.encode())

    def tab(act: Callable[[Paper, int], None]) -> None:
        act(made, 0)
        connection.close()

    tabs = [threading.Thread(target=tab, args=(act,)) for act in (judging.accept, judging.dismiss) * 4]
    for one in tabs:
        one.start()
    for one in tabs:
        one.join()
    assert Judgement.objects.filter(paper=made).count() == 1


def test_a_second_tab_decides_anew_and_the_first_is_told_how_it_stands(county: County, paper: Paper) -> None:
    client = browser_of(county.clerk)
    post(client, paper, "1000元", "accept", right="1000万元")
    post(client, paper, "1000元", "dismiss", reason="另有说明")
    assert "另有说明" in client.get(reverse("proof", args=[paper.pk])).content.decode()
    assert Judgement.objects.get(paper=paper).verdict == Judgement.Verdict.DISMISSED


# --- whose it is, and for how long ---


def test_a_paper_is_its_owners_and_the_superusers(county: County, paper: Paper) -> None:
    for user, status in ((county.clerk, 200), (county.superuser, 200), (county.office, 404), (county.headteacher, 404)):
        assert browser_of(user).get(reverse("proof", args=[paper.pk])).status_code == status
        assert ("总结.docx" in browser_of(user).get(reverse("proofs")).content.decode()) == (status == 200)
    assert post(browser_of(county.office), paper, "1000元", "accept").status_code == 404


def test_old_papers_go_with_their_files(county: County, paper: Paper, settings: Settings) -> None:
    settings.PAPER_DAYS = 3
    place = Path(paper.file.path)
    assert place.exists()
    Paper.objects.update(at=timezone.now() - timedelta(days=4))
    assert browser_of(county.clerk).get(reverse("proof", args=[paper.pk])).status_code == 404
    papers.proofed(county.office, "b.txt", TEXT.encode())
    assert not place.exists() and not Paper.objects.filter(pk=paper.pk).exists()


def test_one_person_keeps_so_many_papers_at_once(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MOST_KEPT", 3)
    for number in range(5):
        papers.proofed(county.clerk, f"{number}.txt", TEXT.encode())
    assert [one.name for one in Paper.objects.all()] == ["4.txt", "3.txt", "2.txt"]


def test_removing_a_paper_removes_its_file(county: County, paper: Paper) -> None:
    place = Path(paper.file.path)
    browser_of(county.clerk).post(reverse("proof-remove", args=[paper.pk]))
    assert not place.exists() and not Paper.objects.exists()


# --- what is refused ---


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.docx", b"PK\x03\x04 broken", "不是 Word"),
        ("a.docx", b"", "不是 Word"),
        ("a.pdf", b"%PDF-1.4 broken", "PDF"),
        ("a.txt", b"", "没有文字"),
        ("a.txt", "字".encode() * (papers.MOST_CHARACTERS + 1), "一次最多校对"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧格式"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(county: County, name: str, data: bytes, told: str) -> None:
    answer = browser_of(county.clerk).post(reverse("proofs"), {"file": SimpleUploadedFile(name, data)})
    if not data:  # Django takes an empty file for none
        told = "没有文字|不是 Word|请先选择"
    assert answer.status_code == 422 and re.search(told, answer.content.decode())
    assert not Paper.objects.exists()


def test_too_large_a_file_is_refused_before_it_is_read(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 10)
    answer = browser_of(county.clerk).post(reverse("proofs"), {"file": SimpleUploadedFile("a.txt", b"x" * 11)})
    assert answer.status_code == 422 and "20 MB" in answer.content.decode()


def test_what_is_no_finding_is_not_there(county: County, paper: Paper) -> None:
    client, address = browser_of(county.clerk), reverse("proof-judge", args=[paper.pk])
    for key in ("", "-1", "99", "x", "9" * 40, "½"):
        assert client.post(address, {"key": key, "act": "accept"}).status_code == 404
    assert client.post(address, {"key": "0", "act": "nothing"}).status_code == 302
    assert not Judgement.objects.exists()


def test_hostile_words_are_shown_and_never_run(county: County) -> None:
    text = (
        "投入<script>alert(1)</script>3298万元，包括<img src=x onerror=alert(1)>889万元、维修专项1000元、附加1409万元。"
    )
    made = papers.proofed(county.clerk, "<b>x</b>.txt", text.encode())
    page = browser_of(county.clerk).get(reverse("proof", args=[made.pk])).content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page and "<b>x</b>" not in page


def test_a_file_of_nothing_but_mistakes_is_told_as_far_as_a_page_can_hold(county: County) -> None:
    made = papers.proofed(county.clerk, "a.txt", ("（" * 20_000 + "新建食堂3个、" * 2_000).encode())
    assert len(made.findings) == papers.MOST_FINDINGS and f"只标出前 {papers.MOST_FINDINGS} 处" in made.coverage
    notes = [margin.Note(str(n), one) for n, one in enumerate(made.findings)]
    (line,) = margin.lines(made.text, notes, made.unchecked)
    assert "".join(piece.text for piece in line.pieces) == made.text
    assert browser_of(county.clerk).get(reverse("proof", args=[made.pk])).status_code == 200


# --- against the books ---


def test_only_who_reads_the_countys_figures_has_a_file_held_against_them(county: County) -> None:
    facts = {"creditor_kind": "bank", "creditor": "甲", "purpose": "楼", "source": "county", "document": "1"}
    with acting(county.system, "登记"):
        DebtRelief.objects.create(
            **facts, kind="other", organisation=county[HOME], date=date(2012, 5, 1), amount=70000, state=State.ACCEPTED
        )
    wrong = "全年化解学校债务8万元。".encode()
    for user, found in ((county.office, ["R26"]), (county.clerk, [])):
        given = {"file": SimpleUploadedFile("a.txt", wrong), "books": "2012"}
        browser_of(user).post(reverse("proofs"), given)
        assert [one.rule for one in Paper.objects.filter(by=user).get().findings] == found
    with translation.override("en"):
        made = papers.proofed(county.office, "a.txt", wrong, books=2012)
        assert [(one.rule, one.suggestion) for one in made.findings] == [("R26", "7万元")], "in English, too"


# --- the margin ---


@given(
    st.text("甲乙\n", max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 9), st.sampled_from(["open", "accepted", "dismissed"]))),
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 9))),
)
def test_whatever_overlaps_the_text_is_whole(
    text: str, found: list[tuple[int, int, str]], silent: list[tuple[int, int]]
) -> None:
    notes = [
        margin.Note(str(n), Finding("R1", "error", at, min(at + long, len(text)), "", ""), state)
        for n, (at, long, state) in enumerate(found)
        if at < len(text)
    ]
    shown = margin.lines(text, notes, [(at, at + long) for at, long in silent if at < len(text)])
    assert "".join(piece.text for line in shown for piece in line.pieces) == text.replace("\n", "")
    assert sum(len(line.notes) for line in shown) == len(notes)


def test_the_margin_loses_no_character_of_the_text(paper: Paper) -> None:
    notes = [margin.Note(str(n), one) for n, one in enumerate(paper.findings)]
    shown = margin.lines(paper.text, notes, paper.unchecked)
    assert ["".join(piece.text for piece in line.pieces) for line in shown] == paper.text.split("\n")
    assert sum(len(line.notes) for line in shown) == len(paper.findings)
    marked = {piece.text: piece.css for line in shown for piece in line.pieces if piece.css}
    assert marked["1000元"] == "error" and marked["3个"] == "unchecked"


# --- in the browser ---


def test_a_file_is_read_decided_by_keys_and_downloaded(county: County, sign_in: SignIn, tmp_path: Path) -> None:
    given = tmp_path / "总结.docx"
    given.write_bytes(word(TEXT))
    page = sign_in(county.clerk)
    page.goto("/proofread/")
    page.set_input_files("#file", given)
    page.get_by_role("button", name="校对").click()
    expect(page.locator("#tally")).to_contain_text("共 3 处，已处理 0 处")
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("#p-2 ins")).to_have_text("1000万元")
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.locator("#tally")).to_contain_text("已处理 2 处")
    page.keyboard.press("u")
    expect(page.locator("#tally")).to_contain_text("已处理 1 处")
    page.get_by_role("link", name="未处理").click()
    expect(page.locator(".note")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载改好的 Word").click()
    lines, comments, _rows = read_back(Path(download.value.path()).read_bytes())
    assert lines[1] == SUM.replace("1000元", "1000万元") and len(comments) == 2


def test_on_a_phone_the_findings_stand_below_their_paragraph(county: County, paper: Paper, sign_in: SignIn) -> None:
    page = sign_in(county.clerk)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(reverse("proof", args=[paper.pk]))
        text, notes = (page.locator(f"#p-2 .proof-{part}").bounding_box() for part in ("text", "notes"))
        assert text and notes
        beside = notes["x"] >= text["x"] + text["width"]
        below = notes["y"] >= text["y"] + text["height"] - 1
        assert (beside, below) == ((True, False) if width == 1280 else (False, True))
        assert page.evaluate("document.documentElement.scrollWidth") == width
