"""Activities: editions are numbers that can be said in words."""

import pytest

from shuyuan.figures.books import Books
from shuyuan.outreach.activity import Activity
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("activity")


@pytest.mark.parametrize(
    ("title", "edition"),
    [("师德建设月活动", 5), ("中小学科学节", 1), ("丰收杯环境教育系列竞赛", 7), ("省华中九十周年校庆", 90)],
)
def test_which_edition_it_was(books: Books, title: str, edition: int) -> None:
    assert Activity.objects.get(title=title, date__year=2012).edition == edition


def test_the_year_s_activities(books: Books) -> None:
    assert [value.exact for value in books.values(["activity.held", "activity.above_county"])] == [16, 2]
