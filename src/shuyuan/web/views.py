"""The page that belongs to no subject: home, which the rooms fill."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t

from shuyuan.core.people import every_post_of
from shuyuan.web import slots


def greeting(hour: int, name: str) -> str:
    if hour < 11:
        return _t("%(name)s，早上好") % {"name": name}
    if hour < 13:
        return _t("%(name)s，中午好") % {"name": name}
    if hour < 18:
        return _t("%(name)s，下午好") % {"name": name}
    return _t("%(name)s，晚上好") % {"name": name}


def home(request: HttpRequest) -> HttpResponse:
    user = request.user
    name = user.get_full_name() or user.get_username() if user.is_authenticated else ""
    context = {
        "greeting": greeting(timezone.localtime().hour, name),
        "subtitle": " / ".join(str(post) for post in every_post_of(user)),
        "cards": slots.pieces(slots.home_cards, request),
    }
    return render(request, "web/home.html", context)
