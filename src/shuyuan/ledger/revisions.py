"""Revisions: what somebody saw of a record, what it has become since, and what they want: the three compared.

A row that we hand out carries a stamp, "1234v3": the record's key and the revision that was seen. It comes back with
the row however the sheet was sorted. "1234v3+" marks last period's row, handed out as a start for a new one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _t

from shuyuan.core.history import Version, Versioned, database_value, plain
from shuyuan.core.past import moment
from shuyuan.ledger.columns import Column
from shuyuan.ledger.held import unfolded
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.lookup import Refused

STAMP = re.compile(r"([0-9]{1,18})v([0-9]{1,9})(\+?)")
STAMP_HEADINGS = ("数源编号", "Shuyuan key")
AT_ONCE = 5000


@dataclass(frozen=True)
class Stamp:
    """A record as it was handed out; a `start` is only an example for a new one."""

    key: int
    revision: int
    start: bool = False

    def __str__(self) -> str:
        return f"{self.key}v{self.revision}{'+' if self.start else ''}"

    @classmethod
    def read(cls, cell: object) -> Stamp | None:
        """The stamp in a cell, None where there is none. Raises Refused."""
        text = "" if cell is None else str(cell).strip()
        if not text:
            return None
        found = STAMP.fullmatch(text)
        if found is None:
            raise Refused(_t("编号『%(text)s』不是我们写的；新增的行请把这一格清空") % {"text": text[:40]})
        return cls(int(found[1]), int(found[2]), bool(found[3]))


def revisions(model: type[Versioned], keys: Iterable[int]) -> dict[int, int]:
    """The newest revision of each of these rows; in the past, the newest then."""
    wanted = list(keys)
    known: dict[int, int] = {}
    for start in range(0, len(wanted), AT_ONCE):
        versions = model.versions._default_manager.filter(record_id__in=wanted[start : start + AT_ONCE])
        if when := moment():
            versions = versions.filter(written_at__lte=when)
        known |= dict(versions.order_by().values_list("record_id").annotate(last=Max("revision")))
    return known


def said(column: Column, record: Any) -> Any:
    """A value of a record, so that it can be compared with one that history keeps."""
    if column.field.is_relation:
        related = getattr(record, column.name)
        if related is not None and related.pk is None:  # a person or place that comes with the very same workbook
            return f"{related} {getattr(related, 'number', '')}"
    value = plain(database_value(record, column.field))
    return None if value == "" else value


@dataclass(frozen=True)
class Clash:
    """A value that two people have changed to different things."""

    column: Column
    mine: str
    theirs: str
    who: str
    when: datetime


@dataclass(frozen=True)
class Merged:
    """What follows from somebody's values: the columns they changed, and those that another changed meanwhile."""

    taken: list[Column]
    clashes: list[Clash]
    stale: bool


def merge(ledger: Ledger[Any], kept: Any, mine: Any, seen: Version | None, newest: Version | None = None) -> Merged:
    """Compare `mine` with the record `kept` now and with the version that was seen (None: it is the newest).

    What only I changed is taken, what only they changed is left; what both changed is a clash.
    """
    base = unfolded(ledger.model, seen.columns()) if seen is not None else None
    taken, clashes = [], []
    for column in ledger.sheet:
        theirs, wanted = said(column, kept), said(column, mine)
        before = theirs if base is None else base.get(column.field.attname, theirs)
        before = None if before == "" else before
        if wanted in (before, theirs):
            continue
        if theirs == before or newest is None:
            taken.append(column)
        else:
            who = newest.written_by.first_name or newest.written_by.username
            clashes.append(Clash(column, column.text(mine), column.text(kept), who, newest.written_at))
    return Merged(taken, clashes, base is not None)


def changed_between(ledger: Ledger[Any], seen: Version, kept: Any, newest: Version) -> list[Clash]:
    """What a record says otherwise than the version that was seen: here `mine` is what was seen."""
    base = unfolded(ledger.model, seen.columns())
    before = ledger.model(**{column.field.attname: base.get(column.field.attname) for column in ledger.sheet})
    for column in ledger.sheet:  # history keeps numbers and dates as text
        setattr(before, column.field.attname, column.field.to_python(getattr(before, column.field.attname)))
    who = newest.written_by.first_name or newest.written_by.username
    return [
        Clash(column, column.text(before), column.text(kept), who, newest.written_at)
        for column in ledger.sheet
        if said(column, before) != said(column, kept)
    ]


def take(kept: Any, mine: Any, columns: Iterable[Column]) -> None:
    """Put the values of these columns on the kept record."""
    for column in columns:
        setattr(kept, column.name, getattr(mine, column.name))


def version_of(model: type[Versioned], key: int, revision: int) -> Version | None:
    found: Version | None = (
        model.versions._default_manager.select_related("written_by").filter(record_id=key, revision=revision).first()
    )
    return found
