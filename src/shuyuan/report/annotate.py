"""Mistakes as Word comments: each on the very words, so that whoever wrote the template finds them in Word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from docx.document import Document
from lxml import etree

from shuyuan.proofread.words import say as _t
from shuyuan.report import package, remarks, runs, template
from shuyuan.report.loops import Scanned
from shuyuan.report.package import w
from shuyuan.report.template import Problem

MOST = 500
"""Comments in one file; who has more mistakes than that mends these first."""


def annotate(data: bytes, problems: Sequence[Problem], *, made: datetime) -> bytes:
    """The .docx with a comment for each problem, in place of our comments of an earlier time.

    Word knows no comments in headers, footers and notes: what is wrong there is said at the first words of the body.
    Raises PackageError for a file that is no .docx.
    """
    document = package.open_docx(data)
    remarks.clear(document)
    body = next(scanned for part, scanned in template.stories(document) if part is document.part)
    places = {paragraph.number: paragraph for paragraph in body}
    told = [problem for problem in problems if problem.paragraph in places][:MOST]
    elsewhere = [problem for problem in problems if problem.paragraph not in places][:MOST]
    # From the last words to the first, as marks split the runs behind them; those on the same words share a comment.
    told.sort(key=lambda problem: (problem.paragraph, problem.start, problem.end), reverse=True)
    for (number, start, end), same in groupby(told, key=lambda one: (one.paragraph, one.start, one.end)):
        _comment(document, places[number], start, end, [f"{one.fault}。{one.cure}" for one in same], made)
    said = [_t("不在正文里：%(problem)s") % {"problem": problem} for problem in elsewhere]
    if len(problems) > len(told) + len(elsewhere):
        said.append(_t("共有 %(n)s 处问题，这里只标出前 %(most)s 处。") % {"n": len(problems), "most": MOST})
    if said:
        first = next((paragraph for paragraph in body if paragraph.text.strip()), None)
        if first is None:
            document.add_paragraph(_t("（本文件没有正文）"))
            first = next(scanned for part, scanned in template.stories(document) if part is document.part)[-1]
        _comment(document, first, 0, len(first.text), said, made)
    return package.save(document, made=made)


def _comment(
    document: Document, paragraph: Scanned, start: int, end: int, lines: Sequence[str], made: datetime
) -> None:
    marked = runs.isolate(paragraph.element, start, end)
    if not marked:
        return
    box = _box(paragraph.element)
    if box is not None:
        marked, holder = [box], next(box.iterancestors(w("p")))
    else:
        holder = paragraph.element
    first, last = _outside(marked[0], holder), _outside(marked[-1], holder)
    remarks.put(document, first, last, "\n".join(lines), made=made)


def _box(paragraph: etree._Element) -> etree._Element | None:
    """The run that holds the text box round a paragraph: Word takes no comments within text boxes."""
    boxes = list(paragraph.iterancestors(w("txbxContent")))
    return next(boxes[-1].iterancestors(w("r")), None) if boxes else None


def _outside(run: etree._Element, paragraph: etree._Element) -> etree._Element:
    """The outermost control or link round a run: marks inside a control make LibreOffice lose its text."""
    place = run
    for ancestor in run.iterancestors():
        if ancestor is paragraph:
            break
        if ancestor.tag in (w("sdt"), w("hyperlink")):
            place = ancestor
    return place
