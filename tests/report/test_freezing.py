"""Freezing: what is kept makes the same report again, whatever becomes of the records; nobody alters it unseen."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.core.proof import verify
from shuyuan.finance.debt import DebtRelief
from shuyuan.ledger.closing import BooksClosed
from shuyuan.ledger.record import State
from shuyuan.report import freezing, kept, seal, tree
from shuyuan.report.build import build, draft, write
from shuyuan.report.copies import CopyError
from shuyuan.report.drafting import Refused
from shuyuan.report.frozen import Frozen
from shuyuan.report.models import Part, Report
from shuyuan.report.phrases import Item
from shuyuan.staff.register import Staff
from tests.county import BUREAU, HOME, County, browser_of
from tests.county import build as build_county

TEXT = "全年化解学校债务{{ debt.relieved }}，其中义务教育阶段{{ debt.relieved_compulsory }}，共{{ debt.debts }}。"


@pytest.fixture
def county(db: None) -> County:
    made = build_county()
    for amount, kind in ((50000, "compulsory"), (20000, "other")):
        a_debt(made, amount, kind)
    return made


def a_debt(county: County, amount: int, kind: str = "compulsory") -> DebtRelief:
    facts = {"creditor_kind": "bank", "creditor": "甲", "purpose": "楼", "source": "county", "document": "1"}
    with acting(county.system, "登记"):
        return DebtRelief.objects.create(
            **facts, kind=kind, organisation=county[HOME], date=date(2012, 5, 1), amount=amount, state=State.ACCEPTED
        )


@pytest.fixture
def report(county: County) -> Report:
    with acting(county.office, "起草"):
        made = Report.objects.create(organisation=county[BUREAU], year=2012, title="二〇一二年报告", issuer=BUREAU)
        Part.objects.create(report=made, code="1.1", order=1, chapter="化债", text=TEXT, state=Part.State.ADOPTED)
    return made


def freeze(county: County, report: Report) -> Frozen:
    with acting(county.office, "定稿"):
        return freezing.freeze(report, anyway=True)


def said(docx: bytes) -> str:
    return "".join(block.text for block in tree.read(docx).blocks)


def test_the_report_is_made_again_to_the_byte_though_records_and_parts_changed(county: County, report: Report) -> None:
    printed = build(report).docx
    frozen = freeze(county, report)
    with acting(county.system, "审计", adjusting=True):
        for debt in DebtRelief.objects.all():
            debt.amount += 10000
            debt.save()
        Part.objects.update(text="改了。")
    again = Frozen.objects.get(pk=frozen.pk).docx()
    assert again == printed, "the whole file, and document.xml within it"
    assert "债务7万元，其中义务教育阶段5万元，共2笔" in said(again)
    assert draft(report).docx == again, "and so its page reads"
    assert verify(Frozen) == []


def test_what_moved_since_is_told_with_its_records(county: County, report: Report) -> None:
    frozen = freeze(county, report)
    assert freezing.moved(frozen) == []
    debt = DebtRelief.objects.get(kind="other")
    assert [(one.pk, [f.name for f in figures]) for one, figures in freezing.standing_behind(debt)] == [
        (frozen.pk, ["debt.debts", "debt.relieved"])
    ]
    debt.amount = Decimal(90000)
    with acting(county.system, "随手改"), pytest.raises(BooksClosed):
        debt.save()
    with acting(county.system, "审计发现", adjusting=True):
        debt.save()
    (moved,) = freezing.moved(frozen)
    assert (moved.figure.display, moved.now) == ("7万元", "14万元")
    assert "更正：审计发现" in moved.because


def test_somebody_who_came_years_before_stands_behind_a_report_too(county: County) -> None:
    with acting(county.system, "登记"):
        teacher = Staff.objects.create(
            organisation=county[HOME],
            person=county.person(HOME, "钱老师", "T900"),
            post="11",
            date=date(1998, 9, 1),
            state=State.ACCEPTED,
        )
    with acting(county.office, "起草"):
        made = Report.objects.create(organisation=county[BUREAU], year=2012, title="二〇一二年报告", issuer=BUREAU)
        text = "专任教师{{ staff.teachers }}。"
        Part.objects.create(report=made, code="1.1", order=1, chapter="队伍", text=text, state=Part.State.ADOPTED)
    frozen = freeze(county, made)
    assert [(one.pk, [f.name for f in figures]) for one, figures in freezing.standing_behind(teacher)] == [
        (frozen.pk, ["staff.teachers"])
    ]
    debt = DebtRelief.objects.first()
    assert debt is not None
    assert list(freezing.standing_behind(debt)) == []


def test_what_has_gaps_is_not_copied_for_issue(county: County, report: Report, tmp_path: Path) -> None:
    with acting(county.office, "加一段"):
        Part.objects.create(report=report, code="1.2", order=2, chapter="化债", text="")
    with pytest.raises(CopyError, match="没写好的段落"):
        draft(report).copy("clean")
    assert [path.name for path in write(2012, tmp_path).files if "印发稿" in path.name] == []
    with acting(county.office, "写好"):
        Part.objects.filter(code="1.2").update(text="其余从略。")
    assert "其余从略" in said(draft(report).copy("clean"))
    assert [path.name for path in write(2012, tmp_path).files if "印发稿" in path.name] == ["工作报告-2012-印发稿.docx"]


def test_the_command_says_who_may_freeze(county: County, report: Report, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="请用 --by 写本局办公室人员的账号"):
        call_command("report", "freeze", "2012", "--anyway", "--out", str(tmp_path))
    call_command("report", "freeze", "2012", "--anyway", "--by", county.office.username, "--out", str(tmp_path))
    assert [path.suffix for path in tmp_path.iterdir()] == [".zip"]


def test_a_changed_definition_is_told_and_a_figure_no_longer_used_too(county: County, report: Report) -> None:
    frozen = freeze(county, report)
    facts, values = dict(frozen.facts()) | {"printed": ["debt.relieved", "gone"]}, frozen.values()
    values["gone"] = replace(values["debt.debts"], name="gone")
    values["debt.relieved"] = replace(values["debt.relieved"], about={"version": "00000000"})
    frozen.meta, frozen.figures = json.dumps(facts), kept.to_json(values.values())
    assert {one.because for one in freezing.moved(frozen)} == {"口径已变", "这个指标已不再使用"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("化债9笔。", "9笔"),
        ("{{ in2012.nothing }}。", "不存在"),
        ("{{ staff.all }}。", "没有值"),
    ],
)
def test_what_is_not_ready_is_not_frozen_and_says_why(county: County, report: Report, text: str, told: str) -> None:
    with acting(county.office, "改"):
        Part.objects.update(text=text)
    with pytest.raises(ValueError, match=told):
        freeze(county, report)
    assert Report.objects.get().state == Report.State.DRAFTING and not Frozen.objects.exists()


def test_parts_that_are_not_adopted_and_readings_not_made_stand_in_the_way(county: County, report: Report) -> None:
    with acting(county.office, "定稿"), pytest.raises(Refused, match="初审"):
        freezing.freeze(report)
    with acting(county.office, "改"):
        Part.objects.update(state=Part.State.SUBMITTED)
    with pytest.raises(Refused, match="还有 1 段没有采用"):
        freeze(county, report)


def test_only_the_office_freezes_and_only_once(county: County, report: Report) -> None:
    for user in (county.officer(Function.FINANCE), county.clerk, county.leader):
        with acting(user, "定稿"), pytest.raises(PermissionDenied):
            freezing.freeze(report, anyway=True)
    freeze(county, report)
    with pytest.raises(Refused, match="已经定稿"):
        freeze(county, report)


def test_a_report_reopened_is_frozen_beside_the_first(county: County, report: Report) -> None:
    first = freeze(county, report)
    with acting(county.office, "漏一笔"):
        freezing.reopen(report)
    with acting(county.system, "漏报补录", adjusting=True):
        DebtRelief.objects.filter(kind="other").update(amount=30000)
    second = freeze(county, report)
    assert ("7万元" in said(first.docx()), "8万元" in said(second.docx())) == (True, True)
    assert freezing.moved(second) == [] and len(freezing.moved(first)) == 1
    assert first.seal != second.seal


@pytest.mark.parametrize("column", ["figures", "template", "meta", "heads", "seal"])
def test_what_was_altered_in_the_database_is_not_passed_for_the_report(
    county: County, report: Report, column: str
) -> None:
    frozen = freeze(county, report)
    altered = {"figures": "7万元", "meta": "2012", "heads": '"finance.', "seal": frozen.seal[:4]}.get(column, "UEsDB")
    assert altered in getattr(frozen, column)
    value = getattr(frozen, column).replace(altered, altered[::-1])
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE report_frozen SET {column} = %s", [value])
    with pytest.raises(ValueError):
        Frozen.objects.get().docx()
    assert verify(Frozen), "and history says so"


# --- the sealed set ---


@pytest.fixture
def files(county: County, report: Report) -> Iterator[dict[str, bytes]]:
    frozen = freeze(county, report)
    with zipfile.ZipFile(io.BytesIO(seal.pack(frozen.parts, {seal.REPORT: frozen.docx()}, frozen.seal))) as archive:
        yield {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def test_a_set_checks_without_the_books(files: dict[str, bytes], county: County) -> None:
    packed, expected = zipped(files), Frozen.objects.get().seal
    with transaction.atomic(), connection.execute_wrapper(_no_database):
        verdict = seal.check(packed)
    assert (verdict.problems, verdict.identical, verdict.seal, verdict.numbers) == ((), True, expected, 3)
    assert verdict.meta["year"] == 2012


def _no_database(*_args: Any) -> Any:
    raise AssertionError("the set is checked without a database")


def test_any_byte_that_was_changed_is_told(files: dict[str, bytes]) -> None:
    for name in (seal.META, seal.FIGURES, seal.HEADS):
        changed = files | {name: files[name].replace(b"2", b"3", 1)}
        assert any(name in problem for problem in seal.check(zipped(changed)).problems), name


def test_a_changed_number_with_mended_sums_is_still_found(files: dict[str, bytes]) -> None:
    """Whoever changes the report and its digests cannot make the kept values print it."""
    with zipfile.ZipFile(io.BytesIO(files[seal.REPORT])) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace("7万元".encode(), "9万元".encode())
    forged = files | {seal.REPORT: zipped(parts)}
    forged[seal.SEAL] = seal.seal_of(forged, forged[seal.REPORT]).encode()
    sums = {name: seal.digest(content) for name, content in forged.items() if name != seal.SUMS}
    forged[seal.SUMS] = "".join(f"{told}  {name}\n" for name, told in sorted(sums.items())).encode()
    verdict = seal.check(zipped(forged))
    assert any("9万元" in problem and "7万元" in problem for problem in verdict.problems)
    assert not verdict.identical


def test_files_put_in_or_taken_out_are_told(files: dict[str, bytes]) -> None:
    assert "后来加入" in str(seal.check(zipped(files | {"x.txt": b""})).problems)
    with pytest.raises(seal.NotASet, match=r"heads\.json"):
        seal.check(zipped({name: content for name, content in files.items() if name != seal.HEADS}))


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.4", zipped({"a": b""})], ids=["empty", "cut", "pdf", "zip"])
def test_what_is_no_set_is_told(data: bytes) -> None:
    with pytest.raises(seal.NotASet):
        seal.check(data)


FIGURE = st.builds(
    kept.Kept,
    *[st.text(max_size=8)] * 5,
    st.none() | st.decimals(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.text(max_size=8),
)


@given(st.lists(FIGURE, max_size=4, unique_by=lambda one: one.name), st.lists(st.text(max_size=5), max_size=3))
def test_figures_come_back_from_text_as_they_were(figures: list[kept.Kept], names: list[str]) -> None:
    items = tuple(Item(name, name[::-1]) for name in names)
    whole = [
        kept.Kept(**{**vars(one), "items": items, "listed": bool(items), "parts": {"校": one}, "earlier": one})
        for one in figures
    ]
    assert list(kept.from_json(kept.to_json(whole)).values()) == whole


# --- the pages ---


def test_the_office_freezes_in_the_browser_and_everybody_reads_what_moved(county: County, report: Report) -> None:
    office = browser_of(county.office)
    final = reverse("report-final", args=[report.pk])
    assert "尚未完成：初审" in office.get(final).content.decode()
    office.post(reverse("report-freeze", args=[report.pk]), {"anyway": "1"})
    frozen = Frozen.objects.get()
    assert frozen.seal in office.get(final).content.decode()
    debt = DebtRelief.objects.get(kind="other")
    assert "计入已定稿的报告" in office.get(debt.get_absolute_url()).content.decode()
    with acting(county.system, "审计发现", adjusting=True):
        debt.delete()
    page = office.get(final).content.decode()
    assert "更正：审计发现" in page and "5万元" in page
    assert "定稿；3 个数字都照定稿时的值" in office.get(reverse("report", args=[2012])).content.decode()
    content = b"".join(office.get(reverse("frozen-docx", args=[frozen.pk])))
    assert "7万元" in said(content)
    assert seal.check(office.get(reverse("frozen-set", args=[frozen.pk])).content).problems == ()
    for address in (final, reverse("frozen-docx", args=[frozen.pk]), reverse("frozen-set", args=[frozen.pk])):
        assert browser_of(county.clerk).get(address).status_code in {403, 404}
    assert browser_of(county.clerk).post(reverse("report-freeze", args=[report.pk])).status_code in {403, 404}
    office.post(reverse("report-freeze", args=[report.pk]), {"act": "reopen"})
    assert Report.objects.get().state == Report.State.FROZEN, "not without a reason"
    office.post(reverse("report-freeze", args=[report.pk]), {"act": "reopen", "reason": "漏一段"})
    assert Report.objects.get().state == Report.State.DRAFTING


def test_two_years_stand_side_by_side(county: County, report: Report) -> None:
    with acting(county.office, "起草"):
        last = Report.objects.create(organisation=county[BUREAU], year=2011, title="二〇一一年报告", issuer=BUREAU)
        Part.objects.create(report=last, code="1.1", order=1, chapter="化债", text="无。", state=Part.State.ADOPTED)
    office = browser_of(county.office)
    assert "/reports/2012/beside/2011/" in office.get("/reports/2012/").content.decode()
    page = office.get("/reports/2012/beside/2011/").content.decode()
    assert page.index("二〇一二年报告") < page.index("7万元") < page.index("二〇一一年报告") < page.index("无。")
    assert browser_of(county.clerk).get("/reports/2012/beside/2011/").status_code == 403
