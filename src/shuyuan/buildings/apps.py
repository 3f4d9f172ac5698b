"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BuildingsConfig(AppConfig):
    name = "shuyuan.buildings"
    label = "buildings"
    verbose_name = _("校舍建设")
    icon = "crane"
