"""Notices: what a person is told in the app; of one kind about one round at most one a day, so that nobody is spammed.

They are no part of the book: nothing is counted from them, and no version is kept of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import current_act
from shuyuan.core.models import Organisation, Post
from shuyuan.core.roles import Right, holders
from shuyuan.ledger.record import User
from shuyuan.ledger.rounds import Round, Task
from shuyuan.web.parts import Text

KEPT = timedelta(days=60)


class Notice(models.Model):
    """One thing told to one person on one day. What it says is put into words when it is read, in their language."""

    class Kind(models.TextChoices):
        SENT = "sent", _("新的填报")
        REMINDED = "reminded", _("催报")
        EXTENDED = "extended", _("延期")
        RETURNED = "returned", _("退回")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    round = models.ForeignKey(Round, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    day = models.DateField()
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("通知")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "round", "kind", "day"], name="one_notice_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.round}"

    @property
    def told(self) -> str:
        words: dict[str, Text] = {
            self.Kind.SENT: _t("教育局发来填报「%(round)s」，要报的台账和截止日期见填报任务。"),
            self.Kind.REMINDED: _t("请尽快报送「%(round)s」中还没有报的台账。"),
            self.Kind.EXTENDED: _t("「%(round)s」给本单位延期了，新的截止日期见填报任务。"),
            self.Kind.RETURNED: _t("「%(round)s」中有退回修改的，原因见填报任务。"),
        }
        return str(words[self.kind]) % {"round": self.round}


def tell(kind: str, tasks: Iterable[Task]) -> int:
    """Tell those who file these tasks; returns how many people were told who had not been told today."""
    sender, today = current_act().actor, timezone.localdate()
    rounds = {task.round_id: task.round for task in tasks}
    owners: dict[int, set[int]] = {}
    for task in tasks:
        owners.setdefault(task.round_id, set()).add(task.organisation_id)
    told = 0
    for key, one in rounds.items():
        people = filers(owners[key], today)
        known = set(Notice.objects.filter(round=one, kind=kind, day=today).values_list("user_id", flat=True))
        made = [Notice(user_id=user, round=one, kind=kind, day=today, sender=sender) for user in people - known]
        Notice.objects.bulk_create(made, ignore_conflicts=True)  # the same click twice at once tells nobody twice
        told += len(made)
    return told


def filers(organisations: Iterable[int], today: date) -> set[int]:
    """The people who file for these schools today."""
    held = Post.objects.filter(organisation__in=organisations, role__in=holders(Right.FILE), since__lte=today)
    held = held.filter(models.Q(until__isnull=True) | models.Q(until__gt=today))
    return set(held.order_by().values_list("user_id", flat=True))


def unseen(user: User) -> list[Notice]:
    """The digest of one person: the newest first; what is old, or about a round that has ended, is left out."""
    found = Notice.objects.filter(user_id=user.pk or 0, seen=False, day__gte=timezone.localdate() - KEPT)
    return list(found.filter(round__state=Round.State.OPEN).select_related("round", "sender").order_by("-day", "-pk"))


def schools_without_filers(organisations: Iterable[Organisation]) -> list[Organisation]:
    """Schools that nobody has an account for: no notice reaches them."""
    today = timezone.localdate()
    known = set(
        Post.objects.filter(role__in=holders(Right.FILE), since__lte=today)
        .filter(models.Q(until__isnull=True) | models.Q(until__gt=today))
        .values_list("organisation_id", flat=True)
    )
    return [one for one in organisations if one.pk not in known]
