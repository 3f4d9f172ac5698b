"""Review: accept as it was seen, return cell by cell, unlock one record; two officers at once, a process killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from shuyuan.core.history import acting
from shuyuan.core.proof import verify
from shuyuan.finance.models import Procurement
from shuyuan.ledger import filing, review
from shuyuan.ledger.changes import since_accepted
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from shuyuan.ledger.review import Remark
from tests.county import HOME, County, browser_of
from tests.ledger.filed import opened, purchase, task_of

BOOK = ledger("procurement")


def seen(*records: Procurement) -> dict[int, int]:
    return review.revisions(BOOK, [record.pk for record in records])


def test_a_record_comes_back_with_a_reason_for_each_cell_and_is_settled_when_accepted(county: County) -> None:
    record = purchase(county, state=State.FILED)
    officer = county.reviewer(BOOK)
    with acting(officer, "退回"):
        for nothing in ({}, {"amount": "  "}):
            with pytest.raises(ValidationError, match="退回须写明原因"):
                review.give_back(BOOK, record, nothing)
        with pytest.raises(ValidationError, match="没有这些列：state"):
            review.give_back(BOOK, record, {"state": "x"})
        review.give_back(BOOK, record, {"amount": "与发票不符", "": "请附发票"})
    assert review.remarks(BOOK, [record.pk]) == {record.pk: {"amount": "与发票不符", "": "请附发票"}}
    newest: Any = record.history().first()
    assert (newest.state, newest.written_why) == ("returned", "「金额（元）」与发票不符；请附发票")
    with acting(county.clerk, "改正"):
        record.refresh_from_db()
        record.amount, record.state = 550, State.FILED
        record.save()
    with acting(officer, "再退回"):
        review.give_back(BOOK, record, {"item": "写全称"})
    assert review.remarks(BOOK, [record.pk]) == {record.pk: {"item": "写全称"}}
    with acting(officer, "通过"):
        Procurement.objects.filter(pk=record.pk).move(State.FILED)
        assert review.accept(BOOK, seen(record)).accepted == 1
    assert review.remarks(BOOK, [record.pk]) == {}
    assert Remark.objects.count() == 3
    assert verify(Remark) == []


def test_one_accepted_record_is_unlocked_and_no_other(county: County) -> None:
    one, other = purchase(county, state=State.ACCEPTED), purchase(county, "黑板", state=State.ACCEPTED)
    with acting(county.reviewer(BOOK), "更正"):
        review.give_back(BOOK, one, {"amount": "学校申请更正"})
    other.refresh_from_db()
    assert (one.state, other.state) == (State.RETURNED, State.ACCEPTED)


def test_the_difference_is_to_the_last_accepted_version(county: County) -> None:
    record, fresh = purchase(county, state=State.ACCEPTED), purchase(county, "黑板", state=State.FILED)
    with acting(county.reviewer(BOOK), "更正"):
        review.give_back(BOOK, record, {"amount": "更正"})
    for amount in (600, 700):
        record.amount, record.state = amount, State.FILED
        with acting(county.clerk, "改"):
            record.save()
    found = since_accepted(BOOK, [record.pk, fresh.pk])
    assert found[fresh.pk] is None
    (change,) = found[record.pk] or []
    assert (change.label, change.before, change.after) == ("金额（元）", "500.00", "700.00")


def test_the_second_of_two_officers_is_told_what_the_first_did(county: County) -> None:
    one, other = purchase(county, state=State.FILED), purchase(county, "黑板", state=State.FILED)
    looked = seen(one, other)
    with acting(county.reviewer(BOOK), "通过"):
        review.accept(BOOK, {one.pk: looked[one.pk]})
    with acting(county.office, "通过"):
        done = review.accept(BOOK, looked, bulk=True)
        with pytest.raises(ValidationError, match="有人改过"):
            review.give_back(BOOK, one, {"": "晚了一步"}, looked[one.pk])
    assert (done.accepted, [(left, why) for left, why in done.left]) == (1, [(one, "已由别人处理：现在是已通过")])
    assert one.history().count() == 2


def test_what_the_school_changed_after_the_officer_looked_is_not_accepted_unseen(county: County) -> None:
    record = purchase(county, state=State.FILED)
    looked = seen(record)
    record.amount = 999
    with acting(county.clerk, "改金额"):
        record.save()
    with acting(county.reviewer(BOOK), "通过"):
        done = review.accept(BOOK, looked)
    assert (done.accepted, done.left[0][1]) == (0, "您打开之后有人改过，请重新看一遍")


# --- over HTTP ---


def test_the_whole_path_over_http(county: County) -> None:
    task = task_of(opened(county, signed=True), county[HOME])
    clerk, head = browser_of(county.clerk), browser_of(county.headteacher)
    officer = browser_of(county.reviewer(BOOK))
    sent = {
        "organisation": county[HOME].pk, "date": "2012-03-12", "item": "课桌", "purpose": "equipment", "method": "own",
        "source": "school", "amount": "500", "contract": "", "reason": "",
    }  # fmt: skip
    assert clerk.post(reverse("record-add", args=["procurement"]), sent).status_code == 302
    record = Procurement.objects.get()
    assert record.state == State.DRAFT
    assert "课桌" in clerk.get(reverse("task", args=[task.pk])).content.decode()
    assert "采购投入" in clerk.get("/").content.decode()

    clerk.post(reverse("task-file", args=[task.pk]))
    assert "等您签报" in head.get("/").content.decode()
    assert "课桌" not in officer.get(reverse("review", args=["procurement"])).content.decode()
    head.post(reverse("task-sign", args=[task.pk]))
    assert "课桌" in officer.get(reverse("review", args=["procurement"])).content.decode()

    address = reverse("review-record", args=["procurement", record.pk])
    page = officer.get(address)
    revision = page.context["revision"]
    refused = officer.post(address, {"act": "return", "revision": revision, "remark-amount": " "})
    assert (refused.status_code, "退回须写明原因" in refused.content.decode()) == (422, True)
    officer.post(address, {"act": "return", "revision": revision, "remark-amount": "与发票不符"})
    for where in (
        "/",
        reverse("record-edit", args=["procurement", record.pk]),
        reverse("ledger", args=["procurement"]),
    ):
        assert "与发票不符" in clerk.get(where).content.decode(), where
    assert "已退回" in clerk.get("/").content.decode()

    clerk.post(
        reverse("record-edit", args=["procurement", record.pk]), sent | {"amount": "550", "reason": "按发票更正"}
    )
    record.refresh_from_db()
    assert record.state == State.FILED
    head.post(reverse("task-sign", args=[task.pk]))
    chosen = f"{record.pk}:{seen(record)[record.pk]}"
    officer.post(reverse("review-accept", args=["procurement"]), {"seen": [chosen]})
    record.refresh_from_db()
    assert (record.state, record.amount) == (State.ACCEPTED, 550)
    assert {version.written_by.username for version in record.history()} == {"hetou", "xiaozhang", "ke_finance"}


def test_a_round_is_prepared_weighed_sent_and_reminded_over_http(county: County) -> None:
    office, clerk = browser_of(county.office), county.clerk
    sent: dict[str, Any] = {
        "title": "2012年度填报", "year": 2012, "opens": "2012-12-01", "due": "2012-11-30",
        "within": county["薛埠镇"].pk, "ledgers": ["procurement", "aid"], "note": "按凭证填报",
    }  # fmt: skip
    wrong = office.post(reverse("round-add"), sent)
    assert "截止日期早于开始日期" in wrong.content.decode()
    assert office.post(reverse("round-add"), sent | {"ledgers": ["discipline"], "due": "2012-12-20"}).status_code == 200
    whole = sent | {"due": "2012-12-20", "within": county["金坛市教育局"].pk}
    address = office.post(reverse("round-add"), whole).headers["Location"]
    page = office.get(address).content.decode()
    assert all(text in page for text in ("负担最重的学校", "学校实际要填", "还没有填报员账号"))
    office.post(f"{address}move/", {"to": "open"})
    board = office.get(address).content.decode()
    assert board.count("逾期未报") >= 4
    assert HOME in board
    assert HOME not in office.get(f"{address}?standing=accepted").content.decode()
    office.post(f"{address}remind/")
    assert "请尽快报送" in browser_of(clerk).get("/").content.decode()
    browser_of(clerk).post(reverse("notices-seen"))
    assert "请尽快报送" not in browser_of(clerk).get("/").content.decode()
    assert office.get(f"{address}edit/").status_code == 403


@pytest.mark.parametrize("chosen", [["x"], ["1:2:3"], ["9999999:1"], []])
def test_a_hand_made_choice_accepts_nothing(county: County, chosen: list[str]) -> None:
    record = purchase(county, state=State.FILED)
    answer = browser_of(county.reviewer(BOOK)).post(reverse("review-accept", args=["procurement"]), {"seen": chosen})
    record.refresh_from_db()
    assert (answer.status_code in {302, 404}, record.state) == (True, State.FILED)


# --- a process killed ---

KILLED = """
import os, signal
import django
django.setup()
from django.contrib.auth.models import User
from django.db import models
from shuyuan.core import history
from shuyuan.core.history import acting
from shuyuan.ledger import review
from shuyuan.ledger.ledger import ledger

book = ledger("procurement")
seen = review.revisions(book, list(book.objects().values_list("pk", flat=True)))
judged = review.judge
def die(*arguments):
    print(book.objects().filter(state="accepted").count(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
review.judge = die
with acting(User.objects.get(username="ke_finance"), "通过"):
    review.accept(book, seen, bulk=True)
"""


@pytest.mark.django_db(transaction=True)
def test_a_bulk_accept_that_is_killed_leaves_everything_as_it_was(transactional_db: None) -> None:
    from tests.county import build

    county = build()
    records = [purchase(county, f"课桌{number}", state=State.FILED) for number in range(50)]
    county.reviewer(BOOK)
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        address = f"sqlite:///{name}"
    else:  # this run's server, this process's database
        address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    settings = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "shuyuan.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED)], env=os.environ | settings, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (-signal.SIGKILL, "50"), done.stderr
    assert Procurement.objects.filter(state=State.FILED).count() == 50
    assert Procurement.versions._default_manager.count() == 50
    assert verify(Procurement) == []
    with acting(county.reviewer(BOOK), "通过"):
        assert review.accept(BOOK, seen(*records), bulk=True).accepted == 50


def test_filing_needs_a_post_at_that_school(county: County) -> None:
    task = task_of(opened(county), county[HOME])
    purchase(county)
    stranger = browser_of(county.other_clerk)
    assert stranger.post(reverse("task-file", args=[task.pk])).status_code == 404
    assert browser_of(county.reviewer(BOOK)).post(reverse("task-file", args=[task.pk])).status_code == 403
    assert browser_of(county.clerk).post(reverse("task-sign", args=[task.pk])).status_code == 403
    with acting(county.clerk, "报送"):
        filing.file(task)
    assert browser_of(county.clerk).post(reverse("task-return", args=[task.pk]), {"reason": "x"}).status_code == 403
