"""Intake: faults come back in the same workbook, own workbooks are mapped once, many are taken each by itself."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from shuyuan.core.history import acting
from shuyuan.core.proof import verify
from shuyuan.ledger import intake, sheets, unpacking
from shuyuan.ledger.intake import Intake, Outcome, Rights
from shuyuan.ledger.ledger import Ledger, ledger
from shuyuan.ledger.marked import MARK, marked
from shuyuan.ledger.unpacking import Unreadable
from shuyuan.ledger.wordings import Wording
from tests.county import HOME, OTHER, County, browser_of, build
from tests.ledger.suite import in_book, sheet_of, workbook
from tests.ledger.test_filled import bought, edited

Row = Mapping[str, Any]
OWN = ("采购内容", "用在哪里", "怎么买的", "经费来源", "花了多少（元）", "哪天", "备注")


@pytest.fixture
def book() -> Ledger[Any]:
    return ledger("procurement")


def upload(user: User, slug: str, content: bytes, name: str = "报表.xlsx") -> Any:
    file = BytesIO(content)
    file.name = name
    return browser_of(user).post(reverse("ledger-import", args=[slug]), {"file": file})


def loaded(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))


def own_workbook(*rows: Sequence[object], headings: Sequence[str] = OWN) -> bytes:
    """As a school keeps it: a merged title, who filled it in, the headings in the third row."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "2012"
    sheet["A1"] = "2012年采购情况一览表"
    sheet.merge_cells("A1:G1")
    sheet["A2"] = "填表人：王老师"
    sheet.append(list(headings))
    for row in rows:
        sheet.append(list(row))
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


DESKS = ("学生课桌椅", "服务", "自己买", "学校自筹", 125000, "2012-05-31", "已验收")


# --- faults in the same workbook ---


def test_a_faulty_workbook_comes_back_with_its_own_look_and_its_bad_cells_red(
    county: County, book: Ledger[Any]
) -> None:
    content = workbook(book, [bought(), bought(item="讲台", amount="壹千"), bought(item="黑板", method="抢购")])

    def styled(sheet: Any) -> None:
        sheet["A1"].fill = PatternFill("solid", fgColor="FF00FF00")
        sheet["B3"].comment = Comment("请王老师核对", "李主任")
        sheet.column_dimensions["B"].width = 33

    answer = upload(county.clerk, book.slug, edited(content, styled))
    assert answer.status_code == 422
    came = answer.context["intake"]
    address = reverse("intake-marked", args=[came.pk])
    assert address in answer.content.decode()
    back = browser_of(county.clerk).get(address)
    assert "报表-待改.xlsx" in unquote(back["Content-Disposition"])
    front, sheet = loaded(back.content).worksheets[:2]
    assert front.title == "填报问题"
    assert [front.cell(row, 1).value for row in (3, 4)] == [
        f"{_letter(sheet, book, 'amount')}3",
        f"{_letter(sheet, book, 'method')}4",
    ]
    money = sheet[f"{_letter(sheet, book, 'amount')}3"]
    assert "【数源】不是数字：『壹千』；请只填阿拉伯数字" in money.comment.text
    assert sheet["B3"].comment.text == "请王老师核对"
    assert sheet["A1"].fill.fgColor.rgb == "FF00FF00"
    assert sheet.column_dimensions["B"].width == 33
    assert red(sheet) == {f"{_letter(sheet, book, 'amount')}3", f"{_letter(sheet, book, 'method')}4"}


def _letter(sheet: Any, book: Ledger[Any], name: str) -> str:
    return str(next(cell.column_letter for cell in sheet[1] if cell.value == book.column(name).label))


def red(sheet: Any) -> set[str]:
    """The cells under our red."""
    found = set()
    for area in sheet.conditional_formatting:
        if any(rule.formula == [MARK] for rule in area.rules):
            found |= {str(one) for one in str(area.sqref).split()}
    return found


def test_marks_are_not_doubled_and_the_mended_workbook_is_taken(county: County, book: Ledger[Any]) -> None:
    content = workbook(book, [bought(amount="壹千"), bought(item="讲台", amount="贰千")])
    for _ in range(2):
        answer = upload(county.clerk, book.slug, content)
        content = browser_of(county.clerk).get(reverse("intake-marked", args=[answer.context["intake"].pk])).content
    made = loaded(content)
    assert made.sheetnames.count("填报问题") == 1
    place = _letter(made.worksheets[1], book, "amount")
    assert made.worksheets[1][f"{place}2"].comment.text.count("【数源】") == 1

    made.worksheets[1][f"{place}2"] = 1000
    buffer = BytesIO()
    made.save(buffer)
    answer = upload(county.clerk, book.slug, buffer.getvalue())
    assert answer.context["count"] == 1
    content = browser_of(county.clerk).get(reverse("intake-marked", args=[answer.context["intake"].pk])).content
    made = loaded(content)
    sheet = made.worksheets[1]
    assert (sheet[f"{place}2"].comment, red(sheet)) == (None, {f"{place}3"}), "a mended cell loses its mark"
    sheet[f"{place}3"] = 2000
    buffer = BytesIO()
    made.save(buffer)
    assert upload(county.clerk, book.slug, buffer.getvalue()).status_code == 302
    assert sorted(book.objects().values_list("amount", flat=True)) == [1000, 2000]


def test_a_comment_of_somebody_s_own_outlives_ours(county: County, book: Ledger[Any]) -> None:
    content = workbook(book, [bought(amount="壹千")])
    problem = unpacking.Problem("不是数字", 2, "金额", 5)
    place = "F2"
    content = edited(content, lambda sheet: setattr(sheet[place], "comment", Comment("单据在财务室", "李主任")))
    once = marked(content, [problem])
    assert loaded(once).worksheets[1][place].comment.text == "单据在财务室\n【数源】不是数字"
    assert loaded(marked(once, [])).worksheets[1][place].comment.text == "单据在财务室"


def test_what_the_marked_copy_cannot_keep_is_told_in_it(county: County, book: Ledger[Any]) -> None:
    buffer = BytesIO(workbook(book, [bought(amount='=HYPERLINK("http://example.org")')]))
    with zipfile.ZipFile(buffer, "a") as parts:
        parts.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
        parts.writestr("xl/media/image1.png", b"\x89PNG")
    made = loaded(marked(buffer.getvalue(), [unpacking.Problem('=HYPERLINK("x","y")', 2, "=1+1", 5)]))
    front = made.worksheets[0]
    assert front["A2"].value == "这份标注的副本不含：图片、宏；如需保留，请对照本表改您自己的原文件。"
    assert {front.cell(4, place).data_type for place in (2, 3)} == {"s"}, "a quoted formula stays text"
    assert made.vba_archive is None


def test_nobody_else_opens_what_somebody_handed_in(county: County, book: Ledger[Any]) -> None:
    came = upload(county.clerk, book.slug, workbook(book, [bought(amount="壹千")])).context["intake"]
    for user in (county.other_clerk, county.office, county.headteacher):
        for name in ("intake-marked", "intake-page", "intake-headings"):
            assert browser_of(user).get(reverse(name, args=[came.pk])).status_code == 404


# --- the same file twice ---


def test_the_very_same_file_is_told_with_who_sent_it_and_when(county: County, book: Ledger[Any]) -> None:
    content = workbook(book, [bought()])
    assert upload(county.clerk, book.slug, content, "一.xlsx").status_code == 302
    record = book.objects().get()
    with acting(county.reviewer(book), "更正"):
        record.amount = 7
        record.save()
    before = in_book(book)
    answer = upload(county.reviewer(book), book.slug, content, "二.xlsx")
    assert f"同一个文件已由{county.clerk.first_name}于" in answer.content.decode()
    assert "（一.xlsx，1 行），没有重复导入" in answer.content.decode()
    assert in_book(book) == before


@pytest.mark.django_db(transaction=True)
def test_one_file_from_two_browsers_at_the_same_moment_is_taken_once(book: Ledger[Any]) -> None:
    county = build()
    county.clerk, county.headteacher  # noqa: B018  accounts are made before the threads
    content = workbook(book, [bought(item=f"课桌{n}") for n in range(50)])
    gate, outcomes = threading.Barrier(2), []

    def send(user: User) -> None:
        try:
            came = intake.receive(user, "报表.xlsx", content, book=book)
            gate.wait(20)
            intake.take(came, Rights(user))
            outcomes.append((came.outcome, [problem.message for problem in came.faults]))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[user]) for user in (county.clerk, county.headteacher)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcome for outcome, _told in outcomes) == [Outcome.REFUSED, Outcome.TAKEN]
    assert book.objects().count() == 50
    assert verify(book.model) == []


# --- workbooks of a school's own making ---


def answers(page: Any, **said: str) -> dict[str, str]:
    """The mapping page as it is sent when a person takes what is proposed, but for what they say."""
    sent = {f"heading:{one.said}": said.get(one.said, cell) for one, cell in page.context["proposals"]}
    sent |= {f"fixed:{column.name}": said.get(column.name, value) for column, value in page.context["missing"]}
    for column, texts in page.context["strange"]:
        sent |= {f"value:{column.name}:{text}": said.get(text, code) for text, code in texts}
    return sent | {"header": str(page.context["header"])}


def test_own_headings_are_mapped_once_by_a_person_and_then_taken_silently(county: County, book: Ledger[Any]) -> None:
    client = browser_of(county.clerk)
    answer = upload(county.clerk, book.slug, own_workbook(DESKS), "我校采购.xlsx")
    assert answer.status_code == 422
    address = reverse("intake-headings", args=[answer.context["intake"].pk])
    assert address in answer.content.decode()
    page = client.get(address)
    assert page.context["header"] == 3
    proposed = {one.heading: (cell, one.why) for one, cell in page.context["proposals"]}
    assert proposed["经费来源"][0] == "source"
    assert proposed["哪天"] == ("date", "下面的内容相符")
    assert book.objects().count() == 0, "a proposal is not an answer"

    said = {"采购内容": "item", "用在哪里": "purpose", "怎么买的": "method", "花了多少(元)": "amount", "备注": "-"}
    again = client.post(address, answers(page, **said))
    assert [column.name for column, _texts in again.context["strange"]] == ["method"]
    code = next(code for code, label in book.column("method").choices if label == "自行采购")
    done = client.post(address, answers(again, **said, 自己买=code))
    assert done.status_code == 302, done.context["errors"]
    record = book.objects().get()
    assert (record.item, record.method, record.amount, str(record.organisation)) == ("学生课桌椅", code, 125000, HOME)

    later = ("讲台", "服务", "自己买", "学校自筹", 800, "2012-06-01", None)
    answer = upload(county.clerk, book.slug, own_workbook(later), "六月.xlsx")
    assert answer.status_code == 302
    assert book.objects().count() == 2
    told = Intake.objects.latest("pk").told
    assert f"标题按{county.clerk.first_name}为{HOME}确认过的对照读取" in told[1]
    wording = Wording.objects.get()
    assert (wording.organisation, wording.history().get().written_by) == (county[HOME], county.clerk)

    moved = own_workbook((*later[:5], "2012-06-02", 3), headings=(*OWN[:6], "数量"))
    answer = upload(county.clerk, book.slug, moved, "七月.xlsx")
    assert answer.status_code == 422
    assert "表头与上次不同：新出现『数量』，缺了『备注』。" in answer.content.decode()
    assert upload(county.other_clerk, book.slug, own_workbook(later)).status_code == 422, "another school's words"


def test_a_mapping_is_not_taken_with_a_heading_undecided_doubled_or_missing(county: County, book: Ledger[Any]) -> None:
    client = browser_of(county.clerk)
    came = upload(county.clerk, book.slug, own_workbook(DESKS)).context["intake"]
    address = reverse("intake-headings", args=[came.pk])
    page = client.get(address)
    answer = client.post(address, answers(page, 备注="", 采购内容="source", 用在哪里="<script>"))
    assert answer.status_code == 422
    errors = " ".join(answer.context["errors"])
    for said in (
        "请说明『备注』是哪一列",
        "被选了两次",
        "请说明『用在哪里』",
        f"还缺必填的「{book.column('item').label}」",
    ):
        assert said in errors
    assert "<script>" not in answer.content.decode().replace("<script ", "")
    assert not Wording.objects.exists()


def test_a_column_that_the_sheet_lacks_is_given_once_for_all_rows(county: County, book: Ledger[Any]) -> None:
    client = browser_of(county.clerk)
    lacking = own_workbook((*DESKS[:3], *DESKS[4:]), headings=(*OWN[:3], *OWN[4:]))
    address = reverse("intake-headings", args=[upload(county.clerk, book.slug, lacking).context["intake"].pk])
    said = {"采购内容": "item", "用在哪里": "purpose", "怎么买的": "method", "花了多少(元)": "amount", "备注": "-"}
    code = next(code for code, label in book.column("method").choices if label == "自行采购")
    page = client.post(address, answers(client.get(address), **said, source="学校自筹"))
    assert client.post(address, answers(page, **said, source="学校自筹", 自己买=code)).status_code == 302
    assert book.objects().get().get_source_display() == "学校自筹"


# --- sixty at once ---


def batch(user: User, files: Mapping[str, bytes]) -> list[Intake]:
    """Files dropped on the page, and the page asking for the next until none waits."""
    client, sent = browser_of(user), []
    for name, content in files.items():
        file = BytesIO(content)
        file.name = name
        sent.append(file)
    answer = client.post(reverse("intake"), {"files": sent})
    assert answer.status_code == 302
    waiting = True
    while waiting:
        page = client.post(f"{answer['Location']}next/", HTTP_HX_REQUEST="true")
        waiting = page.context["waiting"]
    assert client.get(answer["Location"]).content.decode().count("<h1") == 1
    return [one for one, _badge in page.context["rows"]]


def test_workbooks_of_many_schools_and_ledgers_are_each_recognised_and_taken_by_itself(county: County) -> None:
    book, other = ledger("procurement"), ledger("activity")
    without = [name for column in book.sheet for name in column.headings][1:]
    row = bought()
    cells = [row.get(name) for column in book.sheet for name in column.names][1:]
    event = {
        c.name: c.choices[0][1] if c.choices else {"number": 1, "date": date(2012, 3, 1)}.get(c.kind, "示例")
        for c in other.sheet
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        parts.writestr("../../镇里/活动.xlsx", workbook(other, [event | {"organisation": HOME}]))
        parts.writestr("说明.txt", "不是工作簿")
        parts.writestr("__MACOSX/._x.xlsx", b"")
    came = batch(
        county.office,
        {
            "河头小学 采购.xlsx": sheet_of(without, [cells]),
            "省华中-采购投入.xlsx": sheet_of(without, [cells, cells]),
            "同样的.xlsx": sheet_of(without, [cells]),
            "什么都不是.xlsx": sheet_of(["甲", "乙"], [[1, 2]]),
            "坏的.xlsx": b"PK\x03\x04 damaged",
            "各校.zip": packed.getvalue(),
        },
    )
    found = {one.name: (one.outcome, one.ledger, one.rows) for one in came}
    assert found["河头小学 采购.xlsx"] == ("taken", "procurement", 1)
    assert found["省华中-采购投入.xlsx"][:2] == ("refused", "procurement")
    assert found["同样的.xlsx"][0] in {"refused", "asking"}
    assert found["什么都不是.xlsx"] == ("asking", "", 0)
    assert found["坏的.xlsx"][0] == "refused"
    assert found["活动.xlsx"] == ("taken", "activity", 1), "a path in a zip is only a name"
    assert [str(record.organisation) for record in book.objects().all()] == [HOME]
    assert "与第 2 行相同" in next(one for one in came if one.name.startswith("省华中")).faults[0].message
    marks = [one.name for one in came if one.can_be_marked]
    assert "省华中-采购投入.xlsx" in marks


def test_a_school_takes_only_its_own_part_of_a_batch(county: County) -> None:
    book = ledger("procurement")
    (came,) = batch(county.clerk, {"别校.xlsx": workbook(book, [bought(organisation=OTHER)])})
    assert came.outcome == "refused"
    assert "无权填报" in came.faults[0].message
    assert not book.objects().exists()


def test_a_leader_and_a_stranger_hand_nothing_in(county: County) -> None:
    for user in (county.leader, county.stranger):
        assert browser_of(user).get(reverse("intake")).status_code == 403


def test_a_zip_of_too_many_or_too_large_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOST_IN_ZIP", 100)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("a.xlsx", bytes(1000))
    with pytest.raises(Unreadable, match="太多或太大"):
        list(intake.unzipped(packed.getvalue()))
    with pytest.raises(Unreadable, match="打不开"):
        list(intake.unzipped(b"PK nothing"))


def test_names_in_a_zip_from_chinese_windows_are_read() -> None:
    written = "河头小学.xlsx".encode("gb18030")
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        parts.writestr("x" * (len(written) - 5) + ".xlsx", b"content")
    old_way = packed.getvalue().replace(b"x" * (len(written) - 5) + b".xlsx", written)
    assert list(intake.unzipped(old_way)) == [("河头小学.xlsx", b"content")]


def test_a_document_type_in_a_part_is_refused(county: County, book: Ledger[Any]) -> None:
    from tests.ledger.test_bad_input import repacked

    bad = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    content = repacked(
        workbook(book, [bought()]),
        lambda name, part: (
            part.replace(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', bad)
            if name == "xl/worksheets/sheet1.xml"
            else part
        ),
    )
    with pytest.raises(sheets.Unreadable, match="外部实体声明"):
        sheets.read(book, content)


# --- the command ---


def test_the_command_takes_a_folder_and_says_what_became_of_each(
    county: County, book: Ledger[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, marks = tmp_path / "in", tmp_path / "marked"
    folder.mkdir()
    (folder / "好.xlsx").write_bytes(workbook(book, [bought()]))
    (folder / "坏.xlsx").write_bytes(workbook(book, [bought(amount="壹千")]))
    (folder / "~$好.xlsx").write_bytes(b"lock")
    with pytest.raises(CommandError, match="请改好上面列出的工作簿"):
        call_command("import", "--all", str(folder), "--marked", str(marks))
    told = capsys.readouterr().out
    assert "好.xlsx\t已导入\t采购投入\t河头小学\t1" in told
    assert "坏.xlsx\t有问题\t采购投入" in told
    assert "共 2 个工作簿，1 个没有导入。" in told
    assert [file.name for file in marks.iterdir()] == ["坏.xlsx"]
    (folder / "坏.xlsx").unlink()
    with pytest.raises(CommandError):
        call_command("import", "--all", str(folder))
    assert "没有重复导入" in capsys.readouterr().out
    assert book.objects().count() == 1
    with pytest.raises(CommandError, match="请写明台账和文件"):
        call_command("import")
