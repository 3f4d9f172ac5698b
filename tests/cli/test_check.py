"""`shuyuan check --year`: which records and filings break the checks of a year, as lines and as JSON."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from shuyuan.core.history import acting
from shuyuan.core.models import Period
from shuyuan.finance.procurement import Procurement
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.explanations import explain, of_filings
from shuyuan.ledger.ledger import ledger
from tests.county import HOME, OTHER, County

BOOK = ledger("procurement")
CHECKS = (
    Check("amount > 0", "金额须大于零。", field="amount"),
    Check("amount <= 5000000", "超过五百万，请说明。", hard=False, field="amount"),
    FilingCheck("count() <= 1", "不止一笔，请说明。", hard=False),
)
YEAR = Period(code="2012", kind="", year=2012)


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(BOOK), "checks", CHECKS)


def run(*arguments: str) -> tuple[int, list[str]]:
    """Its exit status, and the lines it wrote."""
    out = StringIO()
    try:
        call_command("check", *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def test_each_line_has_place_rule_values_and_cure(county: County) -> None:
    status, (first, second, counted) = run("--year", "2012", "--ledger", "procurement")
    assert status == 0, "soft ones alone"
    assert first.split("\t") == [
        "?",
        f"{OTHER} · 采购投入 · 2012 · 实验台",
        "超过五百万，请说明。",
        "「金额」不大于5000000",
        "金额 5733000元",
        "核对原始资料；有误的改正，属实的写明原因。",
    ]
    assert second.split("\t")[:4] == [
        "?",
        f"{HOME} · 采购投入 · 2012 · 整份报送",
        "不止一笔，请说明。",
        "「行数」不大于1",
    ]
    assert counted == "强制性 0 处，核实性 2 处（未说明 2 处）"


def test_a_hard_one_ends_with_status_1_and_is_told_as_json(county: County) -> None:
    with acting(county.system, "登记"):
        bad = Procurement(
            organisation=county[HOME], item="黑板", amount=0, date=date(2012, 7, 1),
            purpose="equipment", method="own", source="school",
        )  # fmt: skip
        bad.save()
    status, lines = run("--year", "2012", "--school", HOME, "--format", "jsonl")
    facts = [json.loads(line) for line in lines]
    assert status == 1
    assert [(one["hard"], one["message"]) for one in facts] == [(True, "金额须大于零。"), (False, "不止一笔，请说明。")]
    assert facts[0] == {
        "ledger": "procurement", "period": "2012", "school": HOME, "place": "黑板", "records": [bad.pk], "hard": True,
        "explained": False, "message": "金额须大于零。", "rule": "「金额」大于0", "values": {"金额": "0元"},
        "cure": "强制性校验：改正后才能报送。",
    }  # fmt: skip


def test_what_has_been_explained_is_told_so(county: County) -> None:
    (violation,) = of_filings(BOOK, YEAR, None)
    with acting(county.clerk, "说明"):
        explain(BOOK, violation, "追加一笔")
    _status, lines = run("--year", "2012", "--ledger", "procurement")
    assert [line[0] for line in lines[:2]] == ["?", "·"]
    assert lines[-1] == "强制性 0 处，核实性 2 处（未说明 1 处）"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--ledger", "procurement"], "请写 --year"),
        (["--year", "2012", "--ledger", "procurment"], "没有叫「procurment」的台账"),
        (["--year", "2012", "--school", "没有这所学校"], "没有单位"),
        (["--year", "0"], "没有这一年"),
        (["procurement", "--year", "2012"], "--ledger 之后"),
    ],
)
def test_a_bad_argument_is_refused_in_a_sentence(county: County, arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)


def test_without_a_year_the_declarations_are_checked_as_ever() -> None:
    code, lines = run()
    assert code == 0 and lines[0].startswith("System check identified no issues")


def test_a_year_without_records_breaks_nothing(county: County) -> None:
    assert run("--year", "1999") == (0, ["强制性 0 处，核实性 0 处（未说明 0 处）"])
