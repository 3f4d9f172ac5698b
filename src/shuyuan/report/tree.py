"""The report tree: headings, paragraphs and tables of text and bound numbers, read from a filled Word document.

HTML, the typst PDF and the search for unbound numbers all start here,
so the Word template is the only source of prose.
"""

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import XmlPart
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


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, which may cover its neighbours to the right and below; its paragraphs are lines."""

    inlines: tuple[Inline, ...]
    align: Align = "left"
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        return "".join(inline.text for inline in self.inlines)


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[tuple[Cell, ...], ...]
    """A cell stands once, in the row and column where it begins."""
    heads: int = 0
    """How many rows at the top are its heading, repeated on every page."""
    widths: tuple[int, ...] = ()
    """Of its columns, in any one unit."""
    caption: tuple[Inline, ...] = ()

    @property
    def cells(self) -> Iterator[Cell]:
        return (cell for row in self.rows for cell in row)

    @property
    def inlines(self) -> tuple[Inline, ...]:
        return (*self.caption, *(inline for cell in self.cells for inline in cell.inlines))

    @property
    def text(self) -> str:
        """Rows as lines, cells parted by tabs."""
        lines = ["".join(inline.text for inline in self.caption)] if self.caption else []
        return "\n".join([*lines, *("\t".join(cell.text for cell in row) for row in self.rows)])


Block = Heading | Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    blocks: tuple[Block, ...]
    """In reading order, the title among them."""
    margins: tuple[Paragraph, ...] = ()
    """What headers and footers print on every page; the page's own number is not among it."""

    @property
    def title(self) -> str:
        titles = (block for block in self.blocks if isinstance(block, Heading) and block.level == 0)
        return " ".join(next(titles, Heading(0, ())).text.split())

    def passages(self) -> Iterator[Heading | Paragraph]:
        """All prose piece by piece, as a proofreader takes it: captions, every cell, headers and footers too."""
        for block in self.blocks:
            if isinstance(block, Table):
                if block.caption:
                    yield Paragraph(block.caption, "center")
                yield from (Paragraph(cell.inlines, cell.align) for cell in block.cells if cell.inlines)
            else:
                yield block
        yield from self.margins

    def bound(self) -> Iterator[Bound]:
        """Every bound number in reading order, those of headers and footers last."""
        for passage in self.passages():
            yield from (inline for inline in passage.inlines if isinstance(inline, Bound))


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
    marks = bookmarks(document)
    body, *others = (_Reader(styles, _Sources.of(part, marks), part.element) for part in package.stories(document))
    margins = (passage for other in others for passage in Document(other.read()).passages())
    return Document(
        body.read(),
        # What is left of a footer of page numbers alone are its dashes.
        tuple(
            Paragraph(passage.inlines, passage.align if isinstance(passage, Paragraph) else "left")
            for passage in margins
            if any(map(str.isalnum, passage.text)) or any(isinstance(inline, Bound) for inline in passage.inlines)
        ),
    )


def bookmarks(document: WordDocument) -> dict[str, str]:
    """Figures by the bookmark round each bound number, as the manifest has them."""
    return {found.bookmark: found.figure for found in manifest.of(document)}


@dataclass(frozen=True, slots=True)
class _Caption(Paragraph):
    """A paragraph in the style 题注 (Caption): before a table it is that table's."""


@dataclass(frozen=True, slots=True)
class _Style:
    level: int | None = None
    align: Align | None = None
    caption: bool = False


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the blocks of one part: the body, a header or a footer."""

    styles: Mapping[str, _Style]
    sources: "_Sources"
    root: etree._Element

    def read(self) -> tuple[Block, ...]:
        found: list[Block] = []
        for block in self.blocks(self.root):
            if isinstance(block, Table) and found and isinstance(found[-1], _Caption):
                block = replace(block, caption=found.pop().inlines)
            found.append(block)
        return tuple(Paragraph(block.inlines, block.align) if isinstance(block, _Caption) else block for block in found)

    def blocks(self, root: etree._Element) -> Iterator[Block]:
        for child in root:
            if child.tag in UNPRINTED:
                continue
            if child.tag == w("tbl"):
                if (table := self.table(child)) is not None:
                    yield table
                continue
            if child.tag == w("p") and (block := self.paragraph(child)) is not None:
                yield block
            yield from self.blocks(child)

    def paragraph(self, element: etree._Element) -> Heading | Paragraph | None:
        content = tuple(_inlines(element, self.sources))
        if not any(inline.text.strip() for inline in content):
            return None
        style = self.style(element)
        if style.level is not None:
            return Heading(style.level, content)
        return (_Caption if style.caption else Paragraph)(content, self.align(element))

    def style(self, element: etree._Element) -> "_Style":
        name = element.find(f"{w('pPr')}/{w('pStyle')}")
        return self.styles.get(name.get(w("val")) if name is not None else "", _Style())

    def align(self, element: etree._Element) -> Align:
        own = element.find(f"{w('pPr')}/{w('jc')}")
        return _align(own.get(w("val"))) if own is not None else self.style(element).align or "left"

    def table(self, element: etree._Element) -> Table | None:
        """A table that prints something; what a merged cell covers is left out, and told by its span."""
        rows: list[list[Cell]] = []
        open_at: dict[int, tuple[int, int]] = {}  # column → where the cell stands that grows downwards
        heads, heading = 0, True
        for row in _rows(element):
            cells: list[Cell] = []
            skipped = row.find(f"{w('trPr')}/{w('gridBefore')}")
            if column := _whole(skipped, 0):
                cells.append(Cell((), columns=column))
            for cell in _cells(row):
                columns = _whole(cell.find(f"{w('tcPr')}/{w('gridSpan')}"), 1) or 1
                merged = cell.find(f"{w('tcPr')}/{w('vMerge')}")
                above, place = open_at.get(column, (0, 0))
                if (
                    merged is not None
                    and merged.get(w("val"), "continue") == "continue"
                    and column in open_at
                    and rows[above][place].columns == columns
                ):
                    rows[above][place] = replace(rows[above][place], rows=len(rows) - above + 1)
                else:
                    open_at.pop(column, None)
                    if merged is not None:
                        open_at[column] = (len(rows), len(cells))
                    cells.append(self.cell(cell, columns))
                column += columns
            rows.append(cells)
            repeated = row.find(f"{w('trPr')}/{w('tblHeader')}")
            heading = heading and repeated is not None and repeated.get(w("val"), "1") not in ("0", "false", "off")
            heads += heading
        # A heading repeats whole: what one of its cells covers belongs to it.
        for number, cells in enumerate(rows):
            if number < heads:
                heads = max([heads, *(number + cell.rows for cell in cells)])
        if not any(cell.text.strip() for cells in rows for cell in cells):
            return None
        widths = tuple(_whole(column, 0, most=100_000) for column in element.findall(f"{w('tblGrid')}/{w('gridCol')}"))
        return Table(tuple(map(tuple, rows)), heads, widths)

    def cell(self, element: etree._Element, columns: int) -> Cell:
        """A cell's paragraphs, those of a table inside it too, one under the other."""
        inlines: list[Inline] = []
        align: Align | None = None
        for paragraph in paragraphs(element):
            content = tuple(_inlines(paragraph, self.sources))
            if not any(inline.text.strip() for inline in content):
                continue
            align = align or self.align(paragraph)
            if inlines:
                inlines.append(Text("\n"))
            inlines.extend(content)
        return Cell(tuple(inlines), align or "left", columns)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    """A table's rows, those in content controls too; one whose deletion is tracked does not print."""
    for child in table:
        if child.tag == w("tr"):
            if child.find(f"{w('trPr')}/{w('del')}") is None:
                yield child
        elif child.tag in (w("sdt"), w("sdtContent"), w("customXml")):
            yield from _rows(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if child.tag == w("tc"):
            yield child
        elif child.tag in (w("sdt"), w("sdtContent"), w("customXml")):
            yield from _cells(child)


_COLUMNS = 63  # what Word allows


def _whole(element: etree._Element | None, otherwise: int, *, most: int = _COLUMNS) -> int:
    """The whole number an element carries as w:val or w:w; files from elsewhere may carry anything."""
    value = (element.get(w("val")) or element.get(w("w")) or "") if element is not None else ""
    return min(int(value), most) if value.isascii() and value.isdigit() and len(value) < 9 else otherwise


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
    paging: Container[etree._Element] = ()
    """The texts of the present paragraph that are page numbers: who prints the page writes them."""

    @classmethod
    def of(cls, part: XmlPart, bookmarks: Mapping[str, str]) -> "_Sources":
        links = {
            identifier: relation.target_ref
            for identifier, relation in part.rels.items()
            if relation.reltype == RELATIONSHIP_TYPE.HYPERLINK and relation.is_external
        }
        return cls(links, bookmarks)


_PAGING = frozenset({"PAGE", "NUMPAGES", "SECTIONPAGES", "PAGEREF"})


def _page_numbers(paragraph: etree._Element) -> Container[etree._Element]:
    found: set[etree._Element] = set()
    for field in paragraph.iter(w("fldSimple")):
        if _paging(field.get(w("instr"), "")):
            found.update(field.iter(w("t")))
    for instruction, _machinery, result in fields(paragraph):
        if _paging(instruction):
            found.update(result)
    return found


def fields(root: etree._Element) -> Iterator[tuple[str, list[etree._Element], list[etree._Element]]]:
    """The complex fields that end below *root*: instruction, what the field itself is made of, and its result.

    The result is a list of what prints (`w:t`) and how its runs are formatted (`w:rPr`).
    """
    open_fields: list[tuple[list[etree._Element], list[etree._Element]]] = []
    for element in root.iter(w("fldChar"), w("instrText"), w("t"), w("rPr")):
        kind = element.get(w("fldCharType")) if element.tag == w("fldChar") else None
        if kind == "begin":
            open_fields.append(([element], []))
        elif open_fields and element.tag in (w("fldChar"), w("instrText")):
            open_fields[-1][0].append(element)
            if kind == "end":
                machinery, result = open_fields.pop()
                instruction = "".join(one.text or "" for one in machinery if one.tag == w("instrText"))
                yield instruction, machinery, result
        else:
            for machinery, result in open_fields:
                if any(one.get(w("fldCharType")) == "separate" for one in machinery):
                    result.append(element)


def _paging(instruction: str) -> bool:
    return instruction.split()[:1] != [] and instruction.split()[0].upper() in _PAGING


def _inlines(paragraph: etree._Element, sources: _Sources) -> Iterator[Inline]:
    """What a paragraph prints; neighbouring pieces of text are joined, however Word has split them."""
    pending = ""
    for inline in _walk(paragraph, replace(sources, paging=_page_numbers(paragraph))):
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
            if text := "".join(_run(child, sources.paging)):
                yield Text(text)
        elif tag == w("sdt"):
            yield from _control(child, sources)
        elif tag in CONTAINERS:
            yield from _walk(child, sources)


def _run(run: etree._Element, paging: Container[etree._Element]) -> Iterator[str]:
    for child in run:
        if child in paging:
            continue
        if child.tag == w("t"):
            yield child.text or ""
        elif child.tag == w("tab"):
            yield "\t"
        elif child.tag in (w("br"), w("cr")):
            yield "\n"
        elif child.tag == w("noBreakHyphen"):
            yield "-"


def figure_of(sdt: etree._Element, bookmarks: Mapping[str, str]) -> tuple[str, str] | None:
    """Name and title of the figure that a content control binds: by its alias or, after LibreOffice, by its bookmark.

    *bookmarks* are the manifest's: figure by bookmark.
    """
    described = sdt.find(f"{w('sdtPr')}/{w('alias')}")
    alias = _ALIAS.fullmatch(described.get(w("val"), "")) if described is not None else None
    # LibreOffice moves the bookmark's beginning into the control.
    marks = [mark.get(w("name"), "") for mark in sdt.iter(w("bookmarkStart"))]
    previous = sdt.getprevious()
    if previous is not None and previous.tag == w("bookmarkStart"):
        marks.append(previous.get(w("name"), ""))
    marked = next((bookmarks[mark] for mark in marks if mark in bookmarks), None)
    if alias:
        return alias[2], alias[1]
    return (marked, "") if marked else None


def _control(sdt: etree._Element, sources: _Sources) -> Iterator[Inline]:
    content = sdt.find(w("sdtContent"))
    if content is None:
        return
    bound = figure_of(sdt, sources.bookmarks)
    if bound is None:
        yield from _walk(content, sources)
        return
    url = next((sources.links.get(link.get(qn("r:id"), ""), "") for link in content.iter(w("hyperlink"))), "")
    text = "".join(inline.text for inline in _walk(content, sources))
    yield Bound(bound[0], text, url, bound[1])


def _styles(document: WordDocument) -> dict[str, _Style]:
    """What each style, by its id, says of a paragraph; "" is the default paragraph style."""
    elements = {style.get(w("styleId")): style for style in document.styles.element.iter(w("style"))}
    found: dict[str, _Style] = {}

    def resolve(identifier: str, seen: frozenset[str]) -> _Style:
        style = elements.get(identifier)
        if style is None or identifier in seen:
            return _Style()
        if identifier not in found:
            base = style.find(w("basedOn"))
            above = resolve(base.get(w("val")), seen | {identifier}) if base is not None else _Style()
            named = style.find(w("name"))
            name = named.get(w("val"), "") if named is not None else ""
            level = _level(name)
            jc = style.find(f"{w('pPr')}/{w('jc')}")
            found[identifier] = _Style(
                above.level if level is None else level,
                above.align if jc is None else _align(jc.get(w("val"))),
                above.caption or name.lower() == "caption",
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
