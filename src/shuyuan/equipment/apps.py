"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EquipmentConfig(AppConfig):
    name = "shuyuan.equipment"
    label = "equipment"
    verbose_name = _("资产装备")
    icon = "device-desktop"
