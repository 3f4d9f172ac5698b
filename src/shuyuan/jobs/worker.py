"""The worker: takes tasks from the queue one by one; beside it the keeper holds its presence, takes up what dead
workers left, and sees that what is due daily is done."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable

from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone, translation
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _t
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from shuyuan.jobs import work
from shuyuan.jobs.job import KEPT, Job
from shuyuan.jobs.presence import Presence, is_here, sweep

logger = logging.getLogger(__name__)
BEAT = 2.0  # seconds between two looks
MOST_ATTEMPTS = 3  # work that ends its worker this often is not begun again

daily: list[Callable[[], object]] = []
"""What rooms want done once a day. Called often: each knows by the book whether today's is done."""


def reap() -> int:
    """Take up the tasks whose workers are no more; returns how many. Any number of reapers may look at once."""
    taken = 0
    for found in DBTaskResult.objects.running():
        if found.worker_ids and is_here(found.worker_ids[-1]):
            continue
        with transaction.atomic():
            same = DBTaskResult.objects.select_for_update().filter(pk=found.pk, status=TaskResultStatus.RUNNING)
            now = same.first()
            if now is None or now.worker_ids != found.worker_ids:
                continue  # another reaper was faster
            if len(now.worker_ids) >= MOST_ATTEMPTS:
                _give_up(now)
                continue
            now.status, now.started_at = TaskResultStatus.READY, None
            now.save(update_fields=["status", "started_at"])
            Job.objects.unended().filter(task=now.pk).update(state=Job.State.WAITING)
            taken += 1
    return taken


def _give_up(task: DBTaskResult[..., object]) -> None:
    """The worker died of it again and again: of memory, as like as not."""
    task.status, task.finished_at = TaskResultStatus.FAILED, timezone.now()
    task.save(update_fields=["status", "finished_at"])
    for job in Job.objects.unended().filter(task=task.pk):
        with translation.override(job.language):
            told = _t("处理程序在这件事上中断了 %(n)s 次，不再重试；请分成几份再试，或请系统管理员查看服务器内存。")
            job.become(Job.State.FAILED, error=told % {"n": MOST_ATTEMPTS})


def recover() -> int:
    """Put into the queue again what should be there and is not: its task ended, or was cleared away, without it."""
    ended = [TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL]
    lost = 0
    for job in Job.objects.unended():
        task = DBTaskResult.objects.filter(pk=job.task or uuid.UUID(int=0)).first()
        if task is None or task.status in ended:
            with transaction.atomic():
                now = Job.objects.unended().select_for_update().filter(pk=job.pk, task=job.task).first()
                if now is not None:
                    work.enqueue(now)
                    lost += 1
    return lost


def tidy() -> None:
    """Forget files nobody fetched, and the queue's rows of what ended long ago."""
    before = timezone.now() - KEPT
    for job in Job.objects.filter(ended__lt=before).exclude(file="")[:100]:
        job.forget()
    DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()


class Keeper(threading.Thread):
    """Beside the worker, on a connection of its own; `ready` is set once the worker's presence is held and
    what others left is back in the queue."""

    def __init__(self, worker: str) -> None:
        super().__init__(name="keeper", daemon=True)
        self.presence, self.ready, self.over = Presence(worker), threading.Event(), threading.Event()

    def run(self) -> None:
        while not self.over.is_set():
            try:
                self.presence.keep()
                reap()
                self.ready.set()
                for act in (recover, tidy, *daily):
                    act()
            except DatabaseError:  # busy, full or gone: it is looked after at the next look
                logger.warning("keeper: the database did not answer", exc_info=True)
                connection.close_if_unusable_or_obsolete()
            except Exception:
                logger.exception("keeper")
            self.over.wait(BEAT)
        self.presence.leave()
        connections.close_all()


def serve(*, batch: bool = False, interval: float = 0.5) -> None:
    """Work until told to end; with `batch`, until nothing is left."""
    name = get_random_string(16, "abcdefghjkmnpqrstuvwxyz23456789")
    sweep()
    keeper = Keeper(name)
    keeper.start()
    keeper.ready.wait(60)
    worker = Worker(
        queue_names=["*"],
        interval=interval,
        batch=batch,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=name,
        excluded_queue_names=[],
    )
    if threading.current_thread() is threading.main_thread():
        worker.configure_signals()
    try:
        worker.run()
    finally:
        keeper.over.set()
        keeper.join(10)
