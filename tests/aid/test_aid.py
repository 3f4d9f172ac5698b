"""Aid: money and person-times are both kept; a loan is no grant."""

from decimal import Decimal

import pytest

from shuyuan.figures.books import Books
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("aid")


@pytest.mark.parametrize(
    ("name", "display", "exact"),
    [
        ("aid.grants", "近700万元", "697.84"),
        ("aid.loans", "81.98万元", "81.98"),
        ("aid.donations", "210万元", "210"),
        ("aid.times", "近7000人次", "6946"),
    ],
)
def test_the_year_s_aid(books: Books, name: str, display: str, exact: str) -> None:
    value = books.value(name)
    assert (value.display, value.exact) == (display, Decimal(exact))


def test_loans_are_neither_granted_nor_counted_in_person_times(books: Books) -> None:
    granted, grants, donations = books.values(["aid.granted", "aid.grants", "aid.donations"])
    assert granted.exact == ((grants.exact or 0) + (donations.exact or 0)) * 10_000


def test_an_average_has_both_its_parts(books: Books) -> None:
    average = books.value("aid.average")
    assert [average.numerator, average.denominator] == [9_078_400, 6946]
    assert average.display == "1307元"
