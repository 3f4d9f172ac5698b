"""The figures of staff: people are counted once, while they are there; persons and person-times are two numbers."""

from datetime import date

import pytest

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.figures.books import Books
from shuyuan.ledger.checks import broken
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from shuyuan.staff.register import Staff
from shuyuan.staff.training import Training
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("staff", "training")


def test_more_than_five_thousand_two_hundred_people_work_in_sixty_six_schools(books: Books) -> None:
    everybody, teachers, heads = books.values(["staff.all", "staff.teachers", "staff.heads"])
    assert everybody.exact is not None and teachers.exact is not None
    assert everybody.exact > teachers.exact > 5_200
    assert heads.exact == 66


def test_somebody_with_two_posts_is_one_person(books: Books) -> None:
    before = books.value("staff.all").exact
    one = Staff.objects.filter(until=None).first()
    assert one is not None
    with acting(actor("system"), "兼课"):
        one.pk, one._state.adding = None, True
        one.organisation = Organisation.objects.schools().exclude(pk=one.organisation_id)[0]
        one.state = State.ACCEPTED
        one.save()
    after = Books(2012).value("staff.all")
    assert (after.exact, after.records) == (before, int(before or 0) + 1)


def test_who_left_in_the_summer_was_still_there_at_the_end_of_last_year(books: Books) -> None:
    left = Staff.objects.filter(until__year=2012)
    assert left.exists()
    assert not left.standing(date(2012, 12, 31)).exists()
    assert left.standing(date(2011, 12, 31)).count() == left.count()


def test_a_birth_date_is_sealed_in_history_and_readable_until_the_person_is_erased(books: Books) -> None:
    one = Staff.objects.exclude(born=None).select_related("person").first()
    assert one is not None and one.born is not None
    version = one.history()[0]
    assert one.born.isoformat() not in version.payload
    assert version.columns()["born"] == one.born.isoformat()
    with acting(actor("system"), "本人要求删除"):
        one.person.erase()
    assert version.columns()["born"] == "已删除"


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
