"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScoresConfig(AppConfig):
    name = "shuyuan.scores"
    label = "scores"
    verbose_name = _("考试成绩")
    icon = "chart-bar"
