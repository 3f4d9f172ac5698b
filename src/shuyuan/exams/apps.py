"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExamsConfig(AppConfig):
    name = "shuyuan.exams"
    label = "exams"
    verbose_name = _("考务")
    icon = "writing"
