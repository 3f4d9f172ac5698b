"""Reports that come back from Word: verified and refreshed against the books of their own year."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _t

from shuyuan.report import manifest, package
from shuyuan.report.build import Entry, as_of, entries, key, register
from shuyuan.report.outlines import outline
from shuyuan.report.refresh import Refreshed, refresh
from shuyuan.report.verify import Reasons, Verdict, verify

MOST_BYTES = 20 * 2**20

reasons: list[Reasons] = []
"""Why figures moved since a moment: set at start-up by who can read that from history; the first one is asked."""


class TooLarge(ValueError):
    """A file that no report comes near to."""


def verdict(data: bytes, year: int | None = None) -> Verdict:
    """What became of an edited report; *year* is the one it ought to be of, None for whichever it says.

    Raises PackageError, NotOurs, TooLarge or NoOutline for a file that cannot be looked at; each says what to do.
    """
    figures = _figures(data, year)
    return verify(data, figures, year=year, names=register(), key=key(), reasons=_reasons())


def refreshed(data: bytes, year: int | None = None, *, overwrite: Collection[str] = ()) -> Refreshed:
    """The report with the numbers of the books as they stand; *overwrite* are the keys of findings that were confirmed.

    Raises what `verdict` does, and Refused for a file that cannot be trusted.
    """
    figures = _figures(data, year)
    return refresh(data, figures, made=as_of(), overwrite=overwrite, year=year, key=key(), reasons=_reasons())


def _figures(data: bytes, year: int | None) -> Mapping[str, Entry]:
    """The figures of the year that the file says it is of; none for a file of another year, which is only told so."""
    if len(data) > MOST_BYTES:
        raise TooLarge(_t("文件超过 20 MB，不像是一份报告。请压缩其中的图片后再试。"))
    said = manifest.whole(package.open_docx(data), key=key()).head.year
    if said is not None and year is not None and said != year:
        return {}
    chosen = said if said is not None else year
    if chosen is None:
        raise manifest.NotOurs(_t("报告没有记下是哪一年的。请重新下载报告，再把改动移过去。"))
    return entries(outline(chosen).year)


def _reasons() -> Reasons | None:
    return reasons[0] if reasons else None
