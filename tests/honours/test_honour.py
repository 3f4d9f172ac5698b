"""Honours: good rows and bad cells."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestHonour(LedgerSuite):
    ledger = "honour"
    rows = (
        {"title": "十佳青年教师", "level": "县级", "kind": "个人综合", "edition": 5, "person": "张示例",
         "awarded_by": "金坛市教育局", "date": date(2012, 9, 8)},
        {"title": "工会工作创新成果", "level": "地市级", "kind": "集体", "grade": "二等奖", "edition": 2,
         "work": "回眸教育人生，分享教育理想", "awarded_by": "常州市教育工会", "date": date(2012, 11, 9)},
    )  # fmt: skip
    bad = (
        ("edition", "第五届", "不是数字"),
        ("level", "市级", "没有『市级』这一项"),
        ("grade", "金奖", "没有『金奖』这一项"),
    )
