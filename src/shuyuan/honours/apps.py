"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HonoursConfig(AppConfig):
    name = "shuyuan.honours"
    label = "honours"
    verbose_name = _("荣誉竞赛")
    icon = "trophy"
