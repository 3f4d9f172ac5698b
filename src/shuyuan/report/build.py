"""Build: the year's report from its outline, or a Word template that the office edited, and the books' figures."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
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
from shuyuan.figures.kinds import Names
from shuyuan.figures.listing import listing
from shuyuan.figures.registry import figures
from shuyuan.report import bind, copies, outlines, package, pdf, prose, tree
from shuyuan.report.frozen import Frozen, frozen_of
from shuyuan.report.models import ANNUAL, Part, Report
from shuyuan.report.nodes import Document, Paragraph, Text
from shuyuan.report.numbers import Unbound, unbound
from shuyuan.report.outline import Outline
from shuyuan.report.outlines import declared, outline, years
from shuyuan.report.phrases import Item, PhraseError, Printed
from shuyuan.report.stamp import books_written, key
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
    before: Value | None
    year: int
    books: Books

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
    def listed(self) -> bool:
        return isinstance(self.value.figure, Names)

    @property
    def exact(self) -> Decimal | None:
        return self.value.exact

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(Item(name, beside) for name, beside in self.value.named)

    @property
    def earlier(self) -> Entry | None:
        return Entry(self.before, None, self.year - 1, self.books) if self.before else None

    def at(self, organisation: str) -> Entry | None:
        """One organisation's part, by its name; a list of names has none."""
        place = self._places.get(organisation)
        if place is None or self.listed:
            return None
        nothing = Value(self.value.figure, None)
        part, before = (vector.get(place, nothing) for vector in self._vectors)
        return Entry(part, before, self.year, self.books)

    @cached_property
    def _places(self) -> dict[str, int]:
        """Organisations by name; a name that two of them have is nobody's."""
        found = Counter(Organisation.objects.values_list("name", flat=True))
        named = Organisation.objects.values_list("name", "pk")
        return {name: key for name, key in named if found[name] == 1}

    @cached_property
    def _vectors(self) -> tuple[dict[int, Value], dict[int, Value]]:
        return self.books.vector(self.name), self.books.vector(self.name, 1)

    @property
    def url(self) -> str:
        return f"{settings.SITE_URL}{reverse('figure', args=[self.name])}?year={self.year}"

    @property
    def note(self) -> str:
        with translation.override(CHINESE):
            before = f"上年：{self.before.display}" if self.before else ""
            return f"口径：{self.value.figure.definition}{before}"


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
    notes: Mapping[str, str] = field(default_factory=dict)
    """Definition and last year's value of each figure that is printed, by its name."""

    @cached_property
    def document(self) -> Document:
        return tree.read(self.docx)

    @property
    def complete(self) -> bool:
        """Whether every part is written and every number bound: only such a report is issued."""
        return not self.gaps and not self.typed

    def pdf(self) -> pdf.Pdf:
        return pdf.make(self.docx, made=self.made)

    def copy(self, kind: str) -> bytes:
        """送审稿 "review" with a comment on each figure, 印发稿 "clean" without links; otherwise the report itself.

        Raises CopyError for a report that cannot be issued as it is.
        """
        if kind == "review":
            return copies.review(self.docx, self.notes, made=self.made)
        if kind != "clean":
            return self.docx
        if not self.complete:
            raise copies.CopyError(_t("报告里还有没写好的段落或没有绑定指标的数字，写完才能生成印发稿。"))
        return copies.clean(self.docx, made=self.made)


@dataclass(frozen=True)
class Preview:
    """One part's text as it prints now, and what is wrong with it, one sentence each."""

    document: Document | None
    problems: tuple[str, ...]


def entries(
    year: int,
    organisation: Organisation | None = None,
    names: Collection[str] | None = None,
    until: date | None = None,
) -> Mapping[str, Entry]:
    """Every figure of the year, or those named, computed together, by name; an organisation's own part of each.

    With `until` the year up to that day, and beside it last year's up to the same day.
    """
    wanted = [figure.name for figure in figures(year) if names is None or figure.name in names]
    books = Books(year, organisation, until=until)
    pairs = zip(books.values(wanted), books.values(wanted, back=1), strict=True)
    return {value.figure.name: Entry(value, before, year, books) for value, before in pairs}


def build(wanted: int | Report, template: bytes | None = None) -> Built:
    """The report, or the bureau's annual one of a year; what no section has written yet is said in its place.

    Raises TemplateError for an unknown figure, TypedNumbers for a typed one, NoOutline for a year nobody outlined.
    """
    report = annual(wanted) if isinstance(wanted, int) else wanted
    year = wanted if isinstance(wanted, int) else wanted.year
    made = books_written()
    if template is not None:
        built = _filled(report, year, template, made)
    else:
        built = _filled(report, year, source(report or outline(year), made), made, _printed(report))
    if built.typed:
        raise TypedNumbers(list(built.typed))
    return built


def draft(report: Report) -> Built:
    """The report as far as it is written: a part that cannot be printed is named in its place, typed numbers are told.

    A final report is as it was frozen. Raises TemplateError only for a whole template that the office gave.
    """
    if report.state == Report.State.FROZEN and (frozen := frozen_of(report)):
        return final(frozen)
    made = books_written()
    try:
        return _filled(report, report.year, source(report, made), made, _printed(report))
    except (TemplateError, PhraseError):
        if report.template():
            raise
    parts = _printed(report)
    faults = {part.pk for part in parts if part.text and preview(part.text, report).document is None}
    ours = outlines.template(prose.outline_of(report, _base(report), faults), made)
    return _filled(report, report.year, ours, made, parts, faults)


def final(frozen: Frozen) -> Built:
    """A final report again, from what was kept. Raises ValueError when that is no longer what was sealed."""
    notes = {name: one.note for name, one in frozen.values().items()}
    return Built(frozen.report.year, frozen.docx(), frozen.made, (), notes=notes)


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
        return outlines.template(wanted, made)
    given = wanted.template()
    return given.read() if given else outlines.template(prose.outline_of(wanted, _base(wanted)), made)


def preview(text: str, report: Report) -> Preview:
    """A part's text with its figures filled in. Only the figures it names are computed."""
    made = datetime(report.year, 12, 31, tzinfo=UTC)
    bare = docx.Document()  # a preview needs no page and no styles, which take longer than all the rest
    for one in prose.paragraphs(text):
        bare.add_paragraph(one)
    template = package.save(bare, made=made)
    try:
        read(template).check(declared(report.year))
        values = entries_of(report, named(text, report.year))
        printed = tree.read(bind.fill(template, values, made=made))
    except (TemplateError, PhraseError) as error:
        # Typed numbers are told at once with the rest: whoever writes mends everything in one go.
        plain = [Paragraph((Text(_BRACED.sub("…", one)),)) for one in prose.paragraphs(text)]
        typed = unbound(Document(tuple(plain)), names=register())
        problems = error.problems if isinstance(error, TemplateError) else [error]
        return Preview(None, tuple(map(str, [*problems, *typed])))
    return Preview(printed, tuple(map(str, unbound(printed, names=register()))))


def named(text: str, year: int) -> list[str]:
    """The figures that a text may name, by name or by title, in the order in which they appear."""
    steps = (word.split(".") for word in _WORD.findall(text))  # a list's items are named below it: x.names.items
    words = {".".join(word[:end]) for word in steps for end in range(1, len(word) + 1)}
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
    values = entries_of(report) if report else entries(year)
    filled = bind.fill(template, values, made=made, year=year, report=identity(report), key=key())
    document = tree.read(filled)
    used = {bound.figure for bound in document.bound()}
    unknown = tuple(values[name].value for name in sorted(used) if values[name].value.exact is None)
    typed = tuple(unbound(document, names=register() | prose.marks(parts)))
    gaps = tuple(one for one in parts if not one.text or one.pk in faults)
    return Built(year, filled, made, unknown, typed, gaps, {name: values[name].note for name in used})


def identity(report: Report | None) -> str:
    """Which report of its year it is, for the document itself: the kind, and whose; the bureau's is anybody's."""
    place = organisation_of(report)
    return f"{report.kind if report else ANNUAL}{f':{place.pk}' if place else ''}"


def identified(year: int, text: str) -> Report | None:
    """The report that a document says it is; None for the bureau's annual one that nobody has opened."""
    kind, _colon, place = text.partition(":")
    found = Report.objects.filter(year=year, kind=kind or ANNUAL)
    if place.isdecimal():
        return found.filter(organisation=int(place)).first()
    return found.filter(organisation__kind=Organisation.Kind.BUREAU).order_by("pk").first()


def figures_of(year: int, report: Report | None) -> Mapping[str, Printed]:
    """What the report prints: the books as they stand, or, of a final report, the values it was frozen with."""
    if report is not None and report.state == Report.State.FROZEN and (frozen := frozen_of(report)):
        return frozen.values()
    return entries_of(report) if report else entries(year)


def entries_of(report: Report, names: Collection[str] | None = None) -> Mapping[str, Entry]:
    """What a report prints of the books as they stand: its organisation's part, up to the day it reports on."""
    return entries(report.year, organisation_of(report), names, until_of(report))


def until_of(report: Report | None) -> date | None:
    """The day up to which a report counts: a half-year brief its 30 June, others the whole year."""
    base = _base(report) if report is not None and report.kind != ANNUAL else None
    return base.last_day() if base else None


def organisation_of(report: Report | None) -> Organisation | None:
    """Whose part of each figure a report prints: everything for the bureau's, a school's own for a school's."""
    whole = report is None or report.organisation.kind == Organisation.Kind.BUREAU
    return None if whole or report is None else report.organisation


def _base(report: Report) -> Outline | None:
    """The outline a report was opened from, for what its parts do not keep."""
    if report.kind == ANNUAL:
        return outline(report.year) if report.year in years() else None
    return outline(report.year, report.kind, report.organisation)


def register() -> set[str]:
    """Names that hold numerals of their own (市一中, 第四中学): the register's, not typed figures."""
    return {*Organisation.objects.values_list("name", flat=True)} | {
        *OrganisationName.objects.values_list("name", flat=True)
    }


@dataclass(frozen=True)
class Written:
    """What was written where, and in one sentence how the PDF was made."""

    report: Built
    files: tuple[Path, ...]
    remark: str


def write(year: int, folder: Path, template: bytes | None = None) -> Written:
    """Write the report, its PDF, its figures and its copies into a folder; what has gaps is not for issue."""
    report = build(year, template)
    made = report.pdf()
    name = f"工作报告-{year}"
    figures_json = json.dumps(listing(year), ensure_ascii=False, indent=2).encode()
    contents = {f"{name}.docx": report.docx, f"{name}.pdf": made.data, "figures.json": figures_json}
    contents[f"{name}-送审稿.docx"] = report.copy("review")
    if report.complete:
        contents[f"{name}-印发稿.docx"] = report.copy("clean")
    folder.mkdir(parents=True, exist_ok=True)
    for file, content in contents.items():
        (folder / file).write_bytes(content)
    return Written(report, tuple(folder / file for file in contents), made.remark)
