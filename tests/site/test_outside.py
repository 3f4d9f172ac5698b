"""Outside identities: 企业微信, 钉钉, 飞书 and OIDC, against a stand-in that gives the answers the services document.

The live services were never asked. The stand-in takes the code it is given for the identity, so that a test says who
comes simply by the code.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.dingtalk.views import DingTalkOAuth2Adapter
from allauth.socialaccount.providers.feishu.client import FeishuOAuth2Client
from allauth.socialaccount.providers.feishu.views import FeishuOAuth2Adapter
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from shuyuan.core.history import acting
from shuyuan.site.accounts import acts
from shuyuan.site.accounts.account import Account, Identity
from shuyuan.site.accounts.wecom.views import WeComAdapter
from shuyuan.site.environment import outside
from tests.county import County, browser_of, build
from tests.site.test_door import PASSWORD, enter

SERVICES = ["wecom", "dingtalk", "feishu", "oidc"]
asked: list[tuple[str, dict[str, Any]]] = []


def stand_in(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """The services' answers, each at its documented path."""
    path = environ["PATH_INFO"]
    given: dict[str, Any] = {key: values[0] for key, values in parse_qs(environ["QUERY_STRING"]).items()}
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
    given |= json.loads(body) if body.startswith("{") else {key: values[0] for key, values in parse_qs(body).items()}
    asked.append((path, given))
    bearer = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    here = f"http://{environ['HTTP_HOST']}"
    answers: dict[str, Callable[[], Any]] = {
        "/cgi-bin/gettoken": lambda: (
            {"errcode": 0, "errmsg": "ok", "access_token": "app", "expires_in": 7200}
            if given.get("corpsecret") == "geheim"
            else {"errcode": 40001, "errmsg": "invalid credential"}
        ),
        "/cgi-bin/auth/getuserinfo": lambda: (
            {"errcode": 0, "errmsg": "ok", "openid": "o1"}
            if given["code"] == "guest"
            else {"errcode": 0, "errmsg": "ok", "userid": given["code"]}
        ),
        "/v1.0/oauth2/userAccessToken": lambda: {
            "accessToken": given["code"], "refreshToken": "r", "expireIn": 7200, "corpId": "c",
        },
        "/v1.0/contact/users/me": lambda: {
            "openId": environ["HTTP_X_ACS_DINGTALK_ACCESS_TOKEN"], "unionId": "u", "nick": "示例",
        },
        "/open-apis/auth/v3/app_access_token/internal/": lambda: {"code": 0, "app_access_token": "a"},
        "/open-apis/authen/v1/access_token": lambda: {"code": 0, "data": {"access_token": given["code"]}},
        "/open-apis/authen/v1/user_info": lambda: {"code": 0, "data": {"open_id": bearer, "name": "示例"}},
        "/.well-known/openid-configuration": lambda: {
            "issuer": here, "authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token",
            "userinfo_endpoint": f"{here}/userinfo", "jwks_uri": f"{here}/jwks",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        },
        "/token": lambda: {"access_token": given["code"], "token_type": "Bearer"},
        "/userinfo": lambda: {"sub": bearer, "email": "hetou@example.org", "email_verified": True},
    }  # fmt: skip
    found = answers.get(path)
    start("200 OK" if found else "500 Broken", [("Content-Type", "application/json")])
    return [json.dumps(found() if found else {}).encode()]


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing to the console."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[str]:
    """The stand-in's address; every provider asks there."""
    asked.clear()
    server = make_server("127.0.0.1", 0, stand_in, handler_class=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    here = f"http://127.0.0.1:{server.server_port}"
    for adapter, names in (
        (WeComAdapter, ("access_token_url", "identity_url")),
        (DingTalkOAuth2Adapter, ("access_token_url", "profile_url")),
        (FeishuOAuth2Adapter, ("access_token_url", "user_info_url")),
        (FeishuOAuth2Client, ("app_access_token_url",)),
    ):
        for name in names:
            monkeypatch.setattr(adapter, name, here + urlsplit(getattr(adapter, name)).path)
    told = {f"SHUYUAN_{one}_CLIENT": "client" for one in ("WECOM", "DINGTALK", "FEISHU", "OIDC")}
    told |= {f"SHUYUAN_{one}_SECRET": "geheim" for one in ("WECOM", "DINGTALK", "FEISHU", "OIDC")}
    settings.SOCIALACCOUNT_PROVIDERS = outside(
        told | {"SHUYUAN_OIDC_URL": here, "SHUYUAN_OIDC_NAME": "省统一身份认证", "SHUYUAN_WECOM_AGENT": "1000002"}
    )
    yield here
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def county(db: None) -> County:
    county = build()
    county.clerk.set_password(PASSWORD)
    county.clerk.email = "hetou@example.org"
    county.clerk.save()
    return county


def addresses(name: str) -> tuple[str, str]:
    if name == "oidc":
        return reverse("openid_connect_login", args=["oidc"]), reverse("openid_connect_callback", args=["oidc"])
    return reverse(f"{name}_login"), reverse(f"{name}_callback")


def come(client: Client, name: str, identity: str, process: str = "login", **more: str) -> Any:
    """Go to the service, be recognised there, come back."""
    login, callback = addresses(name)
    sent = client.post(f"{login}?process={process}")
    assert sent.status_code == 302
    state = parse_qs(urlsplit(sent.headers["Location"]).query)["state"][0]
    code = "authCode" if name == "dingtalk" else "code"
    return client.get(callback, {code: identity, "state": state, **more})


@pytest.mark.parametrize("name", SERVICES)
def test_an_identity_linked_by_its_owner_opens_the_account(service: str, county: County, name: str) -> None:
    inside = enter("hetou", PASSWORD)[0]
    inside.get("/")
    assert come(inside, name, "id-1", "connect").headers["Location"] == reverse("my-account")
    assert SocialAccount.objects.get().user == county.clerk
    client = Client()
    assert come(client, name, "id-1").headers["Location"] == "/"
    assert client.get("/").wsgi_request.user == county.clerk
    assert "登录" in Account.objects.get(user=county.clerk).history()[0].written_why


@pytest.mark.parametrize("name", SERVICES)
def test_an_unknown_identity_makes_no_account_and_is_told_what_to_do(service: str, county: County, name: str) -> None:
    before = User.objects.count()
    client = Client()
    assert come(client, name, "stranger").headers["Location"] == "/login/"
    assert "还没有与本站的账号关联" in client.get("/login/").content.decode()
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


@pytest.mark.parametrize("name", SERVICES)
def test_an_identity_the_office_told_is_linked_when_it_first_comes(service: str, county: County, name: str) -> None:
    with acting(county.office, "登记标识"):
        account = acts.note(county.clerk)
        acts.tell_identity(account, name, "id-1")
    assert "id-1" not in str(list(Identity.objects.values()))
    client = Client()
    assert come(client, name, "id-1").headers["Location"] == "/"
    assert client.get("/").wsgi_request.user == county.clerk
    assert come(Client(), name, "id-2").headers["Location"] == "/login/"


def test_the_same_mail_address_alone_links_nothing(service: str, county: County) -> None:
    """The stand-in says the clerk's own verified address for everybody."""
    assert come(Client(), "oidc", "mallory").headers["Location"] == "/login/"
    assert SocialAccount.objects.count() == 0


def test_an_identity_of_somebody_else_is_not_taken_over(service: str, county: County) -> None:
    inside = enter("hetou", PASSWORD)[0]
    inside.get("/")
    come(inside, "wecom", "id-1", "connect")
    other = browser_of(county.other_clerk)
    other.get("/")
    come(other, "wecom", "id-1", "connect")
    assert [account.user for account in SocialAccount.objects.all()] == [county.clerk]
    found = SocialAccount.objects.get()
    assert other.post(reverse("outside-unlink", args=[found.pk])).status_code == 404
    assert inside.post(reverse("outside-unlink", args=[found.pk])).status_code == 302
    assert not SocialAccount.objects.exists()


def test_a_disabled_account_does_not_open_from_outside_either(service: str, county: County) -> None:
    inside = enter("hetou", PASSWORD)[0]
    inside.get("/")
    come(inside, "feishu", "id-1", "connect")
    with acting(county.office, "停用账号"):
        acts.set_active(county.clerk, False)
    client = Client()
    come(client, "feishu", "id-1")
    assert client.get("/").status_code == 302


def test_wecom_asks_as_the_corporation_and_refuses_guests_and_wrong_secrets(
    service: str, county: County, settings: Any
) -> None:
    client = Client()
    sent = client.post(reverse("wecom_login"))
    query = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert sent.headers["Location"].startswith("https://login.work.weixin.qq.com/wwlogin/sso/login?")
    assert (query["appid"], query["agentid"], query["login_type"]) == (["client"], ["1000002"], ["CorpApp"])
    come(client, "wecom", "id-1")
    assert ("/cgi-bin/gettoken", {"corpid": "client", "corpsecret": "geheim"}) in asked
    assert come(client, "wecom", "guest").headers["Location"] == "/login/"
    assert "没有确认您的身份" in client.get("/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS["wecom"]["APPS"][0]["secret"] = "wrong"
    come(client, "wecom", "id-1")
    assert "没有确认您的身份" in client.get("/login/").content.decode()


def test_an_answer_nobody_asked_for_is_refused(service: str, county: County) -> None:
    for name in SERVICES:
        client = Client()
        answer = client.get(addresses(name)[1], {"code": "id-1", "authCode": "id-1", "state": "forged"})
        assert answer.headers["Location"] == "/login/", name


def test_the_door_offers_what_is_set_up_and_nothing_else_answers(county: County) -> None:
    assert "企业微信" not in Client().get("/login/").content.decode()
    for name in SERVICES:
        for address in addresses(name):
            assert Client().get(address).status_code == 404, address


def test_the_door_offers_each_service_by_name(service: str, county: County) -> None:
    page = Client().get("/login/").content.decode()
    for title in ("用企业微信登录", "用钉钉登录", "用飞书登录", "用省统一身份认证登录"):
        assert title in page
    mine = browser_of(county.clerk).get("/account/").content.decode()
    assert "其他登录方式" in mine
