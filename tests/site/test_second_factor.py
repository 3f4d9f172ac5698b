"""The second factor: codes of a phone, recovery codes, passkeys; and the roles that may not do without."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from shuyuan.site.accounts import locks
from shuyuan.site.accounts.account import Account
from tests.county import County, browser_of, build
from tests.site.test_door import PASSWORD, enter

PHONE = reverse("mfa_activate_totp")


def code_of(secret: str, *, steps: int = 0) -> str:
    """RFC 6238, written down once more: what the phone shows."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    mac = hmac.digest(base64.b32decode(secret), counter, "sha1")
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture
def county(db: None) -> County:
    county = build()
    for user in (county.clerk, county.office):
        user.set_password(PASSWORD)
        user.save()
    return county


def enabled(client: Client) -> str:
    """Switch the phone's codes on; the secret."""
    page = client.get(PHONE).content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)
    assert secret is not None
    answer = client.post(PHONE, {"code": code_of(secret[1])})
    assert answer.headers["Location"] == reverse("mfa_view_recovery_codes")
    return secret[1]


def test_after_the_password_the_phones_code_is_asked_for_and_opens(county: County) -> None:
    secret = enabled(enter("hetou", PASSWORD)[0])
    client, answer = enter("hetou", PASSWORD)
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert client.get("/").headers["Location"].startswith("/login/")
    assert "验证码不对" in client.post("/login/code/", {"code": "000000"}).content.decode()
    code = code_of(secret, steps=1)
    assert client.post("/login/code/", {"code": code}).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    second = enter("hetou", PASSWORD)[0]
    assert second.post("/login/code/", {"code": code}).status_code == 200  # a code opens once


def test_the_secret_does_not_stand_in_the_database(county: County) -> None:
    secret = enabled(enter("hetou", PASSWORD)[0])
    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP).data
    assert secret not in str(kept)


def test_wrong_codes_count_towards_the_lock_of_the_name(county: County) -> None:
    secret = enabled(enter("hetou", PASSWORD)[0])
    client, _answer = enter("hetou", PASSWORD)
    answers = [client.post("/login/code/", {"code": f"{n:06}"}).content.decode() for n in range(5)]
    assert "已锁定" in answers[-1]
    assert locks.locked_until("hetou") is not None
    assert client.post("/login/code/", {"code": code_of(secret)}).status_code == 200


def test_a_recovery_code_opens_once(county: County) -> None:
    inside = enter("hetou", PASSWORD)[0]
    enabled(inside)
    page = inside.get(reverse("mfa_view_recovery_codes")).content.decode()
    codes = re.findall(r"<li>(\d{8}|\w{4}-?\w{4})</li>", page)
    assert len(codes) == 10
    first = enter("hetou", PASSWORD)[0]
    assert first.post("/login/code/", {"code": codes[0]}).status_code == 302
    second = enter("hetou", PASSWORD)[0]
    assert second.post("/login/code/", {"code": codes[0]}).status_code == 200
    assert second.post("/login/code/", {"code": codes[1]}).status_code == 302


def test_switching_on_and_off_is_kept_in_the_accounts_history(
    county: County, django_capture_on_commit_callbacks: Any
) -> None:
    client = enter("hetou", PASSWORD)[0]
    with django_capture_on_commit_callbacks(execute=True):
        enabled(client)
    assert client.post(reverse("mfa_deactivate_totp")).status_code == 302
    assert not Authenticator.objects.exists()
    whys = {version.written_why for version in Account.objects.get(user=county.clerk).history()}
    assert {"本人启用手机验证码", "本人停用手机验证码"} <= whys


def test_long_after_signing_in_the_password_is_asked_for_again(county: County) -> None:
    client = enter("hetou", PASSWORD)[0]
    client.get("/")
    session = client.session
    session["session_begun"] -= 600
    session.save()
    answer = client.get(PHONE)
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    again = client.post(answer.headers["Location"], {"password": PASSWORD, "next": PHONE})
    assert again.headers["Location"] == PHONE
    assert client.get(PHONE).status_code == 200


def test_a_role_that_needs_it_opens_nothing_before_it_has_it(county: County, settings: Any) -> None:
    settings.SECOND_FACTOR_FOR = ["office", "superuser"]
    client = enter("bangongshi", PASSWORD)[0]
    assert client.get("/reports/").headers["Location"] == reverse("my-account")
    assert client.get("/api/ledgers/").status_code == 403
    assert "双重验证" in client.get("/api/ledgers/").json()["detail"]
    assert "您的岗位须用双重验证登录" in client.get("/account/").content.decode()
    enabled(client)
    assert client.get("/reports/").status_code == 200
    assert browser_of(county.superuser).get("/").headers["Location"] == reverse("my-account")
    assert browser_of(county.clerk).get("/").status_code == 200


def test_the_office_takes_it_off_for_whoever_lost_phone_and_codes(county: County) -> None:
    enabled(enter("hetou", PASSWORD)[0])
    office = browser_of(county.office)
    office.post(reverse("account-act", args=[county.clerk.pk]), {"act": "factor", "reason": "手机遗失，本人持证到场"})
    assert enter("hetou", PASSWORD)[1].headers["Location"] == "/"
    newest = Account.objects.get(user=county.clerk).history()[0]
    assert newest.written_why == "解除双重验证：手机遗失，本人持证到场"


@pytest.mark.django_db(transaction=True)
def test_a_passkey_is_added_and_opens_the_door_without_a_password(
    page: Page, sign_in: Callable[[AbstractBaseUser], Page]
) -> None:
    user = User.objects.create(username="officer", first_name="王示例")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    sign_in(user)
    page.goto("/account/")
    page.get_by_role("link", name="添加").click()
    page.get_by_label("名称").fill("办公室电脑")
    page.get_by_role("button", name="添加").click()
    expect(page.get_by_role("heading", name="备用码")).to_be_visible()
    page.get_by_role("link", name="收好了").click()
    expect(page.get_by_text("办公室电脑")).to_be_visible()

    page.get_by_role("button", name="我的账号").click()
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("button", name="用通行密钥").click()
    expect(page.get_by_role("heading", name="王示例")).to_be_visible()
    key = Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN)
    assert key.last_used_at is not None
