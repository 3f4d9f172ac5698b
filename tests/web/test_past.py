"""Reading a past day's books in the browser: in force on every page, and nothing can be written there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.county import HOME, County, browser_of

from shuyuan.core.history import acting
from shuyuan.finance.debt import DebtRelief
from shuyuan.ledger.record import State


def a_debt(county: County, amount: int) -> DebtRelief:
    kinds = {"kind": "compulsory", "creditor_kind": "bank", "creditor": "甲", "purpose": "楼", "source": "county"}
    with acting(county.system, "登记"):
        debt = DebtRelief(organisation=county[HOME], date="2012-05-01", amount=amount, document="1", **kinds)
        debt.state = State.ACCEPTED
        debt.save()
    return debt


def test_a_moment_once_chosen_holds_until_it_is_taken_back(county: County) -> None:
    debt = a_debt(county, 50000)
    then = timezone.now()
    with acting(county.system, "更正"):
        debt.amount = 70000
        debt.save()
    browser = browser_of(county.office)
    browser.get("/", {"as_of": then.isoformat()})
    page = browser.get("/figures/debt.relieved/?year=2012").content.decode()
    assert "5万元" in page and "7万元" not in page and "回到现在" in page
    record = browser.get(debt.get_absolute_url()).content.decode()
    assert "更正" not in record, "what was written later is not told"
    assert "7万元" in browser.get("/figures/debt.relieved/?year=2012&as_of=").content.decode()
    assert "回到现在" not in browser.get("/").content.decode()


def test_the_past_cannot_be_edited_and_the_cure_is_told(county: County) -> None:
    debt = a_debt(county, 50000)
    browser = browser_of(county.officer(debt.ledger.function))
    browser.get("/", {"as_of": timezone.now().isoformat()})
    answer = browser.post(f"{debt.get_absolute_url()}edit/", {"amount": "1"}, follow=True)
    assert "请先回到现在" in answer.content.decode()
    debt.refresh_from_db()
    assert debt.amount == 50000
    assert browser.post("/logout/").status_code == 302, "one can leave from anywhere"


@pytest.mark.parametrize("text", ["昨天", "2012-13-01", "9" * 500])
def test_what_is_no_date_is_told(county: County, text: str) -> None:
    browser = browser_of(county.office)
    assert "不是日期" in browser.get("/", {"as_of": text}).content.decode()
    assert browser.get("/api/figures/", {"as_of": text, "year": "2012"}).status_code == 400


def test_tomorrow_is_the_present(county: County) -> None:
    tomorrow = (timezone.localdate() + timedelta(1)).isoformat()
    assert "回到现在" not in browser_of(county.office).get("/", {"as_of": tomorrow}).content.decode()


def test_a_program_asks_with_each_request(county: County) -> None:
    before = timezone.now()
    a_debt(county, 50000)
    browser = browser_of(county.office)
    address = "/api/ledgers/debt/"
    assert browser.get(address, {"as_of": before.isoformat()}).json()["rows"] == []
    assert len(browser.get(address).json()["rows"]) == 1
