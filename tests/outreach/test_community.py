"""Community education: person-times are printed in ten thousands, the share is of persons."""

import pytest

from shuyuan.figures.books import Books
from shuyuan.ledger.checks import broken
from shuyuan.ledger.ledger import ledger
from shuyuan.outreach.community import Community
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("population", "community")


def test_the_year_s_courses(books: Books) -> None:
    sessions, attendances, coverage = books.values(
        ["community.sessions", "community.attendances", "community.coverage"]
    )
    assert (sessions.display, attendances.display, coverage.display) == ("512期", "13.3万人次", "56%")
    assert [coverage.numerator, coverage.denominator] == [106_400, 190_000]


def test_every_town_gave_every_kind_of_course(books: Books) -> None:
    assert len(books.vector("community.sessions")) == 7
    assert set(Community.objects.values_list("kind", flat=True)) == set(Community.Kind.values)


def test_persons_cannot_be_more_than_person_times(books: Books) -> None:
    line = Community.objects.all()[0]
    line.persons = line.attendances + 1
    assert [check.field for check in broken(ledger("community"), line, hard=True)] == ["attendances"]
