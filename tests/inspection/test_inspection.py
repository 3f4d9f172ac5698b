"""Inspections: visits count when they were made, verdicts when they were given."""

import pytest

from shuyuan.figures.books import Books
from shuyuan.inspection.inspection import Inspection
from shuyuan.ledger.checks import broken
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("inspection")


def test_six_kindergartens_and_eleven_schools_were_inspected_by_the_county(books: Books) -> None:
    found = books.values(["inspection.kindergartens", "inspection.schools"])
    assert [value.exact for value in found] == [6, 11]


def test_a_verdict_of_this_year_may_be_on_a_visit_of_the_last(books: Books) -> None:
    excellent, visited = books.values(["in2012.excellent_schools", "in2012.inspected_schools"])
    assert [excellent.exact, visited.exact] == [2, 1]
    (rows,) = [lineage.selection().rows for lineage in books.lineage("in2012.excellent_schools")]
    assert {row.date.year for row in rows} == {2011}


@pytest.mark.parametrize(("name", "times"), [("学业水平监控和教学调研", 2), ("义务教育发展基本均衡县省级督导", 1)])
def test_the_visits_that_the_report_names_are_found_by_their_name(books: Books, name: str, times: int) -> None:
    assert [str(one) for one in Inspection.objects.filter(name=name, date__year=2012)] == [name] * times


def test_fewer_than_three_inspectors_want_an_explanation(books: Books) -> None:
    visit = Inspection.objects.filter(concluded_on__isnull=False).earliest("pk")
    visit.inspectors = 2
    assert [check.field for check in broken(Inspection.ledger, visit, hard=False)] == ["inspectors"]
    assert not list(broken(Inspection.ledger, visit, hard=True))
