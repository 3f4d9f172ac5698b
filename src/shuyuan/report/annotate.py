"""Mistakes as Word comments: each on the very words, so that whoever wrote the template finds them in Word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from docx.document import Document
from docx.oxml import OxmlElement
from lxml import etree

from shuyuan.report import package, runs, template
from shuyuan.report.loops import Scanned
from shuyuan.report.package import w
from shuyuan.report.template import Problem
from shuyuan.report.words import say as _t

AUTHOR = "数源"
MOST = 500
"""Comments in one file; who has more mistakes than that mends these first."""


def annotate(data: bytes, problems: Sequence[Problem], *, made: datetime) -> bytes:
    """The .docx with a comment for each problem, in place of our comments of an earlier time.

    Word knows no comments in headers, footers and notes: what is wrong there is said at the first words of the body.
    Raises PackageError for a file that is no .docx.
    """
    document = package.open_docx(data)
    clear(document)
    body = next(scanned for part, scanned in template.stories(document) if part is document.part)
    places = {paragraph.number: paragraph for paragraph in body}
    told = [problem for problem in problems if problem.paragraph in places][:MOST]
    elsewhere = [problem for problem in problems if problem.paragraph not in places][:MOST]
    # From the last words to the first, as marks split the runs behind them; those on the same words share a comment.
    told.sort(key=lambda problem: (problem.paragraph, problem.start, problem.end), reverse=True)
    for (number, start, end), same in groupby(told, key=lambda one: (one.paragraph, one.start, one.end)):
        _comment(document, places[number], start, end, [f"{one.fault}。{one.cure}" for one in same], made)
    remarks = [_t("不在正文里：%(problem)s") % {"problem": problem} for problem in elsewhere]
    if len(problems) > len(told) + len(elsewhere):
        remarks.append(_t("共有 %(n)s 处问题，这里只标出前 %(most)s 处。") % {"n": len(problems), "most": MOST})
    if remarks:
        first = next((paragraph for paragraph in body if paragraph.text.strip()), None)
        if first is None:
            document.add_paragraph(_t("（本文件没有正文）"))
            first = next(scanned for part, scanned in template.stories(document) if part is document.part)[-1]
        _comment(document, first, 0, len(first.text), remarks, made)
    return package.save(document, made=made)


def clear(document: Document) -> None:
    """Take our own comments out: a mended template that comes back must not carry what was wrong with it before."""
    ours = {str(one.comment_id): one._comment_elm for one in document.comments if one.author == AUTHOR}
    if not ours:
        return
    for element in ours.values():
        element.getparent().remove(element)
    marks = (w("commentRangeStart"), w("commentRangeEnd"), w("commentReference"))
    for mark in [one for one in document.element.body.iter(*marks) if one.get(w("id")) in ours]:
        parent = mark.getparent()
        parent.remove(mark)
        if parent.tag == w("r") and all(child.tag == w("rPr") for child in parent):
            parent.getparent().remove(parent)


def _comment(
    document: Document, paragraph: Scanned, start: int, end: int, lines: Sequence[str], made: datetime
) -> None:
    marked = runs.isolate(paragraph.element, start, end)
    if not marked:
        return
    comment = document.comments.add_comment(text="\n".join(lines), author=AUTHOR, initials=AUTHOR)
    comment._comment_elm.set(w("date"), made.strftime("%Y-%m-%dT%H:%M:%SZ"))
    identifier = str(comment.comment_id)
    first, last = _outside(marked[0], paragraph.element), _outside(marked[-1], paragraph.element)
    first.addprevious(_mark("commentRangeStart", identifier))
    reference = OxmlElement("w:r")
    properties = OxmlElement("w:rPr")
    style = OxmlElement("w:rStyle")
    style.set(w("val"), "CommentReference")
    properties.append(style)
    reference.extend((properties, _mark("commentReference", identifier)))
    last.addnext(reference)
    last.addnext(_mark("commentRangeEnd", identifier))


def _outside(run: etree._Element, paragraph: etree._Element) -> etree._Element:
    """The outermost control or link round a run: marks inside a control make LibreOffice lose its text."""
    place = run
    for ancestor in run.iterancestors():
        if ancestor is paragraph:
            break
        if ancestor.tag in (w("sdt"), w("hyperlink")):
            place = ancestor
    return place


def _mark(name: str, identifier: str) -> etree._Element:
    element = OxmlElement(f"w:{name}")
    element.set(w("id"), identifier)
    return element
