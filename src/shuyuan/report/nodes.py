"""The nodes of the report tree: headings, paragraphs and tables of text and bound numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

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
