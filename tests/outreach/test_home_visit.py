"""Home visits: a teacher who went twice is one teacher."""

import pytest

from shuyuan.figures.books import Books
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("staff", "home_visit")


def test_more_than_5200_teachers_visited_some_of_them_twice(books: Books) -> None:
    value = books.value("home_visit.teachers")
    assert value.display == "5200多人"
    assert value.exact is not None
    assert 5_200 < value.exact < value.records


def test_the_teachers_of_all_schools_sum_to_the_whole(books: Books) -> None:
    by_school = books.vector("home_visit.teachers")
    assert len(by_school) == 66
    assert sum(value.exact or 0 for value in by_school.values()) == books.value("home_visit.teachers").exact
