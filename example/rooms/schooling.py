"""Enrolment of every school in both years, from the very pupils who entered; brands and research of the schools."""

from __future__ import annotations

from datetime import date

from example import people
from example.city import SCHOOLS, YEAR, School
from example.rows import Row, Rows, row

BRANDS = (
    ("金城镇中心小学", "书香课程建设", "reading", 2008),
    ("华罗庚实验学校", "立体式大语文阅读", "reading", 2009),
    ("华城实验小学", "儿童阶梯式阅读", "reading", 2009),
    ("河头小学", "亲近母语阅读推广", "reading", 2010),
    ("殷雪梅小学", "体艺2+1大课间", "sports", 2011),
    ("白塔小学", "刻纸", "arts", 2007),
    ("河滨小学", "书法", "arts", 2012),
)
MORAL_RESEARCH = "新市民子女家庭教育的现状及对策研究"
RESEARCHING = (
    "市二中", "市三中", "市五中", "薛埠中学", "水北中学", "指前实验学校",
    "常胜小学", "朝阳小学", "河滨小学", "殷雪梅小学", "金城镇中心小学", "西岗小学",
)  # fmt: skip
OTHER_RESEARCH = (
    ("朝阳小学", "小学数学主题拓展教学的实践研究", "teaching", 2010),
    ("金城镇中心小学", "小学语文主题学习的实践研究", "teaching", 2011),
    ("省华中", "普通高中学科课程基地建设研究", "teaching", 2011),
    ("省金坛中专", "中职校企合作课程开发研究", "teaching", 2012),
)
COURSES = (
    ("朝阳小学", "数学主题拓展", "teaching", 2010),
    ("白塔中学", "乡土刻纸", "arts", 2009),
    ("儒林中心小学", "水乡科技小制作", "science", 2011),
    ("市一中", "校园篮球", "sports", 2008),
)


def rows() -> Rows:
    for year in (YEAR - 1, YEAR):
        for number, school in enumerate(SCHOOLS):
            yield _enrolment(school, number, year)
    for school_name, title, area, since in BRANDS:
        yield _programme(school_name, title, "brand", area, since, level="43")
    for school_name in RESEARCHING:
        yield row(
            "programme", school_name, date(YEAR, 4, 10), title=MORAL_RESEARCH, kind="research", area="moral", level="33"
        )
    for school_name, title, area, since in OTHER_RESEARCH:
        yield _programme(school_name, title, "research", area, since, level="23")
    for school_name, title, area, since in COURSES:
        yield _programme(school_name, title, "course", area, since, level="60")


def _programme(school: str, title: str, kind: str, area: str, since: int, *, level: str) -> Row:
    return row("programme", school, date(since, 9, 1), title=title, kind=kind, area=area, level=level)


def _enrolment(school: School, number: int, year: int) -> Row:
    entered = [pupil for stage in school.pupils for pupil in people.pupils_at(school, stage, year)]
    migrants = sum(pupil.migrant for pupil in entered)
    refused = number % 4 * 3 if school.public else 20  # applicants who went elsewhere in the end
    turned_away = 0 if school.public else 6  # private schools need not take every migrant child
    dropouts = 1 if number % 13 == year % 13 else 0
    return row(
        "enrolment", school.name, date(year, 9, 10), applicants=len(entered) + refused + turned_away,
        admitted=len(entered), migrant_applicants=migrants + turned_away, migrant_admitted=migrants,
        dropouts=dropouts, poverty_dropouts=0,
    )  # fmt: skip
