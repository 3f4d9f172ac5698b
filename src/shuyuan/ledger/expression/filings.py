"""Rules about many rows at once: what a school files for a period, or the rows of it that share a key.

    sum(persons) <= staff.teachers                  a field over all rows, and a figure of the same school and year
    count(cadre == "head") <= 1                     how many rows there are of which something holds
    distinct(person) == count()
    sum(amount) <= known(last(sum(amount))) * 3     the same a period earlier; of a figure also funds.spent@last

The grammar and the types are those of rules about a row. Fields stand inside count, sum and distinct; what stands
outside of them is one number for the filing. A sum over nothing is missing, a count of nothing is zero.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any

from django.db import models
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _

from shuyuan.ledger.expression.checking import _Checker
from shuyuan.ledger.expression.grammar import Syntax, read
from shuyuan.ledger.expression.nodes import (
    Arithmetic,
    Call,
    Comparison,
    Constant,
    Kind,
    Node,
    Path,
    Value,
    kind_of,
    size,
    walk,
)
from shuyuan.ledger.expression.rows import evaluator
from shuyuan.ledger.expression.words import source_of, words_of

LAST = "last"
HOWS = {"count": (0, 1), "sum": (1, 2), "distinct": (1, 2)}  # the fewest and the most arguments
FORMS = {
    "count": 'count(), count(kind == "…")',
    "sum": 'sum(amount), sum(amount, kind == "…")',
    "distinct": 'distinct(person), distinct(person, kind == "…")',
    LAST: "last(sum(amount)), last(staff.all)",
}
INNER = str.maketrans("「」", "『』")  # names within the name of a number
UNLIKE = {"元", "平方米", "%", "分"}  # units that are compared with their own kind only


@dataclass(frozen=True)
class Named:
    """A figure as a rule sees it: its title, and the unit it is handed over in (元, never 万元)."""

    title: str | Promise
    unit: str


FigureNamed = Callable[[str], Named]
"""Finds a figure by its name; raises LookupError with what to write instead."""


@dataclass(frozen=True)
class Cell(Path):
    """One number of a filing: a figure, or an aggregate of its rows; `back` is how many periods earlier."""

    figure: str = ""
    how: str = ""
    of: Node | None = None
    where: Node | None = None
    unit: str = ""
    back: int = 0


@dataclass(frozen=True)
class FilingRule:
    """A checked rule about a filing of one model's rows. Equal when it says the same of the same model."""

    source: str
    model: type[models.Model]
    node: Node = field(compare=False, repr=False)

    @classmethod
    def parse(cls, source: str, model: type[models.Model], figures: FigureNamed) -> FilingRule:
        """Read a rule. Raises ExpressionError for what cannot be read and for an unknown field or figure."""
        node = _FilingChecker(source, model, frozenset(), figures).node(read(source))
        return cls(source_of(node), model, node)

    def __str__(self) -> str:
        return self.source

    @property
    def kind(self) -> Kind:
        return self.node.kind

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The numbers it is about, each once, as they stand in it."""
        found = {part.lookup: part for part in walk(self.node) if isinstance(part, Cell)}
        return tuple(found.values())

    @cached_property
    def _evaluate(self) -> Callable[[Any], Value]:
        return evaluator(self.node, lambda path: itemgetter(path.lookup))

    def value(self, cells: Mapping[str, Value]) -> Value:
        """What it comes to, given each cell under its name."""
        return self._evaluate(cells)

    def words(self) -> str:
        """The rule in the reader's language."""
        return words_of(self.node)


@dataclass
class _FilingChecker(_Checker):
    figures: FigureNamed

    def path(self, at: Syntax) -> Path:
        name, _at, when = at.text.partition("@")
        if "." not in name:
            cure = _("字段写在 sum()、count() 或 distinct() 里，指标写全名，如 staff.teachers。")
            self.fail(_("这里要写整份报送的数，写的却是 %(name)s。") % {"name": name}, cure, at)
        if when not in {"", LAST}:
            cure = _("上一期写作 %(name)s@last。") % {"name": name}
            self.fail(_("不认识时间『%(when)s』。") % {"when": when}, cure, at)
        try:
            found = self.figures(name)
        except LookupError as error:
            return self.fail(str(error.args[0] if error.args else error), "", at)
        back = 1 if when else 0
        return self.cell(at.text, found.title, figure=name, unit=found.unit, back=back)

    def cell(
        self, name: str, title: str | Promise, *, back: int = 0, whole: int = 16, places: int = 6, **more: Any
    ) -> Cell:
        label: Any = _earlier(title) if back else title  # said anew in the language of each reader
        holder = models.DecimalField(verbose_name=label, name=name, max_digits=whole + places, decimal_places=places)
        return Cell((holder,), Kind.NUMBER, back=back, **more)

    def call(self, at: Syntax) -> Node:
        if at.text in HOWS:
            return self.aggregate(at)
        if at.text == LAST:
            return self.earlier(at)
        return super().call(at)

    def aggregate(self, at: Syntax) -> Cell:
        how, parts = at.text, list(at.parts)
        least, most = HOWS[how]
        if not least <= len(parts) <= most:
            self.fail(_("%(name)s 的参数个数不对。") % {"name": how}, FORMS[how])
        row = _Checker(self.source, self.model, self.hidden)
        of = None if how == "count" else row.node(parts.pop(0))
        where = row.must_be(parts[0], Kind.BOOLEAN) if parts else None
        if how == "sum" and of is not None and of.kind is not Kind.NUMBER:
            self.fail(_("只有数字能求和，写的却是%(kind)s。") % {"kind": of.kind.value}, FORMS[how], at.parts[0])
        if how == "distinct" and not isinstance(of, Path):
            self.fail(_("%(name)s 里要写字段。") % {"name": how}, FORMS[how], at.parts[0])
        said = ", ".join(source_of(node) for node in (of, where) if node is not None)
        whole, places = (12, 0) if of is None or how != "sum" else size(of)
        return self.cell(
            f"{how}({said})",
            _aggregated(how, of, where),
            how=how,
            of=of,
            where=where,
            unit=_unit_of(of) if how == "sum" else "",
            whole=whole + 8,
            places=places,
        )

    def earlier(self, at: Syntax) -> Cell:
        inside = self.node(at.parts[0]) if len(at.parts) == 1 else None
        if not isinstance(inside, Cell) or inside.back:
            return self.fail(_("last 里写一个数：整份报送的，或一个指标。"), FORMS[LAST], at)
        return self.cell(
            f"{LAST}({inside.lookup})", inside.field.verbose_name, back=1, figure=inside.figure, how=inside.how,
            of=inside.of, where=inside.where, unit=inside.unit,
        )  # fmt: skip

    def comparison(self, at: Syntax, left: Node, right: Node) -> Comparison:
        self.like(at, left, right)
        return super().comparison(at, left, right)

    def arithmetic(self, at: Syntax, left: Node, right: Node) -> Arithmetic:
        if at.sort in {"+", "-"}:
            self.like(at, left, right)
        return super().arithmetic(at, left, right)

    def like(self, at: Syntax, left: Node, right: Node) -> None:
        """Money is not compared with people, nor added to them. What is multiplied or divided is not looked into."""
        one, other = _unit_of(left), _unit_of(right)
        if one and other and one != other and {one, other} & UNLIKE:
            problem = _("『%(one)s』和『%(other)s』不是同一种单位，不能相加减或比较。") % {"one": one, "other": other}
            self.fail(problem, _("请核对字段和指标。"), at)


def _unit_of(node: Node | None) -> str:
    """The unit of a number where it is plainly one; nothing where it cannot be told."""
    match node:
        case Cell():
            return node.unit
        case Path():
            return str(getattr(node.field, "unit", ""))
        case Arithmetic(sign="+" | "-"):
            return _unit_of(node.left) or _unit_of(node.right)
        case Arithmetic(sign="*", left=left, right=Constant()) | Arithmetic(sign="*", left=Constant(), right=left):
            return _unit_of(left)
        case Arithmetic(sign="/", left=left, right=Constant()):
            return _unit_of(left)
        case Call(name="when", arguments=(_condition, met, _otherwise)):
            return _unit_of(met)
        case Call(kind=Kind.NUMBER):
            return _unit_of(node.arguments[0])
    return ""


def _words(how: str, of: Node | None, where: Node | None) -> str:
    what = words_of(of).removeprefix("「").removesuffix("」") if of is not None else ""
    told = {"what": what, "where": words_of(where).translate(INNER) if where is not None else ""}
    if where is None:
        forms = {"count": _("行数"), "sum": _("%(what)s合计"), "distinct": _("不同的%(what)s")}
    else:
        forms = {
            "count": _("%(where)s的行数"),
            "sum": _("%(where)s的%(what)s合计"),
            "distinct": _("%(where)s的不同%(what)s"),
        }
    return forms[how] % told


def _one_back(title: str | Promise) -> str:
    return _("上一期%(title)s") % {"title": title}


_aggregated = lazy(_words, str)
_earlier = lazy(_one_back, str)


def path_to(name: str, model: type[models.Model]) -> Path:
    """A field of the model, as something to group rows by."""
    of = model._meta.get_field(name)
    kind = kind_of(of)  # type: ignore[arg-type]
    if kind is None:
        raise TypeError(f"{name} is no field that rows can be told apart by")
    return Path((of,), kind)  # type: ignore[arg-type]
