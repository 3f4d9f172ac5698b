"""Progress: how far a report is, and what of it waits for somebody on the home page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from shuyuan.core.people import posts_of
from shuyuan.report import rights
from shuyuan.report.models import Part, Report
from shuyuan.report.readings import STAGES, standing
from shuyuan.web.parts import Tone
from shuyuan.web.slots import Piece

TONES = {
    Part.State.OPEN: Tone.NEUTRAL,
    Part.State.DRAFTING: Tone.NEUTRAL,
    Part.State.SUBMITTED: Tone.INFO,
    Part.State.RETURNED: Tone.WARNING,
    Part.State.ADOPTED: Tone.GOOD,
}
WAITING = {Part.State.OPEN, Part.State.DRAFTING, Part.State.RETURNED}


@dataclass(frozen=True)
class Progress:
    """Parts adopted of all, readings done of six."""

    adopted: int
    parts: int
    submitted: int
    overdue: int
    read: int
    stages: int = len(STAGES)


def progress(report: Report) -> Progress:
    parts = list(report.parts())
    return Progress(
        adopted=sum(part.state == Part.State.ADOPTED for part in parts),
        parts=len(parts),
        submitted=sum(part.state == Part.State.SUBMITTED for part in parts),
        overdue=sum(part.overdue() for part in parts),
        read=len(standing(report)),
    )


def to_draft(request: HttpRequest) -> Piece | None:
    """For a section: what it has to draft and by when. For the office: what was submitted and what is late."""
    held = [post.organisation_id for post in posts_of(request.user)]
    drafted = Part.objects.visible_to(request.user).filter(removed=False, report__state=Report.State.DRAFTING)
    drafted = drafted.select_related("report__organisation", "section")
    mine = list(drafted.filter(section__in=held, state__in=WAITING))
    mine.sort(key=lambda part: (part.deadline is None, part.deadline or 0, part.order))
    submitted: dict[Report, int] = {}
    for part in drafted.filter(state=Part.State.SUBMITTED):
        submitted[part.report] = submitted.get(part.report, 0) + 1
    received = [(one, n) for one, n in submitted.items() if rights.runs(request.user, one.organisation)]
    if not mine and not received:
        return None
    return Piece(
        "report/to_draft.html",
        {"parts": [(part, TONES[Part.State(part.state)]) for part in mine], "received": received},
    )
