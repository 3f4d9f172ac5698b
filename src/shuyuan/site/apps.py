"""The room's place in the house: it knows every room, and composes the home page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "shuyuan.site"
    label = "site"
    verbose_name = _("站点")

    def ready(self) -> None:
        from shuyuan.site.home import headlines
        from shuyuan.web import slots

        slots.home_cards.insert(0, headlines)
