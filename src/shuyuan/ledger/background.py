"""The ledgers' background work: a batch of workbooks taken one by one, and exports too large for a page."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils.translation import gettext as _t

from shuyuan.core.past import as_of, moment, moment_from
from shuyuan.jobs import presence, work
from shuyuan.jobs.job import Job
from shuyuan.ledger import intake, workbooks
from shuyuan.ledger.intake import Intake, Outcome, Rights
from shuyuan.ledger.ledger import Ledger, ledger
from shuyuan.ledger.selection import Selection

LARGE = 200_000  # rows of an export that a page no longer sends itself


@work.work("intake")
def take_batch(doing: work.Doing, batch: str) -> None:
    """Each workbook by itself, all of it or nothing; what was read before the worker died is not read again."""
    rights, came = Rights(doing.job.by), Intake.objects.filter(by=doing.job.by, batch=batch)
    doing.url = reverse("intake-batch", args=[batch])
    total = came.count()
    for waiting in came.filter(outcome=Outcome.WAITING):
        doing.step(total - came.filter(outcome=Outcome.WAITING).count(), total)
        intake.take(waiting, rights)
    doing.step(total, total)
    outcomes = list(came.values_list("outcome", flat=True))
    counts = ((label, outcomes.count(value)) for value, label in Outcome.choices)
    doing.told = [_t("；").join(f"{label} {n}" for label, n in counts if n)]


def hand_over(user: User, batch: str) -> Job | None:
    """Let a worker read a batch; None where there is none: the page then reads file by file itself."""
    if not presence.anybody():
        return None
    count = Intake.objects.filter(by=user, batch=batch).count()
    title = _t("批量导入 %(n)s 个工作簿") % {"n": count}
    return work.start(user, "intake", title, reason=_t("批量导入"), batch=batch)


def job_of(user: Any, batch: str) -> Job | None:
    """The job that reads a batch, if one does."""
    found: Job | None = Job.objects.visible_to(user).filter(work="intake", arguments__batch=batch).first()
    return found


@work.work("export")
def export(doing: work.Doing, slug: str, parameters: Mapping[str, str], at: str = "") -> None:
    """A list as a workbook, as its owner may see it when it is made."""
    book = ledger(slug)
    with ExitStack() as stack:
        if at:
            stack.enter_context(as_of(moment_from(at)))
        selection = Selection(book, parameters, doing.job.by)
        if selection.errors or not book.visible_to(doing.job.by):
            raise ValueError("\n".join(selection.errors) or _t("没有这本台账"))
        total = selection.rows.count()

        def noted(done: int) -> None:
            doing.step(done, total)

        doing.keep(f"{book}.xlsx", workbooks.export(book, selection.ordered, progress=noted))
    doing.told = [_t("共 %(n)s 条记录。") % {"n": f"{total:,}"}]


def export_later(user: User, book: Ledger[Any], parameters: Mapping[str, str], selection: Selection) -> Job | None:
    """Have a large export made by a worker; None where a page may as well send it."""
    if not presence.anybody() or selection.rows.count() <= LARGE:
        return None
    when = moment()
    at = when.isoformat() if when else ""
    title = _t("导出：%(ledger)s") % {"ledger": book}
    return work.start(user, "export", title, slug=book.slug, parameters=dict(parameters), at=at)
