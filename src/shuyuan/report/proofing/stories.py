"""Everything of a Word file that prints: the body with its tables and text boxes, headers, footers, notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _t
from docx.document import Document
from docx.opc.part import Part
from lxml import etree

from shuyuan.report import package, template, tree
from shuyuan.report.loops import Scanned
from shuyuan.report.package import PackageError, w

ERRATA = "shuyuan_errata"
"""The bookmark at our own 勘误表; what stands behind it is not the office's text."""
_NOTES = re.compile(r"/word/(footnotes|endnotes)\.xml")
_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph that prints, and where: in the body (with or without a name of the place), or beside it."""

    paragraph: Scanned
    place: str = ""
    """表格, 文本框, 页眉, 页脚, 脚注, 尾注; nothing for running text."""
    body: bool = True
    """Whether Word takes comments there."""
    part: Part | None = None
    """The part that holds it, when the library keeps that as bytes."""

    @property
    def text(self) -> str:
        """Its text as one line: what breaks a line within it is a blank, so that places can be found again."""
        return re.sub(r"[\r\n\x0b\x0c]", " ", self.paragraph.text)


def body(document: Document) -> list[Scanned]:
    """The paragraphs of the body, up to our own 勘误表."""
    scanned = next(found for part, found in template.stories(document) if part is document.part)
    for place, paragraph in enumerate(scanned):
        marks = paragraph.element.iter(w("bookmarkStart"))
        if any(mark.get(w("name")) == ERRATA for mark in marks):
            return scanned[:place]
    return scanned


def passages(document: Document) -> list[Passage]:
    """The body paragraph by paragraph, then what says something in headers, footers, footnotes and endnotes."""
    found = [Passage(one, _within(one.element)) for one in body(document)]
    said: set[str] = set()
    for part, scanned in template.stories(document):
        if part is document.part:
            continue
        name = _t("页眉") if "/header" in str(part.partname) else _t("页脚")
        for one in scanned:  # a header stands in the file once for each kind of page: first, odd, even
            if any(map(str.isalpha, one.text)) and one.text not in said:
                said.add(one.text)
                found.append(Passage(one, name, body=False))
    return [*found, *_notes(document)]


def keep(passages: Sequence[Passage]) -> None:
    """Write back what was changed in parts that the library keeps as bytes."""
    for part, element in {one.part: one.paragraph.element for one in passages if one.part}.items():
        root = element.getroottree().getroot()
        part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _within(element: etree._Element) -> str:
    for ancestor in element.iterancestors(w("tbl"), w("txbxContent")):
        return _t("表格") if ancestor.tag == w("tbl") else _t("文本框")
    return ""


def _notes(document: Document) -> Iterator[Passage]:
    for part in sorted(document.part.package.iter_parts(), key=lambda part: str(part.partname), reverse=True):
        named = _NOTES.fullmatch(str(part.partname))
        if not named:
            continue
        try:
            root = etree.fromstring(part.blob, package.parser())
        except etree.XMLSyntaxError as error:
            told = _t("文件不是完整的 Word 文档（.docx）。请在 Word 或 WPS 中打开并重新保存。")
            raise PackageError(told) from error
        name = _t("脚注") if named[1] == "footnotes" else _t("尾注")
        for note in root:
            if note.get(w("type")) in _SEPARATORS:
                continue
            for element in tree.paragraphs(note):
                text = tree.text_of(element)
                if any(map(str.isalpha, text)):
                    yield Passage(Scanned.of(template.NOWHERE, element, text), name, body=False, part=part)
