"""How allauth behaves here: nobody signs up, an outside identity never makes an account, secrets are sealed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _t

from shuyuan.core.history import acting
from shuyuan.core.organisations import Organisation
from shuyuan.site.accounts import acts
from shuyuan.site.accounts.account import account_meant, service
from shuyuan.site.accounts.gate import signed_in_lately
from shuyuan.site.accounts.sealed import seal, unseal


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        """Every way to a new password of one's own ends here: the change, and the link of a mail."""
        super().set_password(user, password)
        with acting(user, _t("本人修改密码")):
            acts.password_changed(user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("my-account")

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Who has just signed in is not asked for the password a second time."""
        return not signed_in_lately(context.request) and super().is_reauthentication_required(app=app, **options)

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **options)
        if settings.SESSIONS_AT_ONCE:
            others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
            for session in others.order_by("-created_at")[settings.SESSIONS_AT_ONCE - 1 :]:
                session.end()
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        messages.error(request, _t("这个账号已停用，请联系本单位管理员。"))
        return redirect("login")


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_label(self, user: User) -> str:
        return user.get_username()

    def get_totp_issuer(self) -> str:
        bureau = Organisation.objects.filter(kind=Organisation.Kind.BUREAU).values_list("name", flat=True).first()
        return f"{_t('数源')} {bureau}" if bureau else _t("数源")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": self.get_totp_issuer()}


class OutsideAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Somebody comes from outside. Known: welcome. Told by the office: linked now. Anybody else is sent back."""
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        provider, uid = sociallogin.account.provider, sociallogin.account.uid
        account = account_meant(provider, uid)
        if account is None or SocialAccount.objects.filter(user=account.user, provider=provider).exists():
            told = _t("这个%(service)s身份还没有与本站的账号关联。请先用账号和密码登录，再到「账号与安全」里关联。")
            messages.error(request, told % {"service": service(provider)})
            raise ImmediateHttpResponse(redirect("login"))
        sociallogin.connect(request, account.user)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("my-account")

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        messages.error(
            request, _t("没有登录成功：%(service)s没有确认您的身份，请重试。") % {"service": service(provider.sub_id)}
        )
        raise ImmediateHttpResponse(redirect("my-account" if request.user.is_authenticated else "login"))
