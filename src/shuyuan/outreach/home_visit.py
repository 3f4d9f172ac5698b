"""Home visits 家访: one line per teacher and round of visits, with the families visited."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import Function
from shuyuan.core.models import Person
from shuyuan.figures.kinds import Distinct, Sum
from shuyuan.ledger.checks import Check, FilingCheck, Plausible
from shuyuan.ledger.fields import QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class HomeVisit(Record):
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("教师"), related_name="+")
    families = QuantityField(_("家访户数"), unit="户")

    class Meta(Record.Meta):
        verbose_name = _("家访")


@register(HomeVisit)
class HomeVisits(Ledger[HomeVisit]):
    slug, title, function = "home_visit", _("家访"), Function.MORAL
    columns = ("person", "families")
    subject = "person"
    aliases = {"person": ("姓名", "家访教师"), "families": ("户数",), "date": ("家访日期",)}
    checks = (
        Check("families > 0", _("至少一户。"), field="families"),
        FilingCheck("distinct(person) <= staff.all", _("家访的教师多于在册教职工。"), hard=False, field="person"),
        Plausible("sum(families)", per="pupil.all"),
    )


figures = [
    Distinct("home_visit.teachers", "参加家访的教师", "home_visit", field="person", unit="人", step=Decimal(100)),
    Distinct("home_visit.schools", "开展家访的学校", "home_visit", field="organisation", unit="所"),
    Sum("home_visit.families", "家访户数", "home_visit", field="families", unit="户"),
]
