"""The door: passwords, the lock on a name, the first password, and how long a session lasts."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from shuyuan.core.history import acting
from shuyuan.site.accounts import acts, checks, locks
from shuyuan.site.accounts.account import Account
from shuyuan.site.accounts.gate import BEGUN
from shuyuan.site.environment import number, outside
from tests.county import HOME, County, browser_of, build

PASSWORD = "Sample-pass-2012"
ANOTHER = "Wholly-other-2013"


@pytest.fixture
def county(db: None) -> County:
    county = build()
    for user in (county.clerk, county.other_clerk):
        user.set_password(PASSWORD)
        user.save()
    return county


@pytest.fixture
def newcomer(county: County) -> tuple[User, str]:
    """Somebody whose account the office has just made."""
    with acting(county.office, "新增账号"):
        return acts.create("xinren", "新人", "", county[HOME])


def enter(name: str, password: str, **server: Any) -> tuple[Client, Any]:
    client = Client(**server)
    return client, client.post("/login/", {"username": name, "password": password})


# --- the lock on a name ---


def test_five_wrong_passwords_shut_the_name_even_for_the_right_one(county: County) -> None:
    for _try in range(4):
        assert "账号或密码不对" in enter("hetou", "wrong")[1].content.decode()
    told = enter("hetou", "wrong")[1].content.decode()
    assert "请在 30 分钟后再试" in told
    assert "联系教育局办公室" in told
    assert "请在 30 分钟后再试" in enter("hetou", PASSWORD)[1].content.decode()


def test_the_lock_is_on_the_name_wherever_the_tries_come_from_and_never_on_the_address(county: County) -> None:
    for place in range(5):
        enter("hetou", "wrong", REMOTE_ADDR=f"10.0.0.{place}", HTTP_USER_AGENT=f"browser {place}")
    assert locks.locked_until("hetou") is not None
    for _try in range(30):  # a whole school mistypes behind one address
        enter(f"laoshi{_try}", "wrong", REMOTE_ADDR="10.1.1.1")
    assert enter("huazhong", PASSWORD, REMOTE_ADDR="10.1.1.1")[1].status_code == 302


def test_a_name_that_nobody_has_is_shut_like_any_other(county: County) -> None:
    """Or the lock would tell who has an account."""
    answers = [enter("meiyouren", "wrong")[1].content.decode() for _try in range(5)]
    assert "请在 30 分钟后再试" in answers[-1]


def test_going_on_guessing_does_not_lengthen_the_lock_and_it_ends(county: County) -> None:
    for _try in range(5):
        enter("hetou", "wrong")
    until = locks.locked_until("hetou")
    for _try in range(5):
        enter("hetou", "wrong")
    assert locks.locked_until("hetou") == until
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
    assert locks.locked_until("hetou") is None
    assert enter("hetou", PASSWORD)[1].status_code == 302


def test_the_right_password_in_between_forgets_the_wrong_ones(county: County) -> None:
    for _round in range(3):
        for _try in range(4):
            enter("hetou", "wrong")
        assert enter("hetou", PASSWORD)[1].status_code == 302


def test_the_office_unlocks_at_the_page_and_the_history_says_who(county: County) -> None:
    for _try in range(5):
        enter("hetou", "wrong")
    page = browser_of(county.office)
    assert "已锁定" in page.get("/accounts/?standing=locked").content.decode()
    address = reverse("account-act", args=[county.clerk.pk])
    assert page.post(address, {"act": "unlock", "reason": "本人来电"}).status_code == 302
    assert enter("hetou", PASSWORD)[1].status_code == 302
    newest = Account.objects.get(user=county.clerk).history()[0]
    assert (newest.written_by, newest.written_why) == (county.office, "解除锁定：本人来电")


def test_the_command_lists_and_unlocks(county: County, capsys: pytest.CaptureFixture[str]) -> None:
    for _try in range(5):
        enter("hetou", "wrong")
    call_command("account", "locked")
    assert capsys.readouterr().out.startswith("hetou\t")
    call_command("account", "unlock", "hetou")
    assert locks.locked_until("hetou") is None
    with pytest.raises(CommandError, match="没有账号 nobody"):
        call_command("account", "unlock", "nobody")


@pytest.mark.parametrize("name", ["", "a" * 10_000, "\0", "ｈｅｔｏｕ' OR 1=1 --", "用户" * 70])
def test_a_hostile_name_is_only_a_wrong_one(county: County, name: str) -> None:
    assert enter(name, "x" * 10_000)[1].status_code == 200


# --- the first password ---


def test_with_a_first_password_nothing_opens_but_its_change(newcomer: tuple[User, str]) -> None:
    user, password = newcomer
    client, answer = enter(user.username, password)
    assert answer.status_code == 302
    change = reverse("account_change_password")
    for address in ("/", "/figures/", "/ledgers/debt/", "/account/", "/account/phone/", "/intake/", "/nowhere/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers.get("Location", "")) in {(302, change), (404, "")}, address
    assert client.post("/ledgers/debt/nothing/").headers["Location"] == change
    fragment = client.get("/figures/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (204, change)
    refused = client.get("/api/ledgers/")
    assert refused.status_code == 403
    assert "请先修改密码" in refused.json()["detail"]

    page = client.get(change).content.decode()
    assert "初始密码" in page
    weak = {"oldpassword": password, "password1": password, "password2": password}
    assert "不能与原密码相同" in client.post(change, weak).content.decode()
    common = {"oldpassword": password, "password1": "password1", "password2": "password1"}
    assert client.post(change, common).status_code == 200
    assert client.get("/").status_code == 302
    new = {"oldpassword": password, "password1": ANOTHER, "password2": ANOTHER}
    assert client.post(change, new).headers["Location"] == reverse("my-account")
    assert client.get("/").status_code == 200
    assert client.get("/api/ledgers/").status_code == 200
    versions = [version.written_why for version in Account.objects.get(user=user).history()]
    assert versions == ["本人修改密码", "新增账号"]
    assert enter(user.username, password)[1].status_code == 200
    assert enter(user.username, ANOTHER)[1].status_code == 302


def test_an_account_that_no_office_made_owes_nothing(county: County) -> None:
    client, _answer = enter("hetou", PASSWORD)
    assert client.get("/").status_code == 200


def test_a_first_password_is_hashed_in_full_once_it_is_used(newcomer: tuple[User, str], settings: Any) -> None:
    user, password = newcomer
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    from shuyuan.site.accounts.passwords import QUICK, quick_hash

    user.password = quick_hash(password)
    user.save()
    assert f"${QUICK}$" in user.password
    enter(user.username, password)
    user.refresh_from_db()
    assert int(user.password.split("$")[1]) > 10 * QUICK


def test_a_password_grows_old_where_the_site_says_so(newcomer: tuple[User, str], settings: Any) -> None:
    user, _password = newcomer
    with acting(user, "本人修改密码"):
        acts.password_changed(user)
    settings.PASSWORD_DAYS = 90
    assert browser_of(user).get("/").status_code == 200
    with acting(user, "样例"):
        Account.objects.update(password_since=timezone.now() - timedelta(days=91))
    assert browser_of(user).get("/").headers["Location"] == reverse("account_change_password")


def test_a_reset_password_signs_out_whoever_holds_the_old_one(county: County) -> None:
    client, _answer = enter("hetou", PASSWORD)
    with acting(county.office, "重置密码"):
        password = acts.reset_password(county.clerk)
    assert client.get("/").headers["Location"].startswith("/login/")
    again, _answer = enter("hetou", password)
    assert again.get("/").headers["Location"] == reverse("account_change_password")


def test_a_disabled_account_is_out_at_once_and_nothing_of_it_is_lost(county: County) -> None:
    client, _answer = enter("hetou", PASSWORD)
    with acting(county.office, "停用账号"):
        acts.set_active(county.clerk, False)
    assert client.get("/").headers["Location"].startswith("/login/")
    assert enter("hetou", PASSWORD)[1].status_code == 200
    with acting(county.office, "启用账号"):
        acts.set_active(county.clerk, True)
    assert enter("hetou", PASSWORD)[1].status_code == 302
    assert [version.columns()["active"] for version in Account.objects.get().history()] == [True, False]


# --- a forgotten one ---


def test_whoever_has_an_address_resets_a_forgotten_password(county: County) -> None:
    county.clerk.email = "hetou@example.org"
    county.clerk.save()
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "hetou@example.org"})
    assert len(mail.outbox) == 1
    assert "hetou" in mail.outbox[0].body
    link = re.search(r"https?://[^/]+(/\S+)", str(mail.outbox[0].body))
    assert link is not None
    form = client.get(link[1], follow=True)
    address = form.redirect_chain[-1][0]
    done = client.post(address, {"password1": ANOTHER, "password2": ANOTHER}, follow=True)
    assert "新密码已设好" in done.content.decode()
    assert enter("hetou", ANOTHER)[1].status_code == 302
    assert "已经用过或过期" in Client().get(link[1], follow=True).content.decode()


def test_an_address_nobody_has_is_answered_the_same_and_gets_no_mail(county: County) -> None:
    answer = Client().post(reverse("account_reset_password"), {"email": "nobody@example.org"}, follow=True)
    assert "已寄出" in answer.content.decode()
    assert mail.outbox == []


@pytest.mark.parametrize("name", ["account_signup", "socialaccount_signup", "account_email"])
def test_nobody_signs_up_by_themselves(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


# --- sessions ---


def test_a_session_ends_at_its_longest_however_much_is_done_in_it(county: County, settings: Any) -> None:
    client, _answer = enter("hetou", PASSWORD)
    client.get("/")
    session = client.session
    session[BEGUN] = int(time.time()) - settings.SESSION_HOURS * 3600 - 1
    session.save()
    assert client.get("/figures/").headers["Location"] == "/login/?next=/figures/"
    assert "登录时间已到上限" in client.get("/login/").content.decode()


def test_work_renews_a_session_once_a_minute_and_not_for_every_page(county: County) -> None:
    client, _answer = enter("hetou", PASSWORD)
    client.get("/")
    assert "sessionid" not in client.get("/").cookies
    session = client.session
    session["session_seen"] = int(time.time()) - 61
    session.save()
    renewed = client.get("/").cookies["sessionid"]
    assert renewed["max-age"] == 120 * 60


def test_a_clock_that_jumps_back_throws_nobody_out(county: County) -> None:
    client, _answer = enter("hetou", PASSWORD)
    client.get("/")
    session = client.session
    session[BEGUN] = int(time.time()) + 7200
    session.save()
    assert client.get("/").status_code == 200


def test_of_more_sessions_than_allowed_the_oldest_end(county: County, settings: Any) -> None:
    settings.SESSIONS_AT_ONCE = 2
    clients = [enter("hetou", PASSWORD)[0] for _login in range(3)]
    other = enter("huazhong", PASSWORD)[0]
    assert [client.get("/").status_code for client in clients] == [302, 200, 200]
    assert other.get("/").status_code == 200


def test_one_lists_and_ends_ones_other_sessions_and_nobody_elses(county: County) -> None:
    here = enter("hetou", PASSWORD, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Chrome/130.0")[0]
    there = enter("hetou", PASSWORD, HTTP_USER_AGENT="Mozilla/5.0 (Linux; Android 14) Chrome/130.0")[0]
    page = here.get("/account/").content.decode()
    assert "Chrome · Windows" in page
    assert "Chrome · Android" in page
    stranger = enter("huazhong", PASSWORD)[0]
    from allauth.usersessions.models import UserSession

    theirs = UserSession.objects.filter(user=county.clerk).order_by("-created_at")[0]
    stranger.post(reverse("sessions-end"), {"session": theirs.pk})
    assert there.get("/").status_code == 200
    here.post(reverse("sessions-end"))
    assert there.get("/").status_code == 302
    assert here.get("/").status_code == 200
    assert stranger.get("/").status_code == 200


# --- back to where one was ---


def test_a_form_that_meets_the_end_of_a_session_leads_back_to_its_page(county: County) -> None:
    client = Client(HTTP_REFERER="http://testserver/ledgers/procurement/3/edit/?year=2012")
    answer = client.post("/ledgers/procurement/3/edit/")
    assert answer.headers["Location"] == "/login/?next=/ledgers/procurement/3/edit/%3Fyear%3D2012&kept=1"
    assert "填写的内容会恢复" in client.get(answer.headers["Location"]).content.decode()
    fragment = Client().post(
        "/tasks/1/file/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/tasks/1/"}
    )
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (204, "/login/?next=/tasks/1/&kept=1")


@pytest.mark.parametrize("page", ["https://evil.example/x", "", "javascript:alert(1)", "//evil.example/"])
def test_a_page_of_another_site_is_never_led_back_to(county: County, page: str) -> None:
    answer = Client().post("/tasks/1/file/", headers={"referer": page})
    assert answer.headers["Location"] == "/login/?next=/&kept=1"


# --- settings that cannot be meant ---


def test_a_role_that_is_none_and_a_service_without_its_secret_are_told_at_start(settings: Any) -> None:
    settings.SECOND_FACTOR_FOR = ["office", "ofice"]
    settings.SOCIALACCOUNT_PROVIDERS = outside({"SHUYUAN_WECOM_CLIENT": "ww1", "SHUYUAN_OIDC_CLIENT": "c"})
    settings.AXES_FAILURE_LIMIT = 0
    told = [(found.id, found.hint) for found in checks.accounts()]
    assert (
        "accounts.E001",
        "Roles: audit, auditor, clerk, headteacher, leader, office, officer, security, superuser, system.",
    ) in told
    lacking = {hint for number, hint in told if number == "accounts.E002"}
    assert lacking == {f"Set SHUYUAN_{one}." for one in ("WECOM_SECRET", "WECOM_AGENT", "OIDC_SECRET", "OIDC_URL")}
    assert "accounts.E003" in {number for number, _hint in told}


def test_the_settings_as_they_come_are_sound() -> None:
    assert checks.accounts() == []


def test_a_number_that_is_none_says_how_to_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHUYUAN_IDLE_MINUTES", "two hours")
    with pytest.raises(ImproperlyConfigured, match="write a whole number"):
        number("SHUYUAN_IDLE_MINUTES", 120)
