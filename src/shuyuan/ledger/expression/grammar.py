"""The grammar of rules: from text to a syntax tree, with the place of every part, within bounds that hold for anybody.

    rule        = rule "or" rule | rule "and" rule | "not" rule | comparison
    comparison  = sum (("==" | "!=" | "<" | "<=" | ">" | ">=") sum)* | sum ["not"] "in" "[" sum {"," sum} "]"
                | sum ["is"] ["not"] "missing"
    sum         = sum ("+" | "-" | "*" | "/") sum | "-" sum | "(" rule ")"
                | number | "text" | name {"." name} ["@" name] | name "(" [rule {"," rule}] ")"

`@` says when a figure is taken (debt.relieved@last); the fields of a ledger have no such thing, which its types say.

People type Chinese punctuation, so （ ） ， ＝ ≥ × “ ” mean what they look like; inside quotes nothing is changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from django.utils.translation import gettext as _

MAX_LENGTH = 2000  # characters
MAX_NODES = 200  # after chains are written out, so that what is made of a rule is never much longer than the rule
MAX_DEPTH = 40  # of the tree: a sum of forty terms
MAX_NESTING = 20  # of brackets and operators inside one another
MAX_LITERAL_DIGITS = 20


class ExpressionError(ValueError):
    """A rule that cannot be read or makes no sense: what is wrong, where it stands, and how to mend it."""

    def __init__(self, problem: str, cure: str, source: str, start: int, end: int) -> None:
        self.problem, self.cure, self.source, self.start, self.end = problem, cure, source, start, end
        quoted = source[start:end][:40].encode(errors="replace").decode() or _("（结尾）")
        place = _("第 %(column)s 个字符『%(quoted)s』：") % {"column": start + 1, "quoted": quoted}
        told = _("%(problem)s%(cure)s") % {"problem": problem, "cure": cure} if cure else problem
        super().__init__(f"{place}{told}")


@dataclass(frozen=True, slots=True)
class Syntax:
    """`sort` is number, text, name, call, list, negative or the operator itself; `text` a literal's or name's text."""

    sort: str
    start: int
    end: int
    text: str = ""
    parts: tuple[Syntax, ...] = ()
    depth: int = 1
    nodes: int = 1


@dataclass(frozen=True, slots=True)
class Token:
    sort: str  # number, text, name, op, end
    text: str
    start: int
    end: int


_LOOKS_LIKE = str.maketrans(
    "０１２３４５６７８９（）［］【】，＝！＜＞＋－＊／．×÷−＠　", "0123456789()[][],=!<>+-*/.*/-@ "
)
_WRITTEN = {"≥": ">=", "≤": "<=", "≠": "!="}
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[^\W\d]\w*)|(?P<op>[=!<>]=|[<>≥≤≠+\-*/()\[\],.@])"
    r"|(?P<quote>[\"'“‘])|(?P<end>\Z))"
)
_CLOSING = {'"': '"', "'": "'", "“": "”", "‘": "’"}
_COMPARISONS = {"==", "!=", "<", "<=", ">", ">="}
_STRENGTH = {"or": 1, "and": 2, "in": 4, "not": 4, "is": 4, "missing": 4, "+": 5, "-": 5, "*": 6, "/": 6}
_STRENGTH |= dict.fromkeys(_COMPARISONS, 4)
KEYWORDS = {"or", "and", "not", "in", "is", "missing"}
NOT, UNARY = 3, 7


def tokens(source: str) -> list[Token]:
    """The words of the source. Raises ExpressionError for an unknown sign, an open quote, an unprintable letter."""
    if len(source) > MAX_LENGTH:
        problem = _("规则太长：%(length)s 个字符。") % {"length": len(source)}
        cure = _("最多 %(limit)s 个字符，请拆成几条。") % {"limit": MAX_LENGTH}
        raise ExpressionError(problem, cure, source[:MAX_LENGTH], 0, 20)
    plain = source.translate(_LOOKS_LIKE)
    found: list[Token] = []
    place = 0
    while True:
        match = _TOKEN.match(plain, place)
        if match is None:
            start = place + len(plain[place:]) - len(plain[place:].lstrip())
            cure = _("相等写作 ==。") if plain[start] == "=" else _("请看语法说明；文字要加引号。")
            raise ExpressionError(_("看不懂这个符号。"), cure, source, start, start + 1)
        sort = str(match.lastgroup)
        start, place = match.span(sort)
        text = match[sort]
        if sort == "quote":
            text, place = _quoted(source, start)
            sort = "text"
        elif sort == "op":
            text = _WRITTEN.get(text, text)
        found.append(Token(sort, text, start, place))
        if sort == "end":
            return found


def _quoted(source: str, start: int) -> tuple[str, int]:
    closing, place, text = _CLOSING[source[start]], start + 1, ""
    while place < len(source) and source[place] != closing:
        if source[place] == "\\" and source[place + 1 : place + 2] in {"\\", '"', "'"}:
            place += 1
        letter = source[place]
        if not (letter.isprintable() or letter == "\u3000"):
            raise ExpressionError(_("引号里有看不见的字符。"), _("请删去后重写。"), source, place, place + 1)
        text += letter
        place += 1
    if place >= len(source):
        raise ExpressionError(_("引号没有结束。"), _("请补上后引号。"), source, start, len(source))
    return text, place + 1


def read(source: str) -> Syntax:
    """The syntax tree of a rule. Raises ExpressionError."""
    return _Reader(source).rule()


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.at = self.level = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def fail(self, problem: str, cure: str = "", token: Token | None = None) -> NoReturn:
        token = token or self.next
        raise ExpressionError(problem, cure, self.source, token.start, token.end)

    def expect(self, sign: str) -> Token:
        if self.next.sort != "op" or self.next.text != sign:
            self.fail(_("这里应当是 %(sign)s。") % {"sign": sign}, _("请检查括号和逗号。"))
        return self.take()

    def is_sign(self, *signs: str) -> bool:
        return self.next.sort == "op" and self.next.text in signs

    def node(self, sort: str, start: int, text: str = "", parts: tuple[Syntax, ...] = ()) -> Syntax:
        nodes = 1 + sum(part.nodes for part in parts)
        depth = 1 + max((part.depth for part in parts), default=0)
        if nodes > MAX_NODES or depth > MAX_DEPTH:
            self.too_much()
        return Syntax(sort, start, self.tokens[self.at - 1].end, text, parts, depth, nodes)

    def too_much(self) -> NoReturn:
        limits = {"nodes": MAX_NODES, "depth": MAX_NESTING}
        self.fail(_("规则太复杂。"), _("最多 %(nodes)s 项、%(depth)s 层，请拆成几条。") % limits)

    def rule(self) -> Syntax:
        if self.next.sort == "end":
            self.fail(_("规则是空的。"), _("例如 amount > 0。"))
        tree = self.expression(0)
        if self.next.sort != "end":
            last = self.tokens[self.at - 1]
            if last.sort == "number" and self.next.sort == "name" and last.end == self.next.start:
                self.fail(_("数字后面不能接字母。"), _("请写成普通小数，如 1500 或 0.5。"))
            self.fail(_("规则到这里本该结束。"), _("条件之间要有 and 或 or；两边请加空格。"))
        return tree

    def expression(self, floor: int) -> Syntax:
        self.level += 1
        if self.level > MAX_NESTING:
            self.too_much()
        left = self.operand()
        while True:
            sign = self.next.text if self.next.sort in {"op", "name"} else ""
            strength = _STRENGTH.get(sign, 0)
            if strength <= floor:
                break
            left = self.comparison(left) if strength == _STRENGTH["=="] else self.binary(left, sign, strength)
        self.level -= 1
        return left

    def binary(self, left: Syntax, sign: str, strength: int) -> Syntax:
        parts = [left]
        while self.next.sort in {"op", "name"} and self.next.text == sign:
            self.take()
            parts.append(self.expression(strength))
            if sign not in {"and", "or"}:
                break
        return self.node(sign, left.start, parts=tuple(parts))

    def comparison(self, left: Syntax) -> Syntax:
        """A chain `0 < a <= 9` is `0 < a and a <= 9`; `in` and `missing` end a comparison."""
        strength = _STRENGTH["=="]
        links: list[Syntax] = []
        while self.is_sign(*_COMPARISONS):
            sign = self.take().text
            right = self.expression(strength)
            links.append(self.node(sign, left.start, parts=(left, right)))
            left = right
        if links:
            return links[0] if len(links) == 1 else self.node("and", links[0].start, parts=tuple(links))
        if self.next.text == "is":
            self.take()
        negated = self.next.text == "not"
        if negated:
            self.take()
        if self.next.text == "missing" and self.next.sort == "name":
            self.take()
            found = self.node("call", left.start, "missing", (left,))
        elif self.next.text == "in" and self.next.sort == "name":
            self.take()
            opening = self.expect("[")
            options = self.arguments("]")
            found = self.node("in", left.start, parts=(left, self.node("list", opening.start, parts=options)))
        else:
            self.fail(_("这里应当是 in 或 missing。"), _('例如 grade not in ["2", "3"]、ended_on is missing。'))
        return self.node("not", left.start, parts=(found,)) if negated else found

    def arguments(self, closing: str) -> tuple[Syntax, ...]:
        parts: list[Syntax] = []
        while not self.is_sign(closing):
            parts.append(self.expression(0))
            if not self.is_sign(closing):
                self.expect(",")
        self.expect(closing)
        return tuple(parts)

    def operand(self) -> Syntax:
        token = self.take()
        if token.sort == "number":
            if len(token.text) > MAX_LITERAL_DIGITS:
                limit = {"limit": MAX_LITERAL_DIGITS}
                self.fail(_("数字太长。"), _("最多 %(limit)s 位。") % limit, token)
            return self.node("number", token.start, token.text)
        if token.sort == "text":
            return self.node("text", token.start, token.text)
        if token.sort == "op" and token.text == "(":
            inside = self.expression(0)
            self.expect(")")
            return inside
        if token.sort == "op" and token.text == "-":
            return self.node("negative", token.start, parts=(self.expression(UNARY),))
        if token.sort == "name" and token.text == "not":
            return self.node("not", token.start, parts=(self.expression(NOT),))
        if token.sort == "name" and self.is_sign("("):
            self.take()
            return self.node("call", token.start, token.text, self.arguments(")"))
        if token.sort == "name" and token.text not in KEYWORDS:
            name = token.text
            while self.is_sign("."):
                self.take()
                if self.next.sort != "name":
                    self.fail(_("点号后面应当是字段名。"), _("例如 organisation.name。"))
                name += f".{self.take().text}"
            if self.is_sign("@"):
                self.take()
                if self.next.sort != "name":
                    self.fail(_("@ 后面应当是时间。"), _("例如 debt.relieved@last。"))
                name += f"@{self.take().text}"
            return self.node("name", token.start, name)
        return self.fail(_("这里缺一个字段、数字或文字。"), _("例如 amount > 0。"), token)
