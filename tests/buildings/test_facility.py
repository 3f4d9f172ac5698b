"""Facilities: the share of schools whose ground has a synthetic surface."""

import pytest

from shuyuan.core.models import Organisation, Place
from shuyuan.figures.books import Books
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("facility")


def test_more_than_80_per_cent_of_schools_have_a_surfaced_ground(books: Books) -> None:
    share = books.value("facility.surfaced_share")
    assert [share.numerator, share.denominator] == [54, 66]
    assert share.display == "超过80%"


def test_village_schools_for_adults_are_no_part_of_the_denominator(books: Books) -> None:
    in_being, village = books.values(["school.in_being", "school.villager"])
    assert [in_being.exact, village.exact] == [Organisation.objects.schools().filter(until=None).count(), 4]


def test_four_schools_were_surfaced_within_the_year(books: Books) -> None:
    before, now = books.values(["facility.surfaced_schools"], back=1)[0], books.value("facility.surfaced_schools")
    assert now.exact is not None and before.exact is not None and now.exact - before.exact == 4


def test_a_ground_that_was_dug_up_and_surfaced_is_one_place(books: Books) -> None:
    places = Place.objects.filter(organisation__name="金坛市朝阳小学", kind=Place.Kind.GROUND, name="田径场")
    assert places.count() == 1
