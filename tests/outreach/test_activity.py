"""Activities: good rows and bad cells."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestActivity(LedgerSuite):
    ledger = "activity"
    rows = (
        {"title": "中小学科学节", "kind": "科技环保", "level": "县级", "edition": 1, "attendances": 9_200,
         "date": date(2012, 5, 17)},
        {"title": "体育艺术2+1工程", "kind": "体育", "level": "县级", "note": "各校常年开展",
         "date": date(2012, 3, 1)},
    )  # fmt: skip
    bad = (
        ("edition", "首届", "不是数字"),
        ("attendances", 10.5, "应为整数"),
    )
