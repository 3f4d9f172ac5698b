"""Buildings of the example: the works of 2010 to 2012, and every school's grounds."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import NamedTuple

from example import city
from example.rows import Rows, row
from shuyuan.buildings.facility import Facility
from shuyuan.buildings.project import Project
from shuyuan.buildings.stages import WorkStage
from shuyuan.core.codes import FundSource, SchoolType, Stage

Programme = Project.Programme
Kind, Surface = Facility.Kind, Facility.Surface


class Work(NamedTuple):
    """A work under way at the end of the year: area in 平方米, planned investment in 万元."""

    school: str
    name: str
    area: int
    planned: int
    begun: date
    stage: WorkStage
    floor: int | None = None


UNDER_WAY = (
    Work("指前实验学校", "指前实验学校移址新建工程", 18_200, 4300, date(2011, 5, 16), WorkStage.STRUCTURE, 3),
    Work("常胜小学", "常胜小学改扩建工程", 6_800, 1550, date(2011, 6, 20), WorkStage.TOPPED),
    Work("薛埠小学", "薛埠小学新建综合楼", 4_200, 880, date(2012, 2, 27), WorkStage.STRUCTURE, 3),
    Work("金坛市尧塘中心幼儿园", "尧塘中心幼儿园移址新建工程", 5_600, 1480, date(2012, 6, 11), WorkStage.TENDER),
    Work("朱林中学", "朱林中学综合楼、食堂拆建工程", 5_200, 1190, date(2011, 9, 5), WorkStage.PLASTER),
    Work("朱林小学", "朱林小学教学楼、厕所拆建工程", 3_300, 720, date(2012, 1, 9), WorkStage.PLASTER),
    Work("华城实验小学", "华城实验小学食堂、教学楼改扩建工程", 5_200, 1480, date(2012, 9, 17), WorkStage.PLANNING),
)


class Done(NamedTuple):
    """A work that is finished: area in 平方米, planned and spent in 万元."""

    school: str
    name: str
    programme: Project.Programme
    area: int
    planned: float
    spent: float
    begun: date
    completed: date
    handed_over: date


def _surfacing(school: str, area: int, spent: float, year: int) -> Done:
    name, days = f"{school}运动场地塑胶化改造工程", (date(year, 4, 9), date(year, 8, 6), date(year, 8, 27))
    return Done(school, name, Programme.SURFACING, area, spent + 4, spent, *days)


SAFETY = Programme.SAFETY
DONE = (
    Done("建昌中学", "建昌中学教学楼加固工程", SAFETY, 2_600, 310, 298.4,
         date(2010, 4, 12), date(2011, 7, 18), date(2011, 8, 22)),
    Done("罗村小学", "罗村小学食堂拆建工程", SAFETY, 1_450, 196, 188.6,
         date(2010, 5, 10), date(2011, 6, 27), date(2011, 8, 22)),
    Done("水北中学", "水北中学教学楼拆建工程", SAFETY, 3_900, 620, 604.2,
         date(2010, 9, 13), date(2011, 12, 19), date(2012, 2, 6)),
    Done("河头小学", "河头小学综合楼新建工程", SAFETY, 2_800, 455, 447.9,
         date(2011, 3, 14), date(2012, 5, 21), date(2012, 8, 20)),
    Done("儒林中学", "儒林中学宿舍楼加固工程", SAFETY, 2_150, 268, 259.3,
         date(2011, 4, 18), date(2012, 4, 23), date(2012, 8, 20)),
    _surfacing("河滨小学", 7_600, 104, 2011),
    _surfacing("薛埠中学", 9_800, 121.5, 2011),
    _surfacing("尧塘小学", 6_300, 79.5, 2011),
    _surfacing("儒林中心小学", 8_600, 118.5, 2012),
    _surfacing("直溪中心小学", 9_200, 126, 2012),
    _surfacing("朝阳小学", 6_400, 95.5, 2012),
    _surfacing("白塔中学", 8_100, 110, 2012),
)  # fmt: skip
UNSURFACED = (  # at the end of the year; everybody else's ground has a synthetic surface
    *("社头中学", "茅麓中学", "水北中学", "后阳实验学校", "唐王实验学校", "西旸实验学校"),
    *("西岗小学", "建昌小学", "洮西小学", "白塔小学", "金坛市小星星幼儿园", "金坛市西旸幼儿园"),
)


def rows() -> Rows:
    random = Random("buildings")
    for work in UNDER_WAY:
        yield row(
            "project", work.school, work.begun, name=work.name, programme=SAFETY, area=work.area,
            planned=work.planned * 10_000, source=FundSource.COUNTY, stage=work.stage, floor=work.floor,
        )  # fmt: skip
    for done in DONE:
        yield row(
            "project", done.school, done.begun, name=done.name, programme=done.programme, area=done.area,
            planned=round(done.planned * 10_000), source=FundSource.COUNTY, stage=WorkStage.HANDOVER,
            completed_on=done.completed, spent=round(done.spent * 10_000), until=done.handed_over,
        )  # fmt: skip
    surfaced = {city.school(done.school).name: done for done in DONE if done.programme == Programme.SURFACING}
    unsurfaced = {city.school(name).name for name in UNSURFACED}
    for school in city.SCHOOLS:
        yield from _grounds(school, surfaced.get(school.name), school.name in unsurfaced, random)


def _grounds(school: city.School, done: Done | None, unsurfaced: bool, random: Random) -> Rows:
    small = school.type == SchoolType.KINDERGARTEN
    kind, name = (Kind.PLAY, "户外活动场") if small else (Kind.TRACK, "田径场")
    area = done.area if done else (600 if small else 5_000) + round(sum(school.pupils.values()) * 2.5, -2)
    opened = max(date(random.randrange(2003, 2011), 9, 1), school.since)
    main = {"ground": name, "kind": kind, "area": area}
    if unsurfaced:
        yield row("facility", school.name, opened, surface=Surface.CINDER, **main)
    elif done:
        yield row("facility", school.name, date(2001, 9, 1), surface=Surface.CINDER, until=done.begun, **main)
        yield row("facility", school.name, done.handed_over, surface=Surface.SYNTHETIC, **main)
    else:
        yield row("facility", school.name, opened, surface=Surface.SYNTHETIC, **main)
    if small:
        return
    yield row("facility", school.name, opened, ground="篮球场", kind=Kind.BALL, surface=Surface.CONCRETE, area=1_216)
    if Stage.SENIOR in school.pupils or Stage.VOCATIONAL in school.pupils:
        yield row("facility", school.name, opened, ground="体育馆", kind=Kind.HALL, surface=Surface.WOOD, area=2_400)
