"""The figures of schooling: a zero that every school vouches for, a register as of any day."""

from datetime import date

import pytest

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Period, Person
from shuyuan.figures.books import Books
from shuyuan.ledger.checks import broken
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from shuyuan.ledger.zero import ZeroReport
from shuyuan.schooling.enrolment import Enrolment
from shuyuan.schooling.pupil import Pupil
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("enrolment", "programme")


NONE = "enrolment.poverty_dropouts"


def test_sixty_six_schools_say_that_nobody_dropped_out(books: Books) -> None:
    value = books.value(NONE)
    assert [value.exact, value.records] == [0, 66]


def test_a_zero_is_not_known_until_the_last_school_has_filed_or_reported_nothing(books: Books) -> None:
    school = Organisation.objects.get(name="金坛市白塔小学")
    with acting(actor("system"), "删去误填"):
        Enrolment.objects.filter(organisation=school, date__year=2012).delete()
    value = Books(2012).value(NONE)
    assert value.exact is None
    assert "1 所学校" in value.reason
    with acting(actor("system"), "零报告"):
        ZeroReport(organisation=school, ledger="enrolment", period=Period.of(2012)).save()
    assert Books(2012).value(NONE).exact == 0


def test_a_private_school_may_refuse_and_the_public_ones_took_everybody(books: Books) -> None:
    share = books.value("enrolment.migrants_share")
    assert share.numerator == share.denominator
    private = Enrolment.objects.get(organisation__name="金坛市新源学校", date__year=2012)
    assert private.migrant_admitted < private.migrant_applicants


def test_more_cannot_be_admitted_than_applied(books: Books) -> None:
    line = Enrolment.objects.filter(date__year=2012)[0]
    line.admitted = line.applicants + 1
    assert [check.field for check in broken(ledger("enrolment"), line, hard=True)] == ["admitted"]


def test_the_seventh_brand_was_added_this_year(books: Books) -> None:
    assert books.value("programme.brands").exact == 7
    assert books.values(["programme.brands"], back=1)[0].exact == 6


def test_a_school_with_two_projects_is_one_school(books: Books) -> None:
    value = books.value("programme.research_schools")
    assert value.exact is not None
    assert value.exact < value.records


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
