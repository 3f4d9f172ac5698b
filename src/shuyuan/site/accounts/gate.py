"""The gate before every page: who is not signed in is sent to the door, who owes something to where it is done.

Two limits end a session: nobody works in it for a while, or it has lasted as long as any may.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _t

from shuyuan.site.accounts.rights import Owed, owed

BEGUN, SEEN = "session_begun", "session_seen"  # seconds since 1970, in the session
MINUTE = 60
LATELY = 5 * MINUTE
ALWAYS = {"login", "logout", "set_language"}
TO_PAY = {
    Owed.PASSWORD: {"account_change_password"},
    Owed.SECOND_FACTOR: {
        "my-account", "account_change_password", "account_reauthenticate", "mfa_reauthenticate", "mfa_activate_totp",
        "mfa_add_webauthn", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_download_recovery_codes",
    },
}  # fmt: skip
"""The addresses at which a debt is paid, by name: nothing else opens before."""


class LoginRequired(LoginRequiredMiddleware):
    """Sends to the door, and remembers the page to come back to: of a form that was sent, the one it stood on."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        sent = request.method not in {"GET", "HEAD"}
        back = _page_of(request) if sent else ""
        door = redirect_to_login(back, reverse("login")).url + "&kept=1" if sent else ""
        if request.headers.get("HX-Request") == "true" and sent:
            return HttpResponse(status=204, headers={"HX-Redirect": door})
        return redirect(door) if sent else super().handle_no_permission(request, view_func)


def _page_of(request: HttpRequest) -> str:
    """The page of ours that a form was sent from; home where the browser does not tell."""
    page = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))
    ours = url_has_allowed_host_and_scheme(page.geturl(), {request.get_host()}, require_https=request.is_secure())
    return (page.path + (f"?{page.query}" if page.query else "")) if ours and page.path else reverse("home")


class Gate:
    """After the session and the user are known, before any view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        if not request.user.is_authenticated:
            return None
        if _is_over(request):
            logout(request)
            messages.info(request, _t("登录时间已到上限，请重新登录。"))
            return LoginRequired(self.get_response).process_view(request, view, args, kwargs)
        debt = owed(request.user)
        name = request.resolver_match.url_name if request.resolver_match else None
        if debt is None or name in ALWAYS | TO_PAY[debt]:
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": debt.told}, status=403, json_dumps_params={"ensure_ascii": False})
        address = reverse("account_change_password" if debt is Owed.PASSWORD else "my-account")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return redirect(address)


def _is_over(request: HttpRequest) -> bool:
    """Whether the session has lasted too long. Work is noted once a minute: that renews cookie and row.

    A row written for every page would make readers queue behind one another on SQLite.
    """
    now = int(time.time())
    begun = request.session.get(BEGUN)
    if begun is None or begun > now + MINUTE:  # just signed in; or the clock was set back, which is nobody's fault
        request.session[BEGUN] = request.session[SEEN] = now
        return False
    if now - begun > settings.SESSION_HOURS * 60 * MINUTE:
        return True
    if abs(now - request.session.get(SEEN, 0)) >= MINUTE:
        request.session[SEEN] = now
    return False


def signed_in_lately(request: HttpRequest) -> bool:
    """Whether this session began with signing in minutes ago."""
    begun = request.session.get(BEGUN)
    return begun is not None and 0 <= time.time() - begun < LATELY
