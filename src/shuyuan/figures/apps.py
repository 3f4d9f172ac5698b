"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FiguresConfig(AppConfig):
    name = "shuyuan.figures"
    label = "figures"
    verbose_name = _("指标")
