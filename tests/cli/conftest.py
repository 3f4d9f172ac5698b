"""A county with two years of purchases, as the commands find it."""

from datetime import date

import pytest

from shuyuan.core.history import acting
from shuyuan.finance.procurement import Procurement
from shuyuan.ledger.record import State
from tests.county import HOME, OTHER, County, build


@pytest.fixture
def county(db: None) -> County:
    county = build()
    facts = {"purpose": "equipment", "method": "own", "source": "school", "state": State.ACCEPTED}
    with acting(county.system, "登记"):
        Procurement.objects.bulk_create(
            Procurement(organisation=county[name], item=item, amount=amount, date=date(year, 5, 31), **facts)
            for name, item, amount, year in (
                (HOME, "课桌", 1_250_000, 2012),
                (OTHER, "实验台", 5_733_000, 2012),
                (OTHER, "投影仪", 3_000_000, 2011),
            )
        )
        draft = Procurement(organisation=county[HOME], item="未报", amount=9, date=date(2012, 6, 1), **facts)
        draft.state = State.DRAFT
        draft.save()
    return county
