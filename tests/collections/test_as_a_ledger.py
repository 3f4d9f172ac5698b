"""A collection is a ledger: the suite that every ledger inherits runs on one that nobody declared in code."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

import pytest

from shuyuan.core.history import acting
from shuyuan.ledger import filing
from tests.collections.drawn import SLUG, drawn, sent
from tests.county import County, browser_of, build
from tests.ledger.suite import LedgerSuite


class TestAirConditioners(LedgerSuite):
    ledger: ClassVar[str] = SLUG
    rows = (
        {
            "房间": "三（1）班教室", "台数": 2, "在用台数": 2, "维修费": Decimal("300.50"), "受益学生": 45,
            "使用率": Decimal("87.25"), "安装日期": date(2011, 6, 1), "供电": "专线", "已检修": "是",
        },
        {"房间": "图书室", "台数": 4},
        {"房间": "计算机房", "台数": 3, "供电": "普通线路", "已检修": "否"},
    )  # fmt: skip
    bad = (
        ("台数", 501, "小于或等于500"),
        ("台数", "1.5", "应为整数"),
        ("在用台数", 9, "在用台数不能超过空调台数"),
        ("供电", "太阳能", "没有『太阳能』这一项"),
        ("受益学生", -1, "0"),
        ("使用率", Decimal("1.234"), "最多 2 位小数"),
        ("安装日期", "去年", "不是日期"),
    )
    change: ClassVar[dict[str, object]] = {"台数": 3}

    def test_a_confidential_ledger_is_there_only_for_its_function(self, county: County) -> None:
        """Collections stand together under one line of the menu, each seen by those who were asked."""
        menu = 'href="/collections/"'
        assert menu in browser_of(county.office).get("/").content.decode()
        assert menu not in browser_of(county.clerk).get("/").content.decode()

    @pytest.fixture
    def county(self, db: None) -> County:
        county = build()
        with acting(county.office, "结束"):  # what is filed outside a running round arrives as filed, not as a draft
            filing.close(sent(county, drawn(county)))
        return county
