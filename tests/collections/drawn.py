"""A collection to test with: air conditioners, asked of every school of the small county."""

from __future__ import annotations

from datetime import date
from typing import Any

from shuyuan.collections.asked import faults
from shuyuan.collections.models import Collection
from shuyuan.core.history import acting
from shuyuan.ledger import filing
from shuyuan.ledger.rounds import Round
from tests.county import BUREAU, County
from tests.ledger.filed import opened

SLUG = "kongtiao"
ROOM: dict[str, Any] = {"name": "房间", "label": "房间", "kind": "text", "required": True}
SETS: dict[str, Any] = {
    "name": "台数",
    "label": "空调台数",
    "kind": "number",
    "unit": "台",
    "required": True,
    "least": "0",
    "most": "500",
}
USED: dict[str, Any] = {"name": "在用台数", "label": "在用台数", "kind": "number", "unit": "台"}
COST: dict[str, Any] = {"name": "维修费", "label": "维修费", "kind": "money"}
PUPILS: dict[str, Any] = {"name": "受益学生", "label": "受益学生", "kind": "people"}
SHARE: dict[str, Any] = {
    "name": "使用率",
    "label": "使用率",
    "kind": "number",
    "unit": "%",
    "places": 2,
    "total": "mean",
}
SINCE: dict[str, Any] = {"name": "安装日期", "label": "安装日期", "kind": "date"}
BY: dict[str, Any] = {"name": "供电", "label": "供电方式", "kind": "choice", "choices": ["专线", "普通线路"]}
SAFE: dict[str, Any] = {"name": "已检修", "label": "是否已检修", "kind": "yes_no"}
ASKED: list[dict[str, Any]] = [ROOM, SETS, USED, COST, PUPILS, SHARE, SINCE, BY, SAFE]
RULES = [
    {"rule": "在用台数 <= 台数", "message": "在用台数不能超过空调台数", "hard": True},
    {"rule": "维修费 <= 台数 * 2000", "message": "维修费偏高，请说明", "hard": False},
]


def drawn(county: County, asked: list[dict[str, Any]] | None = None, **more: Any) -> Collection:
    """The collection, drawn and not yet sent."""
    facts: dict[str, Any] = {"slug": SLUG, "title": "空调使用情况", "day": date(2012, 11, 30), "rules": RULES}
    with acting(county.office, "设计专项填报"):
        made = Collection(organisation=county[BUREAU], asked=ASKED if asked is None else asked, **(facts | more))
        made.full_clean()
        assert not faults(made)
        made.save()
    return made


def sent(county: County, collection: Collection, **more: Any) -> Round:
    """A round that asks every school for it."""
    one = opened(county, collection.slug, send=False, **more)
    with acting(county.office, "发出"):
        filing.send(one)
    one.refresh_from_db()
    return one
