"""An outline: title, chapters, paragraphs and tables as data, read from one TOML file that people can edit.

The outline of an annual report is its year's; the others serve every year, and say {year}, {before} and {organisation}
where the year, the one before it and the organisation's name are to stand.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from shuyuan.proofread.words import say as _t

ANNUAL = "annual"
EVERY_YEAR = 0


class OutlineError(ValueError):
    """An outline that cannot be used; the message names the file, the place and the cure."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table under a paragraph: a row for each indicator, or a row for each name of a list."""

    caption: str
    columns: tuple[str, ...]
    figures: tuple[str, ...]
    each: str = ""
    """The list of names (schools) that has a row for each; without one, each figure has a row."""

    @property
    def widths(self) -> tuple[float, ...]:
        """Shares of the page: a change with its words, 增加750.63万元, is wider than a number."""
        return () if self.each else (2.4, 0.8, 1.0, 1.0, 1.7)

    def rows(self, told: Callable[[str], tuple[str, str]]) -> list[list[str]]:
        """The cells below the heading; `told` gives a figure's title and unit."""
        if self.each:
            cells = [f"{{{{ {name} | at(项, number) }}}}" for name in self.figures]
            return [[f"{{% for 项 in {self.each} %}}{{{{ 项 }}}}", *cells[:-1], f"{cells[-1]}{{% endfor %}}"]]
        ways = ("number", "last_year(number)", "than_last_year")
        return [[*told(name), *(f"{{{{ {name} | {way} }}}}" for way in ways)] for name in self.figures]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One piece of prose, drafted by one function: one or more paragraphs of text with placeholders."""

    id: str
    section: str
    """The function responsible (personnel, finance, …); the bureau maps it to one of its sections."""
    heading: str
    """Second-level heading without its number, or empty."""
    texts: tuple[str, ...]
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    year: int
    title: str
    """May hold line breaks: a long title is broken by hand where it reads well."""
    issuer: str
    chapters: tuple[Chapter, ...]
    figures: tuple[Mapping[str, Any], ...] = ()
    """This year's citations as they stand in the file; the figures room loads them."""
    kind: str = ANNUAL
    name: str = ""
    """What this kind of report is called: 半年简报."""
    until: str = ""
    """The last day that counts, month and day: 06-30; "" for the whole year."""
    of_school: bool = False
    """Whether it is a single school's report."""

    def last_day(self) -> date | None:
        return date.fromisoformat(f"{self.year}-{self.until}") if self.until else None

    def of(self, year: int, organisation: str) -> "Outline":
        """The same outline for a year and an organisation, its marks filled in."""

        def filled(text: str) -> str:
            for mark, value in (("{year}", year), ("{before}", year - 1), ("{organisation}", organisation)):
                text = text.replace(mark, str(value))
            return text

        def table(known: Table) -> Table:
            return replace(known, caption=filled(known.caption), columns=tuple(map(filled, known.columns)))

        def paragraph(known: Paragraph) -> Paragraph:
            texts = tuple(map(filled, known.texts))
            return replace(known, texts=texts, table=table(known.table) if known.table else None)

        chapters = tuple(replace(one, paragraphs=tuple(map(paragraph, one.paragraphs))) for one in self.chapters)
        issuer = filled(self.issuer)
        return replace(self, year=year, title=filled(self.title), issuer=issuer, chapters=chapters)

    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(paragraph for chapter in self.chapters for paragraph in chapter.paragraphs)


def read(path: Path) -> Outline:
    """Read the outline in *path*; raises OutlineError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise OutlineError(
            _t("%(file)s：无法读取文件（%(error)s）。") % {"file": path.name, "error": error.strerror}
        ) from error
    except UnicodeDecodeError as error:
        raise OutlineError(
            _t("%(file)s：文件不是 UTF-8 编码。请另存为 UTF-8 后再试。") % {"file": path.name}
        ) from error
    return parse(text, name=path.name)


def parse(text: str, *, name: str = "outline") -> Outline:
    """Read an outline from TOML text; *name* stands for the file in messages."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        told = _t("%(file)s：TOML 格式有误：%(error)s。请检查该处的引号、括号和等号。")
        raise OutlineError(told % {"file": name, "error": error}) from error
    place = _Place(name)
    general = "kind" in data and "year" not in data
    place.known(data, *_GENERAL if general else ("year", "title", "issuer", "chapter", "figure"))
    chapters = tuple(
        _chapter(chapter, place.at(_t("第%(number)s章") % {"number": number}))
        for number, chapter in enumerate(place.tables(data, "chapter", required=True), start=1)
    )
    outline = Outline(
        year=EVERY_YEAR if general else place.whole(data, "year"),
        title=place.text(data, "title"),
        issuer=place.text(data, "issuer"),
        chapters=chapters,
        figures=tuple(place.tables(data, "figure")),
        kind=place.text(data, "kind") if general else ANNUAL,
        name=place.text(data, "name") if general else "",
        until=place.day(data, "until") if "until" in data else "",
        of_school=data.get("of_school") is True,
    )
    seen: set[str] = set()
    for paragraph in outline.paragraphs():
        if paragraph.id in seen:
            raise place.error(_t("段落编号 %(id)s 出现两次") % {"id": paragraph.id}, _t("给其中一段换一个编号"))
        seen.add(paragraph.id)
    return outline


_GENERAL = ("kind", "name", "until", "of_school", "title", "issuer", "chapter")


def _chapter(data: Mapping[str, Any], place: "_Place") -> Chapter:
    place.known(data, "title", "paragraph")
    title = place.text(data, "title")
    place = place.at(_t("《%(title)s》") % {"title": title})
    paragraphs = []
    for number, paragraph in enumerate(place.tables(data, "paragraph", required=True), start=1):
        told = _t("第%(number)s段（%(id)s）") if "id" in paragraph else _t("第%(number)s段")
        inner = place.at(told % {"number": number, "id": paragraph.get("id")})
        inner.known(paragraph, "id", "heading", "section", "text", "table")
        paragraphs.append(
            Paragraph(
                id=inner.text(paragraph, "id"),
                section=inner.text(paragraph, "section"),
                heading=inner.text(paragraph, "heading") if "heading" in paragraph else "",
                texts=_split(inner.text(paragraph, "text")),
                table=_table(paragraph["table"], inner) if "table" in paragraph else None,
            )
        )
    return Chapter(title, tuple(paragraphs))


def _table(data: Any, place: "_Place") -> Table:
    place = place.at(_t("的表格"))
    if not isinstance(data, dict):
        raise place.error(_t("「table」应当是一张表"), _t("请写成 [chapter.paragraph.table]"))
    place.known(data, "caption", "columns", "figures", "each")
    each = place.text(data, "each") if "each" in data else ""
    columns, figures = place.texts(data, "columns"), place.texts(data, "figures")
    wanted = len(figures) + 1 if each else 5
    if len(columns) != wanted:
        told = _t("「columns」有 %(has)s 列，应当有 %(wanted)s 列") % {"has": len(columns), "wanted": wanted}
        cure = _t("依次是指标、单位、本年、上年、比上年")
        raise place.error(told, _t("第一列是名称，其余每个指标一列") if each else cure)
    return Table(place.text(data, "caption"), columns, figures, each)


def _split(text: str) -> tuple[str, ...]:
    """An empty line separates paragraphs; a single line break is only the width of the editor's window."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return tuple("".join(line.strip() for line in block.splitlines()) for block in blocks)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the file we are, for messages."""

    name: str

    def at(self, part: str) -> "_Place":
        return _Place(f"{self.name} {part}")

    def error(self, fault: str, cure: str) -> OutlineError:
        return OutlineError(_t("%(place)s：%(fault)s。%(cure)s。") % {"place": self.name, "fault": fault, "cure": cure})

    def known(self, data: Mapping[str, Any], *keys: str) -> None:
        for key in data:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, n=1)
                cure = _t("是不是 %(near)s？") % {"near": near[0]} if near else _t("去掉它。")
                known = _t("可用的项：%(keys)s") % {"keys": _t("、").join(keys)}
                raise self.error(_t("不认识的项「%(key)s」") % {"key": key}, f"{cure}{known}")

    def text(self, data: Mapping[str, Any], key: str) -> str:
        value = data.get(key)
        if not isinstance(value, str) or not value.strip():
            fault = _t("「%(key)s」应当是文字") if key in data and value != "" else _t("缺少「%(key)s」")
            raise self.error(fault % {"key": key}, _t('请写成 %(key)s = "…"') % {"key": key})
        return value.strip()

    def texts(self, data: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = data.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(one, str) and one.strip() for one in value):
            raise self.error(
                _t("「%(key)s」应当是一列文字") % {"key": key}, _t('请写成 %(key)s = ["…", "…"]') % {"key": key}
            )
        return tuple(one.strip() for one in value)

    def day(self, data: Mapping[str, Any], key: str) -> str:
        text = self.text(data, key)
        try:
            date.fromisoformat(f"2001-{text}")  # a day that every year has
        except ValueError:
            fault = _t("「%(key)s」应当是月和日") % {"key": key}
            raise self.error(fault, _t('请写成 %(key)s = "06-30"') % {"key": key}) from None
        return text

    def whole(self, data: Mapping[str, Any], key: str) -> int:
        value = data.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(_t("「%(key)s」应当是整数") % {"key": key}, _t("请写成 %(key)s = 2012") % {"key": key})
        return value

    def tables(self, data: Mapping[str, Any], key: str, *, required: bool = False) -> list[Mapping[str, Any]]:
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            cure = _t("每一项以 [[%(key)s]] 开头（双方括号）") % {"key": key}
            raise self.error(_t("「%(key)s」应当是一组表") % {"key": key}, cure)
        if required and not value:
            raise self.error(_t("没有「%(key)s」") % {"key": key}, _t("至少写一个 [[%(key)s]]") % {"key": key})
        return value
