"""Programmes 特色与课题: one line per brand, research project or course that a school carries on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, Level, code_list
from shuyuan.figures.kinds import Count, Distinct
from shuyuan.ledger.checks import FilingCheck
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import StandingRecord


class Programme(StandingRecord):
    @code_list("特色与课题类别", "1", OWN)
    class Kind(models.TextChoices):
        BRAND = "brand", _("特色品牌")
        RESEARCH = "research", _("课题")
        COURSE = "course", _("校本课程")

    @code_list("特色与课题领域", "1", OWN)
    class Area(models.TextChoices):
        MORAL = "moral", _("德育")
        READING = "reading", _("阅读")
        SPORTS = "sports", _("体育")
        ARTS = "arts", _("艺术")
        SCIENCE = "science", _("科技")
        TEACHING = "teaching", _("教学")

    title = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind)
    area = models.CharField(_("领域"), max_length=8, choices=Area)
    level = models.CharField(_("级别"), max_length=2, choices=Level)

    class Meta(StandingRecord.Meta):
        verbose_name = _("特色与课题")


@register(Programme)
class Programmes(Ledger[Programme]):
    slug, title, function = "programme", _("特色与课题"), Function.BASIC
    columns = ("title", "kind", "area", "level")
    subject = "title"
    aliases = {"title": ("项目名称", "课题名称", "品牌名称"), "until": ("结题日期",)}
    checks = (FilingCheck("count() == 1", _("同一名称只登记一次。"), by=("title", "kind"), field="title"),)


def standing(name: str, title: str, kind: str, unit: str) -> Count:
    return Count(f"programme.{name}", title, "programme", unit=unit, stock=True, where=f'kind == "{kind}"')


figures = [
    standing("brands", "学校特色品牌", "brand", "个"),
    standing("research", "在研课题", "research", "项"),
    standing("courses", "校本课程", "course", "门"),
    Distinct("programme.research_schools", "有在研课题的学校", "programme", field="organisation", unit="所",
             stock=True, where='kind == "research"'),
]  # fmt: skip
