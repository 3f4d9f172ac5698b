"""Sheets: a workbook into records, all rows or none; every bad cell is named by row and heading, with its cure.

A row without a stamp is a new record. A stamped row is the record it was handed out with: unchanged it does nothing,
changed it becomes that record's next version (see `revisions.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from shuyuan.core.history import chain_label, current_act, lock_chains
from shuyuan.core.models import Chain, Organisation, Period, Person, Place
from shuyuan.core.sensitive import hash_of
from shuyuan.ledger import headings, keys, revisions, together
from shuyuan.ledger.cells import as_text, plain
from shuyuan.ledger.checks import broken
from shuyuan.ledger.columns import Column
from shuyuan.ledger.flow import arrivals
from shuyuan.ledger.headings import Matched, Words
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.lookup import Lookup, Refused, Waiting
from shuyuan.ledger.pointing import ready
from shuyuan.ledger.record import Record, State
from shuyuan.ledger.revisions import Stamp
from shuyuan.ledger.unpacking import MOST_BYTES, SHOWN, Opened, Problem, Source, Unreadable, unpack

__all__ = ["MOST_BYTES", "SHOWN", "Problem", "Reading", "Unreadable", "faults", "identity", "load", "read", "summary"]


@dataclass
class Reading:
    """What a workbook says: unsaved records with the people and places that come with them, and changed ones."""

    ledger: Ledger[Any]
    records: list[Any] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    changed_people: list[Person] = field(default_factory=list)
    """Those of whom a register says something anew: a number it did not have, another phone."""
    places: list[Place] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    unchanged: int = 0
    left_out: list[Any] = field(default_factory=list)
    """Records that were handed out with the workbook and whose rows are gone from it: told, never deleted."""
    lines: list[tuple[int, tuple[Any, ...], Any]] = field(default_factory=list)
    """Of each record that is to be written: its row, what it says, and itself."""
    chains: dict[int, int] | None = None
    """How long each organisation's chain was before anything was read: whether somebody has written since."""

    @property
    def written(self) -> list[Any]:
        return [*self.records, *self.changed]


@dataclass
class _Row:
    """A row whose cells were all understood."""

    number: int
    record: Any
    stamp: Stamp | None


def read(
    ledger: Ledger[Any],
    source: Source | Opened,
    organisations: Iterable[Organisation] | None = None,
    *,
    may_accept: bool = True,
    words: Words | None = None,
    home: Organisation | None = None,
    by_key: bool = False,
) -> Reading:
    """Read a workbook's first visible sheet; raises Unreadable with every problem found.

    `organisations` are those the reader may write for (None: all); `may_accept` is whether they may change what has
    been accepted; `words` is what this organisation calls the columns; `home` stands where no organisation is written;
    with `by_key` a line without a stamp is the record that has its ledger's natural key.
    """
    opened = source if isinstance(source, Opened) else unpack(source)
    words = words or Words()
    if not opened.rows:
        raise Unreadable([Problem(_t("工作表是空的；请用本台账的模板填写"))])
    allowed = None if organisations is None else list(organisations)
    home = home or only_school(allowed)
    header = headings.find(ledger, opened.rows, words)
    opened.refuse_merged(header)
    matched = headings.match(ledger, opened.rows[header], header, words, home=home is not None)
    reading = Reading(ledger, chains=_chain_lengths(ledger))
    lookup = Lookup(allowed)
    problems: list[Problem] = []
    lines = []
    for place, cells in enumerate(opened.rows[header + 1 :], start=header + 1):
        number = opened.number(place)
        if not any(cell not in (None, "") for index, cell in enumerate(cells) if index != matched.stamp):
            continue
        row = _row(ledger, cells, matched, lookup, number, problems, words, home)
        if row is not None:
            lines.append(row)
            if isinstance(row.record, Organisation):
                lookup.learn(row.record)
    if by_key:
        _know_by_key(ledger, lines, allowed, problems)
    kept = _kept(ledger, [row.stamp.key for row in lines if row.stamp], allowed)
    _keep_what_is_absent(ledger, lines, kept, matched, words)
    lines = _without_masks(ledger, lines, kept, problems, matched)
    _settle(reading, _told_apart(ledger, lines, kept, problems), kept, problems, matched, may_accept=may_accept)
    _look_for_the_same(reading, problems, matched)
    _look_for_left_out(reading, opened, lines, allowed)
    if not lines and not problems:
        problems.append(Problem(_t("没有数据行；若本期无内容可报，请用「零报告」")))
    if not problems:
        problems += _broken_together(reading, matched)
    if problems:
        raise Unreadable(sorted(problems, key=lambda problem: problem.row or 0))
    reading.people, reading.places = lookup.new_people, lookup.new_places
    reading.changed_people = list(lookup.changed_people.values())
    return reading


def only_school(allowed: list[Organisation] | None) -> Organisation | None:
    """The school of a reader who writes for one only: nobody need type it in every row."""
    schools = [one for one in allowed or [] if one.kind == Organisation.Kind.SCHOOL]
    return schools[0] if len(schools) == 1 == len(allowed or []) else None


def _chain_lengths(ledger: Ledger[Any]) -> dict[int, int]:
    chains = Chain.objects.filter(model=chain_label(ledger.model))
    return dict(chains.values_list("organisation_id", "length"))


def load(reading: Reading, *, accept: bool = False, progress: Callable[[int], None] = lambda done: None) -> int:
    """Save what was read in one transaction with its history, standing as `flow.arrivals` says. Returns how many.

    Raises Unreadable when somebody else has written the same rows since they were read.
    """
    current_act()
    ledger, records = reading.ledger, reading.records
    try:
        with transaction.atomic():
            _nobody_was_faster(reading)
            state = arrivals(ledger)
            Person.objects.bulk_create(reading.people)
            Place.objects.bulk_create(reading.places)
            Person.objects.save_all(reading.changed_people)
            for start in range(0, len(records), 5000):
                part = records[start : start + 5000]
                if issubclass(ledger.model, Record):
                    for record in part:
                        record.state = state(record, accept)
                    ledger.model.objects.bulk_create(part)
                else:  # organisations hang in a tree: each needs its parent's path
                    for record in part:
                        record.save()
                progress(start + len(part))
            for record in reading.changed:
                if isinstance(record, Record):
                    record.state = state(record, accept)
                record.save()
    except IntegrityError:
        raise Unreadable([Problem(_t("刚刚有人登记了同一个人或同一条记录；请重新导入一次"))]) from None
    return len(reading.written) + len(reading.changed_people)


def _nobody_was_faster(reading: Reading) -> None:
    """Look again, with the chains locked, where somebody has written since the rows were read."""
    if reading.chains is None:
        return
    owners = {record.chain_owner() for record in reading.written} - {None}
    locked = lock_chains(reading.ledger.model, owners)
    if all(reading.chains.get(owner, 0) == chain.length for owner, chain in locked.items()):
        return
    problems = _already_kept(reading.ledger, reading.lines)
    newest = revisions.revisions(reading.ledger.model, [record.pk for record in reading.changed])
    if any(newest[record.pk] != record.seen_revision for record in reading.changed):
        problems.append(Problem(_t("刚刚有人修改了其中的记录；请重新导入一次，系统会列出不同之处")))
    if problems:
        raise Unreadable(problems)


def _row(
    ledger: Ledger[Any],
    cells: Sequence[object],
    matched: Matched,
    lookup: Lookup,
    number: int,
    problems: list[Problem],
    words: Words,
    home: Organisation | None,
) -> _Row | None:
    """One row as an unsaved record with its stamp, or None after noting what is wrong with it."""
    values: dict[str, Any] = {}
    before = len(problems)
    stamp = None
    try:
        stamp = Stamp.read(cells[matched.stamp]) if matched.stamp is not None and matched.stamp < len(cells) else None
    except Refused as refused:
        problems.append(Problem(str(refused), number, place=matched.stamp))
    for column, indexes in matched.columns:
        try:
            taken = [cells[index] if 0 <= index < len(cells) else None for index in indexes]
            taken[0] = _in_our_words(column, taken[0], words)
            if column.name == "organisation" and home is not None and plain(taken[0]) in (None, ""):
                values[column.name] = home
            else:
                values[column.name] = column.read(taken, lookup, values)
        except Waiting:
            continue  # the organisation's own problem is told already
        except Refused as refused:
            problems.append(Problem(str(refused), number, column.label, indexes[0] if indexes[0] >= 0 else None))
    return None if len(problems) > before else _Row(number, ledger.model(**values), stamp)


def _in_our_words(column: Column, cell: object, words: Words) -> object:
    """The cell, or what a person has said it means; where there is no such column, what stands for it."""
    if cell in (None, "") and column.name in words.fixed:
        return words.fixed[column.name]
    said = words.values.get(column.name)
    return said.get(as_text(plain(cell)), cell) if said and cell is not None else cell


def _know_by_key(
    ledger: Ledger[Any], lines: Sequence[_Row], allowed: list[Organisation] | None, problems: list[Problem]
) -> None:
    columns = [ledger.column(name) for name in ledger.natural_key]
    said = [
        (row.number, row.record, [_comparable(row.record, column) for column in columns])
        for row in lines
        if row.stamp is None
    ]
    stamps = keys.recognise(ledger, said, allowed, problems)
    for row in lines:
        row.stamp = row.stamp or stamps.get(row.number)


def _kept(ledger: Ledger[Any], keys: Sequence[int], allowed: list[Organisation] | None) -> dict[int, Any]:
    """The records that stamps speak of, as they are now; another's records are not there."""
    found: dict[int, Any] = {}
    places = None if allowed is None else {organisation.pk for organisation in allowed}
    for start in range(0, len(keys), revisions.AT_ONCE):
        some = ledger.objects().filter(pk__in=keys[start : start + revisions.AT_ONCE])
        names = [column.name for column in ledger.sheet if column.field.is_relation]
        for record in some.select_related(*names) if names else some:
            if places is None or record.chain_owner() in places:
                found[record.pk] = record
    ready(ledger, found.values())
    return found


def _keep_what_is_absent(
    ledger: Ledger[Any], lines: Sequence[_Row], kept: dict[int, Any], matched: Matched, words: Words
) -> None:
    """A record stays as it is in the columns that the sheet does not have."""
    given = {column.name for column, indexes in matched.columns if max(indexes) >= 0} | words.fixed.keys()
    absent = [column.field.attname for column in ledger.sheet if column.name not in given]
    for row in lines:
        if row.stamp and not row.stamp.start and (before := kept.get(row.stamp.key)):
            for name in absent:
                setattr(row.record, name, getattr(before, name))


def _without_masks(
    ledger: Ledger[Any], lines: Sequence[_Row], kept: dict[int, Any], problems: list[Problem], matched: Matched
) -> list[_Row]:
    """The rows, with what stands behind the masks that came back with them; a mask that hides nothing is told."""
    sensitive = [column for column in ledger.sheet if column.sensitivity]
    sound = []
    for row in lines:
        count = len(problems)
        before = kept.get(row.stamp.key) if row.stamp else None
        for column in sensitive:
            try:
                setattr(row.record, column.name, column.unmasked(getattr(row.record, column.name), before))
            except Refused as refused:
                problems.append(_at(ledger, matched, row.number, column.name, str(refused)))
        if len(problems) == count:
            sound.append(row)
    return sound


def _told_apart(
    ledger: Ledger[Any], lines: Sequence[_Row], kept: dict[int, Any], problems: list[Problem]
) -> list[_Row]:
    """The rows, those copied in the sheet to make new ones from without the stamp that was copied with them.

    Of rows with one stamp, the one that still says what the record says is the record. Where none does, a person must
    tell.
    """
    shared: dict[int, list[_Row]] = defaultdict(list)
    for row in lines:
        if row.stamp and not row.stamp.start:
            shared[row.stamp.key].append(row)
    for key, rows in shared.items():
        if len(rows) == 1:
            continue
        same = [row for row in rows if key in kept and identity(ledger, row.record) == identity(ledger, kept[key])]
        for row in rows:
            if same and row not in same:
                row.stamp = None
            elif not same and row is not rows[0]:
                told = _t("与第 %(row)s 行是同一条记录（整行复制而来）；若是新的一条，请清空本行末列的编号")
                problems.append(Problem(told % {"row": rows[0].number}, row.number))
    return list(lines)


def _settle(
    reading: Reading,
    lines: Sequence[_Row],
    kept: dict[int, Any],
    problems: list[Problem],
    matched: Matched,
    *,
    may_accept: bool,
) -> None:
    """Sort the rows into new, changed and unchanged, and let fields, model and checks have their say."""
    ledger = reading.ledger
    newest = revisions.revisions(ledger.model, kept)
    for row in lines:
        record, stamp = row.record, row.stamp
        if stamp is not None:
            before = kept.get(stamp.key)
            if before is None:
                told = _t("本行编号所指的记录不在本单位名下或已删除；若是新增，请清空本行末列的编号")
                problems.append(Problem(told, row.number, place=matched.stamp))
                continue
            if identity(ledger, record) == identity(ledger, before):
                reading.unchanged += 1
                continue
            if stamp.start:
                if not _of_a_new_period(record, before):
                    told = _t("这是上一期的一行；若要作为本期的内容报送，请把日期改为本期的日期")
                    problems.append(_at(ledger, matched, row.number, "date", told))
                    continue
            else:
                changed = _merged(reading, row, before, newest, problems, matched, may_accept=may_accept)
                if changed is None:
                    continue
                record = before
        count = len(problems)
        for message, name in faults(ledger, record):
            problems.append(_at(ledger, matched, row.number, name, message))
        if len(problems) == count:
            (reading.records if record.pk is None else reading.changed).append(record)
            reading.lines.append((row.number, identity(ledger, record), record))


def _of_a_new_period(record: Any, before: Any) -> bool:
    kind = record.ledger.period_kind
    return Period.code_for(record.date, kind) != Period.code_for(before.date, kind)


def _merged(
    reading: Reading,
    row: _Row,
    before: Any,
    newest: dict[int, int],
    problems: list[Problem],
    matched: Matched,
    *,
    may_accept: bool,
) -> Any | None:
    """The kept record with what this row changes; None when that is nothing, or may not be."""
    ledger, stamp = reading.ledger, row.stamp
    assert stamp is not None
    seen = last = None
    if newest[stamp.key] != stamp.revision:
        seen = revisions.version_of(ledger.model, stamp.key, stamp.revision)
        last = revisions.version_of(ledger.model, stamp.key, newest[stamp.key])
        if seen is None:
            problems.append(
                Problem(_t("本行末列的编号被改动过；请重新下载工作簿再填"), row.number, place=matched.stamp)
            )
            return None
    merged = revisions.merge(ledger, before, row.record, seen, last)
    for clash in merged.clashes:
        told = _t("您填的是『%(mine)s』，而%(who)s已于 %(when)s 改为『%(theirs)s』；请按最新的内容核对后再改") % {
            "mine": clash.mine,
            "theirs": clash.theirs,
            "who": clash.who,
            "when": timezone.localtime(clash.when).strftime("%Y-%m-%d %H:%M"),
        }
        problems.append(_at(ledger, matched, row.number, clash.column.name, told))
    if merged.clashes:
        return None
    if not merged.taken:
        reading.unchanged += 1
        return None
    if not may_accept and getattr(before, "state", None) == State.ACCEPTED:
        told = _t("这条记录已通过审核，不能直接修改；请改回原值，或请科室退回后再改")
        problems.append(_at(ledger, matched, row.number, merged.taken[0].name, told))
        return None
    revisions.take(before, row.record, merged.taken)
    before.seen_revision = newest[stamp.key]
    return before


def _at(ledger: Ledger[Any], matched: Matched, number: int, name: str, message: str) -> Problem:
    """A problem of one column of a row."""
    if name not in ledger.names:
        return Problem(message, number)
    place = next((indexes[0] for column, indexes in matched.columns if column.name == name and indexes[0] >= 0), None)
    return Problem(message, number, ledger.column(name).label, place)


def _look_for_the_same(reading: Reading, problems: list[Problem], matched: Matched) -> None:
    """Rows that stand in the workbook twice, and rows that the book holds already.

    In a workbook of ours they are passed over: it was sent before, and more rows were added to it since.
    """
    seen: dict[tuple[Any, ...], int] = {}
    for number, said, record in reading.lines:
        for key in (said, *_unique(record)):
            if (first := seen.setdefault(key, number)) != number:
                problems.append(Problem(_t("与第 %(row)s 行相同；请删去重复的一行") % {"row": first}, number))
                break
    already = _already_kept(reading.ledger, reading.lines)
    if matched.stamp is None:
        problems += already
    elif already:
        passed = {problem.row for problem in already}
        reading.lines = [line for line in reading.lines if line[0] not in passed]
        reading.records = [record for _row, _said, record in reading.lines if record.pk is None]
        reading.changed = [record for _row, _said, record in reading.lines if record.pk is not None]
        reading.unchanged += len(passed)


def _broken_together(reading: Reading, matched: Matched) -> list[Problem]:
    """What the rows break with one another and with the book, told at each of them; of a whole filing at its first."""
    ledger = reading.ledger
    numbers = {id(record): number for number, _said, record in reading.lines}
    firsts: dict[int, int] = {}
    for number, _said, record in reading.lines:
        if isinstance(record, Record):
            firsts.setdefault(record.organisation.pk, number)
    problems = []
    for one in together.broken_by(ledger, reading.written):
        rows = [numbers[id(row)] for row in one.rows if id(row) in numbers] or [firsts.get(one.organisation, 0)]
        told = together.sentence(one)
        if len(rows) > 1:
            told = _t("%(told)s见第 %(rows)s 行") % {"told": told, "rows": _t("、").join(map(str, rows[:10]))}
        problems += [_at(ledger, matched, row, one.check.field, told) for row in rows]
    return problems


def _look_for_left_out(
    reading: Reading, opened: Opened, lines: Sequence[_Row], allowed: list[Organisation] | None
) -> None:
    """Records whose rows were deleted in the workbook they were handed out with."""
    handed_out = set()
    for note in opened.notes:
        if note and note[0] == "row":
            found = Stamp.read(note[1])
            if found and not found.start:
                handed_out.add(found.key)
    gone = handed_out - {row.stamp.key for row in lines if row.stamp}
    reading.left_out = list(_kept(reading.ledger, sorted(gone), allowed).values())


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


def _already_kept(ledger: Ledger[Any], lines: Sequence[tuple[int, tuple[Any, ...], Any]]) -> list[Problem]:
    """Rows that the book holds already: the same workbook sent twice is told, not counted twice."""
    if not lines:
        return []
    if issubclass(ledger.model, Record):
        known = _kept_near(ledger, {(record.organisation.pk, record.date) for _row, _said, record in lines})
    else:
        known = _said(ledger, ledger.objects())
    told = _t("与已有的记录相同；若确是另一笔，请在内容上区分开")
    return [Problem(told, number) for number, _said, record in lines if _findable(ledger, record) in known]


def _findable(ledger: Ledger[Any], record: Any) -> tuple[Any, ...]:
    """What a record says, as it can be looked for: of what is sealed, the key it is found by."""
    return tuple(
        hash_of(column.field, record) or None if column.kind == "sealed" else _comparable(record, column)
        for column in ledger.sheet
        if column.stored is not None
    )


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
    """What each of these records says, as `_findable` has it."""
    rows = kept.order_by().values_list(*(name for column in ledger.sheet if (name := column.stored)))
    return {tuple(None if value == "" else value for value in values) for values in rows.iterator(chunk_size=5000)}


def told(reading: Reading) -> list[str]:
    """What was taken, what was already there, and what was deleted in the workbook and stands in the book."""
    lines = []
    if reading.records or not (reading.changed or reading.unchanged):
        lines.append(summary(len(reading.records)))
    if reading.changed:
        count = len(reading.changed)
        lines.append(ngettext("修改了 %(n)s 条记录。", "修改了 %(n)s 条记录。", count) % {"n": count})
    if any(getattr(record, "state", "") == State.DRAFT for record in reading.written):
        lines.append(_t("这些记录在填报任务中，先存为草稿；请打开任务，检查后一并报送。"))
    if reading.changed_people:
        count = len(reading.changed_people)
        lines.append(
            ngettext("补记了 %(n)s 人的证件号或电话。", "补记了 %(n)s 人的证件号或电话。", count) % {"n": count}
        )
    if reading.unchanged:
        count = reading.unchanged
        lines.append(ngettext("%(n)s 行没有变化，未重复导入。", "%(n)s 行没有变化，未重复导入。", count) % {"n": count})
    if reading.left_out:
        named = _t("、").join(str(record) for record in reading.left_out[:10])
        lines.append(
            ngettext(
                "工作簿里删去了 %(n)s 行（%(named)s），台账中的记录没有删除；如确应撤销，请联系负责科室。",
                "工作簿里删去了 %(n)s 行（%(named)s），台账中的记录没有删除；如确应撤销，请联系负责科室。",
                len(reading.left_out),
            )
            % {"n": len(reading.left_out), "named": named}
        )
    return lines


def summary(count: int) -> str:
    return ngettext("已导入 %(n)s 条记录。", "已导入 %(n)s 条记录。", count) % {"n": count}
