"""Enrolment: nobody dropped out for poverty, and that is a number only because every school says so."""

import pytest

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Period
from shuyuan.figures.books import Books
from shuyuan.ledger.checks import broken
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.zero import ZeroReport
from shuyuan.schooling.enrolment import Enrolment
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("enrolment")
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
