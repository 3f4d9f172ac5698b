"""The PDF made by typst from the report tree, where LibreOffice is not installed."""

import json
import unicodedata
from datetime import datetime
from functools import cache
from pathlib import Path

import typst

from shuyuan.report.phrases import UNKNOWN
from shuyuan.report.tree import Block, Bound, Document, Heading, Inline, Table

_HERE = Path(__file__).parent
FONTS = _HERE / "fonts"
FAMILY = "Shuyuan Kai"
LAYOUT = _HERE / "templates" / "report" / "official.typ"


def pdf(document: Document, *, made: datetime, author: str = "") -> bytes:
    """Set *document*; the same tree and time give the same bytes.

    The tree goes to the layout as JSON: no text of the report is ever read as typst source, so nothing in it
    needs escaping and nothing in it can act.
    """
    data: bytes = typst.compile(
        LAYOUT,
        font_paths=fonts(),
        sys_inputs={"report": json.dumps(described(document, author=author), ensure_ascii=False)},
        timestamp=made if made.tzinfo else int(made.timestamp()),
    )
    return data


def described(document: Document, *, author: str = "") -> dict[str, object]:
    """The tree as the layout reads it."""
    return {
        "title": document.title,
        "author": author,
        "font": FAMILY,
        "blocks": [_block(block) for block in document.blocks],
    }


@cache
def fonts() -> typst.Fonts:
    """The font that travels with us, and no other: what the machine has must not change the page."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    if FAMILY not in found.families():
        raise FileNotFoundError(f"{FONTS} holds no font named {FAMILY}: run tools/subset_font.py")
    return found


def _inline(inline: Inline) -> dict[str, str]:
    if not isinstance(inline, Bound):
        return {"text": inline.text, "url": ""}
    # typst 0.15 fails on a link that draws nothing or ends in an invisible character such as a soft hyphen.
    text = "".join(character for character in inline.text if unicodedata.category(character) != "Cf")
    drawn = any(character.isalnum() or character == UNKNOWN for character in text)
    return {"text": text, "url": inline.url if drawn else ""}


def _block(block: Block) -> dict[str, object]:
    if isinstance(block, Table):
        return _table(block)
    return {
        "level": block.level if isinstance(block, Heading) else None,
        "align": None if isinstance(block, Heading) else block.align,
        "inlines": [_inline(inline) for inline in block.inlines],
    }


def _table(table: Table) -> dict[str, object]:
    """Each cell with its row and column: typst is told where every one stands, so ragged rows cannot shift others."""
    cells: list[dict[str, object]] = []
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(table.rows):
        x = 0
        for cell in row:
            while (y, x) in taken:
                x += 1
            taken.update((y + down, x + right) for down in range(cell.rows) for right in range(cell.columns))
            cells.append(
                {
                    "x": x,
                    "y": y,
                    "colspan": cell.columns,
                    "rowspan": cell.rows,
                    "align": "left" if cell.align == "justify" else cell.align,
                    "inlines": [_inline(inline) for inline in cell.inlines],
                }
            )
            x += cell.columns
    columns = max(x for _y, x in taken) + 1
    fits = len(table.widths) == columns and all(table.widths)
    return {
        "cells": cells,
        "heads": table.heads,
        "widths": table.widths if fits else [1] * columns,
        "caption": [_inline(inline) for inline in table.caption],
    }
