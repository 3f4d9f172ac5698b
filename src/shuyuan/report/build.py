"""Build: the year's report from its outline, or a Word template that the office edited, and the books' figures."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import docx
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, OrganisationName
from shuyuan.figures.books import Books
from shuyuan.figures.figure import Value
from shuyuan.figures.listing import listing
from shuyuan.figures.registry import figures
from shuyuan.report import bind, frame, package, pdf, prose, tree
from shuyuan.report.models import ANNUAL, Part, Reading, Remark, Report
from shuyuan.report.numbers import Unbound, unbound
from shuyuan.report.outline import Outline
from shuyuan.report.outlines import outline, years
from shuyuan.report.phrases import PhraseError
from shuyuan.report.template import TemplateError, read

CHINESE = "zh-hans"
_BRACED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_WORD = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


class TypedNumbers(ValueError):
    """A report with numbers that no figure stands behind is not built."""

    def __init__(self, found: list[Unbound]) -> None:
        self.found = found
        told = _t("报告里有 %(n)s 处没有绑定指标的数字，请改成占位符：") % {"n": len(found)}
        super().__init__("\n".join([told, *(str(one) for one in found)]))


@dataclass(frozen=True)
class Entry:
    """A figure's value as a template prints it: in Chinese, as the prose is, whatever language the reader has."""

    value: Value
    before: Value
    year: int

    @property
    def name(self) -> str:
        return self.value.figure.name

    @property
    def title(self) -> str:
        return self.value.figure.title

    @property
    def display(self) -> str:
        with translation.override(CHINESE):
            return self.value.display

    @property
    def number(self) -> str:
        return self.value.number

    @property
    def unit(self) -> str:
        return self.value.figure.unit

    @property
    def url(self) -> str:
        return f"{settings.SITE_URL}{reverse('figure', args=[self.name])}?year={self.year}"

    @property
    def note(self) -> str:
        with translation.override(CHINESE):
            return f"口径：{self.value.figure.definition}上年：{self.before.display}"


@dataclass(frozen=True)
class Built:
    """A built report: the Word file, and the one tree that page and PDF are made from."""

    year: int
    docx: bytes
    made: datetime
    unknown: tuple[Value, ...]
    typed: tuple[Unbound, ...] = ()
    """Numbers that no figure stands behind; only a draft has them."""
    gaps: tuple[Part, ...] = ()
    """The parts in whose place the report says that they are missing or cannot be printed."""

    @cached_property
    def document(self) -> tree.Document:
        return tree.read(self.docx)

    def pdf(self) -> pdf.Pdf:
        return pdf.make(self.docx, made=self.made)


@dataclass(frozen=True)
class Preview:
    """One part's text as it prints now, and what is wrong with it, one sentence each."""

    document: tree.Document | None
    problems: tuple[str, ...]


def entries(
    year: int, organisation: Organisation | None = None, names: Collection[str] | None = None
) -> Mapping[str, Entry]:
    """Every figure of the year, or those named, computed together, by name; an organisation's own part of each."""
    wanted = [figure.name for figure in figures(year) if names is None or figure.name in names]
    books = Books(year, organisation)
    pairs = zip(books.values(wanted), books.values(wanted, back=1), strict=True)
    return {value.figure.name: Entry(value, before, year) for value, before in pairs}


def build(wanted: int | Report, template: bytes | None = None) -> Built:
    """The report, or the bureau's annual one of a year; what no section has written yet is said in its place.

    Raises TemplateError for an unknown figure, TypedNumbers for a typed one, NoOutline for a year nobody outlined.
    """
    report = annual(wanted) if isinstance(wanted, int) else wanted
    year = wanted if isinstance(wanted, int) else wanted.year
    made = _as_of()
    if template is not None:
        built = _filled(report, year, template, made)
    else:
        built = _filled(report, year, source(report or outline(year), made), made, _printed(report))
    if built.typed:
        raise TypedNumbers(list(built.typed))
    return built


def draft(report: Report) -> Built:
    """The report as far as it is written: a part that cannot be printed is named in its place, typed numbers are told.

    Raises TemplateError only for a whole template that the office gave.
    """
    made = _as_of()
    try:
        return _filled(report, report.year, source(report, made), made, _printed(report))
    except (TemplateError, PhraseError):
        if report.template():
            raise
    parts = _printed(report)
    faults = {part.pk for part in parts if part.text and preview(part.text, report).document is None}
    ours = frame.build(prose.outline_of(report, _base(report), faults), made=made)
    return _filled(report, report.year, ours, made, parts, faults)


def _printed(report: Report | None) -> list[Part]:
    """The parts that the report is made from: none when nobody opened it, or a whole template was given."""
    return [] if report is None or report.template() else list(report.parts())


def annual(year: int) -> Report | None:
    """The bureau's annual report of a year, when it has been opened."""
    bureau = Organisation.Kind.BUREAU
    return Report.objects.filter(year=year, kind=ANNUAL, organisation__kind=bureau).order_by("pk").first()


def source(wanted: Report | Outline, made: datetime) -> bytes:
    """The Word template a report is built from: the one the office gave, or ours made from its parts."""
    if isinstance(wanted, Outline):
        return frame.build(wanted, made=made)
    given = wanted.template()
    return given.read() if given else frame.build(prose.outline_of(wanted, _base(wanted)), made=made)


def preview(text: str, report: Report) -> Preview:
    """A part's text with its figures filled in. Only the figures it names are computed."""
    made = datetime(report.year, 12, 31, tzinfo=UTC)
    bare = docx.Document()  # a preview needs no page and no styles, which take longer than all the rest
    for one in prose.paragraphs(text):
        bare.add_paragraph(one)
    template = package.save(bare, made=made)
    try:
        read(template).check({figure.name for figure in figures(report.year)})
        values = entries(report.year, organisation_of(report), named(text, report.year))
        printed = tree.read(bind.fill(template, values, made=made))
    except (TemplateError, PhraseError) as error:
        # Typed numbers are told at once with the rest: whoever writes mends everything in one go.
        plain = [tree.Paragraph((tree.Text(_BRACED.sub("…", one)),)) for one in prose.paragraphs(text)]
        typed = unbound(tree.Document(tuple(plain)), names=_names())
        problems = error.problems if isinstance(error, TemplateError) else [error]
        return Preview(None, tuple(map(str, [*problems, *typed])))
    return Preview(printed, tuple(map(str, unbound(printed, names=_names()))))


def named(text: str, year: int) -> list[str]:
    """The figures that a text may name, by name or by title, in the order in which they appear."""
    words = set(_WORD.findall(text))
    found = [figure for figure in figures(year) if figure.name in words or figure.title in text]
    return [one.name for one in sorted(found, key=lambda one: max(text.find(one.name), text.find(one.title)))]


def _filled(
    report: Report | None,
    year: int,
    template: bytes,
    made: datetime,
    parts: Sequence[Part] = (),
    faults: Collection[int] = (),
) -> Built:
    values = entries(year, organisation_of(report))
    filled = bind.fill(template, values, made=made)
    document = tree.read(filled)
    used = {bound.figure for bound in document.bound()}
    unknown = tuple(values[name].value for name in sorted(used) if values[name].value.exact is None)
    typed = tuple(unbound(document, names=_names() | prose.marks(parts)))
    return Built(year, filled, made, unknown, typed, tuple(one for one in parts if not one.text or one.pk in faults))


def organisation_of(report: Report | None) -> Organisation | None:
    """Whose part of each figure a report prints: everything for the bureau's, a school's own for a school's."""
    whole = report is None or report.organisation.kind == Organisation.Kind.BUREAU
    return None if whole or report is None else report.organisation


def _base(report: Report) -> Outline | None:
    """The outline a report was opened from, for what its parts do not keep."""
    return outline(report.year) if report.kind == ANNUAL and report.year in years() else None


def _names() -> set[str]:
    """Names that hold numerals of their own (市一中, 第四中学): the register's, not typed figures."""
    return {*Organisation.objects.values_list("name", flat=True)} | {
        *OrganisationName.objects.values_list("name", flat=True)
    }


def _as_of() -> datetime:
    """The time a draft is stamped with: the last change of the books, so that an unchanged book gives the same file."""
    from shuyuan.core.history import versioned_models

    # The newest version by its key: versions are only ever added, and looking for the latest time reads them all.
    printed = [model for model in versioned_models() if model not in {Reading, Remark}]
    newest = [model.versions._default_manager.order_by("-version_id").first() for model in printed]
    return max((one.written_at for one in newest if one), default=datetime(2000, 1, 1, tzinfo=UTC)).astimezone(UTC)


@dataclass(frozen=True)
class Written:
    """What was written where, and in one sentence how the PDF was made."""

    report: Built
    files: tuple[Path, ...]
    remark: str


def write(year: int, folder: Path, template: bytes | None = None) -> Written:
    """Write 工作报告-YEAR.docx, .pdf and figures.json into a folder."""
    report = build(year, template)
    made = report.pdf()
    name = f"工作报告-{year}"
    figures_json = json.dumps(listing(year), ensure_ascii=False, indent=2).encode()
    contents = {f"{name}.docx": report.docx, f"{name}.pdf": made.data, "figures.json": figures_json}
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        (folder / file).write_bytes(content)
    return Written(report, tuple(folder / file for file in contents), made.remark)
