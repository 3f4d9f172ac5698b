"""Every registered ledger, whatever it holds: a sound declaration, pages that open, a row there and back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from shuyuan.core.history import acting
from shuyuan.core.number_fields import CreditCodeField, PupilNumberField, SchoolCodeField
from shuyuan.core.proof import verify
from shuyuan.ledger import sheets
from shuyuan.ledger.columns import Column
from shuyuan.ledger.declarations import check_ledgers
from shuyuan.ledger.headings import bare
from shuyuan.ledger.ledger import Ledger, ledger, ledgers
from shuyuan.ledger.pointing import PersonColumn
from shuyuan.ledger.record import Record
from tests.county import HOME, County, browser_of
from tests.ledger.suite import cells_of, exported, sheet_of, workbook

EVERY = [book.slug for book in ledgers()]
IDENTITY = "320482199001011230"
DAY = date(2012, 5, 31)


@pytest.fixture(params=EVERY)
def book(request: pytest.FixtureRequest) -> Ledger[Any]:
    return ledger(request.param)


def test_no_declaration_has_a_fault() -> None:
    assert check_ledgers() == []


def test_headings_and_choices_can_be_told_apart(book: Ledger[Any]) -> None:
    headings = [bare(heading) for column in book.sheet for heading in column.headings]
    headings += [bare(alias) for column in book.sheet for alias in column.aliases]
    assert len(set(headings)) == len(headings), "two columns would take the same heading"
    for column in book.sheet:
        labels = [label for _code, label in column.choices]
        assert len(set(labels)) == len(labels), f"{column.name}: two codes have one label"
        for code, label in column.choices:
            others = {text for other, name in column.choices if other != code for text in (other, name)}
            assert not {code, label} & others, f"{column.name}: {code} {label} could be read as another code"
    assert set(str(book)).isdisjoint("[]:*?/\\"), "a sheet could not bear this title"
    assert str(book)
    assert book.group


def test_the_pages_of_an_empty_ledger_open(book: Ledger[Any], county: County) -> None:
    client = browser_of(county.reviewer(book))
    for name in ("ledger", "record-add", "ledger-import"):
        answer = client.get(reverse(name, args=[book.slug]))
        assert answer.status_code == 200, name
        assert answer.content.decode().count("<h1") == 1, name
    headings = [heading for column in book.sheet for heading in column.headings]
    template = client.get(reverse("ledger-template", args=[book.slug])).content
    assert cells_of(template)[0] == headings
    with pytest.raises(sheets.Unreadable, match="没有数据行"):
        sheets.read(book, template)
    nothing = exported(book, book.objects().none())
    assert cells_of(nothing) == [headings]
    assert client.get(f"/api/ledgers/{book.slug}/").status_code == 200


def test_every_list_parameter_somebody_might_mistype_is_told_and_never_crashes(
    book: Ledger[Any], county: County
) -> None:
    client = browser_of(county.reviewer(book))
    first = book.sheet[0].name
    mistyped = {
        "period": ["0000S", "9999S", "²012", "x", "2012 or 1=1"],
        "organisation": ["²", "-1", "9" * 40],
        "standing": ["2012-02-30", "heute"],
        "sort": [f"--{first}", "pk", "organisation__path", "state", "-state"],
        "where": ["(", "1 == 1 == 1", "x" * 5000],
        "q": ["%", "\x00", "_", "'", "²"],
        "page": ["0", "x", "999999"],
    }
    for name, values in mistyped.items():
        for value in values:
            assert client.get(book.url, {name: value}).status_code == 200, (name, value)
    assert client.get(book.url, {"standing": "2012-12-31", "counted": "1"}).status_code == 200


def test_a_made_up_row_goes_in_and_comes_out_the_same(book: Ledger[Any], county: County) -> None:
    row: dict[str, Any] = {}
    for column in book.sheet:
        row |= zip(column.names, _made_up(county, book, column), strict=True)
    try:
        reading = sheets.read(book, workbook(book, [row]))
    except sheets.Unreadable as refused:
        rules = {check.told() for check in book.checks} | {"须恰好一条", "这项职能已经归了一个科室"}
        assert all(any(rule in problem.message for rule in rules) for problem in refused.problems), str(refused)
        pytest.skip("a made-up row breaks its checks")
    with acting(county.system, "导入工作簿"):
        assert sheets.load(reading, accept=True) == 1
    record = reading.records[0]
    page = browser_of(county.reviewer(book)).get(reverse("record", args=[book.slug, record.pk]))
    assert (page.status_code, page.content.decode().count("<h1")) == (200, 1)
    lines = cells_of(exported(book, book.objects().filter(pk=record.pk)))
    was = sheets.identity(book, record)
    assert verify(book.model) == []
    if issubclass(book.model, Record):
        with pytest.raises(sheets.Unreadable, match="与已有的记录相同"):
            sheets.read(book, sheet_of(lines[0], lines[1:]))
    with acting(county.system, "删去"):
        record.delete()
    again = sheets.read(book, sheet_of(lines[0], lines[1:])).records[0]
    assert sheets.identity(book, again) == was
    assert verify(book.model) == []


def _made_up(county: County, book: Ledger[Any], column: Column) -> tuple[object, ...]:
    if isinstance(column, PersonColumn):
        if not book.registers:
            county.person(HOME, "张示例", f"{book.slug}-{column.name}")
        known = (IDENTITY, "13812345678") if column.carried else ()
        return ("张示例", f"{book.slug}-{column.name}", *known)
    numbers: dict[type[Any], str] = {SchoolCodeField: "2132000009", CreditCodeField: "12320482MB1234567F"}
    numbers |= {PupilNumberField: "G320482199001011230"}
    if type(column.field) in numbers:
        return (numbers[type(column.field)],)
    if column.choices:
        return (column.choices[0][1],)
    made: dict[str, object] = dict.fromkeys(("text", "place", "reference"), "示例")
    made |= {"organisation": HOME, "date": DAY, "number": 1}
    if column.kind == "date" and column.name == "until":
        return (None,)
    return (made.get(column.kind),)
