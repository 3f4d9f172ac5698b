"""Where the characters of a paragraph stand: Word spreads one placeholder over several runs when it was edited."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from shuyuan.report.package import w
from shuyuan.report.tree import CONTAINERS

_RUN, _TEXT, _CONTROL = w("r"), w("t"), w("sdt")
_SIGNS = {w("tab"), w("br"), w("cr"), w("noBreakHyphen")}


@dataclass(frozen=True, slots=True)
class Piece:
    """A w:t, or a sign that prints one character: characters start to end of its paragraph's text."""

    node: etree._Element
    start: int
    end: int


def pieces(paragraph: etree._Element) -> list[Piece]:
    """All that prints in a paragraph, in order; together they are `tree.text_of(paragraph)`."""
    found: list[Piece] = []
    place = 0
    for run in _runs(paragraph):
        for node in run:
            length = len(node.text or "") if node.tag == _TEXT else int(node.tag in _SIGNS)
            if length:
                found.append(Piece(node, place, place + length))
                place += length
    return found


def _runs(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag == _RUN:
            yield child
        elif child.tag == _CONTROL or child.tag in CONTAINERS:
            yield from _runs(child)


def replace(paragraph: etree._Element, changes: Sequence[tuple[int, int, str]]) -> None:
    """Put other text in place of these characters (in order, apart); it takes the formatting of their first one."""
    found = pieces(paragraph)
    starts = [piece.start for piece in found]
    for start, end, text in reversed(changes):
        number = bisect_right(starts, start) - 1
        for piece in found[number:]:
            if piece.start >= end:
                break
            if piece.node.tag != w("t"):
                piece.node.getparent().remove(piece.node)
                continue
            old = piece.node.text or ""
            before, after = old[: max(start - piece.start, 0)], old[max(end - piece.start, 0) :]
            piece.node.text = before + (text if piece is found[number] else "") + after
            piece.node.set(qn("xml:space"), "preserve")


def isolate(paragraph: etree._Element, start: int, end: int) -> list[etree._Element]:
    """The runs that hold exactly these characters; runs that hold more are split first."""
    for offset in (end, start):
        _split(paragraph, offset)
    inside = [piece.node.getparent() for piece in pieces(paragraph) if start <= piece.start < end]
    return list(dict.fromkeys(inside))


def _split(paragraph: etree._Element, offset: int) -> None:
    """Make a run begin at this character."""
    for piece in pieces(paragraph):
        if not piece.start <= offset < piece.end:
            continue
        node, run = piece.node, piece.node.getparent()
        if piece.start < offset:
            rest = deepcopy(node)
            node.text, rest.text = node.text[: offset - piece.start], node.text[offset - piece.start :]
            for part in (node, rest):
                part.set(qn("xml:space"), "preserve")
            node.addnext(rest)
            node = rest
        properties = run.find(w("rPr"))
        if all(before is properties for before in node.itersiblings(preceding=True)):
            return
        following = OxmlElement("w:r")
        if properties is not None:
            following.append(deepcopy(properties))
        for moved in [node, *node.itersiblings()]:
            following.append(moved)
        run.addnext(following)
        return
