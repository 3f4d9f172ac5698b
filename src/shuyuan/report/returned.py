"""Reports that come back from Word: verified and refreshed against the books of their own year."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _t

from shuyuan.figures.moves import moves
from shuyuan.report import manifest, package
from shuyuan.report.build import figures_of, identified, organisation_of, register, until_of
from shuyuan.report.outlines import outline
from shuyuan.report.phrases import Printed
from shuyuan.report.refresh import Refreshed, refresh
from shuyuan.report.stamp import books_written, key
from shuyuan.report.verify import Reasons, Verdict, verify

MOST_BYTES = 20 * 2**20


class TooLarge(ValueError):
    """A file that no report comes near to."""


def verdict(data: bytes, year: int | None = None) -> Verdict:
    """What became of an edited report; *year* is the one it ought to be of, None for whichever it says.

    Raises PackageError, NotOurs, TooLarge or NoOutline for a file that cannot be looked at; each says what to do.
    """
    figures = _figures(data, year)
    return verify(data, figures, year=year, names=register(), key=key(), reasons=_why(data))


def refreshed(data: bytes, year: int | None = None, *, overwrite: Collection[str] = ()) -> Refreshed:
    """The report with the numbers of the books as they stand; *overwrite* are the keys of findings that were confirmed.

    Raises what `verdict` does, and Refused for a file that cannot be trusted.
    """
    figures = _figures(data, year)
    return refresh(data, figures, made=books_written(), overwrite=overwrite, year=year, key=key(), reasons=_why(data))


def _figures(data: bytes, year: int | None) -> Mapping[str, Printed]:
    """The figures of the year that the file says it is of; none for a file of another year, which is only told so."""
    if len(data) > MOST_BYTES:
        raise TooLarge(_t("文件超过 20 MB，不像是一份报告。请压缩其中的图片后再试。"))
    head = manifest.whole(package.open_docx(data), key=key()).head
    said = head.year
    if said is not None and year is not None and said != year:
        return {}
    chosen = said if said is not None else year
    if chosen is None:
        raise manifest.NotOurs(_t("报告没有记下是哪一年的。请重新下载报告，再把改动移过去。"))
    report = identified(chosen, head.report)
    return figures_of(chosen if report else outline(chosen).year, report)


def _why(data: bytes) -> Reasons:
    """The records that moved figures since a file was made, one line each."""
    head = manifest.whole(package.open_docx(data), key=key()).head

    def told(names: Collection[str], since: datetime) -> Mapping[str, Sequence[str]]:
        report = identified(head.year or 0, head.report)
        found = moves(head.year or since.year, sorted(names), since, organisation_of(report), until=until_of(report))
        return {one.name: [*map(str, one.movers)] or [one.because()] for one in found}

    return told
