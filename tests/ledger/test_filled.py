"""Filled workbooks: handed out with what the book knows, they come back as changes of those records, never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from openpyxl.utils import get_column_letter

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Period
from shuyuan.core.proof import verify
from shuyuan.ledger import sheets, workbooks
from shuyuan.ledger.ledger import Ledger, ledger
from shuyuan.ledger.record import State
from tests.county import HOME, OTHER, County, browser_of
from tests.ledger.suite import exported, in_book, workbook

Row = dict[str, Any]


@pytest.fixture
def book() -> Ledger[Any]:
    return ledger("procurement")


def bought(**change: Any) -> Row:
    return {
        "organisation": HOME,
        "item": "学生课桌椅",
        "purpose": "服务",
        "method": "自行采购",
        "source": "学校自筹",
        "amount": 125000,
        "date": date(2012, 5, 31),
    } | change


def put(county: County, book: Ledger[Any], *rows: Row, accept: bool = False) -> list[Any]:
    with acting(county.system, "导入工作簿"):
        reading = sheets.read(book, workbook(book, rows))
        sheets.load(reading, accept=accept)
    return reading.records


def edited(content: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook after somebody has worked on its first sheet."""
    made = openpyxl.load_workbook(BytesIO(content))
    change(made.worksheets[0])
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def column(sheet: Any, book: Ledger[Any], name: str) -> int:
    heading = book.column(name).label
    return int(next(cell.column for cell in sheet[1] if cell.value == heading))


def handed_out(county: County, book: Ledger[Any], year: int = 2012) -> bytes:
    return workbooks.filled(book, county[HOME], Period.of(year, book.period_kind), county.clerk)


def back(county: County, book: Ledger[Any], content: bytes, user: User | None = None) -> sheets.Reading:
    """What a school's clerk sends back; loaded."""
    user = user or county.clerk
    own = Organisation.objects.visible_to(user)
    with acting(user, "交回工作簿"):
        reading = sheets.read(book, content, own, may_accept=book.may_accept(user))
        sheets.load(reading, accept=book.may_accept(user))
    return reading


def test_sent_back_unchanged_it_writes_nothing(county: County, book: Ledger[Any]) -> None:
    put(county, book, bought(), bought(item="讲台"), bought(item="黑板", date=date(2011, 4, 1)))
    put(county, book, bought(organisation=OTHER, item="别校的"))
    content, before = handed_out(county, book), in_book(book)
    reading = back(county, book, content)
    assert (reading.written, reading.unchanged, reading.left_out) == ([], 3, [])
    assert in_book(book) == before
    assert sheets.told(reading) == ["3 行没有变化，未重复导入。"]


def test_a_changed_row_is_the_next_version_of_its_record_however_the_sheet_was_sorted(
    county: County, book: Ledger[Any]
) -> None:
    first, second = put(county, book, bought(), bought(item="讲台"))

    def change(sheet: Any) -> None:
        amount = column(sheet, book, "amount")
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=3)]
        for number, row in enumerate(reversed(rows), start=2):
            for place, value in enumerate(row, start=1):
                sheet.cell(number, place).value = value
        for number in (2, 3):
            if sheet.cell(number, column(sheet, book, "item")).value == "讲台":
                sheet.cell(number, amount).value = 999

    reading = back(county, book, edited(handed_out(county, book), change))
    assert [record.pk for record in reading.changed] == [second.pk]
    second.refresh_from_db()
    assert (second.amount, second.history().count(), first.history().count()) == (999, 2, 1)
    assert second.history()[0].written_by == county.clerk
    assert book.objects().count() == 2
    assert verify(book.model) == []


def test_a_row_deleted_in_the_workbook_is_told_and_stays_in_the_book(county: County, book: Ledger[Any]) -> None:
    put(county, book, bought(), bought(item="讲台"))
    reading = back(county, book, edited(handed_out(county, book), lambda sheet: sheet.delete_rows(2)))
    assert [record.item for record in reading.left_out] == ["学生课桌椅"]
    assert book.objects().count() == 2
    assert "工作簿里删去了 1 行（学生课桌椅），台账中的记录没有删除" in sheets.told(reading)[-1]


def test_last_year_s_row_becomes_a_new_one_once_its_date_is_this_year_s(county: County, book: Ledger[Any]) -> None:
    (old,) = put(county, book, bought(date=date(2011, 4, 1)), accept=True)

    def this_year(sheet: Any) -> None:
        sheet.cell(2, column(sheet, book, "date")).value = date(2012, 4, 1)

    def only_the_amount(sheet: Any) -> None:
        sheet.cell(2, column(sheet, book, "amount")).value = 5

    content = handed_out(county, book)
    with pytest.raises(sheets.Unreadable, match="第 2 行「日期」：这是上一期的一行"):
        back(county, book, edited(content, only_the_amount))
    mended = edited(content, this_year)
    assert [record.date for record in back(county, book, mended).records] == [date(2012, 4, 1)]
    assert back(county, book, mended).written == [], "the same workbook again adds nothing"
    assert book.objects().count() == 2
    assert old.history().count() == 1


def test_new_rows_need_no_school_and_may_be_copied_from_old_ones(county: County, book: Ledger[Any]) -> None:
    put(county, book, bought())

    def copied(sheet: Any) -> None:
        for cell in sheet[2]:
            sheet.cell(3, cell.column).value = cell.value
        sheet.cell(3, column(sheet, book, "item")).value = "讲台"
        sheet.cell(3, column(sheet, book, "organisation")).value = None

    reading = back(county, book, edited(handed_out(county, book), copied))
    assert [(str(record.organisation), record.item) for record in reading.records] == [(HOME, "讲台")]
    assert (reading.changed, reading.unchanged) == ([], 1)


def test_two_changed_copies_of_one_row_are_for_a_person_to_tell_apart(county: County, book: Ledger[Any]) -> None:
    put(county, book, bought())

    def copied(sheet: Any) -> None:
        for cell in sheet[2]:
            sheet.cell(3, cell.column).value = cell.value
        for row in (2, 3):
            sheet.cell(row, column(sheet, book, "item")).value = f"课桌{row}"

    with pytest.raises(sheets.Unreadable, match="第 3 行：与第 2 行是同一条记录"):
        back(county, book, edited(handed_out(county, book), copied))


def test_what_was_accepted_is_not_changed_by_a_school(county: County, book: Ledger[Any]) -> None:
    (record,) = put(county, book, bought(), accept=True)

    def change(sheet: Any) -> None:
        sheet.cell(2, column(sheet, book, "amount")).value = 1

    mended = edited(handed_out(county, book), change)
    with pytest.raises(sheets.Unreadable, match="已通过审核，不能直接修改"):
        back(county, book, mended)
    back(county, book, mended, county.reviewer(book))
    record.refresh_from_db()
    assert (record.amount, record.state) == (1, State.ACCEPTED)


def test_a_stamp_of_another_school_or_a_made_up_one_is_refused(county: County, book: Ledger[Any]) -> None:
    (mine,) = put(county, book, bought())
    (other,) = put(county, book, bought(organisation=OTHER, item="别校的"))
    before = in_book(book)
    for stamp, said in (
        (f"{other.pk}v1", "不在本单位名下"),
        (f"{mine.pk}v99", "编号被改动过"),
        ("=1+1", "不是我们写的"),
        ("９v１", "不是我们写的"),
        (f"{10**17}v1", "不在本单位名下"),
    ):

        def forged(sheet: Any, stamp: str = stamp) -> None:
            place = sheet.max_column
            sheet.cell(2, column(sheet, book, "amount")).value = 7
            sheet.cell(2, place).value = stamp
            sheet.cell(2, place).data_type = "s"

        with pytest.raises(sheets.Unreadable, match=said):
            back(county, book, edited(handed_out(county, book), forged))
    assert in_book(book) == before


def test_an_export_knows_what_was_changed_since_and_tells_only_what_both_changed(
    county: County, book: Ledger[Any]
) -> None:
    (record,) = put(county, book, bought())
    content = exported(book, book.objects())
    with acting(county.reviewer(book), "核实"):
        record.amount = 130000
        record.save()

    def same(sheet: Any) -> None:
        sheet.cell(2, column(sheet, book, "amount")).value = 120000

    def else_where(sheet: Any) -> None:
        sheet.cell(2, column(sheet, book, "item")).value = "课桌"

    assert back(county, book, content).unchanged == 1, "a stale row that nobody touched changes nothing back"
    with pytest.raises(sheets.Unreadable) as refused:
        back(county, book, edited(content, same))
    (problem,) = refused.value.problems
    assert problem.heading == book.column("amount").label
    who = county.reviewer(book).first_name
    assert problem.message.startswith(f"您填的是『120,000』，而{who}已于 ")
    assert "改为『130,000』" in problem.message
    back(county, book, edited(content, else_where))
    record.refresh_from_db()
    assert (record.item, record.amount) == ("课桌", 130000)


def test_two_workbooks_of_the_same_rows_read_at_the_same_time_are_taken_once(county: County, book: Ledger[Any]) -> None:
    content = workbook(book, [bought()])
    one, two = sheets.read(book, content), sheets.read(book, content)
    with acting(county.system, "同时"):
        sheets.load(one)
        with pytest.raises(sheets.Unreadable, match="与已有的记录相同"):
            sheets.load(two)
    assert book.objects().count() == 1


def test_the_school_s_template_is_the_filled_one_and_others_see_theirs(county: County, book: Ledger[Any]) -> None:
    put(county, book, bought())
    put(county, book, bought(organisation=OTHER, item="别校的"))
    address = reverse("ledger-template", args=[book.slug])
    answer = browser_of(county.clerk).get(f"{address}?year=2012")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    items = [row[column(sheet, book, "item") - 1].value for row in sheet.iter_rows(min_row=2)]
    assert items == ["学生课桌椅"]
    fills = {cell.fill.fgColor.rgb for cell in sheet[2] if cell.fill.fill_type}
    assert fills == {"FFE7E9EC", "FFE3F1E6"}
    assert sheet.column_dimensions[get_column_letter(sheet.max_column)].hidden
    forbidden = browser_of(county.clerk).get(f"{address}?year=2012&organisation={county[OTHER].pk}")
    assert "别校的" not in str(
        [c.value for r in openpyxl.load_workbook(BytesIO(forbidden.content)).worksheets[0] for c in r]
    )


def test_a_register_is_handed_out_as_it_stands(county: County) -> None:
    book = ledger("programme")
    today = timezone.localdate()
    assert not book.model.is_event
    row = {c.name: _some(c) for c in book.sheet} | {"organisation": HOME, "date": today, "until": None}
    gone = row | {book.subject: "旧楼", "date": today - timedelta(900), "until": today - timedelta(10)}
    put(county, book, row, gone)
    content = workbooks.filled(book, county[HOME], Period.of(today.year, book.period_kind), county.clerk)
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    assert sheet.max_row == 2
    assert back(county, book, content).unchanged == 1


def _some(column: Any) -> object:
    if column.choices:
        return column.choices[0][1]
    return {"date": timezone.localdate(), "number": 1}.get(column.kind, "示例" if column.kind != "person" else None)


# --- one record, two people, in the browser ---


def form_of(page: Any) -> dict[str, Any]:
    """What a browser would send of the form on the page."""
    form = page.context["form"]
    return {name: "" if form[name].value() is None else form[name].value() for name in form.fields}


def test_the_second_of_two_people_is_shown_what_the_first_saved(county: County, book: Ledger[Any]) -> None:
    (record,) = put(county, book, bought())
    address = reverse("record-edit", args=[book.slug, record.pk])
    officer, office = browser_of(county.reviewer(book)), browser_of(county.office)
    one, two = form_of(officer.get(address)), form_of(office.get(address))
    assert officer.post(address, one | {"amount": "130000", "item": "课桌", "reason": "核实"}).status_code == 302
    answer = office.post(address, two | {"amount": "120000", "purpose": two["purpose"], "reason": "来电更正"})
    text = answer.content.decode()
    assert answer.status_code == 409
    for said in ("在您打开本页之后修改了这条记录", "125,000", "130,000", "120,000", "课桌"):
        assert said in text
    record.refresh_from_db()
    assert (record.amount, record.item) == (130000, "课桌")

    again = form_of(answer)
    assert (again["item"], again["amount"]) == ("课桌", "120000"), "theirs where only they changed, mine where both did"
    assert office.post(address, again).status_code == 302
    record.refresh_from_db()
    assert (record.amount, record.item, record.history().count()) == (120000, "课桌", 3)


def test_a_form_that_is_stale_only_in_its_state_is_saved(county: County, book: Ledger[Any]) -> None:
    (record,) = put(county, book, bought())
    address = reverse("record-edit", args=[book.slug, record.pk])
    client = browser_of(county.reviewer(book))
    sent = form_of(client.get(address))
    with acting(county.office, "通过"):
        record.move(State.ACCEPTED)
    assert client.post(address, sent | {"amount": "1", "reason": "核实"}).status_code == 302


def test_a_made_up_revision_is_refused(county: County, book: Ledger[Any]) -> None:
    (record,) = put(county, book, bought())
    address = reverse("record-edit", args=[book.slug, record.pk])
    client = browser_of(county.reviewer(book))
    sent = form_of(client.get(address))
    answer = client.post(address, sent | {"amount": "1", "revision": "77", "reason": "核实"})
    assert "页面已过期" in answer.content.decode()
    assert record.history().count() == 1
