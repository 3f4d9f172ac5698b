"""Papers: files that somebody handed in to have them proofread or adopted, with what was found and what was said to it.

A paper is its owner's alone and goes after a while, with all that was read from it: the corrected file is what is kept,
and by them.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.roles import all_powerful
from shuyuan.ledger.record import User as Reader
from shuyuan.proofread.findings import Finding
from shuyuan.proofread.proofreader import Proof, proofread
from shuyuan.report.proofing import reading
from shuyuan.report.proofing.reading import Source, Unreadable
from shuyuan.report.proofing.register import Register

MOST_CHARACTERS = 300_000
"""Of one text: a report of 400 pages; what is longer would keep the server busy for more than some seconds."""
MOST_FINDINGS = 1000
"""Kept of one paper, in reading order: who has more mistakes than that mends these first."""
MOST_KEPT = 30
"""Papers of one person at once; with one more the oldest goes."""


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, user: Reader) -> Self:
        """A draft is nobody else's business: its owner opens it, and whoever keeps the machine."""
        fresh = self.filter(at__gte=_oldest())
        if all_powerful(user):
            return fresh
        return fresh.filter(by_id=user.pk) if user.is_authenticated else self.none()


def _oldest() -> datetime:
    return timezone.now() - timedelta(days=settings.PAPER_DAYS)


def _kept_at(paper: Paper, name: str) -> str:
    return f"papers/{secrets.token_hex(16)}"


class Paper(models.Model):
    """One file with its text and what was found in it when it came."""

    class Purpose(models.TextChoices):
        PROOF = "proof", _("校对")  # its findings are accepted or dismissed, and it is downloaded corrected
        ADOPT = "adopt", _("认领")  # its numbers are bound to figures, and a template is made of it

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("账号"), related_name="+")
    at = models.DateTimeField(_("时间"), default=timezone.now)
    purpose = models.CharField(_("用途"), max_length=5, choices=Purpose)
    name = models.CharField(_("文件名"), max_length=150)
    sha256 = models.CharField("SHA-256", max_length=64)
    file = models.FileField(_("文件"), upload_to=_kept_at, max_length=120)
    kind = models.CharField(_("格式"), max_length=4)
    year = models.SmallIntegerField(_("年份"), null=True, blank=True)
    text = models.TextField(_("文字"))
    found = models.JSONField(_("发现"), default=dict)

    objects = PaperQuerySet.as_manager()

    class Meta:
        verbose_name = _("来稿")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def source(self) -> Source:
        with self.file.open("rb") as file:
            return Source(self.text, self.kind, bytes(file.read()), self.places)  # type: ignore[arg-type]

    @property
    def places(self) -> dict[int, str]:
        """By the number of a line, from 0, where it stands when it is no running text."""
        return {int(line): place for line, place in self.found.get("places", {}).items()}

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(Finding(**one) for one in self.found.get("findings", ()))

    @property
    def unchecked(self) -> list[tuple[int, int]]:
        """Where the numbers stand that no rule could have found wrong."""
        return [(start, end) for start, end in self.found.get("unchecked", ())]

    @property
    def coverage(self) -> str:
        return str(self.found.get("coverage", ""))

    def judgements(self) -> dict[int, Judgement]:
        """What was said so far, by the number of the finding or claim."""
        return {one.number: one for one in Judgement.objects.filter(paper=self)}

    def forget(self) -> None:
        """It goes with its file and all that was said of it."""
        self.file.delete(save=False)
        self.delete()


class Judgement(models.Model):
    """What its owner said of one finding or claim of a paper."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("已采纳")  # of a finding: `text` takes the place of its words
        DISMISSED = (
            "dismissed",
            _("不改"),
        )  # of a finding: the words are right; `text` may say why
        BOUND = "bound", _("是")  # of a claim: it is the figure that `text` names
        UNBOUND = "unbound", _("不是")  # of a claim: no figure of ours; it stays as it was reported

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    number = models.PositiveIntegerField(_("序号"))
    verdict = models.CharField(_("决定"), max_length=9, choices=Verdict)
    text = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("决定")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="one_judgement_each")]

    def __str__(self) -> str:
        return f"{self.number} {self.get_verdict_display()} {self.text}"


def receive(
    user: User, name: str, data: bytes, purpose: str, source: Source, found: dict[str, Any], year: int | None
) -> Paper:
    """Keep a paper. The name is what people called it, never a path on our disk."""
    _forget_the_old(user)
    plain = PurePosixPath(name.replace("\\", "/")).name[-150:] or _t("未命名")
    made = Paper(by=user, name=plain, sha256=hashlib.sha256(data).hexdigest(), purpose=purpose, kind=source.kind)
    made.text, made.found, made.year = source.text, found, year
    made.file.save("paper", ContentFile(source.data), save=False)
    made.save()
    return made


def proofed(user: User, name: str, data: bytes, *, books: int | None = None) -> Paper:
    """Read a file, proofread it, keep both; `books` is the year of ours it is held against, as far as the user may
    read them. Raises Unreadable and PackageError."""
    source = read(data, name)
    register = Register(books, reader=user) if books else None
    proof = proofread(source.text, year=books, books=register)
    return receive(user, name, data, Paper.Purpose.PROOF, source, _of(proof) | {"places": source.places}, books)


def read(data: bytes, name: str) -> Source:
    """The file as text, not longer than a page can show. Raises Unreadable and PackageError."""
    source = reading.read(data, name)
    if len(source.text) > MOST_CHARACTERS:
        told = _t("文件有 %(n)s 字，一次最多校对 %(most)s 字，请分成几个")
        raise Unreadable(told % {"n": f"{len(source.text):,}", "most": f"{MOST_CHARACTERS:,}"})
    if not source.text.strip():
        raise Unreadable(_t("文件里没有文字"))
    return source


def _of(proof: Proof) -> dict[str, Any]:
    told = str(proof.coverage)
    if len(proof.findings) > MOST_FINDINGS:
        more = _t("共有 %(n)s 处问题，这里只标出前 %(most)s 处。")
        told = f"{told} · {more % {'n': len(proof.findings), 'most': MOST_FINDINGS}}"
    return {
        "findings": [asdict(one) for one in proof.findings[:MOST_FINDINGS]],
        "unchecked": [[claim.start, claim.end] for claim in proof.coverage.unchecked],
        "coverage": told,
    }


def _forget_the_old(user: User) -> None:
    beyond = Paper.objects.filter(by=user).values_list("pk", flat=True)[MOST_KEPT - 1 :]
    stale = Paper.objects.filter(models.Q(at__lt=_oldest()) | models.Q(pk__in=list(beyond)))[:50]
    for old in stale:
        old.forget()
