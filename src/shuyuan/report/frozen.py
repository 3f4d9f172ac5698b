"""Frozen reports 定稿: all that a report was made from, kept so that it can be made again whatever changes later."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.models import Organisation
from shuyuan.report import kept, seal, stamp

if TYPE_CHECKING:
    from shuyuan.report.models import Report


@keep_versions
class Frozen(Versioned):
    """One final state of a report. A report that was reopened is frozen again beside it; nothing is replaced."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    report = models.ForeignKey("report.Report", models.PROTECT, verbose_name=_("报告"), related_name="+")
    at = models.DateTimeField(_("定稿时间"))
    meta = models.TextField()  # JSON: the report's year, kind, title; when its books were last written; our release
    figures = models.TextField()  # JSON: every figure of the year as it printed, with definition and version
    template = models.TextField()  # the Word template with the parts' texts, base64
    heads = models.TextField()  # JSON: where each chain of records ended: it pins every version behind the figures
    seal = models.CharField(_("封存码"), max_length=64)

    objects = VersionedQuerySet["Frozen"].as_manager()

    class Meta:
        verbose_name = _("定稿")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.report} · {self.at:%Y-%m-%d}"

    @property
    def parts(self) -> Mapping[str, bytes]:
        """What is sealed, by the names it has in the sealed set."""
        return {
            seal.META: self.meta.encode(),
            seal.FIGURES: self.figures.encode(),
            seal.TEMPLATE: base64.b64decode(self.template),
            seal.HEADS: self.heads.encode(),
        }

    @property
    def made(self) -> datetime:
        """The time that the report is stamped with."""
        return datetime.fromisoformat(json.loads(self.meta)["made"])

    def values(self) -> dict[str, kept.Kept]:
        """The figures as they printed, by name."""
        return kept.from_json(self.figures)

    def facts(self) -> Mapping[str, Any]:
        facts: Mapping[str, Any] = json.loads(self.meta)
        return facts

    def docx(self) -> bytes:
        """The report again, from what is kept. Raises ValueError when that is no longer what was sealed."""
        made = seal.rebuild(self.parts, key=stamp.key())
        if seal.seal_of(self.parts, made) != self.seal and self.facts()["release"] == release():
            raise ValueError(f"{self}: what is kept of it is not what was sealed ({self.seal[:12]})")
        return made


def frozen_of(report: Report) -> Frozen | None:
    """The report's newest final state."""
    return Frozen.objects.filter(report=report).order_by("pk").last()


def release() -> str:
    """Our release: within one, a report made again is the same to the byte."""
    from importlib.metadata import version

    return version("shuyuan")
