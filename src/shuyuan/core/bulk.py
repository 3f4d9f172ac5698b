"""Bulk: many rows into one table, without a model instance for each; for tables whose keys nobody waits for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models


def insert(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values for the fields called `names`: COPY on PostgreSQL, one prepared statement elsewhere.

    `bulk_create` works a statement's text out anew for every batch, which for a wide table is most of its time.
    """
    connection = connections[DEFAULT_DB_ALIAS]  # itself: its proxy would be asked for it again for every value
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    prepare = [partial(field.get_db_prep_save, connection=connection) for field in fields]
    # All of them before COPY begins: rows that are looked up on the way would wait for ever for the connection.
    ready = [[made(value) for made, value in zip(prepare, row, strict=True)] for row in rows]
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", list(ready))  # noqa: S608  names only
