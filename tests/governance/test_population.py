"""Population: the parts of a town cannot be more than the town."""

import pytest

from shuyuan.figures.books import Books
from shuyuan.governance.population import Population
from shuyuan.ledger.checks import broken
from shuyuan.ledger.ledger import ledger
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("population")


def test_residents_are_printed_in_ten_thousands(books: Books) -> None:
    assert books.value("population.residents").display == "55.3万人"


def test_age_groups_cannot_exceed_the_residents(books: Books) -> None:
    town = Population.objects.get(organisation__name="儒林镇", date__year=2012)
    assert list(broken(ledger("population"), town, hard=True)) == []
    town.adults = town.residents
    assert [check.field for check in broken(ledger("population"), town, hard=True)] == ["residents"]
