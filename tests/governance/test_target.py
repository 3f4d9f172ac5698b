"""Targets and peers' results: what others are measured against."""

import pytest

from shuyuan.core.models import Organisation
from shuyuan.figures.books import Books
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("target", "peer_result")


def test_the_target_of_one_school_is_its_own(books: Books) -> None:
    school = Organisation.objects.get(names__name="省华中")
    assert Books(2012, school).value("target.undergraduate_rate").display == "88%"


def test_there_are_six_counties_to_be_ranked_among(books: Books) -> None:
    assert books.value("peer_result.peers").exact == 6
