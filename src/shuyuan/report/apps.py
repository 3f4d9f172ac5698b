"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportConfig(AppConfig):
    name = "shuyuan.report"
    label = "report"
    verbose_name = _("工作报告")
