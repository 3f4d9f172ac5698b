"""Procurement: what equipment and exam sites cost."""

from decimal import Decimal

import pytest

from shuyuan.figures.books import Books
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("procurement")


def test_equipment_is_nearly_1300_because_it_is_a_little_less(books: Books) -> None:
    value = books.value("procurement.equipment")
    assert (value.value, value.qualifier, value.exact) == (Decimal(1300), "近", Decimal("1287.63"))


def test_exam_sites_cost_300_and_are_no_part_of_equipment(books: Books) -> None:
    assert books.value("in2012.exam_site_spending").exact == 300
    assert books.value("in2012.exam_site_spending").records == 8


def test_purchases_by_purpose_do_not_exceed_the_total(books: Books) -> None:
    total, tendered, share = books.values(["procurement.total", "procurement.tendered", "procurement.tendered_share"])
    assert total.exact and tendered.exact and tendered.exact < total.exact
    assert share.exact == tendered.exact * 100 / total.exact
