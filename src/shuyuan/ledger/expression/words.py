"""Rules in writing: the canonical source, one text for one meaning, and the sentence that a reader is shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from shuyuan.ledger.expression.nodes import (
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
    is_condition,
)

OR, AND, NOT, COMPARISON, SUM, PRODUCT, ATOM = range(1, 8)


def _strength(node: Node) -> int:
    match node:
        case Junction():
            return OR if node.word == "or" else AND
        case Not():
            return NOT
        case Comparison() | Among():
            return COMPARISON
        case Arithmetic():
            return SUM if node.sign in "+-" else PRODUCT
    return ATOM


def source_of(node: Node) -> str:
    """The canonical source, which reads back as the same rule: codes for labels, double quotes, single blanks."""

    def within(part: Node, floor: int) -> str:
        text = source_of(part)
        return text if _strength(part) >= floor else f"({text})"

    match node:
        case Constant(value=bool() as yes):
            return "true" if yes else "false"
        case Constant(value=Decimal() as number):
            return number_text(number)
        case Constant(value=date() as day):
            return f'date("{day.isoformat()}")'
        case Constant(value=text):
            escaped = str(text).replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case Path():
            return ".".join(step.name for step in node.fields)
        case Arithmetic():
            floor = _strength(node)
            return f"{within(node.left, floor)} {node.sign} {within(node.right, floor + 1)}"
        case Call(name="negative", arguments=(inside,)):
            return f"-{within(inside, ATOM)}"
        case Call():
            return f"{node.name}({', '.join(source_of(argument) for argument in node.arguments)})"
        case Comparison():
            return f"{within(node.left, SUM)} {node.sign} {within(node.right, SUM)}"
        case Among():
            return f"{within(node.left, SUM)} in [{', '.join(map(source_of, node.options))}]"
        case Not(inside=Among() as among):
            return f"{within(among.left, SUM)} not in [{', '.join(map(source_of, among.options))}]"
        case Not():
            return f"not {within(node.inside, ATOM)}"
        case Junction():
            return f" {node.word} ".join(within(part, _strength(node) + 1) for part in node.parts)


def number_text(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def words_of(node: Node) -> str:
    """The rule as a sentence in the active language, out of the fields' and codes' own names."""
    match node:
        case Junction(word=word, parts=parts):
            texts = [_bracketed(words_of(part)) if isinstance(part, Junction) else words_of(part) for part in parts]
            return (pgettext("rule", "且") if word == "and" else pgettext("rule", "或")).join(texts)
        case Not(inside=Call(name="missing", arguments=(inside,))):
            return _("%(value)s已填") % {"value": _value(inside)}
        case Not(inside=Call(name="contains", arguments=(text, wanted))):
            return _("%(value)s不含%(wanted)s") % {"value": _value(text), "wanted": _value(wanted)}
        case Not(inside=Among() as among):
            listed = {"value": _value(among.left), "options": pgettext("rule", "、").join(map(_value, among.options))}
            if len(among.options) == 1:
                return _("%(value)s不为%(options)s") % listed
            return _("%(value)s不在%(options)s之列") % listed
        case Not(inside=inside) if not is_condition(inside):
            return _("%(left)s为%(right)s") % {"left": _value(inside), "right": _yes(False)}
        case Not(inside=inside):
            return _("并非（%(rule)s）") % {"rule": words_of(inside)}
        case Among():
            *firsts, last = map(_value, node.options)
            options = pgettext("rule", "、").join(firsts) + pgettext("rule", "或") + last if firsts else last
            return _("%(left)s为%(right)s") % {"left": _value(node.left), "right": options}
        case Comparison():
            sides = {"left": _value(node.left), "right": _value(node.right)}
            return _comparison(node) % sides
        case Call(name="missing", arguments=(inside,)):
            return _("%(value)s未填") % {"value": _value(inside)}
        case Call(name="contains", arguments=(text, wanted)):
            return _("%(value)s含%(wanted)s") % {"value": _value(text), "wanted": _value(wanted)}
        case Call(name="startswith", arguments=(text, wanted)):
            return _("%(value)s以%(wanted)s开头") % {"value": _value(text), "wanted": _value(wanted)}
    if node.kind is Kind.BOOLEAN and not isinstance(node, Constant):
        return _("%(left)s为%(right)s") % {"left": _value(node), "right": _yes(True)}
    return _value(node)


def _comparison(node: Comparison) -> str:
    if node.left.kind is Kind.NUMBER:
        return {
            "==": _("%(left)s等于%(right)s"),
            "!=": _("%(left)s不等于%(right)s"),
            "<": _("%(left)s小于%(right)s"),
            "<=": _("%(left)s不大于%(right)s"),
            ">": _("%(left)s大于%(right)s"),
            ">=": _("%(left)s不小于%(right)s"),
        }[node.sign]
    return {
        "==": _("%(left)s为%(right)s"),
        "!=": _("%(left)s不为%(right)s"),
        "<": _("%(left)s早于%(right)s"),
        "<=": _("%(left)s不晚于%(right)s"),
        ">": _("%(left)s晚于%(right)s"),
        ">=": _("%(left)s不早于%(right)s"),
    }[node.sign]


def _yes(yes: bool) -> str:
    return pgettext("rule", "“是”") if yes else pgettext("rule", "“否”")


def _name(text: object) -> str:
    return _("「%(name)s」") % {"name": text}


def _value(node: Node) -> str:
    match node:
        case Constant(field=field, value=value) if field is not None:
            return _name(dict(field.flatchoices)[int(value) if isinstance(value, Decimal) else value])
        case Constant(value=bool() as yes):
            return _yes(yes)
        case Constant(value=Decimal() as number):
            return number_text(number)
        case Constant(value=date() as day):
            parts = {"year": day.year, "month": day.month, "day": day.day}
            return _("%(year)s年%(month)s月%(day)s日") % parts
        case Constant(value=text):
            return _("“%(text)s”") % {"text": text}
        case Path():
            text = _name(node.fields[0].verbose_name)
            for step in node.fields[1:]:
                text = _("%(owner)s的%(field)s") % {"owner": text, "field": _name(step.verbose_name)}
            return text
        case Arithmetic():
            sign = {"*": "×", "/": "÷", "-": "−"}.get(node.sign, node.sign)
            left, right = (_value(side) for side in (node.left, node.right))
            if isinstance(node.left, Arithmetic) and _strength(node.left) < _strength(node):
                left = _bracketed(left)
            if isinstance(node.right, Arithmetic) and _strength(node.right) <= _strength(node):
                right = _bracketed(right)
            return f"{left} {sign} {right}"
        case Call(name="when", arguments=(inside, met, otherwise)):
            branches = {"rule": words_of(inside), "met": _value(met), "otherwise": _value(otherwise)}
            return _("（若%(rule)s则取%(met)s，否则取%(otherwise)s）") % branches
        case Call(name="coalesce", arguments=(first, *others)):
            rest = _("，再未填时取").join(_value(other) for other in others)
            return _("%(value)s（未填时取%(rest)s）") % {"value": _value(first), "rest": rest}
        case Call(name="zeros", arguments=(inside,)):
            return _("%(value)s（未填的按零计）") % {"value": _value(inside)}
        case Call(name="known", arguments=(inside,)):
            return _("%(value)s（未填的按零计，都未填则不比较）") % {"value": _value(inside)}
        case Call(name="negative", arguments=(inside,)):
            return f"−{_bracketed(_value(inside))}" if isinstance(inside, Arithmetic) else f"−{_value(inside)}"
        case Call(arguments=arguments):
            forms = {
                "abs": _("%(values)s的绝对值"),
                "year": _("%(values)s的年份"),
                "least": _("%(values)s中最小的"),
                "greatest": _("%(values)s中最大的"),
            }
            values = pgettext("rule", "、").join(map(_value, arguments))
            bare = len(arguments) == 1 and not isinstance(arguments[0], Arithmetic)
            return forms[node.name] % {"values": values if bare else _bracketed(values)}
    return _bracketed(words_of(node))


def _bracketed(text: str) -> str:
    return _("（%(inside)s）") % {"inside": text}
