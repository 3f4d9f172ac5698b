"""Drafting: a report is opened from an outline and divided among sections, who write; the office returns or adopts.

Every act happens inside `acting(user, reason)`, asks whether that user may, and locks what it changes first, so that
two people at one part never overwrite each other and whatever is interrupted has not happened at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _t

from shuyuan.core.history import Version, current_act
from shuyuan.core.models import Duty, Organisation
from shuyuan.report import prose, rights
from shuyuan.report.build import preview
from shuyuan.report.models import ANNUAL, Part, Remark, Report
from shuyuan.report.outline import Outline
from shuyuan.report.outlines import NoOutline, outline, years

MOST_CHARACTERS = 20_000  # of one part; the whole annual report has some 10,000
EDITABLE = {Part.State.OPEN, Part.State.DRAFTING, Part.State.RETURNED}


class Refused(ValueError):
    """An act that cannot be done as things stand; the message says why and what to do."""


class Conflict(Refused):
    """The text was changed by somebody else since it was opened: neither text is lost, both can be shown."""

    def __init__(self, part: Part, mine: str, base: int) -> None:
        self.part, self.mine, self.base = part, mine, base
        self.theirs: Version = part.history().select_related("written_by")[0]
        super().__init__(
            _t("「%(part)s」在您打开之后已被%(who)s改动；您的文字没有丢，请对照后再保存。")
            % {"part": part, "who": self.theirs.written_by.get_full_name() or self.theirs.written_by.get_username()}
        )


def open_report(
    year: int, kind: str = ANNUAL, organisation: Organisation | None = None, *, adopted: bool = False
) -> Report:
    """The report of that year and kind, opened from its outline if it is not open yet. None means the bureau's.

    The outline of that very year brings its texts, as drafts or already `adopted`; an earlier year's only its parts.
    Raises NoOutline when there is none.
    """
    whose = organisation or Organisation.objects.get(kind=Organisation.Kind.BUREAU)
    found = outline_for(year, kind, whose)
    try:
        with transaction.atomic():
            return _opened(found, year, kind, whose, adopted=adopted)
    except IntegrityError:  # somebody opened it at the same moment
        return Report.objects.get(year=year, kind=kind, organisation=whose)


def _opened(found: Outline, year: int, kind: str, whose: Organisation, *, adopted: bool) -> Report:
    if known := Report.objects.filter(year=year, kind=kind, organisation=whose).first():
        return known
    title = found.title.replace(str(found.year), str(year))
    report = Report(year=year, kind=kind, organisation=whose, title=title, issuer=found.issuer)
    report.save()
    duties = dict(Duty.objects.values_list("function", "organisation"))
    filled = Part.State.ADOPTED if adopted else Part.State.DRAFTING
    parts = [
        Part(
            report=report,
            code=paragraph.id,
            chapter=chapter.title,
            heading=paragraph.heading,
            section_id=duties.get(paragraph.section) if whose.kind == Organisation.Kind.BUREAU else whose.pk,
            text="\n\n".join(paragraph.texts) if found.year == year else "",
        )
        for chapter in found.chapters
        for paragraph in chapter.paragraphs
    ]
    for order, part in enumerate(parts, start=1):
        part.order, part.state = order, filled if part.text else Part.State.OPEN
    Part.objects.bulk_create(parts)
    return report


def outline_for(year: int, kind: str = ANNUAL, organisation: Organisation | None = None) -> Outline:
    """The outline of that year, or else the last one before it. Raises NoOutline."""
    if kind != ANNUAL:
        return outline(year, kind, organisation)
    earlier = [known for known in years() if known <= year]
    if not earlier:
        raise NoOutline(_t("%(year)s 年及以前都没有这种报告的提纲。") % {"year": year})
    return outline(max(earlier))


def save(part: Part, text: str, base: int) -> Part:
    """Keep a new text of a part that was opened at version `base`. Raises Conflict, Refused, PermissionDenied."""
    text = prose.tidy(text)
    if len(text) > MOST_CHARACTERS:
        told = _t("文字有 %(n)s 字，一段最多 %(most)s 字；请分成几段。")
        raise Refused(told % {"n": f"{len(text):,}", "most": f"{MOST_CHARACTERS:,}"})
    with _locked(part) as now:
        actor = current_act().actor
        if not rights.concerned(actor, now):
            raise PermissionDenied
        if text == now.text:
            return now
        if not rights.writes(actor, now):  # told, not forbidden: what was typed must not be lost with the page
            told = _t("「%(part)s」%(state)s，不能再改；需要改动请联系办公室退回。")
            raise Refused(told % {"part": now, "state": _t("已删去") if now.removed else now.get_state_display()})
        if _moved(now, base):
            raise Conflict(now, text, base)
        now.text = text
        if now.state == Part.State.OPEN or not rights.runs(actor, now.report.organisation):
            now.state = Part.State.DRAFTING
        now.save()
        return now


def submit(part: Part, base: int) -> None:
    """The section has finished: the office reads it. Refused while it is empty or cannot be printed."""
    with _locked(part) as now:
        if not rights.writes(current_act().actor, now):
            raise PermissionDenied
        _unchanged(now, base)
        if now.state not in EDITABLE:
            raise Refused(_t("「%(part)s」%(state)s，不用再提交。") % {"part": now, "state": now.get_state_display()})
        _sound(now)
        now.state = Part.State.SUBMITTED
        now.save()


def adopt(part: Part, base: int) -> None:
    """The office takes the text as it is; what was remarked is settled by that."""
    with _locked(part) as now:
        _office(now.report)
        _unchanged(now, base)
        _sound(now)
        now.state = Part.State.ADOPTED
        now.save()
        for remark in Remark.objects.filter(part=now, settled=False):
            remark.settled = True
            remark.save()


def send_back(part: Part, base: int, why: str) -> None:
    """The office returns a submitted or adopted text to its section, with a remark that says what is wanted."""
    if not why.strip():
        raise Refused(_t("退回须写明要改什么。"))
    with _locked(part) as now:
        _office(now.report)
        _unchanged(now, base)
        if now.state not in {Part.State.SUBMITTED, Part.State.ADOPTED}:
            raise Refused(_t("「%(part)s」%(state)s，不能退回。") % {"part": now, "state": now.get_state_display()})
        now.state = Part.State.RETURNED
        now.save()
        Remark(part=now, text=why.strip()).save()


def remark(part: Part, text: str) -> None:
    """Say something of a part without moving it."""
    if not text.strip():
        raise Refused(_t("意见是空的。"))
    with _locked(part) as now:
        _open(now.report)
        if not rights.belongs(current_act().actor, now.report.organisation):
            raise PermissionDenied
        Remark(part=now, text=text.strip()[:MOST_CHARACTERS]).save()


def settle(remark: Remark) -> None:
    """What was remarked has been dealt with."""
    with _locked(remark.part) as now:
        if not rights.writes(current_act().actor, now):
            raise PermissionDenied
        remark.settled = True
        remark.save()


def assign(parts: Iterable[Part], section: Organisation | None, deadline: date | None) -> int:
    """Give parts to a section, or set their deadline, or both; None leaves what is there. Returns how many changed."""
    changed = 0
    with transaction.atomic():
        for part in parts:
            with _locked(part) as now:
                _office(now.report)
                if section and section not in rights.sections_of(now.report.organisation):
                    raise Refused(_t("%(section)s不是本单位的科室。") % {"section": section})
                wanted = section or now.section, deadline or now.deadline
                if wanted != (now.section, now.deadline):
                    now.section, now.deadline = wanted
                    now.save()
                    changed += 1
    return changed


def _office(report: Report) -> None:
    _open(report)
    if not rights.runs(current_act().actor, report.organisation):
        raise PermissionDenied


def _open(report: Report) -> None:
    if report.state != Report.State.DRAFTING:
        raise Refused(_t("报告已定稿，不再改动。"))


@contextmanager
def _locked(part: Part) -> Iterator[Part]:
    """The part as it stands now; nobody else changes it, or freezes its report, until the block ends."""
    with transaction.atomic():
        Report.objects.select_for_update().get(pk=part.report_id)
        parts = Part.objects.select_for_update(of=("self",)).select_related("report__organisation")
        yield parts.get(pk=part.pk)


def _moved(part: Part, base: int) -> bool:
    """Whether the text is another one than version `base` had; a new deadline or section is no conflict."""
    before = part.history().filter(revision=base).first()
    return before is None or before.columns()["text"] != part.text


def _unchanged(part: Part, base: int) -> None:
    if _moved(part, base):
        raise Refused(_t("「%(part)s」的文字在您打开之后改过；请看过新的文字再办。") % {"part": part})


def _sound(part: Part) -> None:
    """Raises Refused for a text that is empty or cannot be printed as it is."""
    if not part.text:
        raise Refused(_t("「%(part)s」还没有文字。") % {"part": part})
    if problems := preview(part.text, part.report).problems:
        raise Refused("\n".join([_t("「%(part)s」还有问题，请先改正：") % {"part": part}, *problems]))


def before(part: Part) -> str:
    """What stood in this place in last year's report, or in the outline this report was opened from; "" for nothing."""
    report = part.report
    last = Part.objects.filter(report__year=report.year - 1, report__kind=report.kind, code=part.code, removed=False)
    if found := last.filter(report__organisation=report.organisation).first():
        return found.text
    try:
        known = outline_for(report.year, report.kind, report.organisation).paragraphs()
    except NoOutline:
        return ""
    return next(("\n\n".join(one.texts) for one in known if one.id == part.code), "")
