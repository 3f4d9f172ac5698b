"""The example's workbooks: what the rows say is what is in the repository, the same bytes every time."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from example import city, make
from shuyuan.ledger.ledger import ledger
from tests.filled import WORKBOOKS


@pytest.fixture(scope="module")
def lines() -> dict[str, list[dict[str, Any]]]:
    return make.lines()


def cells(path: Path) -> list[list[object]]:
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [[cell.date() if isinstance(cell, datetime) else cell for cell in row] for row in rows]


def expected(cell: object) -> object:
    """A cell as it is read back."""
    if cell is None:
        return ""
    return cell if isinstance(cell, str | date) else float(str(cell))


def test_every_workbook_holds_what_the_rows_say(lines: dict[str, list[dict[str, Any]]]) -> None:
    files = {file.stem.partition("-")[2]: file for file in WORKBOOKS.glob("*.xlsx")}
    assert files.keys() == lines.keys()
    for slug, file in files.items():
        book = ledger(slug)
        labels = {column.name: dict(column.choices) for column in book.sheet}
        wanted = [
            [
                expected(cell)
                for column in book.sheet
                for cell in make.cells(column, fields.get(column.name), labels[column.name])
            ]
            for fields in lines[slug]
        ]
        header, *found = cells(file)
        assert header == [heading for column in book.sheet for heading in column.headings], file.name
        assert found == wanted, f"{file.name} lags behind its rows: python -m example.make {slug}"


def test_the_same_rows_make_the_same_bytes(tmp_path: Path, lines: dict[str, list[dict[str, Any]]]) -> None:
    made = []
    for name in ("one.xlsx", "other.xlsx"):
        make.write(ledger("honour"), lines["honour"], tmp_path / name)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]


def test_a_row_that_names_a_column_which_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="honour has no columns \\['titel'\\]"):
        make.write(ledger("honour"), [{"titel": "十佳青年教师"}], tmp_path / "wrong.xlsx")


def test_every_school_has_an_identification_code_of_its_kind_and_province() -> None:
    schools = (*city.SCHOOLS, city.CLOSED, *city.VILLAGE_SCHOOLS)
    assert len({school.code for school in schools}) == len(schools)
    assert all(re.fullmatch(r"(11|21|31|34|36|51|93)32\d{6}", school.code) for school in schools)


def test_the_schools_have_forty_two_thousand_pupils() -> None:
    assert sum(sum(school.pupils.values()) for school in city.SCHOOLS) == city.PUPILS
