"""企业微信, 扫码登录 and 网页授权: its own dialect of OAuth2.

The application asks for an access token of its own with corporation and secret, then, with it, whose code that is.
There is no token of the user's. https://developer.work.weixin.qq.com/document/path/98151 and 91023.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.http import HttpRequest


class WeComClient(OAuth2Client):  # type: ignore[misc]
    """Asks as `corpid` and `corpsecret`, by GET."""

    def get_redirect_url(self, authorization_url: str, scope: list[str], extra_params: dict[str, Any]) -> str:
        asked = {
            "login_type": "CorpApp",
            "appid": self.consumer_key,
            "redirect_uri": self.callback_url,
            "state": self.state,
            **extra_params,
        }
        return f"{authorization_url}?{urlencode(asked)}"

    def get_access_token(self, code: str, pkce_code_verifier: str | None = None) -> dict[str, Any]:
        asked = {"corpid": self.consumer_key, "corpsecret": self.consumer_secret}
        return answer(self.access_token_url, asked)


class WeComAdapter(OAuth2Adapter):  # type: ignore[misc]
    provider_id = "wecom"
    authorize_url = "https://login.work.weixin.qq.com/wwlogin/sso/login"
    access_token_url = "https://qyapi.weixin.qq.com/cgi-bin/gettoken"  # noqa: S105  (an address, not a secret)
    identity_url = "https://qyapi.weixin.qq.com/cgi-bin/auth/getuserinfo"
    client_class = WeComClient

    def complete_login(self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any) -> SocialLogin:
        told = answer(self.identity_url, {"access_token": token.token, "code": request.GET["code"]})
        if not told.get("userid"):  # an outside contact has only an openid: not one of the corporation
            raise OAuth2Error("WeCom: not a member of the corporation")
        return self.get_provider().sociallogin_from_response(request, {"userid": told["userid"]})


def answer(url: str, asked: dict[str, Any]) -> dict[str, Any]:
    """What 企业微信 answers; it says in the body, not by the status, that it refuses."""
    with get_adapter().get_requests_session() as session:
        response = session.get(url, params=asked)
        response.raise_for_status()
        told: dict[str, Any] = response.json()
    if told.get("errcode"):
        raise OAuth2Error(f"WeCom: {told['errcode']} {told.get('errmsg', '')}")
    return told
