"""Code lists: the standards' codes as stored values, each with its code system, version and source.

Only the rows that our records use; a row is added when a record needs it, after checking it against the standard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

C = TypeVar("C", bound=type[models.TextChoices])


@dataclass(frozen=True)
class CodeSystem:
    """Where the codes of a list come from."""

    system: str
    version: str
    source: str


OWN = "数源"
SYSTEMS: dict[type[models.TextChoices], CodeSystem] = {}


def code_list(system: str, version: str, source: str = "") -> Callable[[C], C]:
    """Class decorator: note the code system a list belongs to, for docs, exports and the API."""

    def note(choices: C) -> C:
        SYSTEMS[choices] = CodeSystem(system, version, source)
        return choices

    return note


@code_list("JB 级别", "JY/T 1001-2012", "教育管理信息 教育管理基础代码")
class Level(models.TextChoices):
    """Level of whoever awards, decides or organises; 地级 is the prefecture-level city, 县级 the county-level one."""

    NATIONAL = "10", _("国家级")
    MINISTRY = "21", _("教育部")
    PROVINCIAL = "23", _("省级")
    PROVINCIAL_EDUCATION = "31", _("省级教育行政部门")
    MUNICIPAL = "33", _("地市级")
    MUNICIPAL_EDUCATION = "41", _("地级教育行政部门")
    COUNTY = "43", _("县级")
    COUNTY_EDUCATION = "51", _("县级教育行政部门")
    TOWN = "53", _("乡镇级")
    SCHOOL = "60", _("学校级")


@code_list("JLDJ 奖励等级", "JY/T 1001-2012")
class AwardGrade(models.TextChoices):
    SPECIAL = "1", _("特等奖")
    FIRST = "2", _("一等奖")
    SECOND = "3", _("二等奖")
    THIRD = "4", _("三等奖")
    FOURTH = "5", _("四等奖")
    UNGRADED = "6", _("未评等级")
    OTHER = "9", _("其他")


@code_list("HJLX 获奖类型", "JY/T 1001-2012")
class AwardKind(models.TextChoices):
    COLLECTIVE = "1", _("集体")
    PERSON = "2", _("个人综合")
    PERSON_ITEM = "3", _("个人单项")


@code_list("奖牌", "1", OWN + ":奖牌与名次不在任何标准代码表中")
class Medal(models.TextChoices):
    GOLD = "gold", _("金牌")
    SILVER = "silver", _("银牌")
    BRONZE = "bronze", _("铜牌")


@code_list("BXLX 办学类型", "JY/T 1001-2012")
class SchoolType(models.TextChoices):
    KINDERGARTEN = "111", _("幼儿园")
    PRIMARY = "211", _("小学")
    PRIMARY_POINT = "218", _("小学教学点")
    JUNIOR = "311", _("初级中学")
    NINE_YEAR = "312", _("九年一贯制学校")
    COMPLETE_SECONDARY = "341", _("完全中学")
    SENIOR = "342", _("高级中学")
    TWELVE_YEAR = "345", _("十二年一贯制学校")
    VOCATIONAL = "361", _("中等职业学校")
    SPECIAL = "514", _("特殊教育学校")
    VILLAGER = "932", _("农村成人文化技术培训学校")


@code_list("SZDCXLX 城乡类型", "JY/T 1001-2012")
class UrbanRural(models.TextChoices):
    CITY = "111", _("主城区")
    CITY_FRINGE = "112", _("城乡结合区")
    TOWN = "121", _("镇中心区")
    TOWN_FRINGE = "122", _("镇乡结合区")
    TOWNSHIP = "210", _("乡中心区")
    VILLAGE = "220", _("村庄")


@code_list("举办者", "JY/T 1001-2012")
class Founder(models.TextChoices):
    COUNTY_EDUCATION = "831", _("县级教育部门")
    COUNTY_OTHER = "832", _("县级其他部门")
    COLLECTIVE = "894", _("集体")
    PRIVATE = "999", _("民办")


@code_list("性别", "GB/T 2261.1")
class Gender(models.TextChoices):
    UNKNOWN = "0", _("未知")
    MALE = "1", _("男")
    FEMALE = "2", _("女")
    UNSTATED = "9", _("未说明")


@code_list("资金来源", "1", OWN + ":经费由哪一级或哪一方承担")
class FundSource(models.TextChoices):
    CENTRAL = "central", _("中央")
    PROVINCIAL = "provincial", _("省级")
    MUNICIPAL = "municipal", _("地级")
    COUNTY = "county", _("县级财政")
    SURCHARGE = "surcharge", _("教育费附加")
    TOWN = "town", _("镇级财政")
    SCHOOL = "school", _("学校自筹")
    SOCIAL = "social", _("社会捐赠")


@code_list("教职工类别", "JY/T 1001-2012")
class StaffPost(models.TextChoices):
    TEACHER = "11", _("专任教师")
    ASSISTANT = "12", _("教辅人员")
    ADMINISTRATOR = "13", _("行政人员")
    WORKER = "14", _("工勤人员")
    SUBSTITUTE = "55", _("代课教师")
    PART_TIME = "56", _("兼任教师")


@code_list("学历", "GB/T 4658-2006")
class Education(models.TextChoices):
    DOCTOR = "11", _("博士研究生毕业")
    MASTER = "14", _("硕士研究生毕业")
    BACHELOR = "21", _("大学本科毕业")
    COLLEGE = "31", _("大学专科毕业")
    TECHNICAL = "41", _("中等专业学校毕业")
    SENIOR = "61", _("普通高中毕业")
    JUNIOR = "71", _("初中毕业")


@code_list("中小学教师职务", "1", OWN + ":2015年起统一的五级；JY/T 1001-2012 所用的是更早的职务系列")
class TeacherTitle(models.TextChoices):
    CHIEF = "chief", _("正高级教师")
    SENIOR = "senior", _("高级教师")
    FIRST = "first", _("一级教师")
    SECOND = "second", _("二级教师")
    THIRD = "third", _("三级教师")


@code_list("学段", "1", OWN)
class Stage(models.TextChoices):
    """School sections 学段部: what a school teaches, each section a row of its own."""

    KINDERGARTEN = "kindergarten", _("幼儿园")
    PRIMARY = "primary", _("小学")
    JUNIOR = "junior", _("初中")
    SENIOR = "senior", _("普通高中")
    VOCATIONAL = "vocational", _("中等职业")
    SPECIAL = "special", _("特殊教育")
    ADULT = "adult", _("成人教育")


class Function(models.TextChoices):
    """What a section of the bureau is responsible for; each bureau maps these to its own sections 科室."""

    OFFICE = "office", _("办公室")
    PERSONNEL = "personnel", _("人事")
    FINANCE = "finance", _("计财")
    BUILDINGS = "buildings", _("校建")
    EQUIPMENT = "equipment", _("装备")
    BASIC = "basic", _("基础教育")
    MORAL = "moral", _("德育")
    SPORTS_ARTS = "sports_arts", _("体卫艺")
    ADULT = "adult", _("职社教育")
    AID = "aid", _("资助")
    INSPECTION = "inspection", _("督导")
    EXAMS = "exams", _("考试")
    TRAINING = "training", _("师训")
    UNION = "union", _("工会")
