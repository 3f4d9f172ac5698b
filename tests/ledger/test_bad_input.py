"""Bad input: whatever is wrong with a workbook is told at its place with its cure, and nothing of it is taken."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import openpyxl.styles
import pytest
import xlsxwriter
from django.urls import reverse

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, OrganisationName
from shuyuan.ledger import sheets, unpacking
from shuyuan.ledger.headings import bare
from shuyuan.ledger.ledger import Ledger, ledger
from tests.county import BUREAU, HOME, OTHER, County, browser_of
from tests.ledger.suite import cells_of, in_book, sheet_of


@pytest.fixture
def book() -> Ledger[Any]:
    return ledger("procurement")


def good(**change: object) -> dict[str, object]:
    return {
        "organisation": HOME,
        "item": "学生课桌椅",
        "purpose": "服务",
        "method": "自行采购",
        "source": "学校自筹",
        "amount": 125000.5,
        "date": date(2012, 5, 31),
    } | change


def labels(book: Ledger[Any]) -> dict[str, str]:
    return {name: heading for c in book.sheet for name, heading in zip(c.names, c.headings, strict=True)}


def filled(book: Ledger[Any], *rows: Mapping[str, object], headings: Mapping[str, str] | None = None) -> bytes:
    """The book's workbook with these rows; `headings` says what is written above a column instead."""
    heads = labels(book) | dict(headings or {})
    required = {column.name: _any(column) for column in book.sheet if column.required}
    return sheet_of(list(heads.values()), [[{**required, **row}.get(name) for name in heads] for row in rows])


def _any(column: Any) -> object:
    if column.choices:
        return column.choices[0][1]
    return {"organisation": HOME, "date": date(2012, 5, 31), "number": 1}.get(column.kind, "示例")


def refusal(book: Ledger[Any], content: bytes) -> list[str]:
    """Everything that is said; and nothing has come in."""
    before = in_book(book)
    with pytest.raises(sheets.Unreadable) as refused:
        sheets.read(book, content)
    assert in_book(book) == before
    return [str(problem) for problem in refused.value.problems]


def value(book: Ledger[Any], name: str, cell: object) -> Any:
    """What a cell is read as."""
    return getattr(sheets.read(book, filled(book, good(**{name: cell}))).records[0], name)


# --- the file ---


def test_not_a_workbook_at_all(county: County, book: Ledger[Any]) -> None:
    xls = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
    assert refusal(book, xls) == ["这是旧的 .xls 文件或加了密码的工作簿；请去掉密码，另存为 .xlsx 再传"]
    csv = "单位,金额\n河头小学,1\n".encode("gb18030")
    for content in (csv, b"", b"PK\x03\x04", b"%PDF-1.7"):
        assert refusal(book, content) == [
            "这不是 .xlsx 工作簿（可能是改了扩展名的 .csv）；请用 Excel 或 WPS 另存为 .xlsx"
        ]
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as parts:
        parts.writestr("word/document.xml", "<w/>")
    assert "不是 Excel 工作簿" in refusal(book, word.getvalue())[0]


def test_a_damaged_workbook(county: County, book: Ledger[Any]) -> None:
    content = filled(book, good())
    broken = bytearray(content)
    place = content.index(b"xl/worksheets/sheet1.xml") + 40
    broken[place : place + 20] = bytes(20)
    assert "工作簿已损坏" in refusal(book, bytes(broken))[0]
    assert refusal(book, content[: len(content) // 2])


def test_an_empty_sheet_and_one_with_only_headings(county: County, book: Ledger[Any]) -> None:
    assert refusal(book, sheet_of([], [])) == ["工作表是空的；请用本台账的模板填写"]
    assert refusal(book, filled(book)) == ["没有数据行；若本期无内容可报，请用「零报告」"]
    assert refusal(book, filled(book, dict.fromkeys(labels(book)))) == refusal(book, filled(book))


def test_merged_cells_are_named(county: County, book: Ledger[Any]) -> None:
    made = openpyxl.load_workbook(BytesIO(filled(book, good(), good(item="讲台"))))
    made.worksheets[0].merge_cells("A2:A3")
    made.worksheets[0].merge_cells("C1:D1")
    assert refusal(book, saved(made)) == ["有合并的单元格：C1:D1、A2:A3；请取消合并，每格各填一个值"]


def saved(made: Any) -> bytes:
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_the_first_sheet_that_is_not_hidden_is_read(county: County, book: Ledger[Any]) -> None:
    made = openpyxl.load_workbook(BytesIO(filled(book, good())))
    hidden = made.create_sheet("旧表", 0)
    hidden["A1"] = "别的"
    hidden.sheet_state = "hidden"
    made.active = 1
    assert len(sheets.read(book, saved(made)).records) == 1
    made.worksheets[1].sheet_state = "veryHidden"
    made.create_chartsheet("图")
    assert "没有可见的工作表" in refusal(book, saved(made))[0]


def test_a_workbook_with_macros_is_read_as_data(county: County, book: Ledger[Any]) -> None:
    buffer = BytesIO(filled(book, good()))
    with zipfile.ZipFile(buffer, "a") as parts:
        parts.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macros are never run")
    assert len(sheets.read(book, buffer.getvalue()).records) == 1


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The workbook with some of its parts changed."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return buffer.getvalue()


def test_a_zip_bomb_is_refused_whatever_it_says_of_its_size(
    county: County, book: Ledger[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", 2**20)
    buffer = BytesIO(filled(book, good()))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/media/bomb.xml", bytes(2**21))
    bomb = buffer.getvalue()
    assert "展开后过大" in refusal(book, bomb)[0]
    lying = bomb.replace(struct.pack("<I", 2**21), struct.pack("<I", 1000))
    assert lying != bomb
    assert "工作簿已损坏" in refusal(book, lying)[0]


FAR = """
from io import BytesIO
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
import django
django.setup()
from shuyuan.ledger import unpacking
try:
    list(unpacking.rows(sys.stdin.buffer.read()))
except unpacking.Unreadable as refused:
    print(refused)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="resource limits are POSIX's")
def test_a_cell_absurdly_far_out_is_named_and_does_not_end_the_process() -> None:
    """Five kilobytes that made the reader ask for 400 GB: in a process of its own, lest it take the tests along."""
    buffer = BytesIO()
    made = xlsxwriter.Workbook(buffer)
    sheet = made.add_worksheet()
    sheet.write(0, 0, "单位")
    sheet.write(1048575, 16383, "x")
    made.close()
    command = [sys.executable, "-c", FAR]
    done = subprocess.run(command, input=buffer.getvalue(), capture_output=True, check=False, cwd=ROOT)
    assert done.stdout.decode().strip() == "表格以外的 XFD1048576 格里有内容；请删去多余的行和列再传", done.stderr[
        -500:
    ]


ROOT = Path(__file__).parents[2]


def test_cells_formatted_far_out_do_no_harm(county: County, book: Ledger[Any]) -> None:
    made = openpyxl.load_workbook(BytesIO(filled(book, good())))
    made.worksheets[0]["XFD2"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    made.worksheets[0]["A1048576"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
    assert len(sheets.read(book, saved(made)).records) == 1


@pytest.mark.parametrize(
    "unplaced",
    [
        b"<c><v>1</v></c>",
        b'<c t="n"><v>1</v></c>',
        b"<c r='XFD1048576'><v>1</v></c>",
        b'<c t="a>b" r="XFD9"><v>1</v></c>',
    ],
)
def test_a_cell_that_hides_where_it_stands_is_refused(county: County, book: Ledger[Any], unplaced: bytes) -> None:
    def hide(name: str, part: bytes) -> bytes:
        return part.replace(b"</row></sheetData>", unplaced + b"</row></sheetData>")

    assert "格式少见" in refusal(book, repacked(filled(book, good()), hide))[0]


def test_too_many_bytes_or_rows(county: County, book: Ledger[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "MOST_ROWS", 2)
    assert refusal(book, filled(book, good(), good(item="讲台"))) == ["超过 2 行；请分成几个工作簿"]
    monkeypatch.setattr(unpacking, "MOST_BYTES", 100)
    assert refusal(book, filled(book, good())) == ["文件超过 20 MB；请分成几个工作簿"]


# --- the headings ---


def test_headings_that_are_wrong_missing_or_doubled(county: County, book: Ledger[Any]) -> None:
    money = labels(book)["amount"]
    assert refusal(book, filled(book, good(), headings={"amount": "价格"})) == [
        f"第 1 行：缺少「{money}」这一列",
        "第 1 行：不认识的标题『价格』；请删去这一列，或改用模板的标题",
    ]
    assert f"第 1 行：标题『{money}』出现了两次" in refusal(book, filled(book, good(), headings={"item": money}))
    above = sheet_of(["河头小学2012年采购情况一览表"], [list(labels(book).values())])
    assert refusal(book, above) == ["没有数据行；若本期无内容可报，请用「零报告」"], "a title stands above the headings"


def test_money_in_ten_thousands_is_not_taken_for_yuan(county: County, book: Ledger[Any]) -> None:
    money = labels(book)["amount"]
    in_wan = money.replace("元", "万元")
    assert refusal(book, filled(book, good(), headings={"amount": in_wan})) == [
        f"第 1 行：缺少「{money}」这一列",
        f"第 1 行：不认识的标题『{in_wan}』；是否为「{bare(money)}」？",
    ]


@pytest.mark.parametrize(
    "write",
    [
        lambda heading: heading.replace("（", "\n(").replace("）", ")"),
        lambda heading: heading.replace("(", "（").replace(")", "）"),
        lambda heading: f" {heading} *",
        lambda heading: "　".join(heading),
        lambda heading: f"*{heading}",
    ],
)
def test_headings_with_line_breaks_spaces_and_brackets_of_either_width(
    county: County, book: Ledger[Any], write: Callable[[str], str]
) -> None:
    headings = {name: write(heading) for name, heading in labels(book).items()}
    assert len(sheets.read(book, filled(book, good(), headings=headings)).records) == 1


def test_columns_may_stand_in_any_order_and_under_their_other_names(county: County) -> None:
    book = ledger("honour")
    row = {"organisation": HOME, "title": "先进集体", "awarded_by": "县政府", "date": "2012-05-31"}
    content = filled(book, row, headings={"title": "奖项", "awarded_by": "表彰单位"})
    cells = cells_of(content)
    turned = sheet_of(cells[0][::-1], [line[::-1] for line in cells[1:]])
    assert sheets.read(book, turned).records[0].awarded_by == "县政府"


# --- the cells ---


@pytest.mark.parametrize(
    ("name", "cell", "told"),
    [
        ("amount", "壹千", "不是数字：『壹千』；请只填阿拉伯数字，单位不要写进格子"),
        ("amount", "12万", "不是数字：『12万』"),
        ("amount", "85%", "不是数字"),
        ("amount", "1,5", "不是数字"),
        ("amount", "1,2345.00", "不是数字"),
        ("amount", "1_000", "不是数字"),
        ("amount", "1e3", "不是数字"),
        ("amount", "10²", "不是数字"),
        ("amount", "NaN", "不是数字"),
        ("amount", True, "不是数字"),
        ("amount", date(2012, 5, 31), "不是数字"),
        ("amount", 12.345, "最多 2 位小数：『12.345』；请先四舍五入"),
        ("amount", "9" * 30, "数字太大"),
        ("amount", 1e15, "数字超过 15 位"),
        ("amount", None, "必填，不能空"),
        ("date", "2012.13.40", "不是日期：『2012.13.40』；请写成 2012-05-31 的样子"),
        ("date", "2012-02-30", "不是日期"),
        ("date", "去年五月", "不是日期"),
        ("date", "2012年5月", "不是日期"),
        ("date", "0212-05-31", "不是日期"),
        ("date", "2102-05-31", "不是日期"),
        ("date", 41060, "不是日期：『41060』"),
        ("organisation", "火星", "没有单位『火星』；请按机构名录填写全称"),
        ("organisation", "河头小学校", "没有单位『河头小学校』；是否为：河头小学"),
        ("item", "课" * 200, "共 200 个字"),
        ("item", 123456789012345678, "数字超过 15 位，表格软件已丢失末尾几位；请把这一列设为文本格式后重新填写"),
        ("item", "#REF!", "公式出错：#REF!；请改成数值后再传"),
        ("item", "课桌\x01", "看不见的控制字符"),
        ("purpose", "家俱", "没有『家俱』这一项；可填："),
    ],
)
def test_a_bad_cell_is_named_by_row_and_heading_with_its_cure(
    county: County, book: Ledger[Any], name: str, cell: object, told: str
) -> None:
    said = refusal(book, filled(book, good(), good(item="讲台") | {name: cell}))
    assert len(said) == 1
    assert said[0].startswith(f"第 3 行「{labels(book)[name]}」：")
    assert told in said[0]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234,567.89", "1234567.89"),
        ("1，234", "1234"),
        ("１２３．５", "123.5"),
        ("+7", "7"),
        (".5", "0.5"),
        (" 12 ", "12"),
        ("\xa012\u3000", "12"),
        (0.1 + 0.2, "0.3"),
        (19999999999999.99, "19999999999999.99"),
    ],
)
def test_numbers_as_people_type_them(county: County, book: Ledger[Any], cell: object, number: str) -> None:
    assert value(book, "amount", cell) == Decimal(number)


@pytest.mark.parametrize(
    "cell",
    [
        "2012-05-31",
        "2012.5.31",
        "2012/05/31",
        "2012年5月31日",
        "20120531",
        20120531,
        "２０１２－０５－３１",
        " 2012-5-31 ",
    ],
)
def test_dates_as_people_type_them(county: County, book: Ledger[Any], cell: object) -> None:
    assert value(book, "date", cell) == date(2012, 5, 31)


def test_a_moment_is_taken_as_its_day(county: County, book: Ledger[Any]) -> None:
    made = openpyxl.load_workbook(BytesIO(filled(book, good())))
    place = list(labels(book)).index("date") + 1
    made.worksheets[0].cell(2, place).value = datetime(2012, 5, 31, 23, 59)
    assert sheets.read(book, saved(made)).records[0].date == date(2012, 5, 31)


def test_formulas_give_what_they_last_came_to_and_their_errors_are_named(county: County, book: Ledger[Any]) -> None:
    place = list(labels(book)).index("amount")

    def with_formula(cached: object) -> bytes:
        buffer = BytesIO()
        made = xlsxwriter.Workbook(buffer)
        sheet = made.add_worksheet()
        cells = cells_of(filled(book, good(date="2012-05-31")))
        for number, line in enumerate(cells):
            sheet.write_row(number, 0, line)
        sheet.write_formula(1, place, "=SUM(A1:A2)", None, cached)
        made.close()
        return buffer.getvalue()

    assert sheets.read(book, with_formula(1200.5)).records[0].amount == Decimal("1200.50")
    for error in ("#REF!", "#DIV/0!", "#N/A", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"):
        (said,) = refusal(book, with_formula(error))
        assert said == f"第 2 行「{labels(book)['amount']}」：公式出错：{error}；请改成数值后再传"


def test_two_schools_of_one_name_are_told_apart_by_their_codes(county: County, book: Ledger[Any]) -> None:
    with acting(county.system, "新设"):
        Organisation.objects.create(name=HOME, code="2132000099", parent=county[BUREAU])
    said = refusal(book, filled(book, good()))[0]
    assert said.endswith("有 2 个单位叫『河头小学』，请改填学校标识码：河头小学（2132000001）、河头小学（2132000099）")
    read = sheets.read(book, filled(book, good(organisation="2132000099"))).records[0]
    assert read.organisation.code == "2132000099"
    assert sheets.read(book, filled(book, good(organisation=2132000099))).records[0].organisation == read.organisation


def test_a_name_that_was_two_schools_alias_is_ambiguous_too(county: County, book: Ledger[Any]) -> None:
    with acting(county.system, "简称"):
        OrganisationName.objects.create(organisation=county[HOME], name="省华中")
    assert "有 2 个单位叫『省华中』" in refusal(book, filled(book, good(organisation="省华中")))[0]


def test_a_school_imports_only_its_own_rows(county: County, book: Ledger[Any]) -> None:
    own = Organisation.objects.visible_to(county.clerk)
    content = filled(book, good(), good(organisation=OTHER))
    with pytest.raises(sheets.Unreadable, match="第 3 行「单位」：无权填报「江苏省华罗庚中学」的数据") as refused:
        sheets.read(book, content, own)
    assert len(refused.value.problems) == 1


def test_people_are_found_by_name_and_told_apart_by_number(county: County) -> None:
    book = ledger("discipline")
    one, two = county.person(HOME, "张示例", "1"), county.person(HOME, "张示例", "2")
    county.person(OTHER, "李示例", "3")
    row = {"organisation": HOME, "person": "张示例"}
    said = refusal(book, filled(book, row))[0]
    assert said == "第 2 行「姓名」：河头小学有 2 人叫『张示例』，请填写人员编号：1、2"
    assert sheets.read(book, filled(book, row | {"person_number": "2"})).records[0].person == two
    assert sheets.read(book, filled(book, row | {"person_number": 1})).records[0].person == one
    assert (
        "登记的姓名是『张示例』，不是『王示例』"
        in refusal(book, filled(book, row | {"person": "王示例", "person_number": "1"}))[0]
    )
    assert "没有叫『李示例』的人" in refusal(book, filled(book, row | {"person": "李示例"}))[0]
    assert "没有人员编号『9』" in refusal(book, filled(book, row | {"person_number": "9"}))[0]


def test_a_row_whose_school_is_unknown_is_told_once_not_for_its_people_too(county: County) -> None:
    said = refusal(ledger("discipline"), filled(ledger("discipline"), {"organisation": "火星", "person": "张"}))
    assert len(said) == 1


# --- rows that are there already ---


def test_a_row_twice_in_the_file_and_a_row_in_the_book_already(county: County, book: Ledger[Any]) -> None:
    twice = filled(book, good(), good(item="讲台"), good())
    assert refusal(book, twice) == ["第 4 行：与第 2 行相同；请删去重复的一行"]
    with acting(county.system, "导入工作簿"):
        sheets.load(sheets.read(book, filled(book, good())))
    assert refusal(book, filled(book, good(item="讲台"), good())) == [
        "第 3 行：与已有的记录相同；若确是另一笔，请在内容上区分开"
    ]


def test_the_same_register_twice_is_told_too(county: County) -> None:
    book = ledger("organisation")
    row = {"name": "直溪镇", "kind": "镇（街道）", "parent": BUREAU}
    with acting(county.system, "导入工作簿"):
        sheets.load(sheets.read(book, filled(book, row)))
    assert "与已有的记录相同" in refusal(book, filled(book, row))[0]
    code = {"name": "新学校", "kind": "学校", "code": "2132000001"}
    assert refusal(book, filled(book, code)) == ["第 2 行：这个学校标识码已经登记过。"]
    new = {"kind": "学校", "code": "2132000077"}
    assert refusal(book, filled(book, new | {"name": "甲"}, new | {"name": "乙"})) == [
        "第 3 行：与第 2 行相同；请删去重复的一行"
    ]
    assert "学校标识码是 10 位数字" in refusal(book, filled(book, new | {"name": "甲", "code": "12"}))[0]


# --- the page ---


def test_the_page_names_every_problem_and_a_file_s_path_goes_nowhere(county: County, book: Ledger[Any]) -> None:
    client, address = browser_of(county.officer(book.function)), reverse("ledger-import", args=[book.slug])
    upload = BytesIO(filled(book, good(amount="壹千"), good(organisation="火星")))
    upload.name = "报表.xlsx"
    page = client.post(address, {"file": upload})
    assert page.status_code == 422
    text = page.content.decode()
    assert "工作簿里的数据一行也没有导入" in text
    assert "不是数字" in text
    assert "火星" in text
    upload = BytesIO(filled(book, good()))
    upload.name = "../../etc/报表 2012.xlsx"
    assert client.post(address, {"file": upload}).status_code == 302
    record = book.objects().get()
    assert record.history().get().written_why == "导入工作簿 报表 2012.xlsx"


def test_no_file_and_an_empty_file_are_told_on_the_page(county: County, book: Ledger[Any]) -> None:
    client, address = browser_of(county.officer(book.function)), reverse("ledger-import", args=[book.slug])
    assert client.post(address, {}).status_code == 200
    empty = BytesIO(b"")
    empty.name = "空.xlsx"
    assert "空" in client.post(address, {"file": empty}).content.decode()


def test_five_thousand_rows_with_five_thousand_errors_stay_readable(county: County, book: Ledger[Any]) -> None:
    rows = [good(organisation=f"火星第{n}小学", amount=n) for n in range(5000)]
    content = filled(book, *rows)
    began = time.process_time()
    with pytest.raises(sheets.Unreadable) as refused:
        sheets.read(book, content)
    took = time.process_time() - began
    assert len(refused.value.problems) == 5000
    assert len(str(refused.value).splitlines()) == unpacking.SHOWN
    assert took < 10, f"{took:.1f} s of work, ten times what it needs"


def test_the_form_and_the_api_refuse_the_same_cells(county: County, book: Ledger[Any]) -> None:
    client = browser_of(county.officer(book.function))
    values = {name: str(cell) for name, cell in good().items()} | {"amount": "9" * 40, "item": "课\x00桌"}
    answer = client.post(
        f"/api/ledgers/{book.slug}/", {"reason": "接口报送", "values": values}, content_type="application/json"
    )
    assert answer.status_code == 422
    assert "amount: 数字太大" in answer.json()["detail"]
    assert "item: 有看不见的控制字符" in answer.json()["detail"]
    page = client.post(
        reverse("record-add", args=[book.slug]), values | {"organisation": str(county[HOME].pk), "item": "课桌"}
    )
    assert "数字太大" in page.content.decode()
    assert book.objects().count() == 0
