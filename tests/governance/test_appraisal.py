"""Appraisals: good rows and bad cells."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestAppraisal(LedgerSuite):
    ledger = "appraisal"
    rows = (
        {"title": "政风行风集中评议", "assessor": "政风行风评议办公室", "level": "县级", "score": 94.84, "rank": 3,
         "date": date(2012, 12, 7)},
        {"title": "年度教育工作督导考核", "assessor": "常州市人民政府教育督导室", "appraised": "金坛市",
         "level": "地市级", "grade": "一等奖", "result": "一等", "date": date(2012, 12, 20)},
    )  # fmt: skip
    bad = (
        ("score", 94.8412, "最多 3 位小数"),
        ("rank", 2.5, "应为整数"),
        ("grade", "金牌", "没有『金牌』这一项"),
    )
