"""Filing: what a school and its headteacher do with a task, and what the office does with a round. All or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from shuyuan.core.models import Period
from shuyuan.ledger import notices
from shuyuan.ledger.explanations import Violation, explain, of_filings, violations
from shuyuan.ledger.record import Record, State
from shuyuan.ledger.rounds import Round, Task, tasks_open
from shuyuan.ledger.sheets import faults
from shuyuan.ledger.standing import OWED, statuses
from shuyuan.ledger.zero import ZeroReport

UNFILED = [State.DRAFT, State.RETURNED]
OPEN = [State.DRAFT, State.RETURNED, State.FILED, State.SIGNED]


@dataclass(frozen=True)
class Said:
    """What the checks say of a task's records that are not in the book yet."""

    hard: list[tuple[Record, str]]
    soft: list[Violation]
    whole: list[Violation]
    """Hard checks that rows break together, or the filing as a whole."""

    @property
    def unexplained(self) -> list[Violation]:
        return [one for one in self.soft if not one.explained]


def said(task: Task) -> Said:
    book = task.book
    records = list(task.records().filter(state__in=OPEN))
    hard = [(one, message) for one in records if one.state in UNFILED for message, _name in faults(book, one)]
    soft = [line for lines in violations(book, records).values() for line in lines]
    together = of_filings(book, task.period, [task.organisation])
    soft += [line for line in together if not line.check.hard]
    return Said(hard, soft, [line for line in together if line.check.hard])


def explain_all(task: Task, texts: Mapping[str, str]) -> int:
    """Keep the explanations given under the names of the violations; returns how many were given."""
    given = 0
    with transaction.atomic():
        _locked(task)
        for violation in said(task).soft:
            text = texts.get(violation.name, "").strip()
            if text and not violation.settled:
                explain(task.book, violation, text)
                given += 1
    return given


def file(task: Task) -> int:
    """File all drafts and mended records of a task: this is what the school has. Returns how many records moved."""
    with transaction.atomic():
        now = _locked(task)
        checked = said(now)
        if checked.hard:
            record, message = checked.hard[0]
            raise ValidationError(_t("「%(record)s」：%(message)s") % {"record": record, "message": message})
        if checked.whole:
            first = checked.whole[0]
            told = {"place": first.place, "message": first.message, "values": first.values}
            raise ValidationError(_t("%(place)s：%(message)s（%(values)s）") % told)
        if checked.unexplained:
            raise ValidationError(
                ngettext(
                    "有 %(n)s 处核实性校验还没有说明。", "有 %(n)s 处核实性校验还没有说明。", len(checked.unexplained)
                )
                % {"n": len(checked.unexplained)}
            )
        if not now.records().exists():
            raise ValidationError(_t("还没有一条记录。若本期无内容可报，请用「零报告」。"))
        moved: int = now.records().filter(state__in=UNFILED).move(State.FILED)
        ZeroReport.objects.filter(organisation=now.organisation, ledger=now.ledger, period=now.period).delete()
        _settle(now, filed=True)
    return moved


def report_nothing(task: Task) -> None:
    """The school has nothing to report for the period."""
    with transaction.atomic():
        now = _locked(task)
        if now.records().exists():
            raise ValidationError(_t("本期已有记录，不能再报零报告。"))
        known = ZeroReport.objects.filter(organisation=now.organisation, ledger=now.ledger, period=now.period)
        if not known.exists():
            ZeroReport(organisation=now.organisation, ledger=now.ledger, period=now.period).save()
        _settle(now, filed=True)


def sign(task: Task) -> int:
    """The headteacher answers for what was filed. Returns how many records were signed."""
    with transaction.atomic():
        now = _locked(task)
        if now.filed_at is None or now.returned_why:
            raise ValidationError(_t("还没有报送，不能签报。"))
        if now.records().filter(state__in=UNFILED).exists():
            raise ValidationError(_t("还有没报送的记录，请填报员先报送。"))
        moved: int = now.records().filter(state=State.FILED).move(State.SIGNED)
        now.signed_at = timezone.now()
        now.save()
    return moved


def send_back(task: Task, reason: str) -> int:
    """The headteacher, or the section, wants the filing mended as a whole. Returns how many records went back."""
    if not reason.strip():
        raise ValidationError(_t("退回须写明原因。"))
    with transaction.atomic():
        now = _locked(task)
        if now.filed_at is None:
            raise ValidationError(_t("还没有报送，没有可退回的。"))
        moved: int = now.records().filter(state=State.FILED).move(State.RETURNED)
        ZeroReport.objects.filter(organisation=now.organisation, ledger=now.ledger, period=now.period).delete()
        now.returned_why, now.signed_at = reason.strip(), None
        now.save()
        notices.tell(notices.Notice.Kind.RETURNED, [now])
    return moved


def extend(task: Task, due: date) -> None:
    """Another day for one school and ledger."""
    with transaction.atomic():
        now = _locked(task)
        if due <= now.due:
            raise ValidationError(_t("新的截止日期须晚于 %(due)s。") % {"due": now.due.isoformat()})
        now.due = due
        now.save()
        notices.tell(notices.Notice.Kind.EXTENDED, [now])


def asked_already(one: Round) -> set[tuple[int, str]]:
    """School and ledger that another running round asks for, of the same period: nobody is asked twice."""
    periods = {book.slug: f"{one.year}{book.period_kind}" for book in one.books()}
    others = tasks_open().exclude(round=one).filter(ledger__in=periods).order_by()
    rows = others.values_list("organisation_id", "ledger", "period_id")
    return {(owner, slug) for owner, slug, period in rows if periods[slug] == period}


def send(one: Round) -> int:
    """Open a round: one task for each school and ledger, but those another round has asked for. Returns how many."""
    with transaction.atomic():
        now = Round.objects.select_for_update(of=("self",)).get(pk=one.pk)
        if now.state != Round.State.PREPARED:
            raise ValidationError(_t("这次填报已经发出。"))
        twice = asked_already(now)
        tasks = [
            Task(
                round=now,
                organisation=school,
                ledger=book.slug,
                period=Period.of(now.year, book.period_kind),
                due=now.due,
            )
            for book in now.books()
            for school in now.schools()
            if (school.pk, book.slug) not in twice
        ]
        if not tasks:
            raise ValidationError(_t("没有要报的学校或台账；请检查范围，或看看是否已在别的填报中。"))
        now.state = Round.State.OPEN
        now.save()
        made = Task.objects.bulk_create(tasks)
        notices.tell(notices.Notice.Kind.SENT, made)
    return len(made)


def close(one: Round) -> None:
    """End a round: nothing more is taken. Drafts stay drafts and can be filed record by record."""
    with transaction.atomic():
        now = Round.objects.select_for_update(of=("self",)).get(pk=one.pk)
        if now.state != Round.State.OPEN:
            raise ValidationError(_t("只有填报中的才能结束。"))
        now.state = Round.State.CLOSED
        now.save()


def remind(one: Round) -> tuple[int, int]:
    """Tell everybody whose school still owes something: how many tasks, and how many people told now."""
    owing = [status.task for status in statuses(tasks_open().filter(round=one)) if status.standing in OWED]
    return len(owing), notices.tell(notices.Notice.Kind.REMINDED, owing)


def _locked(task: Task) -> Task:
    """The task as it is now, held until the transaction ends. Raises ValidationError when its round has ended."""
    now = tasks_open().select_for_update(of=("self",)).filter(pk=task.pk).first()
    if now is None:
        raise ValidationError(_t("填报已经结束，不再受理。"))
    return now


def _settle(task: Task, *, filed: bool) -> None:
    """Note the act on the task; the first filing decides whether it was in time."""
    if filed and (task.filed_at is None or task.returned_why):
        task.filed_at = task.filed_at or timezone.now()
    task.returned_why, task.signed_at = "", None
    task.save()
