"""Places: sites, buildings, rooms and grounds, shared by works, equipment and exams."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.history import Versioned, VersionedQuerySet, keep_versions
from shuyuan.core.organisations import Organisation


@keep_versions
class Place(Versioned):
    class Kind(models.TextChoices):
        SITE = "site", _("校址")
        BUILDING = "building", _("建筑")
        ROOM = "room", _("房间")
        GROUND = "ground", _("场地")

    organisation = models.ForeignKey(Organisation, models.PROTECT, verbose_name=_("单位"), related_name="places")
    kind = models.CharField(_("场所类别"), max_length=8, choices=Kind)
    name = models.CharField(_("场所名称"), max_length=60)
    within = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("所属场所"), null=True, blank=True, related_name="contains"
    )

    objects = VersionedQuerySet["Place"].as_manager()

    class Meta:
        verbose_name = _("场所")
        constraints = [models.UniqueConstraint(fields=["organisation", "kind", "name"], name="one_place_of_a_name")]

    def __str__(self) -> str:
        return self.name
