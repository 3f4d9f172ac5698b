"""Exam results: means and shares from sums, their change from two years of records."""

from decimal import Decimal

import pytest

from shuyuan.figures.books import Books
from shuyuan.ledger.checks import broken
from shuyuan.scores.exam_result import ExamResult
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("exam_result")


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("exam_result.junior_mean_change", 3, "分"),
        ("exam_result.junior_high_change", 3, "个百分点"),
        ("exam_result.undergraduate_change", 10, "个百分点"),
        ("in2012.huazhong_change", 7, "个百分点"),
        ("in2012.first_school_change", 17, "个百分点"),
    ],
)
def test_what_rose_since_last_year(books: Books, name: str, value: int, unit: str) -> None:
    found = books.value(name)
    assert (found.value, found.figure.unit) == (Decimal(value), unit)
    assert found.numerator is not None and found.denominator is not None
    assert found.exact == found.numerator - found.denominator


@pytest.mark.parametrize("exam", ["primary", "junior"])
def test_schools_lie_closer_together_than_a_year_ago(books: Books, exam: str) -> None:
    spread, change = books.values([f"exam_result.{exam}_spread", f"exam_result.{exam}_spread_change"])
    means = [value.exact for value in books.vector(f"exam_result.{exam}_mean").values() if value.exact is not None]
    assert spread.exact == max(means) - min(means)
    assert change.exact is not None and change.exact < 0


def test_the_county_s_mean_is_weighted_by_candidates(books: Books) -> None:
    mean = books.value("exam_result.junior_mean")
    schools = [value.exact or 0 for value in books.vector("exam_result.junior_mean").values()]
    assert mean.exact == Decimal("537.5")
    assert mean.exact != sum(schools) / len(schools)


def test_the_subjects_of_a_school_make_its_total(books: Books) -> None:
    total = ExamResult.objects.filter(exam="junior", date__year=2012, subject="total").earliest("pk")
    rest = ExamResult.objects.filter(exam="junior", date__year=2012, organisation=total.organisation)
    assert sum(one.total for one in rest.exclude(pk=total.pk)) == total.total


@pytest.mark.parametrize(
    ("field", "value"),
    [("sat", 10_000), ("total", Decimal(10_000_000)), ("squares", Decimal(1)), ("high", 5_000)],
)
def test_a_sum_that_cannot_be_is_refused(books: Books, field: str, value: Decimal) -> None:
    result = ExamResult.objects.filter(exam="junior", subject="total").earliest("pk")
    assert not list(broken(ExamResult.ledger, result, hard=True))
    setattr(result, field, value)
    assert field in {check.field for check in broken(ExamResult.ledger, result, hard=True)}


def test_a_record_that_gives_numerator_and_denominator_is_one_record(books: Books) -> None:
    assert books.value("exam_result.junior_mean").records == 20
    assert books.value("exam_result.junior_mean_change").records == 40
    assert books.value("exam_result.junior_spread").records == 20
