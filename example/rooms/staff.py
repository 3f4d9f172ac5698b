"""Sanctions and training of staff: whom they concern is picked from the register by a rule, not by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from example import city, people
from example.city import SCHOOLS, School
from example.rows import Rows, row
from example.shares import shares
from shuyuan.core.codes import Stage

# No school that the facts name had any of these sanctions.
ELSEWHERE = ("社头中学", "茅麓中学", "西旸实验学校", "唐王实验学校", "后阳实验学校", "西岗小学", "尧塘小学", "尧塘中学")
SANCTIONS = {  # year → sanction, office, how many, what for
    2011: (
        ("warning", "teacher", 2, "有偿家教"),
        ("pay_stopped", "teacher", 1, "长期不到岗"),
        ("resignation", "teacher", 5, "长期不在岗"),
        ("left", "teacher", 1, "擅自离岗逾期不归"),
    ),
    2012: (
        ("warning", "head", 1, "学校财务管理失责"),
        ("removal", "deputy", 1, "分管工作严重失职"),
        ("probation", "deputy", 1, "试用期考核不合格"),
        ("pay_stopped", "teacher", 2, "长期不到岗"),
        ("resignation", "teacher", 8, "长期不在岗"),
        ("left", "teacher", 2, "擅自离岗逾期不归"),
        ("dismissal", "teacher", 1, "违反聘用合同"),
    ),
}
ABOVE = {  # year → level, course, how many teachers, hours
    2011: (
        ("10", "国家级中小学教师培训计划", 48, 80),
        ("23", "江苏省农村教师提高培训", 170, 60),
        ("23", "江苏省骨干教师培训", 92, 72),
    ),
    2012: (
        ("10", "国家级中小学教师培训计划", 62, 80),
        ("23", "江苏省农村教师提高培训", 178, 60),
        ("23", "江苏省骨干教师培训", 105, 72),
    ),
}
TWICE = 17  # of those at a national or provincial course, so many attended a second one
HOMEROOM = {2011: 420, 2012: 500}
MASTERS = {2011: 1_850, 2012: 2_100}
WEEKEND = {2011: 5_640, 2012: 5_967}
TERMS = {6: "上半年", 12: "下半年"}
CADRES_LEFT_OVER = {2011: 11, 2012: 0}  # heads and reserve cadres who had not completed the year's course


def rows() -> Rows:
    for year in SANCTIONS:
        yield from _sanctions(year)
        yield from _above(year)
        yield from _by_school(year)
        yield from _cadres(year)


def _sanctions(year: int) -> Rows:
    taken: set[str] = set()
    for number, (kind, office, count, grounds) in enumerate(SANCTIONS[year], start=1):
        for place, member in enumerate(_concerned(office, taken, count)):
            day = date(year, 3, 9) + timedelta(days=30 * number + 5 * place)
            document = f"坛教体人〔{year}〕{number * 10 + place}号"
            yield row(
                "discipline", member.organisation, day, person=member, office=office, kind=kind,
                document=document, grounds=grounds,
            )  # fmt: skip


def _concerned(office: str, taken: set[str], count: int) -> Iterator[people.Member]:
    """The next so many people of that office, each at another school, whom no sanction of the year concerns yet."""
    cadre = "" if office == "teacher" else office
    for turn in range(count):
        school = city.school(ELSEWHERE[(turn + len(taken)) % len(ELSEWHERE)])
        member = next(
            one.member
            for one in people.staff_at(school)
            if one.cadre == cadre and one.since < date(2011, 1, 1) and one.member.number not in taken
        )
        taken.add(member.number)
        yield member


def _teachers(year: int) -> list[people.Employee]:
    """The teachers of all schools, dealt out in turn: one of each school, a second of each…"""
    at_schools = [people.teachers_at(school, date(year, 12, 31)) for school in SCHOOLS]
    longest = max(len(teachers) for teachers in at_schools)
    return [teachers[place] for place in range(longest) for teachers in at_schools if place < len(teachers)]


def _above(year: int) -> Rows:
    teachers = iter(_teachers(year))
    for number, (level, title, count, hours) in enumerate(ABOVE[year]):
        for place in range(count):
            member = next(teachers).member
            fields = {"person": member, "trainee": "teacher", "kind": "subject", "hours": hours}
            day = date(year, 4 + 2 * number + place % 2, 10 + place % 15)
            yield row("training", member.organisation, day, title=f"{year}年{title}", level=level, **fields)
            if number == 0 and place < TWICE:
                title_again = f"{year}年江苏省学科带头人研修"
                yield row("training", member.organisation, date(year, 11, 17), title=title_again, level="23", **fields)


def _schools_beyond_kindergarten() -> list[School]:
    return [school for school in SCHOOLS if Stage.KINDERGARTEN not in school.pupils]


def _by_school(year: int) -> Rows:
    """Courses of which schools report numbers, in proportion to their teachers."""
    schools = _schools_beyond_kindergarten()
    weights = [len(people.teachers_at(school)) for school in schools]
    for school, persons in zip(schools, shares(HOMEROOM[year], weights), strict=True):
        yield row(
            "training", school.name, date(year, 7, 9), title="省名师送培班主任培训", level="43", kind="homeroom",
            trainee="homeroom", persons=persons, attendances=persons, hours=16,
        )  # fmt: skip
    for school, attendances in zip(schools, shares(MASTERS[year], weights), strict=True):
        yield row(
            "training", school.name, date(year, 10, 27), title="名师大讲堂(菜单式培训)", level="33", kind="lecture",
            trainee="teacher", persons=-(-attendances // 2), attendances=attendances, hours=12,
        )  # fmt: skip
    for (month, term), total in zip(TERMS.items(), shares(WEEKEND[year], [48, 52]), strict=True):
        for school, attendances in zip(schools, shares(total, weights), strict=True):
            yield row(
                "training", school.name, date(year, month, 15), title=f"周末教育讲坛{term}", level="43", kind="lecture",
                trainee="teacher", persons=-(-attendances // 3), attendances=attendances, hours=18,
            )  # fmt: skip


def _cadres(year: int) -> Rows:
    end = date(year, 12, 31)
    cadres = [
        one for school in SCHOOLS for one in people.staff_at(school, end) if one.cadre in {people.HEAD, people.RESERVE}
    ]
    missed = {one.member.number for one in cadres[: CADRES_LEFT_OVER[year] * 7 : 7]}
    for one in cadres:
        head = one.cadre == people.HEAD
        yield row(
            "training", one.school.name, date(year, 8, 22 if head else 24), person=one.member,
            title=f"{year}年{'校长(园长)' if head else '后备干部'}岗位培训", level="43", kind="post",
            trainee=one.cadre, hours=40, completed=one.member.number not in missed,
        )  # fmt: skip
