"""Review: what a section does with filed records: accept, or return with a reason for each cell. All or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, acting, current_act, keep_versions
from shuyuan.core.models import Organisation, Period
from shuyuan.ledger import notices
from shuyuan.ledger.explanations import Explanation, Violation, judge, of_filings, violations
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.record import Record, State
from shuyuan.ledger.rounds import asks_signature, task_for

REVIEWED = [State.FILED, State.SIGNED]


@keep_versions
class Remark(Versioned):
    """Why a record came back: about one field, or about the whole record where none is named."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    ledger = models.CharField(_("台账"), max_length=20)
    record = models.BigIntegerField(_("记录"))
    field = models.CharField(_("字段"), max_length=40, blank=True)
    text = models.TextField(_("退回原因"))
    settled = models.BooleanField(_("已解决"), default=False)

    objects = VersionedQuerySet["Remark"].as_manager()

    class Meta:
        verbose_name = _("退回意见")
        indexes = [models.Index(fields=["ledger", "record"])]

    def __str__(self) -> str:
        return self.text


@dataclass
class Outcome:
    """What a bulk review did, and what it left with the reason."""

    accepted: int = 0
    left: list[tuple[Any, str]] = field(default_factory=list)


def queue(book: Ledger[Any]) -> Any:
    """What is ready for the section: filed, and signed where a signature is asked."""
    return book.objects().filter(state__in=REVIEWED).exclude(asks_signature(book))


def accept(book: Ledger[Any], seen: Mapping[int, int], *, bulk: bool = False) -> Outcome:
    """Accept records as they were seen (key to revision). What somebody changed or moved meanwhile is left and told.

    In bulk a record with an explanation nobody has judged is left as well; alone, accepting it takes its explanations.
    """
    done = Outcome()
    with transaction.atomic():
        held = book.model._base_manager.select_for_update().filter(pk__in=seen).order_by("pk")
        records = {record.pk: record for record in held}
        ready = set(queue(book).filter(pk__in=seen).values_list("pk", flat=True))
        now = revisions(book, records)
        soft = violations(book, records.values())
        whole = of_filings_of(book, records.values()) if bulk else []
        waiting = {key for one in whole if not one.settled for key in one.filing}
        taken = []
        for key, record in records.items():
            if record.state not in REVIEWED:
                told = _t("已由别人处理：现在是%(state)s") % {"state": record.get_state_display()}
                done.left.append((record, told))
            elif now.get(key) != seen[key]:
                done.left.append((record, _t("您打开之后有人改过，请重新看一遍")))
            elif key not in ready:
                done.left.append((record, _t("等校长签报")))
            elif bulk and any(not one.settled for one in soft.get(key, [])):
                done.left.append((record, _t("有核实性校验的说明要逐条审核")))
            elif (record.organisation_id, record.period_id) in waiting:
                done.left.append((record, _t("整份报送的校验还没有处理完")))
            else:
                taken.append(key)
        if taken:
            done.accepted = book.model._default_manager.filter(pk__in=taken).move(State.ACCEPTED)
            judge((one for key in taken for one in soft.get(key, [])), Explanation.Verdict.ACCEPTED)
            _remarks(book, taken).update(settled=True)
    return done


def of_filings_of(book: Ledger[Any], records: Iterable[Any]) -> list[Violation]:
    """What the filings that these records belong to break as a whole, each told once."""
    wanted = {(record.period_id, record.organisation_id) for record in records}
    known = Organisation.objects.select_related("parent").in_bulk({key for _code, key in wanted})
    schools: dict[str, dict[int, Organisation]] = {}
    for code, key in sorted(wanted):
        place = known[key]
        owner = place.parent if place.kind == Organisation.Kind.CAMPUS and place.parent else place
        schools.setdefault(code, {})[owner.pk] = owner
    found = []
    for code, places in schools.items():
        period = Period(code=code, kind=code[4:], year=int(code[:4]))
        found += of_filings(book, period, list(places.values()))
    return found


def judge_filing(book: Ledger[Any], school: Organisation, period: Period, name: str, verdict: str) -> Violation:
    """Take what a school says of its filing as a whole, or do not; a running task then goes back to it."""
    found = next((one for one in of_filings(book, period, [school]) if one.name == name and one.explanation), None)
    if found is None or found.explanation is None:
        raise ValidationError(_t("学校刚刚改过数据或说明，请重新看一遍。"))
    with transaction.atomic():
        judge([found], verdict)
        task = task_for(book.slug, school, period.code)
        if verdict == Explanation.Verdict.REFUSED and task is not None and task.filed_at is not None:
            task.returned_why = _t("核实说明没有采纳：%(place)s %(message)s") % {
                "place": found.place, "message": found.message
            }  # fmt: skip
            task.signed_at = None
            task.save()
            notices.tell(notices.Notice.Kind.RETURNED, [task])
    return found


def give_back(book: Ledger[Any], record: Record, reasons: Mapping[str, str], seen: int | None = None) -> None:
    """Return a record with a reason for each field ("" for the whole record); the latest reasons stand alone.

    This also unlocks one accepted record: nothing else of its school or district moves.
    """
    given = {name: text.strip() for name, text in reasons.items() if text.strip()}
    if not given:
        raise ValidationError(_t("退回须写明原因。"))
    if unknown := given.keys() - {"", *book.names}:
        raise ValidationError(_t("没有这些列：%(names)s") % {"names": _t("、").join(sorted(unknown))})
    act = current_act()
    with transaction.atomic(), acting(act.actor, told(book, given), adjusting=act.adjusting):
        now = book.model._base_manager.select_for_update().get(pk=record.pk)
        if seen is not None and revisions(book, [record.pk])[record.pk] != seen:
            raise ValidationError(_t("您打开之后有人改过，请重新看一遍。"))
        now.move(State.RETURNED)
        _remarks(book, [record.pk]).update(settled=True)
        Remark.objects.bulk_create(
            [
                Remark(organisation=now.organisation, ledger=book.slug, record=now.pk, field=name, text=text)
                for name, text in given.items()
            ]
        )
        judge(violations(book, [now]).get(now.pk, []), Explanation.Verdict.REFUSED)
        if task := task_for(book.slug, now.organisation, now.period_id):
            notices.tell(notices.Notice.Kind.RETURNED, [task])
    record.state = State.RETURNED


def told(book: Ledger[Any], reasons: Mapping[str, str]) -> str:
    """The reasons as history keeps them: each with the heading of its column."""
    lines = []
    for name, text in reasons.items():
        label = book.column(name).label if name else ""
        lines.append(_t("「%(label)s」%(text)s") % {"label": label, "text": text} if label else text)
    return _t("；").join(lines)


def remarks(book: Ledger[Any], keys: Iterable[int]) -> dict[int, dict[str, str]]:
    """The reasons that stand, by record and field."""
    found: dict[int, dict[str, str]] = {}
    for one in _remarks(book, list(keys)).order_by("pk"):
        found.setdefault(one.record, {})[one.field] = one.text
    return found


def revisions(book: Ledger[Any], keys: Iterable[int]) -> dict[int, int]:
    """Which version of each record is the newest."""
    last = book.model.versions._default_manager.filter(record_id__in=list(keys)).order_by().values("record_id")
    return {row["record_id"]: row["last"] for row in last.annotate(last=models.Max("revision"))}


def _remarks(book: Ledger[Any], keys: Iterable[int]) -> Any:
    return Remark.objects.filter(ledger=book.slug, record__in=list(keys), settled=False)
