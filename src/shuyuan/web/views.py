"""The pages that belong to no subject: the door, and the home page that the rooms fill."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.people import every_post_of
from shuyuan.web import slots


class DoorForm(AuthenticationForm):
    """Name and password, refused in words that help."""

    error_messages = {
        "invalid_login": _("账号或密码不对。请检查大小写和输入法，再试一次。"),
        "inactive": _("这个账号已停用，请联系本单位管理员。"),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("账号")
        self.fields["password"].label = _("密码")
        for field in self.fields.values():
            field.required = True
            field.widget.is_required = True


class Door(LoginView):
    form_class = DoorForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; a fragment that finds the session over sends the whole browser here instead."""
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)


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
