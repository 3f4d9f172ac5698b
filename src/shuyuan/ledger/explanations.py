"""Explanations: why a soft check is broken and still true, one for each place it is broken in, judged by the reviewer.

A place is a record, the rows of a filing that share a key, or the filing as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core import sealing
from shuyuan.core.history import Versioned, VersionedQuerySet, canonical, keep_versions, plain
from shuyuan.core.models import Organisation, Period
from shuyuan.core.sensitive import sensitivity_of
from shuyuan.ledger.checks import Check, broken
from shuyuan.ledger.expression import Expression
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.tallying import Broken, homes, places_of
from shuyuan.ledger.told import Told, told
from shuyuan.ledger.whole import examine

MOST = 500
"""Letters of one explanation: a reason, not a file."""
AT_ONCE = 5000


@keep_versions
class Explanation(Versioned):
    """What a school says of one check that is broken in one place, and what its section makes of it."""

    class Verdict(models.TextChoices):
        WAITING = "", _("待审核")
        ACCEPTED = "accepted", _("说明已采纳")
        REFUSED = "refused", _("说明未采纳")

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    ledger = models.CharField(_("台账"), max_length=20)
    record = models.BigIntegerField(_("记录"), default=0, help_text=_("0 表示整份报送"))
    period = models.CharField(_("期间"), max_length=6, blank=True, default="")
    part = models.CharField(_("部分"), max_length=64, blank=True, default="")
    rule = models.TextField(_("校验规则"))
    values = models.TextField(_("所说明的数据"))
    text = models.TextField(_("说明"))
    verdict = models.CharField(_("审核"), max_length=8, choices=Verdict, default=Verdict.WAITING, blank=True)

    objects = VersionedQuerySet["Explanation"].as_manager()

    class Meta:
        verbose_name = _("核实说明")
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "organisation", "record", "period", "part", "rule"], name="one_explanation_each"
            )
        ]
        indexes = [models.Index(fields=["organisation", "ledger"])]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Violation:
    """A soft check that is broken by a record, or (`told`) by rows together or a filing as a whole."""

    record: Any
    number: int
    check: Check
    explanation: Explanation | None
    offered: str = ""
    """What the school said of this check another time and its section took: next year it need not be thought up."""
    told: Told | None = None

    @property
    def explained(self) -> bool:
        return self.explanation is not None and self.explanation.verdict != Explanation.Verdict.REFUSED

    @property
    def settled(self) -> bool:
        """Nothing is left to look at: the section took the explanation."""
        return self.explanation is not None and self.explanation.verdict == Explanation.Verdict.ACCEPTED

    @property
    def name(self) -> str:
        """What its box is called in a form."""
        if self.told is None:
            return f"why-{self.record.pk}-{self.number}"
        one = self.told.broken
        return f"whole-{one.organisation}-{one.period}-{self.number}-{one.part[:16]}"

    @property
    def filing(self) -> set[tuple[int, str]]:
        """The schools and the period whose records wait for it: a campus files with its school."""
        if self.told is None:
            return set()
        return {(place, self.told.broken.period) for place in places_of([self.told.organisation], homes())}

    @property
    def place(self) -> str:
        return str(self.record) if self.told is None else self.told.place

    @property
    def url(self) -> str:
        return str(self.record.get_absolute_url()) if self.told is None else self.told.url

    @property
    def message(self) -> str:
        return self.check.told() if self.told is None else self.told.message

    @property
    def values(self) -> str:
        """The numbers behind it, where the message alone does not show them."""
        return "" if self.told is None else self.told.values


def violations(book: Ledger[Any], records: Iterable[Any]) -> dict[int, list[Violation]]:
    """The soft checks that these records break, by record; an explanation of other values than today's is none."""
    soft = {check.rule: number for number, check in enumerate(book.checks) if type(check) is Check and not check.hard}
    if not soft:
        return {}
    found = {record: list(broken(book, record, hard=False)) for record in records}
    found = {record: checks for record, checks in found.items() if checks}
    said = {
        (one.record, one.rule): one
        for one in Explanation.objects.filter(ledger=book.slug, record__in=[record.pk for record in found])
    }
    offers = _offers(book, [record.organisation_id for record in found])
    made = {}
    for record, checks in found.items():
        lines = []
        for check in checks:
            kept = said.get((record.pk, check.rule))
            if kept is not None and kept.values != about(book, record, check):
                kept = None
            offered = kept.text if kept else offers.get((record.organisation_id, check.rule), "")
            lines.append(Violation(record, soft[check.rule], check, kept, offered))
        made[record.pk] = lines
    return made


def of_filings(book: Ledger[Any], period: Period, schools: Sequence[Organisation] | None) -> list[Violation]:
    """The checks that filings of a period break by rows together or as a whole, hard ones first."""
    if all(type(check) is Check for check in book.checks):
        return []
    found = told(examine(book, period, schools, chosen=lambda check: type(check) is not Check))
    kept = _kept(book, [one.broken for one in found])
    offers = _offers(book, [one.organisation.pk for one in found])
    made = []
    for one in found:
        check, said = one.broken.check, kept.get(_key(one.broken))
        if said is not None and said.values != one.broken.said:
            said = None
        offered = said.text if said else offers.get((one.organisation.pk, check.kept_as), "")
        made.append(Violation(None, one.broken.number, check, said, offered, one))
    return sorted(made, key=lambda line: not line.check.hard)


def answered(found: Iterable[Broken]) -> set[Broken]:
    """Those of the broken soft checks that have an explanation of these very values which was not refused."""
    wanted: dict[str, list[Broken]] = {}
    for one in found:
        if not one.check.hard:
            wanted.setdefault(one.book.slug, []).append(one)
    made = set()
    for some in wanted.values():
        kept = _kept(some[0].book, some)
        for one in some:
            said = kept.get(_key(one))
            if said is not None and said.verdict != Explanation.Verdict.REFUSED and _same(said, one):
                made.add(one)
    return made


def _same(said: Explanation, one: Broken) -> bool:
    if not one.of_record:
        return said.values == one.said
    record = one.book.objects().filter(pk=said.record).first()
    return record is not None and said.values == about(one.book, record, one.check)


def _key(one: Broken) -> tuple[int, int, str, str, str]:
    """Where its explanation is kept."""
    if one.of_record:
        return (0, one.rows[0], "", "", one.check.kept_as)
    return (one.organisation, 0, one.period, one.part, one.check.kept_as)


def _kept(book: Ledger[Any], found: Sequence[Broken]) -> dict[tuple[int, int, str, str, str], Explanation]:
    """A record's explanations are found by the record alone: it may have moved to another school since."""
    schools = {one.organisation for one in found if not one.of_record}
    whole = Explanation.objects.filter(ledger=book.slug, record=0, organisation__in=schools)
    kept = {(one.organisation_id, 0, one.period, one.part, one.rule): one for one in whole}
    keys = [one.rows[0] for one in found if one.of_record]
    for start in range(0, len(keys), AT_ONCE):
        some = Explanation.objects.filter(ledger=book.slug, record__in=keys[start : start + AT_ONCE])
        kept |= {(0, one.record, "", "", one.rule): one for one in some}
    return kept


def _offers(book: Ledger[Any], organisations: Sequence[int]) -> dict[tuple[int, str], str]:
    accepted = Explanation.objects.filter(
        ledger=book.slug, organisation__in=set(organisations), verdict=Explanation.Verdict.ACCEPTED
    )
    return {(one.organisation_id, one.rule): one.text for one in accepted.order_by("pk")}


def about(book: Ledger[Any], record: Any, check: Check) -> str:
    """The values that the check looked at, so that an explanation does not outlive them."""
    names = sorted({path.split("__")[0] for path in Expression.parse(check.rule, book.model).paths()})
    fields = [book.model._meta.get_field(name) for name in names]
    said = {field: plain(getattr(record, field.attname)) for field in fields}
    return canonical(
        {
            field.attname: sealing.search_key(kind.value, str(value)) if (kind := sensitivity_of(field)) else value
            for field, value in said.items()
        }
    )


def explain(book: Ledger[Any], violation: Violation, text: str) -> None:
    """Keep what a school says; saying something else puts it before the section again. Raises ValidationError."""
    if len(text) > MOST:
        raise ValidationError(_t("说明太长：共 %(n)s 个字，最多 %(most)s 个字。") % {"n": len(text), "most": MOST})
    if violation.check.hard:
        raise ValidationError(_t("强制性校验不能用说明代替改正。"))
    record, rule = violation.record, violation.check.kept_as
    if violation.told is None:
        organisation, values = record.organisation, about(book, record, violation.check)
        place: dict[str, Any] = {"ledger": book.slug, "record": record.pk, "rule": rule}
    else:
        one = violation.told.broken
        organisation, values = violation.told.organisation, one.said
        place = {"ledger": book.slug, "record": 0, "period": one.period, "part": one.part, "rule": rule}
        place["organisation"] = organisation
    known = Explanation.objects.filter(**place).first()
    if known is None:
        known = Explanation(**(place | {"organisation": organisation}))
    elif (known.text, known.values) == (text, values):
        return
    known.text, known.values, known.verdict = text, values, Explanation.Verdict.WAITING
    known.save()


def judge(found: Iterable[Violation], verdict: str) -> None:
    """The section takes the explanations of these violations, or does not."""
    keys = [one.explanation.pk for one in found if one.explanation is not None]
    Explanation.objects.filter(pk__in=keys).exclude(verdict=verdict).update(verdict=verdict)
