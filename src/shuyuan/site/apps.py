"""The room's place in the house: it knows every room, and composes the home page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "shuyuan.site"
    label = "site"
    verbose_name = _("站点")

    def ready(self) -> None:
        from shuyuan.site.accounts import checks, keeping  # noqa: F401  (checks register themselves)
        from shuyuan.site.accounts.rights import opens_accounts
        from shuyuan.site.home import headlines
        from shuyuan.web import menu, slots

        keeping.watch()
        slots.home_cards.insert(0, headlines)
        menu.add(menu.Entry(title=_("账号"), target="accounts", icon="users", order=9000, visible=opens_accounts))
        menu.add_own(menu.Entry(title=_("账号与安全"), target="my-account", icon="shield-check"))
