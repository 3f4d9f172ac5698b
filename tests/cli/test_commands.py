"""Commands: their JSON is a contract, their refusals are sentences, their exit status can be relied on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from shuyuan.core.history import acting
from shuyuan.core.models import Place
from shuyuan.figures.keeping import keep
from shuyuan.figures.models import SavedFigure
from shuyuan.figures.registry import figure, figures
from shuyuan.finance.procurement import Procurement
from shuyuan.ledger.ledger import ledger
from tests.county import HOME, OTHER, County
from tests.ledger.suite import in_book, workbook

FIGURE_KEYS = [
    *("name", "title", "value", "unit", "qualifier", "exact", "display", "reason"),
    *("definition", "version", "ledger", "records", "previous", "url"),
]


def told(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def as_json(*arguments: str) -> Any:
    return json.loads(told(*arguments, "--format", "json"))


def test_figures_tells_every_figure_of_the_year_under_the_keys_of_the_contract(county: County) -> None:
    rows = as_json("figures", "--year", "2012")
    assert [row["name"] for row in rows] == [one.name for one in figures(2012)]
    for row in rows:
        assert list(row) == FIGURE_KEYS
        assert isinstance(row["title"], str)
        assert isinstance(row["records"], int)
        assert isinstance(row["value"], int | float | None)
        assert row["exact"] is None or isinstance(row["exact"], str)
        assert (row["value"] is None) == bool(row["reason"]), row["name"]
        assert len(row["version"]) == 8


def test_one_figure_with_last_year_s_value_and_by_organisation(county: County) -> None:
    (row,) = as_json("figures", "procurement.equipment", "--year", "2012", "--by-organisation")
    assert row | {"organisations": None} == {
        "name": "procurement.equipment",
        "title": "教育装备投入",
        "value": 700,
        "unit": "万元",
        "qualifier": "近",
        "exact": "698.3",
        "display": "近700万元",
        "reason": "",
        "definition": figure("procurement.equipment").definition,
        "version": figure("procurement.equipment").version,
        "ledger": "procurement",
        "records": 2,
        "previous": 300,
        "url": "/figures/procurement.equipment/?year=2012",
        "organisations": None,
    }
    assert [(one["organisation"], one["exact"], one["records"]) for one in row["organisations"]] == [
        (HOME, "125", 1),
        (OTHER, "573.3", 1),
    ]


def test_figures_for_people(county: County) -> None:
    text = told("figures", "procurement.equipment", "procurement.tendered_share", "--year", "2012")
    assert "教育装备投入\t近700万元\t2\tprocurement.equipment" in text
    assert "共 2 个指标" in text


def test_saved_figures_go_into_a_file_and_come_back(county: County, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    table = {"kind": "count", "name": "saved.all", "title": "采购笔数", "ledger": "procurement", "unit": "笔"}
    with acting(county.office, "存为指标"):
        keep(table, county.office)
    told("figures", "--export", str(file))
    with acting(county.office, "清空"):
        SavedFigure.objects.all().delete()
    assert "新增 1 个指标" in told("figures", "--import", str(file))
    assert "1 个没有变化" in told("figures", "--import", str(file))
    assert as_json("figures", "saved.all", "--year", "2012")[0]["display"] == "2笔"
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(CommandError, match="这不是指标文件"):
        call_command("figures", "--import", str(file))


def test_figures_up_to_a_day(county: County) -> None:
    (row,) = as_json("figures", "procurement.equipment", "--until", "2012-05-30")
    assert (row["records"], row["previous"]) == (0, None)
    (row,) = as_json("figures", "procurement.equipment", "--until", "2012-05-31")
    assert row["records"] == 2
    with pytest.raises(CommandError, match="2012-05-31 不在2011年"):
        call_command("figures", "--until", "2012-05-31", "--year", "2011")


def test_records_tells_the_counted_records_under_every_column_s_name(county: County) -> None:
    rows = as_json("records", "procurement", "--year", "2012")
    assert [row["subject"] for row in rows] == ["实验台", "课桌"]
    keys = {"id", "ledger", "subject", "period", "state", *ledger("procurement").names}
    assert all(row.keys() == keys for row in rows)
    assert rows[1] | {"id": 0} == {
        "id": 0,
        "ledger": "procurement",
        "subject": "课桌",
        "organisation": HOME,
        "item": "课桌",
        "purpose": "equipment",
        "method": "own",
        "source": "school",
        "amount": "1250000.00",
        "contract": "",
        "date": "2012-05-31",
        "period": "2012",
        "state": "accepted",
    }
    rule = ["--where", "amount > 2000000"]
    assert [row["subject"] for row in as_json("records", "procurement", "--year", "2012", *rule)] == ["实验台"]


@pytest.mark.parametrize("slug", ["organisation", "organisation_name", "school_section", "duty", "staff", "policy"])
def test_registers_and_what_goes_on_tell_what_is_in_being_at_the_year_s_end(county: County, slug: str) -> None:
    rows = as_json("records", slug, "--year", "2012")
    assert len(rows) == {"organisation": 18, "organisation_name": 1, "duty": 14}.get(slug, 0)
    assert told("records", slug, "--year", "2012").count("\n") >= len(rows)


def test_import_is_all_rows_or_none_and_says_who_and_why(county: County, tmp_path: Path) -> None:
    book, file = ledger("procurement"), tmp_path / "采购.xlsx"
    row = {"organisation": HOME, "item": "讲台", "purpose": "服务", "method": "自行采购", "source": "学校自筹"}
    row |= {"amount": 100, "date": "2012-03-01"}  # type: ignore[dict-item]
    file.write_bytes(workbook(book, [row, row | {"item": "黑板", "amount": "壹千"}]))
    before = in_book(book)
    with pytest.raises(CommandError) as refused:
        call_command("import", "procurement", str(file))
    assert str(refused.value).splitlines() == [
        "采购.xlsx 没有导入，共 1 处问题：",
        "第 3 行「金额（元）」：不是数字：『壹千』；请只填阿拉伯数字，单位不要写进格子",
    ]
    assert in_book(book) == before

    file.write_bytes(workbook(book, [row]))
    assert told("import", "procurement", str(file)) == "已导入 1 条记录。\n"
    made = Procurement.objects.get(item="讲台")
    assert (made.state, made.history().get().written_why) == ("filed", "导入工作簿 采购.xlsx")
    file.write_bytes(workbook(book, [row | {"item": "黑板"}]))
    options = ["--accept", "--by", county.office.username, "--reason", "补录"]
    told("import", "procurement", str(file), *options)
    made = Procurement.objects.get(item="黑板")
    assert (made.state, made.history().get().written_by, made.history().get().written_why) == (
        "accepted",
        county.office,
        "补录",
    )


def test_history_verify_counts_versions_and_names_what_was_altered(county: County) -> None:
    assert told("history", "verify").startswith("历史完好：")
    assert told("history", "anchor").count(" ") >= 2
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_organisationversion SET written_why = '笔误' WHERE link = 1")
    with pytest.raises(CommandError, match=r"core\.organisation · \d+ · #1: 版本被改动"):
        call_command("history", "verify")
    assert Place.objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["figures", "procurement.totl", "--year", "2012"], "是否为：procurement.total"),
        (["figures", "--year", "二〇一二"], "--year"),
        (["figures"], "--year"),
        (["records", "procurment", "--year", "2012"], "没有叫「procurment」的台账"),
        (["records", "procurement", "--year", "2012", "--where", "amuont > 0"], "相近的名称：amount"),
        (["records", "procurement", "--year", "0"], "没有期间"),
        (["records", "organisation", "--year", "20120"], "不是日期"),
        (["import", "procurement", "nowhere.xlsx"], "nowhere.xlsx"),
        (["import", "procurement", "."], "Is a directory" if sys.platform != "win32" else "."),
        (["import", "nothing", "nowhere.xlsx"], "没有叫「nothing」的台账"),
        (["history", "burn"], "burn"),
    ],
)
def test_a_bad_argument_is_refused_in_a_sentence(county: County, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(*arguments)
    assert said in str(refused.value)


def test_an_account_that_is_not_there_is_named(county: County, tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"")
    with pytest.raises(CommandError, match="没有账号 nobody"):
        call_command("import", "procurement", str(tmp_path / "x.xlsx"), "--by", "nobody")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["records", "procurment", "--year", "2012"], 1, "没有叫「procurment」的台账"),
        (["figures", "--year", "2012"], 1, "shuyuan migrate"),
    ],
)
def test_the_entry_point_says_it_on_standard_error_without_a_traceback(
    tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    env |= {"SHUYUAN_DATA": str(tmp_path), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "shuyuan.cli.main", *arguments]
    done = subprocess.run(command, env=env, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
