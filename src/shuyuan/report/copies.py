"""The two copies of a report: 送审稿 with links and a comment on each figure, and 印发稿, which is text alone.

What is issued leaves the house: it keeps nothing that names our addresses, figures or remarks, and so it cannot be
refreshed. Whoever wants to refresh takes the report itself, of which both are copies.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml.ns import qn
from lxml import etree

from shuyuan.proofread.words import say as _t
from shuyuan.report import manifest, package, remarks, tree
from shuyuan.report.package import w

_TRACKED = frozenset(w(name) for name in ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tblPrChange"))
_NOTES = re.compile(r"/word/(footnotes|endnotes)\.xml")
_LINK_STYLES = ("hyperlink", "followedhyperlink")


class CopyError(ValueError):
    """A report that cannot be copied as asked; the message says what to do first."""


def review(docx: bytes, notes: Mapping[str, str], *, made: datetime) -> bytes:
    """送审稿: *docx* with a comment at the first place of each figure that *notes* has a note for.

    Comments of others stay; ours of an earlier copy give way. The same input gives the same bytes.
    """
    document = package.open_docx(docx)
    remarks.clear(document)
    bookmarks = tree.bookmarks(document)
    said: set[str] = set()
    for control in list(document.element.body.iter(w("sdt"))):
        bound = tree.figure_of(control, bookmarks)
        if bound is None or bound[0] in said or not notes.get(bound[0]) or not _commentable(control):
            continue
        if place := _around(control):
            said.add(bound[0])
            remarks.put(document, *place, notes[bound[0]], made=made)
    return package.save(document, made=made)


def clean(docx: bytes, *, made: datetime) -> bytes:
    """印发稿: the same words and no links, controls, comments or notes of ours. The same input gives the same bytes.

    Raises CopyError while there are tracked changes: what is to be issued is for a person to decide.
    """
    document = package.open_docx(docx)
    for part in package.stories(document):
        _refuse_tracked(part.element)
    remarks.clear_all(document)
    styles = {
        style.get(w("styleId"))
        for style in document.styles.element.iter(w("style"))
        if (name := style.find(w("name"))) is not None
        and name.get(w("val"), "").replace(" ", "").lower() in _LINK_STYLES
    }
    for part in package.stories(document):
        _plain(part.element, styles)
    parts = list(document.part.package.iter_parts())
    for part in parts:
        if _NOTES.fullmatch(str(part.partname)) and type(part) is Part:
            root = etree.fromstring(part.blob, package.parser())
            _refuse_tracked(root)
            _plain(root, styles)
            part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    for part in parts:
        for identifier, relation in list(part.rels.items()):
            template = relation.reltype.endswith("/attachedTemplate")
            if template or (relation.is_external and relation.reltype == RELATIONSHIP_TYPE.HYPERLINK):
                part.rels.pop(identifier)
    for template in list(document.settings.element.iter(w("attachedTemplate"))):  # a path on somebody's machine
        template.getparent().remove(template)
    printed = " ".join(_instructions(document))
    properties = package.custom_properties(document)
    # A letterhead may print a property by a field; what no field prints tells only of us.
    package.set_custom_properties(document, {name: text for name, text in properties.items() if name in printed})
    document.core_properties.comments = ""
    return package.save(document, made=made)


def _commentable(control: etree._Element) -> bool:
    """Word takes comments on printed text of the body alone, not in text boxes."""
    return not any(
        ancestor.tag in tree.UNPRINTED or ancestor.tag == w("txbxContent") for ancestor in control.iterancestors()
    )


def _around(control: etree._Element) -> tuple[etree._Element, etree._Element] | None:
    """From where to where a bound number is commented on: outside its control and bookmark.

    Inside a control LibreOffice loses the number; round control and bookmark everything survives.
    """
    inner = control.find(f"{w('sdtContent')}/{w('p')}")
    if inner is not None:  # a control round whole paragraphs
        content = [child for child in inner if child.tag != w("pPr")]
        return (content[0], content[-1]) if content else None
    first = last = control
    while (before := first.getprevious()) is not None and before.tag == w("bookmarkStart"):
        first = before
    while (after := last.getnext()) is not None and after.tag == w("bookmarkEnd"):
        last = after
    return first, last


def _refuse_tracked(root: etree._Element) -> None:
    for element in root.iter():
        if element.tag in _TRACKED:
            paragraph = next((one for one in (element, *element.iterancestors()) if one.tag == w("p")), None)
            text = "".join(paragraph.itertext(w("t"), w("delText"))) if paragraph is not None else ""
            told = _t("「%(quoted)s」处还有没有处理的修订。请在 Word 或 WPS 中接受或拒绝全部修订，再生成印发稿。")
            raise CopyError(told % {"quoted": text[:30]})


def _plain(root: etree._Element, link_styles: Iterable[str]) -> None:
    """Unwrap controls and links of one part, and drop the bookmarks that bound numbers."""
    ours = {
        mark.get(w("id")) for mark in root.iter(w("bookmarkStart")) if manifest.is_bookmark(mark.get(w("name"), ""))
    }
    for mark in list(root.iter(w("bookmarkStart"))):
        if mark.get(w("id")) in ours and not manifest.is_bookmark(mark.get(w("name"), "")):
            ours.discard(mark.get(w("id")))  # two share an id: its end may be the other's
    for mark in list(root.iter(w("bookmarkStart"), w("bookmarkEnd"))):
        if mark.get(w("id")) in ours or manifest.is_bookmark(mark.get(w("name"), "")):
            mark.getparent().remove(mark)
    for control in list(root.iter(w("sdt"))):
        content = control.find(w("sdtContent"))
        _unwrap(control, content if content is not None else ())
    for link in list(root.iter(w("hyperlink"))):
        if link.get(qn("r:id")):
            _unlinked(link, link_styles)
            _unwrap(link, link)
    for field in list(root.iter(w("fldSimple"))):
        if _is_link(field.get(w("instr"), "")):
            _unlinked(field, link_styles)
            _unwrap(field, field)
    for instruction, machinery, result in tree.fields(root):
        if _is_link(instruction):
            for element in result:
                _unlinked(element, link_styles)
            for element in machinery:
                element.getparent().remove(element)


def _unwrap(element: etree._Element, children: Iterable[etree._Element]) -> None:
    for child in list(children):
        element.addprevious(child)
    element.getparent().remove(element)


def _unlinked(element: etree._Element, link_styles: Iterable[str]) -> None:
    """Runs look like their neighbours again: no blue, no line below."""
    for style in list(element.iter(w("rStyle"))):
        if style.get(w("val")) in link_styles:
            style.getparent().remove(style)


def _is_link(instruction: str) -> bool:
    words = instruction.split()
    return bool(words) and words[0].upper() == "HYPERLINK" and "\\l" not in words[1:2]


def _instructions(document: Document) -> Iterator[str]:
    for part in package.stories(document):
        for element in part.element.iter(w("instrText"), w("fldSimple")):
            yield element.text or "" if element.tag == w("instrText") else element.get(w("instr"), "")
