"""The past: inside `with as_of(moment):` every read sees the books as they stood at that moment.

The queries are the very ones of the present. Each versioned table they name is shadowed, under its own name, by a
common table expression: the rows that nobody has written since, and of the others the last version before. So a list,
a figure, its lineage and a report of any past day need no code of their own and cannot disagree with what was computed
then.

What a person may see is always asked in the present (`present()`): a post that was lost opens no old books.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _t

if TYPE_CHECKING:
    from shuyuan.core.history import Versioned

_READ = re.compile(r'\b(?:FROM|JOIN)\s+\(*"([^"]+)"')
_WRITTEN = re.compile(r'^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"([^"]+)"', re.IGNORECASE)

_numbers = itertools.count(1)

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


class NotInThePast(RuntimeError):
    """A write inside `as_of`."""


def moment() -> datetime | None:
    """The moment that reads see; None in the present."""
    return _moment.get()


def moment_from(text: str) -> datetime:
    """A moment as people type it: 2012-12-28 (the end of that day) or 2012-12-28T09:30. Raises ValueError."""
    try:
        day = parse_date(text)
        found = datetime.combine(day, time.max) if day else parse_datetime(text)
    except ValueError:  # the form of a date, and no day of the calendar
        found = None
    if found is None:
        raise ValueError(_t("『%(text)s』不是日期，请写成 2012-12-28 或 2012-12-28T09:30") % {"text": text[:40]})
    return found if timezone.is_aware(found) else timezone.make_aware(found)


@contextmanager
def as_of(when: datetime | None) -> Iterator[None]:
    """Read the books as they stood at that moment (None: as they stand now)."""
    if when is not None and timezone.is_naive(when):
        raise ValueError("as_of needs a moment with its time zone")
    token = _moment.set(when)
    try:
        if when is None:
            yield
            return
        shadowed = _Shadowed(when)
        with connections[DEFAULT_DB_ALIAS].execute_wrapper(shadowed):
            try:
                yield
            finally:
                with present():
                    shadowed.forget()
    finally:
        _moment.reset(token)


@contextmanager
def present() -> Iterator[None]:
    """Read the present, even inside `as_of`."""
    token = _moment.set(None)
    try:
        yield
    finally:
        _moment.reset(token)


class _Shadowed:
    """Puts the shadows of the tables that a statement reads before it, while the moment is this one's.

    What a table's changed rows were is looked up once, at the first statement that reads it, into temporary tables:
    history is wide, and a page asks dozens of questions.
    """

    def __init__(self, when: datetime) -> None:
        self.when = when
        self.kept: dict[str, _Shadow] = {}

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if _moment.get() != self.when:
            return execute(sql, params, many, context)
        tables = _tables()
        if (written := _WRITTEN.match(sql)) and written[1] in tables:
            raise NotInThePast("the past cannot be written: leave as_of first")
        named = dict.fromkeys(name for name in _READ.findall(sql) if name in tables)
        shadows = [text for name in named if (text := self.shadow(tables[name], sql, context["connection"]))]
        if not shadows:
            return execute(sql, params, many, context)
        escaped = [text.replace("%", "%%") for text in shadows] if params is not None else shadows
        return execute(f"WITH {', '.join(escaped)} {sql}", params, many, context)

    def shadow(self, model: type[Versioned], sql: str, connection: Any) -> str:
        """The table as it was, for this statement; empty when nobody has written to it since."""
        name = model._meta.db_table
        with present():
            if name not in self.kept or self.kept[name].gone():
                self.kept[name] = _Shadow(model, self.when, connection)
            return self.kept[name].text(sql)

    def forget(self) -> None:
        """Drop the temporary tables, unless a failed transaction has taken them away already."""
        if not connections[DEFAULT_DB_ALIAS].needs_rollback:
            for shadow in self.kept.values():
                shadow.drop()


class _Shadow:
    """One table as it was: the rows that nobody has written since, and of the others the last version before."""

    def __init__(self, model: type[Versioned], when: datetime, connection: Any) -> None:
        self.model, self.connection = model, connection
        quote = connection.ops.quote_name
        number = next(_numbers)
        self.changed, self.old = f"past_changed_{number}", f"past_old_{number}"
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        self.columns = [quote(field.column) for field in fields]
        self.sealed = [field for field in fields if field.name in model.sealed]
        self.opened = False
        self.atomic = connection.in_atomic_block
        versions = quote(model.versions._meta.db_table)
        moment = connection.ops.adapt_datetimefield_value(when)
        kind = "integer" if connection.vendor == "sqlite" else "bigint"  # there, the very key of the row
        self.schema = _schema(connection)
        self.run(f"CREATE TEMPORARY TABLE {self.changed} (id {kind} PRIMARY KEY, version_id {kind})")
        # The + keeps SQLite from walking all of history in the order of its grouping.
        before = "v.record_id = since.record_id AND v.revision = since.first - 1"
        self.empty = not self.run(
            f"INSERT INTO {self.changed} "  # noqa: S608  names of ours
            f"SELECT record_id, (SELECT v.version_id FROM {versions} v WHERE {before}) "
            f"FROM (SELECT +record_id AS record_id, MIN(revision) AS first FROM {versions} "
            "WHERE written_at > %s GROUP BY 1) since",
            moment,
        )
        if self.empty:
            return
        self.run(
            f"CREATE TEMPORARY TABLE {self.old} AS SELECT record_id AS id, {', '.join(self.columns)}, version_id "  # noqa: S608
            f"FROM {versions} WHERE version_id IN (SELECT version_id FROM {self.changed}) AND act <> 'deleted'"
        )

    def run(self, sql: str, *params: Any) -> int:
        """Returns the number of rows that were written."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)

    def drop(self) -> None:
        self.run(f"DROP TABLE IF EXISTS {self.changed}")
        self.run(f"DROP TABLE IF EXISTS {self.old}")

    def gone(self) -> bool:
        """Whether the transaction that made the tables was rolled back since, and they with it."""
        if not self.atomic:
            return False
        sqlite = self.connection.vendor == "sqlite"
        asked = "SELECT name FROM sqlite_temp_master WHERE name = %s" if sqlite else "SELECT to_regclass(%s)"
        with self.connection.cursor() as cursor:
            cursor.execute(asked, [self.changed])
            return (cursor.fetchone() or [None])[0] is None

    def text(self, sql: str) -> str:
        """A common table expression with the table's own name and columns, for a statement that reads it.

        A name with its schema before it is the real table, even inside its own shadow.
        """
        if self.empty:
            return ""
        quote = self.connection.ops.quote_name
        if not self.opened and any(quote(field.column) in sql for field in self.sealed):
            self._open()
        key, table = quote(self.model._meta.pk.column), quote(self.model._meta.db_table)
        columns = ", ".join(self.columns)
        then = columns
        if self.connection.vendor == "postgresql":  # versions keep as text what they seal
            for field in self.sealed:
                kind = field.db_type(self.connection)
                then = then.replace(
                    quote(field.column), f"{quote(field.column)}::{kind}" if self.opened else f"NULL::{kind}"
                )
        return (
            f"{table}({key}, {columns}) AS ("  # noqa: S608
            f"SELECT {key}, {columns} FROM {self.schema}.{table} "
            f"WHERE {key} NOT IN (SELECT id FROM {self.changed}) UNION ALL SELECT id, {then} FROM {self.old})"
        )

    def _open(self) -> None:
        """Open what history keeps sealed: rules and searches over names and birthdays hold in the past, too."""
        from shuyuan.core import sealing

        self.opened = True
        with self.connection.cursor() as cursor:
            cursor.execute(f"SELECT version_id FROM {self.old}")  # noqa: S608
            wanted = [row[0] for row in cursor.fetchall()]
        keys = sealing.every_key() if wanted else {}
        told: list[list[Any]] = []
        for start in range(0, len(wanted), 1000):
            for row in self.model.versions._default_manager.filter(pk__in=wanted[start : start + 1000]).only("payload"):
                opened = row.columns(keys)
                values = [(opened[field.attname], field.null) for field in self.sealed]
                told.append([*(None if text == sealing.ERASED and null else text for text, null in values), row.pk])
        if told:
            sets = ", ".join(f"{self.connection.ops.quote_name(field.column)} = %s" for field in self.sealed)
            with self.connection.cursor() as cursor:
                cursor.executemany(f"UPDATE {self.old} SET {sets} WHERE version_id = %s", told)  # noqa: S608


@cache
def _tables() -> dict[str, type[Versioned]]:
    from shuyuan.core.history import versioned_models

    return {model._meta.db_table: model for model in versioned_models()}


def _schema(connection: Any) -> str:
    if connection.vendor == "sqlite":
        return "main"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        return str(connection.ops.quote_name(cursor.fetchone()[0]))
