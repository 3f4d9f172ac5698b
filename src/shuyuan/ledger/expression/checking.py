"""The types of rules: a syntax tree is checked against a model's fields; every mistake is named with its cure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _

from shuyuan.ledger.expression.grammar import ExpressionError, Syntax, read
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
    choices_of,
    is_condition,
    kind_of,
    paths_of,
    size,
)
from shuyuan.ledger.held import fields_of

MAX_HOPS = 3  # references that one path may follow


def codes_for(of: models.Field[Any, Any], text: str) -> list[Any]:
    """The codes that a text stands for: itself when it is one, else those with that label in any language we speak."""
    codes = [code for code, _label in of.flatchoices if code is not None]
    if isinstance(of, models.CharField) and text in codes:
        return [text]
    found: dict[Any, None] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found |= {code: None for code, label in of.flatchoices if code is not None and str(label) == text}
    return list(found)


def checked(source: str, model: type[models.Model], hidden: frozenset[str] = frozenset()) -> Node:
    """The rule with every name and type settled. Raises ExpressionError."""
    return _Checker(source, model, hidden).node(read(source))


@dataclass
class _Checker:
    source: str
    model: type[models.Model]
    hidden: frozenset[str]
    at: Syntax = field(init=False)

    def fail(self, problem: str, cure: str = "", at: Syntax | None = None) -> NoReturn:
        at = at or self.at
        raise ExpressionError(problem, cure, self.source, at.start, at.end)

    def node(self, at: Syntax) -> Node:
        self.at = at
        match at.sort:
            case "number":
                return Constant(Decimal(at.text), Kind.NUMBER)
            case "text":
                return Constant(at.text, Kind.TEXT)
            case "name":
                return Constant(at.text == "true", Kind.BOOLEAN) if at.text in {"true", "false"} else self.path(at)
            case "call":
                return self.call(at)
            case "negative":
                (inside,) = self.nodes(at, Kind.NUMBER)
                if isinstance(inside, Constant) and isinstance(inside.value, Decimal):
                    return Constant(-inside.value if inside.value else inside.value, Kind.NUMBER)
                return Call("negative", (inside,), Kind.NUMBER)
            case "+" | "-" | "*" | "/":
                left, right = self.nodes(at, Kind.NUMBER)
                return self.arithmetic(at, left, right)
            case "not":
                return Not(self.nodes(at, Kind.BOOLEAN)[0])
            case "and" | "or":
                return Junction(at.sort, self.nodes(at, Kind.BOOLEAN))
            case "in":
                return self.among(at)
            case "list":
                self.fail(_("方括号只能写在 in 之后。"), _('例如 grade in ["2", "3"]。'))
        left, right = self.alike(at, (self.node(at.parts[0]), self.node(at.parts[1])))
        return self.comparison(at, left, right)

    def nodes(self, at: Syntax, kind: Kind) -> tuple[Node, ...]:
        """The parts of `at`, each of which must be of one kind."""
        return tuple(self.must_be(part, kind) for part in at.parts)

    def must_be(self, at: Syntax, *kinds: Kind) -> Node:
        node = self.node(at)
        if node.kind not in kinds:
            wanted = _("、").join(str(kind.value) for kind in kinds)
            problem = _("这里应当是%(wanted)s，写的却是%(kind)s。") % {"wanted": wanted, "kind": node.kind.value}
            self.fail(problem, self.reference_cure(node), at)
        return node

    def path(self, at: Syntax) -> Path:
        names = at.text.split(".")
        model, fields = self.model, []
        for hop, name in enumerate(names):
            here = ".".join(names[:hop])
            known = {
                of.name: of for of in fields_of(model) if (f"{here}.{of.name}" if here else of.name) not in self.hidden
            }
            of = known.get(name)
            kind = kind_of(of) if of else None
            if of is None or kind is None:
                self.unknown(name, model, known, is_field=of is not None)
            fields.append(of)
            if hop == len(names) - 1:
                return Path(tuple(fields), kind)
            if not isinstance(of, models.ForeignKey):
                self.fail(_("「%(name)s」不是引用，后面不能再接字段。") % {"name": name}, _("请去掉点号之后的部分。"))
            if hop == MAX_HOPS:
                self.fail(_("引用太远。"), _("最多经过 %(limit)s 个引用。") % {"limit": MAX_HOPS})
            model = of.related_model
            if issubclass(model, get_user_model()):
                self.fail(_("规则不能读账号的内容。"), _("只能用 missing(%(name)s)。") % {"name": name})
        raise AssertionError("a name has at least one part")

    def unknown(
        self, name: str, model: type[models.Model], known: dict[str, models.Field[Any, Any]], *, is_field: bool
    ) -> NoReturn:
        usable = {key: of for key, of in known.items() if kind_of(of)}
        names = {key: key for key in usable} | {str(of.verbose_name): key for key, of in usable.items()}
        close = [names[match] for match in get_close_matches(name, names, n=3)] or sorted(usable)[:12]
        cure = _("相近的名称：%(names)s。") % {"names": _("、").join(dict.fromkeys(close))}
        label = {"model": model._meta.verbose_name, "name": name}
        if is_field:
            self.fail(_("「%(model)s」的 %(name)s 这类字段不能用在规则里。") % label, cure)
        self.fail(_("「%(model)s」没有名为 %(name)s 的字段。") % label, cure)

    def reference_cure(self, *nodes: Node) -> str:
        """For somebody who compared a reference: name a field of what it refers to."""
        for node in nodes:
            if isinstance(node, Path) and node.kind is Kind.REFERENCE:
                target: type[models.Model] = node.field.related_model  # type: ignore[assignment]
                if issubclass(target, get_user_model()):
                    return _("只能用 missing(%(name)s)。") % {"name": node.field.name}
                names = [of.name for of in target._meta.concrete_fields]
                name = next((name for name in ("name", "title", "code") if name in names), names[0])
                path = node.lookup.replace("__", ".")
                return _("请写明比较它的哪个字段，如 %(path)s。") % {"path": f"{path}.{name}"}
            if node.kind is Kind.DATE:
                return _('日期写作 date("2012-12-31")。')
            if node.kind is Kind.BOOLEAN:
                return _("条件之间用 and、or、not。")
        return _("请核对两边的字段。")

    def alike(self, at: Syntax, nodes: tuple[Node, ...]) -> tuple[Node, ...]:
        """All of one kind; constants beside a field with choices become its codes. Raises ExpressionError."""
        field = next((choices_of(node) for node in nodes if node.kind is Kind.CHOICE), None)
        if field is not None:
            nodes = tuple(self.code(node, field, at) for node in nodes)
        kinds = list(dict.fromkeys(node.kind for node in nodes))
        if len(kinds) > 1:
            pair = {"left": kinds[0].value, "right": kinds[1].value}
            self.fail(_("%(left)s不能和%(right)s比较或并用。") % pair, self.reference_cure(*nodes), at)
        return nodes

    def code(self, node: Node, of: models.Field[Any, Any], at: Syntax) -> Node:
        other = choices_of(node)
        if node.kind is Kind.CHOICE and other is not None and list(other.flatchoices) == list(of.flatchoices):
            return node
        if not isinstance(node, Constant) or node.kind not in {Kind.TEXT, Kind.NUMBER}:
            return self.fail(_("代码字段只能和自己的代码或名称比较。"), self.choices(of), at)
        wanted, codes = node.value, [code for code, _label in of.flatchoices if code is not None]
        if isinstance(wanted, str):
            codes = codes_for(of, wanted)
        else:
            codes = [code for code in codes if isinstance(code, int) and code == wanted]
        if len(codes) == 1:
            return Constant(codes[0] if isinstance(codes[0], str) else Decimal(codes[0]), Kind.CHOICE, of)
        quoted = {"field": of.verbose_name, "value": wanted}
        if codes:
            cure = _("请改写代码：%(codes)s。") % {"codes": _("、").join(f'"{code}"' for code in codes)}
            self.fail(_("「%(field)s」有几项都叫『%(value)s』。") % quoted, cure, at)
        return self.fail(_("「%(field)s」没有『%(value)s』这一项。") % quoted, self.choices(of), at)

    def choices(self, of: models.Field[Any, Any]) -> str:
        listed = _("、").join(f'"{code}" {label}' for code, label in of.flatchoices if code is not None)
        return _("可写：%(choices)s。") % {"choices": listed}

    def comparison(self, at: Syntax, left: Node, right: Node) -> Comparison:
        kind = left.kind
        if isinstance(left, Constant) and isinstance(right, Constant):
            self.fail(_("两边都是固定的值。"), _("字段名不加引号。"), at)
        if at.sort not in {"==", "!="} and kind not in {Kind.NUMBER, Kind.DATE}:
            self.fail(_("%(kind)s不分大小。") % {"kind": kind.value}, _("只能用 ==、!= 或 in。"), at)
        if is_condition(left) or is_condition(right):
            self.fail(_("条件不能再作比较。"), _("条件之间用 and、or、not。"), at)
        if (
            kind is Kind.REFERENCE
            and isinstance(left, Path)
            and isinstance(right, Path)
            and left.field.related_model is not right.field.related_model
        ):
            self.fail(_("两边引用的不是同一类。"), self.reference_cure(left), at)
        return Comparison(at.sort, left, right)

    def among(self, at: Syntax) -> Among:
        left, options = self.must_be(at.parts[0], *(set(Kind) - {Kind.REFERENCE})), at.parts[1].parts
        if not options:
            self.fail(_("方括号里是空的。"), _('例如 grade in ["2", "3"]。'), at.parts[1])
        nodes = self.alike(at, (left, *(self.node(option) for option in options)))[1:]
        if isinstance(left, Constant) or is_condition(left) or not all(isinstance(node, Constant) for node in nodes):
            self.fail(_("in 的左边是字段，方括号里是固定的值。"), _('例如 grade in ["2", "3"]。'), at)
        constants = [node for node in nodes if isinstance(node, Constant)]
        return Among(left, tuple(dict.fromkeys(constants)))

    def arithmetic(self, at: Syntax, left: Node, right: Node) -> Arithmetic:
        (whole, places), (other_whole, other_places) = size(left), size(right)
        match at.sort:
            case "*":
                whole, places = whole + other_whole, places + other_places
            case "/":
                whole, places = whole + other_places, DIVISION_PLACES
            case _:
                whole, places = max(whole, other_whole) + 1, max(places, other_places)
        if whole + places > MAX_DIGITS:
            self.fail(_("算出来的数可能太大。"), _("最多 %(limit)s 位。") % {"limit": MAX_DIGITS}, at)
        return Arithmetic(at.sort, left, right, whole, places)

    def call(self, at: Syntax) -> Node:
        name, parts = at.text, at.parts
        if name not in FUNCTIONS:
            close = get_close_matches(name, FUNCTIONS, n=3) or sorted(FUNCTIONS)
            cure = _("可用的函数：%(names)s。") % {"names": _("、").join(close)}
            self.fail(_("没有名为 %(name)s 的函数。") % {"name": name}, cure)
        least, most = FUNCTIONS[name]
        if not least <= len(parts) <= most:
            self.fail(_("%(name)s 的参数个数不对。") % {"name": name}, FUNCTION_FORMS[name])
        if name == "date":
            return self.day(at)
        if name in {"together", "exclusive"}:
            return self.filled(at)
        if name in {"zeros", "known"}:
            (inside,) = self.nodes(at, Kind.NUMBER)
            if not any(path.kind is Kind.NUMBER for path in paths_of(inside)):
                self.fail(_("%(name)s 里没有会缺的数。") % {"name": name}, FUNCTION_FORMS[name], at)
            return Call(name, (inside,), Kind.NUMBER)
        if name in {"contains", "startswith"}:
            text = self.must_be(parts[0], Kind.TEXT, Kind.CHOICE)
            wanted = self.must_be(parts[1], Kind.TEXT)
            if (
                not isinstance(wanted, Constant)
                or not wanted.value
                or isinstance(choices_of(text), models.IntegerField)
            ):
                self.fail(_("%(name)s 要找的是加引号的文字。") % {"name": name}, FUNCTION_FORMS[name], at)
            return Call(name, (text, wanted), Kind.BOOLEAN)
        if name == "year":
            return Call(name, (self.must_be(parts[0], Kind.DATE),), Kind.NUMBER)
        if name == "abs":
            return Call(name, self.nodes(at, Kind.NUMBER), Kind.NUMBER)
        condition = (self.must_be(parts[0], Kind.BOOLEAN),) if name == "when" else ()
        values = self.alike(at, tuple(self.node(part) for part in parts[len(condition) :]))
        kind = values[0].kind
        if any(is_condition(value) for value in values):
            self.fail(_("%(name)s 里要写值，不能写条件。") % {"name": name}, FUNCTION_FORMS[name], at)
        if name in {"least", "greatest"} and kind not in {Kind.NUMBER, Kind.DATE}:
            self.fail(_("%(kind)s不分大小。") % {"kind": kind.value}, FUNCTION_FORMS[name], at)
        if name == "missing":
            return Call(name, values, Kind.BOOLEAN)
        if kind is Kind.REFERENCE:
            self.fail(_("%(name)s 里要写值，不能写引用。") % {"name": name}, self.reference_cure(*values), at)
        return Call(name, condition + values, kind)

    def filled(self, at: Syntax) -> Node:
        """What a pair means, in the words that the language has: all filled in or none, at most one filled in."""
        fields = [self.node(part) for part in at.parts]
        if not all(isinstance(one, Path) for one in fields):
            self.fail(_("%(name)s 里要写字段。") % {"name": at.text}, FUNCTION_FORMS[at.text], at)
        empty: list[Node] = [Call("missing", (one,), Kind.BOOLEAN) for one in fields]
        if at.text == "together":
            full: list[Node] = [Not(one) for one in empty]
            return Junction("or", (Junction("and", tuple(empty)), Junction("and", tuple(full))))
        others = [tuple(one for one in empty if one is not left) for left in empty]
        return Junction("or", tuple(one[0] if len(one) == 1 else Junction("and", one) for one in others))

    def day(self, at: Syntax) -> Constant:
        try:
            return Constant(date.fromisoformat(at.parts[0].text if at.parts[0].sort == "text" else ""), Kind.DATE)
        except ValueError:
            return self.fail(_("不是日期。"), _('日期写作 date("2012-12-31")。'), at)


FUNCTIONS = {  # the fewest and the most arguments
    "date": (1, 1),
    "missing": (1, 1),
    "contains": (2, 2),
    "startswith": (2, 2),
    "year": (1, 1),
    "abs": (1, 1),
    "least": (2, 20),
    "greatest": (2, 20),
    "coalesce": (2, 20),
    "when": (3, 3),
    "zeros": (1, 1),
    "known": (1, 1),
    "together": (2, 4),
    "exclusive": (2, 4),
}
FUNCTION_FORMS = {
    "date": 'date("2012-12-31")',
    "missing": "missing(ended_on)",
    "contains": 'contains(title, "…")',
    "startswith": 'startswith(title, "…")',
    "year": "year(ended_on)",
    "abs": "abs(a - b)",
    "least": "least(a, b)",
    "greatest": "greatest(a, b)",
    "coalesce": "coalesce(a, 0)",
    "when": "when(a > 0, a, 0)",
    "zeros": "zeros(a + b)",
    "known": "known(a + b)",
    "together": "together(a, b)",
    "exclusive": "exclusive(a, b)",
}
