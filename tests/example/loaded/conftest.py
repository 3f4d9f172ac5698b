"""The whole example through the importer, once for all tests of this folder."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.filled import WORKBOOKS, load


@pytest.fixture(scope="package")
def example(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Every workbook of the example accepted, until the last test that asks for it is over."""
    with django_db_blocker.unblock(), transaction.atomic():
        for file in sorted(WORKBOOKS.glob("[0-9][0-9]-*.xlsx")):
            load(file.stem.partition("-")[2])
        yield
        transaction.set_rollback(True)
