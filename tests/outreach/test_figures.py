"""The figures of outreach: who went twice is one teacher, and the share is of persons."""

import pytest

from shuyuan.figures.books import Books
from shuyuan.ledger.checks import broken
from shuyuan.ledger.ledger import ledger
from shuyuan.outreach.activity import Activity
from shuyuan.outreach.community import Community
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("staff", "home_visit", "activity", "publicity", "population", "community")


@pytest.mark.parametrize(
    ("title", "edition"),
    [("师德建设月活动", 5), ("中小学科学节", 1), ("丰收杯环境教育系列竞赛", 7), ("省华中九十周年校庆", 90)],
)
def test_which_edition_it_was(books: Books, title: str, edition: int) -> None:
    assert Activity.objects.get(title=title, date__year=2012).edition == edition


def test_the_year_s_activities(books: Books) -> None:
    assert [value.exact for value in books.values(["activity.held", "activity.above_county"])] == [16, 2]


def test_more_than_5200_teachers_visited_some_of_them_twice(books: Books) -> None:
    value = books.value("home_visit.teachers")
    assert value.display == "5200多人"
    assert value.exact is not None
    assert 5_200 < value.exact < value.records


def test_the_teachers_of_all_schools_sum_to_the_whole(books: Books) -> None:
    by_school = books.vector("home_visit.teachers")
    assert len(by_school) == 66
    assert sum(value.exact or 0 for value in by_school.values()) == books.value("home_visit.teachers").exact


def test_five_media_printed_the_year_s_pieces(books: Books) -> None:
    pieces, provincial, media = books.values(["publicity.pieces", "publicity.provincial", "publicity.media"])
    assert [pieces.exact, provincial.exact, media.exact] == [97, 22, 5]


def test_two_papers_reported_on_the_home_visits(books: Books) -> None:
    assert books.value("in2012.media_on_home_visits").exact == 2


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
