"""Organisations: the bureau, its sections 科室, towns, schools and campuses, as one tree with validity dates."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import Founder, Function, SchoolType, Stage, UrbanRural
from shuyuan.core.history import BATCH, Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.number_fields import CreditCodeField, SchoolCodeField


def new_key() -> str:
    """A step of a path; unlike the primary key it is there before the row is."""
    return secrets.token_hex(4)


class OrganisationQuerySet(VersionedQuerySet["Organisation"]):
    def bulk_create(  # type: ignore[override]
        self, objs: Iterable[Organisation], batch_size: int | None = BATCH, **conflicts: Any
    ) -> list[Organisation]:
        organisations = list(objs)
        for organisation in organisations:  # without its path it would stand above everything
            organisation.path = organisation.path_below_parent()
        return super().bulk_create(organisations, batch_size, **conflicts)

    def schools(self) -> OrganisationQuerySet:
        """Schools that file ledgers; village schools for adults are run, and filed for, by their town."""
        return self.filter(kind=Organisation.Kind.SCHOOL).exclude(school_type=SchoolType.VILLAGER)

    def below(self, organisation: Organisation) -> OrganisationQuerySet:
        """The organisation itself and everything under it."""
        return self.filter(path__startswith=organisation.path)


@keep_versions
class Organisation(Versioned):
    class Kind(models.TextChoices):
        BUREAU = "bureau", _("教育局")
        SECTION = "section", _("科室")
        TOWN = "town", _("镇（街道）")
        SCHOOL = "school", _("学校")
        CAMPUS = "campus", _("校区")

    kind = models.CharField(_("机构类别"), max_length=10, choices=Kind, default=Kind.SCHOOL)
    name = models.CharField(_("机构名称"), max_length=60)
    code = SchoolCodeField(_("学校标识码"), blank=True, help_text=_("10 位：2 位类别 + 2 位省 + 6 位序号"))
    credit_code = CreditCodeField(_("统一社会信用代码"), blank=True, default="", help_text=_("18 位，见法人证书"))
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("上级机构"), null=True, blank=True, related_name="children"
    )
    school_type = models.CharField(_("办学类型"), max_length=3, choices=SchoolType, blank=True)
    urban_rural = models.CharField(_("城乡类型"), max_length=3, choices=UrbanRural, blank=True)
    founder = models.CharField(_("举办者"), max_length=3, choices=Founder, blank=True)
    since = models.DateField(_("设立日期"), null=True, blank=True)
    until = models.DateField(_("撤销日期"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("排序"), default=0)
    key = models.CharField(_("路径键"), max_length=8, editable=False, unique=True, default=new_key)
    path = models.CharField(_("路径"), max_length=120, editable=False, db_index=True, default="")

    objects = OrganisationQuerySet.as_manager()
    scope: ClassVar[str] = ""
    decisive: ClassVar[tuple[str, ...]] = ("parent", "key", "path")

    class Meta:
        verbose_name = _("机构")
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=~models.Q(code=""),
                name="organisation_code_once",
                violation_error_message=_("这个学校标识码已经登记过。"),
            ),
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=~models.Q(credit_code=""),
                name="organisation_credit_code_once",
                violation_error_message=_("这个统一社会信用代码已经登记过。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def organisation(self) -> Organisation:
        """An organisation stands in the chain, the scope and the pages of itself."""
        return self

    def chain_owner(self) -> int:
        return self.pk

    def clean(self) -> None:
        if self.since and self.until and self.until <= self.since:
            raise ValidationError({"until": _("撤销日期须晚于设立日期。")})
        self.path_below_parent()

    def path_below_parent(self) -> str:
        """Raises ValidationError where the organisation would hang below itself."""
        if self.parent and f"/{self.key}/" in self.parent.path:
            raise ValidationError({"parent": _("上级机构不能是本机构或其下属机构。")})
        return f"{self.parent.path if self.parent else '/'}{self.key}/"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the path true, for what hangs below as well when the organisation has moved."""
        path = self.path_below_parent()
        moved, self.path = path != self.path and not self._state.adding, path
        super().save(*args, **kwargs)
        if moved:
            for child in self.children.all():
                child.save()


def inside(prefix: str, paths: Sequence[str]) -> models.Q:
    """The rows whose organisation, reached by `prefix` ("" when they are organisations), is at or below these paths.

    Organisations are few and records many: the keys are looked up first, so that an index of the records is used
    where a join would look at every one of them, and nothing at all is asked where everything is inside.
    """
    if not prefix:
        return reduce(or_, (models.Q(path__startswith=path) for path in paths), models.Q(pk__in=[]))
    known = list(Organisation.objects.order_by().values_list("pk", "path"))
    found = [key for key, path in known if path.startswith(tuple(paths))]
    return models.Q() if found and len(found) == len(known) else models.Q(**{f"{prefix}pk__in": found})


@keep_versions
class OrganisationName(Versioned):
    """Another name of an organisation: a former one, or one that people use (省华中)."""

    class Kind(models.TextChoices):
        ALIAS = "alias", _("简称")
        FORMER = "former", _("曾用名")

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("机构"), related_name="names")
    name = models.CharField(_("名称"), max_length=60, db_index=True)
    kind = models.CharField(_("名称类别"), max_length=6, choices=Kind, default=Kind.ALIAS)
    since = models.DateField(_("启用日期"), null=True, blank=True)
    until = models.DateField(_("停用日期"), null=True, blank=True)

    objects = VersionedQuerySet["OrganisationName"].as_manager()

    class Meta:
        verbose_name = _("机构名称")

    def __str__(self) -> str:
        return self.name


@keep_versions
class SchoolSection(Versioned):
    """A school section 学段部: a nine-year school has a primary and a junior one, each counted as a row of its own."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, verbose_name=_("学校"), related_name="school_sections"
    )
    stage = models.CharField(_("学段"), max_length=12, choices=Stage)
    since = models.DateField(_("设立日期"), null=True, blank=True)
    until = models.DateField(_("撤销日期"), null=True, blank=True)

    objects = VersionedQuerySet["SchoolSection"].as_manager()

    class Meta:
        verbose_name = _("学段部")

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_stage_display()}"


@keep_versions
class Duty(Versioned):
    """Which section 科室 of the bureau answers for a function: data of each bureau, not code."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("科室"), related_name="duties")
    function = models.CharField(_("职能"), max_length=12, choices=Function)

    objects = VersionedQuerySet["Duty"].as_manager()

    class Meta:
        verbose_name = _("科室职能")
        constraints = [
            models.UniqueConstraint(
                fields=["function"],
                name="one_section_each_function",
                violation_error_message=_("这项职能已经归了一个科室。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.get_function_display()}"
