"""A year's outline: title, chapters and paragraphs as data, read from one TOML file that people can edit."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shuyuan.report.words import say as _t


class OutlineError(ValueError):
    """An outline that cannot be used; the message names the file, the place and the cure."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One piece of prose, drafted by one function: one or more paragraphs of text with placeholders."""

    id: str
    section: str
    """The function responsible (personnel, finance, …); the bureau maps it to one of its sections."""
    heading: str
    """Second-level heading without its number, or empty."""
    texts: tuple[str, ...]


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
    place.known(data, "year", "title", "issuer", "chapter", "figure")
    chapters = tuple(
        _chapter(chapter, place.at(_t("第%(number)s章") % {"number": number}))
        for number, chapter in enumerate(place.tables(data, "chapter", required=True), start=1)
    )
    outline = Outline(
        year=place.whole(data, "year"),
        title=place.text(data, "title"),
        issuer=place.text(data, "issuer"),
        chapters=chapters,
        figures=tuple(place.tables(data, "figure")),
    )
    seen: set[str] = set()
    for paragraph in outline.paragraphs():
        if paragraph.id in seen:
            raise place.error(_t("段落编号 %(id)s 出现两次") % {"id": paragraph.id}, _t("给其中一段换一个编号"))
        seen.add(paragraph.id)
    return outline


def _chapter(data: Mapping[str, Any], place: "_Place") -> Chapter:
    place.known(data, "title", "paragraph")
    title = place.text(data, "title")
    place = place.at(_t("《%(title)s》") % {"title": title})
    paragraphs = []
    for number, paragraph in enumerate(place.tables(data, "paragraph", required=True), start=1):
        told = _t("第%(number)s段（%(id)s）") if "id" in paragraph else _t("第%(number)s段")
        inner = place.at(told % {"number": number, "id": paragraph.get("id")})
        inner.known(paragraph, "id", "heading", "section", "text")
        paragraphs.append(
            Paragraph(
                id=inner.text(paragraph, "id"),
                section=inner.text(paragraph, "section"),
                heading=inner.text(paragraph, "heading") if "heading" in paragraph else "",
                texts=_split(inner.text(paragraph, "text")),
            )
        )
    return Chapter(title, tuple(paragraphs))


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
