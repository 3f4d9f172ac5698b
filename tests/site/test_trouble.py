"""Trouble of the machine: a full disk, a busy store, a clock that jumps back. Told in words, and nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from shuyuan.core.history import acting
from shuyuan.core.proof import verify
from shuyuan.finance.models import Procurement
from shuyuan.jobs import work
from shuyuan.jobs.job import Job
from shuyuan.ledger import sheets
from shuyuan.ledger.ledger import ledger
from tests.county import County, browser_of, build
from tests.ledger.filed import purchase
from tests.ledger.suite import workbook
from tests.ledger.test_filled import bought

sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a quota is set by a pragma of SQLite's")


@pytest.fixture
def county(db: None) -> County:
    return build()


@contextmanager
def full(spare: int = 8) -> Iterator[None]:
    """The database may grow by a few pages only."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # what other tests left free would be room
        size = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {size + spare}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")


def many(count: int = 2000) -> BytesIO:
    file = BytesIO(workbook(ledger("procurement"), [bought(item=f"课桌{n}") for n in range(count)]))
    file.name = "采购.xlsx"
    return file


@sqlite
@pytest.mark.django_db(transaction=True)
def test_on_a_full_disk_an_import_says_so_and_leaves_nothing_of_itself() -> None:
    county = build()
    kept = purchase(county)
    client = browser_of(county.office)
    file = many()
    with full():
        page = client.post(reverse("ledger-import", args=["procurement"]), {"file": file})
    assert page.status_code == 507
    assert "服务器磁盘已满" in page.content.decode()
    assert list(Procurement.objects.all()) == [kept]
    assert not verify(Procurement)
    file.seek(0)
    again = client.post(reverse("ledger-import", args=["procurement"]), {"file": file})
    assert again.status_code == 302
    assert Procurement.objects.count() == 2001


@sqlite
@pytest.mark.django_db(transaction=True)
def test_on_a_full_disk_the_api_says_so_in_json() -> None:
    county = build()
    client = browser_of(county.office)
    row = {"organisation": "河头小学", "purpose": "equipment", "method": "own", "source": "school", "amount": 5}
    rows = [row | {"item": f"课桌{n}", "date": "2012-03-12"} for n in range(2000)]
    body = json.dumps({"reason": "同步", "rows": rows})
    with full():
        answer = client.put("/api/ledgers/procurement/rows/", body, content_type="application/json")
    assert answer.status_code == 507
    assert "磁盘已满" in answer.json()["detail"]
    assert not Procurement.objects.exists()


@sqlite
@pytest.mark.django_db(transaction=True)
def test_work_that_meets_a_full_disk_fails_with_its_cure_and_can_be_begun_again() -> None:
    county = build()

    @work.work("filling")
    def fill(doing: work.Doing) -> None:
        with full(0):
            sheets.load(sheets.read(ledger("procurement"), many()))

    try:
        job = work.start(county.office, "filling", "填满")
        work.perform.func(job.pk)
    finally:
        del work._works["filling"]
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "磁盘已满" in job.error
    assert not Procurement.objects.exists()


def test_a_busy_store_is_told_as_such_to_people_and_programs(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*given: Any, **more: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(sheets, "load", locked)
    client = browser_of(county.office)
    page = client.post(reverse("ledger-import", args=["procurement"]), {"file": many(1)})
    assert (page.status_code, "写入的人太多" in page.content.decode()) == (503, True)
    assert "locked" not in page.content.decode()
    values = {name: str(cell) for name, cell in bought().items()}
    answer = client.post(
        "/api/ledgers/procurement/", json.dumps({"reason": "x", "values": values}), content_type="application/json"
    )
    assert (answer.status_code, "写入的人太多" in answer.json()["detail"]) == (503, True)


def test_a_clock_that_jumps_back_leaves_the_order_of_versions_and_a_history_that_holds(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, now = purchase(county), timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() - timedelta(days=400))
    with acting(county.office, "更正"):
        row.amount = 900
        row.save()
    assert [version.revision for version in row.history()] == [2, 1]
    assert not verify(Procurement)
    assert browser_of(county.office).get(row.get_absolute_url()).status_code == 200
    monkeypatch.setattr(timezone, "now", now)
    with acting(county.office, "再更正"):
        row.amount = 901
        row.save()
    assert [version.revision for version in row.history()] == [3, 2, 1]
    assert not verify(Procurement)
