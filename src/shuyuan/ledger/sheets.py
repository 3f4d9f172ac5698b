"""Sheets: a workbook into records, all rows or none; every bad cell is named by row and heading, with its cure."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import UniqueConstraint
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from shuyuan.core.history import current_act
from shuyuan.core.models import Organisation, Person, Place
from shuyuan.ledger.checks import broken
from shuyuan.ledger.columns import Column, as_text, halfwidth
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.lookup import Lookup, Refused, Waiting
from shuyuan.ledger.record import Record, State
from shuyuan.ledger.unpacking import MOST_BYTES, SHOWN, Problem, Source, Unreadable, rows

__all__ = ["MOST_BYTES", "SHOWN", "Problem", "Reading", "Unreadable", "faults", "identity", "load", "read", "summary"]


@dataclass
class Reading:
    """What a workbook says: unsaved records, and the people and places that come with them."""

    ledger: Ledger[Any]
    records: list[Any] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)


def read(ledger: Ledger[Any], source: Source, organisations: Iterable[Organisation] | None = None) -> Reading:
    """Read a workbook's first sheet; raises Unreadable with every problem found.

    `organisations` are those the reader may write for (None: all).
    """
    lines = rows(source)
    header = next(lines, None)
    if header is None:
        raise Unreadable([Problem(_t("工作表是空的；请用本台账的模板填写"))])
    places = _match(ledger, header)
    lookup = Lookup(organisations)
    problems: list[Problem] = []
    seen: dict[tuple[Any, ...], int] = {}
    reading = Reading(ledger)
    told: list[tuple[int, tuple[Any, ...]]] = []
    for number, cells in enumerate(lines, start=2):
        if not any(cell not in (None, "") for cell in cells):
            continue
        record = _record(ledger, cells, places, lookup, number, problems)
        if record is None:
            continue
        said = identity(ledger, record)
        for key in (said, *_unique(record)):
            if (first := seen.setdefault(key, number)) != number:
                problems.append(Problem(_t("与第 %(row)s 行相同；请删去重复的一行") % {"row": first}, number))
                break
        if isinstance(record, Organisation):
            lookup.learn(record)
        reading.records.append(record)
        told.append((number, said))
    problems += _already_kept(ledger, reading.records, told)
    if not reading.records and not problems:
        problems.append(Problem(_t("没有数据行；若本期无内容可报，请用「零报告」")))
    if problems:
        raise Unreadable(sorted(problems, key=lambda problem: problem.row or 0))
    reading.people, reading.places = lookup.new_people, lookup.new_places
    return reading


def load(reading: Reading, *, accept: bool = False, progress: Callable[[int], None] = lambda done: None) -> int:
    """Save what was read, as filed or as accepted, in one transaction with its history. Returns how many records."""
    current_act()
    ledger, records = reading.ledger, reading.records
    with transaction.atomic():
        Person.objects.bulk_create(reading.people)
        Place.objects.bulk_create(reading.places)
        for start in range(0, len(records), 5000):
            part = records[start : start + 5000]
            if issubclass(ledger.model, Record):
                for record in part:
                    record.state = State.ACCEPTED if accept else State.FILED
                ledger.model.objects.bulk_create(part)
            else:  # organisations hang in a tree: each needs its parent's path
                for record in part:
                    record.save()
            progress(start + len(part))
    return len(records)


def _bare(heading: str) -> str:
    """A heading as it is compared: spaces, line breaks, the required mark and the width of brackets do not matter."""
    text = halfwidth("".join(heading.split()))
    return text.removeprefix("*").removesuffix("*").lower()


def _match(ledger: Ledger[Any], header: Sequence[object]) -> list[tuple[Column, list[int]]]:
    """Which cells belong to which column; every heading must be known and every required column there."""
    headed = {}
    problems = []
    for index, cell in enumerate(header):
        heading = _bare(as_text(cell))
        if heading and heading in headed:
            problems.append(Problem(_t("标题『%(heading)s』出现了两次") % {"heading": cell}, 1))
        if heading:
            headed[heading] = index
    matched, used = [], set()
    for column in ledger.sheet:
        cells = [next((_bare(text) for text in known if _bare(text) in headed), None) for known in column.accepted]
        if cells[0] is not None or any(cells):
            matched.append((column, [headed[cell] if cell else -1 for cell in cells]))
            used |= {cell for cell in cells if cell}
        elif column.required:
            problems.append(Problem(_t("缺少「%(label)s」这一列") % {"label": column.label}, 1))
    labels = [heading for column in ledger.sheet for heading in column.headings]
    for heading in headed.keys() - used:
        near = difflib.get_close_matches(heading, [_bare(label) for label in labels], n=1, cutoff=0.4)
        original = as_text(header[headed[heading]])
        cure = _t("是否为「%(near)s」？") % {"near": near[0]} if near else _t("请删去这一列，或改用模板的标题")
        problems.append(Problem(_t("不认识的标题『%(heading)s』；%(cure)s") % {"heading": original, "cure": cure}, 1))
    if problems:
        raise Unreadable(problems)
    return matched


def _record(
    ledger: Ledger[Any],
    cells: Sequence[object],
    places: list[tuple[Column, list[int]]],
    lookup: Lookup,
    number: int,
    problems: list[Problem],
) -> Any | None:
    """One row as an unsaved record, or None after noting what is wrong with it."""
    row: dict[str, Any] = {}
    before = len(problems)
    for column, indexes in places:
        try:
            taken = [cells[index] if 0 <= index < len(cells) else None for index in indexes]
            row[column.name] = column.read(taken, lookup, row)
        except Waiting:
            continue  # the organisation's own problem is told already
        except Refused as refused:
            problems.append(Problem(str(refused), number, column.label))
    if len(problems) > before:
        return None
    record = ledger.model(**row)
    for message, name in faults(ledger, record):
        heading = ledger.column(name).label if name in ledger.names else ""
        problems.append(Problem(message, number, heading))
    return record if len(problems) == before else None


def faults(ledger: Ledger[Any], record: Any) -> Iterator[tuple[str, str]]:
    """What the fields' validators, the model and the hard checks have against a record: message and field's name."""
    for column in ledger.sheet:
        value = getattr(record, column.field.attname, None)
        if value in (None, "") or column.field.is_relation:
            continue
        try:
            column.field.run_validators(value)
        except ValidationError as error:
            yield from ((message, column.name) for message in error.messages)
    try:
        record.clean()
        record.validate_constraints()
    except ValidationError as error:
        for name, messages in error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]:
            yield from ((message, name if name in ledger.names else "") for message in messages)
    yield from ((check.told(), check.field) for check in broken(ledger, record, hard=True))


def identity(ledger: Ledger[Any], record: Any) -> tuple[Any, ...]:
    """What makes two lines the same line: all that people typed."""
    return tuple(_comparable(record, column) for column in ledger.sheet)


def _comparable(record: Any, column: Column) -> Any:
    related = getattr(record, column.name) if column.field.is_relation else None
    if related is not None:
        return related.pk or str(related) + getattr(related, "number", "")
    value = getattr(record, column.field.attname)
    return None if value == "" else value


def _unique(record: Any) -> Iterator[tuple[Any, ...]]:
    """The values that only one row may have, whatever else it says."""
    for constraint in record._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.fields:
            values = [getattr(record, record._meta.get_field(name).attname) for name in constraint.fields]
            if all(value not in (None, "") for value in values):
                yield (constraint.name, *values)


def _already_kept(
    ledger: Ledger[Any], records: Sequence[Any], lines: Sequence[tuple[int, tuple[Any, ...]]]
) -> list[Problem]:
    """Rows that the book holds already: the same workbook sent twice is told, not counted twice."""
    if not records:
        return []
    if issubclass(ledger.model, Record):
        known = _kept_near(ledger, {(record.organisation.pk, record.date) for record in records})
    else:
        known = _said(ledger, ledger.objects())
    told = _t("与已有的记录相同；若确是另一笔，请在内容上区分开")
    return [Problem(told, number) for number, said in lines if said in known]


def _kept_near(ledger: Ledger[Any], days: set[tuple[int, date]]) -> set[tuple[Any, ...]]:
    """What the records of these organisations on these very days say; in a full ledger, a few among very many."""
    owners, dates = {owner for owner, _day in days}, [day for _owner, day in days]
    kept = ledger.model.objects.filter(organisation_id__in=owners, date__range=(min(dates), max(dates)))
    places = kept.order_by().values_list("pk", "organisation_id", "date").iterator(chunk_size=5000)
    keys = [key for key, owner, day in places if (owner, day) in days]
    known: set[tuple[Any, ...]] = set()
    for start in range(0, len(keys), 5000):
        known |= _said(ledger, ledger.model.objects.filter(pk__in=keys[start : start + 5000]))
    return known


def _said(ledger: Ledger[Any], kept: Any) -> set[tuple[Any, ...]]:
    """What each of these records says, as `identity` has it."""
    rows = kept.order_by().values_list(*(column.field.attname for column in ledger.sheet))
    return {tuple(None if value == "" else value for value in values) for values in rows.iterator(chunk_size=5000)}


def summary(count: int) -> str:
    return ngettext("已导入 %(n)s 条记录。", "已导入 %(n)s 条记录。", count) % {"n": count}
