"""Prose: what the parts of a report make together; what is still missing is said in its place."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import groupby

from shuyuan.report.models import Part, Report
from shuyuan.report.outline import Chapter, Outline, Paragraph

OFFICE = "办公室"  # who drafts what nobody was given; it is printed in the report, which is Chinese


_BRACES = str.maketrans("{}｛｝", "（）（）")  # a section's name must not become a placeholder


def paragraphs(text: str) -> tuple[str, ...]:
    """Each line that is not empty is a paragraph: whoever types, in Word or here, ends a paragraph by Enter."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def tidy(text: str) -> str:
    """The text as it is kept: one empty line between paragraphs, so that two editors' line ends are no change."""
    return "\n\n".join(paragraphs(text))


def missing(part: Part) -> str:
    """【待起草：计财科，12月20日前】: what stands in the place of a part that nobody has written."""
    until = f"，{part.deadline.month}月{part.deadline.day}日前" if part.deadline else ""
    return _mark("待起草", f"{part.section or OFFICE}{until}")


def faulty(part: Part) -> str:
    """【待修改：计财科，1.1】: what stands in the place of a part that cannot be printed."""
    return _mark("待修改", f"{part.section or OFFICE}，{part.code}")


def _mark(what: str, whose: str) -> str:
    return f"【{what}：{whose}】".translate(_BRACES)


def marks(parts: Iterable[Part]) -> set[str]:
    """Every mark that could stand in the report: their dates and names are no typed numbers."""
    return {mark(part) for part in parts for mark in (missing, faulty)}


def outline_of(report: Report, base: Outline | None = None, faults: Collection[int] = ()) -> Outline:
    """The outline that the parts make now. `base` gives what parts do not keep (tables), found by the part's code;
    `faults` names, by key, the parts that cannot be printed."""
    known = {one.id: one for one in base.paragraphs()} if base else {}
    chapters = [
        Chapter(title, tuple(_paragraph(part, known, faults) for part in parts))
        for title, parts in groupby(report.parts(), key=lambda part: part.chapter)
    ]
    if base is not None:
        return replace(base, year=report.year, title=report.title, issuer=report.issuer, chapters=tuple(chapters))
    return Outline(year=report.year, title=report.title, issuer=report.issuer, chapters=tuple(chapters))


def _paragraph(part: Part, known: Mapping[str, Paragraph], faults: Collection[int]) -> Paragraph:
    texts = paragraphs(part.text) or (missing(part),)
    if part.pk in faults:
        texts = (faulty(part),)
    if part.code in known:
        return replace(known[part.code], heading=part.heading, texts=texts)
    return Paragraph(id=part.code, section="", heading=part.heading, texts=texts)
