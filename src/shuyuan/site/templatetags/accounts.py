"""What templates of accounts ask for."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django import template
from django.template.context import Context
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.site.accounts import account

register = template.Library()

# What stands in a browser's description, and what people call it: the first that fits.
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "Linux": "Linux",
}
BROWSERS = {
    "MicroMessenger": _("微信"),
    "DingTalk": _("钉钉"),
    "Edg/": "Edge",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}


@register.simple_tag(takes_context=True)
def service_url(context: Context, service: Any, process: str, back: str = "") -> str:
    """Where an outside service is asked who somebody is, to log in or to link it."""
    asked = {"process": process} | ({"next": back} if back else {})
    return str(service.get_login_url(context["request"], **asked))


register.filter("service", account.service)


@register.filter
def device(session: UserSession) -> str:
    """A session as its owner recognises it: the browser and what it runs on."""
    said = session.user_agent
    found = [next((str(name) for mark, name in known.items() if mark in said), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found)) or _t("未知设备")
