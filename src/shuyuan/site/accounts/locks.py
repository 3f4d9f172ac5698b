"""Locks: after so many wrong passwords a name is shut for a while, wherever they come from; an address never is.

A school sits behind one address: shutting it would shut out every clerk for one who mistyped. django-axes counts.
"""

from __future__ import annotations

import math
from datetime import datetime

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _t


def locked_until(username: str) -> datetime | None:
    """Until when nobody can sign in under this name; None when it is open."""
    return locked(username).get(username)


def locked(*usernames: str) -> dict[str, datetime]:
    """The names that are shut and until when; of `usernames`, or of all."""
    recent = AccessAttempt.objects.filter(attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME)
    if usernames:
        recent = recent.filter(username__in=usernames)
    counted = recent.order_by().values("username").annotate(n=Sum("failures_since_start"), last=Max("attempt_time"))
    shut = counted.filter(n__gte=settings.AXES_FAILURE_LIMIT)
    return {row["username"]: row["last"] + settings.AXES_COOLOFF_TIME for row in shut}


def told(until: datetime) -> str:
    """What the person at the door reads: how long, and whom to ask."""
    minutes = max(1, math.ceil((until - timezone.now()).total_seconds() / 60))
    return _t(
        "输错次数太多，这个账号已锁定，请在 %(minutes)s 分钟后再试。"
        "等不及的，请联系教育局办公室解锁；忘记密码的，也可请办公室重置。"
    ) % {"minutes": minutes}


def failed(request: HttpRequest, username: str) -> None:
    """A wrong answer that Django does not know of, such as a code, counts like a wrong password."""
    AxesProxyHandler.user_login_failed(locked, {"username": username}, request)


def unlock(username: str) -> int:
    """Open the name again; how many wrong answers were forgotten. The act belongs into the account's history."""
    return int(AxesProxyHandler.reset_attempts(username=username))
