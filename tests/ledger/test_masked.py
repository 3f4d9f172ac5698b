"""Masking at every other door: the grid, programs, checks, the review, exports made by a worker, the daily mail."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command

from shuyuan.core import tokens
from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.core.models import Period, Person
from shuyuan.ledger import background, digest, explanations, grid, review
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.grid import NotSaved, Sent
from shuyuan.ledger.intake import Rights
from shuyuan.ledger.ledger import Ledger, ledger
from shuyuan.ledger.revisions import Stamp, revisions
from shuyuan.ledger.unpacking import unpack
from shuyuan.ledger.whole import examine
from shuyuan.schooling.models import Pupil
from tests.county import HOME, County, browser_of
from tests.ledger.filed import opened

NUMBER, PHONE, REGISTERED, BORN = "320482199001011230", "13812345678", "G32048220050901231X", date(2005, 9, 1)
OTHER_DAY = date(2006, 10, 2)
MASKS = {
    "person_identity_number": "3204**********1230", "person_phone": "138****5678", "number": "G320***********231X",
    "born": "2005-**-**",
}  # fmt: skip
SECRETS = (NUMBER, PHONE, REGISTERED, "2005-09-01", "20050901", OTHER_DAY.isoformat())
BOOK: Ledger[Any] = ledger("pupil")
JSON = "application/json"


@pytest.fixture
def pupil(county: County) -> Pupil:
    """A pupil of 河头小学 with every number there is, filed and not accepted yet."""
    with acting(county.system, "登记"):
        person = Person(
            organisation=county[HOME], kind="pupil", number="1", name="张示例", identity_number=NUMBER, phone=PHONE
        )
        person.save()
        Pupil(
            organisation=county[HOME], person=person, date=date(2011, 9, 1), stage="primary", form="1",
            born=BORN, number=REGISTERED, state="filed",
        ).save()  # fmt: skip
    return Pupil.objects.get()


@pytest.fixture
def section(county: County) -> User:
    return county.officer(Function.BASIC)


def nothing_in(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


def stands(*, form: str, born: date = BORN, phone: str = PHONE) -> None:
    """The pupil has this form, and every number that was there."""
    kept = Pupil.objects.get()
    assert (kept.form, kept.born, kept.number) == (form, born, REGISTERED)
    assert (kept.person.identity_number, kept.person.phone) == (NUMBER, phone)


def changed(county: County, pupil: Pupil, **values: Any) -> None:
    with acting(county.system, "别人改的"):
        for name, value in values.items():
            setattr(pupil, name, value)
        pupil.save()


def revision(pupil: Pupil) -> int:
    return revisions(Pupil, [pupil.pk])[pupil.pk]


def test_the_grid_is_sent_masked_and_what_comes_back_unchanged_means_what_stands(county: County, pupil: Pupil) -> None:
    browser = browser_of(county.clerk)
    page = browser.get("/ledgers/pupil/grid/?period=2012")
    nothing_in(page.content.decode())
    drawn = {column["name"]: column["kind"] for column in page.context["grid"]["columns"]}
    assert drawn["born"] == "text", "an editor of dates would empty a masked one"
    (row,) = page.context["grid"]["rows"]
    assert {name: row["cells"][name] for name in MASKS} == MASKS
    sent = {"rows": [{"number": 1, "stamp": row["stamp"], "cells": row["cells"] | {"form": "2"}}]}
    answer = browser.post("/ledgers/pupil/grid/?period=2012", json.dumps(sent), JSON)
    assert answer.status_code == 200, answer.content.decode()
    nothing_in(answer.content.decode())
    stands(form="2")


def test_the_grid_tells_masked_what_somebody_else_has_changed(county: County, pupil: Pupil) -> None:
    seen, cells = str(Stamp(pupil.pk, 1)), grid.cells_of(BOOK, pupil)
    changed(county, pupil, born=OTHER_DAY)
    with pytest.raises(NotSaved) as refused:
        grid.save(BOOK, Rights(county.clerk), [Sent(1, cells | {"born": "2007-01-01"}, seen)], home=county[HOME])
    assert [fault.cell for fault in refused.value.faults] == ["born"]
    assert "2006-**-**" in refused.value.faults[0].message
    nothing_in(f"{refused.value.faults} {refused.value.theirs}")


def test_a_mask_in_a_new_row_of_the_grid_hides_nothing_and_is_refused(county: County, pupil: Pupil) -> None:
    (start,) = grid.starts_of(BOOK, [pupil])
    assert not {"born", "number"} & start["cells"].keys(), "no stamp would tell what stands behind a mask"
    row = grid.cells_of(BOOK, pupil) | {"form": "9"}
    with pytest.raises(NotSaved, match="掩码") as refused:
        grid.save(BOOK, Rights(county.clerk), [Sent(1, row)], home=county[HOME])
    nothing_in(str(refused.value.faults))


def sent_by(user: User, method: str, pupil: Pupil | None, body: dict[str, Any]) -> Any:
    address = f"/api/ledgers/pupil/{f'{pupil.pk}/' if pupil else 'rows/'}"
    return browser_of(user).generic(method, address, json.dumps({"reason": "同步"} | body), JSON)


def test_a_program_changes_a_record_without_seeing_or_touching_what_is_masked(county: County, pupil: Pupil) -> None:
    values = {"form": "2", "born": MASKS["born"], "number": MASKS["number"]}
    answer = sent_by(county.clerk, "PATCH", pupil, {"revision": 1, "values": values})
    assert answer.status_code == 200, answer.content.decode()
    assert {name: answer.json()[name] for name in MASKS} == MASKS
    nothing_in(answer.content.decode())
    stands(form="2")
    wrong = sent_by(county.clerk, "PATCH", pupil, {"revision": 2, "values": {"born": "2004-**-**"}})
    assert (wrong.status_code, wrong.json()["problems"][0]["field"]) == (422, "born")
    nothing_in(wrong.content.decode())


def test_a_program_puts_a_persons_phone_right_by_itself(county: County, pupil: Pupil) -> None:
    answer = sent_by(county.clerk, "PATCH", pupil, {"revision": 1, "values": {"person_phone": "13900001111"}})
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["person_phone"] == "139****1111"
    stands(form="1", phone="13900001111")


def test_a_program_that_comes_second_is_told_the_difference_masked(county: County, pupil: Pupil) -> None:
    changed(county, pupil, born=OTHER_DAY, number="J320482200509010017")
    answer = sent_by(county.clerk, "PATCH", pupil, {"revision": 1, "values": {"form": "2"}})
    assert answer.status_code == 409
    told = {one["field"]: (one["seen"], one["now"]) for one in answer.json()["differences"]}
    assert told == {"born": ("2005-**-**", "2006-**-**"), "number": (MASKS["number"], "J320***********0017")}
    nothing_in(answer.content.decode())


@pytest.mark.parametrize("known_by", ["stamp", "key"])
def test_many_rows_may_come_back_with_their_masks(county: County, pupil: Pupil, known_by: str) -> None:
    (row,) = browser_of(county.clerk).get("/api/ledgers/pupil/").json()["rows"]
    line = {name: row[name] for column in BOOK.sheet for name in column.names} | {"form": "2"}
    if known_by == "stamp":
        line |= {"id": row["id"], "revision": row["revision"]}
    answer = sent_by(county.clerk, "PUT", None, {"rows": [line]})
    assert answer.status_code == 200, answer.content.decode()
    assert (answer.json()["changed"], answer.json()["created"]) == (1, 0)
    stands(form="2")
    strange = sent_by(county.clerk, "PUT", None, {"rows": [line | {"number": "G320***********0000"}]})
    assert (strange.status_code, strange.json()["problems"][0]["field"]) == (422, "number")
    nothing_in(strange.content.decode())


def test_a_token_opens_no_more_than_its_owner_sees(county: County, pupil: Pupil, section: User) -> None:
    for user in (county.clerk, county.office, section):
        _token, text = tokens.make(user, "同步")
        header = {"Authorization": f"Bearer {text}"}
        for address in ("/api/ledgers/pupil/", f"/api/ledgers/pupil/{pupil.pk}/"):
            answer = browser_of(None).get(address, headers=header)
            assert MASKS["number"] in answer.content.decode()
            nothing_in(answer.content.decode())


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks that read birth dates: of a record, and of pupils born on one day."""
    checks = (
        Check('born < date("2000-01-01")', "年龄偏小。", hard=False, field="born"),
        FilingCheck("count() > 9", "同一天出生的不足十人。", hard=False, by=("born",), field="born"),
        FilingCheck("count() > 8", "同一天出生的不足九人。", by=("born",), field="born"),
    )
    monkeypatch.setattr(type(BOOK), "checks", checks)


def test_what_checks_say_and_keep_of_a_birth_date_is_masked(
    county: County, pupil: Pupil, section: User, strict: None
) -> None:
    output = StringIO()
    for shape in ("text", "jsonl"):
        with suppress(SystemExit):
            call_command("check", year=2012, ledger=["pupil"], format=shape, stdout=output, stderr=output)
    assert "同一天出生的不足十人" in output.getvalue()
    assert "2005-**-**" in output.getvalue()
    nothing_in(output.getvalue())
    period = Period.of(2012, BOOK.period_kind)
    found = examine(BOOK, period)
    assert len(found) == 3
    nothing_in(" ".join(f"{one.said} {one.values} {one.part}" for one in found))
    parts = {one.part for one in found if not one.of_record}
    changed(county, pupil, born=OTHER_DAY)
    assert parts.isdisjoint(one.part for one in examine(BOOK, period)), "another day is another part"
    with acting(county.clerk, "说明"):
        for one in explanations.of_filings(BOOK, period, None):
            if not one.check.hard:
                explanations.explain(BOOK, one, "属实")
        for one in explanations.violations(BOOK, [pupil])[pupil.pk]:
            explanations.explain(BOOK, one, "属实")
    kept = explanations.Explanation.objects.all()
    assert kept.count() == 2
    nothing_in(" ".join(f"{one.values} {one.part}" for one in kept))


def test_a_hard_check_tells_the_program_nothing_of_what_it_looked_at(
    county: County, pupil: Pupil, strict: None
) -> None:
    answer = sent_by(county.clerk, "PATCH", pupil, {"revision": 1, "values": {"born": "2005-09-03"}})
    assert answer.status_code == 422
    nothing_in(answer.content.decode())
    with pytest.raises(NotSaved) as refused:
        row = grid.cells_of(BOOK, pupil) | {"born": "2005-09-03"}
        grid.save(BOOK, Rights(county.clerk), [Sent(1, row, str(Stamp(pupil.pk, 1)))], home=county[HOME])
    nothing_in(str(refused.value.faults))


def test_a_reviewer_sees_the_difference_masked(county: County, pupil: Pupil, section: User) -> None:
    changed(county, pupil, state="accepted")
    changed(county, pupil, state="filed", born=OTHER_DAY, number="J320482200509010017")
    for address in ("/reviews/pupil/", f"/reviews/pupil/{pupil.pk}/"):
        nothing_in(browser_of(section).get(address).content.decode())
    shown = browser_of(section).get(f"/reviews/pupil/{pupil.pk}/").content.decode()
    assert "2006-**-**" in shown and "J320***********0017" in shown


def test_an_export_made_by_a_worker_is_masked(county: County, pupil: Pupil, section: User) -> None:
    class Doing:
        """What a work is given, without a worker."""

        class job:
            by = section

        told: list[str]
        content = b""

        def step(self, done: int, total: int) -> None: ...

        def keep(self, name: str, content: Any) -> None:
            self.content = b"".join(content)

    doing = Doing()
    background.export(doing, slug="pupil", parameters={})
    said = str(unpack(doing.content).rows)
    assert all(mask in said for mask in MASKS.values())
    nothing_in(said + repr(BORN))


def test_the_daily_mail_quotes_no_number(county: County, pupil: Pupil, section: User, settings: Any) -> None:
    county.clerk.email = "clerk@example.org"
    county.clerk.save()
    opened(county, "pupil")
    with acting(section, "退回"):
        review.give_back(BOOK, pupil, {"born": "与户口簿不符", "number": "请核对"})
    assert digest.send(now=True) == 1
    nothing_in(f"{mail.outbox[0].subject} {mail.outbox[0].body}")
