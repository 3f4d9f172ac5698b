"""Saving: how one record is made, changed and moved by whoever may; pages and the API take the same steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _t

from shuyuan.core.history import acting, lock_chains
from shuyuan.core.models import Organisation
from shuyuan.ledger import review, revisions, sheets
from shuyuan.ledger.closing import is_closed
from shuyuan.ledger.columns import Column
from shuyuan.ledger.flow import arrivals, may_move
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.lookup import Lookup, Refused
from shuyuan.ledger.record import Record, State, User
from shuyuan.ledger.revisions import Clash
from shuyuan.ledger.together import broken_by, sentence
from shuyuan.ledger.unpacking import Problem, Unreadable


class Overtaken(Exception):
    """Somebody else has changed the record since it was seen: what they made of it."""

    def __init__(self, revision: int, differences: list[Clash]) -> None:
        self.revision, self.differences = revision, differences
        super().__init__(_t("您看到之后有人改过这条记录，没有保存；请核对不同之处，再按新的版本修改。"))


def may_edit(user: User, book: Ledger[Any], record: Any) -> bool:
    """The section that answers for the ledger; a school its own records, until they are accepted."""
    if book.may_accept(user):
        return True
    return book.may_write(user) and getattr(record, "state", State.ACCEPTED) != State.ACCEPTED


def create(user: Any, book: Ledger[Any], values: Mapping[str, Any], reason: str) -> Any:
    """A new record, filed as a workbook's row is. Raises Unreadable, its problems headed by names of columns."""
    lookup = Lookup(Organisation.objects.visible_to(user))
    record = book.model(**_read(book, values, lookup, None))
    _check(book, record)
    people, changed = lookup.new_people, list(lookup.changed_people.values())
    reading = sheets.Reading(book, [record], people, changed, lookup.new_places)
    with acting(user, reason, adjusting=_adjusting(user, book, record)):
        sheets.load(reading)
    return record


def change(user: Any, book: Ledger[Any], record: Any, values: Mapping[str, Any], seen: int, reason: str) -> bool:
    """Change what is named of a record that was seen in this revision. Returns whether anything became otherwise.

    Raises Overtaken, Unreadable, PermissionDenied.
    """
    if not may_edit(user, book, record):
        raise PermissionDenied(_t("已通过审核的记录由负责科室修改；请科室退回后再改。"))
    newest = _newest(record)
    _not_overtaken(book, record, seen, newest)
    correcting = getattr(record, "person", None) if book.registers else None
    lookup = Lookup(Organisation.objects.visible_to(user), correcting=correcting)
    before = sheets.identity(book, record)
    for name, value in _read(book, values, lookup, record).items():
        setattr(record, name, value)
    if sheets.identity(book, record) == before and not lookup.changed_people:
        return False
    _check(book, record)
    adjusting = _adjusting(user, book, record)
    with transaction.atomic(), acting(user, reason, adjusting=adjusting):
        lock_chains(type(record), {record.chain_owner()})
        if _newest(record) != newest:
            raise Overtaken(_newest(record), [])
        for new in (*lookup.new_people, *lookup.changed_people.values(), *lookup.new_places):
            new.save()
        if isinstance(record, Record):
            record.state = arrivals(book)(record, book.may_accept(user))
        record.save()
    return True


def move(
    user: Any,
    book: Ledger[Any],
    record: Any,
    to: str,
    reason: str,
    *,
    cells: Mapping[str, str] | None = None,
    seen: int | None = None,
) -> None:
    """File, sign, accept or return a record; returned, with the reason or one for each of some `cells`.

    Raises PermissionDenied, and ValidationError where the record cannot go there now.
    """
    if not isinstance(record, Record) or to not in State.values or not may_move(user, record, to):
        raise PermissionDenied
    adjusting = bool(reason) and book.may_accept(user) and is_closed(record.date)
    with acting(user, reason or str(State(to).label), adjusting=adjusting):
        if to == State.RETURNED:
            review.give_back(book, record, cells or {"": reason}, seen)
        elif to == State.ACCEPTED:
            last = _newest(record) if seen is None else seen
            for _left, why in review.accept(book, {record.pk: last}).left:
                raise ValidationError(why)
        else:
            record.move(to)


def _newest(record: Any) -> int:
    return revisions.revisions(type(record), [record.pk])[record.pk]


def _not_overtaken(book: Ledger[Any], record: Any, seen: int, newest: int) -> None:
    """That its state moved meanwhile is no matter: nothing that was seen has changed."""
    if seen == newest:
        return
    then = revisions.version_of(type(record), record.pk, seen)
    now = revisions.version_of(type(record), record.pk, newest)
    if then is None or now is None:
        raise Unreadable([Problem(_t("这条记录没有这个版本；请重新读取后再改"), heading="revision")])
    if differences := revisions.changed_between(book, then, record, now):
        raise Overtaken(newest, differences)


def _read(book: Ledger[Any], values: Mapping[str, Any], lookup: Lookup, kept: Any | None) -> dict[str, Any]:
    """The columns' values as cells of a workbook would give them; of a kept record, those that are not named."""
    if unknown := values.keys() - {name for column in book.sheet for name in column.names}:
        told = _t("没有这些列：%(names)s") % {"names": _t("、").join(sorted(unknown))}
        raise Unreadable([Problem(told)])
    row: dict[str, Any] = {}
    problems = []
    for column in book.sheet:
        if kept is not None and not values.keys() & set(column.names):
            row[column.name] = getattr(kept, column.name)
            continue
        try:
            value = column.read(_cells(column, values, kept), lookup, row)
            row[column.name] = column.unmasked(value, kept)
        except Refused as refused:
            problems.append(Problem(str(refused), heading=column.name))
    if problems:
        raise Unreadable(problems)
    return row


def _cells(column: Column, values: Mapping[str, Any], kept: Any | None) -> list[Any]:
    """The cells of a column that is named; where only somebody's own numbers are, they stay who they are."""
    if kept is None or values.keys() & set(column.names[:2]):
        return [values.get(name) for name in column.names]
    return [values.get(name, cell) for name, cell in zip(column.names, column.cells(kept), strict=True)]


def _check(book: Ledger[Any], record: Any) -> None:
    problems = [Problem(message, heading=name or book.slug) for message, name in sheets.faults(book, record)]
    if not problems:
        problems = [Problem(sentence(one), heading=one.check.field or book.slug) for one in broken_by(book, [record])]
    if problems:
        raise Unreadable(problems)


def _adjusting(user: User, book: Ledger[Any], record: Any) -> bool:
    """Whether this corrects closed books, which only the section that answers for them may."""
    closed = isinstance(record, Record) and record.is_event and any(map(is_closed, record.days()))
    if closed and not book.may_accept(user):
        raise PermissionDenied(_t("这一期的账簿已关账，只能由负责科室更正。"))
    return closed
