"""Funds: good rows, and an amount of nothing."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestFunds(LedgerSuite):
    ledger = "funds"
    rows = (
        {"organisation": "河头小学", "item": "春学期公用经费", "flow": "allocated", "purpose": "running",
         "source": "county", "amount": 186_300, "document": "拨2012-018", "date": date(2012, 3, 5)},
        {"organisation": "河头小学", "item": "水电费", "flow": "spent", "purpose": "running", "source": "county",
         "amount": 21_450, "document": "支2012-101", "date": date(2012, 4, 9)},
    )  # fmt: skip
    bad = (("amount", 0, "金额须大于零"),)
