"""Core: organisations, places, people, posts, periods, code lists, and the history every room writes through."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "shuyuan.core"
    label = "core"
    verbose_name = _("基础信息")
    icon = "building"

    def ready(self) -> None:
        from shuyuan.core.append_only import guard
        from shuyuan.core.checks import check_history

        checks.register(check_history)
        post_migrate.connect(guard, sender=self, dispatch_uid="append_only")
