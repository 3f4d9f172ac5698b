"""A year's outline: title, chapters and paragraphs as data, read from one TOML file that people can edit."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
        raise OutlineError(f"{path.name}：无法读取文件（{error.strerror}）。") from error
    except UnicodeDecodeError as error:
        raise OutlineError(f"{path.name}：文件不是 UTF-8 编码。请另存为 UTF-8 后再试。") from error
    return parse(text, name=path.name)


def parse(text: str, *, name: str = "outline") -> Outline:
    """Read an outline from TOML text; *name* stands for the file in messages."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OutlineError(f"{name}：TOML 格式有误：{error}。请检查该处的引号、括号和等号。") from error
    place = _Place(name)
    place.known(data, "year", "title", "issuer", "chapter", "figure")
    chapters = tuple(
        _chapter(chapter, place.at(f"第{number}章"))
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
            raise place.error(f"段落编号 {paragraph.id} 出现两次", "给其中一段换一个编号")
        seen.add(paragraph.id)
    return outline


def _chapter(data: Mapping[str, Any], place: "_Place") -> Chapter:
    place.known(data, "title", "paragraph")
    title = place.text(data, "title")
    place = place.at(f"《{title}》")
    paragraphs = []
    for number, paragraph in enumerate(place.tables(data, "paragraph", required=True), start=1):
        inner = place.at(f"第{number}段" + (f"（{paragraph['id']}）" if "id" in paragraph else ""))
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
        return OutlineError(f"{self.name}：{fault}。{cure}。")

    def known(self, data: Mapping[str, Any], *keys: str) -> None:
        for key in data:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, n=1)
                cure = f"是不是 {near[0]}?" if near else "去掉它"
                raise self.error(f"不认识的项「{key}」", f"{cure}可用的项：{'、'.join(keys)}")

    def text(self, data: Mapping[str, Any], key: str) -> str:
        value = data.get(key)
        if not isinstance(value, str) or not value.strip():
            fault = f"「{key}」应当是文字" if key in data and value != "" else f"缺少「{key}」"
            raise self.error(fault, f'请写成 {key} = "…"')
        return value.strip()

    def whole(self, data: Mapping[str, Any], key: str) -> int:
        value = data.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(f"「{key}」应当是整数", f"请写成 {key} = 2012")
        return value

    def tables(self, data: Mapping[str, Any], key: str, *, required: bool = False) -> list[Mapping[str, Any]]:
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(f"「{key}」应当是一组表", f"每一项以 [[{key}]] 开头(双方括号)")
        if required and not value:
            raise self.error(f"没有「{key}」", f"至少写一个 [[{key}]]")
        return value
