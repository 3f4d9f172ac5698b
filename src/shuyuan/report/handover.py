"""Handover: a part as a Word file that its section takes along, edits and brings back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext as _t

from shuyuan.report import frame, package, prose, tree
from shuyuan.report.drafting import Refused
from shuyuan.report.models import Part
from shuyuan.report.outline import Chapter, Outline, Paragraph
from shuyuan.report.package import w

MOST_BYTES = 5 * 2**20
_MARK = "shuyuan_part"  # a custom property: Word, WPS and LibreOffice keep it
_DRAWN = (w("tbl"), w("drawing"), w("pict"), w("object"))
_TITLES = ("title", "subtitle", "heading")


@dataclass(frozen=True)
class Brought:
    """The text of a file that came back, and the version it was taken along at; None when the file does not say."""

    text: str
    base: int | None


def take(part: Part) -> bytes:
    """The part with its placeholders as a .docx that remembers which part and which version it is."""
    only = Paragraph(part.code, "", part.heading, prose.paragraphs(part.text))
    outline = Outline(
        part.report.year, f"{part.report}\n{part}", str(part.section or ""), (Chapter(part.chapter, (only,)),)
    )
    made = datetime(part.report.year, 12, 31, tzinfo=UTC)
    document = package.open_docx(frame.build(outline, made=made))
    package.set_custom_properties(document, {_MARK: f"{part.pk}:{part.revision}"})
    return package.save(document, made=made)


def bring(part: Part, data: bytes) -> Brought:
    """Read what came back. Raises PackageError for no Word file, Refused for another part's or one with tables."""
    document = package.open_docx(data)
    body = document.element.body
    if any(next(body.iter(tag), None) is not None for tag in _DRAWN):
        raise Refused(_t("文件里有表格、图片或文本框，这里只收文字；请删去后再上传。"))
    whose, _colon, revision = package.custom_properties(document).get(_MARK, "").partition(":")
    if whose and whose != str(part.pk):
        other = Part.objects.filter(pk=whose, report=part.report).first() if whose.isdecimal() else None
        raise Refused(
            _t("这个文件是「%(other)s」的，不是「%(part)s」的。") % {"other": other or _t("另一份报告"), "part": part}
        )
    names = {style.get(w("styleId")): _name(style) for style in document.styles.element.iter(w("style"))}
    texts = [
        tree.text_of(paragraph)
        for paragraph in tree.paragraphs(body)
        if not names.get(_style(paragraph), "").startswith(_TITLES)
    ]
    return Brought(prose.tidy("\n".join(texts)), int(revision) if revision.isdecimal() else None)


def _name(style: object) -> str:
    """Built-in styles keep their English name in every language of Word and WPS."""
    name = style.find(w("name"))  # type: ignore[attr-defined]
    return "" if name is None else name.get(w("val"), "").lower()


def _style(paragraph: object) -> str:
    found = paragraph.find(f"{w('pPr')}/{w('pStyle')}")  # type: ignore[attr-defined]
    return "" if found is None else found.get(w("val"), "")
