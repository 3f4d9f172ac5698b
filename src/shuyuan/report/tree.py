"""The report tree: headings and paragraphs of text and bound numbers, read from a filled Word document.

HTML, the typst PDF and the search for unbound numbers all start here,
so the Word template is the only source of prose.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

from shuyuan.report import manifest, package
from shuyuan.report.package import w

Align = Literal["justify", "center", "right", "left"]


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A number that its figure wrote."""

    figure: str
    text: str
    url: str = ""
    title: str = ""


Inline = Text | Bound


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    """0 is the report's title, 1 a chapter 一、, 2 a section （一）."""
    inlines: tuple[Inline, ...]

    @property
    def text(self) -> str:
        return "".join(inline.text for inline in self.inlines)


@dataclass(frozen=True, slots=True)
class Paragraph:
    inlines: tuple[Inline, ...]
    align: Align = "justify"

    @property
    def text(self) -> str:
        return "".join(inline.text for inline in self.inlines)


Block = Heading | Paragraph


@dataclass(frozen=True, slots=True)
class Document:
    blocks: tuple[Block, ...]
    """In reading order, the title among them; cells of a table follow one another as paragraphs."""

    @property
    def title(self) -> str:
        titles = (block for block in self.blocks if isinstance(block, Heading) and block.level == 0)
        return " ".join(next(titles, Heading(0, ())).text.split())

    def bound(self) -> Iterator[Bound]:
        """Every bound number in reading order."""
        for block in self.blocks:
            yield from (inline for inline in block.inlines if isinstance(inline, Bound))


FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
UNPRINTED = frozenset({w("del"), w("moveFrom"), FALLBACK})
"""What Word keeps but does not print: tracked deletions, and the copy of a text box for old programs."""
CONTAINERS = frozenset(
    w(name)
    for name in (
        "ins",
        "moveTo",
        "smartTag",
        "customXml",
        "fldSimple",
        "sdtContent",
        "dir",
        "bdo",
        "hyperlink",
    )
)
"""Containers of runs; anything else in a paragraph (drawings, properties, comment marks) prints no text."""
_ALIAS = re.compile(r"(.*)〔([^〔〕]+)〕", re.DOTALL)


def read(data: bytes) -> Document:
    """Read a filled .docx; raises PackageError when it is none."""
    return of(package.open_docx(data))


def of(document: WordDocument) -> Document:
    """The tree of an opened document."""
    styles = _styles(document)
    sources = _Sources(
        links={
            identifier: relation.target_ref
            for identifier, relation in document.part.rels.items()
            if relation.reltype == RELATIONSHIP_TYPE.HYPERLINK and relation.is_external
        },
        bookmarks={found.bookmark: found.figure for found in manifest.of(document)},
    )
    blocks: list[Block] = []
    for element in paragraphs(document.element.body):
        content = tuple(_inlines(element, sources))
        if not any(inline.text.strip() for inline in content):
            continue
        name = element.find(f"{w('pPr')}/{w('pStyle')}")
        level, align = styles.get(name.get(w("val")) if name is not None else "", (None, None))
        own = element.find(f"{w('pPr')}/{w('jc')}")
        if level is not None:
            blocks.append(Heading(level, content))
        else:
            blocks.append(Paragraph(content, _align(own.get(w("val"))) if own is not None else align or "left"))
    return Document(tuple(blocks))


def paragraphs(root: etree._Element) -> Iterator[etree._Element]:
    """All paragraphs below *root* that print, those in tables and text boxes included, in order."""
    for child in root:
        if child.tag not in UNPRINTED:
            if child.tag == w("p"):
                yield child
            yield from paragraphs(child)


def text_of(paragraph: etree._Element) -> str:
    """What a paragraph prints, as plain text."""
    return "".join(inline.text for inline in _walk(paragraph, _Sources({}, {})))


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where a document keeps what its paragraphs only point at."""

    links: Mapping[str, str]
    """Addresses by the id of their relationship."""
    bookmarks: Mapping[str, str]
    """Figures by the bookmark round a bound number, from the manifest."""


def _inlines(paragraph: etree._Element, sources: _Sources) -> Iterator[Inline]:
    """What a paragraph prints; neighbouring pieces of text are joined, however Word has split them."""
    pending = ""
    for inline in _walk(paragraph, sources):
        if isinstance(inline, Text):
            pending += inline.text
            continue
        if pending:
            yield Text(pending)
            pending = ""
        yield inline
    if pending:
        yield Text(pending)


def _walk(element: etree._Element, sources: _Sources) -> Iterator[Inline]:
    for child in element:
        tag = child.tag
        if tag == w("r"):
            if text := "".join(_run(child)):
                yield Text(text)
        elif tag == w("sdt"):
            yield from _control(child, sources)
        elif tag in CONTAINERS:
            yield from _walk(child, sources)


def _run(run: etree._Element) -> Iterator[str]:
    for child in run:
        if child.tag == w("t"):
            yield child.text or ""
        elif child.tag == w("tab"):
            yield "\t"
        elif child.tag in (w("br"), w("cr")):
            yield "\n"
        elif child.tag == w("noBreakHyphen"):
            yield "-"


def _control(sdt: etree._Element, sources: _Sources) -> Iterator[Inline]:
    """A content control: ours by its alias 标题〔figure〕 or, after LibreOffice, by its bookmark."""
    content = sdt.find(w("sdtContent"))
    if content is None:
        return
    described = sdt.find(f"{w('sdtPr')}/{w('alias')}")
    alias = _ALIAS.fullmatch(described.get(w("val"), "")) if described is not None else None
    # LibreOffice moves the bookmark's beginning into the control.
    marks = [mark.get(w("name"), "") for mark in content.iter(w("bookmarkStart"))]
    previous = sdt.getprevious()
    if previous is not None and previous.tag == w("bookmarkStart"):
        marks.append(previous.get(w("name"), ""))
    marked = next((sources.bookmarks[mark] for mark in marks if mark in sources.bookmarks), None)
    figure = alias[2] if alias else marked
    if figure is None:
        yield from _walk(content, sources)
        return
    url = next((sources.links.get(link.get(qn("r:id"), ""), "") for link in content.iter(w("hyperlink"))), "")
    text = "".join(inline.text for inline in _walk(content, sources))
    yield Bound(figure, text, url, alias[1] if alias else "")


def _styles(document: WordDocument) -> dict[str, tuple[int | None, Align | None]]:
    """For each style's id its heading level and alignment; "" is the default paragraph style."""
    elements = {style.get(w("styleId")): style for style in document.styles.element.iter(w("style"))}
    found: dict[str, tuple[int | None, Align | None]] = {}

    def resolve(identifier: str, seen: frozenset[str]) -> tuple[int | None, Align | None]:
        style = elements.get(identifier)
        if style is None or identifier in seen:
            return None, None
        if identifier not in found:
            base = style.find(w("basedOn"))
            level, align = resolve(base.get(w("val")), seen | {identifier}) if base is not None else (None, None)
            name = style.find(w("name"))
            own = _level(name.get(w("val"), "") if name is not None else "")
            jc = style.find(f"{w('pPr')}/{w('jc')}")
            found[identifier] = (
                level if own is None else own,
                align if jc is None else _align(jc.get(w("val"))),
            )
        return found[identifier]

    for identifier, style in elements.items():
        resolve(identifier, frozenset())
        if style.get(w("default")) in ("1", "true") and style.get(w("type")) == "paragraph":
            found[""] = found[identifier]
    return found


def _level(name: str) -> int | None:
    """The level of a built-in heading style, by the name that Word and WPS keep in every language."""
    if name.lower() == "title":
        return 0
    match = re.fullmatch(r"heading (\d)", name.lower())
    return int(match[1]) if match else None


def _align(value: str) -> Align:
    aligns: dict[str, Align] = {
        "both": "justify",
        "distribute": "justify",
        "center": "center",
        "right": "right",
    }
    return aligns.get(value, "right" if value == "end" else "left")
