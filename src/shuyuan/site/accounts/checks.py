"""Checks at start-up: settings of accounts that cannot be meant."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from shuyuan.core.people import Post


@register()
def accounts(app_configs: Any = None, **options: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    known = {*Post.Role.values, "superuser"}
    for role in sorted(set(settings.SECOND_FACTOR_FOR) - known):
        told = f"SHUYUAN_SECOND_FACTOR names {role!r}, which is no role: nobody would be asked for a second factor."
        found.append(Error(told, hint=f"Roles: {', '.join(sorted(known))}.", id="accounts.E001"))
    for provider, given in settings.SOCIALACCOUNT_PROVIDERS.items():
        app = given["APPS"][0]
        prefix = "SHUYUAN_OIDC" if provider == "openid_connect" else f"SHUYUAN_{provider.upper()}"
        needed = {f"{prefix}_SECRET": app["secret"]}
        if provider == "openid_connect":
            needed[f"{prefix}_URL"] = app["settings"]["server_url"]
        if provider == "wecom":
            needed[f"{prefix}_AGENT"] = app["settings"]["agent"]
        for variable in (variable for variable, value in needed.items() if not value):
            told = f"{provider} has a client and no {variable}: nobody could sign in with it."
            found.append(Error(told, hint=f"Set {variable}.", id="accounts.E002"))
    for variable, value in (
        ("SHUYUAN_LOGIN_TRIES", settings.AXES_FAILURE_LIMIT),
        ("SHUYUAN_LOCK_MINUTES", settings.AXES_COOLOFF_TIME.total_seconds()),
        ("SHUYUAN_IDLE_MINUTES", settings.SESSION_COOKIE_AGE),
        ("SHUYUAN_SESSION_HOURS", settings.SESSION_HOURS),
    ):
        if not value:
            found.append(Error(f"{variable} is 0: nobody could sign in.", hint="Write at least 1.", id="accounts.E003"))
    return found
