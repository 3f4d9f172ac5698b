"""Contests: good rows and bad cells, and how a result is named."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestContest(LedgerSuite):
    ledger = "contest"
    rows = (
        {"contest": "全国幼儿体操大赛", "level": "国家级", "team": "幼儿体操队", "medal": "金牌",
         "date": date(2012, 7, 26)},
        {"contest": "全市中小学生田径运动会", "event": "男子100米", "level": "县级", "person": "王示例",
         "distinction": "打破赛会纪录", "date": date(2012, 10, 19)},
    )  # fmt: skip
    bad = (
        ("medal", "一等奖", "没有『一等奖』这一项"),
        ("place", "亚军", "不是数字"),
    )
