"""Unmasking: who may see in full what is sensitive, and the book of who did, when, of which record, and what for.

Each look is a record of its own with a version in the chain of the organisation it concerns, so nobody, whoever
administers the database, takes one back unseen: `shuyuan history verify` walks these chains like all others.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, acting, keep_versions
from shuyuan.core.models import Organisation
from shuyuan.core.people import may, posts_of
from shuyuan.core.roles import Right, all_powerful
from shuyuan.core.sensitive import Sensitivity
from shuyuan.ledger.columns import Shown
from shuyuan.ledger.flow import hands
from shuyuan.ledger.ledger import Ledger, UnknownLedger, ledger
from shuyuan.ledger.record import Hand

ALL_HANDS = frozenset({Hand.SCHOOL, Hand.HEAD, Hand.SECTION})
HANDS: dict[Sensitivity, frozenset[Hand]] = {
    Sensitivity.IDENTITY: ALL_HANDS,
    Sensitivity.PHONE: ALL_HANDS,
    Sensitivity.ADDRESS: ALL_HANDS,
    Sensitivity.BIRTH: ALL_HANDS,
    Sensitivity.BANK: ALL_HANDS,
    # What a family lacks and how somebody is: whoever signs for the school, and whoever answers for the ledger.
    Sensitivity.HARDSHIP: frozenset({Hand.HEAD, Hand.SECTION}),
    Sensitivity.HEALTH: frozenset({Hand.HEAD, Hand.SECTION}),
}
"""Of each kind of sensitive information, in whose hands a record must be for it to be seen in full."""

PURPOSES = (
    _("核对证件"),
    _("办理入学、转学手续"),
    _("办理人事手续"),
    _("发放资助"),
    _("联系本人或家长"),
    _("上报上级主管部门"),
)
"""What people most often want it for; anything else can be typed."""


@keep_versions
class Unmasking(Versioned):
    """One look at sensitive information in full: of one record, or of all those that were exported."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("查看人"), related_name="+")
    at = models.DateTimeField(_("时间"), default=timezone.now)
    ledger = models.CharField(_("台账"), max_length=20)
    record = models.BigIntegerField(_("记录"), null=True, blank=True)
    fields = models.CharField(_("字段"), max_length=300)
    purpose = models.CharField(_("用途"), max_length=200)
    count = models.PositiveIntegerField(_("条数"), default=1)

    objects = VersionedQuerySet["Unmasking"].as_manager()

    class Meta:
        verbose_name = _("敏感信息查看")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["ledger", "record"])]

    def __str__(self) -> str:
        return f"{self.ledger} · {self.record or '—'} · {self.purpose}"

    @property
    def book(self) -> Ledger[Any] | None:
        try:
            return ledger(self.ledger)
        except UnknownLedger:
            return None

    @property
    def labels(self) -> str:
        """What was seen, as its headings say it in the reader's language."""
        if self.book is None:
            return self.fields
        heads = {name: head for one in self.book.sheet for name, head in zip(one.names, one.headings, strict=True)}
        return _t("、").join(heads.get(name, name) for name in self.fields.split(","))


def hidden(user: Any, book: Ledger[Any], record: Any) -> list[Shown]:
    """The sensitive values of a record that this person may see in full, once they say what for."""
    found = [one for column in book.sheet for one in column.shown(record)]
    if not found or not may(user, Right.UNMASK):
        return []
    held = hands(user, book, record.organisation)
    return [one for one in found if held & HANDS[one.sensitivity]]


def reveal(user: Any, book: Ledger[Any], record: Any, names: Collection[str], purpose: str) -> dict[str, str]:
    """These values in full, by name, once the look is written down.

    Raises ValidationError without a purpose or a field, PermissionDenied for what this person may not see.
    """
    purpose = _stated(purpose)
    if not names:
        raise ValidationError(_t("请勾选要查看的项目。"))
    open_to = {one.name: one.text for one in hidden(user, book, record)}
    if not set(names) <= open_to.keys():
        raise PermissionDenied
    _note(user, book, record.organisation, purpose, sorted(names), record=record.pk)
    return {name: open_to[name] for name in names}


def may_release(user: Any, book: Ledger[Any]) -> bool:
    """Whether every record that this person sees in the ledger may leave with its sensitive information in full."""
    kinds = {kind for column in book.sheet for kind in column.sensitive}
    if not kinds or not may(user, Right.UNMASK):
        return False
    if all_powerful(user):
        return True
    places = [post.organisation for post in posts_of(user)]
    return bool(places) and all(hands(user, book, place) & HANDS[kind] for place in places for kind in kinds)


def release(user: Any, book: Ledger[Any], count: int, purpose: str) -> None:
    """Write down that so many records leave in full. Raises ValidationError, PermissionDenied."""
    purpose = _stated(purpose)
    if not may_release(user, book):
        raise PermissionDenied
    names = [
        name for column in book.sheet if column.sensitive for name in column.names[-len(column.sensitive) :]
    ]  # a person's own numbers stand behind the name and the number they are known by
    place = next((post.organisation for post in posts_of(user)), None)
    _note(user, book, place or _bureau(), purpose, names, count=count)


def looks_at(book: Ledger[Any], record: Any) -> list[Unmasking]:
    """Who has seen this record's sensitive information in full, the newest first."""
    return list(Unmasking.objects.filter(ledger=book.slug, record=record.pk).select_related("by"))


def _stated(purpose: str) -> str:
    purpose = " ".join(purpose.split())
    if len(purpose) < 2:
        raise ValidationError(_t("请写明用途：要用来做什么。"))
    return purpose[:200]


def _note(
    user: Any,
    book: Ledger[Any],
    organisation: Organisation,
    purpose: str,
    names: list[str],
    *,
    record: int | None = None,
    count: int = 1,
) -> None:
    with acting(user, purpose):
        Unmasking(
            organisation=organisation,
            by=user,
            ledger=book.slug,
            record=record,
            fields=",".join(names),
            purpose=purpose,
            count=count,
        ).save()


def _bureau() -> Organisation:
    return Organisation.objects.filter(kind=Organisation.Kind.BUREAU).order_by("pk")[0]
