"""One cell of one workbook of the example, changed: exactly the figures that count it move, by what was changed."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.figures.books import Books
from shuyuan.figures.listing import listing
from shuyuan.ledger import sheets
from shuyuan.ledger.ledger import ledger
from tests.filled import WORKBOOKS, filled

pytestmark = pytest.mark.django_db
books = filled("facility", "procurement")  # figures that have nothing to do with the changed cell


def changed(slug: str, heading: str, row: int, value: str | int) -> bytes:
    """The example's workbook with one cell written over."""
    (file,) = WORKBOOKS.glob(f"[0-9][0-9]-{slug}.xlsx")
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    column = next(cell.column for cell in sheet[1] if cell.value == heading)
    sheet.cell(row, column, value)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def printed(slug: str, workbook: bytes) -> dict[str, tuple[object, ...]]:
    """Every figure of the year with this workbook as the ledger's only content."""
    with acting(actor("system"), "试算"):
        ledger(slug).objects().delete()
        sheets.load(sheets.read(ledger(slug), workbook), accept=True)
    return {row["name"]: (row["exact"], row["records"], row["previous"]) for row in listing(2012)}


def moved(slug: str, heading: str, row: int, value: str | int) -> set[str]:
    (file,) = WORKBOOKS.glob(f"[0-9][0-9]-{slug}.xlsx")
    before, after = printed(slug, file.read_bytes()), printed(slug, changed(slug, heading, row, value))
    return {name for name in before if before[name] != after[name]}


def first_row(slug: str, **wanted: str) -> int:
    """The first row of the workbook whose cells under these headings are as wanted."""
    (file,) = WORKBOOKS.glob(f"[0-9][0-9]-{slug}.xlsx")
    head, *rows = openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True)
    for number, cells in enumerate(rows, start=2):
        line = {str(name): str(cell) for name, cell in zip(head, cells, strict=True)}
        if all(line[name].startswith(text) for name, text in wanted.items()):
            return number
    raise LookupError(wanted)


def amount() -> str:
    return ledger("debt").column("amount").label


def test_an_amount_moves_the_sums_that_count_it_and_nothing_else(books: Books) -> None:
    row = first_row("debt", 债务类别="义务教育", 日期="2012")
    assert moved("debt", amount(), row, 1) - {"debt.relieved_persons"} == {
        "debt.relieved",
        "debt.relieved_compulsory",
        "debt.compulsory_share",
    }


def test_a_date_moved_to_the_year_before_takes_the_record_along(books: Books) -> None:
    row = first_row("debt", 债务类别="非义务教育", 日期="2012")
    found = moved("debt", "日期", row, "2011-12-31")
    assert {"debt.relieved", "debt.relieved_other", "debt.debts", "debt.compulsory_share"} <= found
    assert "debt.relieved_compulsory" not in found
    assert not {name for name in found if not name.startswith("debt.")}


def test_the_sum_moves_by_exactly_what_the_cell_did(books: Books) -> None:
    row = first_row("debt", 债务类别="义务教育", 日期="2012")
    (file,) = WORKBOOKS.glob("[0-9][0-9]-debt.xlsx")
    sheet = openpyxl.load_workbook(file).worksheets[0]
    column = next(cell.column for cell in sheet[1] if cell.value == amount())
    was = Decimal(str(sheet.cell(row, column).value))
    after = printed("debt", changed("debt", amount(), row, int(was) + 10_000))
    assert after["debt.relieved"][0] == "2636"
    assert after["debt.relieved_compulsory"][0] == "1636"


def test_a_cell_that_no_figure_reads_moves_nothing(books: Books) -> None:
    row = first_row("debt", 日期="2012")
    assert moved("debt", ledger("debt").column("document").label, row, "支付凭证另号") == set()
