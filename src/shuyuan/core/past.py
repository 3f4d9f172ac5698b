"""The past: inside `with as_of(moment):` every read sees the books as they stood at that moment.

The queries are the very ones of the present. Each versioned table they name is shadowed, under its own name, by a
common table expression: the rows that nobody has written since, and of the others the last version before. So a list,
a figure, its lineage and a report of any past day need no code of their own and cannot disagree with what was computed
then.

What a person may see is always asked in the present (`present()`): a post that was lost opens no old books.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _t

if TYPE_CHECKING:
    from shuyuan.core.history import Versioned

_READ = re.compile(r'\b(?:FROM|JOIN)\s+\(*"([^"]+)"')
_WRITTEN = re.compile(r'^\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"([^"]+)"', re.IGNORECASE)

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
        with ExitStack() as stack:
            if when is not None:
                stack.enter_context(connections[DEFAULT_DB_ALIAS].execute_wrapper(_Shadowed(when)))
            yield
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
    """Puts the shadows of the tables that a statement reads before it, while the moment is this one's."""

    def __init__(self, when: datetime) -> None:
        self.when = when
        self.kept: dict[str, tuple[str, list[Any]]] = {}

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if _moment.get() != self.when:
            return execute(sql, params, many, context)
        tables = _tables()
        if (written := _WRITTEN.match(sql)) and written[1] in tables:
            raise NotInThePast("the past cannot be written: leave as_of first")
        named = dict.fromkeys(name for name in _READ.findall(sql) if name in tables)
        if not named:
            return execute(sql, params, many, context)
        shadows = [self.shadow(name, tables[name], context["connection"]) for name in named]
        if params is None:
            sql, params = sql.replace("%", "%%"), ()
        before = [param for _sql, given in shadows for param in given]
        return execute(f"WITH {', '.join(text for text, _ in shadows)} {sql}", (*before, *params), many, context)

    def shadow(self, name: str, model: type[Versioned], connection: Any) -> tuple[str, list[Any]]:
        """The table as it was, and its parameters.

        A name with its schema before it is the real table, even inside its own shadow.
        """
        if name not in self.kept:
            self.kept[name] = self._made(model, connection)
        return self.kept[name]

    def _made(self, model: type[Versioned], connection: Any) -> tuple[str, list[Any]]:
        quote = connection.ops.quote_name
        key, table = quote(model._meta.pk.column), quote(model._meta.db_table)
        versions = quote(model.versions._meta.db_table)
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        columns = ", ".join(quote(field.column) for field in fields)
        then = ", ".join(f"{'o' if field.name in model.sealed else 'v'}.{quote(field.column)}" for field in fields)
        when = connection.ops.adapt_datetimefield_value(self.when)
        written = f"SELECT record_id FROM {versions} WHERE written_at > %s"  # noqa: S608  names of our own only
        last = (
            f"SELECT MAX(version_id) FROM {versions} WHERE record_id IN ({written}) AND written_at <= %s "  # noqa: S608
            "GROUP BY record_id"
        )
        opened, given = _opened(model, self.when, connection) if model.sealed else ("", [])
        text = (
            f"{table}({key}, {columns}) AS ("  # noqa: S608
            f"SELECT {key}, {columns} FROM {_schema(connection)}.{table} WHERE {key} NOT IN ({written}) UNION ALL "
            f"SELECT v.record_id, {then} FROM {versions} v {opened} "
            f"WHERE v.version_id IN ({last}) AND v.act <> 'deleted')"
        )
        return text, [when, *given, when, when]


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


def _opened(model: type[Versioned], when: datetime, connection: Any) -> tuple[str, list[Any]]:
    """What history keeps sealed of rows written since, opened here and handed to the database as one parameter.

    So rules and searches over names and birthdays hold in the past as they do in the present.
    """
    from shuyuan.core import sealing

    every = model.versions._default_manager
    since = every.filter(written_at__gt=when).values("record_id")
    last = every.filter(record_id__in=since, written_at__lte=when).values("record_id")
    wanted = every.filter(version_id__in=last.annotate(newest=models.Max("version_id")).values("newest"))
    rows = list(wanted.exclude(act="deleted").only("payload"))
    keys = sealing.every_key() if rows else {}
    fields = [field for field in model._meta.concrete_fields if field.name in model.sealed]
    found = [
        [
            row.pk,
            *(None if (text := values[field.attname]) == sealing.ERASED and field.null else text for field in fields),
        ]
        for row in rows
        if (values := row.columns(keys))
    ]
    quote, sqlite = connection.ops.quote_name, connection.vendor == "sqlite"
    columns = "".join(
        f", json_extract(value, '$[{n}]') AS {quote(field.column)}"
        if sqlite
        else f", (value->>{n})::{field.db_type(connection)} AS {quote(field.column)}"
        for n, field in enumerate(fields, start=1)
    )
    key = "json_extract(value, '$[0]')" if sqlite else "(value->>0)::bigint"
    source = "json_each(%s)" if sqlite else "json_array_elements(%s::json)"
    return f"JOIN (SELECT {key} AS id{columns} FROM {source}) o ON o.id = v.version_id", [json.dumps(found)]  # noqa: S608
