"""Audit: the last changes of every table that keeps versions, in one list: who, when, what was done, and why.

What a record says is not in it: whoever watches over the books need not read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from heapq import nlargest
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _t

from shuyuan.core.history import Action, Versioned, versioned_models
from shuyuan.core.models import Organisation
from shuyuan.ledger.ledger import ledgers
from shuyuan.ledger.unmasking import Unmasking


@dataclass(frozen=True)
class Line:
    """One version, without its content."""

    at: datetime
    who: str
    what: str
    record: int
    organisation: str
    act: str
    why: str


@dataclass(frozen=True)
class Asked:
    """Which part of the log: of which days, and of whom (any part of a name or account)."""

    first: date
    last: date
    who: str = ""

    def between(self, field: str) -> Q:
        zone = timezone.get_current_timezone()
        start = datetime.combine(self.first, time.min, zone)
        return Q(**{f"{field}__gte": start, f"{field}__lt": datetime.combine(self.last, time.min, zone) + timedelta(1)})

    def by(self, field: str) -> Q:
        who = self.who.strip()
        if not who:
            return Q()
        return Q(**{f"{field}__username__icontains": who}) | Q(**{f"{field}__first_name__icontains": who})


def changes(asked: Asked, most: int) -> list[Line]:
    """The newest versions of any table in these days."""
    found: list[Line] = []
    titles = {book.model: str(book) for book in ledgers()}
    names = dict(Organisation.objects.values_list("pk", "name"))
    for model in versioned_models():
        if model is not Unmasking:
            found += _of(model, titles.get(model, str(model._meta.verbose_name)), names, asked, most)
    return nlargest(most, found, key=lambda line: line.at)


def _of(model: type[Versioned], title: str, names: dict[int, str], asked: Asked, most: int) -> list[Line]:
    versions: Any = model.versions._default_manager.filter(asked.between("written_at") & asked.by("written_by"))
    rows = versions.order_by("-written_at", "-version_id").values_list(
        "written_at", "written_by__first_name", "written_by__username", "record_id", "act", "written_why",
        "chain__organisation_id",
    )  # fmt: skip
    acts = dict(Action.choices)
    return [
        Line(at, name or account, title, record, names.get(place, _t("（已不存在）")), str(acts[act]), why)
        for at, name, account, record, act, why, place in rows[:most]
    ]


def looks(asked: Asked, most: int) -> list[Unmasking]:
    """The newest looks at sensitive information in these days."""
    found = Unmasking.objects.filter(asked.between("at") & asked.by("by"))
    return list(found.select_related("by", "organisation")[:most])
