"""Evidence 佐证材料: the files that prove a record, kept under their digest."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import IO, Any

from django.core.files.base import File
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.models import Organisation
from shuyuan.ledger.record import Record

MOST_BYTES = 50 * 2**20
OPENED_INLINE = {"application/pdf", "image/jpeg", "image/png"}  # the rest is only ever downloaded


def _kept_at(evidence: Evidence, name: str) -> str:
    return f"{evidence.ledger}/{evidence.sha256[:2]}/{evidence.sha256}"


@keep_versions
class Evidence(Versioned):
    """One file beside one record; the same file given twice is stored once."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    ledger = models.CharField(_("台账"), max_length=20)
    record = models.BigIntegerField(_("记录"))
    name = models.CharField(_("文件名"), max_length=150)
    file = models.FileField(_("文件"), upload_to=_kept_at, max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64)

    objects = VersionedQuerySet["Evidence"].as_manager()

    class Meta:
        verbose_name = _("佐证材料")
        indexes = [models.Index(fields=["ledger", "record"])]

    def __str__(self) -> str:
        return self.name


def evidence_of(record: Record) -> models.QuerySet[Evidence]:
    return Evidence.objects.filter(ledger=record.ledger.slug, record=record.pk).order_by("pk")


def add_evidence(record: Record, name: str, content: IO[bytes]) -> Evidence:
    """Keep a file with a record. The name is what people called it, never a path on our disk."""
    digest = hashlib.sha256()
    for chunk in iter(lambda: content.read(2**20), b""):
        digest.update(chunk)
    content.seek(0)
    evidence = Evidence(
        organisation=record.organisation,
        ledger=record.ledger.slug,
        record=record.pk,
        name=PurePath(name.replace("\\", "/")).name[-150:],
        sha256=digest.hexdigest(),
    )
    place = _kept_at(evidence, name)
    storage = evidence.file.storage
    evidence.file.name = place if storage.exists(place) else storage.save(place, _file(content))
    evidence.save()
    return evidence


def _file(content: IO[bytes]) -> File[Any]:
    return File(content)
