"""Formulas: figures composed by an expression that says what it means, in the grammar of rules.

    debt.relieved_compulsory + debt.relieved_other
    (staff.all - staff.all@last) / staff.all@last * 100        @last is the same figure a year earlier

The names are figures. Units are reckoned with: 元 and 万元 add up, 万元 and 人 do not; a quotient of like units is a
bare number (times 100, %), one of unlike units is 元/人; a percentage takes part in a product as x / 100. Numbers are
exact; a quotient is rounded half up at 12 places, as everywhere in this language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, NoReturn

from django.utils.translation import gettext as _t

from shuyuan.core.units import unit_words
from shuyuan.figures.composed import Composed
from shuyuan.figures.figure import Value
from shuyuan.figures.measures import Names
from shuyuan.figures.units import POINTS, base, factor
from shuyuan.ledger.expression import ExpressionError
from shuyuan.ledger.expression.grammar import Syntax, read
from shuyuan.ledger.expression.rows import COMPUTE

LAST = "last"
HUNDRED = "100"
FUNCTIONS = {"abs": (1, 1), "least": (2, 20), "greatest": (2, 20)}  # the fewest and the most arguments
BARE = {"", "%", "‰", "倍", POINTS}  # what the unit of a bare number may be called
SUM, PRODUCT, ATOM = 1, 2, 3
STRENGTH = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}

Leaf = Callable[[str, int], str]


class _DividedByZero(ArithmeticError):
    """What was to be divided by, in words."""


@dataclass(frozen=True)
class Formula(Composed):
    """A figure computed from others by an expression. Where it is a quotient, numerator and denominator are kept."""

    expression: str
    kind = "formula"

    def parts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name, _back in self.needs()))

    def needs(self) -> tuple[tuple[str, int], ...]:
        """Nothing where the expression cannot be read, which check() tells."""
        try:
            return tuple(dict.fromkeys(_taken(name) for name in _names(_read(self.expression))))
        except ExpressionError:
            return ()

    def facts(self) -> dict[str, Any]:
        """The expression in its canonical form: blanks and idle brackets are no other definition."""
        return super().facts() | {"expression": self.canonical()}

    def canonical(self) -> str:
        return _written(_read(self.expression), lambda name, back: f"{name}@{LAST}" if back else name)

    def words(self) -> str:
        return _t("%(formula)s；") % {"formula": self.told(_read(self.expression))}

    def told(self, tree: Syntax) -> str:
        def leaf(name: str, back: int) -> str:
            return (_t("上年「%(title)s」") if back else _t("「%(title)s」")) % {"title": self.title_of(name)}

        return _written(tree, leaf, {"*": "×", "/": "÷", "-": "−"}, _t("（%(formula)s）"))

    def check(self) -> Iterator[str]:
        """The expression first: a part that is no figure is told at its place in it."""
        try:
            _Checker(self).check()
        except ExpressionError as error:
            yield str(error)
            return
        yield from super().check()

    @property
    def quotient(self) -> Syntax | None:
        """The division it is, be it times a constant; None where it is none."""
        tree = _read(self.expression)
        while tree.sort == "*" and any(part.sort == "number" for part in tree.parts):
            left, right = tree.parts
            tree = right if left.sort == "number" else left
        return tree if tree.sort == "/" else None

    def compose(self, values: Sequence[Value]) -> Value:
        if nothing := self.unknown(values):
            return nothing
        records = sum(value.records for value in values)
        scales = _scales(self.parts())
        numbers = {
            need: (value.exact or Decimal(0)) * factor(value.figure.unit) / scales[dimension(value.figure.unit)]
            for need, value in zip(self.needs(), values, strict=True)
        }
        over = under = None
        if quotient := self.quotient:
            over, under = (_computed(part, numbers, self.told) for part in quotient.parts)
        try:
            exact = _computed(_read(self.expression), numbers, self.told)
        except _DividedByZero as zero:
            return Value(self, None, records, _t("分母%(divisor)s为零") % {"divisor": zero}, over, under)
        return Value(self, exact * self._scale(scales), records, "", over, under)

    def _scale(self, scales: Mapping[str, Decimal]) -> Decimal:
        """From the units the parts were reckoned in to the figure's own."""
        over, _slash, under = _Checker(self).dimension(_read(self.expression)).partition("/")
        return scales.get(over, Decimal(1)) / scales.get(under, Decimal(1)) / factor(self.unit)


def dimension(unit: str) -> str:
    """What a unit measures, 万 and 亿 taken off: 万元 is 元; percentage points are per cent."""
    return "%" if unit == POINTS else base(unit)


@lru_cache(maxsize=1024)
def _read(source: str) -> Syntax:
    return read(source)


def _names(tree: Syntax) -> Iterator[str]:
    if tree.sort == "name":
        yield tree.text
    for part in tree.parts:
        yield from _names(part)


def _numbers(tree: Syntax) -> set[str]:
    """The numbers that are written out in it."""
    return {tree.text} if tree.sort == "number" else {text for part in tree.parts for text in _numbers(part)}


def _taken(name: str) -> tuple[str, int]:
    """A name as it is written, and how many years back it is taken."""
    name, _at, when = name.partition("@")
    return name, 1 if when == LAST else 0


def _scales(names: Sequence[str]) -> dict[str, Decimal]:
    """For each dimension the smallest unit among the parts: so 万元 alone stay 万元, and beside 元 become them."""
    from shuyuan.figures.registry import figure

    scales: dict[str, Decimal] = {}
    for unit in (figure(name).unit for name in names):
        scales[dimension(unit)] = min(factor(unit), scales.get(dimension(unit), factor(unit)))
    return scales


def _computed(tree: Syntax, numbers: Mapping[tuple[str, int], Decimal], told: Callable[[Syntax], str]) -> Decimal:
    if tree.sort == "number":
        return Decimal(tree.text)
    if tree.sort == "name":
        return numbers[_taken(tree.text)]
    values = [_computed(part, numbers, told) for part in tree.parts]
    if tree.sort in STRENGTH:
        found = COMPUTE[tree.sort](*values)
        if found is None:
            raise _DividedByZero(told(tree.parts[1]))
        return found
    functions: dict[str, Callable[..., Decimal]] = {"abs": abs, "least": min, "greatest": max}
    return -values[0] if tree.sort == "negative" else functions[tree.text](*values)


def _written(tree: Syntax, leaf: Leaf, signs: Mapping[str, str] = {}, bracket: str = "(%(formula)s)") -> str:
    """The expression with its names, signs and brackets as `leaf`, `signs` and `bracket` have them."""

    def within(part: Syntax, floor: int) -> str:
        text = _written(part, leaf, signs, bracket)
        return text if STRENGTH.get(part.sort, ATOM) >= floor else bracket % {"formula": text}

    if tree.sort == "number":
        return tree.text
    if tree.sort == "name":
        return leaf(*_taken(tree.text))
    if tree.sort == "negative":
        return f"{signs.get('-', '-')}{within(tree.parts[0], ATOM)}"
    if tree.sort in STRENGTH:
        strength = STRENGTH[tree.sort]
        left, right = within(tree.parts[0], strength), within(tree.parts[1], strength + 1)
        return f"{left} {signs.get(tree.sort, tree.sort)} {right}"
    return f"{tree.text}({', '.join(_written(part, leaf, signs, bracket) for part in tree.parts)})"


class _Checker:
    """Settles every name and unit of a formula; what is wrong is told at its place, with its cure."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula

    def fail(self, at: Syntax, problem: str, cure: str = "") -> NoReturn:
        raise ExpressionError(problem, cure, self.formula.expression, at.start, at.end)

    def check(self) -> None:
        tree = _read(self.formula.expression)
        found, unit = self.dimension(tree), self.formula.unit
        if not any(_names(tree)):
            self.fail(tree, _t("算式里没有指标。"), _t("请写出指标的名称，如 debt.relieved。"))
        over = found.partition("/")[0]
        if found == "" and unit in {"%", POINTS} and HUNDRED not in _numbers(tree):
            self.fail(tree, _t("百分率要乘以 100。"), _t("请在算式末尾写 * 100。"))
        fits = unit in BARE if found == "" else dimension(unit) in {found, over}
        if not fits:
            told = {"found": unit_words(found) or _t("（无单位）"), "unit": unit_words(unit) or _t("（无单位）")}
            cure = _t("请改用『%(found)s』或其万、亿倍。") if found else _t("可用：%、倍，或不写单位。")
            problem = _t("算出来的单位是『%(found)s』，指标的单位却是『%(unit)s』。")
            self.fail(tree, problem % told, cure % told if found else cure)

    def dimension(self, at: Syntax) -> str:
        """What comes out of this part: "" for a bare number, 元, %, 元/人. Raises ExpressionError."""
        match at.sort:
            case "number":
                return ""
            case "name":
                return self.named(at)
            case "negative":
                return self.dimension(at.parts[0])
            case "+" | "-":
                return self.alike(at)
            case "*":
                return self.product(at)
            case "/":
                return self.ratio(at)
            case "call" if at.text in FUNCTIONS:
                least, most = FUNCTIONS[at.text]
                if not least <= len(at.parts) <= most:
                    self.fail(at, _t("%(name)s 的参数个数不对。") % {"name": at.text}, _t("例如 least(a, b)、abs(a)。"))
                return self.alike(at)
            case "call":
                known = {"names": _t("、").join(sorted(FUNCTIONS))}
                problem = _t("没有名为 %(name)s 的函数。") % {"name": at.text}
                self.fail(at, problem, _t("可用的函数：%(names)s。") % known)
            case "text":
                self.fail(at, _t("这里应当是数字，写的却是文字。"), _t("指标名不加引号。"))
        return self.fail(at, _t("算式里要写数，不能写条件。"), _t("可用 + - * / 和括号。"))

    def named(self, at: Syntax) -> str:
        from shuyuan.figures.registry import UnknownFigure, figure, reaches

        name, _at, when = at.text.partition("@")
        if when not in {"", LAST}:
            self.fail(
                at, _t("不认识时间『%(when)s』。") % {"when": when}, _t("上年写作 %(name)s@last。") % {"name": name}
            )
        try:
            found = figure(name)
        except UnknownFigure as error:
            self.fail(at, str(error))
        if reaches(name, self.formula.name):
            self.fail(at, _t("「%(title)s」又由本指标算出。") % {"title": found}, _t("请换一个指标。"))
        if isinstance(found, Names):
            self.fail(at, _t("「%(title)s」是名单，不是数。") % {"title": found}, _t("请用计数的指标。"))
        return dimension(found.unit)

    def alike(self, at: Syntax) -> str:
        first, *others = [self.dimension(part) for part in at.parts]
        for part, unit in zip(at.parts[1:], others, strict=True):
            if unit != first:
                pair = {"one": unit_words(first) or _t("（无单位）"), "other": unit_words(unit) or _t("（无单位）")}
                problem = _t("『%(one)s』和『%(other)s』不是同一种单位，不能相加减或比较。") % pair
                self.fail(part, problem, _t("请核对指标。"))
        return first

    def product(self, at: Syntax) -> str:
        one, other = (self.dimension(part) for part in at.parts)
        for left, right in ((one, other), (other, one)):
            if right == "":
                return left
            if left.endswith(f"/{right}"):
                return left.removesuffix(f"/{right}")
        pair = {"one": unit_words(one), "other": unit_words(other)}
        cure = _t("百分率请先除以 100。") if "%" in {one, other} else _t("至少有一边是比率或数字。")
        return self.fail(at, _t("『%(one)s』和『%(other)s』不能相乘。") % pair, cure)

    def ratio(self, at: Syntax) -> str:
        over, under = (self.dimension(part) for part in at.parts)
        if over == under or (over == "%" and at.parts[1].text == HUNDRED):
            return ""
        if under == "":
            return over
        if "/" in over + under or "%" in {over, under} or not over:
            pair = {"one": unit_words(over) or _t("（无单位）"), "other": unit_words(under)}
            cure = _t("百分率请先除以 100。") if "%" in {over, under} else _t("请拆成两个指标。")
            self.fail(at, _t("『%(one)s』不能除以『%(other)s』。") % pair, cure)
        return f"{over}/{under}"
