"""Appraisals 考核评议: one line per result that somebody above or outside gave the bureau, the city or a school."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import AwardGrade, Function, Level
from shuyuan.figures.kinds import Count, Reported
from shuyuan.ledger.checks import Check
from shuyuan.ledger.fields import QuantityField, ScoreField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Appraisal(Record):
    title = models.CharField(_("考评项目"), max_length=80)
    assessor = models.CharField(_("考评机关"), max_length=60)
    appraised = models.CharField(_("考评对象"), max_length=60, blank=True, help_text=_("不是填报单位本身时填写"))
    level = models.CharField(_("级别"), max_length=2, choices=Level)
    score = ScoreField(_("得分"), null=True, blank=True)
    rank = QuantityField(_("名次"), unit="名", null=True, blank=True)
    grade = models.CharField(_("奖励等级"), max_length=1, choices=AwardGrade, blank=True)
    result = models.CharField(_("结果"), max_length=60, blank=True, help_text=_("等第、称号或嘉奖，照文件原文"))

    class Meta(Record.Meta):
        verbose_name = _("考核评议")


@register(Appraisal)
class Appraisals(Ledger[Appraisal]):
    slug, title, function = "appraisal", _("考核评议"), Function.OFFICE
    columns = ("title", "assessor", "appraised", "level", "score", "rank", "grade", "result")
    subject = "title"
    aliases = {"title": ("项目", "考核项目"), "result": ("等第", "称号")}
    checks = (
        Check(
            "not (missing(score) and missing(rank) and missing(grade) and missing(result))",
            _("得分、名次、等级、结果至少填一项。"),
            field="result",
        ),
        Check("rank > 0", _("名次从 1 起。"), field="rank"),
        Check("score >= 0", _("得分不能小于零。"), field="score"),
    )


CONDUCT = 'title == "政风行风集中评议"'

figures = [
    Reported(
        "appraisal.conduct_score", "政风行风集中评议平均得分", "appraisal",
        field="score", unit="分", decimals=2, where=CONDUCT,
    ),
    Reported(
        "appraisal.conduct_rank", "政风行风集中评议名次", "appraisal", field="rank", unit="名", where=CONDUCT
    ),
    Count("appraisal.received", "接受考核评议", "appraisal", unit="项"),
    Count(
        "appraisal.above_county", "地市级以上考核评议获奖", "appraisal", unit="项",
        where='level in ["10", "21", "23", "31", "33", "41"] and not (missing(grade) and missing(result))',
    ),
]  # fmt: skip
