"""Exam sites and rooms: 192 rooms at four sites of the national standard."""

import pytest

from shuyuan.exams.exam_room import ExamRoom
from shuyuan.figures.books import Books
from shuyuan.ledger.checks import broken
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("exam_site", "exam_room")


def test_four_sites_of_the_standard_have_192_rooms(books: Books) -> None:
    sites, rooms = books.values(["exam_site.standard", "exam_room.standard"])
    assert [sites.exact, rooms.exact, rooms.records] == [4, 192, 192]


def test_a_site_that_was_rebuilt_stands_once(books: Books) -> None:
    assert books.value("exam_site.sites").exact == 6


def test_rooms_hold_thirty_seats_each(books: Books) -> None:
    assert books.value("exam_room.seats").exact == (192 + 58) * 30


@pytest.mark.parametrize(("seats", "fields"), [(30, []), (31, ["seats"]), (0, ["seats"])])
def test_a_room_of_more_than_thirty_seats_is_refused(books: Books, seats: int, fields: list[str]) -> None:
    room = ExamRoom.objects.select_related("site").earliest("pk")
    room.seats = seats
    assert [check.field for check in broken(ExamRoom.ledger, room, hard=True)] == fields
