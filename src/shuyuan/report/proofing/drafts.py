"""Drafts proofread: what a report that is being written cannot print as it stands, in which part, against our books.

An open error keeps the report from being final. Whoever runs the report dismisses what is none, with a reason; that
holds until the sentence changes.
"""

from __future__ import annotations

import hashlib
import json
import re
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _t

from shuyuan.core.history import current_act
from shuyuan.core.past import moment
from shuyuan.proofread.findings import Finding
from shuyuan.proofread.proofreader import Proof, proofread
from shuyuan.proofread.text import sentences
from shuyuan.report import package, prose, rights
from shuyuan.report.build import Entry, draft, entries_of
from shuyuan.report.drafting import Refused
from shuyuan.report.models import Part, Report
from shuyuan.report.proofing import reading, stories
from shuyuan.report.proofing.dismissals import Dismissal
from shuyuan.report.proofing.register import Register
from shuyuan.report.stamp import books_written

TELLING = 4  # characters of a paragraph beside its placeholders that tell it from others
NAMED = 5  # errors named in a refusal; the page has them all
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")


@dataclass(frozen=True, slots=True)
class Found:
    """A finding of a draft, with the sentence and the part that it stands in."""

    finding: Finding
    sentence: str
    part: Part | None
    """None in the title, or where the report is made from a whole template."""

    @property
    def key(self) -> str:
        """The same while the rule, its words and the whole sentence are; of the language of the reader it knows
        nothing."""
        facts = [self.finding.rule, self.finding.text, self.finding.suggestion, self.sentence]
        return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()

    def __str__(self) -> str:
        where = self.part or _t("全文")
        return f"{where}：『{self.finding.text}』{self.finding.message}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft proofread."""

    text: str
    proof: Proof
    found: tuple[Found, ...]


# The last drafts read, by report, state of everything written, moment and language: the same draft has the same faults.
_read: OrderedDict[tuple[int, datetime, datetime | None, str], Draft] = OrderedDict()
_MOST_READ = 8


def read(report: Report) -> Draft:
    """The draft as it prints now, with what was found in it. Raises TemplateError for an unusable whole template."""
    state = (report.pk, books_written(), moment(), translation.get_language() or "")
    if state not in _read:
        _read[state] = of(report, draft(report).docx, entries_of(report))
        while len(_read) > _MOST_READ:
            _read.popitem(last=False)
    return _read[state]


def of(report: Report, docx: bytes, entries: Mapping[str, Entry]) -> Draft:
    """A report that is built already, held against the figures it was built with."""
    text = reading.joined(stories.body(package.open_docx(docx)))
    books = Register(report.year, values=[(one.value, one.before) for one in entries.values()])
    proof = proofread(text, year=report.year, books=books)
    parts = [] if report.template() else list(report.parts())
    places = _places(text, parts)
    within = sentences(text)
    starts = [one.start for one in within]
    found = []
    for one in proof.findings:
        number = max(bisect_right(starts, one.start) - 1, 0)
        found.append(Found(one, within[number].text if within else "", places[text.count("\n", 0, one.start)]))
    return Draft(text, proof, tuple(found))


def dismissals(report: Report) -> dict[str, Dismissal]:
    """What was found to be right, by the key of the finding."""
    return {one.key: one for one in Dismissal.objects.filter(report=report)}


def open_errors(report: Report, draft: Draft | None = None) -> list[Found]:
    """The errors that nobody has dismissed."""
    known = dismissals(report)
    found = (draft or read(report)).found
    return [one for one in found if one.finding.severity == "error" and one.key not in known]


def obstacle(report: Report, draft: Draft | None = None) -> list[str]:
    """That open errors stand in the way of a final report, in one sentence; empty when there are none."""
    if not (errors := open_errors(report, draft)):
        return []
    named = _t("；").join(map(str, errors[:NAMED])) + (_t("等") if len(errors) > NAMED else "")
    told = _t("校对还有 %(n)s 处错误：%(errors)s。请在报告的「校对」页改正，或写明理由不改。")
    return [told % {"n": len(errors), "errors": named}]


def dismiss(report: Report, key: str, reason: str) -> None:
    """This finding is no mistake, and why. Raises Refused when the draft does not have it any more."""
    if not reason.strip():
        raise Refused(_t("请写明为什么不改。"))
    with transaction.atomic():
        now = _locked(report)
        one = next((one for one in read(now).found if one.key == key), None)
        if one is None:
            raise Refused(_t("这句话已经改过，请看过新的文字再办。"))
        kept = Dismissal.objects.filter(report=now, key=key).first() or Dismissal(report=now, key=key)
        kept.rule, kept.sentence, kept.reason = one.finding.rule, one.sentence, reason.strip()[:200]
        kept.save()


def reopen(report: Report, key: str) -> None:
    """Take a dismissal back."""
    with transaction.atomic():
        for one in Dismissal.objects.filter(report=_locked(report), key=key):
            one.delete()


def _locked(report: Report) -> Report:
    """The report as it stands now, for who runs it, while it is drafted."""
    now = Report.objects.select_for_update().get(pk=report.pk)
    if not rights.runs(current_act().actor, now.organisation):
        raise PermissionDenied
    if now.state != Report.State.DRAFTING:
        raise Refused(_t("报告已定稿，不再改动。"))
    return now


def _places(text: str, parts: Iterable[Part]) -> list[Part | None]:
    """For each line of the text the part it was made from: what matches no paragraph belongs to the part before."""
    waiting = [(part, list(_patterns(part))) for part in parts]
    found: list[Part | None] = []
    place = -1
    for line in text.split("\n"):
        later = range(max(place, 0), len(waiting))
        place = next((n for n in later if any(pattern.fullmatch(line) for pattern in waiting[n][1])), place)
        found.append(waiting[place][0] if place >= 0 else None)
    return found


def _patterns(part: Part) -> Iterator[re.Pattern[str]]:
    """What the paragraphs of a part may print as. One of placeholders alone would match any line."""
    for written in prose.paragraphs(part.text):
        fixed = _PLACEHOLDER.split(written)
        if len("".join(fixed)) >= TELLING:
            yield re.compile(".*?".join(map(re.escape, fixed)))
    if part.heading:
        yield re.compile(r"（[一二三四五六七八九十]+）" + re.escape(part.heading))
