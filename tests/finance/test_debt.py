"""Debts relieved: the sums of the year by school and creditor."""

from decimal import Decimal

import pytest

from shuyuan.core.models import Organisation
from shuyuan.figures.books import Books
from shuyuan.finance.debt import DebtRelief
from shuyuan.ledger.sheets import faults
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("debt")


def test_debts_relieved_are_2635_of_which_1635_compulsory(books: Books) -> None:
    found = books.values(["debt.relieved", "debt.relieved_compulsory", "debt.relieved_other"])
    assert [value.exact for value in found] == [2635, 1635, 1000]
    assert [value.display for value in found] == ["2635万元", "1635万元", "1000万元"]


def test_the_sum_by_school_is_the_sum_of_all(books: Books) -> None:
    by_school = books.vector("debt.relieved")
    assert sum(value.exact or 0 for value in by_school.values()) == 2635
    assert len(by_school) == books.value("debt.schools").value


def test_the_year_before_stands_beside(books: Books) -> None:
    (before,) = books.values(["debt.relieved"], back=1)
    assert before.exact == 2240


def test_a_debt_taken_out_of_the_book_moves_the_figure_by_its_amount(books: Books) -> None:
    debt = DebtRelief.objects.filter(kind="compulsory", date__year=2012).earliest("pk")
    rest = DebtRelief.objects.filter(date__year=2012).exclude(pk=debt.pk)
    assert sum(one.amount for one in rest) == Decimal(26_350_000) - debt.amount


@pytest.mark.parametrize(("amount", "told"), [(Decimal(0), ["偿还的本金须大于零。"]), (Decimal(1), [])])
def test_a_debt_relieved_by_nothing_is_refused(books: Books, amount: Decimal, told: list[str]) -> None:
    school = Organisation.objects.get(name="金坛市第二中学")
    debt = DebtRelief(
        organisation=school, date="2012-05-31", kind="compulsory", creditor_kind="bank", creditor="某银行",
        purpose="贷款", source="county", amount=amount, document="支1",
    )  # fmt: skip
    assert [message for message, _field in faults(DebtRelief.ledger, debt)] == told
