"""Appraisals: scores and ranks that others gave, each from exactly one record."""

from decimal import Decimal

import pytest

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.figures.books import Books
from shuyuan.governance.appraisal import Appraisal
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("appraisal")


def test_the_score_has_two_places_and_last_year_s_beside_it(books: Books) -> None:
    now, then = books.value("appraisal.conduct_score"), books.values(["appraisal.conduct_score"], back=1)[0]
    assert (now.display, then.display) == ("94.84分", "93.27分")
    assert books.value("appraisal.conduct_rank").exact == 3


def test_two_scores_for_one_thing_are_no_score(books: Books) -> None:
    again = Appraisal.objects.get(title="政风行风集中评议", date__year=2012)
    with acting(actor("system"), "重复填报"):
        again.pk, again._state.adding, again.score = None, True, Decimal(90)
        again.save()
    value = Books(2012).value("appraisal.conduct_score")
    assert value.exact is None
    assert "2" in value.reason
