"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _


class CliConfig(AppConfig):
    name = "shuyuan.cli"
    label = "cli"
    verbose_name = _("命令")

    def ready(self) -> None:
        from shuyuan.proofread.words import bind

        bind(_t)
