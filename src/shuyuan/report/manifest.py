"""What a filled document remembers of its bound numbers: one custom property for each, named by its bookmark.

Bookmarks and custom properties are what LibreOffice keeps whole; it drops tag and alias of a control.
A property for each number, because Word keeps 255 characters of one.
"""

import json
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from docx.document import Document

from shuyuan.report import package

_BOOKMARK = re.compile(r"fig_\d{4,}_[0-9a-f]{8}")
_LIMIT = 255
_CONTEXT = (40, 30, 20, 10)  # characters before and after, the first size that fits


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One bound number, so that it is found again after any editing."""

    bookmark: str
    figure: str
    text: str
    before: str
    """What stands before it in its paragraph, digits masked: neighbouring numbers may change too."""
    after: str


def bookmark(figure: str, count: int) -> str:
    """The name of a figure's *count*th bookmark; what is added elsewhere changes no other name."""
    return f"fig_{count:04d}_{zlib.crc32(figure.encode()):08x}"


def is_bookmark(name: str) -> bool:
    """Whether a bookmark's name is one of ours."""
    return _BOOKMARK.fullmatch(name) is not None


def masked(text: str) -> str:
    return re.sub(r"\d", "#", text)


def read(data: bytes) -> tuple[Occurrence, ...]:
    """The bound numbers a .docx was filled with; raises PackageError when it is none."""
    return of(package.open_docx(data))


def of(document: Document) -> tuple[Occurrence, ...]:
    """The bound numbers an opened document was filled with."""
    properties = package.custom_properties(document)
    return tuple(
        Occurrence(name, *json.loads(value)) for name, value in properties.items() if _BOOKMARK.fullmatch(name)
    )


def write(document: Document, occurrences: Iterable[Occurrence]) -> None:
    """Put the manifest into *document* in place of an older one; other custom properties stay."""
    properties = package.custom_properties(document)
    kept = {name: value for name, value in properties.items() if not _BOOKMARK.fullmatch(name)}
    package.set_custom_properties(document, kept | {found.bookmark: _entry(found) for found in occurrences})


def _entry(found: Occurrence) -> str:
    entry = ""
    for size in (*_CONTEXT, 0):
        context = [found.before[-size:] if size else "", found.after[:size]]
        entry = json.dumps([found.figure, found.text, *context], ensure_ascii=False, separators=(",", ":"))
        if len(entry) <= _LIMIT:
            break
    return entry
