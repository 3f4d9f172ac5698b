"""Saved figures: what the bureau's posts add to the figures themselves, each kept as the data of one specification."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.models import Organisation


@keep_versions
class SavedFigure(Versioned):
    """A figure that somebody saved from a list or composed; of one year's report, or enduring.

    `specification` is what `kinds.from_data` reads, but for the name, which no two figures may share.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    name = models.CharField(_("名称"), max_length=60, unique=True)
    year = models.SmallIntegerField(_("年份"), null=True, blank=True)
    specification = models.JSONField(_("定义"))

    objects = VersionedQuerySet["SavedFigure"].as_manager()

    class Meta:
        verbose_name = _("自存指标")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def data(self) -> dict[str, Any]:
        """The figure's table as a file holds it."""
        return {"name": self.name, **self.specification}


@keep_versions
class Remark(Versioned):
    """Why a figure of a year is right although it looks implausible: whoever has looked says so, once."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    figure = models.CharField(_("指标"), max_length=60)
    year = models.SmallIntegerField(_("年份"))
    rule = models.CharField(_("提示"), max_length=20)
    text = models.CharField(_("说明"), max_length=200)

    objects = VersionedQuerySet["Remark"].as_manager()

    class Meta:
        verbose_name = _("指标说明")
        constraints = [models.UniqueConstraint(fields=["figure", "year", "rule"], name="one_remark_each")]

    def __str__(self) -> str:
        return f"{self.figure} · {self.year} · {self.text}"
