"""Honours and contests: those of the facts, and others of the kind that a county gives every year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from example import city, people
from example.city import SCHOOLS, YEAR
from example.people import Member
from example.rows import Row, Rows, row
from shuyuan.core.codes import Stage

COUNTY_GOVERNMENT, COUNTY_BUREAU = "金坛市委、市政府", city.BUREAU
MUNICIPAL_BUREAU, MUNICIPAL_UNION = "常州市教育局", "常州市总工会"
EDUCATION_UNION = "常州市教育工会"
DAY = date(YEAR, 9, 8)
OUTSTANDING = {2011: 34, 2012: 38}  # 优秀教育工作者, one a school as far as they go
PROVINCIAL = {2011: 1, 2012: 2}


def rows() -> Rows:
    yield from _honours_of_persons()
    yield from _honours_of_schools()
    for year in OUTSTANDING:
        yield from _every_year(year)
    yield from _contests()
    yield from _sports()
    yield from _hua_cup()
    yield from _skills()


def honour(organisation: str, day: date, title: str, level: str, kind: str, by: str, **fields: Any) -> Row:
    return row("honour", organisation, day, title=title, level=level, kind=kind, awarded_by=by, **fields)


def to_person(member: Member, day: date, title: str, level: str, by: str, **fields: Any) -> Row:
    return honour(member.organisation, day, title, level, "2", by, person=member, **fields)


def _teachers(place: int) -> Iterator[Member]:
    """The teacher at that place of each school's list, school by school, the named ones left out."""
    named = {name for names in people.NAMED.values() for name in names}
    for school in SCHOOLS:
        ordinary = [one for one in people.teachers_at(school) if one.member.name not in named and not one.cadre]
        yield ordinary[place].member


def _honours_of_persons() -> Rows:
    speech = {"grade": "4", "edition": 2}
    for name in ("潘莹", "尹小燕"):
        member = people.named(name)
        yield to_person(member, date(YEAR, 6, 12), "青年教师师德演讲比赛", "33", MUNICIPAL_BUREAU, **speech)
    ten = [people.named("邵卫华"), *list(_teachers(3))[6:42:4]]
    for member in ten:
        yield to_person(member, DAY, "十佳青年教师", "43", COUNTY_BUREAU, edition=5)
    yield to_person(people.named("王更飞"), date(YEAR, 4, 27), "常州市劳动模范", "33", "常州市人民政府")
    yield to_person(people.named("张五芳"), date(YEAR, 4, 27), "常州市五一劳动奖章", "33", MUNICIPAL_UNION)
    for member in [people.named("姚彩华"), *list(_teachers(5))[8:24:8]]:
        yield to_person(member, date(YEAR, 12, 11), "学生最喜爱的班主任", "33", MUNICIPAL_BUREAU, edition=1)
    for pupil in people.pupils_at(city.school("省华中"), Stage.SENIOR, YEAR - 2)[40:160:40]:
        yield to_person(pupil.member, date(YEAR, 6, 28), "高二学生提前录取", "10", "中国科技大学")


def _honours_of_schools() -> Rows:
    for school in ("水北中学", "金城镇中心小学"):
        yield honour(school, date(YEAR, 5, 4), "教代会工作先进单位", "33", "1", EDUCATION_UNION, edition=1)
    for school in ("市五中", "薛埠中学", "河滨小学"):
        yield honour(school, date(YEAR, 5, 18), "校务公开先进单位", "33", "1", EDUCATION_UNION)
    works = {
        "市二中": ("徐乐益劳模团队创新工作室", "2"),
        "教育工会": ("实施科学维权,构建和谐校园", "3"),
        "建昌中学": ("回眸教育人生,分享教育理想", "3"),
    }
    for organisation, (work, grade) in works.items():
        yield honour(
            organisation, date(YEAR, 11, 9), "工会工作创新成果", "33", "1", EDUCATION_UNION,
            work=work, grade=grade, edition=2,
        )  # fmt: skip
    yield honour(
        "教育工会", date(YEAR, 10, 16), "收录全国工会系统优秀论文集", "10", "1", "全国工会系统优秀论文集编委会",
        work="践行师德创先争优,办人民满意教育",
    )  # fmt: skip


def _every_year(year: int) -> Rows:
    """What a county gives every autumn; those who had it last year stand aside."""
    day = date(year, 9, 8)
    for member in list(_teachers(10 + year - YEAR))[: OUTSTANDING[year]]:
        yield to_person(member, day, f"{year}年优秀教育工作者", "43", COUNTY_BUREAU)
    for member in list(_teachers(8 + year - YEAR))[1 : 1 + PROVINCIAL[year]]:
        yield to_person(member, day, "江苏省师德先进个人", "23", "江苏省教育厅")
    for member in list(_teachers(6))[:4] if year < YEAR else ():
        yield to_person(member, date(year, 4, 28), "常州市优秀班主任", "33", MUNICIPAL_BUREAU)


def contest(organisation: str, day: date, name: str, level: str, **fields: Any) -> Row:
    return row("contest", organisation, day, contest=name, level=level, **fields)


def _contests() -> Rows:
    gymnasts = {"team": "华城实验幼儿园体操队", "medal": "gold"}
    for year in range(2003, YEAR + 1):
        yield contest("金坛市华城实验幼儿园", date(year, 7, 26), "全国幼儿体操大赛", "10", **gymnasts)
    yield contest(
        "金坛市薛埠中心幼儿园", date(YEAR, 10, 2), "体育舞蹈公开赛", "23", event="团体舞", grade="2",
        team="薛埠中心幼儿园拉丁舞队",
    )  # fmt: skip
    for place, pupil in enumerate(people.pupils_at(city.school("省华中"), Stage.SENIOR, YEAR - 2)[3:33:15], start=1):
        yield contest(
            pupil.member.organisation, date(YEAR, 10, 14), "全国奥林匹克数学竞赛", "10", grade="2",
            event=f"常州市第{'一二'[place - 1]}名", person=pupil.member,
        )  # fmt: skip
    yield contest(
        "市一中", date(YEAR, 8, 6), "江苏省第十九届中学生篮球锦标赛", "23", edition=19, place=2, team="市一中篮球队"
    )
    yield contest(
        "华城实验小学", date(YEAR, 11, 24), "金钥匙校园之间智力大挑战", "23", event="总决赛", grade="2",
        team="华城实验小学代表队",
    )  # fmt: skip
    yield contest(
        "华城实验小学", date(YEAR - 1, 11, 26), "金钥匙校园之间智力大挑战", "23", event="总决赛", grade="3",
        team="华城实验小学代表队",
    )  # fmt: skip


def _sports() -> Rows:
    """The county's athletics meeting: records broken, and pupils who reached the standard of the second class."""
    name, day = "全市中小学生田径运动会", date(YEAR, 10, 19)
    junior = people.pupils_at(city.school("市二中"), Stage.JUNIOR)
    senior = people.pupils_at(city.school("市一中"), Stage.SENIOR)
    for pupil, event in zip(junior[7:100:40], ("男子100米", "女子跳高", "女子800米"), strict=True):
        yield contest("市二中", day, name, "43", event=event, person=pupil.member, distinction="record")
    for number, pupil in enumerate(senior[5:245:40]):
        event = ("男子200米", "男子跳远", "女子1500米", "男子铅球", "女子400米", "男子1500米")[number]
        yield contest("市一中", day, name, "43", event=event, person=pupil.member, distinction="second_class")


def _hua_cup() -> Rows:
    name, day = "华杯赛精英赛", date(YEAR, 7, 20)
    school = city.school("华罗庚实验学校")
    pupils = people.pupils_at(school, Stage.JUNIOR, YEAR - 2)[4:84:20]
    for pupil, medal in zip(pupils, ("gold", "silver", "silver", "silver"), strict=True):
        yield contest(school.name, day, name, "10", edition=4, event="个人赛", person=pupil.member, medal=medal)
    yield contest(school.name, day, name, "10", edition=4, event="团体总分", place=8, team="金坛市代表队")


def _skills() -> Rows:
    school = city.school("省金坛中专")
    medals = {2011: {"gold": 1, "silver": 3, "bronze": 2}, 2012: {"gold": 2, "silver": 4, "bronze": 3}}
    events = ("数控车工", "电子产品装配与调试", "服装设计", "会计技能", "机电一体化设备组装与调试", "中餐热菜",
              "计算机网络搭建", "汽车维修", "焊接技术")  # fmt: skip
    for year, won in medals.items():
        pupils = iter(people.pupils_at(school, Stage.VOCATIONAL, year - 2 if year == YEAR else year - 1)[2:1000:37])
        colours = [medal for medal, count in won.items() for _ in range(count)]
        for event, medal in zip(events, colours, strict=False):
            yield contest(
                school.name, date(year, 3, 18), "江苏省职业学校技能大赛", "23", event=event, medal=medal,
                person=next(pupils).member,
            )  # fmt: skip
