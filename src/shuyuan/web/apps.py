"""The room's place in the house."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "shuyuan.web"
    label = "web"
    verbose_name = _("界面")

    def ready(self) -> None:
        from shuyuan.web import menu  # models are loaded by now, and not before

        menu.add(menu.Entry(title=_("首页"), target="home", icon="home", order=0))
        menu.add_own(menu.Entry(title=_("访问令牌"), target="tokens", icon="key", order=300))
