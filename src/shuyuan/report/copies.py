"""The two copies of a report: 送审稿 with links and a comment on each figure, and 印发稿, which is text alone.

What is issued leaves the house: it keeps nothing that names our addresses, figures or remarks, and so it cannot be
refreshed. Whoever wants to refresh takes the report itself, of which both are copies.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from shuyuan.report import manifest, package, tree
from shuyuan.report.package import w
from shuyuan.report.words import say as _t

AUTHOR, INITIALS = "数源", "数"
# What Word keeps about comments beside the comments themselves.
_REMARKS = ("/comments", "/commentsExtended", "/commentsIds", "/commentsExtensible", "/people")
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
    _drop_comments(document, of=AUTHOR)
    bookmarks = tree.bookmarks(document)
    moment = made.astimezone(UTC) if made.tzinfo else made.replace(tzinfo=UTC)
    said: set[str] = set()
    for control in list(document.element.body.iter(w("sdt"))):
        bound = tree.figure_of(control, bookmarks)
        if bound is None or bound[0] in said or not notes.get(bound[0]) or not _commentable(control):
            continue
        said.add(bound[0])
        comment = document.comments.add_comment(_printable(notes[bound[0]]), AUTHOR, INITIALS)
        comment._comment_elm.date = moment.replace(microsecond=0)
        _mark(control, str(comment.comment_id))
    return package.save(document, made=made)


def clean(docx: bytes, *, made: datetime) -> bytes:
    """印发稿: the same words and no links, controls, comments or notes of ours. The same input gives the same bytes.

    Raises CopyError while there are tracked changes: what is to be issued is for a person to decide.
    """
    document = package.open_docx(docx)
    for part in package.stories(document):
        _refuse_tracked(part.element)
    _drop_comments(document)
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


def _printable(note: str) -> str:
    """A note as XML can carry it."""
    return "".join(character for character in note if character in "\t\n" or character >= " ").strip()


def _commentable(control: etree._Element) -> bool:
    """Word takes comments on printed text of the body alone, not in text boxes."""
    return not any(
        ancestor.tag in tree.UNPRINTED or ancestor.tag == w("txbxContent") for ancestor in control.iterancestors()
    )


def _mark(control: etree._Element, identifier: str) -> None:
    """Put the marks of a comment round a bound number, outside its control and bookmark.

    Inside a control LibreOffice loses the number; round control and bookmark everything survives.
    """
    first = last = control
    inner = control.find(f"{w('sdtContent')}/{w('p')}")
    if inner is not None:  # a control round whole paragraphs
        content = [child for child in inner if child.tag != w("pPr")]
        if not content:
            return
        first, last = content[0], content[-1]
    else:
        while (before := first.getprevious()) is not None and before.tag == w("bookmarkStart"):
            first = before
        while (after := last.getnext()) is not None and after.tag == w("bookmarkEnd"):
            last = after
    start, end = _element("commentRangeStart", id=identifier), _element("commentRangeEnd", id=identifier)
    reference = _element("r")
    properties = _element("rPr")
    properties.append(_element("rStyle", val="CommentReference"))
    reference.extend((properties, _element("commentReference", id=identifier)))
    first.addprevious(start)
    last.addnext(end)
    end.addnext(reference)


def _element(tag: str, **attributes: str) -> etree._Element:
    return OxmlElement(f"w:{tag}", attrs={w(name): value for name, value in attributes.items()})


def _drop_comments(document: Document, *, of: str | None = None) -> None:
    """Remove the comments of one author, or all of them and everything that tells of them."""
    related = [
        (identifier, relation)
        for identifier, relation in document.part.rels.items()
        if relation.reltype.endswith(_REMARKS) and not relation.is_external
    ]
    gone: set[str] | None = None
    if of is not None:
        if not any(relation.reltype == RELATIONSHIP_TYPE.COMMENTS for _identifier, relation in related):
            return
        ours = [comment._comment_elm for comment in document.comments if comment.author == of]
        gone = {element.get(w("id")) for element in ours}
        for element in ours:
            element.getparent().remove(element)
    else:
        for identifier, _relation in related:
            document.part.rels.pop(identifier)
    for part in package.stories(document):
        marks = part.element.iter(w("commentRangeStart"), w("commentRangeEnd"), w("commentReference"))
        for mark in [mark for mark in marks if gone is None or mark.get(w("id")) in gone]:
            parent = mark.getparent()
            parent.remove(mark)
            if parent.tag == w("r") and all(child.tag == w("rPr") for child in parent):
                parent.getparent().remove(parent)


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
