"""The page of one's notices, with the switch for the daily e-mail. HTTP only."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_POST

from shuyuan.ledger import digest
from shuyuan.ledger.notices import unseen


def notices(request: HttpRequest) -> HttpResponse:
    """What one has not put away, and whether it comes by e-mail."""
    context = {
        "title": _t("通知"),
        "crumbs": [],
        "notices": unseen(request.user),
        "email": getattr(request.user, "email", ""),
        "wanted": digest.wants(request.user),  # type: ignore[arg-type]
    }
    return render(request, "ledger/notices_page.html", context)


@require_POST
def mailing(request: HttpRequest) -> HttpResponse:
    """Turn the daily e-mail on or off; it comes in the language that is in force now."""
    wanted = request.POST.get("wanted") == "1"
    digest.choose(request.user, wanted=wanted, language=get_language() or "zh-hans")  # type: ignore[arg-type]
    messages.success(request, _t("以后有新通知时每天发一封邮件。") if wanted else _t("不再发邮件；通知仍在首页。"))
    return redirect("notices")
