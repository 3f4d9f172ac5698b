"""Collections: what may be drawn, what may change, what the answers come to, and that their columns are figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.collections import guess, keeping
from shuyuan.collections.asked import (
    MOST_COLUMNS,
    Asked,
    columns_of,
    faults,
    faults_of_change,
    name_for,
)
from shuyuan.collections.book import made
from shuyuan.collections.models import Answer, Collection
from shuyuan.collections.similar import similar
from shuyuan.collections.totals import By, rolled_up
from shuyuan.core.history import acting
from shuyuan.core.past import as_of
from shuyuan.core.proof import verify
from shuyuan.figures import registry
from shuyuan.figures.books import Books
from shuyuan.figures.keeping import Refused, keep
from shuyuan.figures.registry import UnknownFigure, figure
from shuyuan.ledger import filing, grid, review
from shuyuan.ledger.grid import NotSaved, Sent
from shuyuan.ledger.held import NAME
from shuyuan.ledger.intake import Rights
from shuyuan.ledger.ledger import UnknownLedger, all_ledgers, ledger
from shuyuan.ledger.record import State
from shuyuan.ledger.unpacking import unpack
from tests.collections.drawn import ASKED, COST, ROOM, SETS, SLUG, USED, drawn, sent
from tests.county import HOME, OTHER, County, browser_of
from tests.ledger.filed import task_of
from tests.ledger.suite import sheet_of


def answer(county: County, school: str = HOME, state: str = State.ACCEPTED, **cells: Any) -> Any:
    with acting(county.clerk, "填报"):
        row = ledger(SLUG).model(**{"organisation": county[school], "房间": "教室", "台数": 2} | cells, state=state)
        row.save()
    return row


# --- what may be drawn ---


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"asked": []}, "至少要有一列"),
        ({"asked": [ROOM | {"label": " "}]}, "请写标题"),
        ({"asked": [ROOM | {"label": "长" * 61}]}, "太长或有看不见的字符"),
        ({"asked": [ROOM | {"label": "房\u200b间"}]}, "看不见的字符"),
        ({"asked": [ROOM | {"label": "单位"}]}, "不用问，系统知道"),
        ({"asked": [ROOM | {"label": "Shuyuan key"}]}, "不用问，系统知道"),
        ({"asked": [ROOM, ROOM | {"name": "b", "label": "房 间"}]}, "和前面的列重复"),
        ({"asked": [ROOM, USED | {"name": "房间"}]}, "和前面的列重复"),
        ({"asked": [ROOM | {"name": "organisation"}]}, "列名『organisation』不能用"),
        ({"asked": [ROOM | {"name": "save"}]}, "列名『save』不能用"),
        ({"asked": [ROOM | {"name": "revision"}]}, "列名『revision』不能用"),
        ({"asked": [ROOM | {"name": "a__gt"}]}, "列名『a__gt』不能用"),
        ({"asked": [ROOM | {"name": "a_"}]}, "列名『a_』不能用"),
        ({"asked": [ROOM | {"name": "a' OR 1"}]}, "不能用"),
        ({"asked": [ROOM | {"kind": "picture"}]}, "没有『picture』这种类型"),
        ({"asked": [ROOM | {"unit": "间"}]}, "只有数字可以另写单位"),
        ({"asked": [SETS | {"least": "many"}]}, "最小和最大须是数字"),
        ({"asked": [SETS | {"least": "NaN"}]}, "最小和最大须是数字"),
        ({"asked": [SETS | {"least": "3", "most": "2"}]}, "最小大于最大"),
        ({"asked": [ROOM | {"kind": "choice", "choices": ["一"]}]}, "选项要有 2 到"),
        ({"asked": [ROOM | {"kind": "choice", "choices": ["一", "一"]}]}, "选项有重复"),
        ({"asked": [{"name": f"c{n}", "label": f"列{n}"} for n in range(MOST_COLUMNS + 1)]}, "一次最多问 300 列"),
        ({"slug": "procurement"}, "已是一本台账"),
        ({"slug": "A-B"}, "代号由小写字母"),
        ({"rules": [{"rule": "台书 > 0", "message": "x"}]}, "没有名为 台书 的字段"),
        ({"rules": [{"rule": "台数 + 1", "message": "x"}]}, "这是一个值，不是条件"),
        ({"rules": [{"rule": "台数 > 0", "message": ""}]}, "请写明不符合时怎样提示"),
    ],
)
def test_what_makes_no_sense_is_told_before_it_is_kept(county: County, change: dict[str, Any], told: str) -> None:
    facts = {"slug": SLUG, "title": "空调", "day": date(2012, 11, 30), "asked": ASKED} | change
    found = [str(fault) for fault in faults(Collection(**facts))]
    assert any(told in text for text in found), found


@given(st.text(max_size=80))
def test_a_name_made_of_any_heading_can_be_a_field(label: str) -> None:
    assert NAME.fullmatch(name_for(label, ["a", "b"]))


def test_a_heading_of_hostile_hands_is_text_wherever_it_stands(county: County) -> None:
    label = '=HYPERLINK("http://x")<script>alert(1)</script>'
    sent(county, drawn(county, [ROOM | {"label": label, "name": "x1"}], rules=[]))
    clerk, office = browser_of(county.clerk), browser_of(county.office)
    for client, address in (
        (office, f"/collections/of/{SLUG}/"),
        (office, f"/collections/of/{SLUG}/edit/"),
        (clerk, f"/ledgers/{SLUG}/"),
        (clerk, f"/ledgers/{SLUG}/add/"),
        (clerk, f"/ledgers/{SLUG}/grid/"),
    ):
        assert "<script>alert" not in client.get(address).content.decode(), address
    content = b"".join(clerk.get(f"/ledgers/{SLUG}/template.xlsx"))
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    assert (sheet["B1"].value, sheet["B1"].data_type) == (label, "s")


def test_three_hundred_columns_are_drawn_filled_in_and_added_up(county: County) -> None:
    wide = [{"name": f"n{n}", "label": f"第{n}项", "kind": "number"} for n in range(MOST_COLUMNS)]
    sent(county, drawn(county, wide, rules=[]))
    book = ledger(SLUG)
    rows = [Sent(1, {f"n{n}": str(n) for n in range(MOST_COLUMNS)})]
    grid.save(book, Rights(county.clerk), rows, home=county[HOME])
    with acting(county.office, "审核"):
        Answer.objects.update(state=State.ACCEPTED)
    (line,) = rolled_up(made(Collection.objects.get()), columns_of(Collection.objects.get()), county.office)
    assert line.told(Asked("n299", "", "number")) == "299"
    assert browser_of(county.office).get(f"/collections/of/{SLUG}/").status_code == 200


# --- the drawing board ---


def posted(columns: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "title": "空调使用情况", "slug": SLUG, "day": "2012-11-30", "function": "office", "note": "",
        "c": [str(n) for n in range(len(columns))],
    }  # fmt: skip
    for n, column in enumerate(columns):
        data |= {
            f"c{n}-{key}": "、".join(v) if isinstance(v, list) else v for key, v in column.items() if v is not False
        }
    return data | more


def test_the_office_draws_a_form_and_what_is_wrong_is_told_at_its_column(county: County) -> None:
    office = browser_of(county.office)
    page = office.post("/collections/new/", posted([ROOM, SETS | {"least": "x"}]))
    assert page.status_code == 422
    assert page.context["cards"][1][2] == ["最小和最大须是数字"]
    assert office.post("/collections/new/", posted(ASKED)).headers["Location"] == f"/collections/of/{SLUG}/"
    kept = Collection.objects.get()
    assert [column.name for column in columns_of(kept)] == [data["name"] for data in ASKED]
    assert columns_of(kept)[7].choices == ("专线", "普通线路")
    assert kept.history()[0].written_why == "设计专项填报"
    again = office.post("/collections/new/", posted(ASKED))
    assert again.status_code == 422 and "slug" in again.context["form"].errors


def test_a_workbook_s_heading_becomes_columns_to_be_confirmed(county: County) -> None:
    heading = [
        "序号",
        "学校名称",
        "班级数（个）",
        "*联系人",
        "建设经费（元）",
        "是否达标",
        "验收日期",
        "类别",
        "学生数",
        "覆盖率（%）",
    ]
    rows = [
        [1, HOME, 12, "张示例", 1000.5, "是", date(2012, 5, 1), "新建", 400, 99.5],
        [2, HOME, 24, "李示例", 2000, "否", date(2012, 6, 1), "改建", 800, 87.25],
        [3, HOME, 6, "王示例", 300, "是", date(2012, 7, 1), "新建", 90, 100],
        [4, HOME, 6, "赵示例", 300, "是", date(2012, 7, 1), "改建", 90, 100],
    ]
    content = sheet_of(heading, rows)
    kinds = {column.label: column.kind for column in guess.columns(unpack(content))}
    assert kinds == {
        "班级数": "number", "联系人": "text", "建设经费": "money", "是否达标": "yes_no", "验收日期": "date",
        "类别": "choice", "学生数": "people", "覆盖率": "number",
    }  # fmt: skip
    file = BytesIO(content)
    file.name = "达标情况.xlsx"
    page = browser_of(county.office).post("/collections/upload/", {"file": file})
    assert page.status_code == 200
    assert [column.label for _n, column, _told in page.context["cards"]][:2] == ["班级数", "联系人"]
    assert page.context["action"] == reverse("collection-new")
    file = BytesIO(b"PK\x03\x04 no workbook")
    file.name = "x.xlsx"
    assert "工作簿" in browser_of(county.office).post("/collections/upload/", {"file": file}).content.decode()


# --- once there are answers ---


def test_after_an_answer_a_form_may_only_grow(county: County) -> None:
    collection = drawn(county)
    sent(county, collection)
    answer(county, state=State.DRAFT)
    office = browser_of(county.office)
    for columns, told in (
        ([*ASKED[1:]], "已有答复，不能去掉「房间」"),
        ([ROOM, SETS | {"kind": "text", "unit": "", "least": "", "most": ""}, *ASKED[2:]], "不能改类型"),
        ([ROOM, SETS | {"unit": "套"}, *ASKED[2:]], "不能改单位"),
        ([*ASKED, {"label": "备注", "required": "1", "kind": "text"}], "不能是必填"),
        ([*ASKED[:-2], ASKED[-2] | {"choices": ["专线", "太阳能"]}, ASKED[-1]], "不能改已有的选项"),
    ):
        page = office.post(f"/collections/of/{SLUG}/edit/", posted(columns))
        assert page.status_code == 422
        assert told in page.content.decode(), told
    grown = [ROOM | {"label": "教室或房间"}, *ASKED[1:], {"label": "备注", "kind": "text"}]
    assert office.post(f"/collections/of/{SLUG}/edit/", posted(grown)).status_code == 302
    row = ledger(SLUG).objects().get()
    assert (row.房间, row.备注) == ("教室", "")
    assert str(ledger(SLUG).column("房间").label) == "教室或房间"


def test_a_change_back_and_forth_is_no_change() -> None:
    columns = [Asked.from_data(data) for data in ASKED]
    assert not list(faults_of_change(columns, list(reversed(columns))))


def test_the_form_and_its_answers_are_read_as_they_stood_then(county: County) -> None:
    collection = drawn(county)
    sent(county, collection)
    row = answer(county, 台数=2)
    then = timezone.now()
    with acting(county.office, "改标题"):
        collection.asked = [ROOM | {"label": "教室或房间"}, *ASKED[1:], {"name": "备注", "label": "备注"}]
        collection.save()
    fresh = ledger(SLUG).objects().get()
    with acting(county.office, "更正"):
        fresh.台数 = 7
        fresh.save()
    with as_of(then):
        assert ledger(SLUG).column("房间").label == "房间"
        assert not ledger(SLUG).has("备注")
        assert ledger(SLUG).objects().get(台数=2).pk == row.pk
        assert Books(2012).value(f"collection.{SLUG}.台数").exact == 2
        with pytest.raises(UnknownFigure):
            figure(f"collection.{SLUG}.备注")
    assert Books(2012).value(f"collection.{SLUG}.台数").exact == 7
    assert verify(Answer) == [] and verify(Collection) == []


def test_an_answer_altered_behind_history_s_back_is_found(county: County) -> None:
    sent(county, drawn(county))
    row = answer(county)
    from django.db import models

    models.QuerySet(Answer).filter(pk=row.pk).update(answers={"房间": "教室", "台数": 9})
    assert [fault.model for fault in verify(Answer)] == ["collections.answer"]


# --- whose it is ---


def test_a_school_that_was_not_asked_finds_nothing(county: County) -> None:
    collection = drawn(county)
    clerk = browser_of(county.clerk)
    assert clerk.get(f"/ledgers/{SLUG}/").status_code == 404
    sent(county, collection)
    assert clerk.get(f"/ledgers/{SLUG}/").status_code == 200
    row = answer(county, OTHER)
    assert clerk.get(row.get_absolute_url()).status_code == 404
    with acting(county.office, "归档"):
        keeping.archive(collection, away=True)
    assert SLUG not in [book.slug for book in all_ledgers()]
    assert ledger(SLUG).objects().count() == 1


def test_no_schools_no_task_and_a_sentence(county: County) -> None:
    collection = drawn(county, day=date(2012, 11, 30))
    from django.core.exceptions import ValidationError

    from tests.ledger.filed import opened

    one = opened(county, collection.slug, send=False)
    with acting(county.office, "缩小范围"):
        one.school_types = ["514"]
        one.save()
        with pytest.raises(ValidationError, match="没有要报的学校或台账"):
            filing.send(one)
    page = browser_of(county.office).get(f"/collections/of/{SLUG}/?by=town")
    assert "还没有审核通过的答复" in page.content.decode()
    content = browser_of(county.office).get(f"/collections/of/{SLUG}/export.xlsx").content
    assert [sheet.title for sheet in openpyxl.load_workbook(BytesIO(content))] == ["各校合计", "逐条", "并列"]


def test_a_round_of_another_year_is_refused(county: County) -> None:
    drawn(county)
    data = {
        "title": "空调", "year": "2011", "opens": "2011-01-01", "due": "2011-02-01",
        "within": county["金坛市教育局"].pk, "ledgers": [SLUG],
    }  # fmt: skip
    page = browser_of(county.office).post("/rounds/new/", data)
    assert "问的是2012年的数" in page.content.decode()


# --- asked once ---


def test_what_a_ledger_has_already_is_pointed_out_and_left_out(county: County) -> None:
    amount = {"name": "采购金额", "label": "金额", "kind": "money"}
    collection = drawn(county, [ROOM, SETS, amount], rules=[])
    found = {one.name: [book.slug for book, _label in one.others] for one in similar(made(collection))}
    assert "procurement" in found["采购金额"] and "台数" not in found
    office, address = browser_of(county.office), f"/collections/of/{SLUG}/elsewhere/"
    office.post(address, {"column": "采购金额", "ledger": "procurement"})
    collection.refresh_from_db()
    assert [data["name"] for data in collection.asked] == ["房间", "台数"]
    assert collection.elsewhere == [{"label": "金额", "ledger": "procurement", "title": "采购投入"}]
    sent(county, collection)
    answer(county)
    office.post(address, {"column": "台数", "ledger": "procurement"})
    collection.refresh_from_db()
    assert len(collection.asked) == 2


def test_asked_again_a_year_later_the_years_stand_side_by_side(county: County) -> None:
    collection = drawn(county)
    one = sent(county, collection)
    answer(county, 台数=2)
    office = browser_of(county.office)
    office.post(f"/collections/of/{SLUG}/again/")
    collection.refresh_from_db()
    assert collection.day.year == 2012, "not while the first is open"
    with acting(county.office, "结束"):
        filing.close(one)
    assert office.post(f"/collections/of/{SLUG}/again/").headers["Location"] == f"/rounds/new/?ledger={SLUG}"
    answer(county, 台数=5)
    assert Books(2013).value(f"collection.{SLUG}.台数").exact == 5
    assert Books(2012).value(f"collection.{SLUG}.台数").exact == 2
    page = office.get(f"/collections/new/?copy={SLUG}")
    assert [column.label for _n, column, _told in page.context["cards"]] == [data["label"] for data in ASKED]


# --- what it comes to ---


def test_totals_roll_up_by_town_kind_and_school_and_as_figures(county: County) -> None:
    collection = drawn(county)
    sent(county, collection)
    answer(county, 台数=2, 维修费=Decimal("100.10"), 使用率=Decimal("80.00"), 供电="专线", 已检修=True)
    answer(county, 台数=3, 维修费=Decimal("0.20"), 使用率=Decimal("90.50"), 供电="专线", 已检修=False)
    answer(county, OTHER, 台数=10, 维修费=Decimal(5))
    answer(county, OTHER, state=State.FILED, 台数=100)
    book, columns = made(collection), columns_of(collection)
    (whole,) = rolled_up(book, columns, county.office)
    told = {column.name: whole.told(column) for column in columns}
    assert told | {} == told
    assert (told["台数"], told["维修费"], told["使用率"]) == ("15", "105.30", "85.25")
    assert (told["供电"], told["已检修"], told["房间"]) == ("专线 2", "是 1；否 1", "3")
    assert len(whole.schools) == 2 and whole.records == 3
    by_type = {line.title: line.told(columns[1]) for line in rolled_up(book, columns, county.office, By.TYPE)}
    assert by_type == {"小学": "5", "高级中学": "10"}
    assert [line.title for line in rolled_up(book, columns, county.office, By.TOWN)] == ["局直属"]
    (every,) = rolled_up(book, columns, county.office, accepted=False)
    assert every.told(columns[1]) == "115"
    names = ("台数", "维修费", "使用率", "已检修", "schools", "records")
    values = Books(2012).values(f"collection.{SLUG}.{name}" for name in names)
    assert [value.exact for value in values] == [15, Decimal("105.30"), Decimal("85.25"), 1, 2, 3]
    assert values[1].display == "105.3元" and values[2].display == "85.25%"
    assert {key: value.exact for key, value in Books(2012).vector(f"collection.{SLUG}.台数").items()} == {
        county[HOME].pk: 5,
        county[OTHER].pk: 10,
    }


def test_a_misspelt_column_is_an_error_where_it_is_written_and_never_an_empty_result(county: County) -> None:
    sent(county, drawn(county))
    answer(county)
    with pytest.raises(UnknownFigure, match=f"是否为：collection.{SLUG}.台数"):
        Books(2012).value(f"collection.{SLUG}.台书")
    formula = {"kind": "formula", "name": "saved.per", "title": "每室台数", "unit": "台/条"}
    with acting(county.office, "组合"):
        with pytest.raises(Refused, match=r"没有指标『collection\.kongtiao\.台书』"):
            keep(formula | {"expression": f"collection.{SLUG}.台书 / collection.{SLUG}.records"}, county.office)
        keep(formula | {"expression": f"collection.{SLUG}.台数 / collection.{SLUG}.records"}, county.office)
        with pytest.raises(Refused, match="已被占用"):
            keep({"kind": "count", "name": f"collection.{SLUG}.x", "title": "x", "ledger": SLUG}, county.office)
        with pytest.raises(Refused, match="没有名为 台书 的字段"):
            where = {"kind": "count", "name": "saved.w", "title": "x", "ledger": SLUG, "where": "台书 > 1"}
            keep(where, county.office)
        keep(
            {"kind": "count", "name": "saved.big", "title": "两台以上", "ledger": SLUG, "where": "台数 >= 2"},
            county.office,
        )
    assert Books(2012).value("saved.per").exact == 2
    assert Books(2012).value("saved.big").exact == 1
    with pytest.raises(UnknownLedger, match="没有叫「kongtiaa」的台账"):
        ledger("kongtiaa")


def test_a_column_that_a_figure_names_cannot_go(county: County) -> None:
    collection = drawn(county)
    with acting(county.office, "组合"):
        one = {"kind": "formula", "name": "saved.one", "title": "台数", "unit": "台"}
        keep(one | {"expression": f"collection.{SLUG}.台数 + 0 * collection.{SLUG}.台数"}, county.office)
    page = browser_of(county.office).post(f"/collections/of/{SLUG}/edit/", posted([ROOM, USED, COST]))
    assert page.status_code == 422
    assert "不能去掉：指标「台数」（saved.one）用到它" in page.content.decode()
    assert keeping.leave_out(collection, "台数", "procurement")


def test_a_figure_opens_down_to_the_answers(county: County) -> None:
    sent(county, drawn(county))
    row = answer(county)
    page = browser_of(county.office).get(f"/figures/collection.{SLUG}.台数/?year=2012").content.decode()
    assert row.get_absolute_url() in page and "专项填报" in page
    assert f"collection.{SLUG}.台数" in {one.name for one in registry.figures(2012)}
    assert f"collection.{SLUG}.台数" not in browser_of(county.office).get("/figures/saved/").content.decode()


def test_all_schools_stand_side_by_side_in_the_export_also_those_that_owe(county: County) -> None:
    sent(county, drawn(county))
    answer(county, 房间="=1+1", 台数=2, 安装日期=date(2011, 6, 1))
    answer(county, 房间="图书室", 台数=3)
    content = browser_of(county.office).get(f"/collections/of/{SLUG}/export.xlsx").content
    totals, lines, beside = openpyxl.load_workbook(BytesIO(content)).worksheets
    rows = {row[0]: row for row in totals.iter_rows(values_only=True)}
    assert rows[HOME][2:5] == (2, "2", 5) and rows[OTHER][1:3] == ("待报", 0)
    assert lines["B2"].value == "=1+1" and lines["B2"].data_type == "s"
    assert [cell.value for cell in beside[1]] == ["填报项目", HOME]
    assert [cell.value for cell in beside[3]] == ["空调台数（台）", 5]


# --- the whole engine ---


def test_a_school_fills_the_grid_the_officer_returns_one_cell_and_takes_it(county: County) -> None:
    one = sent(county, drawn(county, day=date(2012, 11, 30)))
    book, task = ledger(SLUG), task_of(one, county[HOME], SLUG)
    with pytest.raises(NotSaved) as refused:
        grid.save(
            book, Rights(county.clerk), [Sent(1, {"房间": "教室", "台数": "2", "在用台数": "3"})], home=county[HOME]
        )
    assert (refused.value.faults[0].cell, refused.value.faults[0].message) == ("在用台数", "在用台数不能超过空调台数")
    grid.save(book, Rights(county.clerk), [Sent(1, {"房间": "教室", "台数": "2", "维修费": "9000"})], home=county[HOME])
    (row,) = task.records()
    assert (row.state, row.date, row.period_id) == (State.DRAFT, date(2012, 11, 30), "2012")
    with acting(county.clerk, "报送"):
        violation = filing.said(task).soft[0]
        filing.explain_all(task, {violation.name: "换了压缩机"})
        filing.file(task)
    with acting(county.office, "退回"):
        review.give_back(book, row, {"维修费": "请附发票"})
    assert review.remarks(book, [row.pk]) == {row.pk: {"维修费": "请附发票"}}
    shown = browser_of(county.clerk).get(f"/ledgers/{SLUG}/grid/?period=2012").context["grid"]["rows"][0]
    assert shown["remarks"] == {"维修费": "请附发票"}
    cells = shown["cells"] | {"维修费": "800"}
    grid.save(book, Rights(county.clerk), [Sent(1, cells, shown["stamp"])], home=county[HOME])
    assert Books(2012).value(f"collection.{SLUG}.维修费").exact is None
    with acting(county.office, "通过"):
        review.accept(book, review.revisions(book, [row.pk]))
    assert Books(2012).value(f"collection.{SLUG}.维修费").exact == 800
    labels = [change.label for entry in _history(book, row) for change in entry.changes]
    assert "维修费（元）" in labels


def _history(book: Any, row: Any) -> Any:
    from shuyuan.ledger.changes import history_of

    return history_of(book, row)


def test_nothing_to_report_is_said_and_an_empty_line_is_not_an_answer(county: County) -> None:
    one = sent(county, drawn(county, [USED], rules=[]))
    with pytest.raises(NotSaved, match="没有数据行"):
        grid.save(ledger(SLUG), Rights(county.clerk), [Sent(1, {"在用台数": ""})], home=county[HOME])
    form = browser_of(county.clerk).post(f"/ledgers/{SLUG}/add/", {"organisation": county[HOME].pk})
    assert "这一行还什么也没有填" in form.content.decode()
    task = task_of(one, county[HOME], SLUG)
    assert browser_of(county.clerk).post(f"/tasks/{task.pk}/nothing/").status_code == 302
    assert task.due - timezone.localdate() == timedelta(days=14)
