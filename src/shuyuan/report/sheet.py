"""What a PDF has on its sheets: lines of characters with place, size, font and ink, measured in millimetres.

The origin is the upper left corner of the sheet. Read with PDFium, so any PDF can be measured, whoever made it.
"""

import ctypes
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mode

import pypdfium2
from pypdfium2 import raw

from shuyuan.proofread.words import say as _t

MM = 25.4 / 72
"""A point in millimetres."""
EM_ABOVE = 0.88  # of a hanzi's body above the baseline, in all the fonts concerned within a hundredth or two
_ONE_LINE = 1.0  # characters whose baselines differ by less stand on one line
_TOUCH = 0.6  # rules nearer than this belong to one table
_RULE = 1.5  # thicker is no rule but a coloured ground
_RULES = 3000  # of one page, as far as they are told apart
_PAGES = 500
_PDFIUM = threading.Lock()  # PDFium serves one thread at a time


class SheetError(ValueError):
    """A file that cannot be measured; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(frozen=True, slots=True)
class Glyph:
    text: str
    x: float
    """Where its body begins; its ink may begin later."""
    baseline: float
    ink: Box
    size: float
    """In points."""
    font: str
    """Name in the PDF, without the mark of a subset."""
    heavy: bool
    """Drawn with a stroke round it, as a bold that a font does not have."""
    black: bool
    linked: bool

    @property
    def top(self) -> float:
        return self.baseline - EM_ABOVE * self.size * MM

    @property
    def bottom(self) -> float:
        return self.top + self.size * MM

    @property
    def hanzi(self) -> bool:
        return "\u4e00" <= self.text <= "\u9fff"


@dataclass(frozen=True, slots=True)
class Line:
    """Characters on one baseline, from left to right; spaces are left out."""

    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def x(self) -> float:
        return self.glyphs[0].x

    @property
    def end(self) -> float:
        """Where its last character's body ends; a hanzi's body is as wide as it is high."""
        last = self.glyphs[-1]
        return last.x + last.size * MM if last.hanzi else last.ink.right

    @property
    def baseline(self) -> float:
        return mode(glyph.baseline for glyph in self.glyphs)

    @property
    def size(self) -> float:
        return mode(glyph.size for glyph in self.glyphs)

    @property
    def font(self) -> str:
        return mode(glyph.font for glyph in self.glyphs)

    @property
    def top(self) -> float:
        return self.baseline - EM_ABOVE * self.size * MM

    @property
    def bottom(self) -> float:
        return self.top + self.size * MM


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    box: Box


@dataclass(frozen=True, slots=True)
class Sheet:
    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    """From top to bottom, what stands in tables left out."""
    tables: tuple[Box, ...]
    links: tuple[Link, ...]


def read(pdf: bytes) -> list[Sheet]:
    """The sheets of a PDF; raises SheetError for a file that is none, or is locked or too long."""
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError as error:
            if "assword" in str(error):
                raise SheetError(_t("PDF 设有密码，无法测量。请取消密码后再试。")) from error
            raise SheetError(_t("文件不是 PDF，或者已经损坏。请重新导出 PDF。")) from error
        with document:
            if len(document) > _PAGES:
                told = _t("PDF 有 %(pages)s 页，最多测量 %(most)s 页。请分开测量。")
                raise SheetError(told % {"pages": len(document), "most": _PAGES})
            return [_sheet(document[index], index + 1) for index in range(len(document))]


def _sheet(page: pypdfium2.PdfPage, number: int) -> Sheet:
    left, _bottom, _right, top = page.get_mediabox()
    # PDF counts from the lower left corner of a box that need not begin at nought.
    place = _Place(left, top)
    links = tuple(_links(page, place))
    rules = [place.box(*drawn.get_bounds()) for drawn in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=4)]
    tables = tuple(_tables(rules))
    glyphs = [
        glyph
        for glyph in _glyphs(page, place, links)
        if not any(table.holds(glyph.x, glyph.baseline) for table in tables)
    ]
    width, height = page.get_size()
    return Sheet(number, width * MM, height * MM, tuple(_lines(glyphs)), tables, links)


@dataclass(frozen=True, slots=True)
class _Place:
    left: float
    top: float

    def x(self, points: float) -> float:
        return (points - self.left) * MM

    def y(self, points: float) -> float:
        return (self.top - points) * MM

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        return Box(self.x(left), self.y(top), self.x(right), self.y(bottom))


def _glyphs(page: pypdfium2.PdfPage, place: _Place, links: Sequence[Link]) -> Iterator[Glyph]:
    text = page.get_textpage()
    x, y = ctypes.c_double(), ctypes.c_double()
    edges = [ctypes.c_double() for _ in range(4)]
    ink = [ctypes.c_uint() for _ in range(4)]
    matrix = raw.FS_MATRIX()
    name, flags = ctypes.create_string_buffer(256), ctypes.c_int()
    for index in range(text.count_chars()):
        character = chr(min(raw.FPDFText_GetUnicode(text, index), 0x10FFFF))
        if raw.FPDFText_IsGenerated(text, index) == 1 or character.isspace() or character == "\0":
            continue
        raw.FPDFText_GetCharOrigin(text, index, x, y)
        left, right, bottom, top = edges
        raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
        raw.FPDFText_GetMatrix(text, index, matrix)
        raw.FPDFText_GetFillColor(text, index, *ink)
        raw.FPDFText_GetFontInfo(text, index, name, len(name), flags)
        box = place.box(left.value, bottom.value, right.value, top.value)
        middle = ((box.left + box.right) / 2, (box.top + box.bottom) / 2)
        drawn = raw.FPDFTextObj_GetTextRenderMode(raw.FPDFText_GetTextObject(text, index))
        yield Glyph(
            character,
            place.x(x.value),
            place.y(y.value),
            box,
            round(raw.FPDFText_GetFontSize(text, index) * (matrix.c**2 + matrix.d**2) ** 0.5, 2),
            re.sub(r"^[A-Z]{6}\+", "", name.value.decode("utf-8", "replace")),
            drawn in (raw.FPDF_TEXTRENDERMODE_FILL_STROKE, raw.FPDF_TEXTRENDERMODE_FILL_STROKE_CLIP),
            all(part.value == 0 for part in ink[:3]),
            any(link.box.holds(*middle) for link in links),
        )


def _lines(glyphs: list[Glyph]) -> Iterator[Line]:
    group: list[Glyph] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.baseline):
        if group and glyph.baseline - group[-1].baseline > _ONE_LINE:
            yield Line(tuple(sorted(group, key=lambda one: one.x)))
            group = []
        group.append(glyph)
    if group:
        yield Line(tuple(sorted(group, key=lambda one: one.x)))


def _tables(rules: list[Box]) -> Iterator[Box]:
    """Where rules that touch one another enclose something; a single rule, an underline or a ground does not."""
    thin = [box for box in rules if min(box.right - box.left, box.bottom - box.top) <= _RULE]
    if len(thin) > _RULES:  # a drawing
        thin = [_around(thin)]
    groups: list[Box] = []
    for rule in sorted(thin, key=lambda box: box.top):
        near = [box for box in groups if _touch(box, rule)]
        groups = [box for box in groups if box not in near] + [_around([rule, *near])]
    settled = False
    while not settled:  # two groups may have grown until they touch
        settled = True
        for box in groups:
            near = [other for other in groups if _touch(box, other)]
            if len(near) > 1:
                groups = [other for other in groups if other not in near] + [_around(near)]
                settled = False
                break
    yield from (box for box in groups if box.bottom - box.top > 4 and box.right - box.left > 20)


def _touch(one: Box, other: Box) -> bool:
    return (
        one.left - _TOUCH <= other.right
        and other.left - _TOUCH <= one.right
        and one.top - _TOUCH <= other.bottom
        and other.top - _TOUCH <= one.bottom
    )


def _around(boxes: list[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _links(page: pypdfium2.PdfPage, place: _Place) -> Iterator[Link]:
    start, link, corners = ctypes.c_int(0), raw.FPDF_LINK(), raw.FS_RECTF()
    while raw.FPDFLink_Enumerate(page, start, link):
        action = raw.FPDFLink_GetAction(link)
        size = raw.FPDFAction_GetURIPath(page.pdf, action, None, 0) if action else 0
        if not size or not raw.FPDFLink_GetAnnotRect(link, corners):
            continue  # a jump inside the document
        address = ctypes.create_string_buffer(size)
        raw.FPDFAction_GetURIPath(page.pdf, action, address, size)
        sides = sorted((corners.bottom, corners.top))
        yield Link(address.value.decode("utf-8", "replace"), place.box(corners.left, sides[0], corners.right, sides[1]))
