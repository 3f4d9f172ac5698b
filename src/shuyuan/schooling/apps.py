"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SchoolingConfig(AppConfig):
    name = "shuyuan.schooling"
    label = "schooling"
    verbose_name = _("学籍与教学")
    icon = "school"
