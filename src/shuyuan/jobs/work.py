"""Work: what can be done in the background, declared by the rooms; started by a person, performed by a worker.

A worker may die at any moment and the work is then begun anew by another: so each is either one transaction, or it
goes step by step and knows a step that was done (a workbook that was taken is not taken twice).
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _t
from django_tasks import task

from shuyuan.core import trouble
from shuyuan.core.history import acting
from shuyuan.jobs.job import Job

logger = logging.getLogger(__name__)
OFTEN = 0.4  # seconds between two notes of progress


class Cancelled(Exception):
    """Its owner wants it to stop."""


@dataclass
class Doing:
    """What a piece of work is given: whose it is, and how it tells how far it is."""

    job: Job
    told: list[str] = field(default_factory=list)
    url: str = ""
    _noted: float = 0

    def step(self, done: int, total: int) -> None:
        """So many of so many. Between two transactions, or nobody sees it before the end. Raises Cancelled."""
        if done < total and time.monotonic() - self._noted < OFTEN:
            return
        self._noted = time.monotonic()
        Job.objects.unended().filter(pk=self.job.pk).update(done=done, total=total)
        if done < total and Job.objects.filter(pk=self.job.pk, cancelling=True).exists():
            raise Cancelled

    def keep(self, name: str, chunks: Iterable[bytes]) -> None:
        """Put a file beside the job for its owner to fetch."""
        with tempfile.TemporaryFile() as made:
            for chunk in chunks:
                made.write(chunk)
            made.seek(0)
            self.job.forget()  # what a worker that was killed had made
            self.job.file.save(name, File(made), save=False)
        Job.objects.filter(pk=self.job.pk).update(file=self.job.file.name, name=name)


Act = Callable[..., None]
_works: dict[str, Act] = {}


def work(name: str) -> Callable[[Act], Act]:
    """Decorator: `@work("export") def export(doing, **arguments)`; its arguments are what JSON holds."""

    def add(act: Act) -> Act:
        if _works.setdefault(name, act) is not act:
            raise ValueError(f"two works are called {name!r}: {_works[name]} and {act}")
        return act

    return add


def start(user: Any, name: str, title: str, *, reason: str = "", **arguments: Any) -> Job:
    """Put work into the queue in this person's name. It begins when the transaction round this call is over."""
    if name not in _works:
        raise LookupError(f"no work is called {name!r}; there are {', '.join(sorted(_works))}")
    with transaction.atomic():
        job = Job.objects.create(
            by=user, work=name, title=title[:150], reason=(reason or title)[:200], arguments=arguments
        )
        enqueue(job)
    return job


def enqueue(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(task=perform.enqueue(job.pk).id)
    job.refresh_from_db()


@task()
def perform(key: int) -> str:
    """What a worker runs: the work itself, in its owner's name and language. Returns how it ended."""
    job = Job.objects.select_related("by").get(pk=key)
    if not job.unended:
        return job.state
    if job.cancelling:
        job.become(Job.State.CANCELLED)
        return job.state
    with translation.override(job.language):
        if not job.by.is_active:
            job.become(Job.State.FAILED, error=_t("账号已停用，没有处理。"))
            return job.state
        job.become(Job.State.RUNNING)
        doing = Doing(job)
        try:
            with acting(job.by, job.reason):
                _works[job.work](doing, **job.arguments)
        except Cancelled:
            job.become(Job.State.CANCELLED, told=doing.told, url=doing.url)
        except Exception as error:
            logger.exception("job %s (%s) failed", job.pk, job.work)
            job.become(Job.State.FAILED, told=doing.told, url=doing.url, error=told_of(error))
        else:
            job.become(Job.State.DONE, told=doing.told, url=doing.url)
    return job.state


def told_of(error: BaseException) -> str:
    """What went wrong, for the person, with the cure."""
    if isinstance(error, ValidationError):
        return "\n".join(error.messages)
    if known := trouble.told_of(error):
        return known[1]
    if isinstance(error, ValueError | LookupError | OSError):
        return str(error)
    return _t("处理时出错（%(error)s），这一步没有写入；请联系系统管理员查看日志。") % {"error": type(error).__name__}
