"""A story: one part of an edited document as one text, with the bookmarks and controls of ours that stand in it.

Positions count characters of that text. Everything is read in document order, because LibreOffice lets a bookmark begin
inside a link and end outside it. Writing goes from the right, so that what stands to the left keeps its position.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TypeVar

from docx.opc.part import XmlPart
from docx.oxml.ns import qn
from lxml import etree

from shuyuan.report import manifest, tree
from shuyuan.report.package import w

_ALIAS = re.compile(r"(.*)〔([^〔〕]+)〕", re.DOTALL)
_BREAKS = {w("tab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that one element prints."""

    start: int
    end: int
    element: etree._Element


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; cells and text boxes have theirs."""

    start: int
    end: int
    element: etree._Element
    number: int
    """The how-manieth of those that print something."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A bookmark of ours."""

    name: str
    start: int
    end: int
    opening: etree._Element
    closing: etree._Element


@dataclass(frozen=True, slots=True)
class Control:
    """A content control, and the figure that its tag and its alias name."""

    start: int
    end: int
    element: etree._Element
    tag: str
    alias: str
    title: str

    @property
    def identifier(self) -> str:
        found = self.element.find(f"{w('sdtPr')}/{w('id')}")
        return "" if found is None else found.get(w("val"), "")


Spanning = TypeVar("Spanning", Mark, Control)


@dataclass(eq=False, slots=True)
class Story:
    """The text of one part as it prints."""

    part: XmlPart
    text: str = ""
    pieces: list[Piece] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)

    @property
    def name(self) -> str:
        """document, header1, footer2."""
        return str(self.part.partname).rpartition("/")[2].removesuffix(".xml")

    def line_at(self, position: int) -> Line | None:
        """The paragraph that a position stands in."""
        place = bisect_right(self.lines, position, key=lambda line: line.start) - 1
        return self.lines[place] if place >= 0 else None

    def inside(self, start: int, end: int) -> list[Piece]:
        """The pieces that print text[start:end]."""
        first = bisect_right(self.pieces, start, key=lambda piece: piece.end)
        last = bisect_left(self.pieces, end, key=lambda piece: piece.start)
        return self.pieces[first:last]

    def write(self, start: int, end: int, text: str) -> None:
        """Print *text* in place of text[start:end], in the formatting that its first character had."""
        pieces = self.inside(start, end)
        target = next((piece for piece in pieces if piece.element.tag == w("t")), None)
        for piece in pieces:
            if piece.element.tag != w("t"):
                piece.element.getparent().remove(piece.element)
                continue
            old = piece.element.text or ""
            left, right = old[: max(start - piece.start, 0)], old[max(end - piece.start, 0) :]
            piece.element.text = left + (text if piece is target else "") + (right if end < piece.end else "")
            piece.element.set(qn("xml:space"), "preserve")

    def isolate(self, start: int, end: int) -> tuple[list[etree._Element], bool]:
        """The runs that print exactly text[start:end], cut out where need be; and whether a control may hold them.

        What a control would have to share with other text, or what stands in a plain control, gets a bookmark only.
        """
        pieces = self.inside(start, end)
        first, last = pieces[0].element, pieces[-1].element
        if end < pieces[-1].end:
            _cut(last, end - pieces[-1].start)
        elif (following := last.getnext()) is not None:
            _cut(following, 0)
        opening, at = first.getparent(), max(start - pieces[0].start, 0)
        if at or _prints_before(first):
            opening = _cut(first, at)
        closing = opening if last is first else last.getparent()
        return _siblings(opening, closing, self.text[start:end])


def fill(elements: Iterable[etree._Element], text: str) -> None:
    """Let neighbours print *text* and nothing else, in the formatting that their first character had."""
    texts = [one for element in elements for one in element.iter(w("t")) if _prints(one)]
    for one in texts:
        one.text = text if one is texts[0] else ""
        one.set(qn("xml:space"), "preserve")


def _prints(element: etree._Element) -> bool:
    return not any(one.tag in tree.UNPRINTED for one in element.iterancestors())


def read(part: XmlPart) -> Story:
    """The story of a part."""
    story = Story(part)
    _Reader(story).read()
    return story


class _Reader:
    """Walks a part once, in document order."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.chunks: list[str] = []
        self.length = 0
        self.printing = 0
        self.open: dict[str, tuple[str, int, etree._Element]] = {}

    def read(self) -> None:
        self._block(self.story.part.element)
        self.story.text = "".join(self.chunks)
        self.story.marks[:] = map(self._trimmed, self.story.marks)
        self.story.controls[:] = map(self._trimmed, self.story.controls)

    def _block(self, element: etree._Element) -> None:
        for child in element:
            if child.tag in tree.UNPRINTED or self._mark(child):
                continue
            if child.tag == w("p"):
                self._paragraph(child)
            elif child.tag == w("sdt"):
                self._control(child, self._block)
            else:
                self._block(child)

    def _paragraph(self, element: etree._Element) -> None:
        if self.story.lines:
            self._print("\n")
        start, boxes = self.length, list[etree._Element]()
        self._inline(element, boxes)
        self.printing += self.length > start
        self.story.lines.append(Line(start, self.length, element, self.printing))
        for box in boxes:
            self._block(box)

    def _inline(self, element: etree._Element, boxes: list[etree._Element]) -> None:
        for child in element:
            if child.tag in tree.UNPRINTED or self._mark(child):
                continue
            if child.tag == w("r"):
                self._run(child, boxes)
            elif child.tag == w("sdt"):
                self._control(child, lambda content: self._inline(content, boxes))
            else:
                self._inline(child, boxes)

    def _run(self, run: etree._Element, boxes: list[etree._Element]) -> None:
        for child in run:
            text = (child.text or "") if child.tag == w("t") else _BREAKS.get(child.tag)
            if text is None:
                boxes.append(child)  # a drawing may hold a text box, whose paragraphs follow this one
            elif text:
                self.story.pieces.append(Piece(self.length, self.length + len(text), child))
                self._print(text)

    def _control(self, element: etree._Element, walk: Callable[[etree._Element], None]) -> None:
        content, described = element.find(w("sdtContent")), element.find(w("sdtPr"))
        if content is None:
            return
        start = self.length
        if described is None or described.find(w("showingPlcHdr")) is None:  # an empty control shows a request
            walk(content)
        tag, alias, title = "", "", ""
        if described is not None:
            tag = _value(described.find(w("tag")))
            if match := _ALIAS.fullmatch(_value(described.find(w("alias")))):
                title, alias = match[1], match[2]
        self.story.controls.append(Control(start, self.length, element, tag, alias, title))

    def _mark(self, element: etree._Element) -> bool:
        """Take note of a bookmark's beginning or end."""
        if element.tag == w("bookmarkStart"):
            if manifest.is_bookmark(name := element.get(w("name"), "")):
                self.open[element.get(w("id"), "")] = (name, self.length, element)
            return True
        if element.tag == w("bookmarkEnd"):
            if begun := self.open.pop(element.get(w("id"), ""), None):
                name, start, opening = begun
                self.story.marks.append(Mark(name, start, self.length, opening, element))
            return True
        return False

    def _trimmed(self, one: Spanning) -> Spanning:
        """Without the line breaks between paragraphs at either end."""
        text = self.story.text[one.start : one.end]
        end = one.start + len(text.rstrip("\n"))
        return replace(one, start=min(one.start + len(text) - len(text.lstrip("\n")), end), end=end)

    def _print(self, text: str) -> None:
        self.chunks.append(text)
        self.length += len(text)


def _value(element: etree._Element | None) -> str:
    return "" if element is None else str(element.get(w("val"), ""))


def _prints_before(element: etree._Element) -> bool:
    return any(one.tag != w("rPr") for one in element.itersiblings(preceding=True))


def _cut(element: etree._Element, at: int) -> etree._Element:
    """Cut the run of a w:t at a character of it; what stands left stays, the new run of the rest is returned."""
    run = element.getparent()
    rest = etree.SubElement(run.getparent(), w("r"))
    run.addnext(rest)
    if (properties := run.find(w("rPr"))) is not None:
        rest.append(deepcopy(properties))
    moved = [element, *element.itersiblings()]
    if at > 0:
        tail = deepcopy(element)
        element.text, tail.text = (element.text or "")[:at], (element.text or "")[at:]
        for one in (element, tail):
            one.tail = None
            one.set(qn("xml:space"), "preserve")
        moved[0] = tail
    rest.extend(moved)
    return rest


def _siblings(opening: etree._Element, closing: etree._Element, text: str) -> tuple[list[etree._Element], bool]:
    """The neighbours from one run to another that hold nothing else, lifted out of a link that is theirs alone."""
    above = [opening, *opening.iterancestors()]
    below = [closing, *closing.iterancestors()]
    common = next((one for one in above[1:] if one in below[1:]), None)
    if common is None:
        return [opening, closing], False
    first, last = above[above.index(common) - 1], below[below.index(common) - 1]
    if common.tag == w("hyperlink") and _printed(common) == text:
        first = last = common
        common = common.getparent()
    elements = [first]
    while elements[-1] is not last:
        following = elements[-1].getnext()
        if following is None:
            return [opening, closing], False
        elements.append(following)
    outer = [common, *common.iterancestors()]
    free = not any(one.tag == w("hyperlink") for one in outer) and not any(
        one.find(f"{w('sdtPr')}/{w('text')}") is not None for one in outer if one.tag == w("sdt")
    )
    whole = "".join(map(_printed, elements)) == text
    return elements if whole else [opening, closing], free and whole


def _printed(element: etree._Element) -> str:
    """What an element prints; a break counts as what a story has for it."""
    if element.tag in tree.UNPRINTED:
        return ""
    if element.tag == w("t"):
        return element.text or ""
    if element.tag in _BREAKS and element.getparent().tag == w("r"):
        return _BREAKS[element.tag]
    return "".join(map(_printed, element))
