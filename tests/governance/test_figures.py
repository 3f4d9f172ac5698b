"""The figures of governance: flows and stocks of documents, scores that others gave, denominators."""

from decimal import Decimal

import pytest

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.figures.books import Books
from shuyuan.governance.appraisal import Appraisal
from shuyuan.governance.population import Population
from shuyuan.ledger.checks import broken
from shuyuan.ledger.ledger import ledger
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("policy", "appraisal", "target", "peer_result", "population")


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


def test_eighteen_documents_were_issued_in_the_year_three_of_them_by_the_government(books: Books) -> None:
    assert [value.exact for value in books.values(["policy.issued", "policy.government"])] == [18, 3]


def test_a_document_repealed_in_the_year_is_in_force_at_the_end_of_the_last_one_only(books: Books) -> None:
    repealed = "中小学教学常规管理规定"
    rows = [books.lineage("policy.in_force", back)[0].selection().rows for back in (0, 1)]
    assert [found.filter(title=repealed).exists() for found in rows] == [False, True]


def test_residents_are_printed_in_ten_thousands(books: Books) -> None:
    assert books.value("population.residents").display == "55.3万人"


def test_age_groups_cannot_exceed_the_residents(books: Books) -> None:
    town = Population.objects.get(organisation__name="儒林镇", date__year=2012)
    assert list(broken(ledger("population"), town, hard=True)) == []
    town.adults = town.residents
    assert [check.field for check in broken(ledger("population"), town, hard=True)] == ["residents"]


def test_the_target_of_one_school_is_its_own(books: Books) -> None:
    school = Organisation.objects.get(names__name="省华中")
    assert Books(2012, school).value("target.undergraduate_rate").display == "88%"


def test_there_are_six_counties_to_be_ranked_among(books: Books) -> None:
    assert books.value("peer_result.peers").exact == 6
