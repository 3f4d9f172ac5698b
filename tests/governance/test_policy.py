"""Policies: issued is a flow, in force a stock."""

import pytest

from shuyuan.figures.books import Books
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("policy")


def test_eighteen_documents_were_issued_in_the_year_three_of_them_by_the_government(books: Books) -> None:
    assert [value.exact for value in books.values(["policy.issued", "policy.government"])] == [18, 3]


def test_a_document_repealed_in_the_year_is_in_force_at_the_end_of_the_last_one_only(books: Books) -> None:
    repealed = "中小学教学常规管理规定"
    rows = [books.lineage("policy.in_force", back)[0].selection().rows for back in (0, 1)]
    assert [found.filter(title=repealed).exists() for found in rows] == [False, True]
