"""Moves: which figures say something else than they said at a past moment, and by which records."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.utils.translation import gettext as _t

from shuyuan.core.history import Action
from shuyuan.core.models import Organisation
from shuyuan.core.past import as_of
from shuyuan.figures.books import Books, Lineage
from shuyuan.figures.figure import Value
from shuyuan.figures.kinds import Measure
from shuyuan.ledger.ledger import Ledger

MOST_TOLD = 50  # records told for one figure; the rest are counted


@dataclass(frozen=True)
class Mover:
    """One record by which a figure moved, and the last act upon it."""

    ledger: Ledger[Any]
    record: int
    subject: str
    url: str
    """Its page; empty for a record deleted since."""
    how: Action
    """Came to be counted, left off being counted, or is counted with another value."""
    at: datetime
    actor: str
    reason: str

    def __str__(self) -> str:
        how = {Action.CREATED: _t("计入"), Action.DELETED: _t("不再计入"), Action.CHANGED: _t("改数")}[self.how]
        return _t("%(ledger)s「%(record)s」%(how)s（%(actor)s：%(reason)s）") % {
            "ledger": self.ledger, "record": self.subject, "how": how, "actor": self.actor, "reason": self.reason
        }  # fmt: skip


@dataclass(frozen=True)
class Move:
    """A figure then and now. `movers` is empty where registers that its rules ask (schools, people) were changed."""

    before: Value
    after: Value
    movers: tuple[Mover, ...]
    untold: int = 0
    """How many more records there are, beyond those told or in ledgers that the reader may not see."""

    @property
    def name(self) -> str:
        return self.after.figure.name

    def because(self) -> str:
        """The reasons in one line."""
        told = [str(one) for one in self.movers[:3]]
        rest = self.untold + max(len(self.movers) - 3, 0)
        if rest:
            told.append(_t("另有 %(n)s 条记录") % {"n": rest})
        if not told and (unknown := self.before.reason or self.after.reason):
            return unknown
        return _t("；").join(told) or _t("所依据的名册（单位、人员）有改动")


def moves(
    year: int,
    names: Iterable[str],
    since: datetime,
    within: Organisation | None = None,
    *,
    until: date | None = None,
    reader: AbstractBaseUser | AnonymousUser | None = None,
) -> list[Move]:
    """The figures among `names` that say something else than they said at `since`.

    With a `reader`, records that this person may not see are counted and not told.
    """
    wanted = list(names)
    now, then = Books(year, within, until=until), Books(year, within, until=until)
    after = now.values(wanted)
    with as_of(since):
        before = then.values(wanted)
    found = []
    for old, new in zip(before, after, strict=True):
        if (old.exact, old.names) != (new.exact, new.names):
            movers, untold = _movers(then, now, new.figure.name, since, reader)
            found.append(Move(old, new, movers, untold))
    return found


def _movers(then: Books, now: Books, name: str, since: datetime, reader: Any) -> tuple[tuple[Mover, ...], int]:
    with as_of(since):
        before = [(measure, line.ledger, _measured(measure, line, since)) for measure, line in then.measures(name)]
    after = [_measured(measure, line, since) for measure, line in now.measures(name)]
    told: dict[tuple[str, int], Mover] = {}
    untold: set[tuple[str, int]] = set()
    for (_measure, book, was), is_now in zip(before, after, strict=True):
        for pk in sorted(pk for pk in was.keys() | is_now.keys() if was.get(pk) != is_now.get(pk)):
            place = (book.slug, pk)
            if place in told or place in untold:
                continue
            if len(told) >= MOST_TOLD or (reader is not None and not book.visible_to(reader)):
                untold.add(place)
                continue
            how = Action.CREATED if pk not in was else Action.DELETED if pk not in is_now else Action.CHANGED
            told[place] = _mover(book, pk, how, since)
    return tuple(told.values()), len(untold)


def _measured(measure: Measure, line: Lineage, since: datetime) -> dict[int, Any]:
    """Of the records written since, those in this selection, and what the measure takes of each."""
    written = line.ledger.model.versions._default_manager.filter(written_at__gt=since).values("record_id")
    rows = line.selection().rows.order_by().filter(pk__in=written)
    return {pk: (value,) for pk, value in rows.values_list("pk", getattr(measure, "field", "") or "pk")}


def _mover(book: Ledger[Any], pk: int, how: Action, since: datetime) -> Mover:
    """The record, as it was where it has been deleted since, and the newest act upon it."""
    version = book.model.versions._default_manager.select_related("written_by").filter(record_id=pk).latest("revision")
    row = book.objects().filter(pk=pk).first()
    url = row.get_absolute_url() if row is not None else ""
    if row is None:
        with as_of(since):
            row = book.objects().filter(pk=pk).first()
    actor = version.written_by.get_full_name() or version.written_by.get_username()
    subject = book.subject_of(row) if row is not None else f"#{pk}"
    return Mover(book, pk, subject, url, how, version.written_at, actor, version.written_why)
