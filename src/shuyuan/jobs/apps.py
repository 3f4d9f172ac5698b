"""Background work: what takes longer than a page may, done by a worker and watched by whoever started it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "shuyuan.jobs"
    label = "jobs"
    verbose_name = _("后台处理")

    def ready(self) -> None:
        from shuyuan.web import menu

        menu.add_own(menu.Entry(title=_("后台处理"), target="jobs", icon="clock", order=200))
