"""Printing a template: loops are written out, and each placeholder becomes a slot for the figure it prints.

A slot stands in the text as its number between two characters that Unicode reserves for inner use, until
`bind` puts the bound number in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass

from docx.document import Document
from docx.oxml import OxmlElement
from lxml import etree

from shuyuan.proofread.words import say as _t
from shuyuan.report import grammar, loops, package, phrases, remarks, runs, template, tree
from shuyuan.report.grammar import Mark, Print, Token
from shuyuan.report.loops import Loop, Repeats, Scanned
from shuyuan.report.phrases import UNKNOWN, Printed

BEGIN, END = "\ufdd0", "\ufdd1"
MOST_ELEMENTS = 1_000_000
"""Of what loops write out: a long list round a long text is a report that nobody reads."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One printed number or name, waiting for its place."""

    figure: Printed
    filter: str
    """How it was asked for, `some(3)` or `item(2, name)`: `phrases.phrase(figure, filter)` prints it again."""
    text: str


@dataclass(frozen=True, slots=True)
class _Turn:
    """One turn of a loop: the list's figure, the number of its item, and whether it is the last."""

    loop: Loop
    figure: Printed
    number: int
    last: bool


def fill(document: Document, figures: Mapping[str, Printed]) -> list[Slot]:
    """Write slots into *document*, which was checked before; returns them by number. Our comments on it go."""
    remarks.clear(document)
    filling = _Filling(figures, template.by_title(figures), [])
    for _part, scanned in list(template.stories(document)):
        filling.part(scanned)
    for part in package.stories(document):
        for copy in part.element.iter(tree.FALLBACK):  # of a text box, for old programs
            for paragraph in tree.paragraphs(copy):
                filling.print(paragraph, None)
    for name in ("author", "comments", "identifier", "language", "subject", "title"):
        value = getattr(document.core_properties, name)
        setattr(document.core_properties, name, filling.resolved(value))
    return filling.slots


@dataclass(frozen=True, slots=True)
class _Filling:
    figures: Mapping[str, Printed]
    titles: Mapping[str, list[str]]
    slots: list[Slot]

    def part(self, scanned: list[Scanned]) -> None:
        found, _broken = loops.find(scanned)
        for loop in reversed(found):  # from the right: what stands before keeps its place
            self._repeat(loop)
        repeated = {paragraph.element for loop in found for paragraph in scanned if _inside(paragraph, loop)}
        for paragraph in scanned:
            if paragraph.tokens and paragraph.element not in repeated:
                self.print(paragraph.element, None)

    def print(self, paragraph: etree._Element, turn: _Turn | None) -> None:
        """Put slots in place of a paragraph's placeholders, and take its statements away."""
        changes: list[tuple[int, int, str]] = []
        skipping: int | None = None
        for token in grammar.scan(tree.text_of(paragraph)):
            if isinstance(token, Mark) and token.kind == "unless last" and turn and turn.last:
                skipping = token.start
            elif isinstance(token, Mark) and token.kind == "endif" and skipping is not None:
                changes.append((skipping, token.end, ""))
                skipping = None
            elif skipping is None:
                changes.append((token.start, token.end, self._slot(token, turn)))
        runs.replace(paragraph, changes)

    def resolved(self, text: str) -> str:
        """The text of a document property with its placeholders printed; what is none of ours stays as it is."""
        for token in reversed(grammar.scan(text)):
            name = template.resolve(token.name, self.figures, self.titles) if isinstance(token, Print) else ""
            if name and isinstance(token, Print) and phrases.fault(self.figures[name], token.call) is None:
                text = text[: token.start] + phrases.phrase(self.figures[name], token.call) + text[token.end :]
        return text

    def _slot(self, token: Token, turn: _Turn | None) -> str:
        if not isinstance(token, Print):
            return ""
        part = template.part_of(token.name, turn.loop) if turn else None
        if turn and part is not None:
            figure, call = turn.figure, f"item({turn.number}{', ' if part else ''}{part})"
        else:
            name = template.resolve(token.name, self.figures, self.titles)
            figure, call = self.figures[name], str(token.call)
            if turn and token.call.arguments and token.call.arguments[0] == turn.loop.begin.variable:
                item = turn.figure.items[turn.number - 1].name if turn.figure.items else ""
                call = str(grammar.Call(token.call.name, (item, *token.call.arguments[1:])))
                if not item:
                    call = ""
        self.slots.append(Slot(figure, call, phrases.phrase(figure, call)))
        return f"{BEGIN}{len(self.slots) - 1}{END}"

    def _turns(self, loop: Loop) -> Iterator[_Turn]:
        """One for each name; a list that is not known has one turn, which says so."""
        figure = self.figures[template.resolve(loop.begin.name, self.figures, self.titles)]
        count = len(figure.items) if figure.display != UNKNOWN else 1
        for number in range(1, count + 1):
            yield _Turn(loop, figure, number, number == count)

    def _repeat(self, loop: Loop) -> None:
        body, spent = _body(loop)
        turns = list(self._turns(loop))
        if len(turns) * sum(1 for element in body for _one in element.iter()) > MOST_ELEMENTS:
            fault, cure = _t("循环写出来太长"), _t("请缩短循环里的内容，或换一个短些的名单。")
            begin = loop.begin
            raise template.TemplateError(
                [template.Problem(loop.first.number, begin.start, begin.end, loop.first.text, fault, cure)]
            )
        place = spent[-1]
        for turn in turns:
            copies = [deepcopy(element) for element in body]
            if loop.repeats is Repeats.PROSE:
                sentence = OxmlElement("w:p")
                sentence.extend(copies)
                self.print(sentence, turn)
                copies = list(sentence)
            for copy in copies:
                for paragraph in tree.paragraphs([copy]):
                    self.print(paragraph, turn)
                place.addprevious(copy)
        for element in dict.fromkeys([*body, *spent]):
            element.getparent().remove(element)


def _body(loop: Loop) -> tuple[list[etree._Element], list[etree._Element]]:
    """What is repeated, and the elements that go with the loop; the copies stand before the last of those."""
    if loop.repeats is Repeats.ROW:
        row = loops.row_of(loop.first.element)
        return [row], [row]
    if loop.repeats is Repeats.PROSE:
        last = runs.isolate(loop.first.element, loop.end.start, loop.end.end)
        first = runs.isolate(loop.first.element, loop.begin.start, loop.begin.end)
        return _between(first[-1], last[0]), [*first, *last[1:], last[0]]
    first_one, last_one = loop.first.element, loop.last.element
    if loop.repeats is Repeats.ROWS:
        first_one, last_one = loops.row_of(first_one), loops.row_of(last_one)
    return _between(first_one, last_one), [first_one, last_one]


def _between(first: etree._Element, last: etree._Element) -> list[etree._Element]:
    found = []
    for element in first.itersiblings():
        if element is last:
            break
        found.append(element)
    return found


def _inside(paragraph: Scanned, loop: Loop) -> bool:
    """Whether the whole paragraph went with the loop; of one with a loop in its prose the rest stays."""
    if loop.repeats is Repeats.PROSE:
        return False
    if loop.repeats is Repeats.ROW:
        return loops.row_of(paragraph.element) is loops.row_of(loop.first.element)
    return loop.first.number <= paragraph.number <= loop.last.number
