"""Closed books: events of a closed period change only by an adjustment that says why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from shuyuan.core.history import acting
from shuyuan.finance.debt import DebtRelief
from shuyuan.ledger.closing import BooksClosed, close_books, closed_through
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from shuyuan.staff.register import Staff
from tests.county import BUREAU, HOME, County, browser_of, build
from tests.ledger.suite import sheet_of

FACTS: dict[str, Any] = {
    "kind": "compulsory", "creditor_kind": "bank", "creditor": "甲", "purpose": "楼", "source": "county",
    "document": "1", "amount": 50000, "state": State.ACCEPTED,
}  # fmt: skip


@pytest.fixture
def county(db: None) -> County:
    """With one debt in 2012 and one in 2013; the books of 2012 are closed."""
    made = build()
    with acting(made.system, "登记"):
        for year in (2012, 2013):
            DebtRelief.objects.create(organisation=made[HOME], date=date(year, 5, 1), **FACTS)
        close_books(made[BUREAU], date(2012, 12, 31))
        close_books(made[BUREAU], date(2011, 12, 31))
    return made


def _closed(county: County) -> DebtRelief:
    return DebtRelief.objects.get(date__year=2012)


WRITES: dict[str, Callable[[County], Any]] = {
    "save": lambda county: _closed(county).save(),
    "delete": lambda county: _closed(county).delete(),
    "return": lambda county: _closed(county).move(State.RETURNED),
    "update": lambda county: DebtRelief.objects.update(amount=1),
    "bulk delete": lambda county: DebtRelief.objects.all().delete(),
    "create": lambda county: DebtRelief.objects.create(organisation=county[HOME], date=date(2012, 12, 31), **FACTS),
    "bulk": lambda county: DebtRelief.objects.bulk_create(
        [DebtRelief(organisation=county[HOME], date=date(2011, 1, 1), **FACTS)]
    ),
    "text": lambda county: DebtRelief.objects.create(organisation=county[HOME], date="2012-01-01", **FACTS),
}


@pytest.mark.parametrize("name", WRITES)
def test_no_way_of_writing_reaches_closed_books_but_an_adjustment(county: County, name: str) -> None:
    before = sorted(DebtRelief.objects.values_list("amount", "state", "date"))
    with acting(county.system, "改"), pytest.raises(BooksClosed, match="2012-12-31"):
        WRITES[name](county)
    assert sorted(DebtRelief.objects.values_list("amount", "state", "date")) == before
    with acting(county.system, "审计发现", adjusting=True):
        WRITES[name](county)
    newest = DebtRelief.versions._default_manager.latest("version_id")
    assert newest.written_why == "更正：审计发现"


def test_a_record_can_neither_enter_nor_leave_closed_books(county: County) -> None:
    leaving, entering = _closed(county), DebtRelief.objects.get(date__year=2013)
    leaving.date, entering.date = date(2013, 1, 1), date(2012, 12, 31)
    for record in (leaving, entering):
        with acting(county.system, "改日期"), pytest.raises(BooksClosed):
            record.save()


def test_what_is_open_stays_open_and_registers_always_are(county: County) -> None:
    person = county.person(HOME, "李某", "1")
    with acting(county.system, "登记"):
        DebtRelief.objects.filter(date__year=2013).update(amount=7)
        row = Staff.objects.create(organisation=county[HOME], person=person, post="11", date=date(2005, 9, 1))
        row.until = date(2013, 6, 1)
        row.save()
    assert closed_through() == date(2012, 12, 31), "an earlier closing opens nothing"


def test_in_the_browser_the_section_adjusts_with_a_reason_and_a_school_cannot(county: County) -> None:
    record = _closed(county)
    form = {"organisation": str(county[HOME].pk), "date": "2012-05-01", "amount": "60000"}
    form |= {name: str(FACTS[name]) for name in ("kind", "creditor_kind", "creditor", "purpose", "source", "document")}
    address = f"{record.get_absolute_url()}edit/"
    section = browser_of(county.officer(ledger("debt").function))
    assert section.post(address, form | {"reason": "审计发现"}).status_code == 302
    assert (_closed(county).amount, record.history()[0].written_why) == (60000, "更正：审计发现")
    add = f"{ledger('debt').url}add/"
    assert "请写明更正的理由" in section.post(add, form).content.decode()
    assert browser_of(county.clerk).post(add, form | {"reason": "补"}).status_code == 403
    assert DebtRelief.objects.filter(date__year=2012).count() == 1


def test_a_workbook_for_closed_books_needs_the_reason(county: County) -> None:
    headings = [
        "单位",
        "日期",
        "债务类别",
        "债权人类别",
        "债权人",
        "债务用途",
        "化债资金来源",
        "偿还本金",
        "支付凭证号",
    ]
    row = [HOME, "2012-06-01", "义务教育", "银行", "乙", "楼", "县级财政", 3, "9"]
    book = ledger("debt")
    made = book.column("source").choices
    row[6] = made[0][1]
    headings[7] = book.column("amount").headings[0]
    section = browser_of(county.officer(book.function))

    def send(**more: str) -> Any:
        upload = BytesIO(sheet_of(headings, [row]))
        upload.name = "补录.xlsx"
        return section.post(f"{book.url}import/", {"file": upload, **more})

    refused = send()
    assert refused.status_code == 422 and "已关账" in refused.content.decode()
    assert send(adjustment="漏报补录").status_code == 302
    assert DebtRelief.objects.filter(date__year=2012).count() == 2


def test_the_command_line_says_how_to_adjust(county: County, tmp_path: Any) -> None:
    file = tmp_path / "补录.xlsx"
    book = ledger("debt")
    headings = ["单位", "日期", "债务类别", "债权人类别", "债权人", "债务用途", "化债资金来源", "支付凭证号"]
    headings.append(book.column("amount").headings[0])
    row = [HOME, "2012-06-01", "义务教育", "银行", "乙", "楼", book.column("source").choices[0][1], "9", 3]
    file.write_bytes(sheet_of(headings, [row]))
    with acting(county.system, "清空", adjusting=True):
        DebtRelief.objects.all().delete()
    with pytest.raises(CommandError, match="--adjust"):
        call_command("import", "debt", str(file), accept=True)
    call_command("import", "debt", str(file), accept=True, adjust="重新导入")
    assert DebtRelief.objects.count() == 1


def test_the_page_tells_what_a_year_lacks_closes_it_and_lists_the_adjustments(county: County) -> None:
    with acting(county.system, "登记"):
        DebtRelief.objects.create(
            organisation=county[HOME], date=date(2013, 6, 1), **(FACTS | {"state": State.FILED, "document": "2"})
        )
    office, officer = browser_of(county.office), browser_of(county.reviewer(ledger("debt")))
    page = office.get("/books/?year=2013").content.decode()
    assert "2013 年还没有通过的记录" in page and "化解" in page
    assert officer.post("/books/?year=2013").status_code == 403
    assert "已关账" in office.post("/books/?year=2013", {"reason": "年终"}, follow=True).content.decode()
    assert closed_through() == date(2013, 12, 31)
    assert "关账以来没有一条记录变动" in office.get("/books/?year=2013").content.decode()
    with acting(county.system, "审计发现漏记", adjusting=True):
        _closed(county).delete()
        DebtRelief.objects.filter(date__year=2013, state=State.FILED).update(amount=7)
    page = office.get("/books/?year=2013").content.decode()
    assert page.count("更正：审计发现漏记") == 2
    assert "已经关账" in office.post("/books/?year=2012", follow=True).content.decode()


def test_the_command_closes_a_year_that_is_over_once(county: County) -> None:
    with pytest.raises(CommandError, match="--by"):
        call_command("close", "2013", by=county.clerk.username)
    with pytest.raises(CommandError, match="还没有结束"):
        call_command("close", str(date.today().year), by=county.office.username)
    call_command("close", "2013", by=county.office.username)
    assert closed_through() == date(2013, 12, 31)
    with pytest.raises(CommandError, match="已经关账"):
        call_command("close", "2013", by=county.office.username)
