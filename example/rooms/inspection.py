"""Inspection of the example: visits with their verdicts, and the titles schools hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import islice
from random import Random

from example import city
from example.days import working_days
from example.rows import Row, Rows, row
from shuyuan.core.codes import Level, SchoolType
from shuyuan.inspection.accreditation import Accreditation
from shuyuan.inspection.inspection import Inspection

Kind, Grade = Inspection.Kind, Inspection.Grade
Scheme, Result = Accreditation.Scheme, Accreditation.Result
PROVINCIAL, MUNICIPAL, COUNTY = Level.PROVINCIAL, Level.MUNICIPAL, Level.COUNTY
COMPREHENSIVE = "综合督导评估"
ISSUERS = {PROVINCIAL: "苏教评", MUNICIPAL: "常教评", COUNTY: "坛教评"}

INSPECTED = {  # by the county: kindergartens and schools
    2011: (
        *("金坛市朝阳幼儿园", "金坛市直溪中心幼儿园", "金坛市儒林中心幼儿园", "金坛市建昌幼儿园", "金坛市社头幼儿园"),
        *("市五中", "尧塘中学", "直溪中学", "社头中学", "河滨小学", "尧塘小学", "建昌小学", "西岗小学", "新源学校"),
    ),
    2012: (
        *("金坛市河滨幼儿园", "金坛市水北幼儿园", "金坛市薛埠中心幼儿园", "金坛市茅麓幼儿园", "金坛市朱林中心幼儿园"),
        *("金坛市指前中心幼儿园", "市二中", "水北中学", "薛埠中学", "朱林中学", "建昌中学", "岸头实验学校"),
        *("西旸实验学校", "朝阳小学", "白塔小学", "罗村小学", "洮西小学"),
    ),
}
EXCELLENT = {"省华中": date(2011, 11, 14), "岸头实验学校": date(2011, 12, 5)}  # visited then, told in the year after

# Scheme, level, and for each year who was given the title; the years before 2011 make what was held already.
GRANTED: tuple[tuple[Accreditation.Scheme, Level, dict[int, Iterable[str]], str], ...] = (
    (
        Scheme.LAW_MODEL, MUNICIPAL,
        {
            2008: ("省华中", "市二中", "实验学校"), 2010: ("市一中", "薛埠中学"),
            2011: ("华城实验小学", "直溪中学", "朝阳小学"), 2012: ("河头小学", "白塔中学"),
        }, "",
    ),
    (Scheme.LAW_MODEL, PROVINCIAL, {2010: ("省华中",), 2011: ("实验学校",)}, ""),
    (
        Scheme.QUALITY_KINDERGARTEN, PROVINCIAL,
        {
            2006: ("金坛市华城实验幼儿园",), 2007: ("金坛市朝阳幼儿园",), 2009: ("金坛市金城镇中心幼儿园",),
            2010: ("金坛市直溪中心幼儿园",), 2011: ("金坛市薛埠中心幼儿园",), 2012: ("金坛市河滨幼儿园",),
        }, "",
    ),
    (
        Scheme.QUALITY_KINDERGARTEN, MUNICIPAL,
        {
            2011: ("金坛市建昌幼儿园", "金坛市儒林中心幼儿园", "金坛市春芽幼儿园"),
            2012: (
                *("金坛市水北幼儿园", "金坛市罗村幼儿园", "金坛市朱林中心幼儿园", "金坛市河头幼儿园"),
                *("金坛市岸头幼儿园", "金坛市洮西幼儿园"),
            ),
        }, "",
    ),
    (Scheme.FEATURE_KINDERGARTEN, MUNICIPAL, {2011: ("金坛市朝阳幼儿园",), 2012: ("金坛市华城实验幼儿园",)}, ""),
    (
        Scheme.QUALITY_SCHOOL, MUNICIPAL,
        {
            2007: ("市二中", "市三中", "实验学校", "华城实验小学", "朝阳小学"),
            2008: ("薛埠中学", "直溪中心小学", "儒林中心小学", "金城镇中心小学"), 2011: ("河滨小学", "殷雪梅小学"),
        }, "",
    ),
    (Scheme.FOUR_STAR, PROVINCIAL, {2004: ("省华中",), 2006: ("市一中",)}, ""),
    (Scheme.LIFE_EDUCATION, MUNICIPAL, {2012: ("市三中", "市一中")}, "首批"),
    (
        Scheme.MENTAL_HEALTH, MUNICIPAL,
        {2011: ("市二中", "河滨小学"), 2012: ("市四中", "金沙高中", "洮西小学", "罗村小学")}, "",
    ),
    (Scheme.SPORTS, MUNICIPAL, {2011: ("市一中",), 2012: ("市二中", "金城镇中心小学", "儒林中心小学")}, ""),
    (Scheme.VILLAGER, MUNICIPAL, {2012: [school.name for school in city.VILLAGE_SCHOOLS]}, ""),
)  # fmt: skip
CONFIRMED = (
    (Scheme.FOUR_STAR, PROVINCIAL, Result.CONFIRMED, ("市一中",)),
    (
        Scheme.QUALITY_KINDERGARTEN, PROVINCIAL, Result.CONFIRMED,
        ("金坛市华城实验幼儿园", "金坛市朝阳幼儿园", "金坛市金城镇中心幼儿园", "金坛市直溪中心幼儿园"),
    ),
    (
        Scheme.QUALITY_SCHOOL, MUNICIPAL, Result.UNDER_REVIEW,
        (
            *("市二中", "市三中", "实验学校", "华城实验小学", "朝阳小学"),
            *("薛埠中学", "直溪中心小学", "儒林中心小学", "金城镇中心小学"),
        ),
    ),
)  # fmt: skip
RURAL_KINDERGARTENS = {2011: 3, 2012: 13}  # how many of them passed


def rows() -> Rows:
    random = Random("inspection")
    for year in INSPECTED:
        yield from _visits(year, random)
    yield from _other_visits()
    yield from _titles(random)


def _visits(year: int, random: Random) -> Rows:
    days = working_days(random, year, 3, 11)
    for number, name in enumerate(INSPECTED[year], start=1):
        day = next(days)
        grade = random.choices((Grade.EXCELLENT, Grade.GOOD, Grade.PASSED), (4, 5, 2))[0]
        done = day + timedelta(days=random.randrange(10, 31))
        yield row(
            "inspection", name, day, name=COMPREHENSIVE, kind=Kind.COMPREHENSIVE, level=COUNTY,
            inspectors=random.randrange(3, 8), concluded_on=done, grade=grade, document=f"坛教督{year}-{number:02}",
            rectify_by=done + timedelta(days=90) if grade == Grade.PASSED else None,
        )  # fmt: skip


def _other_visits() -> Rows:
    comprehensive = {"name": COMPREHENSIVE, "kind": Kind.COMPREHENSIVE, "level": MUNICIPAL, "inspectors": 9}
    for name, day in EXCELLENT.items():
        yield row(
            "inspection", name, day, **comprehensive, concluded_on=date(2012, 2, 20), grade=Grade.EXCELLENT,
            document="常教督2012-03",
        )  # fmt: skip
    yield row("inspection", "市四中", date(2012, 11, 26), **comprehensive)
    for day in (date(2011, 6, 8), date(2012, 4, 18), date(2012, 10, 24)):
        yield row(
            "inspection", "基础教育科", day, name="学业水平监控和教学调研", kind=Kind.SURVEY, level=COUNTY,
            inspectors=12, concluded_on=day + timedelta(days=21),
        )  # fmt: skip
    yield row(
        "inspection", city.BUREAU, date(2012, 5, 14), name="义务教育发展基本均衡县省级督导", kind=Kind.SPECIAL,
        level=PROVINCIAL, inspectors=15, concluded_on=date(2012, 7, 9), grade=Grade.PASSED, document="苏教督2012-11",
    )  # fmt: skip


def _titles(random: Random) -> Rows:
    for order, school in enumerate(city.SCHOOLS):
        year = city.YEAR if order % 8 == 0 else random.randrange(2006, city.YEAR)  # the last ones became it this year
        yield _granted(school.name, next(working_days(random, year)), Scheme.LAW_ADVANCED, COUNTY)
    for scheme, level, by_year, batch in GRANTED:
        for year, names in by_year.items():
            days = working_days(random, year, 4)
            for name in names:
                yield _granted(name, next(days), scheme, level, batch)
    yield from _rural_kindergartens(random)
    for scheme, level, result, names in CONFIRMED:
        days = working_days(random, city.YEAR, 5)
        for name in names:
            yield row("accreditation", name, next(days), scheme=scheme, level=level, result=result)


def _rural_kindergartens(random: Random) -> Rows:
    rural = iter([school for school in city.of_type(SchoolType.KINDERGARTEN) if school.rural])
    for year, many in RURAL_KINDERGARTENS.items():
        days = working_days(random, year, 9)
        for school in islice(rural, many):
            yield _granted(school.name, next(days), Scheme.RURAL_KINDERGARTEN, COUNTY)


def _granted(name: str, day: date, scheme: Accreditation.Scheme, level: Level, batch: str = "") -> Row:
    return row(
        "accreditation", name, day, scheme=scheme, level=level, result=Result.GRANTED, batch=batch,
        document=f"{ISSUERS[level]}{day.year}-{list(Scheme).index(scheme) + 1:02}",
    )  # fmt: skip
