"""The layout of GB/T 9704-2012 as rules, held against a rendered PDF: what stands where, and what it should be.

The standard's own sums do not fit its own page (28 characters of 16 pt are 158 mm, the text area has 156), so a
distance between characters of 15.7 to 15.8 pt and lines that fill 225 mm with 22 are what is asked for. A program
may put the spare space of a line above its characters or below them; both fill the text area.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from shuyuan.proofread.words import say as _t
from shuyuan.report import sheet
from shuyuan.report.sheet import MM, Glyph, Line, Sheet

WIDTH, HEIGHT = 210.0, 297.0
TOP, LEFT = 37.0, 28.0
AREA_WIDTH, AREA_HEIGHT = 156.0, 225.0
RIGHT, BOTTOM = LEFT + AREA_WIDTH, TOP + AREA_HEIGHT
TOLERANCE = 1.0
LINES, CHARACTERS = 22, 28
TITLE_SIZE, BODY_SIZE, FOLIO_SIZE = 22.0, 16.0, 14.0
ADVANCE = (15.7, 15.8)  # points from one hanzi to the next
PITCH = AREA_HEIGHT / LINES
SPARE = PITCH - BODY_SIZE * MM  # of a line, above or below its characters
INDENT = LEFT + 31.5 * MM
FOLIO_BELOW = 7.0  # from the text area to the dashes
FOLIO_ASIDE = FOLIO_SIZE * MM  # one character

# What the fonts of official documents, and the fonts that stand in for them on a server, are called in a PDF: the
# beginning of the name, without marks and in small letters. A + asks for strokes drawn heavier: the one font that
# travels with us has no bold.
FONTS: Mapping[str, tuple[str, ...]] = {
    "仿宋": ("仿宋", "fangsong", "stfangsong", "fzfsk", "fzfsjw", "fandolfang", "shuyuankai"),
    "楷体": ("楷体", "kaiti", "simkai", "stkaiti", "fzktk", "fzktjw", "fandolkai", "ukai", "lxgwwenkai", "shuyuankai"),
    "黑体": (
        *("黑体", "simhei", "stheiti", "fzhtk", "fzhtjw", "fandolhei", "notosanscjk", "sourcehansans"),
        *("wenquanyizenhei", "wqyzenhei", "shuyuankai+"),
    ),
    "小标宋": (
        *("方正小标宋", "fzxiaobiaosong", "fzxbsjw", "fzxbsk", "小标宋", "fandolsong", "notoserifcjk"),
        *("sourcehanserif", "uming", "shuyuankai+"),
    ),
    "宋体": (
        *("宋体", "simsun", "nsimsun", "stsong", "fzssk", "fzssjw", "fandolsong", "notoserifcjk", "sourcehanserif"),
        *("uming", "timesnewroman", "shuyuankai"),
    ),
}
_CHAPTER = re.compile(r"[一二三四五六七八九十]+、")
_SECTION = re.compile(r"（[一二三四五六七八九十]+）")
_FOLIO = re.compile(r"([^\w\s]*)(\d+)([^\w\s]*)")
_DASH = "—"


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a page breaks; place in millimetres from the upper left corner of the sheet."""

    rule: str
    page: int
    x: float
    y: float
    found: str
    wanted: str

    def __str__(self) -> str:
        told = _t("第 %(page)s 页（距左 %(x).1f 毫米、距上 %(y).1f 毫米）：%(found)s；应为%(wanted)s。")
        return told % {"page": self.page, "x": self.x, "y": self.y, "found": self.found, "wanted": self.wanted}


def check(pdf: bytes) -> list[Violation]:
    """Every rule of the layout that *pdf* breaks, by page; raises SheetError for what cannot be measured.

    A line that repeats a fault of the line before it is not told again. Blue under a link is no fault: the copy
    that is issued has no links, so there every character has to be black. On a landscape page, which the standard
    allows for tables, only the sheet is measured.
    """
    pages = [_Page.of(found) for found in sheet.read(pdf)]
    upright = [page for page in pages if page.sheet.width < page.sheet.height]
    found = list(_paper(pages))
    if any(page.sheet.lines for page in pages):
        found.extend(violation for rule in _RULES for violation in rule(upright))
    else:
        found.append(Violation("text", 1, 0, 0, _t("没有文字（可能是扫描件）"), _t("可以测量的文字")))
    return sorted(found, key=lambda one: (one.page, one.y, one.rule))


@dataclass(frozen=True, slots=True)
class _Page:
    """A sheet, its lines told apart by what they are."""

    sheet: Sheet
    title: tuple[Line, ...]
    body: tuple[Line, ...]
    below: tuple[Line, ...]
    """What stands in the margin below the text: the page number."""

    @classmethod
    def of(cls, found: Sheet) -> "_Page":
        below = tuple(line for line in found.lines if line.top > BOTTOM + TOLERANCE)
        rest = found.lines[: len(found.lines) - len(below)]
        # The title is what the first page begins with in larger characters than the text.
        length = 0
        while found.number == 1 and length < len(rest) and rest[length].size > BODY_SIZE + 0.5:
            length += 1
        return cls(found, rest[:length], rest[length:], below)

    @property
    def number(self) -> int:
        return self.sheet.number

    @property
    def first(self) -> Line | None:
        return next(iter((*self.title, *self.body)), None)

    def at(self, line: Line, rule: str, found: str, wanted: str) -> Violation:
        return Violation(rule, self.number, line.x, line.top, found, wanted)

    def begins_with_table(self) -> bool:
        first = self.first
        return any(first is None or table.top < first.top for table in self.sheet.tables)

    def neighbours(self) -> Iterator[tuple[Line, Line]]:
        """Lines of text directly under one another, no table between them."""
        for upper, lower in pairwise(self.body):
            if not any(upper.top < table.top < lower.top for table in self.sheet.tables):
                yield upper, lower

    def filled(self) -> list[Line]:
        """Lines that go on in the next one, so that their end is the edge of the text area."""
        return [upper for upper, lower in self.neighbours() if _flush(lower) and upper.glyphs[-1].hanzi]


def _flush(line: Line) -> bool:
    return abs(line.x - LEFT) <= 2 * TOLERANCE


def _heading(line: Line) -> str | None:
    """The font a heading has to have, by how it begins; None for text."""
    if line.x < LEFT + 5:
        return None
    if _CHAPTER.match(line.text):
        return "黑体"
    return "楷体" if _SECTION.match(line.text) else None


def _millimetres(length: float) -> str:
    return _t("%(length).1f 毫米") % {"length": length}


def _points(size: float) -> str:
    return _t("%(size)s 磅") % {"size": f"{size:.2f}".rstrip("0").rstrip(".")}


def _paper(pages: Sequence[_Page]) -> Iterator[Violation]:
    for page in pages:
        sides = sorted((page.sheet.width, page.sheet.height))
        if max(abs(sides[0] - WIDTH), abs(sides[1] - HEIGHT)) > TOLERANCE:
            found = _t("纸张 %(width).0f × %(height).0f 毫米")
            told = found % {"width": page.sheet.width, "height": page.sheet.height}
            yield Violation("paper", page.number, 0, 0, told, _t("A4，210 × 297 毫米"))


def _top(pages: Sequence[_Page]) -> Iterator[Violation]:
    tops = [(page, page.first) for page in pages if not page.begins_with_table()]
    known = [(page, line) for page, line in tops if line is not None]
    # A page may begin with an empty line; that every page begins too low is a margin.
    lowest = min((line.top for _page, line in known), default=TOP)
    for page, line in known:
        if line.top < TOP - TOLERANCE or lowest > TOP + SPARE + TOLERANCE:
            found = _t("版心上边在 %(place)s") % {"place": _millimetres(line.top)}
            yield page.at(line, "top", found, _t("天头 37 毫米，上下不超过 1 毫米"))


def _bottom(pages: Sequence[_Page]) -> Iterator[Violation]:
    for page in pages:
        for line in page.body:
            if line.bottom > BOTTOM + TOLERANCE:
                found = _t("文字到 %(place)s") % {"place": _millimetres(line.bottom)}
                yield page.at(line, "bottom", found, _t("不低于版心下边（262 毫米）"))
                break


def _left(pages: Sequence[_Page]) -> Iterator[Violation]:
    starts = [(page, min(page.body, key=lambda line: line.x)) for page in pages if page.body]
    # A page of headings alone begins at the indent everywhere.
    leftmost = min((line.x for _page, line in starts), default=LEFT)
    for page, line in starts:
        indented = abs(line.x - INDENT) <= TOLERANCE and abs(leftmost - LEFT) <= TOLERANCE
        lonely = len(page.body) < 3 and line.x > LEFT
        if abs(line.x - LEFT) > TOLERANCE and not indented and not lonely:
            found = _t("版心左边在 %(place)s") % {"place": _millimetres(line.x)}
            yield page.at(line, "left", found, _t("订口 28 毫米，左右不超过 1 毫米"))


def _right(pages: Sequence[_Page]) -> Iterator[Violation]:
    for page in pages:
        filled = page.filled()
        if len(filled) > 1 and abs(median(line.end for line in filled) - RIGHT) > TOLERANCE:
            found = _t("行尾在 %(place)s") % {"place": _millimetres(median(line.end for line in filled))}
            yield page.at(filled[0], "right", found, _t("版心宽 156 毫米，右边在 184 毫米"))
            continue
        for line in page.body:
            # Punctuation may hang over the edge by the room round its ink.
            if line.end > RIGHT + TOLERANCE + (1.5 if not line.glyphs[-1].text.isalnum() else 0):
                found = _t("文字伸到 %(place)s") % {"place": _millimetres(line.end)}
                yield page.at(line, "right", found, _t("版心宽 156 毫米，右边在 184 毫米"))
                break


def _pitch(pages: Sequence[_Page]) -> Iterator[Violation]:
    for page in pages:
        steps = [
            lower.baseline - upper.baseline
            for upper, lower in page.neighbours()
            # On a line of one height, LibreOffice sets another font's baseline up to half a millimetre higher.
            if (upper.size, upper.font) == (lower.size, lower.font) and lower.baseline - upper.baseline < 1.6 * PITCH
        ]
        if len(steps) > 2 and abs(median(steps) * LINES - AREA_HEIGHT) > TOLERANCE:
            found = _t("行距 %(pitch)s，%(lines)s 行占 %(height)s") % {
                "pitch": _points(median(steps) / MM),
                "lines": LINES,
                "height": _millimetres(median(steps) * LINES),
            }
            yield page.at(page.body[0], "pitch", found, _t("每面 22 行撑满 225 毫米（行距 28.95 磅）"))


def _lines(pages: Sequence[_Page]) -> Iterator[Violation]:
    """22 lines on a page that the text goes on from; a heading may go to the next page with its text."""
    tops = [page.body[0].top for page in pages if page.body and not page.title and not page.begins_with_table()]
    top = min(tops, default=TOP)
    for page, following in pairwise(pages):
        goes_on = following.number == page.number + 1 and following.body and _heading(following.body[0]) is None
        if not goes_on or not page.body or page.sheet.tables or following.begins_with_table():
            continue
        last = page.body[-1]
        places = (last.top - top) / PITCH + 1
        held = places > LINES - 0.8 if page.title else len(page.body) == round(places) == LINES
        if not held:
            count = round(places) if page.title else len(page.body)
            found = _t("排了 %(lines)s 行") % {"lines": count}
            yield page.at(last, "lines", found, _t("每面 22 行"))


def _characters(pages: Sequence[_Page]) -> Iterator[Violation]:
    steps: list[float] = []
    for page in pages:
        following = {id(upper): lower for upper, lower in page.neighbours()}
        for line in page.body:
            after = following.get(id(line))
            if after is not None and _flush(after):
                # Stretched or squeezed to the edge; of hanzi alone, it has its 28 places.
                wanted = CHARACTERS - (0 if _flush(line) else 2)
                if all(glyph.hanzi for glyph in line.glyphs) and len(line.glyphs) != wanted:
                    found = _t("一行 %(characters)s 字") % {"characters": len(line.glyphs)}
                    yield page.at(line, "characters", found, _t("每行 28 字（首行缩进两字）"))
            elif line.end < RIGHT - 2 * BODY_SIZE * MM and line.size == BODY_SIZE:
                pairs = pairwise(line.glyphs)
                steps.extend((right.x - left.x) / MM for left, right in pairs if _side_by_side(left, right))
    if len(steps) >= 5 and not ADVANCE[0] - 0.02 <= median(steps) <= ADVANCE[1] + 0.02:
        page = next(page for page in pages if page.body)
        found = _t("字距 %(advance)s") % {"advance": _points(median(steps))}
        yield page.at(page.body[0], "advance", found, _t("每行 28 字（字距 15.7 至 15.8 磅）"))


def _side_by_side(left: Glyph, right: Glyph) -> bool:
    return left.hanzi and right.hanzi and left.font == right.font and left.size == right.size


def _sizes(pages: Sequence[_Page]) -> Iterator[Violation]:
    for page in pages:
        for lines, wanted, name in (
            (page.title, TITLE_SIZE, _t("标题 2 号（22 磅）")),
            (page.body, BODY_SIZE, _t("正文 3 号（16 磅）")),
        ):
            told: set[float] = set()
            for line in lines:
                for glyph in line.glyphs:
                    if abs(glyph.size - wanted) > 0.1 and glyph.size not in told:
                        told.add(glyph.size)
                        found = _t("『%(text)s』%(size)s") % {"text": line.text[:12], "size": _points(glyph.size)}
                        yield Violation("size", page.number, glyph.x, glyph.top, found, name)


def _folios(pages: Sequence[_Page]) -> Iterator[Violation]:
    first: int | None = None
    for page in pages:
        wanted = _t("4 号半角宋体阿拉伯数字，左右各一条一字线")
        folio = next((line for line in page.below if _FOLIO.fullmatch(line.text)), None)
        if folio is None:
            if page.sheet.lines or page.sheet.tables:
                yield Violation("folio", page.number, 0, BOTTOM + FOLIO_BELOW, _t("没有页码"), wanted)
            continue
        match = _FOLIO.fullmatch(folio.text)
        assert match is not None
        number = int(match[2])
        first = number - page.number if first is None else first
        if number - page.number != first:
            found = _t("页码是 %(number)s") % {"number": number}
            yield page.at(folio, "folio", found, _t("%(number)s，页码连续") % {"number": page.number + first})
        if match[1] != _DASH or match[3] != _DASH:
            yield page.at(folio, "folio-dash", _t("页码『%(text)s』") % {"text": folio.text}, wanted)
        if abs(folio.size - FOLIO_SIZE) > 0.1:
            found = _t("页码 %(size)s") % {"size": _points(folio.size)}
            yield page.at(folio, "folio-size", found, _t("页码 4 号（14 磅）"))
        odd = number % 2 == 1
        aside = RIGHT - folio.glyphs[-1].ink.right if odd else folio.x - LEFT
        if abs(aside - FOLIO_ASIDE) > TOLERANCE:
            edge = _t("右") if odd else _t("左")
            found = _t("页码距版心%(side)s边 %(place)s") % {"side": edge, "place": _millimetres(aside)}
            yield page.at(folio, "folio-side", found, _t("单页码居右、双页码居左，各空一字（4.9 毫米）"))
        below = next((g.ink.top for g in folio.glyphs if g.text == _DASH), folio.top) - BOTTOM
        if abs(below - FOLIO_BELOW) > TOLERANCE:
            found = _t("一字线在版心下 %(place)s") % {"place": _millimetres(below)}
            yield page.at(folio, "folio-below", found, _t("版心下边缘之下 7 毫米"))


def _fonts(pages: Sequence[_Page]) -> Iterator[Violation]:
    for page in pages:
        told: set[tuple[str, str]] = set()
        roles = [(line, "小标宋", line.glyphs) for line in page.title]
        for line in page.body:
            role = _heading(line)
            centred = abs((line.x + line.end) / 2 - (LEFT + RIGHT) / 2) < TOLERANCE
            if role is not None:
                # A heading may run on into its text: its number tells its font.
                roles.append((line, role, line.glyphs[:4]))
            elif not centred or line.end > RIGHT - 10:  # issuer, date and captions have fonts of their own
                roles.append((line, "仿宋", line.glyphs))
        roles.extend((line, "宋体", line.glyphs) for line in page.below if _FOLIO.fullmatch(line.text))
        for line, role, glyphs in roles:
            # Names have characters that a font may lack; most of a line tells its font.
            strange = [glyph for glyph in glyphs if not _stands_for(glyph, role)]
            if 2 * len(strange) > len(glyphs) and (role, strange[0].font) not in told:
                told.add((role, strange[0].font))
                found = _t("『%(text)s』用了 %(font)s") % {"text": line.text[:12], "font": strange[0].font}
                yield page.at(line, "font", found, _t("%(font)s或其代用字体") % {"font": role})


def _stands_for(glyph: Glyph, role: str) -> bool:
    name = re.sub(r"[\W_]", "", glyph.font).lower()
    return any(name.startswith(known.rstrip("+")) and (glyph.heavy or known[-1] != "+") for known in FONTS[role])


def _title(pages: Sequence[_Page]) -> Iterator[Violation]:
    page = next((page for page in pages if page.number == 1), None)
    if page is None or not page.sheet.lines:
        return
    if not page.title:
        wanted = _t("2 号（22 磅）小标宋标题，居中")
        yield Violation("title", 1, LEFT, TOP, _t("首页没有标题"), wanted)
        return
    for line in page.title:
        middle = (line.x + line.end) / 2
        if abs(middle - (LEFT + RIGHT) / 2) > TOLERANCE:
            found = _t("标题中线在 %(place)s") % {"place": _millimetres(middle)}
            yield page.at(line, "title-centre", found, _t("居中，中线在 106 毫米"))
    widths = [line.end - line.x for line in page.title]
    if len(widths) > 1 and not _trapezium_or_rhombus(widths):
        found = _t("标题各行宽 %(widths)s 毫米") % {"widths": _t("、").join(f"{width:.0f}" for width in widths)}
        yield page.at(page.title[0], "title-shape", found, _t("梯形或菱形：逐行变长、逐行变短，或中间长两头短"))


def _trapezium_or_rhombus(widths: Sequence[float]) -> bool:
    """Longer line by line, shorter line by line, or longer and then shorter; lines of one length are a block."""
    steps = [later - earlier for earlier, later in pairwise(widths)]
    if any(abs(step) < BODY_SIZE * MM / 2 for step in steps):
        return False
    turns = [step > 0 for step in steps]
    return turns == sorted(turns, reverse=True)


def _ink(pages: Sequence[_Page]) -> Iterator[Violation]:
    for page in pages:
        for line in page.sheet.lines:
            glyph = next((glyph for glyph in line.glyphs if not glyph.black and not glyph.linked), None)
            if glyph is not None:
                found = _t("『%(text)s』不是黑色") % {"text": glyph.text}
                yield Violation("ink", page.number, glyph.x, glyph.top, found, _t("黑色文字"))
                break


_RULES: tuple[Callable[[Sequence[_Page]], Iterator[Violation]], ...] = (
    *(_top, _bottom, _left, _right, _pitch, _lines, _characters),
    *(_sizes, _folios, _fonts, _title, _ink),
)
