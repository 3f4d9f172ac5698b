"""The suite every ledger inherits: its own test file is good rows, a few bad cells, and what only it does.

    class TestSanctions(LedgerSuite):
        ledger = "discipline"
        rows = (
            {"person": "张示例", "office": "校长", "kind": "警告", …, "date": date(2012, 3, 1)},
            …
        )
        bad = (("kind", "撤职", "没有『撤职』这一项"),)

A row has for each column what stands in the cell of a workbook; the organisation is 河头小学 where none is named.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, ClassVar

import openpyxl
import pytest
import xlsxwriter
from django.contrib.auth.models import User
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from shuyuan.core.history import acting
from shuyuan.core.models import Person
from shuyuan.core.proof import verify
from shuyuan.ledger import sheets, workbooks
from shuyuan.ledger.checks import FilingCheck
from shuyuan.ledger.columns import Column
from shuyuan.ledger.forms import RecordForm
from shuyuan.ledger.ledger import Ledger, ledger
from shuyuan.ledger.pointing import PersonColumn
from shuyuan.ledger.record import Record, State
from shuyuan.ledger.revisions import STAMP_HEADINGS
from tests.county import HOME, OTHER, County, browser_of, build

Row = Mapping[str, Any]
WRONG = {
    "number": ("壹千", "不是数字"),
    "date": ("2012.13.40", "不是日期"),
    "choice": ("没有这一项", "没有『没有这一项』这一项"),
    "boolean": ("也许", "请填「是」或「否」"),
    "organisation": ("没有这所学校", "没有单位『没有这所学校』"),
    "reference": ("没有这条", "须恰好一条"),
}
FORMULA = '=HYPERLINK("http://example.org","奖")'


def sheet_of(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook as somebody might have filled it in."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, headings)
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, cell, day)
            elif isinstance(cell, Decimal):
                sheet.write_number(number, place, float(cell))
            elif cell is not None:
                sheet.write(number, place, cell)
    book.close()
    return buffer.getvalue()


def workbook(book: Ledger[Any], rows: Iterable[Row]) -> bytes:
    """The ledger's own workbook with these rows in it."""
    headings = [heading for column in book.sheet for heading in column.headings]
    names = [name for column in book.sheet for name in column.names]
    return sheet_of(headings, [[row.get(name) for name in names] for row in rows])


def cells_of(content: bytes) -> list[list[Any]]:
    """What a workbook holds, as its reader sees it: without the hidden column of stamps."""
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    stamped = bool(rows and rows[0]) and rows[0][-1] in STAMP_HEADINGS
    return [row[:-1] for row in rows] if stamped else rows


def exported(book: Ledger[Any], records: Any) -> bytes:
    return b"".join(workbooks.export(book, records, full=True))


def in_book(book: Ledger[Any]) -> tuple[int, int]:
    """How many records and how many versions there are: neither may move when something is refused."""
    return book.model._default_manager.count(), book.model.versions._default_manager.count()


def as_typed(row: Row) -> dict[str, Any]:
    """A row as JSON holds it."""
    return {
        name: value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
        for name, value in row.items()
    }


class LedgerSuite:
    ledger: ClassVar[str]
    rows: ClassVar[Sequence[Row]]
    bad: ClassVar[Sequence[tuple[str, object, str]]] = ()
    """Column, cell and a piece of what is said about it; the rest of the row is the first good one."""
    given: ClassVar[Sequence[tuple[str, Row]]] = ()
    """Rows of other ledgers that these refer to."""
    change: ClassVar[Row] = {}
    """What an edit changes, as typed into the form; where nothing is said, the date moves by a day."""

    @pytest.fixture
    def county(self, db: None) -> County:
        county = build()
        for slug, row in self.given:
            self._load(county, ledger(slug), [row])
        return county

    @property
    def book(self) -> Ledger[Any]:
        return ledger(self.ledger)

    @property
    def is_record(self) -> bool:
        return issubclass(self.book.model, Record)

    def typed(self, county: County) -> list[dict[str, Any]]:
        """The good rows in full: with their organisation, and with numbers for the people in them."""
        return [self._typed(county, self.book, row, number) for number, row in enumerate(self.rows, start=1)]

    def load(self, county: County, *, accept: bool = True) -> list[Any]:
        """The good rows, imported; in the order of the rows."""
        return self._load(county, self.book, self.rows, accept=accept)

    def _load(self, county: County, book: Ledger[Any], rows: Sequence[Row], *, accept: bool = True) -> list[Any]:
        typed = [self._typed(county, book, row, number) for number, row in enumerate(rows, start=1)]
        with acting(county.system, "导入工作簿"):
            reading = sheets.read(book, workbook(book, typed))
            sheets.load(reading, accept=accept)
        return reading.records

    def _typed(self, county: County, book: Ledger[Any], row: Row, number: int) -> dict[str, Any]:
        full = dict(row)
        if "organisation" in book.names:
            full.setdefault("organisation", HOME)
        for column in book.sheet:
            if isinstance(column, PersonColumn) and full.get(column.name):
                name, key = column.names[:2]
                full.setdefault(key, f"{book.slug}-{number}")
                if not (book.registers and name == "person"):
                    kind = Person.Kind.PUPIL if "学生" in column.label else Person.Kind.STAFF
                    county.person(full["organisation"], full[name], full[key], kind)
        return full

    def _get(self, user: User | None, name: str, *arguments: object, **query: str) -> Any:
        return browser_of(user).get(reverse(name, args=[self.ledger, *arguments]), query)

    def _exported(self, user: User, **query: str) -> Any:
        """The export as its reader needs it to hand the rows in again: in full, where anything is masked."""
        if not any(column.sensitive for column in self.book.sheet):
            return self._get(user, "ledger-export", **query)
        address = f"{reverse('ledger-export-full', args=[self.ledger])}?{urlencode(query)}"
        return browser_of(user).post(address, {"purpose": "核对名册"})

    def _api(self, user: User, tail: str = "", **query: str) -> Any:
        return browser_of(user).get(f"/api/ledgers/{self.ledger}/{tail}", query)

    def _typed_form(self, county: County, record: Any | None, row: Row) -> dict[str, Any]:
        """What a browser sends: everything the form shows, with the row's values typed over it."""
        form = RecordForm(self.book, record, county[HOME].__class__.objects.all())
        sent = {name: field.initial for name, field in form.fields.items()}
        for column in self.book.sheet:
            for name in column.names:
                if name in row:
                    sent[name] = self._form_value(county, column, name, row[name])
        return {name: "" if value is None else value for name, value in sent.items()}

    def _form_value(self, county: County, column: Column, name: str, cell: Any) -> Any:
        if column.kind == "organisation" and cell:
            return county[cell].pk
        if column.choices:
            return next(code for code, label in column.choices if str(cell) in {code, label}) if cell else ""
        return cell

    # --- the list ---

    def test_the_list_shows_every_record_with_one_heading(self, county: County) -> None:
        records = self.load(county)
        page = self._get(county.reviewer(self.book), "ledger").content.decode()
        assert page.count("<h1") == 1
        for record in records:
            assert reverse("record", args=[self.ledger, record.pk]) in page
        assert str(self.book) in page

    def test_the_list_filters_by_every_closed_list_and_counts_what_is_left(self, county: County) -> None:
        records = self.load(county)
        reviewer = county.reviewer(self.book)
        for column in (column for column in self.book.sheet if column.choices):
            for code, _label in column.choices:
                same = {record.pk for record in records if self._code(record, column) == code}
                answer = self._api(reviewer, **{column.name: code}).json()
                assert {row["id"] for row in answer["rows"]} & {record.pk for record in records} == same, column.name
        for parameters in ({"state": "lost"}, {"period": "12"}, {"where": "nothing == 1"}, {"organisation": "x"}):
            page = self._get(reviewer, "ledger", **parameters).content.decode()
            assert "alert-danger" in page, parameters
            for record in records:
                assert reverse("record", args=[self.ledger, record.pk]) not in page
            assert self._get(reviewer, "ledger-export", **parameters).status_code == 302, "no empty workbook instead"

    def _code(self, record: Any, column: Column) -> str:
        value = getattr(record, column.name)
        return str(int(value)) if isinstance(value, bool) else str(value)

    def test_the_list_is_searched_by_every_text(self, county: County) -> None:
        for record in self.load(county):
            for column in self.book.sheet:
                text = column.text(record)
                if column.kind in {"text", "organisation", "person"} and text:
                    answer = self._api(county.reviewer(self.book), q=text).json()
                    assert record.pk in {row["id"] for row in answer["rows"]}, column.name
        assert self._api(county.reviewer(self.book), q="没有任何记录这样写").json()["count"] == 0

    def test_the_list_is_sorted_by_every_column(self, county: County) -> None:
        records = {record.pk: record for record in self.load(county)}
        reviewer = county.reviewer(self.book)
        for column in self.book.sheet:
            for sort in (column.name, f"-{column.name}"):
                answer = self._api(reviewer, sort=sort).json()
                order = [records[row["id"]] for row in answer["rows"] if row["id"] in records]
                assert len(order) == len(records)
                values = [value for record in order if (value := getattr(record, column.field.attname)) is not None]
                if column.kind in {"number", "date"}:
                    assert values == sorted(values, reverse=sort.startswith("-")), sort

    # --- one record in the browser ---

    def test_a_record_is_added_in_the_browser_and_the_history_knows_who_and_why(self, county: County) -> None:
        reviewer, row = county.reviewer(self.book), self.typed(county)[0]
        page = self._get(reviewer, "record-add").content.decode()
        assert page.count("<h1") == 1
        assert all(html.escape(column.label) in page for column in self.book.sheet)
        sent = self._typed_form(county, None, row) | {"reason": "补录漏报"}
        answer = browser_of(reviewer).post(reverse("record-add", args=[self.ledger]), sent)
        assert answer.status_code == 302, self._said(answer)
        record = self.book.objects().latest("pk")
        only = record.history().get()
        assert (only.written_by, only.written_why, only.act) == (reviewer, "补录漏报", "created")
        if self.is_record:
            assert record.state == State.ACCEPTED
        shown = self._get(reviewer, "record", record.pk).content.decode()
        assert shown.count("<h1") == 1
        assert "补录漏报" in shown
        assert reviewer.first_name in shown

    def _said(self, answer: Any) -> str:
        text = answer.content.decode()
        return str(text[text.find("field-error") - 300 :][:600])

    def test_a_record_is_edited_only_with_a_reason(self, county: County) -> None:
        reviewer, record = county.reviewer(self.book), self.load(county)[0]
        address = reverse("record-edit", args=[self.ledger, record.pk])
        change = self.change or {"date": (record.date - timedelta(days=1)).isoformat()}
        before = self._typed_form(county, record, {})
        after = self._typed_form(county, record, change)

        assert browser_of(reviewer).post(address, after | {"reason": " "}).status_code == 200
        assert browser_of(reviewer).post(address, before | {"reason": "没有改动"}).status_code == 302
        assert record.history().count() == 1

        answer = browser_of(reviewer).post(address, after | {"reason": "按文件更正"})
        assert answer.status_code == 302, self._said(answer)
        newest = record.history().first()
        assert (newest.revision, newest.written_by, newest.written_why) == (2, reviewer, "按文件更正")
        shown = self._get(reviewer, "record", record.pk).content.decode()
        assert "按文件更正" in shown
        for name in change:
            assert html.escape(self.book.column(name).label) in shown
        assert verify(self.book.model) == []

    # --- workbooks ---

    def test_the_template_has_the_headings_notes_and_lists(self, county: County) -> None:
        answer = self._get(county.reviewer(self.book), "ledger-template")
        made = openpyxl.load_workbook(BytesIO(answer.content))
        sheet, lists, notes = made.worksheets
        assert [cell.value for cell in sheet[1]] == [h for column in self.book.sheet for h in column.headings]
        assert all(cell.comment for cell in sheet[1])
        assert lists.sheet_state == "hidden"
        offered = {cell.value for row in lists.iter_rows() for cell in row if cell.value}
        for column in self.book.sheet:
            assert {label for _code, label in column.choices} <= offered, column.name
        if any(column.kind == "organisation" for column in self.book.sheet):
            assert {HOME, OTHER} <= offered
        assert [cell.value for cell in notes["A"]][1:] == [" / ".join(c.headings) for c in self.book.sheet]
        with pytest.raises(sheets.Unreadable, match="没有数据行"):
            sheets.read(self.book, answer.content)

    def test_what_is_exported_reads_back_as_the_same_records(self, county: County) -> None:
        records = self.load(county)
        answer = self._exported(county.reviewer(self.book), sort=self.book.names[0])
        lines = cells_of(answer.getvalue())
        assert lines[0] == [heading for column in self.book.sheet for heading in column.headings]
        was = {sheets.identity(self.book, record) for record in records}
        with acting(county.system, "腾空"):
            self.book.objects().filter(pk__in=[record.pk for record in records]).delete()
        if not self.is_record:
            lines = [lines[0], *(line for line in lines[1:] if self._is_one_of(line, records))]
        again = sheets.read(self.book, sheet_of(lines[0], lines[1:]))
        assert {sheets.identity(self.book, record) for record in again.records} == was

    def test_a_workbook_of_either_language_is_read_in_the_other(self, county: County) -> None:
        records = self.load(county)
        keys = [record.pk for record in records]
        was = [sheets.identity(self.book, record) for record in self.book.objects().filter(pk__in=keys).order_by("pk")]
        told = {}
        for language in ("zh-hans", "en"):
            with translation.override(language):
                rows = self.book.objects().filter(pk__in=keys).order_by("pk")
                told[language] = cells_of(exported(self.book, rows))
        assert told["en"][0] != told["zh-hans"][0]
        with acting(county.system, "腾空"):
            self.book.objects().filter(pk__in=keys).delete()
        for language, other in (("zh-hans", "en"), ("en", "zh-hans")):
            with translation.override(other):
                again = sheets.read(self.book, sheet_of(told[language][0], told[language][1:]))
            assert [sheets.identity(self.book, record) for record in again.records] == was

    def _is_one_of(self, line: list[Any], records: list[Any]) -> bool:
        """The registers of organisations hold the county itself as well."""
        names = {tuple(cell or None for column in self.book.sheet for cell in column.full_cells(r)) for r in records}
        return tuple(cell.date() if hasattr(cell, "date") else cell for cell in line) in names

    def test_text_that_looks_like_a_formula_stays_text(self, county: County) -> None:
        texts = [c for c in self.book.sheet if c.kind == "text" and (c.field.max_length or 999) >= len(FORMULA)]
        if not texts:
            return
        row = self.typed(county)[0] | {texts[-1].name: FORMULA}
        with acting(county.system, "导入工作簿"):
            reading = sheets.read(self.book, workbook(self.book, [row]))
            sheets.load(reading, accept=True)
        record = reading.records[0]
        assert getattr(record, texts[-1].name) == FORMULA
        rows = self.book.objects().filter(pk=record.pk)
        made = openpyxl.load_workbook(BytesIO(exported(self.book, rows))).worksheets[0]
        place = [column.name for column in self.book.sheet].index(texts[-1].name)
        place += sum(len(column.headings) - 1 for column in self.book.sheet[:place])
        assert (made[2][place].value, made[2][place].data_type) == (FORMULA, "s")

    def test_every_bad_cell_is_named_and_nothing_is_imported(self, county: County) -> None:
        first = self.typed(county)[0]
        wrong: list[tuple[str, object, str]] = [
            (column.name, *WRONG[column.kind]) for column in self.book.sheet if column.kind in WRONG
        ]
        wrong += [(column.name, None, "必填") for column in self.book.sheet if column.required]
        wrong += self.bad
        rows = [
            first | (dict.fromkeys(self.book.column(name).names) if cell is None else {}) | {name: cell}
            for name, cell, _ in wrong
        ]
        before = in_book(self.book)
        content = workbook(self.book, [first, *rows])
        reviewer = county.reviewer(self.book)
        client = browser_of(reviewer)
        upload = BytesIO(content)
        upload.name = "报表.xlsx"
        answer = client.post(reverse("ledger-import", args=[self.ledger]), {"file": upload})
        assert answer.status_code == 422
        told = answer.context["problems"]
        for number, (name, cell, said) in enumerate(wrong, start=3):
            heading = self.book.column(name).label
            assert any(p.row == number and p.heading == heading and said in p.message for p in told), (
                f"第 {number} 行「{heading}」 {cell!r}: "
                + "; ".join(str(problem) for problem in told if problem.row == number)
            )
        assert {problem.row for problem in told} == set(range(3, 3 + len(wrong)))
        assert answer.content.decode().count("<h1") == 1
        assert in_book(self.book) == before

    # --- the API ---

    def test_the_api_lists_tells_files_and_refuses(self, county: County) -> None:
        records, reviewer = self.load(county), county.reviewer(self.book)
        answer = self._api(reviewer).json()
        assert {record.pk for record in records} <= {row["id"] for row in answer["rows"]}
        one = self._api(reviewer, f"{records[0].pk}/").json()
        assert one["subject"] == str(records[0])
        assert {name for column in self.book.sheet for name in column.names} <= one.keys()
        assert self._api(reviewer, "999999999/").status_code == 404

        before, client = in_book(self.book), browser_of(reviewer)
        address, row = f"/api/ledgers/{self.ledger}/", as_typed(self.typed(county)[-1])
        if not self.is_record:
            asked = {"reason": "接口报送", "values": row}
            assert client.post(address, json.dumps(asked), "application/json").status_code == 403
            return
        day = next(column.name for column in self.book.sheet if column.kind == "date")
        for values, said in (
            (row | {day: "2012.13.40"}, "不是日期"),
            (row | {"colour": "red"}, "colour"),
            (row | {"organisation": "没有这所学校"}, "没有单位"),
        ):
            refused = client.post(address, json.dumps({"reason": "接口报送", "values": values}), "application/json")
            assert (refused.status_code, said in refused.json()["detail"]) == (422, True)
        for reason in ("", "  "):
            refused = client.post(address, json.dumps({"reason": reason, "values": row}), "application/json")
            assert refused.status_code == 422
        assert in_book(self.book) == before

        same = sheets.identity(self.book, records[-1])
        filed = client.post(address, json.dumps({"reason": "接口报送", "values": row}), "application/json")
        if filed.status_code == 422:  # the ledger says that such a line stands there once only
            once = [check.told() for check in self.book.checks if isinstance(check, FilingCheck) and check.hard]
            assert any(told in filed.json()["detail"] for told in once), filed.content.decode()
            with acting(county.system, "撤销"):
                records[-1].delete()
            filed = client.post(address, json.dumps({"reason": "接口报送", "values": row}), "application/json")
        assert filed.status_code == 201, filed.content.decode()
        made = self.book.objects().get(pk=filed.json()["id"])
        assert made.state == State.FILED
        assert sheets.identity(self.book, made) == same
        assert (made.history().get().written_by, made.history().get().written_why) == (reviewer, "接口报送")

    # --- history ---

    def test_every_write_leaves_one_version_with_its_actor_and_reason(self, county: County) -> None:
        records = self.load(county)
        versions = self.book.model.versions._default_manager.filter(record_id__in=[record.pk for record in records])
        assert {version.written_why for version in versions.all()} == {"导入工作簿"}
        assert versions.count() == len(records)
        if self.is_record:
            reviewer = county.reviewer(self.book)
            address = reverse("record-move", args=[self.ledger, records[0].pk])
            browser_of(reviewer).post(address, {"to": "returned", "reason": "缺文号"})
            newest = records[0].history().first()
            assert (newest.written_by, newest.written_why, newest.state) == (reviewer, "缺文号", State.RETURNED)
            assert versions.count() == len(records) + 1
        assert verify(self.book.model) == []

    # --- who may see and do what ---

    def test_nobody_sees_the_ledger_without_logging_in(self, county: County) -> None:
        record = self.load(county)[0]
        pages = [("ledger",), ("record", record.pk), ("record-add",), ("record-edit", record.pk), ("ledger-import",)]
        for name, *arguments in [*pages, ("ledger-template",), ("ledger-export",)]:
            answer = self._get(None, str(name), *arguments)
            assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("login")), name

    def test_somebody_without_a_post_sees_no_ledger(self, county: County) -> None:
        record = self.load(county)[0]
        assert self._get(county.stranger, "ledger").status_code == 404
        assert self._get(county.stranger, "record", record.pk).status_code == 404
        assert self._api(county.stranger).status_code == 404

    def test_another_schools_clerk_sees_none_of_it(self, county: County) -> None:
        records = [record for record in self.load(county) if self._stands_at(record) != county[OTHER].pk]
        clerk = county.other_clerk
        for record in records:
            for name in ("record", "record-edit"):
                assert self._get(clerk, name, record.pk).status_code == 404
            assert self._api(clerk, f"{record.pk}/").status_code == 404
            moved = browser_of(clerk).post(reverse("record-move", args=[self.ledger, record.pk]), {"to": "accepted"})
            assert moved.status_code == 404
        if not self.book.confidential:
            page = self._get(clerk, "ledger").content.decode()
            lines = cells_of(self._get(clerk, "ledger-export").getvalue())
            seen = self.book.objects().visible_to(clerk).count()
            assert len(lines) == 1 + seen
            for record in records:
                assert reverse("record", args=[self.ledger, record.pk]) not in page

    def _stands_at(self, record: Any) -> int:
        return int(record.organisation_id if hasattr(record, "organisation_id") else record.pk)

    def test_a_confidential_ledger_is_there_only_for_its_function(self, county: County) -> None:
        record = self.load(county)[0]
        menu = f'href="{self.book.url}"'
        assert menu in browser_of(county.reviewer(self.book)).get("/").content.decode()
        for user in (county.clerk, county.headteacher, county.outsider(self.book)):
            hidden = self.book.confidential
            assert (menu not in browser_of(user).get("/").content.decode()) == hidden
            assert (self._get(user, "ledger").status_code == 404) == hidden
            if hidden:
                assert self._get(user, "record", record.pk).status_code == 404
                assert self._get(user, "ledger-export").status_code == 404
                assert self._get(user, "ledger-template").status_code == 404
                assert self._api(user).status_code == 404
                assert self.ledger not in browser_of(user).get("/api/ledgers/").content.decode()
                assert not self.book.objects().visible_to(user).exists()

    def test_officers_of_other_sections_and_leaders_read_and_do_not_write(self, county: County) -> None:
        record = self.load(county)[0]
        for user in (county.outsider(self.book), county.leader):
            if self.book.visible_to(user):
                assert self._get(user, "record", record.pk).status_code == 200
                assert self._get(user, "record-edit", record.pk).status_code == 403
                assert self._get(user, "record-add").status_code == 403
                assert self._get(user, "ledger-import").status_code == 403
            if self.is_record and self.book.visible_to(user):
                address = reverse("record-move", args=[self.ledger, record.pk])
                assert browser_of(user).post(address, {"to": "returned", "reason": "x"}).status_code == 403

    def test_a_school_files_what_is_its_own_and_only_its_section_accepts(self, county: County) -> None:
        own = next((row for row in self.typed(county) if row.get("organisation") == HOME), None)
        if own is None or not self.is_record or self.book.confidential:
            return  # schools do not file this ledger
        sent = self._typed_form(county, None, own)
        answer = browser_of(county.clerk).post(reverse("record-add", args=[self.ledger]), sent)
        assert answer.status_code == 302, self._said(answer)
        record = self.book.objects().latest("pk")
        assert record.state == State.FILED
        address = reverse("record-move", args=[self.ledger, record.pk])
        assert browser_of(county.clerk).post(address, {"to": "accepted"}).status_code == 403
        assert browser_of(county.outsider(self.book)).post(address, {"to": "accepted"}).status_code == 403
        browser_of(county.reviewer(self.book)).post(address, {"to": "accepted"})
        record.refresh_from_db()
        assert record.state == State.ACCEPTED
        assert self._get(county.clerk, "record-edit", record.pk).status_code == 403

    # --- what counts ---

    def test_only_accepted_records_are_counted(self, county: County) -> None:
        if not self.is_record:
            return
        records = self.load(county, accept=False)
        mine = Q(pk__in=[record.pk for record in records])
        for state in State.values:
            with acting(county.system, f"改为 {state}"):
                self.book.objects().filter(mine).update(state=state)
            counted = self.book.objects().filter(mine).counted().count()
            assert counted == (len(records) if state == State.ACCEPTED else 0)
