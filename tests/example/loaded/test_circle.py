"""The example's report in its whole circle: made, edited by staff, refreshed, verified, frozen, made again."""

from __future__ import annotations

import random

import pytest
from django.contrib.auth.models import User

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.finance.debt import DebtRelief
from shuyuan.report import freezing, returned, seal, tree
from shuyuan.report.build import build, draft
from shuyuan.report.drafting import open_report
from shuyuan.report.models import Report
from shuyuan.report.verify import Kind
from tests.report import edits

YEAR = 2012

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(example: None, db: None) -> Report:
    """The example's year, and its report with every part adopted."""
    with acting(actor("system"), "示例年度的工作报告"):
        return open_report(YEAR, adopted=True)


def said(docx: bytes) -> str:
    return "\n".join(block.text for block in tree.read(docx).blocks)


def as_staff_would(docx: bytes) -> bytes:
    """An evening's work in Word: words typed in, runs split, a paragraph moved, a control lost, two numbers retyped."""
    chance = random.Random(2012)
    return edits.edited(
        docx,
        lambda root: edits.retype(edits.control(root, "debt.relieved_other"), "1010万元"),
        lambda root: edits.unwrap(edits.control(root, "debt.relieved_compulsory")),
        lambda root: edits.split_runs(root, chance),
        lambda root: edits.change_fonts(root, chance),
        lambda root: edits.type_prose(root, chance),
        lambda root: edits.move_paragraph(root, chance),
    )


def test_the_report_goes_through_the_whole_circle(report: Report, django_user_model: type[User]) -> None:
    office = django_user_model.objects.create_superuser("办公室")
    made = build(report)
    assert made.unknown == () and made.typed == ()
    edited = as_staff_would(made.docx)

    # A debt is corrected after the report was sent round; the file comes back.
    debt = DebtRelief.objects.filter(kind="compulsory", date__year=YEAR).earliest("pk")
    with acting(office, "凭证有误"):
        debt.amount += 100_000
        debt.save()
    found = returned.verdict(edited)
    assert [(one.figure, one.now, one.books) for one in found.findings if one.kind is Kind.CHANGED] == [
        ("debt.relieved_other", "1010万元", "1000万元")
    ]
    stale = {one.figure: one for one in found.findings if one.kind is Kind.STALE}
    assert set(stale) == {"debt.relieved", "debt.relieved_compulsory"}
    assert any("凭证有误" in reason for reason in stale["debt.relieved"].reasons)

    done = returned.refreshed(edited)
    assert {(one.was, one.now) for one in done.moves} == {("2635万元", "2645万元"), ("1635万元", "1645万元")}
    was, now = said(edited), said(done.data)
    assert now == was.replace("2635万元", "2645万元").replace("1635万元", "1645万元"), "the prose is as it was left"
    (typed_over,) = (one for one in returned.verdict(done.data).findings if one.kind is Kind.CHANGED)
    confirmed = returned.refreshed(done.data, overwrite=[typed_over.key])
    assert returned.verdict(confirmed.data).wrong == ()

    # Final; and then a record is corrected once more.
    with acting(office, "定稿"):
        frozen = freezing.freeze(report, anyway=True)
    printed = frozen.docx()
    with acting(office, "审计调整", adjusting=True):
        debt.amount += 200_000
        debt.save()
    moved = {one.figure.name: (one.figure.display, one.now) for one in freezing.moved(frozen)}
    assert moved["debt.relieved"] == ("2645万元", "2665万元")
    assert set(moved) == {"debt.relieved", "debt.relieved_compulsory"}

    again = frozen.docx()
    assert seal.body(again) == seal.body(printed) and again == printed == draft(report).docx
    assert seal.check(seal.pack(frozen.parts, {seal.REPORT: again}, frozen.seal)).problems == ()
    assert "2645万元" in said(again) and "2665万元" not in said(again)
    assert returned.verdict(again).wrong == (), "a final report is held against the values it was frozen with"
    with acting(office, "更正后重新起草"):
        freezing.reopen(report)
    assert "2665万元" in said(build(report).docx), "and the books as they stand now say the other"
