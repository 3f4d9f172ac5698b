"""Core: organisations, places, people, posts, periods, code lists, and the history every room writes through."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "shuyuan.core"
    label = "core"
    verbose_name = _("基础信息")
    icon = "building"
