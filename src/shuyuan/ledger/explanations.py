"""Explanations: why a soft check is broken and still true, one for each record and check, judged by the reviewer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core import sealing
from shuyuan.core.history import Versioned, VersionedQuerySet, canonical, keep_versions, plain
from shuyuan.core.models import Organisation
from shuyuan.core.sensitive import sensitivity_of
from shuyuan.ledger.checks import Check, broken
from shuyuan.ledger.expression import Expression
from shuyuan.ledger.ledger import Ledger


@keep_versions
class Explanation(Versioned):
    """What a school says of one check that one record breaks, and what its section makes of it."""

    class Verdict(models.TextChoices):
        WAITING = "", _("待审核")
        ACCEPTED = "accepted", _("说明已采纳")
        REFUSED = "refused", _("说明未采纳")

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    ledger = models.CharField(_("台账"), max_length=20)
    record = models.BigIntegerField(_("记录"))
    rule = models.TextField(_("校验规则"))
    values = models.TextField(_("所说明的数据"))
    text = models.TextField(_("说明"))
    verdict = models.CharField(_("审核"), max_length=8, choices=Verdict, default=Verdict.WAITING, blank=True)

    objects = VersionedQuerySet["Explanation"].as_manager()

    class Meta:
        verbose_name = _("核实说明")
        constraints = [models.UniqueConstraint(fields=["ledger", "record", "rule"], name="one_explanation_each")]
        indexes = [models.Index(fields=["organisation", "ledger"])]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Violation:
    """A soft check that a record breaks."""

    record: Any
    number: int
    check: Check
    explanation: Explanation | None
    offered: str = ""
    """What the school said of this check another time and its section took: next year it need not be thought up."""

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
        return f"why-{self.record.pk}-{self.number}"


def violations(book: Ledger[Any], records: Iterable[Any]) -> dict[int, list[Violation]]:
    """The soft checks that these records break, by record; an explanation of other values than today's is none."""
    soft = {check.rule: number for number, check in enumerate(book.checks) if not check.hard}
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


def _offers(book: Ledger[Any], organisations: Sequence[int]) -> dict[tuple[int, str], str]:
    accepted = Explanation.objects.filter(
        ledger=book.slug, organisation__in=organisations, verdict=Explanation.Verdict.ACCEPTED
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
    """Keep what a school says; saying something else puts it before the section again."""
    record, check = violation.record, violation.check
    values = about(book, record, check)
    known = Explanation.objects.filter(ledger=book.slug, record=record.pk, rule=check.rule).first()
    if known is None:
        known = Explanation(
            organisation=record.organisation, ledger=book.slug, record=record.pk, rule=check.rule, values=values
        )
    elif (known.text, known.values) == (text, values):
        return
    known.text, known.values, known.verdict = text, values, Explanation.Verdict.WAITING
    known.save()


def judge(found: Iterable[Violation], verdict: str) -> None:
    """The section takes the explanations of these violations, or does not."""
    keys = [one.explanation.pk for one in found if one.explanation is not None]
    Explanation.objects.filter(pk__in=keys).exclude(verdict=verdict).update(verdict=verdict)
