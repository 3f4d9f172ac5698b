"""Facilities 场地设施: the grounds and halls of schools, as long as they are in use."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, code_list
from shuyuan.core.models import Place
from shuyuan.figures.kinds import Count, Distinct, Ratio, Sum
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.fields import AreaField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import StandingRecord


class Facility(StandingRecord):
    @code_list("场地类别", "1", OWN)
    class Kind(models.TextChoices):
        TRACK = "track", _("田径场")
        BALL = "ball", _("球类场地")
        PLAY = "play", _("活动场地")
        HALL = "hall", _("室内体育用房")

    @code_list("场地面层", "1", OWN)
    class Surface(models.TextChoices):
        SYNTHETIC = "synthetic", _("塑胶")
        TURF = "turf", _("人造草坪")
        GRASS = "grass", _("天然草坪")
        CONCRETE = "concrete", _("水泥")
        CINDER = "cinder", _("煤渣")
        WOOD = "wood", _("木地板")

    ground = models.ForeignKey(Place, models.PROTECT, verbose_name=_("场地"), related_name="+")
    kind = models.CharField(_("场地类别"), max_length=5, choices=Kind)
    surface = models.CharField(_("面层"), max_length=9, choices=Surface)
    area = AreaField(_("面积"))

    class Meta(StandingRecord.Meta):
        verbose_name = _("场地")


@register(Facility)
class Facilities(Ledger[Facility]):
    slug, title, function = "facility", _("场地设施"), Function.BUILDINGS
    columns = ("ground", "kind", "surface", "area")
    aliases = {"date": ("启用日期",), "until": ("停用日期",)}
    subject = "ground"
    checks = (
        Check("area > 0", _("面积须大于零。"), field="area"),
        Check('surface != "wood" or kind == "hall"', _("木地板只用于室内体育用房。"), hard=False, field="surface"),
        FilingCheck("count() == 1", _("同一场地只登记一行。"), by=("ground",), field="ground"),
    )


SYNTHETIC = 'surface == "synthetic"'
figures = [
    Distinct(
        "facility.surfaced_schools",
        "有塑胶运动场地的学校",
        "facility",
        "organisation",
        unit="所",
        where=SYNTHETIC,
        stock=True,
    ),
    Ratio(
        "facility.surfaced_share",
        "运动场地塑胶化覆盖率",
        "facility.surfaced_schools",
        "school.in_being",
        unit="%",
        step=Decimal(5),
        over="超过",
    ),
    Count("facility.grounds", "运动场地", "facility", unit="处", where='kind != "hall"', stock=True),
    Sum("facility.sports_area", "体育运动场馆面积", "facility", "area", unit="平方米", stock=True),
    Sum("facility.surfaced_area", "塑胶运动场地面积", "facility", "area", unit="平方米", where=SYNTHETIC, stock=True),
]
