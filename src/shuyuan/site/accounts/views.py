"""The door, and the page 账号与安全 that each person has. HTTP only."""

from __future__ import annotations

from typing import Any

from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.core.history import acting
from shuyuan.core.people import every_post_of
from shuyuan.site.accounts import acts
from shuyuan.site.accounts.account import service
from shuyuan.site.accounts.forms import DoorForm
from shuyuan.site.accounts.rights import Owed, needs_second_factor, owed


class Door(LoginView):
    """Name and password here; what comes after them (a second factor) and sessions are allauth's."""

    form_class = DoorForm
    template_name = "site/accounts/door.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; a fragment that finds the session over sends the whole browser here instead."""
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = perform_login(self.request, form.get_user(), redirect_url=self.get_success_url())
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"services": get_adapter().list_providers(self.request)}


def mine(request: HttpRequest) -> HttpResponse:
    """账号与安全: password, second factor, passkeys, outside identities, sessions, posts."""
    user = request.user
    factors = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at"))
    linked = SocialAccount.objects.filter(user_id=user.pk)
    taken = {account.provider for account in linked}
    services = get_adapter().list_providers(request)
    context = {
        "account": acts.account_of(user) if isinstance(user, User) else None,
        "posts": every_post_of(user),
        "phone": next((one for one in factors if one.type == Authenticator.Type.TOTP), None),
        "keys": [one.wrap() for one in factors if one.type == Authenticator.Type.WEBAUTHN],
        "codes": next((one.wrap() for one in factors if one.type == Authenticator.Type.RECOVERY_CODES), None),
        "needed": needs_second_factor(user),
        "owing": owed(user) is Owed.SECOND_FACTOR,
        "linked": linked,
        "services": [one for one in services if one.sub_id not in taken],
        "sessions": UserSession.objects.purge_and_list(user),
    }
    return render(request, "site/accounts/mine.html", context)


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End the one that is named, or all but this."""
    others = UserSession.objects.filter(user_id=request.user.pk).exclude(session_key=request.session.session_key)
    which = request.POST.get("session", "")
    for session in others.filter(pk=which) if which.isdecimal() else others:
        session.end()
    messages.success(request, _t("已退出其他设备上的登录。"))
    return redirect("my-account")


@require_POST
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign in with this outside identity no more."""
    found = get_object_or_404(SocialAccount, pk=pk, user_id=request.user.pk)
    user = request.user
    assert isinstance(user, User)
    with acting(user, _t("本人取消关联：%(service)s") % {"service": service(found.provider)}):
        acts.note(user)
        found.delete()
    messages.success(request, _t("已取消关联。"))
    return redirect("my-account")
