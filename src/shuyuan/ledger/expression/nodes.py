"""What a checked rule consists of: a tree in which every name is a field and every part has its kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy

from shuyuan.core.sensitive import SealedField, SearchKey
from shuyuan.ledger.expression.grammar import MAX_LITERAL_DIGITS

MAX_DIGITS = 60  # of any intermediate result: what keeps arithmetic exact everywhere
DIVISION_PLACES = 12  # a quotient is rounded half up to so many places, the same on a row and in either database

Value = Decimal | str | date | bool | int | None


class Kind(Enum):
    NUMBER = gettext_lazy("数字")
    TEXT = gettext_lazy("文字")
    DATE = gettext_lazy("日期")
    BOOLEAN = gettext_lazy("是非")
    CHOICE = gettext_lazy("代码")
    REFERENCE = gettext_lazy("引用")


@dataclass(frozen=True)
class Constant:
    value: Decimal | str | date | bool
    kind: Kind
    field: models.Field[Any, Any] | None = None  # whose choices the code comes from


@dataclass(frozen=True)
class Path:
    """A field of the model or of what its references lead to: every step but the last is a reference."""

    fields: tuple[models.Field[Any, Any], ...]
    kind: Kind

    @property
    def field(self) -> models.Field[Any, Any]:
        return self.fields[-1]

    @property
    def lookup(self) -> str:
        return "__".join(step.name for step in self.fields)


@dataclass(frozen=True)
class Arithmetic:
    sign: str
    left: Node
    right: Node
    whole: int  # digits before and after the point that no result exceeds
    places: int
    kind: Kind = Kind.NUMBER


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple[Node, ...]
    kind: Kind


@dataclass(frozen=True)
class Comparison:
    sign: str
    left: Node
    right: Node
    kind: Kind = Kind.BOOLEAN


@dataclass(frozen=True)
class Among:
    left: Node
    options: tuple[Constant, ...]
    kind: Kind = Kind.BOOLEAN


@dataclass(frozen=True)
class Not:
    inside: Node
    kind: Kind = Kind.BOOLEAN


@dataclass(frozen=True)
class Junction:
    """Two or more conditions joined by `and` or by `or`."""

    word: str
    parts: tuple[Node, ...]
    kind: Kind = Kind.BOOLEAN


Node = Constant | Path | Arithmetic | Call | Comparison | Among | Not | Junction


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Constant() | Path():
            return ()
        case Arithmetic() | Comparison():
            return (node.left, node.right)
        case Call():
            return node.arguments
        case Among():
            return (node.left, *node.options)
        case Not():
            return (node.inside,)
        case Junction():
            return node.parts


def walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from walk(child)


def depth_of(node: Node) -> int:
    return 1 + max(map(depth_of, children(node)), default=0)


def paths_of(node: Node) -> tuple[Path, ...]:
    """The fields that it reads, each once, in the order of their names."""
    found = {part.lookup: part for part in walk(node) if isinstance(part, Path)}
    return tuple(found[lookup] for lookup in sorted(found))


def zeroed(node: Node) -> Node:
    """A number in which every field that is missing counts as zero; what a `coalesce` in it says already stands."""
    match node:
        case Path(kind=Kind.NUMBER):
            return Call("coalesce", (node, Constant(Decimal(0), Kind.NUMBER)), Kind.NUMBER)
        case Arithmetic():
            return replace(node, left=zeroed(node.left), right=zeroed(node.right))
        case Call(kind=Kind.NUMBER) if node.name not in {"coalesce", "zeros", "known"}:
            return replace(node, arguments=tuple(zeroed(argument) for argument in node.arguments))
    return node


def choices_of(node: Node) -> models.Field[Any, Any] | None:
    """The field whose codes a node of kind CHOICE carries."""
    match node:
        case Constant() | Path():
            return node.field
        case Call(name="when"):
            return choices_of(node.arguments[1])
        case Call():
            return choices_of(node.arguments[0])
    return None


def is_condition(node: Node) -> bool:
    """True or false by itself, as against a field that holds yes or no."""
    return isinstance(node, Comparison | Among | Not | Junction) or (
        isinstance(node, Call) and node.name in {"missing", "contains", "startswith"}
    )


def size(node: Node) -> tuple[int, int]:
    """The most digits a number can have before and after the point."""
    match node:
        case Constant(value=Decimal() as number):
            digits, exponent = number.as_tuple()[1:]
            places = max(0, -int(exponent))
            return max(1, len(digits) + int(exponent)), places
        case Path(field=models.DecimalField() as decimal):
            places = decimal.decimal_places or 0
            return (decimal.max_digits or MAX_LITERAL_DIGITS) - places, places
        case Path(field=models.SmallIntegerField()):
            return 5, 0
        case Path(field=models.BigIntegerField() | models.BigAutoField()):
            return 19, 0
        case Arithmetic():
            return node.whole, node.places
        case Call(name="year"):
            return 4, 0
        case Call(arguments=arguments):
            sizes = [size(argument) for argument in arguments if argument.kind is Kind.NUMBER]
            return max(whole for whole, _places in sizes), max(places for _whole, places in sizes)
    return 10, 0


def kind_of(of: models.Field[Any, Any]) -> Kind | None:
    """What rules can do with a field; None when they can do nothing with it, as with what is sealed."""
    if isinstance(of, SealedField | SearchKey):
        return None
    if isinstance(of, models.ForeignKey):
        return Kind.REFERENCE
    if of.choices and isinstance(of, models.CharField | models.IntegerField):
        return Kind.CHOICE
    kinds: list[tuple[Any, Kind]] = [
        ((models.IntegerField, models.DecimalField), Kind.NUMBER),
        ((models.CharField, models.TextField), Kind.TEXT),
        (models.DateField, Kind.DATE),  # a DateTimeField counts as its day in the project's time zone
        (models.BooleanField, Kind.BOOLEAN),
    ]
    return next((kind for classes, kind in kinds if isinstance(of, classes)), None)
