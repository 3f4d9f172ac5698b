"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "shuyuan.site"
    label = "site"
    verbose_name = _("站点")
