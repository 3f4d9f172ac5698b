"""Publicity: pieces are counted by piece, media by name; what we publish ourselves is neither."""

import pytest

from shuyuan.figures.books import Books
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("publicity")


def test_five_media_printed_the_year_s_pieces(books: Books) -> None:
    pieces, provincial, media = books.values(["publicity.pieces", "publicity.provincial", "publicity.media"])
    assert [pieces.exact, provincial.exact, media.exact] == [97, 22, 5]


def test_two_papers_reported_on_the_home_visits(books: Books) -> None:
    assert books.value("in2012.media_on_home_visits").exact == 2
