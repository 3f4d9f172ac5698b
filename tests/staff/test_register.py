"""The staff register: good rows and bad cells."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestStaff(LedgerSuite):
    ledger = "staff"
    rows = (
        {"person": "张示例", "post": "行政人员", "cadre": "校长（园长）", "gender": "男", "born": date(1968, 5, 2),
         "education": "大学本科毕业", "rank": "高级教师", "date": date(1990, 8, 20)},
        {"person": "李示例", "post": "专任教师", "gender": "女", "date": date(2009, 8, 20),
         "until": date(2012, 7, 31)},
    )  # fmt: skip
    bad = (
        ("rank", "中教一级", "没有『中教一级』这一项"),
        ("until", "1980-01-01", "终止日期早于开始日期"),
    )
