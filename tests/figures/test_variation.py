"""The coefficient of variation 差异系数, on a published worked example."""

from decimal import Decimal

import pytest

from shuyuan.figures.figure import Value
from shuyuan.figures.kinds import Count, Ratio, Variation

BOOKS_PER_STUDENT = Ratio("books.per_student", "生均图书", "books.books", "books.students")
VARIATION = Variation("books.variation", "生均图书差异系数", "books.per_student", decimals=2)
SCHOOLS = [(279, 45), (137, 37), (935, 89), (160, 76), (402, 55)]  # books, students: published with CV 0.52


def ratios(schools: list[tuple[int, int]]) -> dict[int, Value]:
    part = Count("books.part", "", "organisation")
    return {
        number: BOOKS_PER_STUDENT.compose([Value(part, Decimal(books), 1), Value(part, Decimal(students), 1)])
        for number, (books, students) in enumerate(schools)
    }


def test_the_published_example_of_five_schools_comes_to_0_52() -> None:
    value = VARIATION.spread(ratios(SCHOOLS))
    assert value.display == "0.52"
    assert value.exact is not None and round(value.exact, 4) == Decimal("0.5153")


@pytest.mark.parametrize("wrong", ["0.4888", "0.5465"])
def test_schools_are_weighted_by_their_students(wrong: str) -> None:
    value = VARIATION.spread(ratios(SCHOOLS))
    assert value.exact is not None and round(value.exact, 4) != Decimal(wrong)


def test_equal_schools_do_not_vary() -> None:
    assert VARIATION.spread(ratios([(100, 10), (300, 30)])).exact == 0


@pytest.mark.parametrize("schools", [[], [(279, 45)], [(279, 45), (10, 0)], [(0, 45), (0, 37)]])
def test_where_nothing_can_be_compared_nothing_is_said(schools: list[tuple[int, int]]) -> None:
    value = VARIATION.spread(ratios(schools))
    assert value.exact is None
    assert value.reason
