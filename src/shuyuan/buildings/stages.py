"""Stages of works 工程阶段, in the order a project passes them; the codes leave room for a bureau's own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, code_list


@code_list("工程阶段", "1", OWN + ":教育系统基本建设的程序，从立项到交付入固")
class WorkStage(models.TextChoices):
    APPROVAL = "10", _("立项")
    FEASIBILITY = "12", _("可行性研究")
    PLANNING = "14", _("规划公示")
    DESIGN = "16", _("初步设计")
    DRAWINGS = "18", _("施工图审查")
    BUDGET = "20", _("财政评审")
    TENDER = "22", _("招投标")
    CONTRACT = "24", _("签订合同")
    PERMIT = "26", _("施工许可")
    START = "30", _("开工")
    FOUNDATION = "32", _("基础施工")
    STRUCTURE = "34", _("主体施工")
    TOPPED = "36", _("主体封顶")
    MASONRY = "38", _("砌体施工")
    PLASTER = "40", _("墙体粉刷")
    OUTDOOR = "42", _("室外工程")
    PRELIMINARY = "50", _("预验收")
    ACCEPTANCE = "52", _("竣工验收")
    FILING = "54", _("竣工备案")
    AUDIT = "56", _("结算审计")
    ACCOUNTS = "58", _("财务决算")
    HANDOVER = "60", _("交付使用")
