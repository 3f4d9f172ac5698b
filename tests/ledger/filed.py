"""A round in the small county: procurement of 2012 asked of both schools, and records to file in it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.finance.models import Procurement
from shuyuan.ledger import filing
from shuyuan.ledger.record import State
from shuyuan.ledger.rounds import Round, Task
from tests.county import BUREAU, HOME, County


def opened(county: County, *ledgers: str, signed: bool = False, days: int = 14, send: bool = True) -> Round:
    """A round that is running (or only prepared), due in so many days; below zero it is over its day."""
    today = timezone.localdate()
    with acting(county.office, "年度填报"):
        one = Round(
            organisation=county[BUREAU], title="2012年度填报", year=2012, ledgers=list(ledgers or ("procurement",)),
            within=county[BUREAU], opens=today - timedelta(days=30), due=today + timedelta(days=days), signed=signed,
        )  # fmt: skip
        one.save()
        if send:
            filing.send(one)
    one.refresh_from_db()
    return one


def task_of(one: Round, school: Organisation, ledger: str = "procurement") -> Task:
    return Task.objects.select_related("round", "organisation", "period").get(
        round=one, organisation=school, ledger=ledger
    )


def purchase(county: County, item: str = "课桌", *, state: str = State.DRAFT, **more: Any) -> Procurement:
    """One purchase of 河头小学."""
    common: dict[str, Any] = {"organisation": county[HOME], "date": date(2012, 3, 12), "purpose": "equipment"}
    common |= {"method": "own", "source": "school", "amount": 500, "state": state}
    with acting(county.clerk, "登记"):
        made = Procurement(item=item, **(common | more))
        made.save()
    return made
