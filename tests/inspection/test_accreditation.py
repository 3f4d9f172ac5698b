"""Accreditations: what was given this year, what stands at its end, what was looked at again."""

import pytest

from shuyuan.figures.books import Books
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("accreditation")


@pytest.mark.parametrize(
    ("name", "schools"),
    [
        ("accreditation.law_model_new", 2),
        ("accreditation.law_model_municipal", 10),
        ("accreditation.law_model_provincial", 2),
        ("accreditation.villager_new", 4),
        ("accreditation.quality_kindergarten_provincial_new", 1),
        ("accreditation.quality_kindergarten_municipal_new", 6),
        ("accreditation.feature_kindergarten_new", 1),
        ("accreditation.rural_kindergarten_new", 13),
        ("in2012.four_star_confirmed", 1),
        ("in2012.kindergartens_confirmed", 4),
        ("in2012.quality_schools_reviewed", 9),
        ("in2012.life_education", 2),
        ("in2012.mental_health", 4),
        ("in2012.sports_schools", 3),
    ],
)
def test_schools_with_a_title(books: Books, name: str, schools: int) -> None:
    value = books.value(name)
    assert [value.exact, value.records] == [schools, schools]


def test_every_school_in_being_holds_the_title_of_lawful_governance(books: Books) -> None:
    share = books.value("accreditation.law_advanced_share")
    assert [share.value, share.numerator, share.denominator] == [100, 66, 66]


def test_a_title_confirmed_is_not_a_title_more(books: Books) -> None:
    held = books.value("accreditation.quality_kindergarten_provincial")
    assert [held.exact, held.records] == [6, 6]
