"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinanceConfig(AppConfig):
    name = "shuyuan.finance"
    label = "finance"
    verbose_name = _("经费债务")
    icon = "coin"
