"""Equipment of the example: computers and projectors by school, bought and written off, and the bureau's systems."""

from __future__ import annotations

from datetime import date

from example import city
from example.rows import Rows, row
from example.shares import shares
from shuyuan.core.codes import SchoolType
from shuyuan.equipment.asset import Asset

Kind = Asset.Kind
STUDENT, TEACHER, PROJECTION = Kind.STUDENT_COMPUTER, Kind.TEACHER_COMPUTER, Kind.PROJECTION
NAMES = {STUDENT: ("学生计算机", "台"), TEACHER: ("教师计算机", "台"), PROJECTION: ("多媒体投影设备", "套")}
BATCHES = (  # kind, day, how many in all, price of one in 元, day it was written off
    (STUDENT, date(2005, 9, 12), 640, 4_300, date(2012, 6, 29)),
    (STUDENT, date(2009, 9, 14), 2_150, 3_900, None),
    (STUDENT, date(2011, 10, 17), 860, 3_700, None),
    (STUDENT, date(2012, 10, 15), 1_200, 3_680, None),
    (TEACHER, date(2008, 9, 8), 1_900, 4_200, None),
    (TEACHER, date(2011, 11, 7), 620, 3_950, None),
    (PROJECTION, date(2010, 8, 23), 420, 9_600, None),
    (PROJECTION, date(2011, 8, 22), 310, 8_900, None),
    (PROJECTION, date(2012, 8, 20), 530, 8_900, None),
)
SYSTEMS = (
    ("教育考试中心", "网络阅卷系统", date(2012, 5, 21), 680_000),
    ("教育技术装备中心", "省教育资产与装备管理信息系统", date(2012, 9, 10), 48_000),
    ("教育技术装备中心", "教育城域网核心设备", date(2010, 7, 12), 1_260_000),
)


def rows() -> Rows:
    for kind, day, total, price, written_off in BATCHES:
        schools = [school for school in city.SCHOOLS if kind != STUDENT or school.type != SchoolType.KINDERGARTEN]
        sizes = [sum(school.pupils.values()) for school in schools]
        name, unit = NAMES[kind]
        for school, quantity in zip(schools, shares(total, sizes, least=1), strict=True):
            yield row(
                "asset", school.name, day, name=name, kind=kind, obtained=Asset.Obtained.BOUGHT, quantity=quantity,
                counted_in=unit, cost=quantity * price, until=written_off,
            )  # fmt: skip
    for section, name, day, cost in SYSTEMS:
        yield row(
            "asset", section, day, name=name, kind=Kind.SYSTEM, obtained=Asset.Obtained.BOUGHT, quantity=1,
            counted_in="套", cost=cost,
        )  # fmt: skip
