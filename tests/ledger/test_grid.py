"""The grid's own door: cells told by row and name, whole batches, what may be removed, and what hostile hands send."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from shuyuan.core.history import acting
from shuyuan.core.proof import verify
from shuyuan.finance.models import Procurement
from shuyuan.ledger import grid
from shuyuan.ledger.closing import close_books
from shuyuan.ledger.grid import NotSaved, Sent
from shuyuan.ledger.intake import Rights
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from shuyuan.ledger.revisions import Stamp, revisions
from tests.county import BUREAU, HOME, OTHER, County, browser_of
from tests.ledger.filed import opened, purchase

BOOK = ledger("procurement")
GOOD = {
    "item": "课桌", "purpose": "教育装备", "method": "自行采购", "source": "学校自筹",
    "amount": "1,200.50", "date": "2012年5月3日",
}  # fmt: skip


def stamp(record: Any) -> str:
    return str(Stamp(record.pk, revisions(Procurement, [record.pk])[record.pk]))


def save(county: County, *rows: Sent, removed: tuple[str, ...] = (), user: Any = None, reason: str = "") -> grid.Saved:
    return grid.save(BOOK, Rights(user or county.clerk), rows, removed, home=county[HOME], reason=reason)


def test_rows_are_read_as_a_workbook_s_are_and_wait_as_drafts_while_a_round_collects_them(county: County) -> None:
    opened(county)
    saved = save(county, Sent(1, GOOD), Sent(2, GOOD | {"item": "黑板"}))
    assert saved.told[0] == "已导入 2 条记录。" and "先存为草稿" in saved.told[1]
    first = Procurement.objects.get(item="课桌")
    assert (first.organisation, first.amount, first.date) == (county[HOME], Decimal("1200.50"), date(2012, 5, 3))
    assert {one.state for one in Procurement.objects.all()} == {State.DRAFT}
    assert first.history()[0].written_why == "表格填报"
    assert verify(Procurement) == []


def test_one_bad_cell_keeps_the_whole_batch_out_and_is_told_by_row_and_name(county: County) -> None:
    with pytest.raises(NotSaved) as refused:
        save(county, Sent(3, GOOD), Sent(7, GOOD | {"amount": "壹千", "purpose": "别的"}))
    assert [(fault.row, fault.cell) for fault in refused.value.faults] == [(7, "purpose"), (7, "amount")]
    assert "不是数字：『壹千』" in refused.value.faults[1].message
    assert not Procurement.objects.exists()


def test_the_same_rows_sent_again_are_not_kept_twice(county: County) -> None:
    save(county, Sent(1, GOOD))
    assert save(county, Sent(1, GOOD)).told == ["1 行没有变化，未重复导入。"]
    assert Procurement.objects.count() == 1


def test_a_draft_is_removed_and_what_was_filed_or_changed_since_is_not(county: County) -> None:
    draft, filed = purchase(county, "课桌"), purchase(county, "黑板", state=State.FILED)
    with pytest.raises(NotSaved, match="是已报送，不能删除"):
        save(county, removed=(stamp(draft), stamp(filed)))
    assert Procurement.objects.count() == 2
    old = stamp(draft)
    with acting(county.headteacher, "核对"):
        draft.save()
    with pytest.raises(NotSaved, match="刚刚有人改过"):
        save(county, removed=(old,))
    assert save(county, removed=(stamp(draft),)).told == ["删除了 1 条记录。"]
    assert [one.item for one in Procurement.objects.all()] == ["黑板"]
    assert save(county, removed=(old,)).told == ["删除了 0 条记录。"]


def test_a_row_of_another_school_is_neither_changed_nor_removed(county: County) -> None:
    theirs = purchase(county, "课桌", organisation=county[OTHER])
    assert save(county, removed=(stamp(theirs),)).told == ["删除了 0 条记录。"]
    with pytest.raises(NotSaved, match="不在本单位名下"):
        save(county, Sent(1, GOOD, stamp(theirs)))
    with pytest.raises(NotSaved, match="无权填报"):
        save(county, Sent(1, GOOD | {"organisation": OTHER}))
    theirs.refresh_from_db()
    assert theirs.item == "课桌"


def test_an_accepted_row_is_the_section_s_alone_to_change(county: County) -> None:
    kept = purchase(county, "课桌", state=State.ACCEPTED)
    with pytest.raises(NotSaved, match="已通过审核，不能直接修改"):
        save(county, Sent(1, GOOD | {"item": "桌"}, stamp(kept)))
    officer = county.reviewer(BOOK)
    save(county, Sent(1, GOOD | {"item": "桌"}, stamp(kept)), user=officer, reason="按发票更正")
    kept.refresh_from_db()
    assert (kept.item, kept.state) == ("桌", State.ACCEPTED)


def test_what_two_people_changed_is_told_with_what_the_book_says_now(county: County) -> None:
    kept = purchase(county, "课桌")
    seen = stamp(kept)
    with acting(county.headteacher, "核对"):
        kept.item = "桌椅"
        kept.save()
    with pytest.raises(NotSaved) as refused:
        save(county, Sent(1, GOOD | {"item": "课桌凳"}, seen))
    (theirs,) = refused.value.theirs
    assert (theirs.row, theirs.stamp, theirs.cells["item"]) == (1, stamp(kept), "桌椅")
    assert refused.value.faults[0].cell == "item"


def test_closed_books_take_an_adjustment_with_its_reason_from_the_section_only(county: County) -> None:
    with acting(county.office, "关账"):
        close_books(county[BUREAU], date(2012, 12, 31))
    client = browser_of(county.clerk)
    answer = client.post(ADDRESS, sent([GOOD], reason="补录"), content_type="application/json")
    assert answer.status_code == 422
    assert "已关账" in answer.json()["faults"][0]["message"]
    save(county, Sent(1, GOOD), user=county.reviewer(BOOK), reason="补录漏报")
    assert Procurement.objects.get().history()[0].written_why == "更正：补录漏报"


def test_an_emptied_row_is_not_silently_left_as_it_was(county: County) -> None:
    with pytest.raises(NotSaved, match="请选中后点「删除行」"):
        save(county, Sent(1, dict.fromkeys(GOOD, ""), stamp(purchase(county))))


ADDRESS = "/ledgers/procurement/grid/?year=2012"


def sent(rows: list[dict[str, str]], **more: Any) -> str:
    return json.dumps({"rows": [{"number": n, "cells": row} for n, row in enumerate(rows, start=4)]} | more)


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        ("", 400, "读不懂"),
        ("[]", 400, "读不懂"),
        ("[" * 100_000, 400, "读不懂"),
        (json.dumps({"rows": [{"cells": ["a"]}]}), 400, "读不懂"),
        (json.dumps({"rows": [{"number": 1, "cells": {"pk": "1"}}]}), 422, "没有这些列"),
        (json.dumps({"rows": [{"number": 1, "cells": GOOD, "stamp": "1; DROP"}]}), 422, "不是我们写的"),
        (json.dumps({"rows": [], "removed": ["x"]}), 422, "不是我们写的"),
        (sent([GOOD] * 2001), 422, "一次最多 2000 行"),
        (sent([GOOD, GOOD]), 422, "与第 4 行相同"),
        (sent([GOOD | {"amount": "#N/A"}]), 422, "公式出错"),
        (sent([GOOD | {"item": "字" * 5000}]), 422, "最多"),
        (sent([GOOD | {"item": "a\u0000b"}]), 422, "控制字符"),
        (sent([GOOD | {"amount": "1e400"}]), 422, "不是数字"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(county: County, body: str, status: int, told: str) -> None:
    answer = browser_of(county.clerk).post(ADDRESS, body, content_type="application/json")
    assert answer.status_code == status
    assert any(told in fault["message"] for fault in answer.json()["faults"]), answer.json()
    assert not Procurement.objects.exists()


def test_a_formula_is_kept_as_the_text_it_is(county: County) -> None:
    hostile = '=HYPERLINK("http://example.org")<script>'
    save(county, Sent(1, GOOD | {"item": hostile}))
    assert Procurement.objects.get().item == hostile
    page = browser_of(county.clerk).get(ADDRESS).content.decode()
    assert '<script>"' not in page and "\\u003Cscript\\u003E" in page


def test_last_year_s_rows_start_new_ones_without_their_numbers_and_dates(county: County) -> None:
    opened(county)
    purchase(county, "课桌", date=date(2011, 5, 1), state=State.ACCEPTED)
    page = browser_of(county.clerk).get(ADDRESS)
    (start,) = page.context["grid"]["rows"]
    assert start["start"] and not start["stamp"]
    assert start["cells"] == {
        "organisation": HOME, "item": "课桌", "purpose": "教育装备", "method": "自行采购", "source": "学校自筹",
        "contract": "",
    }  # fmt: skip


def test_a_section_sees_what_its_list_shows_and_a_leader_nothing_to_write(county: County) -> None:
    purchase(county, "课桌", state=State.FILED)
    officer = browser_of(county.reviewer(BOOK))
    assert [row["state"] for row in officer.get(f"{ADDRESS}&state=filed").context["grid"]["rows"]] == ["已报送"]
    assert not officer.get(f"{ADDRESS}&state=draft").context["grid"]["rows"]
    assert officer.get(f"{ADDRESS}&period=wrong").status_code == 302
    assert browser_of(county.leader).get(ADDRESS).status_code == 403


def test_a_register_offers_its_people_by_name_and_number(county: County) -> None:
    county.person(HOME, "张示例", "E1")
    page = browser_of(county.clerk).get("/ledgers/staff/grid/?year=2012")
    assert page.context["grid"]["people"] == [["张示例", "E1"]]
    kinds = {column["name"]: column["kind"] for column in page.context["grid"]["columns"]}
    assert kinds["person"] == "person" and kinds["person_number"] == "text"
