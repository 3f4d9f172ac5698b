"""Append-only: the database itself refuses to change or remove a version, whoever asks it to.

After every migration each table of versions is given triggers (SQLite) or one trigger (PostgreSQL); a migration that
makes a table anew loses them and gets them back the same way. Nobody is kept out who may drop a trigger: what such a
person does shows in the chain.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

from shuyuan.core.history import versioned_models

TOLD = "history is append-only: a version is never changed or removed"
FUNCTION = f"""CREATE OR REPLACE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '{TOLD}'; END $$"""
STATEMENTS = {
    "sqlite": (
        'CREATE TRIGGER IF NOT EXISTS "{table}_unchanged" BEFORE UPDATE ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{TOLD}'); END",
        'CREATE TRIGGER IF NOT EXISTS "{table}_kept" BEFORE DELETE ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, '{TOLD}'); END",
    ),
    "postgresql": (
        'CREATE OR REPLACE TRIGGER "{table}_kept" BEFORE UPDATE OR DELETE ON "{table}" '
        "EXECUTE FUNCTION history_is_append_only()",
    ),
}


def guard(using: str = "default", **options: Any) -> None:
    """Put the triggers on every table of versions that is there and lacks them."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for model in versioned_models():
            table = model.versions._meta.db_table
            for statement in STATEMENTS[connection.vendor] if table in there else ():
                cursor.execute(statement.format(table=table))
