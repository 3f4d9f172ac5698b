"""Works 工程: one line per construction project, from its approval until it is handed over."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.buildings.stages import WorkStage
from shuyuan.core.codes import OWN, Function, FundSource, code_list
from shuyuan.figures.kinds import Count, Distinct, Sum
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.fields import AreaField, MoneyField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import StandingRecord


class Project(StandingRecord):
    @code_list("工程类别", "1", OWN)
    class Programme(models.TextChoices):
        SAFETY = "safety", _("校舍安全工程")
        SURFACING = "surfacing", _("运动场地塑胶化改造")
        BUILDING = "building", _("校舍建设")
        REPAIR = "repair", _("校舍维修")

    name = models.CharField(_("工程名称"), max_length=60)
    programme = models.CharField(_("工程类别"), max_length=10, choices=Programme)
    area = AreaField(_("建筑或场地面积"))
    planned = MoneyField(_("计划总投资"))
    source = models.CharField(_("主要资金来源"), max_length=10, choices=FundSource)
    stage = models.CharField(_("阶段"), max_length=2, choices=WorkStage)
    floor = models.PositiveSmallIntegerField(_("施工层次"), null=True, blank=True)
    completed_on = models.DateField(_("竣工日期"), null=True, blank=True)
    spent = MoneyField(_("完成投资"), null=True, blank=True)

    class Meta(StandingRecord.Meta):
        verbose_name = _("工程")


@register(Project)
class Projects(Ledger[Project]):
    slug, title, function = "project", _("工程项目"), Function.BUILDINGS
    columns = ("name", "programme", "area", "planned", "source", "stage", "floor", "completed_on", "spent")
    subject = "name"
    aliases = {"date": ("立项日期",), "until": ("交付日期",)}
    checks = (
        Check("completed_on >= date", _("竣工日期早于立项日期。"), field="completed_on"),
        Check('floor missing or stage == "34"', _("只有主体施工阶段才填施工层次。"), field="floor"),
        Check(
            'completed_on missing or stage in ["52", "54", "56", "58", "60"]',
            _("已竣工的工程，阶段应为竣工验收及以后。"),
            field="stage",
        ),
        Check("spent <= planned * 1.1", _("完成投资超过计划总投资一成，请说明。"), hard=False, field="spent"),
        Check("planned > 0", _("计划总投资须大于零。"), field="planned"),
        Check(
            "together(completed_on, spent)", _("竣工日期与完成投资要么都填，要么都不填。"), hard=False, field="spent"
        ),
        FilingCheck("count() == 1", _("同一工程只登记一行。"), by=("name",), field="name"),
    )


SAFETY = 'programme == "safety"'
SURFACING = 'programme == "surfacing"'


def safety(name: str, title: str, field: str, unit: str, shown_in: str = "") -> Sum:
    return Sum(f"project.{name}", title, "project", field, unit=unit, shown_in=shown_in, where=SAFETY, stock=True)


def completed(name: str, title: str, field: str, unit: str, where: str = "") -> Sum:
    return Sum(f"project.{name}", title, "project", field, unit=unit, decimals=2, where=where, when="completed_on")


def schools(name: str, title: str, where: str = "") -> Distinct:
    return Distinct(f"project.{name}", title, "project", "organisation", unit="所", where=where, when="completed_on")


figures = [
    Count("project.safety", "校舍安全工程项目", "project", unit="个", where=SAFETY, stock=True),
    safety("safety_area", "校舍安全工程建筑面积", "area", "平方米"),
    safety("safety_planned", "校舍安全工程计划总投资", "planned", "万元", "亿元"),
    schools("surfaced_schools", "竣工的运动场地塑胶化改造学校", SURFACING),
    completed("surfacing_spent", "运动场地塑胶化改造投资", "spent", "万元", SURFACING),
    Count("project.under_way", "在建工程", "project", unit="个", stock=True),
    schools("completed_schools", "有工程竣工的学校"),
    Count("project.completed", "竣工工程", "project", unit="个", when="completed_on"),
    completed("completed_area", "竣工工程建筑面积", "area", "平方米", f"not ({SURFACING})"),
    completed("completed_spent", "竣工工程完成投资", "spent", "万元"),
]
