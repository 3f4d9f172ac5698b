"""The people of the example: staff and pupils of every school, made by a seed.

Given names are a heavenly stem with an earthly branch or a numeral (王甲子, 李乙七), so that everybody made up can be
told at a glance; a few carry characters that fonts and input methods find hard. Those whom the facts name keep their
names and have no other particulars.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import NamedTuple

from example.city import SCHOOLS, YEAR, School
from example.shares import shares
from shuyuan.core.codes import Education, Gender, StaffPost, Stage, TeacherTitle

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
STEMS = "甲乙丙丁戊己庚辛壬癸"
ENDINGS = "子丑寅卯辰巳午未申酉戌亥一二三四五六七八九"
RARE = "玥喆堃燊昇祎"
ONE_IN_RARE = 180

PUPILS_PER_TEACHER = {
    Stage.KINDERGARTEN: 8.8,
    Stage.PRIMARY: 8.45,
    Stage.JUNIOR: 6.7,
    Stage.SENIOR: 7.9,
    Stage.VOCATIONAL: 8.8,
    Stage.SPECIAL: 3.0,
}
GRADES = {
    Stage.KINDERGARTEN: 3,
    Stage.PRIMARY: 6,
    Stage.JUNIOR: 3,
    Stage.SENIOR: 3,
    Stage.VOCATIONAL: 3,
    Stage.SPECIAL: 6,
}
ENTRY_AGE = {
    Stage.KINDERGARTEN: 3,
    Stage.PRIMARY: 6,
    Stage.JUNIOR: 12,
    Stage.SENIOR: 15,
    Stage.VOCATIONAL: 15,
    Stage.SPECIAL: 6,
}
NAMED = {  # school → members of staff whom the facts name
    "常胜小学": ("潘莹",),
    "水北小学": ("尹小燕",),
    "市一中": ("邵卫华",),
    "省华中": ("王更飞",),
    "华罗庚实验学校": ("张五芳",),
    "市二中": ("徐乐益",),
    "朝阳小学": ("姚彩华",),
}
EDUCATIONS = {
    Education.DOCTOR: 1,
    Education.MASTER: 6,
    Education.BACHELOR: 66,
    Education.COLLEGE: 22,
    Education.TECHNICAL: 5,
}
HEAD, DEPUTY, RESERVE = "head", "deputy", "reserve"


class Member(NamedTuple):
    """Somebody as other ledgers name them: the school's name, the person's, and the number that tells two apart."""

    organisation: str
    name: str
    number: str


@dataclass(frozen=True)
class Employee:
    member: Member
    school: School
    post: StaffPost
    cadre: str
    gender: Gender
    born: date | None
    education: str
    rank: str
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Student:
    member: Member
    school: School
    stage: Stage
    form: str
    gender: Gender
    born: date
    migrant: bool
    since: date
    until: date | None = None


def _name(random: Random) -> str:
    stem = random.choice(STEMS)
    ending = random.choice(RARE if random.randrange(ONE_IN_RARE) == 0 else ENDINGS)
    return random.choice(SURNAMES) + stem + ending


def _day(random: Random, first: date, days: int) -> date:
    return first + timedelta(days=random.randrange(days))


@cache
def staff() -> tuple[Employee, ...]:
    """Everybody who worked at a school at some time of this year or the last."""
    return tuple(employee for school in SCHOOLS for employee in _staff_of(school))


def _staff_of(school: School) -> Iterator[Employee]:
    random = Random(f"staff {school.code}")
    named = [name for key, names in NAMED.items() if key in (school.name, *school.aliases) for name in names]
    teachers = round(sum(pupils / PUPILS_PER_TEACHER[stage] for stage, pupils in school.pupils.items()))
    others = {StaffPost.ASSISTANT: teachers // 30, StaffPost.WORKER: max(1, teachers // 24)}
    deputies = 1 + sum(school.pupils.values()) // 600
    cadres = [HEAD, *[DEPUTY] * deputies]
    posts = [StaffPost.ADMINISTRATOR] * len(cadres) + [StaffPost.TEACHER] * teachers
    posts += [post for post, count in others.items() for _ in range(count)]
    cadres += [RESERVE] * (1 + deputies // 2)
    left = [StaffPost.TEACHER] * max(1, teachers // 45)
    for place, post in enumerate(posts + left):
        cadre = cadres[place] if place < len(cadres) else ""
        name = named.pop() if named and post == StaffPost.TEACHER and not cadre else ""
        number = f"T{school.number}{place + 1:04}"
        yield _employee(random, school, post, cadre, name, number, left=place >= len(posts))


def _employee(
    random: Random, school: School, post: StaffPost, cadre: str, name: str, number: str, *, left: bool
) -> Employee:
    born = _day(random, date(1954, 1, 1), 365 * 35)
    new = not (cadre or name or left) and born.year > 1980 and random.randrange(8) == 0
    since = date(YEAR, 8, 20) if new else _first_of_september(random, born, school)
    until = _day(random, date(YEAR, 2, 1), 180) if left else None
    made_up = Member(school.name, _name(random), number)
    education = random.choices(list(EDUCATIONS), list(EDUCATIONS.values()))[0]
    rank = _rank(random, YEAR - born.year) if post in {StaffPost.TEACHER, StaffPost.ADMINISTRATOR} else ""
    gender = random.choice([Gender.MALE, Gender.FEMALE, Gender.FEMALE])
    if name:
        member = Member(school.name, name, number)
        return Employee(member, school, post, cadre, Gender.UNSTATED, None, "", "", since)
    return Employee(made_up, school, post, cadre, gender, born, education, rank, since, until)


def _first_of_september(random: Random, born: date, school: School) -> date:
    earliest = max(born.year + 22, school.since.year)
    return date(random.randint(min(earliest, YEAR - 1), YEAR - 1), 9, 1)


def _rank(random: Random, age: int) -> str:
    if age < 28:
        return random.choice([TeacherTitle.THIRD, TeacherTitle.SECOND])
    if age < 38:
        return random.choice([TeacherTitle.SECOND, TeacherTitle.FIRST, TeacherTitle.FIRST])
    return random.choice([TeacherTitle.FIRST, TeacherTitle.FIRST, TeacherTitle.SENIOR, TeacherTitle.SENIOR])


@cache
def pupils() -> tuple[Student, ...]:
    """The pupils of every school at the year's end, and those who left in its summer."""
    return tuple(
        student
        for school in SCHOOLS
        for stage, total in school.pupils.items()
        for student in _pupils_of(school, stage, total)
    )


def _pupils_of(school: School, stage: Stage, total: int) -> Iterator[Student]:
    random = Random(f"pupils {school.code} {stage}")
    grades = GRADES[stage]
    sizes = shares(total, [1 + 0.02 * grade for grade in range(grades)])
    years = range(YEAR - grades + 1, YEAR + 1)
    cohorts = [(YEAR - grades, sizes[0]), *zip(years, sizes, strict=True)]  # the first has left by now
    share = 6 if school.rural else 4
    for year, size in cohorts:
        forms = -(-size // (30 if stage in {Stage.KINDERGARTEN, Stage.SPECIAL} else 45))
        for place in range(size):
            born = _day(random, date(year - ENTRY_AGE[stage] - 1, 9, 1), 365)
            yield Student(
                Member(school.name, _name(random), f"P{year}{school.number}{stage[0]}{place + 1:03}"),
                school,
                stage,
                f"{year}级{place % forms + 1}班",
                random.choice([Gender.MALE, Gender.FEMALE]),
                born,
                random.randrange(share * 2) == 0,
                date(year, 9, 1),
                date(YEAR, 6, 30) if year == YEAR - grades else None,
            )


@cache
def _staff_by_school() -> dict[str, list[Employee]]:
    found: dict[str, list[Employee]] = defaultdict(list)
    for employee in staff():
        found[employee.school.name].append(employee)
    return found


def staff_at(school: School, on: date = date(YEAR, 12, 31)) -> list[Employee]:
    """Who worked at the school on that day."""
    here = _staff_by_school()[school.name]
    return [one for one in here if one.since <= on and (one.until is None or one.until > on)]


def teachers_at(school: School, on: date = date(YEAR, 12, 31)) -> list[Employee]:
    return [employee for employee in staff_at(school, on) if employee.post == StaffPost.TEACHER]


@cache
def _pupils_by_school() -> dict[tuple[str, Stage], list[Student]]:
    found: dict[tuple[str, Stage], list[Student]] = defaultdict(list)
    for student in pupils():
        found[student.school.name, student.stage].append(student)
    return found


def pupils_at(school: School, stage: Stage, entry: int = 0) -> list[Student]:
    """The pupils of a school section; with `entry` those who entered in that year only, whether still there or not."""
    found = _pupils_by_school()[school.name, stage]
    return [one for one in found if one.since.year == entry] if entry else [one for one in found if not one.until]


def named(name: str) -> Member:
    """Somebody whom the facts name."""
    return next(employee.member for employee in staff() if employee.member.name == name)
