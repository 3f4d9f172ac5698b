"""Filling a template: every placeholder becomes a number bound to its figure.

A bound number is a bookmark round a rich content control round a link round a run. Of what was tried, only
this came back whole from LibreOffice, which drops a control's tag and alias but keeps it and its bookmark;
a plain control loses its number when a comment is put on it; a control *inside* a link becomes broken XML.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from shuyuan.report import filling, manifest, package, template, tree
from shuyuan.report.filling import Slot
from shuyuan.report.package import w
from shuyuan.report.phrases import Printed

_SENTINEL = re.compile("\ufdd0(\\d+)\ufdd1")
_NAME_LIMIT = 60  # Word refuses a file in which a control has a tag or an alias of more than 64 characters
_CONTROL_LIMIT = 64


def fill(data: bytes, figures: Mapping[str, Printed], *, made: datetime) -> bytes:
    """Fill the template *data* with *figures* by name; the same input gives the same bytes.

    Raises PackageError for a file that is no .docx, TemplateError with every mistake in the template,
    PhraseError for a figure that cannot be printed as asked.
    """
    found = template.read(data)
    found.check(figures)
    document = package.open_docx(data)
    slots = filling.fill(document, figures)
    for name in {slot.figure.name for slot in slots}:
        if len(name) > _NAME_LIMIT:
            raise ValueError(f"figure name '{name}' is longer than {_NAME_LIMIT} characters; shorten it")
    binder = _Binder(slots)
    parts = list(package.stories(document))
    binder.taken.update(_identifiers(parts))
    for part in parts:
        binder.bind(part)
    manifest.write(document, binder.found)
    return package.save(document, made=made)


def _resolve(text: str, slots: list[Slot]) -> str:
    return _SENTINEL.sub(lambda match: slots[int(match[1])].text, text)


def _identifiers(parts: list[XmlPart]) -> Iterator[int]:
    """Ids that bookmarks and controls of the template use already."""
    for part in parts:
        for element in part.element.iter(w("bookmarkStart"), w("id")):
            value = element.get(w("id")) or element.get(w("val")) or ""
            if value.lstrip("-").isdigit():
                yield int(value)


@dataclass(slots=True)
class _Binder:
    """Turns the sentinels of a rendered document into bound numbers, and writes the manifest."""

    slots: list[Slot]
    taken: set[int] = field(default_factory=set)
    found: list[manifest.Occurrence] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def bind(self, part: XmlPart) -> None:
        root = part.element
        for link in [link for link in root.iter(w("hyperlink")) if _SENTINEL.search("".join(link.itertext()))]:
            # A control inside a link breaks the file; the figure's own link takes its place.
            for child in list(link):
                link.addprevious(child)
            link.getparent().remove(link)
        texts: dict[etree._Element, str] = {}
        for run in [run for run in root.iter(w("r")) if any(map(_marked, run.iterchildren(w("t"))))]:
            ancestors = list(run.iterancestors())
            if any(ancestor.tag in tree.UNPRINTED for ancestor in ancestors):
                continue
            for ancestor in ancestors:
                if ancestor.tag == w("sdt"):
                    for plain in ancestor.findall(f"{w('sdtPr')}/{w('text')}"):  # a plain control may hold no other
                        plain.getparent().remove(plain)
            paragraph = next(ancestor for ancestor in ancestors if ancestor.tag == w("p"))
            if paragraph not in texts:
                texts[paragraph] = tree.text_of(paragraph)
            self._split(run, part, texts[paragraph])
        for element in root.iter():
            if _marked(element):
                element.text = _resolve(element.text, self.slots)
            for name, value in element.attrib.items():
                if "\ufdd0" in value:
                    element.set(name, _resolve(value, self.slots))

    def _split(self, run: etree._Element, part: XmlPart, paragraph: str) -> None:
        """Replace a run by runs of its text and the bound numbers between them, in its own formatting."""
        properties = run.find(w("rPr"))
        current = _run(properties)
        for child in list(run):
            if child is properties:
                continue
            if child.tag != w("t"):
                current.append(child)
                continue
            for number, piece in enumerate(_SENTINEL.split(child.text or "")):
                if number % 2:
                    if len(current) > (properties is not None):
                        run.addprevious(current)
                    for element in self._bound(int(piece), properties, part, paragraph):
                        run.addprevious(element)
                    current = _run(properties)
                elif piece:
                    current.append(_text(piece))
        if len(current) > (properties is not None):
            run.addprevious(current)
        run.getparent().remove(run)

    def _bound(
        self, index: int, properties: etree._Element | None, part: XmlPart, paragraph: str
    ) -> tuple[etree._Element, etree._Element, etree._Element]:
        figure, text = self.slots[index].figure, self.slots[index].text
        self.counts[figure.name] += 1
        count = self.counts[figure.name]
        bookmark = manifest.bookmark(figure.name, count)
        identifier = zlib.crc32(f"{figure.name} {count}".encode()) & 0x7FFFFFFF or 1
        while identifier in self.taken:
            identifier = identifier % 0x7FFFFFFF + 1
        self.taken.add(identifier)
        before, _, after = paragraph.partition(f"\ufdd0{index}\ufdd1")
        context = (manifest.masked(_resolve(side, self.slots)) for side in (before, after))
        self.found.append(manifest.Occurrence(bookmark, figure.name, text, *context))

        run = _run(properties)
        run.append(_text(text))
        content = _element("sdtContent")
        if figure.url:
            style = _element("rStyle", val="Hyperlink")
            formatting = run.find(w("rPr"))
            if formatting is None:
                formatting = _element("rPr")
                run.insert(0, formatting)
            for old in formatting.findall(w("rStyle")):
                formatting.remove(old)
            formatting.insert(0, style)
            link = _element("hyperlink", history="1")
            link.set(qn("r:id"), part.relate_to(figure.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            link.append(run)
            content.append(link)
        else:
            content.append(run)
        control, described = _element("sdt"), _element("sdtPr")
        if properties is not None:
            described.append(deepcopy(properties))
        title = figure.title[: _CONTROL_LIMIT - 2 - len(figure.name)]
        described.append(_element("alias", val=f"{title}〔{figure.name}〕"))
        described.append(_element("tag", val=figure.name))
        described.append(_element("id", val=str(identifier)))
        control.extend((described, content))
        return (
            _element("bookmarkStart", id=str(identifier), name=bookmark),
            control,
            _element("bookmarkEnd", id=str(identifier)),
        )


def _marked(element: etree._Element) -> bool:
    return "\ufdd0" in (element.text or "")


def _run(properties: etree._Element | None) -> etree._Element:
    run = _element("r")
    if properties is not None:
        run.append(deepcopy(properties))
    return run


def _text(text: str) -> etree._Element:
    element = _element("t")
    element.text = text
    element.set(qn("xml:space"), "preserve")
    return element


def _element(tag: str, **attributes: str) -> etree._Element:
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(w(name), value)
    return element
