"""Targets: good rows and bad cells."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestTarget(LedgerSuite):
    ledger = "target"
    rows = (
        {"indicator": "高考本科上线率", "value": 88, "document": "2012年普通高中教学质量目标",
         "date": date(2012, 2, 20)},
        {"indicator": "中考人均总分", "value": 552.5, "date": date(2012, 2, 20)},
    )  # fmt: skip
    bad = (
        ("indicator", "合格率", "没有『合格率』这一项"),
        ("value", "九成", "不是数字"),
    )
