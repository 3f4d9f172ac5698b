"""Freezing: a report becomes final, the books of its year close, and what would move it later is told."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t

from shuyuan.core.history import Chain, current_act
from shuyuan.core.past import as_of
from shuyuan.figures.books import Books
from shuyuan.figures.listing import ledgers_of, row
from shuyuan.figures.moves import Move, moves
from shuyuan.figures.registry import UnknownFigure, figure
from shuyuan.ledger.closing import close_books
from shuyuan.ledger.record import Record
from shuyuan.report import bind, kept, readings, rights, seal, tree
from shuyuan.report.build import entries_of, identity, organisation_of, register, source, until_of
from shuyuan.report.drafting import Refused
from shuyuan.report.frozen import Frozen, release
from shuyuan.report.models import ANNUAL, Part, Report
from shuyuan.report.numbers import unbound
from shuyuan.report.proofing import drafts
from shuyuan.report.stamp import books_written, key


def obstacles(report: Report) -> list[str]:
    """What has to be done before the report can be final, one sentence each."""
    waiting = list(report.parts().exclude(state=Part.State.ADOPTED))
    if waiting and report.template() is None:
        names = _t("、").join(str(part) for part in waiting[:5])
        return [_t("还有 %(n)s 段没有采用：%(names)s。") % {"n": len(waiting), "names": names}]
    return []


def warnings(report: Report) -> list[str]:
    """What is missing and does not stand in the way."""
    missing = [str(stage.label) for stage in readings.STAGES if stage not in readings.standing(report)]
    return [_t("尚未完成：%(stages)s。") % {"stages": _t("、").join(missing)}] if missing else []


def freeze(report: Report, *, anyway: bool = False) -> Frozen:
    """Make the report final and close the books of its year. Raises Refused with all that stands in the way.

    `anyway` passes over readings that were not made; nothing passes over a part, a number or a value that is missing.
    """
    with transaction.atomic():
        now = _locked(report, Report.State.DRAFTING, _t("报告已经定稿。"))
        if told := [*obstacles(now), *([] if anyway else warnings(now))]:
            raise Refused("\n".join(told))
        made = books_written()
        template = source(now, made)
        values = entries_of(now)
        asked = kept.Asked(values)
        docx = bind.fill(template, asked, made=made, year=now.year, report=identity(now), key=key())
        document = tree.read(docx)
        if typed := unbound(document, names=register()):
            raise Refused("\n".join(map(str, typed)))
        if wrong := drafts.obstacle(now, drafts.of(now, docx, values)):
            raise Refused("\n".join(wrong))
        used = sorted({bound.figure for bound in document.bound()})
        if unknown := [asked[name].title for name in used if asked[name].exact is None]:
            told_unknown = _t("还有 %(n)s 个指标没有值：%(names)s。")
            raise Refused(told_unknown % {"n": len(unknown), "names": _t("、").join(unknown)})
        printed = [
            kept.keep(asked[name], asked.parts[name], row(one.value, one.before, now.year))
            for name, one in values.items()
        ]
        heads = {f"{one.model}:{one.organisation_id}": [one.length, one.digest] for one in Chain.objects.all()}
        meta = {
            "form": 1, "year": now.year, "kind": now.kind, "title": str(now), "issuer": now.issuer,
            "made": made.isoformat(), "release": release(), "printed": used, "report": identity(now),
        }  # fmt: skip
        frozen = Frozen(
            organisation=now.organisation,
            report=now,
            at=timezone.now(),
            meta=json.dumps(meta, ensure_ascii=False, sort_keys=True),
            figures=kept.to_json(printed),
            template=base64.b64encode(template).decode(),
            heads=json.dumps(heads, sort_keys=True),
        )
        frozen.seal = seal.seal_of(frozen.parts, docx)
        frozen.docx()  # what is kept must make the same report, to the byte
        frozen.save()
        now.state = Report.State.FROZEN
        now.save()
        if now.kind == ANNUAL and organisation_of(now) is None:
            close_books(now.organisation, date(now.year, 12, 31))
    report.state = now.state
    return frozen


def reopen(report: Report) -> None:
    """Take a final report back into drafting. What was frozen stays; the books of its year stay closed."""
    with transaction.atomic():
        now = _locked(report, Report.State.FROZEN, _t("报告还在起草。"))
        now.state = Report.State.DRAFTING
        now.save()
    report.state = now.state


def _locked(report: Report, wanted: Report.State, otherwise: str) -> Report:
    now = Report.objects.select_for_update().get(pk=report.pk)
    if not rights.runs(current_act().actor, now.organisation):
        raise PermissionDenied
    if now.state != wanted:
        raise Refused(otherwise)
    return now


@dataclass(frozen=True)
class Moved:
    """A figure of a frozen report that would print otherwise today."""

    figure: kept.Kept
    now: str
    because: str
    move: Move | None = None


def moved(frozen: Frozen, reader: rights.Somebody | None = None) -> list[Moved]:
    """The figures of a frozen report that would print otherwise today, and because of what."""
    values, year = frozen.values(), frozen.facts()["year"]
    printed = [name for name in frozen.facts()["printed"] if name in values]
    found, standing = [], []
    for name in printed:
        try:
            if figure(name).version != values[name].about["version"]:
                found.append(Moved(values[name], "", _t("口径已变")))
            standing.append(name)
        except UnknownFigure:
            found.append(Moved(values[name], "", _t("这个指标已不再使用")))
    within = organisation_of(frozen.report)
    until = until_of(frozen.report)
    changed = moves(year, standing, frozen.at, within, until=until, reader=reader)
    return [*found, *(Moved(values[one.name], one.after.display, one.because(), one) for one in changed)]


def standing_behind(record: Record) -> Iterator[tuple[Frozen, list[kept.Kept]]]:
    """The frozen reports that this record stands behind, with the figures it was counted in."""
    newest = {one.report_id: one for one in Frozen.objects.order_by("pk").select_related("report__organisation")}
    for frozen in newest.values():
        facts = frozen.facts()
        names = [name for name in facts["printed"] if _reads(name, record)]
        if not names:
            continue
        with as_of(frozen.at):
            books = Books(facts["year"], organisation_of(frozen.report), until=until_of(frozen.report))
            counted = [name for name in names if _counts(books, name, record)]
        if counted:
            values = frozen.values()
            yield frozen, [values[name] for name in counted if name in values]


def _reads(name: str, record: Record) -> bool:
    try:
        return record.ledger.slug in ledgers_of(figure(name))
    except UnknownFigure:
        return False


def _counts(books: Books, name: str, record: Record) -> bool:
    lines = [line for measure, line in books.measures(name) if measure.ledger == record.ledger.slug]
    return any(line.selection().rows.filter(pk=record.pk).exists() for line in lines)
