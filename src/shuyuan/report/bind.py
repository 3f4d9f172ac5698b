"""Filling a template: every placeholder becomes a number bound to its figure.

A bound number is a bookmark round a rich content control round a link round a run. Of what was tried, only
this came back whole from LibreOffice, which drops a control's tag and alias but keeps it and its bookmark;
a plain control loses its number when a comment is put on it; a control *inside* a link becomes broken XML.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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


def fill(
    data: bytes,
    figures: Mapping[str, Printed],
    *,
    made: datetime,
    year: int | None = None,
    report: str = "",
    key: bytes = b"",
) -> bytes:
    """Fill the template *data* with *figures* by name; the same input gives the same bytes.

    The document remembers *made*, *year* and *report* (which one of that year's), sealed with *key*: see manifest.py.
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
    binder.taken.update(identifiers(parts))
    for part in parts:
        binder.bind(part)
    manifest.write(document, binder.found, manifest.Head(made, year, report), key=key)
    return package.save(document, made=made)


def _resolve(text: str, slots: list[Slot]) -> str:
    return _SENTINEL.sub(lambda match: slots[int(match[1])].text, text)


def identifiers(parts: list[XmlPart]) -> Iterator[int]:
    """Ids that bookmarks and controls use already."""
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
        story = "\n".join(map(tree.text_of, tree.paragraphs(root)))
        for run in [run for run in root.iter(w("r")) if any(map(_marked, run.iterchildren(w("t"))))]:
            ancestors = list(run.iterancestors())
            if any(ancestor.tag in tree.UNPRINTED for ancestor in ancestors):
                continue
            for ancestor in ancestors:
                if ancestor.tag == w("sdt"):
                    for plain in ancestor.findall(f"{w('sdtPr')}/{w('text')}"):  # a plain control may hold no other
                        plain.getparent().remove(plain)
            self._split(run, part, story)
        for element in root.iter():
            if _marked(element):
                element.text = _resolve(element.text, self.slots)
            for name, value in element.attrib.items():
                if "\ufdd0" in value:
                    element.set(name, _resolve(value, self.slots))

    def _split(self, run: etree._Element, part: XmlPart, story: str) -> None:
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
                    for element in self._bound(int(piece), properties, part, story):
                        run.addprevious(element)
                    current = _run(properties)
                elif piece:
                    current.append(_text(piece))
        if len(current) > (properties is not None):
            run.addprevious(current)
        run.getparent().remove(run)

    def _bound(
        self, index: int, properties: etree._Element | None, part: XmlPart, story: str
    ) -> tuple[etree._Element, etree._Element, etree._Element]:
        figure, text = self.slots[index].figure, self.slots[index].text
        self.counts[figure.name] += 1
        count = self.counts[figure.name]
        bookmark = manifest.bookmark(figure.name, count)
        number = identifier(figure.name, count, self.taken)
        found = manifest.Occurrence(bookmark, figure.name, text, *self._context(story, index), self.slots[index].filter)
        self.found.append(found)

        run = _run(properties)
        run.append(_text(text))
        content = run
        if figure.url:
            style = _element("rStyle", val="Hyperlink")
            formatting = run.find(w("rPr"))
            if formatting is None:
                formatting = _element("rPr")
                run.insert(0, formatting)
            for old in formatting.findall(w("rStyle")):
                formatting.remove(old)
            formatting.insert(0, style)
            content = _element("hyperlink", history="1")
            content.set(qn("r:id"), part.relate_to(figure.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            content.append(run)
        start, end = marks(number, bookmark)
        return start, control(figure.name, figure.title, number, properties, [content]), end

    def _context(self, story: str, index: int) -> tuple[str, str]:
        """What stands round a number, with what its neighbours print in place of their sentinels."""
        mark = f"\ufdd0{index}\ufdd1"
        start = story.find(mark)
        if start < 0:  # text in a place that prints nowhere we read: it is found by its control and bookmark alone
            return "", ""
        # A sentinel that is cut in two lies beyond what is kept: it prints one character at least.
        reach = manifest.CONTEXT * 16
        end = start + len(mark)
        before = _resolve(story[max(start - reach, 0) : start], self.slots)
        after = _resolve(story[end : end + reach], self.slots)
        return manifest.context(before + after, len(before), len(before))


def identifier(figure: str, count: int, taken: set[int]) -> int:
    """The id of a figure's *count*th control and bookmark, which is then taken."""
    number = zlib.crc32(f"{figure} {count}".encode()) & 0x7FFFFFFF or 1
    while number in taken:
        number = number % 0x7FFFFFFF + 1
    taken.add(number)
    return number


def marks(identifier: int, bookmark: str) -> tuple[etree._Element, etree._Element]:
    """Beginning and end of a bookmark."""
    return _element("bookmarkStart", id=str(identifier), name=bookmark), _element("bookmarkEnd", id=str(identifier))


def control(
    figure: str, title: str, identifier: int, properties: etree._Element | None, content: Iterable[etree._Element]
) -> etree._Element:
    """A rich control that names its figure, round what it holds."""
    control, described, inside = _element("sdt"), _element("sdtPr"), _element("sdtContent")
    if properties is not None:
        described.append(deepcopy(properties))
    described.extend(names(figure, title))
    described.append(_element("id", val=str(identifier)))
    inside.extend(content)
    control.extend((described, inside))
    return control


def names(figure: str, title: str) -> tuple[etree._Element, etree._Element]:
    """Alias 标题〔figure〕, as long as Word accepts, and tag of a control."""
    alias = f"{title[: _CONTROL_LIMIT - 2 - len(figure)]}〔{figure}〕"
    return _element("alias", val=alias), _element("tag", val=figure)


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
