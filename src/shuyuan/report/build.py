"""Build: the year's report from its outline, or a Word template that the office edited, and the books' figures."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, OrganisationName
from shuyuan.figures.books import Books
from shuyuan.figures.figure import Value
from shuyuan.figures.listing import listing
from shuyuan.figures.registry import figures
from shuyuan.report import bind, frame, pdf, tree
from shuyuan.report.numbers import Unbound, unbound
from shuyuan.report.outlines import outline

CHINESE = "zh-hans"


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
class Report:
    """A built report: the Word file, and the one tree that page and PDF are made from."""

    year: int
    docx: bytes
    made: datetime
    unknown: tuple[Value, ...]

    @cached_property
    def document(self) -> tree.Document:
        return tree.read(self.docx)

    def pdf(self) -> pdf.Pdf:
        return pdf.make(self.docx, made=self.made)


def entries(year: int) -> Mapping[str, Entry]:
    """Every figure of the year, computed together, by name."""
    names = [figure.name for figure in figures(year)]
    books = Books(year)
    pairs = zip(books.values(names), books.values(names, back=1), strict=True)
    return {value.figure.name: Entry(value, before, year) for value, before in pairs}


def build(year: int, template: bytes | None = None) -> Report:
    """The report of a year. Raises TemplateError for an unknown figure, TypedNumbers for a typed one."""
    made = as_of()
    wanted = template if template is not None else frame.build(outline(year), made=made)
    values = entries(year)
    docx = bind.fill(wanted, values, made=made, year=year, key=key())
    used = {bound.figure for bound in tree.read(docx).bound()}
    unknown = tuple(values[name].value for name in sorted(used) if values[name].value.exact is None)
    report = Report(year, docx, made, unknown)
    if found := unbound(report.document, names=register()):
        raise TypedNumbers(found)
    return report


def register() -> set[str]:
    """Names that hold numerals of their own (市一中, 第四中学): the register's, not typed figures."""
    return {*Organisation.objects.values_list("name", flat=True)} | {
        *OrganisationName.objects.values_list("name", flat=True)
    }


def key() -> bytes:
    """What a report's manifest is sealed with, so that only we can have written it."""
    return hmac.digest(settings.MASTER_KEY.encode(), b"report manifest", "sha256")


def as_of() -> datetime:
    """The time a draft is stamped with: the last change of the books, so that an unchanged book gives the same file."""
    from shuyuan.core.history import versioned_models

    # The newest version by its key: versions are only ever added, and looking for the latest time reads them all.
    newest = [model.versions._default_manager.order_by("-version_id").first() for model in versioned_models()]
    return max((one.written_at for one in newest if one), default=datetime(2000, 1, 1, tzinfo=UTC)).astimezone(UTC)


@dataclass(frozen=True)
class Written:
    """What was written where, and in one sentence how the PDF was made."""

    report: Report
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
