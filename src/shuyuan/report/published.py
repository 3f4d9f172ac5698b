"""What the figures ask of reports: as what they were published, and which drafts use them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation
from shuyuan.figures.compare import Published
from shuyuan.report import kept
from shuyuan.report.frozen import Frozen
from shuyuan.report.models import Part, Report
from shuyuan.report.outline import ANNUAL
from shuyuan.report.proofing.reported import reported


def published(year: int) -> Mapping[str, Published]:
    """The figures of the bureau's annual report as its last final state has them; before those, what was adopted from
    an old report."""
    finals = Frozen.objects.filter(report__year=year, report__kind=ANNUAL)
    last = finals.filter(report__organisation__kind=Organisation.Kind.BUREAU).order_by("-at").first()
    return {**reported(year), **(_read(last.figures, str(last)) if last else {})}


@lru_cache(maxsize=4)
def _read(figures: str, source: str) -> Mapping[str, Published]:
    values = kept.from_json(figures)
    return {
        name: Published(value.exact, value.display, str(value.about.get("version", "")), source)
        for name, value in values.items()
    }


def drafts_using(name: str) -> Iterator[str]:
    """The parts of drafts that cite the figure, for whoever wants to rename or remove it."""
    cited = re.compile(r"\{\{\s*" + re.escape(name) + r"\s*[|}]")
    drafts = Part.objects.filter(report__state=Report.State.DRAFTING, removed=False, text__contains=name)
    for part in drafts.select_related("report"):
        if cited.search(part.text):
            yield _t("报告「%(title)s」第 %(id)s 段") % {"title": part.report, "id": part.code}
