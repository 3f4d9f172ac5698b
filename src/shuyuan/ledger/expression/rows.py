"""Rules on a row: a checked rule becomes a function of a model instance or of a mapping (nested for references).

Numbers are exact Decimals. What is missing stays missing: None in, None out, but for what `and`, `or`, `missing`,
`coalesce` and `when` make of it (Kleene's logic, as SQL has it).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from django.db import models
from django.utils import timezone

from shuyuan.ledger.expression.nodes import (
    DIVISION_PLACES,
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
    choices_of,
    paths_of,
    zeroed,
)

Evaluator = Callable[[Any], Value]
Reader = Callable[[Path], Evaluator]

EXACT = Context(prec=150, rounding=ROUND_HALF_UP)  # twice MAX_DIGITS and the places of a quotient
PLACES = Decimal(1).scaleb(-DIVISION_PLACES)
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def divide(left: Decimal, right: Decimal) -> Decimal | None:
    """Rounded half up at DIVISION_PLACES; nothing when the divisor is zero."""
    return EXACT.divide(left, right).quantize(PLACES, context=EXACT) if right else None


COMPUTE: dict[str, Callable[[Decimal, Decimal], Decimal | None]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": divide,
}


def evaluator(node: Node, reader: Reader) -> Evaluator:
    """What computes the node from a row; `reader` gives for each path what reads it."""

    def of(part: Node) -> Evaluator:
        return evaluator(part, reader)

    match node:
        case Constant(value=constant):
            return lambda row: constant
        case Path():
            return reader(node)
        case Arithmetic():
            return _strictly(COMPUTE[node.sign], of(node.left), of(node.right))
        case Comparison():
            return _strictly(ORDER[node.sign], of(node.left), of(node.right))
        case Among():
            options = frozenset(option.value for option in node.options)
            return _strictly(options.__contains__, of(node.left))
        case Not():
            return _strictly(operator.not_, of(node.inside))
        case Junction():
            return _junction([of(part) for part in node.parts], decisive=node.word == "or")
        case Call(name="zeros", arguments=(inside,)):
            return of(zeroed(inside))
        case Call(name="known", arguments=(inside,)):
            numbers = [reader(path) for path in paths_of(inside) if path.kind is Kind.NUMBER]
            value = of(zeroed(inside))
            return lambda row: value(row) if any(number(row) is not None for number in numbers) else None
        case Call():
            return _call(node, [of(argument) for argument in node.arguments])


def _strictly(function: Callable[..., Value], *operands: Evaluator) -> Evaluator:
    """The function of its operands; missing as soon as one of them is."""
    if len(operands) == 2:
        first, second = operands

        def of_two(row: Any) -> Value:
            left = first(row)
            if left is None:
                return None
            right = second(row)
            return None if right is None else function(left, right)

        return of_two

    def of_all(row: Any) -> Value:
        values = [operand(row) for operand in operands]
        return None if None in values else function(*values)

    return of_all


def _junction(parts: list[Evaluator], *, decisive: bool) -> Evaluator:
    def joined(row: Any) -> Value:
        result: Value = not decisive
        for part in parts:
            value = part(row)
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return joined


def _call(node: Call, arguments: list[Evaluator]) -> Evaluator:
    first = arguments[0]
    match node.name:
        case "missing":
            blank = blank_is_missing(node.arguments[0])
            return lambda row: (value := first(row)) is None or (blank and value == "")
        case "coalesce":
            blanks = [blank_is_missing(argument) for argument in node.arguments]

            def coalesce(row: Any) -> Value:
                for argument, blank in zip(arguments, blanks, strict=True):
                    value = argument(row)
                    if not (value is None or (blank and value == "")):
                        return value
                return None

            return coalesce
        case "when":
            met, otherwise = arguments[1:]

            def when(row: Any) -> Value:
                condition = first(row)
                return None if condition is None else met(row) if condition else otherwise(row)

            return when
    functions: dict[str, Callable[..., Value]] = {
        "negative": EXACT.minus,
        "abs": EXACT.abs,
        "least": min,
        "greatest": max,
        "year": lambda day: Decimal(day.year),
        "contains": operator.contains,
        "startswith": str.startswith,
    }
    return _strictly(functions[node.name], *arguments)


def blank_is_missing(node: Node) -> bool:
    """An empty text counts as missing, unless the empty text is one of the field's own codes."""
    if node.kind is Kind.CHOICE:
        field = choices_of(node)
        return isinstance(field, models.CharField) and "" not in [code for code, _label in field.flatchoices]
    return node.kind is Kind.TEXT


def of_row(path: Path) -> Evaluator:
    """Reads the path from a model instance or a mapping. A mapping that lacks a name raises KeyError."""
    steps, last, convert = path.fields[:-1], path.field, converter(path)
    name = last.attname if path.kind is Kind.REFERENCE else last.name

    def read(row: Any) -> Value:
        for step in steps:
            row = row[step.name] if isinstance(row, Mapping) else _followed(row, step)
            if row is None:
                return None
        value = row[last.name] if isinstance(row, Mapping) else getattr(row, name)
        return None if value is None else convert(value)

    return read


def _followed(row: models.Model, step: models.Field[Any, Any]) -> Any:
    return None if getattr(row, step.attname) is None else getattr(row, step.name)


def converter(path: Path) -> Callable[[Any], Value]:
    """From what a field holds to what rules compute with."""
    field = path.field
    if path.kind is Kind.NUMBER or (path.kind is Kind.CHOICE and isinstance(field, models.IntegerField)):
        return _number
    if path.kind is Kind.DATE:
        return _day
    if path.kind is Kind.REFERENCE:
        return _key
    if path.kind is Kind.BOOLEAN:
        return bool
    return str


def _number(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int | float):
        return Decimal(repr(value) if isinstance(value, float) else value)
    raise TypeError(f"not a number: {value!r}")


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    if isinstance(value, date):
        return value
    raise TypeError(f"not a date: {value!r}")


def _key(value: Any) -> Value:
    """The key of whatever is referred to: an instance, a nested mapping, or the key itself."""
    if isinstance(value, Mapping):
        value = value["pk"] if "pk" in value else value["id"]
    key: Value = value.pk if isinstance(value, models.Model) else value
    return key
