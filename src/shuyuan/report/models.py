"""The report as people draft it: the report, its parts with their remarks, the readings, the Word templates given.

Who wrote what, when and why stands in the history: every version of a part's text is kept, and any two can be compared.
"""

from __future__ import annotations

import hashlib
import json
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.models import Organisation
from shuyuan.report.frozen import Frozen as Frozen
from shuyuan.report.package import PackageError
from shuyuan.report.proofing.dismissals import Dismissal as Dismissal
from shuyuan.report.proofing.papers import Judgement as Judgement
from shuyuan.report.proofing.papers import Paper as Paper
from shuyuan.report.proofing.reported import ReportedValue as ReportedValue

ANNUAL = "annual"


@keep_versions
class Report(Versioned):
    """One report of one organisation for one year, made from an outline."""

    class State(models.TextChoices):
        DRAFTING = "drafting", _("起草中")  # its parts are written, returned and adopted
        FROZEN = "frozen", _("已定稿")  # nothing of it changes any more

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="+")
    year = models.SmallIntegerField(_("年份"))
    kind = models.SlugField(_("种类"), max_length=20, default=ANNUAL, help_text=_("提纲的代号"))
    title = models.TextField(_("标题"), help_text=_("标题较长时，在读起来合适的地方换行。"))
    issuer = models.CharField(_("署名"), max_length=60)
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.DRAFTING)

    objects = VersionedQuerySet["Report"].as_manager()

    class Meta:
        verbose_name = _("报告")
        ordering = ["-year", "kind", "organisation"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "year", "kind"],
                name="one_report_each",
                violation_error_message=_("这份报告已经开始起草。"),
            )
        ]

    def __str__(self) -> str:
        return " ".join(self.title.split())

    def parts(self) -> models.QuerySet[Part]:
        """What the report consists of, in its order."""
        standing = Part.objects.filter(report=self, removed=False).order_by("order", "pk")
        return standing.select_related("report", "section")

    def template(self) -> Template | None:
        """The Word template that counts: the last one given, unless it was withdrawn; None means ours."""
        last = Template.objects.filter(report=self).order_by("pk").last()
        return last if last and not last.withdrawn else None

    def seal(self) -> str:
        """A digest of everything the report prints but its figures: a reading stands while this is unchanged."""
        given = self.template()
        texts = [[part.chapter, part.heading, part.text] for part in self.parts()]
        printed = [self.title, self.issuer, texts, given.sha256 if given else ""]
        return hashlib.sha256(json.dumps(printed, ensure_ascii=False).encode()).hexdigest()


@keep_versions
class Part(Versioned):
    """One piece of the report, drafted by one section. A chapter is a run of parts that name the same one."""

    class State(models.TextChoices):
        OPEN = "open", _("未起草")  # nobody has written anything
        DRAFTING = "drafting", _("起草中")  # the section has saved something and goes on
        SUBMITTED = "submitted", _("已提交")  # the section has finished; the office reads
        RETURNED = "returned", _("已退回")  # the office has asked for more, in a remark
        ADOPTED = "adopted", _("已采用")  # it goes into the report as it is; only the office changes it now

    report = models.ForeignKey(Report, models.PROTECT, verbose_name=_("报告"), related_name="+")
    code = models.CharField(_("编号"), max_length=20, help_text=_("段落的固定编号，调整顺序时不变"))
    order = models.PositiveSmallIntegerField(_("顺序"))
    chapter = models.CharField(_("章"), max_length=60)
    heading = models.CharField(_("小标题"), max_length=60, blank=True)
    section = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("负责科室"), null=True, blank=True, related_name="+"
    )
    deadline = models.DateField(_("截止日期"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=9, choices=State, default=State.OPEN)
    text = models.TextField(_("文字"), blank=True, help_text=_("带占位符的文字；空一行另起一段"))
    removed = models.BooleanField(_("已删去"), default=False)

    objects = VersionedQuerySet["Part"].as_manager()
    scope: ClassVar[str] = "report__organisation__"

    class Meta:
        verbose_name = _("段落")
        constraints = [models.UniqueConstraint(fields=["report", "code"], name="part_code_once")]
        indexes = [models.Index(fields=["section", "state"])]

    def __str__(self) -> str:
        return f"{self.code} {self.heading or self.chapter}"

    def chain_owner(self) -> int:
        return self.report.organisation_id

    @property
    def revision(self) -> int:
        """The number of the version that stands now."""
        return self.history().values_list("revision", flat=True)[0]

    def overdue(self) -> bool:
        waiting = {Part.State.OPEN, Part.State.DRAFTING, Part.State.RETURNED}
        return bool(self.deadline and self.deadline < timezone.localdate() and self.state in waiting)


@keep_versions
class Remark(Versioned):
    """What somebody says of a part, until it is settled."""

    part = models.ForeignKey(Part, models.PROTECT, verbose_name=_("段落"), related_name="+")
    text = models.TextField(_("意见"))
    settled = models.BooleanField(_("已处理"), default=False)

    objects = VersionedQuerySet["Remark"].as_manager()
    scope: ClassVar[str] = "part__report__organisation__"

    class Meta:
        verbose_name = _("意见")

    def __str__(self) -> str:
        return self.text

    def chain_owner(self) -> int:
        return self.part.report.organisation_id


@keep_versions
class Reading(Versioned):
    """One of the three readings and three proofs 三审三校 of the whole report, by one person."""

    class Stage(models.TextChoices):
        FIRST_READING = "r1", _("初审")
        SECOND_READING = "r2", _("复审")
        FINAL_READING = "r3", _("终审")
        FIRST_PROOF = "p1", _("一校")
        SECOND_PROOF = "p2", _("二校")
        THIRD_PROOF = "p3", _("三校")

    report = models.ForeignKey(Report, models.PROTECT, verbose_name=_("报告"), related_name="+")
    stage = models.CharField(_("审校"), max_length=2, choices=Stage)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("审校人"), related_name="+")
    date = models.DateField(_("日期"), default=timezone.localdate)
    remark = models.TextField(_("意见"), blank=True)
    seal = models.CharField(max_length=64, editable=False)

    objects = VersionedQuerySet["Reading"].as_manager()
    scope: ClassVar[str] = "report__organisation__"

    class Meta:
        verbose_name = _("审校")

    def __str__(self) -> str:
        return f"{self.get_stage_display()} · {self.by.get_full_name() or self.by.get_username()}"

    def chain_owner(self) -> int:
        return self.report.organisation_id

    @property
    def proof(self) -> bool:
        """A proof 校 looks for misprints; the three readings 审 answer for what is said."""
        return self.stage.startswith("p")


def _kept_at(template: Template, name: str) -> str:
    return f"templates/{template.sha256[:2]}/{template.sha256}"


@keep_versions
class Template(Versioned):
    """A whole Word template that the office gave for a report, in place of the one made from its parts."""

    report = models.ForeignKey(Report, models.PROTECT, verbose_name=_("报告"), related_name="+")
    name = models.CharField(_("文件名"), max_length=150)
    file = models.FileField(_("文件"), upload_to=_kept_at, max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64)
    withdrawn = models.BooleanField(_("已停用"), default=False)

    objects = VersionedQuerySet["Template"].as_manager()
    scope: ClassVar[str] = "report__organisation__"

    class Meta:
        verbose_name = _("报告模板")

    def __str__(self) -> str:
        return self.name

    def chain_owner(self) -> int:
        return self.report.organisation_id

    def place(self) -> str:
        """Where its file is kept: by its digest, never by the name people gave it."""
        return _kept_at(self, self.name)

    def read(self) -> bytes:
        """The file; raises PackageError when it is not the one that was given."""
        with self.file.open("rb") as kept:
            content: bytes = kept.read()
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise PackageError(_t("模板文件 %(name)s 与登记时不一致，请重新上传。") % {"name": self.name})
        return content
