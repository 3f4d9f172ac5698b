"""Home visits: good rows and bad cells."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestHomeVisit(LedgerSuite):
    ledger = "home_visit"
    rows = (
        {"person": "张示例", "families": 8, "date": date(2012, 10, 20)},
        {"person": "李示例", "families": 5, "date": date(2012, 11, 3)},
    )  # fmt: skip
    bad = (("families", "八户", "不是数字"),)
