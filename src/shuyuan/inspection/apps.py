"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InspectionConfig(AppConfig):
    name = "shuyuan.inspection"
    label = "inspection"
    verbose_name = _("督导评估")
    icon = "clipboard-check"
