"""Moves: what the figures say otherwise than at a past moment, and because of which records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from shuyuan.core.codes import Function
from shuyuan.core.history import Action, acting
from shuyuan.core.models import Organisation, Person
from shuyuan.figures.books import Books
from shuyuan.figures.kinds import Count
from shuyuan.figures.moves import MOST_TOLD, moves
from shuyuan.finance.debt import DebtRelief
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from tests.county import HOME, County
from tests.figures.test_as_of import DEEDS, _do
from tests.figures.test_as_of import declared as declared  # a fixture

NAMES = ["debt.relieved", "debt.relieved_compulsory", "debt.relieved_other", "debt.debts", "debt.compulsory_share"]


def a_debt(county: County, amount: int, **more: Any) -> DebtRelief:
    kinds = {"kind": "compulsory", "creditor_kind": "bank", "creditor": "甲", "purpose": "楼", "source": "county"}
    with acting(county.system, "补登"):
        return DebtRelief.objects.create(
            **kinds | more, organisation=county[HOME], date=date(2012, 5, 1), amount=amount, document="1",
            state=State.ACCEPTED,
        )  # fmt: skip


def test_each_figure_tells_the_records_that_moved_it_who_and_why(county: County) -> None:
    kept = a_debt(county, 50000)
    gone = a_debt(county, 30000, kind="other")
    since = timezone.now()
    removed = gone.pk
    with acting(county.system, "凭证有误"):
        kept.amount = Decimal(60000)
        kept.save()
        gone.delete()
    new = a_debt(county, 10000)
    found = {one.name: one for one in moves(2012, NAMES, since)}
    assert set(found) == {"debt.relieved", "debt.relieved_compulsory", "debt.relieved_other", "debt.compulsory_share"}
    total = found["debt.relieved"]
    assert (total.before.display, total.after.display) == ("8万元", "7万元")
    told = {one.record: (one.how, one.reason, bool(one.url)) for one in total.movers}
    assert told == {
        kept.pk: (Action.CHANGED, "凭证有误", True),
        removed: (Action.DELETED, "凭证有误", False),
        new.pk: (Action.CREATED, "补登", True),
    }
    assert [one.how for one in found["debt.relieved_other"].movers] == [Action.DELETED]
    assert "改数（系统：凭证有误）" in total.because()


def test_an_edit_that_is_not_measured_moves_nothing(county: County) -> None:
    debt = a_debt(county, 50000)
    since = timezone.now()
    with acting(county.system, "补凭证号"):
        debt.document = "2"
        debt.save()
    assert moves(2012, NAMES, since) == []


def test_a_figure_moved_by_a_register_says_so(county: County, declare: Callable[..., None]) -> None:
    declare(Count("t.primary", "小学的化债", "debt", where='organisation.school_type == "211"'))
    a_debt(county, 5)
    since = timezone.now()
    with acting(county.system, "改制"):
        Organisation.objects.filter(pk=county[HOME].pk).update(school_type="311")
    (move,) = moves(2012, ["t.primary"], since)
    assert move.movers == () and "名册" in move.because()


def test_many_records_are_counted_and_not_all_told(county: County) -> None:
    since = timezone.now()
    for _n in range(MOST_TOLD + 7):
        a_debt(county, 1)
    (move,) = moves(2012, ["debt.debts"], since)
    assert (len(move.movers), move.untold) == (MOST_TOLD, 7)
    assert f"另有 {MOST_TOLD + 4} 条记录" in move.because()


def test_records_of_a_confidential_ledger_are_counted_and_not_told(county: County) -> None:
    from shuyuan.staff.discipline import Sanction

    person = county.person(HOME, "李某", "1", Person.Kind.STAFF)
    since = timezone.now()
    book = ledger("discipline")
    facts: dict[str, Any] = {column.name: column.choices[0][0] for column in book.sheet if column.choices}
    with acting(county.system, "登记"):
        Sanction.objects.create(
            organisation=county[HOME], person=person, date=date(2012, 3, 1), state=State.ACCEPTED,
            **facts | {"kind": "dismissal"},
        )  # fmt: skip
    officer = county.officer(Function.UNION)
    (hidden,) = moves(2012, ["discipline.dismissed"], since, reader=officer)
    assert (hidden.movers, hidden.untold) == ((), 1)
    (shown,) = moves(2012, ["discipline.dismissed"], since, reader=county.officer(Function.PERSONNEL))
    assert len(shown.movers) == 1


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(DEEDS, DEEDS)
def test_a_move_is_told_for_every_figure_that_changed_and_for_no_other(
    county: County, declared: list[str], before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    def read() -> dict[str, Any]:
        return {value.figure.name: (value.exact, value.names) for value in Books(2012).values(declared)}

    with transaction.atomic():
        for deeds in (before, after):
            then, since = read(), timezone.now()
            for deed, n in deeds:
                with acting(county.system, deed):
                    _do(county, deed if deed != "erase" else "build", n)
        now = read()
        found = moves(2012, declared, since)
        assert {one.name for one in found} == {name for name in declared if then[name] != now[name]}
        for one in found:
            known = one.before.exact is not None and one.after.exact is not None
            asked_register = {deed for deed, _n in after} & {"retype", "rename"}
            assert one.movers or one.untold or asked_register or not known, one.name
        transaction.set_rollback(True)
