"""Peers' results: good rows and bad cells."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestPeerResult(LedgerSuite):
    ledger = "peer_result"
    rows = (
        {"peer": "溧阳市", "indicator": "undergraduate_growth", "value": 7.4, "source": "高考情况通报",
         "date": date(2012, 7, 10)},
        {"peer": "武进区", "indicator": "undergraduate_growth", "value": -0.6, "source": "高考情况通报",
         "date": date(2012, 7, 10)},
    )  # fmt: skip
    bad = (
        ("source", None, "必填"),
        ("value", "7.4个百分点", "不是数字"),
    )
