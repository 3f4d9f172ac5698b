"""Exam sites of the example and their rooms: four that were brought up to the standard this year, two ordinary ones."""

from __future__ import annotations

from datetime import date

from example.rows import Rows, row
from shuyuan.exams.exam_site import ExamSite

Standard = ExamSite.Standard
OPENED, REBUILT = date(2004, 5, 10), date(2012, 5, 14)
SITES = {"省华中": 56, "市一中": 54, "市四中": 42, "金沙高中": 40}  # rooms at the standard sites
ORDINARY = {"市二中": 30, "市三中": 28}
FLOORS = 4
SEATS = 30


def rows() -> Rows:
    for number, name in enumerate(SITES, start=1):
        site = {"number": f"{number:02}", "strongroom": True}
        yield row("exam_site", name, OPENED, name=f"{name}考点", standard=Standard.ORDINARY, until=REBUILT, **site)
        yield row("exam_site", name, REBUILT, name=f"{name}标准化考点", standard=Standard.NATIONAL, **site)
    for number, name in enumerate(ORDINARY, start=11):
        yield row("exam_site", name, OPENED, name=f"{name}考点", number=f"{number:02}", standard=Standard.ORDINARY)
    for name, many in SITES.items():
        yield from _rooms(name, f"{name}标准化考点", many, REBUILT, cameras=2)
    for name, many in ORDINARY.items():
        yield from _rooms(name, f"{name}考点", many, OPENED, cameras=0)


def _rooms(school: str, site: str, many: int, day: date, *, cameras: int) -> Rows:
    """Rooms are numbered through the floors of the teaching block: 101, 102 … 214 …"""
    on_a_floor = -(-many // FLOORS)
    for place in range(many):
        floor, door = divmod(place, on_a_floor)
        yield row(
            "exam_room", school, day, site=site, number=f"{place + 1:03}", room=f"教学楼{floor + 1}{door + 1:02}教室",
            seats=SEATS, cameras=cameras,
        )  # fmt: skip
