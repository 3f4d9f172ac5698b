"""A proofread file in Word: each finding a comment on its words, and a 勘误表 at the end."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import docx
from django.utils.translation import gettext as _t
from django.utils.translation import pgettext
from docx.document import Document
from docx.oxml import OxmlElement
from docx.shared import Cm
from docx.table import Table

from shuyuan.proofread.findings import Finding
from shuyuan.report import annotate, package, runs
from shuyuan.report.package import w
from shuyuan.report.proofing import reading, stories
from shuyuan.report.template import Problem

_WIDTHS = (1.7, 3.2, 6.0, 2.8, 1.9)
"""Of the columns of the 勘误表, in cm; together what A4 leaves between the margins of an official document."""


def severity(one: Finding) -> str:
    """错误, 疑问 or 提示 in the reader's language."""
    return {"error": _t("错误"), "warning": _t("疑问"), "hint": pgettext("proofreading", "提示")}[one.severity]


@dataclass(frozen=True, slots=True)
class Correction:
    """A finding that somebody accepted, and what its words become."""

    finding: Finding
    right: str


def marked(
    source: reading.Source,
    findings: Sequence[Finding],
    told: str,
    *,
    made: datetime,
    corrected: Sequence[Correction] = (),
) -> bytes:
    """A copy of the file with a comment on each finding and a 勘误表 below `told`, how much could be checked.

    What was `corrected` is written in place of the wrong words, in their formatting, and stands in the 勘误表 as done.
    What is no .docx becomes one, a paragraph for each line.
    """
    data = source.data if source.kind == "docx" else _as_word(source.text)
    document = package.open_docx(data)
    _without_errata(document)
    passages = stories.passages(document)
    starts = [0]
    for passage in passages:
        starts.append(starts[-1] + len(passage.text) + 1)

    def place(one: Finding) -> tuple[int, int, int]:
        """The number of the passage it stands in, and from where to where."""
        number = min(bisect_right(starts, one.start) - 1, len(passages) - 1)
        start = one.start - starts[number]
        return number, start, min(start + one.end - one.start, len(passages[number].text))

    problems = []
    for one in findings:
        number, start, end = place(one)
        paragraph = passages[number].paragraph
        cure = _t("建议：%(suggestion)s") % {"suggestion": one.suggestion} if one.suggestion else _t("请核实")
        fault = f"[{one.rule} {severity(one)}] {one.message}"
        problems.append(Problem(paragraph.number, start, end, paragraph.text, fault, cure))
    changes: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for correction in sorted(corrected, key=lambda one: one.finding.start):
        number, start, end = place(correction.finding)
        changes[number].append((start, end, correction.right))
    # Comments print nothing, so the places hold when the words are replaced after them.
    annotated = package.open_docx(annotate.annotate(package.save(document, made=made), problems, made=made))
    again = stories.passages(annotated)
    for number, passage in enumerate(again):
        runs.replace(passage.paragraph.element, changes.get(number, ()))
    stories.keep(again)
    places = [f"{number} {one.place}".strip() if one.body else one.place for number, one in enumerate(again, start=1)]
    _errata(annotated, findings, corrected, told, [places[place(one)[0]] for one in _listed(findings, corrected)])
    return package.save(annotated, made=made)


def _as_word(text: str) -> bytes:
    document = docx.Document()
    for line in text.split("\n"):
        document.add_paragraph(
            "".join(character if character >= " " or character == "\t" else " " for character in line)
        )
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _without_errata(document: Document) -> None:
    """Take out the 勘误表 of an earlier time: it stands at the end, behind its bookmark."""
    children = list(document.element.body)
    for place, child in enumerate(children):
        marks = [mark for mark in child.iter(w("bookmarkStart")) if mark.get(w("name")) == stories.ERRATA]
        if marks:
            for old in children[place:]:
                if old.tag != w("sectPr"):
                    document.element.body.remove(old)
            return


def _listed(findings: Sequence[Finding], corrected: Sequence[Correction]) -> list[Finding]:
    """All that the 勘误表 tells of, in reading order."""
    return sorted([*findings, *(one.finding for one in corrected)], key=lambda one: (one.start, one.end))


def _errata(
    document: Document, findings: Sequence[Finding], corrected: Sequence[Correction], told: str, places: Sequence[str]
) -> None:
    heading = document.add_paragraph()
    heading.paragraph_format.page_break_before = True
    heading.add_run(_t("勘误表")).bold = True
    identifier = str(
        1 + max((int(m.get(w("id"), "0")) for m in document.element.body.iter(w("bookmarkStart"))), default=0)
    )
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(w("id"), identifier)
    start.set(w("name"), stories.ERRATA)
    end.set(w("id"), identifier)
    heading._p.append(start)
    heading._p.append(end)
    document.add_paragraph(told)
    rows = [(one, one.suggestion, _sure(one)) for one in findings]
    rows += [(one.finding, one.right, _t("已改正")) for one in corrected]
    if not rows:
        document.add_paragraph(_t("没有发现问题。"))
        return
    # A document need not have a section, of which the library would take the width.
    table = document._body.add_table(0, len(_WIDTHS), Cm(sum(_WIDTHS)))
    _ruled(table)
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Cm(width)
    heads = [pgettext("proofreading", "位置"), _t("原文"), _t("问题"), _t("建议"), _t("程度")]
    lines = [
        [place, one.text, f"{one.rule} {one.message}", right, state]
        for place, (one, right, state) in zip(
            places, sorted(rows, key=lambda row: (row[0].start, row[0].end)), strict=True
        )
    ]
    for line in [heads, *lines]:
        row = table.add_row()  # type: ignore[no-untyped-call]
        for cell, words, width in zip(row.cells, line, _WIDTHS, strict=True):
            cell.width = Cm(width)
            cell.text = _clean(words)


def _sure(one: Finding) -> str:
    told = _t("%(severity)s %(confidence)s")
    return told % {"severity": severity(one), "confidence": f"{one.confidence:.0%}"}


def _clean(words: str) -> str:
    return "".join(character if character >= " " else " " for character in words)


def _ruled(table: Table) -> None:
    """Thin rules round every cell; the document may have no style for tables."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        rule = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "808080")):
            rule.set(w(name), value)
        borders.append(rule)
    table._tbl.tblPr.append(borders)
