"""Targets 目标: one line per organisation, indicator and year: what was to be reached."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, code_list
from shuyuan.figures.kinds import Count, Mean
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.fields import ScoreField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Target(Record):
    @code_list("目标项目", "1", OWN)
    class Indicator(models.TextChoices):
        UNDERGRADUATE = "undergraduate", _("高考本科上线率")
        EXAM_TOTAL = "exam_total", _("中考人均总分")
        PRESCHOOL = "preschool", _("学前三年入园率")
        RETENTION = "retention", _("义务教育巩固率")
        ADULT = "adult", _("社会教育群体受教育面")

    indicator = models.CharField(_("目标项目"), max_length=16, choices=Indicator)
    value = ScoreField(_("目标值"), unit="", help_text=_("百分率只填数字，如 92.5；总分以分计"))
    document = models.CharField(_("依据文件"), max_length=80, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("目标")


@register(Target)
class Targets(Ledger[Target]):
    slug, title, function = "target", _("目标"), Function.BASIC
    columns = ("indicator", "value", "document")
    aliases = {"indicator": ("指标", "项目"), "value": ("目标",)}
    checks = (
        Check('indicator == "exam_total" or 0 < value <= 100', _("百分率在 0 和 100 之间。"), field="value"),
        FilingCheck("count() == 1", _("同一目标项目一年只有一个目标值。"), by=("indicator",), field="indicator"),
    )


figures = [
    Count("target.set", "下达的目标", "target", unit="项"),
    Mean(
        "target.undergraduate_rate", "高考本科上线率目标", "target", field="value", unit="%", decimals=1,
        where='indicator == "undergraduate"', note="各校目标的简单平均，一所学校即其本身的目标",
    ),
]  # fmt: skip
