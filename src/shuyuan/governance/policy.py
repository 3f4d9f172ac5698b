"""Policies 制度文件: one line per document that the bureau or the government above it has issued."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, Level, code_list
from shuyuan.figures.kinds import Count
from shuyuan.ledger.checks import FilingCheck
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import StandingRecord


class Policy(StandingRecord):
    @code_list("文件领域", "1", OWN + ":公文处理规范没有教育业务的领域分类")
    class Area(models.TextChoices):
        DEVELOPMENT = "development", _("教育发展")
        CONDUCT = "conduct", _("作风师德")
        PERSONNEL = "personnel", _("人事管理")
        ASSETS = "assets", _("资产与经费")
        TEACHING = "teaching", _("教学质量")
        FAMILY = "family", _("家校联系")
        PRESCHOOL = "preschool", _("学前教育")
        TRAINING = "training", _("师干训")
        SAFETY = "safety", _("安全稳定")

    @code_list("制度形式", "1", OWN)
    class Form(models.TextChoices):
        RULES = "rules", _("办法、规定")
        OPINION = "opinion", _("意见")
        NOTICE = "notice", _("通知、通告")
        PLAN = "plan", _("方案、计划")
        STANDARD = "standard", _("要求、职责")

    title = models.CharField(_("文件名称"), max_length=120)
    document = models.CharField(_("文号"), max_length=40, blank=True)
    issuer = models.CharField(_("发文机关"), max_length=60)
    level = models.CharField(_("级别"), max_length=2, choices=Level)
    area = models.CharField(_("领域"), max_length=12, choices=Area)
    form = models.CharField(_("形式"), max_length=8, choices=Form)

    class Meta(StandingRecord.Meta):
        verbose_name = _("制度文件")


@register(Policy)
class Policies(Ledger[Policy]):
    slug, title, function = "policy", _("制度文件"), Function.OFFICE
    columns = ("title", "document", "issuer", "level", "area", "form")
    subject = "title"
    aliases = {"title": ("标题", "名称"), "date": ("成文日期",), "until": ("废止日期",)}
    checks = (FilingCheck("count() == 1", _("同一文号只登记一次。"), by=("document",), field="document"),)


figures = [
    Count("policy.issued", "出台制度文件", "policy", unit="件"),
    Count("policy.government", "市政府出台的教育文件", "policy", unit="件", where='level == "43"'),
    Count("policy.in_force", "现行有效的制度文件", "policy", unit="件", stock=True),
]
