"""The one small expression language: checks, the `where` of figures, composed figures and verdict rules.

    level == "县级" and grade in ["一等奖", "二等奖"]        codes or their names, as people write them
    organisation.school_type == "111"                      a field of what is referred to, up to three steps
    ended_on missing    not (amount > 0)    0 < done <= planned
    abs(paid - planned) / planned > 0.1                     exact decimals; dividing by zero gives nothing
    together(debt, creditor), exclusive(grade, medal)      both filled in or neither; at most one of them
    zeros(a + b) <= known(c + d)                           what is missing counts as zero; … unless all is missing
    coalesce(amount, 0) * 2, when(kind == "解聘", 1, 0), year(decided_on), contains(title, "师德")

A rule is text that anybody may have sent: it is never evaluated as Python, its length, depth and size are bounded, and
its names are the fields of one model and what their references lead to. It is checked against those fields once, and
means the same in SQLite, in PostgreSQL and on a row: `Model.objects.filter(rule.q())` are the rows that `rule.holds`.

What is missing stays missing: a comparison with a missing operand is neither true nor false, whatever stands around
it (`not`, `!=`), and only what is true is kept. `missing(x)` is always yes or no; `and`, `or` follow Kleene. An empty
text is a text (`title != "a"` holds for it) that `missing` and `coalesce` take for missing, unless "" is a code of
that field. `when` with an unknown condition, and `least` or `greatest` of something missing, are missing.

Numbers: sums and products are exact; a quotient is rounded half up at 12 places. In SQLite, which stores decimals as
binary floats, a field's first 15 digits count. Text compares letter by letter (no case folding) and has no order.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Model, Q

from shuyuan.core.sensitive import sensitivity_of
from shuyuan.ledger.expression import sql
from shuyuan.ledger.expression.checking import checked
from shuyuan.ledger.expression.grammar import ExpressionError
from shuyuan.ledger.expression.nodes import Kind, Node, Value, paths_of
from shuyuan.ledger.expression.rows import Evaluator, evaluator, of_row
from shuyuan.ledger.expression.words import source_of, words_of

__all__ = ["Expression", "ExpressionError", "Kind", "Value"]


@dataclass(frozen=True)
class Expression:
    """A checked rule of one model. Equal when it says the same of the same model; `str` is its canonical source."""

    source: str
    model: type[Model]
    node: Node = field(compare=False, repr=False)

    @classmethod
    def parse(cls, source: str, model: type[Model], *, hidden: Collection[str] = ()) -> Expression:
        """Read a rule; `hidden` are names ("person", "person.number") that it may not use. Raises ExpressionError."""
        return _parsed(source, model, frozenset(hidden))

    def __str__(self) -> str:
        return self.source

    @property
    def kind(self) -> Kind:
        return self.node.kind

    def q(self) -> Q:
        """For filter() and aggregate(filter=…); joins only forward references. Raises TypeError for a value."""
        if self.kind is not Kind.BOOLEAN:
            raise TypeError(f"{self.source!r} is a value ({self.kind.name}), not a condition")
        return sql.condition(self.node, self.model)

    def annotation(self) -> Any:
        """The value (or the condition, as a boolean) as an expression for annotate(), Sum() and order_by()."""
        return sql.annotation(self.node, self.model)

    @cached_property
    def _evaluate(self) -> Evaluator:
        return evaluator(self.node, of_row)

    def value(self, row: Model | Mapping[str, Any]) -> Value:
        """Of one row: an instance, or a mapping (nested for references; KeyError for a name it lacks)."""
        return self._evaluate(row)

    def holds(self, row: Model | Mapping[str, Any]) -> bool | None:
        """Whether the condition is true of the row; None when it cannot be known. Raises TypeError for a value."""
        value = self._evaluate(row)
        if value is None or isinstance(value, bool):
            return value
        raise TypeError(f"{self.source!r} is a value ({self.kind.name}), not a condition")

    def paths(self) -> frozenset[str]:
        """The fields it reads as Django writes them (organisation__school_type), as for values() and only()."""
        return frozenset(path.lookup for path in paths_of(self.node))

    def sensitive(self) -> list[str]:
        """The labels of the sensitive fields it reads: who may not see them may not ask by them either."""
        return [str(path.field.verbose_name) for path in paths_of(self.node) if sensitivity_of(path.field)]

    def words(self) -> str:
        """The rule in the reader's language: 「级别」为「县级」且「奖励等级」为「一等奖」或「二等奖」."""
        return words_of(self.node)


@lru_cache(maxsize=1024)
def _parsed(source: str, model: type[Model], hidden: frozenset[str]) -> Expression:
    node = checked(source, model, hidden)
    return Expression(source_of(node), model, node)
