"""Rounds 填报: the office asks schools for ledgers of a year, by a day; each school and ledger is one task."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.models import Organisation, Period

if TYPE_CHECKING:
    from shuyuan.ledger.columns import Column
    from shuyuan.ledger.ledger import Ledger


@keep_versions
class Round(Versioned):
    """What is asked of whom, for which year, from when to when."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("准备中")
        OPEN = "open", _("填报中")
        CLOSED = "closed", _("已结束")

        @property
        def explained(self) -> str:
            return str(EXPLAINED[self])

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    title = models.CharField(_("名称"), max_length=60)
    year = models.SmallIntegerField(_("年份"))
    ledgers = models.JSONField(_("台账"), default=list)
    omitted = models.JSONField(_("不收的栏目"), default=dict, blank=True)
    """The optional columns that are not asked for, under each ledger's slug."""
    within = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("范围"), related_name="+", help_text=_("这个单位及其下属的学校")
    )
    school_types = models.JSONField(_("办学类型"), default=list, blank=True)
    opens = models.DateField(_("开始日期"))
    due = models.DateField(_("截止日期"))
    signed = models.BooleanField(_("须校长签报"), default=False)
    note = models.TextField(_("填报要求"), blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.PREPARED)

    objects = VersionedQuerySet["Round"].as_manager()

    class Meta:
        verbose_name = _("填报")
        ordering = ["-due", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("round", args=[self.pk])

    def clean(self) -> None:
        if self.opens and self.due and self.due < self.opens:
            raise ValidationError({"due": _t("截止日期早于开始日期。")})
        for book in self.books():
            if book.year not in (None, self.year):
                told = _t("「%(ledger)s」问的是%(year)s年的数；请改年份，或在专项填报里选「再问一年」。")
                raise ValidationError({"year": told % {"ledger": book, "year": book.year}})

    def books(self) -> list[Ledger[Any]]:
        """The ledgers it asks for."""
        from shuyuan.ledger.ledger import ledger

        return [ledger(slug) for slug in self.ledgers]

    def columns(self, book: Ledger[Any]) -> tuple[Column, ...]:
        """The columns of a ledger that it asks for: all that are required, and the others but those left out."""
        omitted = self.omitted.get(book.slug, ())
        return tuple(column for column in book.sheet if column.required or column.name not in omitted)

    def schools(self) -> models.QuerySet[Organisation]:
        """The schools it asks, in being on the day it begins."""
        found = Organisation.objects.schools().below(self.within).standing(self.opens)
        return found.filter(school_type__in=self.school_types) if self.school_types else found


EXPLAINED = {
    Round.State.PREPARED: _("还没有发出，学校看不到；先看看要学校填多少、哪些已经有了。"),
    Round.State.OPEN: _("已经发出，学校正在填报，科室边收边审。"),
    Round.State.CLOSED: _("填报已经结束，不再受理；没有报的就是没有报。"),
}


@keep_versions
class Task(Versioned):
    """What one school owes one ledger in a round. How it stands is read off its records: see standing.py."""

    round = models.ForeignKey(Round, models.PROTECT, verbose_name=_("填报"), related_name="tasks")
    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    ledger = models.CharField(_("台账"), max_length=20)
    period = models.ForeignKey(Period, models.PROTECT, verbose_name=_("期间"), related_name="+")
    due = models.DateField(_("截止日期"))
    filed_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    signed_at = models.DateTimeField(_("签报时间"), null=True, blank=True)
    returned_why = models.TextField(_("退回原因"), blank=True)

    objects = VersionedQuerySet["Task"].as_manager()

    class Meta:
        verbose_name = _("填报任务")
        ordering = ["due", "organisation__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "organisation", "ledger"], name="one_task_each"),
        ]
        indexes = [models.Index(fields=["ledger", "period", "organisation"])]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.book}"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("task", args=[self.pk])

    @property
    def book(self) -> Ledger[Any]:
        from shuyuan.ledger.ledger import ledger

        return ledger(self.ledger)

    @property
    def open(self) -> bool:
        return self.round.state == Round.State.OPEN

    @property
    def signed(self) -> bool:
        """Whether the headteacher has to sign it: the round asks for it, or the ledger always does."""
        return self.round.signed or self.book.signed

    def records(self) -> Any:
        """The school's records of the period, its campuses' with them."""
        return self.records_of(self.period_id)

    def records_of(self, period: str) -> Any:
        """The same of another period, such as the year before."""
        places = Organisation.objects.below(self.organisation).values("pk")
        return self.book.objects().filter(organisation__in=places, period=period)

    def overdue(self, today: date | None = None) -> bool:
        return self.filed_at is None and self.due < (today or timezone.localdate())

    def late(self) -> bool:
        """Filed, and after its day."""
        return self.filed_at is not None and timezone.localdate(self.filed_at) > self.due


def tasks_open() -> models.QuerySet[Task]:
    """The tasks of rounds that are running."""
    return Task.objects.filter(round__state=Round.State.OPEN).select_related(
        "round__organisation", "organisation", "period"
    )


def task_for(slug: str, organisation: Organisation, period: str) -> Task | None:
    """The running task that a school's record of a ledger and period belongs to, if one asks for it."""
    owners = [key for key in (organisation.pk, organisation.parent_id) if key is not None]
    return tasks_open().filter(ledger=slug, period_id=period, organisation_id__in=owners).order_by("-pk").first()


def columns_for(book: Ledger[Any], organisation: Organisation | None, period: str) -> tuple[Column, ...]:
    """The columns that a school fills in for a period: those of the running task that asks for it, else all."""
    task = task_for(book.slug, organisation, period) if organisation else None
    return task.round.columns(book) if task else book.sheet


def asks_signature(ledger: Ledger[Any]) -> models.Q:
    """The filed records of a ledger that wait for a headteacher: what schools filed, where ledger or round asks it."""
    filed = models.Q(state="filed")
    kinds = [Organisation.Kind.SCHOOL, Organisation.Kind.CAMPUS]
    if ledger.signed:
        return filed & models.Q(organisation__kind__in=kinds)
    asked: dict[str, list[int]] = {}
    for period, owner in (
        tasks_open().filter(ledger=ledger.slug, round__signed=True).order_by().values_list("period_id", "organisation")
    ):
        asked.setdefault(period, []).append(owner)
    waiting = models.Q(pk__in=[])
    for period, owners in asked.items():
        theirs = models.Q(organisation__in=owners) | models.Q(organisation__parent__in=owners)
        waiting |= models.Q(period=period) & theirs
    return filed & waiting
