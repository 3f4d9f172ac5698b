"""A book filled from the example's own workbooks, through the importer that schools use, once for each test file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.figures.books import Books
from shuyuan.ledger import sheets
from shuyuan.ledger.ledger import ledger

WORKBOOKS = Path(__file__).parents[1] / "example" / "2012"
REGISTERS = ("organisation", "organisation_name")


def filled(*slugs: str) -> Callable[..., Iterator[Books]]:
    """A fixture for one test file: `books = filled("debt")` is the year 2012 with these ledgers accepted.

    The file marks its tests `django_db`: each of them is undone by itself, the book when the last one is over.
    """

    @pytest.fixture(scope="module")
    def books(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Books]:
        with django_db_blocker.unblock(), transaction.atomic():
            for slug in (*REGISTERS, *slugs):
                load(slug)
            yield Books(2012)
            transaction.set_rollback(True)

    return books


def load(slug: str) -> int:
    """Read and accept one ledger's workbook; returns how many records."""
    (file,) = WORKBOOKS.glob(f"[0-9][0-9]-{slug}.xlsx")
    with acting(actor("system"), file.name):
        return sheets.load(sheets.read(ledger(slug), file), accept=True)
