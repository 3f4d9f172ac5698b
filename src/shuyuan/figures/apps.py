"""The room's place in the house: figures in the menu, on their records' pages, and checked at start-up."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.signals import request_started
from django.utils.translation import gettext_lazy as _


class FiguresConfig(AppConfig):
    name = "shuyuan.figures"
    label = "figures"
    verbose_name = _("指标")

    def ready(self) -> None:
        from shuyuan.figures import for_checks
        from shuyuan.figures.panels import counted_by
        from shuyuan.figures.saved_views import save_button
        from shuyuan.ledger import checks as ledger_checks
        from shuyuan.web import menu, slots

        ledger_checks.figures.append(for_checks)
        checks.register(check_figures)
        menu.add(menu.Entry(title=_("指标"), target="figures", icon="chart-bar", order=110))
        slots.record_panels.append(counted_by)
        slots.list_actions.append(save_button)
        request_started.connect(_at_a_request, dispatch_uid="saved_figures")


def _at_a_request(**signal: Any) -> None:
    """What another process saved is there in the next request."""
    from shuyuan.figures.saved import renew

    renew()


def check_figures(**options: Any) -> list[checks.CheckMessage]:
    """A figure that names an unknown ledger, field, choice or part stops the start and says what to write."""
    from shuyuan.figures.registry import declared_only

    with declared_only():
        return _faults()


def _faults() -> list[checks.CheckMessage]:
    from shuyuan.figures.registry import all_figures, in_a_circle

    if circle := in_a_circle():
        told = "A figure is made of itself: " + " → ".join(circle)
        return [checks.Error(told, hint="Name other figures as its parts.", id="shuyuan.E002")]
    return [
        checks.Error(f"{figure.name}: {message}", obj=figure, id="shuyuan.E002")
        for figure in all_figures()
        for message in figure.check()
    ]
