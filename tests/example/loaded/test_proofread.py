"""A report that we generated is proofread: without books and against its own books, it has no mistake."""

import pytest
from pytest_django import DjangoDbBlocker

from shuyuan.proofread.proofreader import proofread
from shuyuan.report.build import build
from shuyuan.report.proofing import reading
from shuyuan.report.proofing.register import Register

pytestmark = pytest.mark.django_db
YEAR = 2012


@pytest.fixture(scope="module")
def report(example: None, django_db_blocker: DjangoDbBlocker) -> str:
    """The text of the example's annual report."""
    with django_db_blocker.unblock():
        return reading.read(build(YEAR).docx).text


def test_a_generated_report_has_no_error_and_no_warning(report: str) -> None:
    proof = proofread(report)
    assert proof.year == YEAR and proof.coverage.claims > 80
    assert [one for one in proof.findings if one.severity != "hint"] == []


def test_its_numbers_agree_with_its_books(report: str) -> None:
    proof = proofread(report, books=Register(YEAR))
    assert [one for one in proof.findings if one.severity != "hint"] == []
    assert proof.coverage.share > 0.9


def test_a_number_of_another_year_is_found_against_the_books(report: str) -> None:
    assert "化解学校债务2635万元" in report
    wrong = report.replace("化解学校债务2635万元", "化解学校债务3526万元")
    told = [(one.rule, one.text) for one in proofread(wrong, books=Register(YEAR)).findings if one.severity != "hint"]
    assert ("R26", "3526万元") in told
