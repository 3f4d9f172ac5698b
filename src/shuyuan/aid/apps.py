"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AidConfig(AppConfig):
    name = "shuyuan.aid"
    label = "aid"
    verbose_name = _("学生资助")
    icon = "heart-handshake"
