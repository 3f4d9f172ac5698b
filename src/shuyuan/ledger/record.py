"""Record: what every line of every ledger has, and the states it passes through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import BATCH, Versioned, VersionedQuerySet
from shuyuan.core.models import Organisation, Period
from shuyuan.core.people import functions_of, scope_of
from shuyuan.ledger.closing import check_open
from shuyuan.ledger.rounds import asks_signature

if TYPE_CHECKING:
    from shuyuan.ledger.ledger import Ledger

R = TypeVar("R", bound="Record")
User = AbstractBaseUser | AnonymousUser


class State(models.TextChoices):
    """Where a record is on its way into the book."""

    DRAFT = "draft", _("草稿")
    FILED = "filed", _("已报送")
    SIGNED = "signed", _("已签报")
    RETURNED = "returned", _("已退回")
    ACCEPTED = "accepted", _("已通过")

    @property
    def explained(self) -> str:
        """What the state means and whose turn it is, in one sentence."""
        return str(EXPLAINED[self])


EXPLAINED = {
    State.DRAFT: _("正在填写，还没有报送；科室还不会审核它。"),
    State.FILED: _("本单位已经报送；需要校长签报的等校长签报，其余的等科室审核。"),
    State.SIGNED: _("校长已经签报，对真实性负责；等科室审核。"),
    State.RETURNED: _("校长或科室要求修改，并写明了原因；改好后再次报送。"),
    State.ACCEPTED: _("科室已经审核通过，进入账簿；指标只统计这样的记录。"),
}


class Hand(Enum):
    """Who makes a move: the school that files, its headteacher, the section that answers for the ledger."""

    SCHOOL = "school"
    HEAD = "head"
    SECTION = "section"


FILERS = frozenset({Hand.SCHOOL, Hand.SECTION})
MOVES: dict[str, dict[str, frozenset[Hand]]] = {
    State.DRAFT: {State.FILED: FILERS},
    State.RETURNED: {State.FILED: FILERS},
    State.FILED: {
        State.SIGNED: frozenset({Hand.HEAD}),
        State.RETURNED: frozenset({Hand.HEAD, Hand.SECTION}),
        State.ACCEPTED: frozenset({Hand.SECTION}),  # refused where a signature is asked: see move()
    },
    State.SIGNED: {State.RETURNED: frozenset({Hand.SECTION}), State.ACCEPTED: frozenset({Hand.SECTION})},
    State.ACCEPTED: {State.RETURNED: frozenset({Hand.SECTION})},
}
"""Every way a record may go, and whose it is. There is no other: history knows each step."""


class RecordQuerySet(VersionedQuerySet[R]):
    def bulk_create(self, objs: Iterable[R], batch_size: int | None = BATCH, **conflicts: Any) -> list[R]:  # type: ignore[override]
        records = list(objs)
        settle(records)
        if self.model.is_event:
            check_open(record.date for record in records)
        return super().bulk_create(records, batch_size, **conflicts)

    def update(self, **values: Any) -> int:
        self._check_open()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._check_open()
        return super().delete()

    def _check_open(self) -> None:
        first = self.aggregate(first=models.Min("date"))["first"] if self.model.is_event else None
        check_open([first] if first else [])

    def counted(self) -> Self:
        """What figures count: accepted records and nothing else."""
        return self.filter(state=State.ACCEPTED)

    def visible_to(self, user: User) -> Self:
        """What this person may see: their organisations' records; confidential ledgers only by function."""
        ledger = self.model.ledger
        if ledger.confidential and ledger.function not in functions_of(user):
            return self.none()
        return self.filter(scope_of(user, self.model.scope))

    def of(self, period: Period) -> Self:
        """The events of a period: by the period they were filed for, or by date when it is of another kind."""
        if period.kind == self.model.ledger.period_kind:
            return self.filter(period_id=period.code)
        return self.filter(date__range=(period.starts, period.ends))

    def standing(self, on: date) -> Self:
        """What has begun by that day and not ended (an event has no end)."""
        return super().standing(on).filter(date__lte=on)

    def move(self, to: str) -> int:
        """File, sign, accept or return every record here; refused as a whole when one of them cannot go there."""
        with transaction.atomic():
            # Two officers at once: the second waits here and then sees what the first did.
            held = self.select_for_update(of=("self",)).order_by("pk").only("state")
            if stuck := next((record for record in held if to not in MOVES[record.state]), None):
                raise ValidationError(
                    _t("记录「%(record)s」是%(state)s，不能改为%(to)s。")
                    % {"record": stuck, "state": stuck.get_state_display(), "to": State(to).label}
                )
            if to == State.ACCEPTED and (unsigned := self.filter(asks_signature(self.model.ledger)).first()):
                raise ValidationError(_t("记录「%(record)s」须先由校长签报，才能审核通过。") % {"record": unsigned})
            return self.update(state=to)


class Record(Versioned):
    """One line of a ledger: an event, or a quantity where that is how it is reported."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+", db_index=False
    )
    date = models.DateField(_("日期"))
    period = models.ForeignKey(
        Period, models.PROTECT, verbose_name=_("期间"), related_name="+", editable=False, db_index=False
    )
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.DRAFT, editable=False)

    objects = RecordQuerySet.as_manager()
    decisive: ClassVar[tuple[str, ...]] = ("date", "period")
    is_event: ClassVar[bool] = True
    """What happened on a day and is over: such a record closes with the books of its day."""
    ledger: ClassVar[Ledger[Any]]

    class Meta:
        abstract = True
        ordering = ["-pk"]
        # For figures of a period; for one organisation's records in time (instead of an index on it alone); for lists
        # by date. The key in the last one lets both stores walk such a list without sorting it.
        indexes = [
            models.Index(fields=["period", "state", "organisation"]),
            models.Index(fields=["organisation", "date"]),
            models.Index(fields=["date", "id"]),
        ]

    def __str__(self) -> str:
        return self.ledger.subject_of(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        settle([self])
        if self.is_event:
            check_open(self.days())
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "period"}
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        if self.is_event:
            check_open(self.days())
        return super().delete(*args, **kwargs)

    def days(self) -> list[Any]:
        """The day it is dated, and the day it was dated before: it can neither enter nor leave closed books."""
        own = date.fromisoformat(self.date) if isinstance(self.date, str) else self.date
        return [own, *type(self)._base_manager.filter(pk=self.pk).values_list("date", flat=True)]

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("record", args=[self.ledger.slug, self.pk])

    def move(self, to: str) -> None:
        """File, sign, accept or return this record."""
        type(self).objects.filter(pk=self.pk).move(to)
        self.state = to


class StandingRecord(Record):
    """A record of something that goes on: in being from its date until its end."""

    until = models.DateField(_("终止日期"), null=True, blank=True)
    is_event: ClassVar[bool] = False

    class Meta(Record.Meta):
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.until and self.date and self.until < self.date:
            raise ValidationError({"until": _t("终止日期早于开始日期。")})


def settle(records: Iterable[Record]) -> None:
    """Put each record into the period its date falls into; periods are written down at their first use."""
    periods: dict[str, Period] = {}
    for record in records:
        day = date.fromisoformat(record.date) if isinstance(record.date, str) else record.date
        code = Period.code_for(day, record.ledger.period_kind)
        if code not in periods:
            periods[code] = Period.of(int(code[:4]), code[4:])
        record.period = periods[code]
