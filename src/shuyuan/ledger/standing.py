"""Standing: how each task stands, read off its records, its zero report and the day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shuyuan.core.models import Organisation
from shuyuan.ledger.record import State
from shuyuan.ledger.rounds import Task
from shuyuan.ledger.zero import ZeroReport
from shuyuan.web.parts import Tone


class Standing(models.TextChoices):
    TODO = "todo", _("待报")
    LATE = "late", _("逾期未报")
    RETURNED = "returned", _("已退回")
    FILED = "filed", _("已报送")
    SIGNED = "signed", _("已签报")
    NOTHING = "nothing", _("零报告")
    ACCEPTED = "accepted", _("已通过")

    @property
    def explained(self) -> str:
        return str(EXPLAINED[self])


EXPLAINED = {
    Standing.TODO: _("还没有报送；截止日期未到。"),
    Standing.LATE: _("截止日期已过，还没有报送；仍可补报，也可以请办公室延期。"),
    Standing.RETURNED: _("有记录被退回；按原因改好后再次报送。"),
    Standing.FILED: _("填报员已经报送；等校长签报或科室审核。"),
    Standing.SIGNED: _("校长已经签报；等科室审核。"),
    Standing.NOTHING: _("本期无内容可报，已经说明。"),
    Standing.ACCEPTED: _("科室已经全部审核通过。"),
}
TONES = {
    Standing.TODO: Tone.NEUTRAL,
    Standing.LATE: Tone.BAD,
    Standing.RETURNED: Tone.WARNING,
    Standing.FILED: Tone.INFO,
    Standing.SIGNED: Tone.INFO,
    Standing.NOTHING: Tone.GOOD,
    Standing.ACCEPTED: Tone.GOOD,
}
OWED = (Standing.LATE, Standing.TODO, Standing.RETURNED)
"""What its school has still to do."""


@dataclass(frozen=True)
class Status:
    """One task: how it stands, and how many of its records are in which state."""

    task: Task
    standing: Standing
    records: Counter[str]
    zero: bool
    """The school has said that it has nothing to report."""

    @property
    def tone(self) -> Tone:
        return TONES[self.standing]

    @property
    def owed(self) -> bool:
        return self.standing in OWED

    @property
    def total(self) -> int:
        return self.records.total()

    @property
    def soon(self) -> bool:
        """Due within a week."""
        return self.standing == Standing.TODO and (self.task.due - timezone.localdate()).days <= 7


def statuses(tasks: Iterable[Task]) -> list[Status]:
    """Of any number of tasks: two queries for each ledger and period among them."""
    wanted = list(tasks)
    counted: dict[int, Counter[str]] = {task.pk: Counter() for task in wanted}
    nothing: set[int] = set()
    groups: dict[tuple[str, str], dict[int, int]] = {}
    for task in wanted:
        groups.setdefault((task.ledger, task.period_id), {})[task.organisation_id] = task.pk
    campuses = Organisation.objects.filter(kind=Organisation.Kind.CAMPUS).values_list("pk", "parent_id")
    home = {campus: school for campus, school in campuses if school is not None}
    for (slug, period), owners in groups.items():
        book = next(task.book for task in wanted if task.ledger == slug)
        rows = book.objects().filter(period=period).order_by().values_list("organisation_id", "state")
        for owner, state, number in rows.annotate(n=models.Count("pk")):
            key = owners.get(owner) or owners.get(home.get(owner, 0))
            if key is not None:
                counted[key][state] += number
        zeros = ZeroReport.objects.filter(ledger=slug, period=period, organisation__in=owners)
        nothing |= {owners[owner] for owner in zeros.values_list("organisation_id", flat=True)}
    found = []
    for task in wanted:
        records = counted[task.pk]
        zero = task.pk in nothing and not records.total()
        found.append(Status(task, _standing(task, records, zero), records, zero))
    return found


def status_of(task: Task) -> Status:
    return statuses([task])[0]


def _standing(task: Task, records: Counter[str], zero: bool) -> Standing:
    if task.returned_why or records[State.RETURNED]:
        return Standing.RETURNED
    if task.filed_at is None:
        return Standing.LATE if task.overdue() else Standing.TODO
    if records[State.FILED] or records[State.DRAFT] or (task.signed and task.signed_at is None):
        return Standing.FILED
    if zero:
        return Standing.NOTHING
    return Standing.SIGNED if records[State.SIGNED] else Standing.ACCEPTED
