"""Programmes: good rows and bad cells."""

from datetime import date

from tests.ledger.suite import LedgerSuite


class TestProgramme(LedgerSuite):
    ledger = "programme"
    rows = (
        {"title": "亲近母语阅读推广", "kind": "特色品牌", "area": "阅读", "level": "县级",
         "date": date(2010, 9, 1)},
        {"title": "新市民子女家庭教育的现状及对策研究", "kind": "课题", "area": "德育", "level": "地市级",
         "date": date(2012, 4, 10), "until": date(2014, 4, 10)},
    )  # fmt: skip
    bad = (
        ("kind", "品牌", "没有『品牌』这一项"),
        ("until", "2010-08-31", "终止日期早于开始日期"),
    )
