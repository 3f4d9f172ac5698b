"""What a list of records tells of a selection: its totals, its pages and what a search finds."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import caches
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.finance.models import DebtRelief
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from shuyuan.ledger.selection import Selection
from tests import county as counties
from tests.county import HOME, OTHER, County

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    caches["process"].clear()
    return counties.build()


def reliefs(county: County, count: int) -> list[DebtRelief]:
    """One repayment a day, of 1, 2, 3… 元, by two schools in turn."""
    made = [
        DebtRelief(
            organisation=county[HOME if number % 2 else OTHER],
            date=date(2012, 1, 1) + timedelta(days=number),
            kind="compulsory",
            creditor_kind=DebtRelief._meta.get_field("creditor_kind").flatchoices[0][0],
            creditor=f"债权人{number:03d}",
            purpose="校舍",
            source=DebtRelief._meta.get_field("source").flatchoices[0][0],
            amount=Decimal(number + 1),
            document="文号",
            state=State.ACCEPTED,
        )
        for number in range(count)
    ]
    with acting(county.system, "登记"):
        return DebtRelief.objects.bulk_create(made)


def selected(**parameters: str) -> Selection:
    return Selection(ledger("debt"), parameters)


def test_totals_are_those_of_the_books_as_they_stand_after_every_write(county: County) -> None:
    one, *_rest = reliefs(county, 10)
    assert selected().totals() == {"n": 10, "sum_amount": Decimal(55)}
    with acting(county.system, "更正"):
        one.amount = Decimal(101)
        one.save()
    assert selected().totals() == {"n": 10, "sum_amount": Decimal(155)}
    with acting(county.system, "登记错了"):
        one.delete()
    assert selected().totals() == {"n": 9, "sum_amount": Decimal(54)}


def test_a_selection_by_what_a_reference_says_follows_a_change_there(county: County) -> None:
    reliefs(county, 4)
    asked = {"where": f'organisation.name == "{OTHER}"'}
    assert selected(**asked).totals()["n"] == 2
    with acting(county.system, "更名"):
        school = county[OTHER]
        school.name = "华罗庚中学"
        school.save()
    assert selected(**asked).totals()["n"] == 0


def test_totals_of_an_unchanged_book_are_not_added_up_again(county: County) -> None:
    reliefs(county, 4)
    selected().totals()
    with CaptureQueriesContext(connection) as asked:
        selected().totals()
    assert not [query for query in asked.captured_queries if "SUM(" in query["sql"]]


@pytest.mark.parametrize("sort", ["", "date", "-date", "organisation", "-amount"])
def test_pages_put_together_are_the_whole_list_in_its_order(county: County, sort: str) -> None:
    reliefs(county, 23)
    selection = selected(sort=sort)
    pages = [selection.page(start, min(start + 5, 23), 23) for start in range(0, 23, 5)]
    assert [record.pk for page in pages for record in page] == [record.pk for record in selection.ordered]


def test_a_page_brings_what_its_columns_point_to(county: County) -> None:
    reliefs(county, 6)
    selection = selected()
    with CaptureQueriesContext(connection) as asked:
        shown = [str(record.organisation) for record in selection.page(0, 6, 6)]
    assert len(shown) == 6 and len(asked) == 2  # keys, then records


@pytest.mark.parametrize(
    ("text", "found"), [("债权人003", 1), ("债权人", 8), ("河头", 4), ("查无此项", 0), ("校舍", 8)]
)
def test_a_search_looks_in_texts_and_names(county: County, text: str, found: int) -> None:
    reliefs(county, 8)
    assert selected(q=text).totals()["n"] == found


def test_a_clerk_finds_their_own_school_and_the_office_every_school(county: County) -> None:
    reliefs(county, 8)
    book = ledger("debt")
    assert Selection(book, {}, county.clerk).totals()["n"] == 4
    assert Selection(book, {}, county.leader).totals()["n"] == 8
    assert Selection(book, {}, county.stranger).totals()["n"] == 0
    at_home = {"organisation": str(county[HOME].pk)}
    assert Selection(book, at_home, county.leader).totals()["n"] == 4
    assert Selection(book, at_home, county.other_clerk).totals()["n"] == 0


def test_everything_is_inside_the_bureau_without_asking_row_by_row(county: County) -> None:
    from shuyuan.core.organisations import inside

    assert inside("organisation__", [county["金坛市教育局"].path]) == models.Q()
    assert inside("organisation__", []) == models.Q(organisation__pk__in=[])
    assert Organisation.objects.filter(inside("", [county[HOME].path])).get() == county[HOME]
