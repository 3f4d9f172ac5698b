"""Training: persons and person-times are not the same number."""

import pytest

from shuyuan.figures.books import Books
from shuyuan.ledger.checks import broken
from shuyuan.ledger.ledger import ledger
from shuyuan.staff.training import Training
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("staff", "training")


def test_who_went_to_two_courses_is_one_of_the_345(books: Books) -> None:
    value = books.value("training.above_municipal")
    assert [value.exact, value.records] == [345, 362]


def test_nearly_six_thousand_is_rounded_up(books: Books) -> None:
    value = books.value("training.weekend")
    assert [value.exact, value.display] == [5967, "近6000人次"]


def test_every_head_and_reserve_cadre_completed_the_course_this_year_but_not_last_year(books: Books) -> None:
    now = books.value("training.cadres_share")
    assert now.numerator == now.denominator == 157
    assert books.values(["training.cadres_share"], back=1)[0].display == "93%"


@pytest.mark.parametrize(("field", "value"), [("persons", 2), ("attendances", 0)])
def test_a_line_that_contradicts_itself_is_refused(books: Books, field: str, value: int) -> None:
    line = Training.objects.exclude(person=None)[0]
    line.attendances = 2
    setattr(line, field, value)
    assert field in [check.field for check in broken(ledger("training"), line, hard=True)]
