"""Zero reports 零报告: an organisation says that in a period it has nothing to put into a ledger."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.models import Organisation, Period
from shuyuan.ledger.ledger import Ledger


@keep_versions
class ZeroReport(Versioned):
    """Silence is not a zero: this line is."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    ledger = models.CharField(_("台账"), max_length=20)
    period = models.ForeignKey(Period, models.PROTECT, verbose_name=_("期间"), related_name="+")

    objects = VersionedQuerySet["ZeroReport"].as_manager()

    class Meta:
        verbose_name = _("零报告")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "ledger", "period"], name="one_zero_report_each")
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.ledger} · {self.period_id}"


def reported_nothing(ledger: Ledger[object], period: str) -> set[int]:  # type: ignore[type-var]
    """The organisations that have nothing to report in this ledger for the period (its code)."""
    return set(
        ZeroReport.objects.filter(ledger=ledger.slug, period_id=period).values_list("organisation_id", flat=True)
    )
