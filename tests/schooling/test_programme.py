"""Programmes: brands are a stock, and research is counted by school."""

import pytest

from shuyuan.figures.books import Books
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("programme")


def test_the_seventh_brand_was_added_this_year(books: Books) -> None:
    assert books.value("programme.brands").exact == 7
    assert books.values(["programme.brands"], back=1)[0].exact == 6


def test_a_school_with_two_projects_is_one_school(books: Books) -> None:
    value = books.value("programme.research_schools")
    assert value.exact is not None
    assert value.exact < value.records
