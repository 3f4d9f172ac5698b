"""Files of any office as plain text: .docx, .pdf that has text, .html, .txt in UTF-8 or GB 18030."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from statistics import median
from typing import Literal

from django.utils.translation import gettext as _t

from shuyuan.report import package
from shuyuan.report.loops import Scanned
from shuyuan.report.proofing import stories
from shuyuan.report.proofing.stories import Passage

MOST = 20 * 2**20
MOST_PAGES = 2000
Kind = Literal["docx", "pdf", "html", "text"]


class Unreadable(ValueError):
    """A file whose text cannot be had; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file with its text: one line for each paragraph."""

    text: str
    kind: Kind
    data: bytes
    places: Mapping[int, str] = field(default_factory=dict)
    """By the number of a line, from 0, where it stands when it is no running text: 表格, 页眉, 脚注."""
    main: int | None = None
    """Where the body ends and headers, footers and notes begin."""

    @property
    def body(self) -> str:
        """The text without headers, footers and notes."""
        return self.text[: self.main]


def read(data: bytes, name: str = "") -> Source:
    """The text of a file; what it is shows in its first bytes, or in its name."""
    if len(data) > MOST:
        raise Unreadable(_t("文件超过 20 MB，请分成几个"))
    if data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return _word(data)
    if data[:5] == b"%PDF-":
        return Source(_pdf(data), "pdf", data)
    if name.lower().endswith(".docx"):
        raise Unreadable(_t("文件不是 Word 文档（.docx），或者已经损坏"))
    text = decode(data)
    if name.lower().endswith((".html", ".htm")) or re.match(r"\s*(?:<!doctype html|<html)", text, re.IGNORECASE):
        return Source(_html(text), "html", data)
    return Source(_lines(text), "text", data)


def decode(data: bytes) -> str:
    """Text in UTF-8 (with or without its mark), UTF-16 with its mark, or GB 18030."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def joined(paragraphs: Iterable[Scanned | Passage]) -> str:
    """Their text, a line for each: what breaks a line within one becomes a blank, so that places can be found again."""
    return "\n".join(re.sub(r"[\r\n\x0b\x0c]", " ", paragraph.text) for paragraph in paragraphs)


def _word(data: bytes) -> Source:
    found = stories.passages(package.open_docx(data))
    places = {line: one.place for line, one in enumerate(found) if one.place}
    main = len(joined(one for one in found if one.body))
    return Source(joined(found), "docx", data, places, main)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", " ")


_PAGE = re.compile(r"^\s*[-—–－]?\s*\d{1,4}\s*[-—–－]?\s*$")
_NEW = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}[、.]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、]|第[一二三四五六七八九十]{1,3}[章节])"
)


def _pdf(data: bytes) -> str:
    """The text of a PDF, its lines joined to paragraphs again: a full line goes on in the next one."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(data) as document:
            if len(document) > MOST_PAGES:
                raise Unreadable(_t("PDF 超过 %(most)s 页，请分成几个") % {"most": MOST_PAGES})
            pages = [page.get_textpage().get_text_bounded() for page in document]
    except pypdfium2.PdfiumError as error:
        raise Unreadable(_t("PDF 打不开：文件已损坏或设有密码")) from error
    lines = [line.strip() for page in pages for line in _lines(page).split("\n") if not _PAGE.match(line)]
    if not any(lines):
        raise Unreadable(_t("PDF 里没有文字，可能是扫描件；请先识别文字或改用 Word 文件"))
    full = 0.8 * median(sorted(map(_width, lines))[-max(len(lines) // 2, 1) :])
    text = ""
    before = ""
    for line in lines:
        whole = before.endswith(("。", "！", "？", "：")) or _NEW.match(line)
        goes_on = not whole and (_width(before) >= full or "，" in before)
        text += ("" if goes_on or not text else "\n") + line
        before = line
    return text


def _width(line: str) -> int:
    """In half-width characters: digits take half the room of hanzi."""
    return sum(2 if character > "\u2e80" else 1 for character in line)


class _Page(HTMLParser):
    """Collects what a page prints; what begins a block begins a line."""

    BLOCKS = frozenset(("p", "div", "br", "li", "tr", "table", "section", "article", "title", "td", "th", "dd", "dt"))
    BLOCKS |= {"h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
    HIDDEN = frozenset(("script", "style", "noscript", "template"))

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in self.HIDDEN
        if tag in self.BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(self.hidden - (tag in self.HIDDEN), 0)
        if tag in self.BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def _html(text: str) -> str:
    page = _Page()
    page.feed(text)
    page.close()
    return "\n".join(line for line in (piece.strip() for piece in "".join(page.pieces).split("\n")) if line)
