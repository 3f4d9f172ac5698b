"""Our comments in a Word file: put round words, taken out again."""

from collections.abc import Container
from datetime import UTC, datetime

from docx.document import Document
from docx.oxml import OxmlElement
from lxml import etree

from shuyuan.report import package
from shuyuan.report.package import w

AUTHOR = "数源"
_MARKS = (w("commentRangeStart"), w("commentRangeEnd"), w("commentReference"))
# What Word keeps about comments beside the comments themselves.
_PARTS = ("/comments", "/commentsExtended", "/commentsIds", "/commentsExtensible", "/people")


def put(document: Document, first: etree._Element, last: etree._Element, text: str, *, made: datetime) -> None:
    """Comment on what stands from *first* to *last*, siblings of one paragraph.

    Marks inside a control make LibreOffice lose its text: *first* and *last* are to stand outside of any.
    """
    comment = document.comments.add_comment(_printable(text), AUTHOR, AUTHOR[0])
    moment = made.astimezone(UTC) if made.tzinfo else made.replace(tzinfo=UTC)
    comment._comment_elm.date = moment.replace(microsecond=0)
    identifier = str(comment.comment_id)
    reference, properties = OxmlElement("w:r"), OxmlElement("w:rPr")
    properties.append(OxmlElement("w:rStyle", attrs={w("val"): "CommentReference"}))
    reference.extend((properties, _mark("commentReference", identifier)))
    first.addprevious(_mark("commentRangeStart", identifier))
    last.addnext(reference)
    last.addnext(_mark("commentRangeEnd", identifier))


def clear(document: Document) -> None:
    """Take our own comments out: a file that comes back must not carry what was said of it before."""
    ours = {str(one.comment_id): one._comment_elm for one in document.comments if one.author == AUTHOR}
    for element in ours.values():
        element.getparent().remove(element)
    if ours:
        _unmark(document, ours)


def clear_all(document: Document) -> None:
    """Take out the comments of everybody, and who they are."""
    for identifier, relation in list(document.part.rels.items()):
        if relation.reltype.endswith(_PARTS) and not relation.is_external:
            document.part.rels.pop(identifier)
    _unmark(document, None)


def _unmark(document: Document, identifiers: Container[str] | None) -> None:
    for part in package.stories(document):
        marks = list(part.element.iter(*_MARKS))
        for mark in marks:
            if identifiers is not None and mark.get(w("id")) not in identifiers:
                continue
            parent = mark.getparent()
            parent.remove(mark)
            if parent.tag == w("r") and all(child.tag == w("rPr") for child in parent):
                parent.getparent().remove(parent)


def _mark(name: str, identifier: str) -> etree._Element:
    return OxmlElement(f"w:{name}", attrs={w("id"): identifier})


def _printable(text: str) -> str:
    """What XML can carry."""
    return "".join(character for character in text if character in "\t\n" or character >= " ").strip()
