"""Community education: good rows, and more people than came."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestCommunity(LedgerSuite):
    ledger = "community"
    rows = (
        {"organisation": "薛埠镇", "title": "农业实用技术培训", "kind": "实用技术培训", "sessions": 3,
         "attendances": 420, "persons": 300, "date": date(2012, 6, 25)},
        {"organisation": "薛埠镇", "title": "农民创业培训", "kind": "农民创业培训", "sessions": 1,
         "attendances": 60, "persons": 60, "date": date(2012, 9, 25)},
    )  # fmt: skip
    bad = (
        ("sessions", 0, "至少一期"),
        ("attendances", 299, "培训人次不能少于人数"),
    )
