"""Reported values: what an old report said of its year, kept with its sentence, and shown beside our own figure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.models import Organisation
from shuyuan.figures.compare import Published
from shuyuan.figures.registry import UnknownFigure, figure
from shuyuan.proofread.claims import Claim
from shuyuan.report.units import converted


@keep_versions
class ReportedValue(Versioned):
    """One number of one report, as it was printed; with the figure that somebody said it is, if there is one."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    year = models.SmallIntegerField(_("年份"))
    subject = models.CharField(_("对象"), max_length=60, blank=True)
    value = models.DecimalField(_("数值"), max_digits=24, decimal_places=6)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    text = models.CharField(_("原文"), max_length=60)
    sentence = models.TextField(_("句子"))
    source = models.CharField(_("来源文件"), max_length=150)
    sha256 = models.CharField("SHA-256", max_length=64)
    number = models.PositiveIntegerField(_("序号"))
    figure = models.CharField(_("指标"), max_length=60, blank=True)

    objects = VersionedQuerySet["ReportedValue"].as_manager()

    class Meta:
        verbose_name = _("已报数")
        ordering = ["-year", "source", "number"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "year", "sha256", "number"], name="one_reported_value_each")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.subject} {self.text}"


def keep(
    text: str,
    claims: Mapping[int, Claim],
    bound: Mapping[int, str],
    *,
    organisation: Organisation,
    year: int,
    source: str,
    sha256: str,
) -> int:
    """Keep the numbers of a file with this text, those `bound` with their figure; once more, only what changed.

    Returns how many were new or changed. Needs `acting`.
    """
    written = 0
    with transaction.atomic():
        same = {"organisation": organisation, "year": year, "sha256": sha256}
        known = {one.number: one for one in ReportedValue.objects.select_for_update().filter(**same)}
        new = []
        for number, claim in claims.items():
            name = bound.get(number, "")
            if (kept := known.get(number)) is None:
                said = {
                    "value": claim.value,
                    "unit": claim.unit[:20],
                    "text": text[claim.start : claim.end][:60],
                    "figure": name,
                }
                said |= {"subject": claim.subject[:60], "sentence": claim.sentence, "source": source[-150:]}
                new.append(ReportedValue(**same, **said, number=number))
            elif kept.figure != name:
                kept.figure = name
                kept.save()
                written += 1
        if new:
            ReportedValue.objects.bulk_create(new)
    return written + len(new)


def reported(year: int) -> dict[str, Published]:
    """What was reported of each figure of a year, in the figure's unit; of two reports the later kept."""
    found = {}
    bureau = Organisation.Kind.BUREAU
    kept = ReportedValue.objects.filter(year=year, organisation__kind=bureau).exclude(figure="")
    for one in kept.order_by("pk"):
        try:
            unit = figure(one.figure).unit
        except UnknownFigure:
            continue
        exact = one.value if one.unit == unit else converted(one.value, one.unit, unit)
        if exact is not None:
            found[one.figure] = Published(Decimal(exact).normalize(), one.text, "", one.source)
    return found
