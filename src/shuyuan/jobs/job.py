"""Job 后台处理: one piece of background work as the person who started it sees it.

Beside it stands the queue's own row (django-tasks-db), which workers claim. A job is no part of the book: no version
is kept of it. What it writes is written in its owner's name, with its reason.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shuyuan.web.menu import Viewer

KEPT = timedelta(days=7)  # so long its file can be fetched


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: Viewer) -> Self:
        """What somebody had made may hold what only they may see."""
        return self.filter(by_id=user.pk) if user.is_authenticated else self.none()

    def unended(self) -> Self:
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])


def _kept_at(job: Job, name: str) -> str:
    return f"jobs/{secrets.token_hex(16)}"


class Job(models.Model):
    """`work` names what is done (see work.py) and `arguments` with what; `reason` goes into history."""

    class State(models.TextChoices):
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("处理中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有完成")
        CANCELLED = "cancelled", _("已取消")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("账号"), related_name="+")
    at = models.DateTimeField(_("时间"), default=timezone.now)
    work = models.CharField(_("处理事项"), max_length=20)
    title = models.CharField(_("名称"), max_length=150)
    arguments = models.JSONField(default=dict)
    reason = models.CharField(_("修改原因"), max_length=200)
    language = models.CharField(max_length=10, default=get_language)
    task = models.UUIDField(null=True, db_index=True)
    state = models.CharField(_("状态"), max_length=9, choices=State, default=State.WAITING)
    cancelling = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    told = models.JSONField(_("结果"), default=list)
    error = models.TextField(_("问题"), blank=True)
    url = models.CharField(max_length=200, blank=True)
    name = models.CharField(_("文件名"), max_length=150, blank=True)
    file = models.FileField(_("文件"), upload_to=_kept_at, max_length=120, blank=True)
    ended = models.DateTimeField(_("结束时间"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("后台处理")
        ordering = ["-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])

    @property
    def unended(self) -> bool:
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def share(self) -> float:
        return 100 * self.done / self.total if self.total else 0

    def become(self, state: State, **facts: Any) -> bool:
        """Write down how it goes; what has ended stays as it ended. Returns whether it had not."""
        if state not in {self.State.WAITING, self.State.RUNNING}:
            facts["ended"] = timezone.now()
        changed = Job.objects.unended().filter(pk=self.pk).update(state=state, **facts)
        self.refresh_from_db()
        return bool(changed)

    def cancel(self) -> None:
        """Waiting, it ends here; running, at its next step: what is done by then stays, and is told."""
        Job.objects.unended().filter(pk=self.pk).update(cancelling=True)
        waiting = Job.objects.filter(pk=self.pk, state=self.State.WAITING)
        waiting.update(state=self.State.CANCELLED, ended=timezone.now())
        self.refresh_from_db()

    def forget(self) -> None:
        """The file goes; that it was made stays."""
        if self.file:
            self.file.delete(save=False)
            Job.objects.filter(pk=self.pk).update(file="")
