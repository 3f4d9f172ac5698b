"""Contests 竞赛: one line per result that a person or a team brought home."""

from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, AwardGrade, Function, Level, Medal, code_list
from shuyuan.core.models import Person
from shuyuan.figures.kinds import Count, Streak
from shuyuan.ledger.checks import Check
from shuyuan.ledger.fields import QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record

PODIUM = {1: _("冠军"), 2: _("亚军"), 3: _("季军")}


class Contest(Record):
    @code_list("成绩认定", "1", OWN + ":运动员技术等级标准与赛会纪录")
    class Distinction(models.TextChoices):
        RECORD = "record", _("打破赛会纪录")
        SECOND_CLASS = "second_class", _("达国家二级运动员标准")

    contest = models.CharField(_("竞赛名称"), max_length=80)
    event = models.CharField(_("竞赛项目"), max_length=60, blank=True)
    level = models.CharField(_("级别"), max_length=2, choices=Level)
    edition = QuantityField(_("届次"), unit="届", null=True, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("姓名"), related_name="+", null=True, blank=True)
    team = models.CharField(_("参赛队伍"), max_length=60, blank=True)
    grade = models.CharField(_("奖励等级"), max_length=1, choices=AwardGrade, blank=True)
    medal = models.CharField(_("奖牌"), max_length=6, choices=Medal, blank=True)
    place = QuantityField(_("名次"), unit="名", null=True, blank=True)
    distinction = models.CharField(_("成绩认定"), max_length=12, choices=Distinction, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("竞赛")

    def result(self) -> str:
        """What was won, in words: 一等奖, 金牌, 亚军, 第8名, 打破赛会纪录."""
        said = self.get_grade_display() or self.get_medal_display() or self.get_distinction_display()
        if said or self.place is None:
            return str(said)
        return str(PODIUM.get(self.place) or _t("第%(place)s名") % {"place": self.place})


@register(Contest)
class Contests(Ledger[Contest]):
    slug, title, function = "contest", _("竞赛"), Function.BASIC
    columns = ("contest", "event", "level", "edition", "person", "team", "grade", "medal", "place", "distinction")
    aliases = {"contest": ("赛事", "比赛名称"), "team": ("代表队",), "date": ("比赛日期", "获奖日期")}
    checks = (
        Check(
            "not (missing(grade) and missing(medal) and missing(place) and missing(distinction))",
            _("等级、奖牌、名次、成绩认定至少填一项。"),
            field="grade",
        ),
        Check(
            "not (missing(person) and missing(team))", _("没有写获奖的人或队伍，请核实。"), hard=False, field="person"
        ),
        Check("place > 0", _("名次从 1 起。"), field="place"),
    )

    def subject_of(self, record: Contest) -> str:
        return f"{record.contest}{record.event}{record.result()}"


def skills(name: str, title: str) -> Count:
    rule = f'contest == "江苏省职业学校技能大赛" and medal == "{name}"'
    return Count(f"contest.skills_{name}", title, "contest", unit="枚", where=rule)


figures = [
    Streak("contest.gymnastics_gold", "全国幼儿体操大赛连续金奖", "contest", unit="年",
           where='contest == "全国幼儿体操大赛" and medal == "gold"'),
    skills("gold", "省职业学校技能大赛金牌"),
    skills("silver", "省职业学校技能大赛银牌"),
    skills("bronze", "省职业学校技能大赛铜牌"),
    Count("contest.national", "国家级竞赛获奖", "contest", unit="项", where='level in ["10", "21"]'),
    Count("contest.provincial", "省级竞赛获奖", "contest", unit="项", where='level in ["23", "31"]'),
]  # fmt: skip
