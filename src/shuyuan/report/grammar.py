"""The language of templates: what may stand in braces. Two statements and a print; nothing in it computes or calls.

    {{ debt.relieved }}   {{ 化解学校债务 | number }}   {{ 名单 | some(3) }}
    {% for 项 in 名单 %} … {% endfor %}   {% if not loop.last %} … {% endif %}

The statements are written as docxtpl writes them. That library hands a template to Jinja, in which an uploaded file
could ask for "x" * 10**10 before any sandbox looks; here whatever is not one of these forms is a mistake.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shuyuan.proofread.words import say as _t

_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_HANZI = re.compile("[\u4e00-\u9fff]")
_PRIVATE = re.compile(r"(?:^|\.)_")
_LONGEST = 200  # characters between the braces: more is prose between two mistyped braces
# In a figure's title （）、，《》— may stand; braces and bars never do.
_CANDIDATE = re.compile(
    rf"[{{｛]{{2}}(?P<print>[^{{}}｛｝]{{0,{_LONGEST}}}?)[}}｝]{{2}}"
    rf"|[{{｛][%％](?P<statement>[^{{}}｛｝%％]{{0,{_LONGEST}}}?)[%％][}}｝]"
    r"|\{#.*?#\}"
    r"|(?<![{｛])[{｛]\s*(?P<single>[a-z]\w*\.\w+)\s*[}｝](?![}｝])"
    r"|\{\{|\}\}|\{%|%\}|\{#|#\}|｛｛|｝｝|｛％|％｝"
)
_CALL = re.compile(r"(\w+)\s*(?:\(([^()]*)\))?")
_FOR = re.compile(r"(p|tr)?\s*for\s+([^\W\d]\w*)\s+in\s+(.+?)(?:\.items)?")
_STATEMENTS = {"endfor": "endfor", "if not loop.last": "unless last", "endif": "endif"}
_HALF = {ord("　"): " ", ord("。"): "."} | {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_QUOTES = "\"'“”‘’「」"


@dataclass(frozen=True, slots=True)
class Call:
    """How a figure is to be printed: `some(3)`; with an empty name, as it is."""

    name: str = ""
    arguments: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.arguments)})" if self.arguments else self.name


@dataclass(frozen=True, slots=True)
class Token:
    """Something in braces: `paragraph[start:end] == text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Print(Token):
    name: str
    """A figure's name or title, or the variable of a loop with or without a part: 项.name."""
    call: Call = Call()


@dataclass(frozen=True, slots=True)
class For(Token):
    variable: str
    name: str
    scope: str = ""
    """"tr" and "p" as in docxtpl; without one, what repeats follows from where the loop begins and ends."""


@dataclass(frozen=True, slots=True)
class Mark(Token):
    """endfor, unless last or endif."""

    kind: str


@dataclass(frozen=True, slots=True)
class Malformed(Token):
    cure: str


def scan(text: str) -> list[Token]:
    """Everything in braces, in order; what only looks like it is Malformed."""
    return [_token(match) for match in _CANDIDATE.finditer(text)]


def call(written: str) -> Call | None:
    """`some(3)` taken apart; None when it is no such thing. Word makes “ ” of the quotes one types: all are taken."""
    match = _CALL.fullmatch(written.strip())
    if match is None:
        return None
    arguments = [part.strip().strip(_QUOTES).strip() for part in match[2].split(",")] if match[2] else []
    return Call(match[1], tuple(arguments)) if all(arguments) else None


def _token(match: re.Match[str]) -> Token:
    start, end, text = match.start(), match.end(), match[0]
    content, read = (match["print"], _print) if match["print"] is not None else (match["statement"], _statement)
    generic = _t("请写成 {{ 指标名 }}，两边各两个半角花括号。")
    if match["single"]:
        return Malformed(
            start, end, text, _t("请写成 {{ %(name)s }}，两边各两个半角花括号。") % {"name": match["single"]}
        )
    if content is None:
        return Malformed(start, end, text, generic)
    half = text.translate(_HALF)
    if text[:2] + text[-2:] == half[:2] + half[-2:] and (token := read(start, end, text, content)):
        return token
    inner = content if read(start, end, text, content) else content.translate(_HALF)
    if (inner != content or text != half) and read(start, end, text, inner):
        written = f"{half[:2]} {' '.join(inner.split())} {half[-2:]}"
        return Malformed(start, end, text, _t("花括号、竖线、点号等要用半角，请改成 %(text)s。") % {"text": written})
    if read is _print and content.count("|") > 1:
        return Malformed(start, end, text, _t("一个占位符只能用一种写法，请只留一个竖线。"))
    if read is _statement:
        cure = _t("循环请写成 {% for 项 in 名单 %} … {% endfor %}。")
        return Malformed(start, end, text, cure)
    return Malformed(start, end, text, generic)


def _print(start: int, end: int, text: str, content: str) -> Print | None:
    name, bar, written = (part.strip() for part in content.partition("|"))
    name = " ".join(name.split())
    titled = _HANZI.search(name) and not re.search(r"[|｜\"'“”]", name)
    if not (re.fullmatch(_NAME, name) or titled) or _PRIVATE.search(name):
        return None
    if not bar:
        return Print(start, end, text, name)
    asked = call(written)
    return Print(start, end, text, name, asked) if asked else None


def _statement(start: int, end: int, text: str, content: str) -> Token | None:
    words = " ".join(content.split())
    if loop := _FOR.fullmatch(words):
        looped = _print(start, end, text, loop[3])
        plain = looped is not None and not looped.call.name
        return For(start, end, text, loop[2], loop[3], loop[1] or "") if plain else None
    kind = _STATEMENTS.get(re.sub(r"^(?:p|tr) +(?=endfor|if|endif)", "", words))
    return Mark(start, end, text, kind) if kind else None
