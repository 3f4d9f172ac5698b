"""Policies: good rows and bad cells."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestPolicy(LedgerSuite):
    ledger = "policy"
    rows = (
        {"title": "学校校长（园长）问责暂行办法", "document": "坛教体发〔2012〕7号", "issuer": "金坛市教育局",
         "level": "县级教育行政部门", "area": "作风师德", "form": "办法、规定", "date": date(2012, 2, 4)},
        {"title": "关于进一步加强教育工作的意见", "issuer": "金坛市人民政府", "level": "县级", "area": "教育发展",
         "form": "意见", "date": date(2012, 7, 14), "until": date(2015, 12, 31)},
    )  # fmt: skip
    bad = (
        ("area", "后勤", "没有『后勤』这一项"),
        ("title", "文" * 121, "最多 120 个字"),
        ("until", "2011-12-31", "终止日期早于开始日期"),
    )
