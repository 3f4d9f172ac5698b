"""Dismissals: what somebody has looked at in a draft and found right, with who and why."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions


@keep_versions
class Dismissal(Versioned):
    """One finding of a draft that is no mistake. It holds for this sentence as it stands: another one is read anew."""

    report = models.ForeignKey("report.Report", models.PROTECT, verbose_name=_("报告"), related_name="+")
    key = models.CharField(max_length=64)  # a digest of rule, words, suggestion and the whole sentence
    rule = models.CharField(_("规则"), max_length=8)
    sentence = models.TextField(_("句子"))
    reason = models.CharField(_("理由"), max_length=200)

    objects = VersionedQuerySet["Dismissal"].as_manager()
    scope = "report__organisation__"

    class Meta:
        verbose_name = _("校对说明")
        constraints = [models.UniqueConstraint(fields=["report", "key"], name="one_dismissal_each")]

    def __str__(self) -> str:
        return f"{self.rule} · {self.reason}"

    def chain_owner(self) -> int:
        return self.report.organisation_id
