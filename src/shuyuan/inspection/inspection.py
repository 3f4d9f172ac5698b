"""Inspections 督导: one line per visit to one school (or to the county), concluded when the verdict is given.

The flow is that of 教育督导条例 articles 16—23; here stand the visit and its verdict.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, Level, code_list
from shuyuan.figures.kinds import Count, Distinct
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.fields import QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Inspection(Record):
    @code_list("督导类别", "1", OWN + ":教育督导条例第十二、十四条，综合督导、专项督导、经常性督导")
    class Kind(models.TextChoices):
        COMPREHENSIVE = "comprehensive", _("综合督导评估")
        SPECIAL = "special", _("专项督导")
        REGULAR = "regular", _("经常性督导")
        SURVEY = "survey", _("监控调研")

    @code_list("督导等第", "1", OWN)
    class Grade(models.TextChoices):
        EXCELLENT = "excellent", _("优秀")
        GOOD = "good", _("良好")
        PASSED = "passed", _("合格")
        FAILED = "failed", _("不合格")

    name = models.CharField(_("督导名称"), max_length=60)
    kind = models.CharField(_("督导类别"), max_length=13, choices=Kind)
    level = models.CharField(_("组织级别"), max_length=2, choices=Level)
    inspectors = QuantityField(_("督学人数"), unit="人")
    concluded_on = models.DateField(_("结论日期"), null=True, blank=True)
    grade = models.CharField(_("等第"), max_length=9, choices=Grade, blank=True)
    document = models.CharField(_("督导意见书文号"), max_length=40, blank=True)
    rectify_by = models.DateField(_("整改期限"), null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("督导")


@register(Inspection)
class Inspections(Ledger[Inspection]):
    slug, title, function = "inspection", _("教育督导"), Function.INSPECTION
    columns = ("name", "kind", "level", "inspectors", "concluded_on", "grade", "document", "rectify_by")
    subject = "name"
    aliases = {"date": ("进校日期", "督导日期"), "concluded_on": ("评估完成日期",)}
    checks = (
        Check("concluded_on >= date", _("结论日期早于督导日期。"), field="concluded_on"),
        Check("rectify_by > concluded_on", _("整改期限须晚于结论日期。"), field="rectify_by"),
        Check("grade missing or concluded_on not missing", _("有等第的须填结论日期。"), field="concluded_on"),
        Check(
            "inspectors >= 3", _("督导小组由三名以上督学组成（教育督导条例第十六条）。"), hard=False, field="inspectors"
        ),
        FilingCheck(
            'count(kind == "comprehensive" and level not in ["53", "60"]) <= 1',
            _("县级以上综合督导每校每年至多一次（教师厅〔2025〕2号）。"),
            hard=False,
            field="kind",
        ),
    )


COUNTY = 'kind == "comprehensive" and level == "43"'
DONE = "concluded_on"


def schools(name: str, title: str, where: str, when: str = "") -> Distinct:
    return Distinct(f"inspection.{name}", title, "inspection", "organisation", unit="所", where=where, when=when)


figures = [
    schools("kindergartens", "完成综合督导评估的幼儿园", f'{COUNTY} and organisation.school_type == "111"', DONE),
    schools("schools", "完成综合督导评估的中小学", f'{COUNTY} and organisation.school_type != "111"', DONE),
    schools("visited", "接受督导的学校", 'organisation.kind == "school"'),
    Count("inspection.visits", "督导次数", "inspection", unit="次"),
    Count("inspection.rectifying", "限期整改的督导", "inspection", unit="次", when="rectify_by"),
]
