"""Activities 活动: one line per event that the bureau or a school held, hosted or carried through."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, Level, code_list
from shuyuan.figures.kinds import Count, Sum
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.fields import QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Activity(Record):
    @code_list("活动类别", "1", OWN)
    class Kind(models.TextChoices):
        CONDUCT = "conduct", _("师德建设")
        UNION = "union", _("工会会议")
        STAFF = "staff", _("教职工文体")
        SCIENCE = "science", _("科技环保")
        SPORTS = "sports", _("体育")
        ARTS = "arts", _("艺术")
        MORAL = "moral", _("德育")
        TEACHING = "teaching", _("教学教研")
        CEREMONY = "ceremony", _("庆典")

    title = models.CharField(_("活动名称"), max_length=80)
    kind = models.CharField(_("活动类别"), max_length=8, choices=Kind)
    level = models.CharField(_("级别"), max_length=2, choices=Level)
    edition = QuantityField(_("第几届（次、个、周年）"), null=True, blank=True, help_text=_("首届填 1，只填数字"))
    attendances = QuantityField(_("参加人次"), unit="人次", null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("活动")


@register(Activity)
class Activities(Ledger[Activity]):
    slug, title, function = "activity", _("活动"), Function.OFFICE
    columns = ("title", "kind", "level", "edition", "attendances", "note")
    subject = "title"
    aliases = {"title": ("名称", "项目"), "edition": ("届次",), "date": ("举办日期", "开展日期")}
    checks = (
        Check("edition > 0", _("届次从 1 起。"), field="edition"),
        FilingCheck("count() == 1", _("同一天的同一活动只登记一次。"), by=("title", "date"), field="title"),
    )


figures = [
    Count("activity.held", "开展活动", "activity", unit="项"),
    Count("activity.above_county", "举办或承办的地市级以上活动", "activity", unit="项",
          where='level in ["10", "21", "23", "31", "33", "41"]'),
    Sum("activity.attendances", "参加活动人次", "activity", field="attendances", unit="人次"),
]  # fmt: skip
