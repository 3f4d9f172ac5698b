"""Held fields: columns whose values live together in one JSON column of their row, for ledgers that are data.

To all above they are fields: `filter(台数__gt=3)`, `order_by`, sums, rules, forms and workbooks use them by name.
Only here it is known that the database keeps them in `answers`, and how each database reads them out of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

from shuyuan.core.history import plain
from shuyuan.ledger.fields import Measured, MoneyField, QuantityField

COLUMN = "answers"
NAME = re.compile(r"[^\W\d_](?:_?[^\W_])*")  # safe inside a JSON path, and never taken for a lookup's double underscore


class _Unescaped(json.JSONEncoder):
    """SQLite compares a path with a key as it is written: 台数 is not found where the file says \\u53f0\\u6570."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False})


class HeldValues(models.JSONField):
    """The JSON column that holds them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options | {"encoder": _Unescaped})

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        options.pop("encoder", None)
        return name, path, args, options


class HeldCol(Col):
    """A held field's place in a query: read out of the JSON column as a value of its kind."""

    def _sql(self, compiler: SQLCompiler) -> str:
        parts = [self.alias, COLUMN] if self.alias else [COLUMN]
        return ".".join(map(compiler.quote_name_unless_alias, parts))

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        if connection.vendor == "postgresql":
            found = f"({self._sql(compiler)} ->> '{self.target.name}')"
            kind = self.target.db_type(connection)
            return (f"COALESCE({found}, '')" if _is_text(self.target) else f"({found})::{kind}"), []
        found = f"JSON_EXTRACT({self._sql(compiler)}, '$.\"{self.target.name}\"')"
        if _is_text(self.target):
            return f"COALESCE({found}, '')", []
        return (f"CAST({found} AS NUMERIC)" if isinstance(self.target, Measured) else found), []


class _Holder:
    """Reads and writes one value of a row's JSON; what is missing is not kept at all."""

    def __init__(self, field: Any) -> None:
        self.field = field

    def __get__(self, row: Any, owner: Any = None) -> Any:
        if row is None:
            return self
        kept = getattr(row, COLUMN).get(self.field.name)
        return self.field.empty if kept is None else self.field.to_python(kept)

    def __set__(self, row: Any, value: Any) -> None:
        others = {name: kept for name, kept in getattr(row, COLUMN).items() if name != self.field.name}
        if value not in (None, ""):
            others[self.field.name] = plain(self.field.exact(value))
        setattr(row, COLUMN, others)  # another dictionary: what was read before stays as it was


class Held:
    """What makes a field of Django a held one; comes before the field's class."""

    empty: Any = None
    name: str

    def get_attname_column(self) -> tuple[str, None]:
        return cast(Any, self).get_attname(), None

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        if not NAME.fullmatch(name):
            raise ValueError(f"{name!r} cannot be the name of a held field")
        cast(Any, super()).contribute_to_class(cls, name, private_only=True)
        setattr(cls, name, _Holder(self))

    def get_col(self, alias: str, output_field: Any = None) -> HeldCol:
        return HeldCol(alias, cast(Any, self), output_field)

    def exact(self, value: Any) -> Any:
        return cast(Any, self).to_python(value)


class HeldText(Held, models.CharField):  # type: ignore[type-arg]
    empty = ""


class HeldDate(Held, models.DateField):  # type: ignore[type-arg,misc]
    pass


class HeldYesNo(Held, models.BooleanField):  # type: ignore[type-arg]
    pass


class HeldNumber(Held, Measured, models.IntegerField):  # type: ignore[type-arg]
    """A whole number of something; it may be below zero unless `least` says otherwise."""

    def __init__(self, verbose_name: Any = None, *, unit: str = "", **options: Any) -> None:
        super().__init__(verbose_name, **options)
        self.unit = unit


class HeldCount(Held, QuantityField):
    pass


class HeldDecimal(Held, Measured, models.DecimalField):  # type: ignore[type-arg]
    """A number with places, kept to each of them."""

    def __init__(self, verbose_name: Any = None, *, unit: str = "", **options: Any) -> None:
        super().__init__(verbose_name, **options)
        self.unit = unit

    def exact(self, value: Any) -> Any:
        return self.to_python(value).quantize(self.to_python(1).scaleb(-self.decimal_places))


class HeldMoney(Held, MoneyField):
    exact = HeldDecimal.exact


def _is_text(field: Any) -> bool:
    return isinstance(field, models.CharField)


def fields_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Every field that holds a value of a row: in a column of its own, or held."""
    held = [field for field in model._meta.private_fields if isinstance(field, Held)]
    return [*model._meta.concrete_fields, *cast(Any, held)]


def unfolded(model: type[models.Model], values: dict[str, Any]) -> dict[str, Any]:
    """A version's columns with the held values among them; what is not there is None."""
    held = [field for field in model._meta.private_fields if isinstance(field, Held)]
    kept: Mapping[str, Any] = values.get(COLUMN) or {} if held else {}
    return values | {field.name: kept.get(field.name) for field in held}
