"""Rules in the database: a checked rule becomes a condition for filter() or an expression for annotate().

Django's `~Q` turns what is unknown into true, so negation is pushed down to the comparisons by De Morgan's laws, where
SQL's own NOT keeps it unknown. SQLite computes decimals in binary floats (0.1 + 0.2 != 0.3), so there a comparison
that contains arithmetic is handed to the very function that judges a row; PostgreSQL computes it itself, in numeric.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Context, Decimal
from functools import lru_cache, reduce
from operator import or_
from typing import Any
from weakref import WeakKeyDictionary

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.db.models.functions import Abs, Cast, Coalesce, ExtractYear, Greatest, Least, Left, NullIf, StrIndex
from django.db.models.functions import TruncDate as Day
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, In, IsNull, LessThan, LessThanOrEqual
from django.db.models.sql.compiler import SQLCompiler
from django.utils.dateparse import parse_date

from shuyuan.ledger.expression.checking import checked
from shuyuan.ledger.expression.nodes import (
    DIVISION_PLACES,
    MAX_DIGITS,
    Among,
    Arithmetic,
    Call,
    Comparison,
    Constant,
    Junction,
    Kind,
    Node,
    Not,
    Path,
    Value,
    depth_of,
    is_condition,
    paths_of,
    size,
    walk,
    zeroed,
)
from shuyuan.ledger.expression.rows import Evaluator, blank_is_missing, evaluator
from shuyuan.ledger.expression.words import source_of

LOOKUPS: dict[str, Any] = {
    "==": Exact,
    "<": LessThan,
    "<=": LessThanOrEqual,
    ">": GreaterThan,
    ">=": GreaterThanOrEqual,
}
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
EMPTY = models.Value("")
PLAIN_DEPTH = 8
EXACT_INTEGER_DIGITS = 18  # SQLite's integers stay exact below 2^63


def condition(node: Node, model: type[models.Model], *, negated: bool = False) -> Q:
    """The rows for which the node, or its opposite, is true."""
    match node:
        case Not():
            return condition(node.inside, model, negated=not negated)
        case Junction():
            joined, *others = [condition(part, model, negated=negated) for part in node.parts]
            for part in others:
                joined = joined | part if (node.word == "or") != negated else joined & part
            return joined
    plain = _predicate(node, model, negated)
    if _plain_in_sqlite(node):
        return plain
    return Q(Computed(plain, Not(node) if negated else node, model, models.BooleanField()))


def annotation(node: Node, model: type[models.Model]) -> Any:
    """The node's value, for annotate(), aggregates and order_by()."""
    if is_condition(node):
        return models.ExpressionWrapper(condition(node, model), models.BooleanField())
    plain = operand(node, model)
    return plain if _plain_in_sqlite(node) else Computed(plain, node, model, _output(node))


def _plain_in_sqlite(node: Node) -> bool:
    """Whether SQLite computes it exactly, and without running out of its parser's stack (100 places before 3.47)."""
    sums = [part for part in walk(node) if isinstance(part, Arithmetic)]
    return depth_of(node) <= PLAIN_DEPTH and all(
        part.places == 0 and part.whole <= EXACT_INTEGER_DIGITS for part in sums
    )


def _predicate(node: Node, model: type[models.Model], negated: bool) -> Q:
    found: Any
    match node:
        case Comparison(sign=sign, left=left, right=right):
            if isinstance(left, Constant):  # the column first, where Django and people expect it
                left, right, sign = right, left, MIRRORED.get(sign, sign)
            sign = OPPOSITE[sign] if negated else sign
            negated = sign == "!="
            found = LOOKUPS["==" if negated else sign](operand(left, model), operand(right, model))
        case Among():
            found = In(operand(node.left, model), [operand(option, model) for option in node.options])
        case Call(name="missing", arguments=(inside,)):
            value = operand(inside, model)
            if not blank_is_missing(inside):
                return Q(IsNull(value, not negated))
            if not isinstance(inside, Path):  # written once, however long it is
                return Q(IsNull(NullIf(value, EMPTY), not negated))
            blank = Exact(value, EMPTY)
            return Q(IsNull(value, False)) & Q(~blank) if negated else Q(IsNull(value, True)) | Q(blank)
        case Call(name="contains", arguments=(text, wanted)):
            found = GreaterThan(StrIndex(operand(text, model), operand(wanted, model)), 0)
        case Call(name="startswith", arguments=(text, Constant(value=str() as beginning))):
            found = Exact(Left(operand(text, model), len(beginning)), models.Value(beginning))
        case _:
            return Q(Exact(operand(node, model), models.Value(not negated)))
    return Q(~found if negated else found)


def operand(node: Node, model: type[models.Model], *, cast: bool = False) -> Any:
    """A value in SQL; `cast` makes numbers decimals, so that no integer overflows or is divided without its rest."""
    match node:
        case Constant(value=Decimal() as number):
            small = number == int(number) and abs(number) < 2**31
            return _cast(models.Value(int(number) if small else number), node, cast)
        case Constant():
            return models.Value(node.value)
        case Path():
            column = F(node.lookup)
            return Day(column) if isinstance(node.field, models.DateTimeField) else _cast(column, node, cast)
        case Arithmetic():
            sides = [operand(side, model, cast=True) for side in (node.left, node.right)]
            if node.sign == "/":
                return Quotient(*sides, output_field=_output(node))
            return Sum(*sides, arg_joiner=f" {node.sign} ", output_field=_output(node))
        case Call(name="when", arguments=(inside, met, otherwise)):
            values = (operand(value, model, cast=cast) for value in (met, otherwise))
            return When(condition(inside, model), *values, output_field=_output(node))
        case Call(name="coalesce"):
            values = (
                NullIf(operand(value, model), EMPTY) if blank_is_missing(value) else operand(value, model, cast=cast)
                for value in node.arguments
            )
            return Coalesce(*values, output_field=_output(node))
        case Call(name="zeros", arguments=(inside,)):
            return operand(zeroed(inside), model, cast=cast)
        case Call(name="known", arguments=(inside,)):
            there = [IsNull(F(path.lookup), False) for path in paths_of(inside) if path.kind is Kind.NUMBER]
            some = reduce(or_, map(Q, there))
            return models.Case(
                models.When(some, then=operand(zeroed(inside), model, cast=cast)), output_field=_output(node)
            )
        case Call(name="year"):
            return _cast(ExtractYear(operand(node.arguments[0], model)), node, cast)
        case Call():
            overflows = cast or node.name in {"abs", "negative"}  # of the smallest integer
            values = (operand(value, model, cast=overflows) for value in node.arguments)
            return FUNCTIONS[node.name](*values, output_field=_output(node))
    raise AssertionError(f"a condition is no value: {node}")


def _cast(expression: Any, node: Node, cast: bool) -> Any:
    return Cast(expression, _output(node)) if cast else expression


def _output(node: Node) -> models.Field[Any, Any]:
    match node.kind:
        case Kind.NUMBER:
            whole, places = size(node)
            return models.DecimalField(max_digits=whole + places, decimal_places=places)
        case Kind.DATE:
            return models.DateField()
        case Kind.BOOLEAN:
            return models.BooleanField()
    return models.CharField()


class Sum(models.Func):
    template = "(%(expressions)s)"


class Minus(models.Func):
    template = "(-%(expressions)s)"


class Quotient(models.Func):
    """Rounded half up at DIVISION_PLACES; the zeros make numeric carry enough places that it is rounded only once."""

    template = f"ROUND((%(expressions)s, 0), {DIVISION_PLACES})"
    arg_joiner = f" + 0.{'0' * (MAX_DIGITS + DIVISION_PLACES + 8)}) / NULLIF("
    arity = 2


class When(models.Func):
    """CASE that gives nothing when its condition is unknown; Django's own falls through to the default."""

    template = "CASE %(expressions)s END"
    arity = 3

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:  # type: ignore[override]
        parts = [compiler.compile(part) for part in self.get_source_expressions() if part is not None]
        sql = "CASE (%s) WHEN TRUE THEN %s WHEN FALSE THEN %s END" % tuple(part[0] for part in parts)  # noqa: UP031
        return sql, [param for part in parts for param in part[1]]


class _Strict(models.Func):
    """MIN and MAX of SQLite give nothing when an argument is missing; LEAST and GREATEST of PostgreSQL skip it."""

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        all_there = f"COUNT(v) = {len(self.get_source_expressions())}"
        choose = "MIN" if isinstance(self, Least) else "MAX"
        chosen = f"CASE WHEN {all_there} THEN {choose}(v) END"
        template = f"(SELECT {chosen} FROM UNNEST(ARRAY[%(expressions)s]) AS v)"  # noqa: S608  # no input in it
        return super().as_sql(compiler, connection, template=template, **context)


class StrictLeast(_Strict, Least):
    pass


class StrictGreatest(_Strict, Greatest):
    pass


FUNCTIONS: dict[str, Any] = {"abs": Abs, "least": StrictLeast, "greatest": StrictGreatest, "negative": Minus}


class Computed(models.Func):
    """Arithmetic: plain SQL, but on SQLite a call back to the rule itself, with the columns that it reads."""

    def __init__(
        self, plain: Any, node: Node, model: type[models.Model], output: models.Field[Any, Any], **extra: Any
    ) -> None:
        self.label, self.rule = model._meta.label, source_of(node)
        _models[self.label] = model
        columns = [operand(path, model) for path in paths_of(node)]
        super().__init__(plain, *columns, output_field=output, **extra)

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:  # type: ignore[override]
        sql, params = compiler.compile(self.get_source_expressions()[0])
        return f"({sql})", params

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        _teach(connection)
        parts = [compiler.compile(part) for part in self.get_source_expressions()[1:] if part is not None]
        sql = ", ".join(["%s", "%s", *(part[0] for part in parts)])
        return f"shuyuan_rule({sql})", [self.label, self.rule, *(param for part in parts for param in part[1])]


_taught: WeakKeyDictionary[BaseDatabaseWrapper, Any] = WeakKeyDictionary()  # the open connection of each
_models: dict[str, type[models.Model]] = {}


def _teach(connection: BaseDatabaseWrapper) -> None:
    """Give the open SQLite connection the function, once: it cannot be replaced while a query runs."""
    connection.ensure_connection()
    if _taught.get(connection) is not connection.connection:
        connection.connection.create_function("shuyuan_rule", -1, _judge, deterministic=True)
        _taught[connection] = connection.connection


def _judge(label: str, rule: str, *columns: Any) -> int | float | str | None:
    value = _judge_of(_models[label], rule)(columns)
    if isinstance(value, Decimal):
        return int(value) if value == int(value) and abs(value) < 2**63 else float(value)
    return value if value is None or isinstance(value, int | str) else value.isoformat()


@lru_cache(maxsize=512)
def _judge_of(model: type[models.Model], rule: str) -> Evaluator:
    node = checked(rule, model)
    places = {path.lookup: place for place, path in enumerate(paths_of(node))}

    def reader(path: Path) -> Evaluator:
        place, convert = places[path.lookup], _from_sqlite(path)
        return lambda columns: None if columns[place] is None else convert(columns[place])

    return evaluator(node, reader)


def _from_sqlite(path: Path) -> Callable[[Any], Value]:
    """From what SQLite stores to the value: the inverse of Django's adapters, as its own converters have it."""
    if isinstance(path.field, models.DecimalField):
        fifteen, unit = Context(prec=15), Decimal(1).scaleb(-(path.field.decimal_places or 0))
        wide = Context(prec=MAX_DIGITS)
        return lambda stored: fifteen.create_decimal_from_float(stored).quantize(unit, context=wide)
    if isinstance(path.field, models.IntegerField):
        return Decimal
    if path.kind is Kind.DATE:
        return parse_date
    return bool if path.kind is Kind.BOOLEAN else lambda stored: stored
