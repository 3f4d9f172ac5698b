"""Sums that are exact in either database: SQLite keeps decimals as binary floats, and adding floats loses 分."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler


class _Added(models.DecimalField):  # type: ignore[type-arg]
    """What a sum comes to; under a type of its own, lest SQLite's 15 digits be applied to it."""

    def get_internal_type(self) -> str:
        return "ExactSum"

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Decimal | None:
        if value is None:
            return None
        return Decimal(value).scaleb(-(self.decimal_places or 0) if connection.vendor == "sqlite" else 0)


class ExactSum(models.Sum):
    """Sum of a decimal or whole-number field. In SQLite each value becomes a whole number of its last place first.

    A float holds 15 digits, so that is right up to 10 万亿元 with 分 in one record; 64 bits hold a thousand times that.
    """

    def _resolve_output_field(self) -> Any:
        field = super()._resolve_output_field()  # type: ignore[misc]
        if isinstance(field, models.DecimalField):
            return _Added(max_digits=field.max_digits, decimal_places=field.decimal_places)
        return field

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        added = self.copy()
        if isinstance(self.output_field, _Added):
            unit = 10 ** (self.output_field.decimal_places or 0)
            added.template = f"%(function)s(%(distinct)sCAST(ROUND(%(expressions)s * {unit}) AS INTEGER))"
        return added.as_sql(compiler, connection, **context)
