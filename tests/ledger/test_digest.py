"""The digest: one e-mail a day to whoever has an address and wants it, and never two."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from shuyuan.core.history import acting
from shuyuan.ledger import digest, filing
from shuyuan.ledger.rounds import Round
from tests.county import County, browser_of
from tests.ledger.filed import opened


@pytest.fixture
def asked(county: County) -> County:
    """A round was sent, and the clerk has an address."""
    county.clerk.email = "hetou@example.org"
    county.clerk.save()
    county.headteacher  # noqa: B018  (who has none)
    one = opened(county)
    with acting(county.office, "催报"):
        filing.remind(one)
    return county


def test_everything_unseen_stands_in_one_e_mail_and_none_follows_the_same_day(asked: County) -> None:
    assert [digest.send(now=True) for _ in range(3)] == [1, 0, 0]
    (letter,) = mail.outbox
    assert letter.to == ["hetou@example.org"]
    assert letter.subject == "数源：您有 2 条新通知"
    assert "发来填报" in letter.body
    assert "请尽快报送" in letter.body


def test_the_next_day_brings_the_next_one_while_something_is_unseen(
    asked: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest.send(now=True)
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda: tomorrow)
    assert digest.send(now=True) == 1
    asked.clerk.notices.update(seen=True)
    monkeypatch.setattr(timezone, "localdate", lambda: tomorrow + timedelta(days=1))
    assert digest.send(now=True) == 0


def test_a_clock_set_back_sends_nothing_again(asked: County, monkeypatch: pytest.MonkeyPatch) -> None:
    digest.send(now=True)
    yesterday = timezone.localdate() - timedelta(days=1)
    monkeypatch.setattr(timezone, "localdate", lambda *given: yesterday)
    assert digest.send(now=True) == 0


def test_whoever_turns_it_off_gets_none_and_the_page_says_so(asked: County) -> None:
    client = browser_of(asked.clerk)
    assert "每天最多发一封到 hetou@example.org" in client.get(reverse("notices")).content.decode()
    client.post(reverse("mailing"), {"wanted": "0"})
    assert digest.send(now=True) == 0
    assert "已关闭" in client.get(reverse("notices")).content.decode()
    client.post(reverse("mailing"), {"wanted": "1"}, headers={"Accept-Language": "en"})
    assert digest.send(now=True) == 1
    assert "Shuyuan" in mail.outbox[0].subject, "in the language of the page it was asked for on"


def test_nobody_is_written_to_at_night_but_by_command(
    asked: County, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DIGEST_HOUR = 25
    assert digest.send() == 0
    call_command("digest")
    assert "发出 1 封" in capsys.readouterr().out


def test_a_letter_that_could_not_be_sent_is_not_sent_twice_and_stops_no_other(
    asked: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.other_clerk.email = "huazhong@example.org"
    asked.other_clerk.save()
    with acting(asked.office, "催报"):
        filing.remind(Round.objects.get())
    sent: list[str] = []

    def send_mail(subject: str, body: str, sender: None, to: list[str]) -> int:
        if to == ["hetou@example.org"]:
            raise smtplib.SMTPServerDisconnected
        sent.extend(to)
        return 1

    monkeypatch.setattr(digest, "send_mail", send_mail)
    assert digest.send(now=True) == 1
    assert digest.send(now=True) == 0
    assert sent == ["huazhong@example.org"]
