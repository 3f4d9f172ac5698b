"""The addresses of accounts: the door, one's own page, the office's book. No address signs anybody up."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as outside
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.dingtalk.views import DingTalkOAuth2Adapter
from allauth.socialaccount.providers.feishu.views import FeishuOAuth2Adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path

from shuyuan.site.accounts import desk_views, views
from shuyuan.site.accounts.wecom.views import WeComAdapter

door, leave = views.Door.as_view(), LogoutView.as_view()


def where_set_up(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address of a service that this site was given no client for is not there."""

    @login_not_required
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except SocialApp.DoesNotExist:
            raise Http404 from None

    return asked


urlpatterns = [
    path("login/", door, name="login"),
    path("login/", door, name="account_login"),  # what allauth calls them
    path("logout/", leave, name="logout"),
    path("logout/", leave, name="account_logout"),
    path("login/code/", factor.authenticate, name="mfa_authenticate"),
    path("login/key/", login_not_required(keys.login_webauthn), name="mfa_login_webauthn"),
    path("login/forgotten/", account.password_reset, name="account_reset_password"),
    path("login/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^login/forgotten/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("login/forgotten/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("login/cancelled/", outside.login_cancelled, name="socialaccount_login_cancelled"),
    path("login/oidc/<str:provider_id>/", oidc.login, name="openid_connect_login"),
    path("login/oidc/<str:provider_id>/callback/", oidc.callback, name="openid_connect_callback"),
    path("account/", views.mine, name="my-account"),
    path("account/", views.mine, name="mfa_index"),
    path("account/", views.mine, name="mfa_list_webauthn"),
    path("account/", views.mine, name="socialaccount_connections"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("account/again/", account.reauthenticate, name="account_reauthenticate"),
    path("account/again/code/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("account/again/key/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("account/phone/", totp.activate_totp, name="mfa_activate_totp"),
    path("account/phone/off/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("account/keys/add/", keys.add_webauthn, name="mfa_add_webauthn"),
    path("account/keys/<int:pk>/remove/", keys.remove_webauthn, name="mfa_remove_webauthn"),
    path("account/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("account/codes/recovery-codes.txt", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("account/sessions/end/", views.end_sessions, name="sessions-end"),
    path("account/outside/<int:pk>/unlink/", views.unlink, name="outside-unlink"),
    path("accounts/", desk_views.book, name="accounts"),
    path("accounts/new/", desk_views.add, name="account-add"),
    path("accounts/import/", desk_views.take_in, name="accounts-import"),
    path("accounts/template.xlsx", desk_views.template, name="accounts-template"),
    path("accounts/slips/", desk_views.slips_again, name="accounts-slips"),
    path("accounts/<int:pk>/", desk_views.page, name="account"),
    path("accounts/<int:pk>/act/", desk_views.act, name="account-act"),
    path("accounts/<int:pk>/posts/", desk_views.give_post, name="account-post"),
    path("accounts/<int:pk>/posts/<int:post>/end/", desk_views.end_post, name="account-post-end"),
]
for adapter in (DingTalkOAuth2Adapter, FeishuOAuth2Adapter, WeComAdapter):
    start = where_set_up(OAuth2LoginView.adapter_view(adapter))
    back = where_set_up(OAuth2CallbackView.adapter_view(adapter))
    name = adapter.provider_id
    urlpatterns += [path(f"login/{name}/", start, name=f"{name}_login")]
    urlpatterns += [path(f"login/{name}/callback/", back, name=f"{name}_callback")]
