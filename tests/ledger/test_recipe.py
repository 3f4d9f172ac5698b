"""The recipe of docs/add-a-ledger.md holds: its file makes a ledger, its test is a whole test."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from shuyuan.core.codes import SYSTEMS
from shuyuan.core.history import acting
from shuyuan.figures import registry
from shuyuan.figures.apps import check_figures
from shuyuan.figures.books import Books
from shuyuan.ledger import declarations, sheets
from shuyuan.ledger import ledger as engine
from shuyuan.web import menu
from tests.county import County, build
from tests.ledger.suite import workbook

RECIPE = (Path(__file__).parents[2] / "docs/add-a-ledger.md").read_text(encoding="utf-8")
FILE, TEST = re.findall(r"```python\n(.*?)```", RECIPE, re.DOTALL)
ROOM, NAME = "schooling", "shuyuan.schooling.drill"

in_test: dict[str, Any] = {"__name__": __name__}
exec(compile(TEST, "docs/add-a-ledger.md", "exec"), in_test)
TestDrill = in_test["TestDrill"]  # the recipe's own test runs as it stands


@pytest.fixture(scope="module", autouse=True)
def drill(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[ModuleType]:
    """The recipe's file as a module of its room, with its tables; afterwards nothing of it is left."""
    module, entries, systems = ModuleType(NAME), list(menu.entries), dict(SYSTEMS)
    sys.modules[NAME] = module
    exec(compile(FILE, "docs/add-a-ledger.md", "exec"), module.__dict__)
    made = [module.Drill, module.Drill.versions]
    registry.forget()
    declarations.watch()
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in made:
            editor.create_model(model)
    yield module
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in reversed(made):
            editor.delete_model(model)
    for model in made:
        del apps.all_models[ROOM][model._meta.model_name]
    del engine._ledgers["drill"], sys.modules[NAME]
    menu.entries[:] = entries
    SYSTEMS.clear()
    SYSTEMS.update(systems)
    apps.clear_cache()
    registry.forget()


def test_the_file_is_at_most_sixty_lines() -> None:
    assert len(FILE.splitlines()) <= 60


def test_the_declaration_and_its_figures_pass_the_checks_at_start_up(drill: ModuleType) -> None:
    assert declarations.check_ledgers() == []
    assert check_figures() == []
    assert [figure.name for figure in registry.enduring() if figure.name.startswith("drill.")] == [
        figure.name for figure in drill.figures
    ]


def test_a_typo_in_the_declaration_is_told_with_what_to_write(drill: ModuleType, monkeypatch: Any) -> None:
    monkeypatch.setattr(drill.Drills, "aliases", {"titel": ("演练项目",)})
    told = declarations.check_ledgers()[0]
    assert "aliases names 'titel'" in str(told.msg)
    assert "title" in str(told.hint)


@pytest.mark.django_db
def test_its_figures_are_computed_from_the_rows_of_its_test(drill: ModuleType) -> None:
    county = build()
    rows = TestDrill().typed(county)
    last_year = [row | {"date": row["date"].replace(year=2011)} for row in rows[:1]]
    _accept(county, [*rows, *last_year])
    books = Books(2012)
    shown = {figure.name: books.value(figure.name).display for figure in drill.figures}
    assert shown == {
        "drill.held": "3次",
        "drill.schools": "2所",
        "drill.planned": "4040人",
        "drill.present": "3931人",
        "drill.cost": "0.12万元",
        "drill.share": "97.3%",
        "drill.more": "2次",
    }
    assert books.value("drill.cost").exact == Decimal("0.12005")
    assert [line.selection().rows.count() for line in books.lineage("drill.held")] == [3]


@pytest.mark.django_db
def test_nothing_counts_before_it_is_accepted(drill: ModuleType) -> None:
    county = build()
    book = engine.ledger("drill")
    with acting(county.clerk, "报送"):
        sheets.load(sheets.read(book, workbook(book, TestDrill().typed(county))))
    assert Books(2012).value("drill.held").exact is None
    with acting(county.reviewer(book), "通过"):
        book.objects().filter(date__gte=date(2012, 5, 1)).move("accepted")
    assert Books(2012).value("drill.held").exact == 2


def _accept(county: County, rows: list[dict[str, Any]]) -> None:
    book = engine.ledger("drill")
    with acting(county.system, "导入工作簿"):
        sheets.load(sheets.read(book, workbook(book, rows)), accept=True)
