"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "shuyuan.governance"
    label = "governance"
    verbose_name = _("综合管理")
    icon = "scale"
