"""The organisations of the example: the bureau of 金坛市, its sections, the towns and their schools.

Whatever the facts name stands here under its full name, with the short name that people use as an alias. Everything
else, identification codes and sizes included, is made up but well-formed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shuyuan.core.codes import Founder, Function, SchoolType, Stage, UrbanRural

YEAR = 2012
BUREAU = "金坛市教育体育局"
PROVINCE = "32"
PUPILS = 42_000

SECTIONS: Mapping[str, tuple[Function, ...]] = {
    "办公室": (Function.OFFICE,),
    "人事科": (Function.PERSONNEL,),
    "计划财务科": (Function.FINANCE,),
    "校建办公室": (Function.BUILDINGS,),
    "教育技术装备中心": (Function.EQUIPMENT,),
    "基础教育科": (Function.BASIC,),
    "德育科": (Function.MORAL,),
    "体育卫生艺术科": (Function.SPORTS_ARTS,),
    "职业与社会教育科": (Function.ADULT,),
    "学生资助管理中心": (Function.AID,),
    "教育督导室": (Function.INSPECTION,),
    "教育考试中心": (Function.EXAMS,),
    "教师发展中心": (Function.TRAINING,),
    "教育工会": (Function.UNION,),
}
TOWNS = ("金城镇", "儒林镇", "直溪镇", "朱林镇", "薛埠镇", "指前镇", "尧塘镇")

CATEGORY = {  # the first two digits of an identification code 学校标识码
    SchoolType.KINDERGARTEN: "11",
    SchoolType.PRIMARY: "21",
    SchoolType.JUNIOR: "31",
    SchoolType.NINE_YEAR: "31",
    SchoolType.SENIOR: "34",
    SchoolType.VOCATIONAL: "36",
    SchoolType.SPECIAL: "51",
    SchoolType.VILLAGER: "93",
}


@dataclass(frozen=True)
class School:
    """A school with the pupils of each of its sections at the end of the year."""

    name: str
    type: SchoolType
    pupils: Mapping[Stage, int]
    town: str = ""  # "" = directly under the bureau
    urban_rural: UrbanRural = UrbanRural.CITY
    founder: Founder = Founder.COUNTY_EDUCATION
    since: date = date(1956, 9, 1)
    until: date | None = None
    aliases: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    number: int = field(default=0, compare=False)

    @property
    def code(self) -> str:
        return f"{CATEGORY[self.type]}{PROVINCE}{self.number:06}"

    @property
    def public(self) -> bool:
        return self.founder != Founder.PRIVATE

    @property
    def rural(self) -> bool:
        """Outside the city proper."""
        return self.urban_rural not in {UrbanRural.CITY, UrbanRural.CITY_FRINGE}

    @property
    def short(self) -> str:
        """What people call it: its first alias, or its name without the city's."""
        return self.aliases[0] if self.aliases else self.name.removeprefix("金坛市")


CITY, FRINGE, TOWN, RURAL = UrbanRural.CITY, UrbanRural.CITY_FRINGE, UrbanRural.TOWN, UrbanRural.TOWNSHIP


def _senior(name: str, pupils: int, since: int, *aliases: str) -> School:
    return School(name, SchoolType.SENIOR, {Stage.SENIOR: pupils}, since=date(since, 9, 1), aliases=aliases)


def _junior(name: str, pupils: int, town: str = "", where: UrbanRural = CITY, *aliases: str) -> School:
    return School(name, SchoolType.JUNIOR, {Stage.JUNIOR: pupils}, town, where, aliases=aliases)


def _nine(
    name: str, primary: int, junior: int, town: str = "", where: UrbanRural = CITY, *aliases: str,
    founder: Founder = Founder.COUNTY_EDUCATION,
) -> School:  # fmt: skip
    sizes = {Stage.PRIMARY: primary, Stage.JUNIOR: junior}
    return School(name, SchoolType.NINE_YEAR, sizes, town, where, founder, date(2004, 9, 1), aliases=aliases)


def _primary(name: str, pupils: int, town: str = "", where: UrbanRural = CITY, *aliases: str) -> School:
    return School(name, SchoolType.PRIMARY, {Stage.PRIMARY: pupils}, town, where, aliases=aliases)


def _kindergarten(
    name: str, pupils: int, town: str = "", where: UrbanRural = CITY, founder: Founder = Founder.COUNTY_EDUCATION
) -> School:
    sizes = {Stage.KINDERGARTEN: pupils}
    return School(name, SchoolType.KINDERGARTEN, sizes, town, where, founder, date(1986, 9, 1))


_SCHOOLS = (
    _senior("江苏省华罗庚中学", 2880, 1922, "省华中", "华罗庚中学"),
    _senior("金坛市第一中学", 2610, 1958, "市一中"),
    _senior("金坛市第四中学", 1440, 1970, "市四中"),
    _senior("金坛市金沙高级中学", 1370, 2001, "金沙高中"),
    School(
        "江苏省金坛中等专业学校",
        SchoolType.VOCATIONAL,
        {Stage.VOCATIONAL: 3480},
        since=date(1984, 9, 1),
        aliases=("省金坛中专",),
        former=("金坛市职业教育中心",),
    ),
    School("金坛市特殊教育学校", SchoolType.SPECIAL, {Stage.SPECIAL: 120}, since=date(1991, 9, 1)),
    _junior("金坛市第二中学", 1290, "", CITY, "市二中"),
    _junior("金坛市第三中学", 1140, "", CITY, "市三中"),
    _junior("金坛市第五中学", 930, "", CITY, "市五中"),
    _junior("金坛市白塔中学", 300, "金城镇", RURAL, "白塔中学"),
    _junior("金坛市水北中学", 330, "尧塘镇", RURAL, "水北中学"),
    _junior("金坛市尧塘中学", 420, "尧塘镇", TOWN, "尧塘中学"),
    _junior("金坛市薛埠中学", 480, "薛埠镇", TOWN, "薛埠中学"),
    _junior("金坛市茅麓中学", 240, "薛埠镇", RURAL, "茅麓中学"),
    _junior("金坛市朱林中学", 420, "朱林镇", TOWN, "朱林中学"),
    _junior("金坛市直溪中学", 450, "直溪镇", TOWN, "直溪中学"),
    _junior("金坛市建昌中学", 300, "直溪镇", RURAL, "建昌中学"),
    _junior("金坛市儒林中学", 360, "儒林镇", TOWN, "儒林中学"),
    _junior("金坛市社头中学", 240, "指前镇", RURAL, "社头中学"),
    _nine("金坛市华罗庚实验学校", 1080, 810, "", CITY, "实验学校", "华罗庚实验学校"),
    _nine("金坛市指前实验学校", 480, 300, "指前镇", TOWN, "指前实验学校"),
    _nine("金坛市岸头实验学校", 420, 240, "儒林镇", RURAL, "岸头实验学校"),
    _nine("金坛市西旸实验学校", 300, 150, "薛埠镇", RURAL, "西旸实验学校"),
    _nine("金坛市唐王实验学校", 300, 150, "朱林镇", RURAL, "唐王实验学校"),
    _nine("金坛市后阳实验学校", 300, 150, "金城镇", RURAL, "后阳实验学校"),
    _nine("金坛市新源学校", 540, 300, "", FRINGE, "新源学校", founder=Founder.PRIVATE),
    _primary("金坛市华城实验小学", 1200, "", CITY, "华城实验小学"),
    _primary("金坛市朝阳小学", 960, "", CITY, "朝阳小学"),
    _primary("金坛市河滨小学", 780, "", CITY, "河滨小学"),
    _primary("金坛市常胜小学", 720, "", FRINGE, "常胜小学"),
    _primary("金坛市殷雪梅小学", 780, "", CITY, "殷雪梅小学"),
    _primary("金坛市金城镇中心小学", 900, "金城镇", FRINGE, "金城镇中心小学"),
    _primary("金坛市白塔小学", 360, "金城镇", RURAL, "白塔小学"),
    _primary("金坛市西岗小学", 300, "金城镇", RURAL, "西岗小学"),
    _primary("金坛市尧塘中心小学", 540, "尧塘镇", TOWN, "尧塘小学", "尧塘中心小学"),
    _primary("金坛市水北小学", 420, "尧塘镇", RURAL, "水北小学"),
    _primary("金坛市薛埠中心小学", 600, "薛埠镇", TOWN, "薛埠小学", "薛埠中心小学"),
    _primary("金坛市罗村小学", 300, "薛埠镇", RURAL, "罗村小学"),
    _primary("金坛市朱林中心小学", 540, "朱林镇", TOWN, "朱林小学", "朱林中心小学"),
    _primary("金坛市直溪中心小学", 600, "直溪镇", TOWN, "直溪中心小学"),
    _primary("金坛市建昌小学", 240, "直溪镇", RURAL, "建昌小学"),
    _primary("金坛市河头小学", 360, "直溪镇", RURAL, "河头小学"),
    _primary("金坛市儒林中心小学", 480, "儒林镇", TOWN, "儒林中心小学"),
    _primary("金坛市洮西小学", 300, "指前镇", RURAL, "洮西小学"),
    _kindergarten("金坛市华城实验幼儿园", 540),
    _kindergarten("金坛市朝阳幼儿园", 480),
    _kindergarten("金坛市河滨幼儿园", 450),
    _kindergarten("金坛市春芽幼儿园", 360, "", CITY, Founder.PRIVATE),
    _kindergarten("金坛市小星星幼儿园", 330, "", FRINGE, Founder.PRIVATE),
    _kindergarten("金坛市金城镇中心幼儿园", 420, "金城镇", FRINGE),
    _kindergarten("金坛市白塔幼儿园", 240, "金城镇", RURAL, Founder.COLLECTIVE),
    _kindergarten("金坛市尧塘中心幼儿园", 390, "尧塘镇", TOWN),
    _kindergarten("金坛市水北幼儿园", 270, "尧塘镇", RURAL, Founder.COLLECTIVE),
    _kindergarten("金坛市薛埠中心幼儿园", 420, "薛埠镇", TOWN),
    _kindergarten("金坛市罗村幼儿园", 240, "薛埠镇", RURAL),
    _kindergarten("金坛市茅麓幼儿园", 210, "薛埠镇", RURAL),
    _kindergarten("金坛市西旸幼儿园", 210, "薛埠镇", RURAL, Founder.COLLECTIVE),
    _kindergarten("金坛市朱林中心幼儿园", 390, "朱林镇", TOWN),
    _kindergarten("金坛市直溪中心幼儿园", 420, "直溪镇", TOWN),
    _kindergarten("金坛市建昌幼儿园", 240, "直溪镇", RURAL),
    _kindergarten("金坛市河头幼儿园", 240, "直溪镇", RURAL),
    _kindergarten("金坛市儒林中心幼儿园", 360, "儒林镇", TOWN),
    _kindergarten("金坛市岸头幼儿园", 240, "儒林镇", RURAL),
    _kindergarten("金坛市指前中心幼儿园", 360, "指前镇", TOWN),
    _kindergarten("金坛市洮西幼儿园", 240, "指前镇", RURAL),
    _kindergarten("金坛市社头幼儿园", 250, "指前镇", RURAL),
)
_CLOSED = School(
    "金坛市九村小学", SchoolType.PRIMARY, {}, "薛埠镇", RURAL, since=date(1958, 9, 1), until=date(2010, 8, 31)
)


def _village_school(town: str, village: str) -> School:
    kind, founder = SchoolType.VILLAGER, Founder.COLLECTIVE
    where, since = UrbanRural.VILLAGE, date(YEAR, 3, 1)
    return School(f"{town}{village}村民学校", kind, {}, town, where, founder, since)


_VILLAGE_SCHOOLS = (
    _village_school("金城镇", "方边村"),
    _village_school("直溪镇", "巨村"),
    _village_school("儒林镇", "柚山村"),
    _village_school("薛埠镇", "上阮村"),
)


def _numbered(schools: tuple[School, ...], first: int) -> tuple[School, ...]:
    return tuple(School(**(vars(school) | {"number": number})) for number, school in enumerate(schools, start=first))


SCHOOLS = _numbered(_SCHOOLS, 482_001)
CLOSED = _numbered((_CLOSED,), 482_201)[0]
VILLAGE_SCHOOLS = _numbered(_VILLAGE_SCHOOLS, 482_301)
CAMPUSES = {"金坛市华城实验小学南校区": "金坛市华城实验小学"}

_KNOWN = {name: school for school in SCHOOLS for name in (school.name, *school.aliases)}


def school(name: str) -> School:
    """A school by its name or alias."""
    return _KNOWN[name]


def with_stage(stage: Stage) -> list[School]:
    """The schools that have a section of that stage."""
    return [school for school in SCHOOLS if stage in school.pupils]


def of_type(*types: SchoolType) -> list[School]:
    return [school for school in SCHOOLS if school.type in types]
