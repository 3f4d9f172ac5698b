"""Publicity: good rows and bad cells."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestPublicity(LedgerSuite):
    ledger = "publicity"
    rows = (
        {"title": "万名教师走进学生家庭", "kind": "采访报道", "medium": "新华日报", "level": "省级",
         "date": date(2012, 11, 14)},
        {"title": "阳光体育进校园", "kind": "刊用稿件", "medium": "常州日报", "level": "地市级",
         "date": date(2012, 4, 9)},
    )  # fmt: skip
    bad = (
        ("kind", "新闻", "没有『新闻』这一项"),
        ("medium", "报" * 41, "最多 40 个字"),
    )
