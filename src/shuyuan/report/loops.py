"""Loops in a template: what repeats for each name of a list, a stretch of prose, paragraphs, or rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from lxml import etree

from shuyuan.proofread.words import say as _t
from shuyuan.report import grammar, runs
from shuyuan.report.grammar import For, Malformed, Mark, Token
from shuyuan.report.package import w

MOST_LOOPS = 500


@dataclass(frozen=True, slots=True)
class Scanned:
    """A paragraph with all that stands in braces in it."""

    number: int
    """Among the paragraphs that print: the body's first, then those of headers and footers."""
    element: etree._Element
    text: str
    tokens: tuple[Token, ...]

    @classmethod
    def of(cls, number: int, element: etree._Element, text: str) -> Scanned:
        return cls(number, element, text, tuple(grammar.scan(text)))


class Repeats(Enum):
    PROSE = "prose"  # between the two marks, within one paragraph
    BLOCKS = "blocks"  # the paragraphs and tables between two paragraphs that hold a mark and nothing else
    ROW = "row"  # the row of a table that holds both marks
    ROWS = "rows"  # the rows between two rows that hold a mark


@dataclass(frozen=True, slots=True)
class Loop:
    begin: For
    end: Mark
    first: Scanned
    last: Scanned
    repeats: Repeats

    def holds(self, paragraph: Scanned, place: int) -> bool:
        """Whether what stands at this place of a paragraph is repeated."""
        if self.repeats is Repeats.ROW:
            return row_of(paragraph.element) is row_of(self.first.element)
        after = (paragraph.number, place) > (self.first.number, self.begin.start)
        return after and (paragraph.number, place) < (self.last.number, self.end.start)


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that cannot be followed."""

    paragraph: Scanned
    token: Token
    fault: str
    cure: str


def find(paragraphs: Sequence[Scanned]) -> tuple[list[Loop], list[Broken]]:
    """The loops of one part of a document, and what is wrong with its statements."""
    loops: list[Loop] = []
    broken: list[Broken] = []
    unless: tuple[Scanned, Mark] | None = None
    opened: tuple[Scanned, For] | None = None
    for paragraph in paragraphs:
        for token in paragraph.tokens:
            if isinstance(token, For):
                if opened:
                    cure = _t("请在它前面先写 {% endfor %}，循环里不能再有循环。")
                    broken.append(Broken(paragraph, token, _t("上一个循环还没有结束"), cure))
                else:
                    opened = paragraph, token
            elif isinstance(token, Mark) and token.kind == "endfor":
                if not opened:
                    cure = _t("请补上循环的开头 {% for 项 in 名单 %}，或者删去它。")
                    broken.append(Broken(paragraph, token, _t("这个循环没有开头"), cure))
                    continue
                found = _loop(*opened, paragraph, token)
                loops.append(found) if isinstance(found, Loop) else broken.append(found)
                opened = None
            elif isinstance(token, Mark):
                unless = _unless(paragraph, token, unless, opened is not None, broken)
        if unless:
            broken.append(Broken(*unless, _t("条件没有结束"), _t("请在同一段里补上 {% endif %}。")))
            unless = None
    if opened:
        broken.append(Broken(*opened, _t("循环没有结尾"), _t("请在重复的内容后面补上 {% endfor %}。")))
    broken += [
        Broken(loop.first, loop.begin, _t("一行里有两个循环"), _t("请把表格的一行只用作一个循环。"))
        for loop in loops
        if loop.repeats is Repeats.ROW and any(o is not loop and loop.holds(o.first, o.begin.start) for o in loops)
    ]
    if len(loops) > MOST_LOOPS:
        told = _t("循环超过 %(most)s 个") % {"most": MOST_LOOPS}
        broken.append(Broken(loops[-1].first, loops[-1].begin, told, _t("请分成几个模板。")))
    return loops, broken


def _unless(
    paragraph: Scanned, token: Mark, open_one: tuple[Scanned, Mark] | None, looping: bool, broken: list[Broken]
) -> tuple[Scanned, Mark] | None:
    if token.kind == "endif":
        if not open_one:
            cure = _t("请在同一段里补上 {% if not loop.last %}，或者删去它。")
            broken.append(Broken(paragraph, token, _t("条件没有开头"), cure))
        return None
    if not looping:
        cure = _t("它只能写在 {% for 项 in 名单 %} 和 {% endfor %} 之间。")
        broken.append(Broken(paragraph, token, _t("条件不在循环里"), cure))
    if open_one:
        broken.append(Broken(paragraph, token, _t("上一个条件还没有结束"), _t("请先写 {% endif %}。")))
    return paragraph, token


def _loop(first: Scanned, begin: For, last: Scanned, end: Mark) -> Loop | Broken:
    """What is repeated follows from where the two marks stand."""
    rows = row_of(first.element), row_of(last.element)
    if first is last:
        parents = {run.getparent() for run in _runs_of(first, begin) + _runs_of(first, end)}
        if len(parents) == 1:
            return Loop(begin, end, first, last, Repeats.PROSE)
        cure = _t("请把循环的开头和结尾都放在链接、修订和控件之外。")
        return Broken(first, begin, _t("循环的开头和结尾不在同一处"), cure)
    alone = all(one.text.strip() == token.text for one, token in ((first, begin), (last, end)))
    if begin.scope == "tr" and None not in rows and rows[0] is not rows[1] and _siblings(*rows):
        return Loop(begin, end, first, last, Repeats.ROWS)
    if begin.scope != "tr" and alone and _siblings(first.element, last.element):
        return Loop(begin, end, first, last, Repeats.BLOCKS)
    if rows[0] is not None and rows[0] is rows[1]:
        return Loop(begin, end, first, last, Repeats.ROW)
    cure = _t("请把两者写在同一段里，或各占一段，或放在表格的同一行里。")
    return Broken(first, begin, _t("循环的开头和结尾不在同一处"), cure)


def _runs_of(paragraph: Scanned, token: Token) -> list[etree._Element]:
    return [
        piece.node.getparent()
        for piece in runs.pieces(paragraph.element)
        if piece.start < token.end and piece.end > token.start
    ]


def _siblings(one: etree._Element, other: etree._Element) -> bool:
    parent: etree._Element = one.getparent()
    return parent is other.getparent()


def row_of(paragraph: etree._Element) -> etree._Element | None:
    """The row of a table that a paragraph stands in."""
    return next(paragraph.iterancestors(w("tr")), None)


def malformed(paragraph: Scanned) -> list[Broken]:
    """What looks like a placeholder and is none."""
    return [
        Broken(paragraph, token, _t("%(text)s 无法识别") % {"text": token.text}, token.cure)
        for token in paragraph.tokens
        if isinstance(token, Malformed)
    ]
