"""Exam sites 考点: the schools where public examinations are sat, as long as they are sites."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, code_list
from shuyuan.figures.kinds import Count
from shuyuan.ledger.checks import FilingCheck
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import StandingRecord


class ExamSite(StandingRecord):
    @code_list("考点类别", "1", OWN + ":国家教育考试标准化考点见教学〔2011〕1号")
    class Standard(models.TextChoices):
        NATIONAL = "national", _("标准化考点")
        ORDINARY = "ordinary", _("普通考点")

    name = models.CharField(_("考点名称"), max_length=40)
    number = models.CharField(_("考点代码"), max_length=4)
    standard = models.CharField(_("考点类别"), max_length=8, choices=Standard)
    strongroom = models.BooleanField(_("保密室"), default=False)

    class Meta(StandingRecord.Meta):
        verbose_name = _("考点")


@register(ExamSite)
class ExamSites(Ledger[ExamSite]):
    slug, title, function = "exam_site", _("考点"), Function.EXAMS
    columns = ("name", "number", "standard", "strongroom")
    subject = "name"
    aliases = {"date": ("启用日期", "验收日期"), "until": ("停用日期",)}
    checks = (FilingCheck("count() == 1", _("同一考点代码只登记一次。"), by=("number",), field="number"),)


figures = [
    Count("exam_site.standard", "标准化考点", "exam_site", unit="个", where='standard == "national"', stock=True),
    Count("exam_site.sites", "考点", "exam_site", unit="个", stock=True),
]
