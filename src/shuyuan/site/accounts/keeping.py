"""What people change themselves at allauth's pages is kept in their account's history like every other act."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from allauth.socialaccount.signals import social_account_added
from django.contrib.auth.models import User
from django.utils.translation import gettext as _t

from shuyuan.core.history import acting
from shuyuan.site.accounts import acts
from shuyuan.site.accounts.account import service


def watch() -> None:
    """Called once, when the site starts."""
    authenticator_added.connect(_added)
    authenticator_removed.connect(_removed)
    social_account_added.connect(_linked)


def _kind(authenticator: Authenticator) -> str:
    return {
        Authenticator.Type.TOTP: _t("手机验证码"),
        Authenticator.Type.WEBAUTHN: _t("通行密钥"),
        Authenticator.Type.RECOVERY_CODES: _t("备用码"),
    }[authenticator.type]


def _added(user: User, authenticator: Authenticator, **sent: Any) -> None:
    with acting(user, _t("本人启用%(kind)s") % {"kind": _kind(authenticator)}):
        acts.note(user)


def _removed(user: User, authenticator: Authenticator, **sent: Any) -> None:
    with acting(user, _t("本人停用%(kind)s") % {"kind": _kind(authenticator)}):
        acts.note(user)


def _linked(sociallogin: Any, **sent: Any) -> None:
    with acting(sociallogin.user, _t("关联%(service)s登录") % {"service": service(sociallogin.account.provider)}):
        acts.note(sociallogin.user)
