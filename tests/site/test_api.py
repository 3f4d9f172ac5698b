"""The API: tokens, changes with the revision that was seen, many lines by natural key, requests sent twice."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shuyuan.core import tokens
from shuyuan.core.history import acting
from shuyuan.core.proof import verify
from shuyuan.core.tokens import AccessToken
from shuyuan.finance.models import Procurement
from shuyuan.ledger import filing
from shuyuan.ledger.closing import close_books
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.once import Answered
from shuyuan.ledger.record import State
from shuyuan.staff.models import Staff
from tests.county import BUREAU, HOME, OTHER, County, browser_of, build
from tests.ledger.filed import opened, purchase, task_of

ROWS = "/api/ledgers/procurement/rows/"
DESK = {
    "organisation": HOME, "item": "课桌", "purpose": "equipment", "method": "own", "source": "school",
    "amount": 500, "date": "2012-03-12",
}  # fmt: skip
TEACHER = {
    "organisation": HOME, "person": "张示例", "person_number": "1001", "gender": "1",
    "born": "1980-05-01", "date": "2005-09-01",
}  # fmt: skip


@pytest.fixture
def county(db: None) -> County:
    return build()


class Program:
    """A program with a token."""

    def __init__(self, user: User, *, writes: bool = True) -> None:
        self.token, self.text = tokens.make(user, "每晚同步", writes=writes)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        client = Client(enforce_csrf_checks=True)
        more = {"Authorization": f"Bearer {self.text}"} | {
            name.replace("_", "-"): text for name, text in headers.items()
        }
        data = "" if body is None else json.dumps(body)
        return client.generic(method, path, data, "application/json", headers=more)


def known(**more: Any) -> dict[str, Any]:
    """A teacher's line in the register."""
    return TEACHER | {"post": ledger("staff").column("post").choices[0][0]} | more


# --- tokens ---


def test_a_token_opens_what_its_owner_may_see_and_nothing_else(county: County) -> None:
    purchase(county)
    purchase(county, "别校的", organisation=county[OTHER])
    clerk, office = Program(county.clerk), Program(county.office)
    assert clerk("GET", "/api/ledgers/procurement/").json()["count"] == 1
    assert office("GET", "/api/ledgers/procurement/").json()["count"] == 2
    assert clerk("GET", "/api/ledgers/discipline/").status_code == 404


def test_only_its_digest_is_kept_and_its_use_is_noted(county: County) -> None:
    program = Program(county.clerk)
    assert program.text not in json.dumps(list(AccessToken.objects.values()), default=str)
    program("GET", "/api/ledgers/")
    token = AccessToken.objects.get()
    assert token.used is not None
    assert program.text.startswith(token.begins)


def _revoked(token: AccessToken) -> None:
    token.revoke()


def _expired(token: AccessToken) -> None:
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))


def _disabled(token: AccessToken) -> None:
    User.objects.filter(pk=token.user_id).update(is_active=False)


@pytest.mark.parametrize("end", [_revoked, _expired, _disabled])
def test_a_token_that_is_over_opens_nothing(county: County, end: Any) -> None:
    program = Program(county.clerk)
    end(program.token)
    answer = program("GET", "/api/ledgers/")
    assert answer.status_code == 401
    assert "访问令牌无效" in answer.json()["detail"]


def test_a_wrong_token_is_told_even_beside_a_session(county: County) -> None:
    answer = browser_of(county.clerk).get("/api/ledgers/", headers={"Authorization": "Bearer shuyuan_no"})
    assert answer.status_code == 401
    answer = Client().get("/api/ledgers/")
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_for_reading_writes_nothing(county: County) -> None:
    answer = Program(county.clerk, writes=False)("POST", "/api/ledgers/procurement/", {"reason": "x", "values": DESK})
    assert answer.status_code == 403
    assert "只能读取" in answer.json()["detail"]


def test_a_token_is_no_way_into_the_pages(county: County) -> None:
    answer = Program(county.clerk)("GET", reverse("tokens"))
    assert answer.status_code == 302


def test_the_page_shows_a_new_token_once_and_only_to_its_owner(county: County) -> None:
    client = browser_of(county.clerk)
    page = client.post(reverse("tokens"), {"name": "抄表", "days": 30, "writes": "on"})
    text = page.content.decode().partition('id="token">')[2].partition("<")[0]
    assert tokens.found(text) == AccessToken.objects.get()
    assert text not in client.get(reverse("tokens")).content.decode()
    other = browser_of(county.superuser)
    assert "抄表" not in other.get(reverse("tokens")).content.decode()
    address = reverse("token-revoke", args=[AccessToken.objects.get().pk])
    assert other.post(address).status_code == 404
    assert client.post(address).status_code == 302
    assert tokens.found(text) is None


@pytest.mark.parametrize("wrong", [{"name": ""}, {"days": 0}, {"days": 3650}])
def test_a_token_wants_a_purpose_and_an_end(county: County, wrong: dict[str, Any]) -> None:
    page = browser_of(county.clerk).post(reverse("tokens"), {"name": "同步", "days": 30} | wrong)
    assert page.status_code == 422
    assert not AccessToken.objects.exists()


def test_tokens_by_command(county: County, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("token", "make", county.clerk.username, "同步", "--write", "--days", "7")
    text = capsys.readouterr().out.strip()
    token = tokens.found(text)
    assert token is not None
    assert (token.user, token.writes) == (county.clerk, True)
    call_command("token", "list")
    assert "读取和写入" in capsys.readouterr().out
    call_command("token", "revoke", str(token.pk))
    assert tokens.found(text) is None
    with pytest.raises(CommandError, match="没有编号为 999"):
        call_command("token", "revoke", "999")


# --- one record ---


def test_a_change_names_its_revision_and_reason_and_leaves_the_rest(county: County) -> None:
    row, program = purchase(county, state=State.FILED), Program(county.clerk)
    seen = program("GET", f"/api/ledgers/procurement/{row.pk}/").json()
    body = {"reason": "抄错", "revision": seen["revision"], "values": {"amount": 800}}
    answer = program("PATCH", f"/api/ledgers/procurement/{row.pk}/", body)
    assert answer.status_code == 200, answer.content.decode()
    assert (answer.json()["amount"], answer.json()["item"], answer.json()["revision"]) == ("800.00", "课桌", 2)
    version = row.history()[0]
    assert (version.written_by, version.written_why) == (county.clerk, "抄错")
    same = program("PATCH", f"/api/ledgers/procurement/{row.pk}/", body | {"revision": 2}).json()
    assert same["revision"] == 2, "nothing changed, so nothing is written"


def test_whoever_is_second_is_told_what_the_first_made_of_it(county: County) -> None:
    row, program = purchase(county, state=State.FILED), Program(county.clerk)
    with acting(county.headteacher, "更正"):
        row.amount = 900
        row.save()
    body = {"reason": "抄错", "revision": 1, "values": {"amount": 800}}
    answer = program("PATCH", f"/api/ledgers/procurement/{row.pk}/", body)
    assert answer.status_code == 409
    told = answer.json()
    assert told["differences"] == [{"field": "amount", "label": "金额（元）", "seen": "500", "now": "900"}]
    assert (told["revision"], told["who"]) == (2, county.headteacher.first_name)
    row.refresh_from_db()
    assert row.amount == 900
    assert program("PATCH", f"/api/ledgers/procurement/{row.pk}/", body | {"revision": 2}).status_code == 200


def test_that_only_the_state_moved_meanwhile_is_no_conflict(county: County) -> None:
    row, program = purchase(county, state=State.FILED), Program(county.clerk)
    with acting(county.office, "退回"):
        row.move(State.RETURNED)
    body = {"reason": "抄错", "revision": 1, "values": {"amount": 800}}
    assert program("PATCH", f"/api/ledgers/procurement/{row.pk}/", body).status_code == 200


@pytest.mark.parametrize(
    ("values", "field"), [({"amount": "壹千"}, "amount"), ({"amount": -1}, "amount"), ({"item": ""}, "item")]
)
def test_a_change_is_refused_by_the_same_checks_and_names_the_column(
    county: County, values: dict[str, Any], field: str
) -> None:
    row, program = purchase(county, state=State.FILED), Program(county.clerk)
    body = {"reason": "抄错", "revision": 1, "values": values}
    answer = program("PATCH", f"/api/ledgers/procurement/{row.pk}/", body)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == field
    assert row.history().count() == 1


def test_a_school_changes_nothing_that_was_accepted_and_nobody_closed_books_unasked(county: County) -> None:
    row = purchase(county, state=State.ACCEPTED)
    path, body = f"/api/ledgers/procurement/{row.pk}/", {"reason": "更正", "revision": 1, "values": {"amount": 8}}
    assert Program(county.clerk)("PATCH", path, body).status_code == 403
    with acting(county.office, "关账"):
        close_books(county[BUREAU], date(2012, 12, 31))
    late = Program(county.clerk)("POST", "/api/ledgers/procurement/", {"reason": "补报", "values": DESK})
    assert late.status_code == 403
    assert Program(county.office)("PATCH", path, body).status_code == 200
    assert row.history()[0].written_why == "更正：更正"


def test_a_record_goes_its_way_over_the_api(county: County) -> None:
    row, clerk, office = purchase(county), Program(county.clerk), Program(county.office)
    path = f"/api/ledgers/procurement/{row.pk}/move/"
    assert clerk("POST", path, {"to": "accepted"}).status_code == 403
    assert clerk("POST", path, {"to": "filed"}).json()["state"] == "filed"
    back = office("POST", path, {"to": "returned", "cells": {"amount": "与发票不符"}})
    assert back.json()["state"] == "returned"
    assert "与发票不符" in browser_of(county.clerk).get(row.get_absolute_url()).content.decode()
    assert office("POST", path, {"to": "returned"}).status_code == 422
    clerk("POST", path, {"to": "filed"})
    stale = office("POST", path, {"to": "accepted", "revision": 1})
    assert (stale.status_code, "有人改过" in stale.json()["detail"]) == (422, True)
    assert office("POST", path, {"to": "accepted"}).json()["state"] == "accepted"


def test_many_are_accepted_as_they_were_seen_and_the_others_told(county: County) -> None:
    first, second = purchase(county, state=State.FILED), purchase(county, "椅子", state=State.FILED)
    foreign, office = {"id": 10**9, "revision": 1}, Program(county.office)
    with acting(county.clerk, "更正"):
        second.amount = 7
        second.save()
    records = [{"id": first.pk, "revision": 1}, {"id": second.pk, "revision": 1}, foreign]
    done = office("POST", "/api/ledgers/procurement/accept/", {"records": records}).json()
    assert (done["accepted"], [one["id"] for one in done["left"]]) == (1, [second.pk, 10**9])
    assert Program(county.clerk)("POST", "/api/ledgers/procurement/accept/", {"records": records}).status_code == 403


# --- many lines ---


def test_many_lines_are_taken_and_sent_again_change_nothing(county: County) -> None:
    program = Program(county.clerk)
    rows = [DESK | {"item": f"课桌{n}"} for n in range(3)]
    first = program("PUT", ROWS, {"reason": "同步", "rows": rows}).json()
    assert (first["created"], first["changed"], first["unchanged"]) == (3, 0, 0)
    assert [one["row"] for one in first["written"]] == [1, 2, 3]
    again = program("PUT", ROWS, {"reason": "同步", "rows": rows}).json()
    assert (again["created"], again["changed"], again["unchanged"], again["written"]) == (0, 0, 3, [])
    assert Procurement.objects.count() == 3
    assert {one.state for one in Procurement.objects.all()} == {State.FILED}


def test_a_registers_line_is_known_by_its_person_and_changed(county: County) -> None:
    program, path = Program(county.officer(ledger("staff").function)), "/api/ledgers/staff/rows/"
    made = program("PUT", path, {"reason": "同步", "rows": [known()]})
    assert made.status_code == 200, made.content.decode()
    moved = program("PUT", path, {"reason": "同步", "rows": [known(date="2006-09-01")]})
    assert moved.status_code == 200, moved.content.decode()
    assert (moved.json()["created"], moved.json()["changed"]) == (0, 1)
    assert Staff.objects.get().date == date(2006, 9, 1)
    twice = program("PUT", path, {"reason": "同步", "rows": [known(), known(date="2007-09-01")]})
    assert twice.status_code == 422
    assert "第 2 行" in twice.json()["detail"]
    assert not verify(Staff)


def test_a_line_named_by_id_and_an_old_revision_is_refused_with_the_difference(county: County) -> None:
    row, program = purchase(county, state=State.FILED), Program(county.clerk)
    with acting(county.headteacher, "更正"):
        row.amount = 900
        row.save()
    line = DESK | {"amount": 800, "id": row.pk, "revision": 1}
    answer = program("PUT", ROWS, {"reason": "同步", "rows": [line]})
    assert answer.status_code == 422
    problem = answer.json()["problems"][0]
    assert (problem["row"], problem["field"]) == (1, "amount")
    assert "您填的是『800』" in problem["message"]
    done = program("PUT", ROWS, {"reason": "同步", "rows": [line | {"revision": 2}]}).json()
    assert (done["changed"], done["written"]) == (1, [{"row": 1, "id": row.pk}])


def test_one_bad_line_keeps_all_of_them_out_and_each_problem_has_its_place(county: County) -> None:
    rows = [DESK, DESK | {"item": "椅子", "amount": "壹千"}, DESK | {"item": "灯", "organisation": OTHER}]
    answer = Program(county.clerk)("PUT", ROWS, {"reason": "同步", "rows": rows})
    assert answer.status_code == 422
    places = {(one["row"], one["field"]) for one in answer.json()["problems"]}
    assert places == {(2, "amount"), (3, "organisation")}
    assert Procurement.objects.count() == 0


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([], 422),
        ([{}], 422),
        ([{"colour": "red"}], 422),
        ([DESK | {"id": 1}], 422),
        ([DESK | {"id": 10**30, "revision": 1}], 422),
        ([DESK | {"id": 99, "revision": 1}], 422),
        ([DESK | {"item": "课" * 10**5}], 422),
        ([DESK | {"item": ["课桌"]}], 422),
        ([DESK | {"amount": float("1e308")}], 422),
        ([DESK] * 5001, 422),
    ],
)
def test_hostile_lines_are_refused_in_words(county: County, rows: list[Any], status: int) -> None:
    answer = Program(county.clerk)("PUT", ROWS, {"reason": "同步", "rows": rows})
    assert answer.status_code == status, answer.content.decode()[:500]
    assert answer.json()["detail"]
    assert Procurement.objects.count() == 0


def test_five_thousand_lines_are_taken_at_once(county: County) -> None:
    rows = [DESK | {"item": f"课桌{n}"} for n in range(5000)]
    assert Program(county.clerk)("PUT", ROWS, {"reason": "同步", "rows": rows}).json()["created"] == 5000


def test_a_request_sent_again_under_its_key_is_answered_and_not_done_again(county: County) -> None:
    program, body = Program(county.clerk), {"reason": "同步", "values": DESK}
    first = program("POST", "/api/ledgers/procurement/", body, Idempotency_Key="night-1")
    again = program("POST", "/api/ledgers/procurement/", body, Idempotency_Key="night-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Procurement.objects.count() == 1
    other = program("POST", "/api/ledgers/procurement/", body | {"reason": "别的"}, Idempotency_Key="night-1")
    assert (other.status_code, "另一个请求" in other.json()["detail"]) == (422, True)
    assert "课桌" not in json.dumps(list(Answered.objects.values("facts")), ensure_ascii=False), "no content is kept"


def test_a_request_that_was_refused_may_be_mended_under_the_same_key(county: County) -> None:
    program = Program(county.clerk)
    bad = {"reason": "同步", "rows": [DESK | {"amount": "壹千"}]}
    assert program("PUT", ROWS, bad, Idempotency_Key="n").status_code == 422
    assert program("PUT", ROWS, {"reason": "同步", "rows": [DESK]}, Idempotency_Key="n").json()["created"] == 1


def test_two_people_may_use_one_key(county: County) -> None:
    body = {"reason": "同步", "values": DESK}
    for user in (county.clerk, county.headteacher):
        program = Program(user)
        assert program("POST", "/api/ledgers/procurement/", body, Idempotency_Key="k").status_code in {201, 422}
    assert Answered.objects.filter(key="k").count() >= 1


# --- lists, rounds, tasks, notices ---


def test_pages_lead_to_one_another_until_the_end(county: County) -> None:
    for n in range(5):
        purchase(county, f"课桌{n}")
    program, path, seen = Program(county.clerk), "/api/ledgers/procurement/?limit=2&q=课桌&sort=item", []
    while path:
        answer = program("GET", path).json()
        seen += [row["item"] for row in answer["rows"]]
        path = answer["next"] or ""
    assert seen == [f"课桌{n}" for n in range(5)]
    assert answer["previous"]


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=x", "offset=-1", "limit=1001", "period=99", "where=("])
def test_a_query_that_makes_no_sense_is_told(county: County, query: str) -> None:
    answer = Program(county.clerk)("GET", f"/api/ledgers/procurement/?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_round_is_filed_signed_and_returned_over_the_api(county: County) -> None:
    one = opened(county, signed=True)
    task = task_of(one, county[HOME])
    purchase(county)
    clerk, head, office = Program(county.clerk), Program(county.headteacher), Program(county.office)
    assert [row["standing"] for row in clerk("GET", "/api/tasks/").json()["rows"]] == ["todo"]
    assert clerk("POST", f"/api/tasks/{task.pk}/sign/", {}).status_code == 403
    filed = clerk("POST", f"/api/tasks/{task.pk}/file/", {"reason": "年度报送"})
    assert (filed.status_code, filed.json()["standing"]) == (200, "filed")
    assert head("POST", f"/api/tasks/{task.pk}/sign/", {}).json()["standing"] == "signed"
    board = office("GET", f"/api/rounds/{one.pk}/").json()
    assert (board["tasks"], board["standing"], board["owing"]) == (2, {"signed": 1, "todo": 1}, 1)
    assert clerk("GET", f"/api/rounds/{one.pk}/").status_code == 404
    late = office("GET", f"/api/tasks/?round={one.pk}&standing=todo").json()
    assert [row["organisation"] for row in late["rows"]] == [OTHER]
    county.other_clerk  # noqa: B018  (somebody to remind)
    assert office("POST", f"/api/rounds/{one.pk}/remind/").json() == {"owing": 1, "told": 1}
    other = Program(county.other_clerk)
    assert [note["kind"] for note in other("GET", "/api/notices/").json()] == ["reminded"]
    assert other("POST", "/api/notices/seen/").json() == {"seen": 1}
    assert other("POST", f"/api/tasks/{task.pk}/nothing/", {}).status_code == 404
    mine = task_of(one, county[OTHER])
    assert other("POST", f"/api/tasks/{mine.pk}/nothing/", {}).json()["standing"] == "filed"
    with acting(county.headteacher, "签报"):
        filing.sign(mine)
    assert office("GET", f"/api/tasks/{mine.pk}/").json()["standing"] == "nothing"


def test_what_a_task_lacks_is_told_and_nothing_moves(county: County) -> None:
    task = task_of(opened(county), county[HOME])
    answer = Program(county.clerk)("POST", f"/api/tasks/{task.pk}/file/", {})
    assert answer.status_code == 422
    assert "零报告" in answer.json()["detail"]


def test_a_write_into_the_past_is_refused_in_json(county: County) -> None:
    answer = Program(county.clerk)(
        "POST", "/api/ledgers/procurement/?as_of=2001-01-01", {"reason": "x", "values": DESK}
    )
    assert answer.status_code == 400
    assert "as_of" in answer.json()["detail"]
