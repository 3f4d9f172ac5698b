"""The room's place in the house: its checks, and every ledger in the menu under its subject."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "shuyuan.ledger"
    label = "ledger"
    verbose_name = _("机构")
    icon = "building"

    def ready(self) -> None:
        from shuyuan.jobs import worker
        from shuyuan.ledger import background, declarations  # noqa: F401  (the works declare themselves)
        from shuyuan.ledger.digest import send
        from shuyuan.ledger.flow import in_bureau, may_review, posted, watches
        from shuyuan.ledger.once import forget
        from shuyuan.ledger.overview import subjects
        from shuyuan.ledger.todo import digest, own_ledgers, progress, tasks, to_sign, waiting
        from shuyuan.web import menu, slots

        declarations.watch()
        worker.daily += [send, forget]
        menu.add_own(menu.Entry(title=_("通知"), target="notices", icon="bell", order=100))
        menu.add(menu.Entry(title=_("填报"), target="rounds", icon="send", order=120, visible=in_bureau))
        menu.add(menu.Entry(title=_("审核"), target="reviews", icon="clipboard-check", order=121, visible=may_review))
        menu.add(menu.Entry(title=_("权限一览"), target="permissions", icon="shield-check", order=9000, visible=posted))
        menu.add(menu.Entry(title=_("日志"), target="log", icon="history", order=9001, visible=watches))
        slots.home_cards += [tasks, to_sign, waiting, progress, digest, own_ledgers, subjects]
