"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "shuyuan.staff"
    label = "staff"
    verbose_name = _("人事师资")
    icon = "users"
