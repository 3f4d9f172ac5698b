"""Pupils: in the register from entry until leaving; when they were born is sealed in history."""

from datetime import date

import pytest

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Person
from shuyuan.figures.books import Books
from shuyuan.ledger.record import State
from shuyuan.schooling.pupil import Pupil
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled()


@pytest.fixture
def pupils(books: Books) -> list[Pupil]:
    """A pupil of each section of a nine-year school; the one of the junior section left in the summer."""
    school = Organisation.objects.get(name="金坛市华罗庚实验学校")
    made = []
    with acting(actor("system"), "登记"):
        for number, stage, until in (("P1", "primary", None), ("P2", "junior", date(2012, 6, 30))):
            person = Person(organisation=school, kind=Person.Kind.PUPIL, number=number, name=f"李乙{number}")
            person.save()
            pupil = Pupil(
                organisation=school, person=person, stage=stage, form="2009级1班", born=date(2003, 2, 1),
                date=date(2009, 9, 1), until=until, state=State.ACCEPTED,
            )  # fmt: skip
            pupil.save()
            made.append(pupil)
    return made


def test_who_left_in_the_summer_is_counted_at_the_end_of_last_year(pupils: list[Pupil]) -> None:
    names = ["pupil.primary", "pupil.junior", "pupil.all"]
    book = Books(2012)
    assert [value.exact for value in book.values(names)] == [1, 0, 1]
    assert [value.exact for value in book.values(names, back=1)] == [1, 1, 2]


def test_neither_name_nor_birth_date_of_a_pupil_is_in_the_clear_in_history(pupils: list[Pupil]) -> None:
    pupil = pupils[0]
    assert "2003-02-01" not in pupil.history()[0].payload
    assert "李乙P1" not in pupil.person.history()[0].payload
    assert pupil.history()[0].columns()["born"] == "2003-02-01"
