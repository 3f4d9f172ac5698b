"""Reading the books of a past day: chosen once with ?as_of=2012-12-28, in force on every page until it is taken back.

In the past one can read and not write. A program asks for its own moment with each request: the API remembers none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _t

from shuyuan.core.past import as_of, moment_from

SESSION_KEY = "as_of"
SAFE = {"GET", "HEAD", "OPTIONS"}


def reading_the_past(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, after those for sessions, users and messages."""

    def middleware(request: HttpRequest) -> HttpResponse:
        program = request.path.startswith("/api/")
        try:
            when = _asked(request) if "as_of" in request.GET or program else _kept(request)
        except ValueError as error:
            if program:
                return _refused(str(error))
            messages.error(request, str(error))
            when = _kept(request)
        if when is None:
            return get_response(request)
        if program and request.method not in SAFE:
            return _refused(_t("过去的账簿只能查看；写入请去掉 as_of。"))
        if request.method not in SAFE and request.path not in {reverse("logout"), reverse("set_language")}:
            messages.error(request, _t("您正在查看过去某日的账簿，不能修改。请先回到现在。"))
            back = request.headers.get("referer", "")
            ours = url_has_allowed_host_and_scheme(back, {request.get_host()})
            return redirect(back if ours else "home")
        with as_of(when):
            return get_response(request)

    return middleware


def _refused(told: str) -> HttpResponse:
    """To a program, which asks for its moment itself."""
    return JsonResponse({"detail": told, "problems": []}, status=400, json_dumps_params={"ensure_ascii": False})


def _asked(request: HttpRequest) -> datetime | None:
    """The moment in the address; kept for the pages that follow unless a program asks."""
    text = request.GET.get("as_of", "").strip()
    when = moment_from(text) if text else None
    if when and when >= timezone.now():
        when = None
    if not request.path.startswith("/api/"):
        request.session[SESSION_KEY] = text if when else ""
    return when


def _kept(request: HttpRequest) -> datetime | None:
    text = request.session.get(SESSION_KEY)
    return moment_from(text) if text else None
