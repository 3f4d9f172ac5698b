"""The room's place in the house: its checks, and every ledger in the menu under its subject."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "shuyuan.ledger"
    label = "ledger"
    verbose_name = _("机构")
    icon = "building"

    def ready(self) -> None:
        from shuyuan.ledger import declarations
        from shuyuan.ledger.todo import own_ledgers, waiting
        from shuyuan.web import slots

        declarations.watch()
        slots.home_cards += [waiting, own_ledgers]
