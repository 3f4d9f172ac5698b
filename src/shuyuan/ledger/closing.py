"""Closing the books 关账: once a year's report is final, its events change only by an adjustment 更正 that says why.

Registers of what goes on (staff, buildings) stay open: a teacher who leaves next year changes an old line of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, current_act, keep_versions
from shuyuan.core.models import Organisation


class BooksClosed(ValidationError):
    """A write into closed books that is no adjustment."""

    def __init__(self, through: date) -> None:
        told = _t("%(through)s及以前的账簿已关账。如确需更正，请由负责科室写明更正理由。")
        super().__init__(told % {"through": through.isoformat()}, code="closed")


@keep_versions
class Closing(Versioned):
    """The books up to and with one day are closed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    through = models.DateField(_("关账日期"), unique=True)

    objects = VersionedQuerySet["Closing"].as_manager()

    class Meta:
        verbose_name = _("关账")

    def __str__(self) -> str:
        return self.through.isoformat()


def close_books(bureau: Organisation, through: date) -> None:
    """Close the books up to and with that day; a day that is closed already stays so."""
    if not Closing.objects.filter(through__gte=through).exists():
        Closing.objects.create(organisation=bureau, through=through)


def close_year(bureau: Organisation, year: int) -> None:
    """Close the books of a year that is over. Raises ValidationError where it is not, or is closed already."""
    through = date(year, 12, 31)
    if through >= timezone.localdate():
        raise ValidationError(_t("%(year)s 年还没有结束，不能关账。") % {"year": year})
    if is_closed(through):
        raise ValidationError(_t("%(year)s 年的账簿已经关账。") % {"year": year})
    close_books(bureau, through)


def closed_through() -> date | None:
    """The last day whose books are closed."""
    return Closing.objects.order_by("-through").values_list("through", flat=True).first()


def is_closed(day: date | None) -> bool:
    """Whether an event of that day may only be adjusted."""
    return bool(day and (last := closed_through()) and day <= last)


def check_open(days: Iterable[date]) -> None:
    """Let a write of events of these days pass: the books are open, or it is an adjustment. Raises BooksClosed."""
    if current_act().adjusting:
        return
    last = closed_through()
    if last is not None and any(day <= last for day in days):
        raise BooksClosed(last)
