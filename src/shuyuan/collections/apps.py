"""The room's place in the house: its ledgers and figures are data, handed to the engine at start-up."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core.signals import request_started
from django.utils.translation import gettext_lazy as _


class CollectionsConfig(AppConfig):
    name = "shuyuan.collections"
    label = "collections"
    verbose_name = _("专项填报")
    icon = "forms"

    def ready(self) -> None:
        from shuyuan.collections.book import books
        from shuyuan.collections.figures import PREFIX, figures
        from shuyuan.figures import saved
        from shuyuan.ledger import ledger
        from shuyuan.ledger.flow import in_bureau
        from shuyuan.web import menu

        ledger.kept.append(books)
        saved.others[PREFIX] = figures
        menu.add(menu.Entry(title=_("专项填报"), target="collections", icon="forms", order=122, visible=in_bureau))
        request_started.connect(_at_a_request, dispatch_uid="collections")


def _at_a_request(**signal: Any) -> None:
    """What another process changed is there in the next request."""
    from shuyuan.collections.book import renew

    renew()
