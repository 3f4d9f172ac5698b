"""Hardship 困难认定: one line per pupil and school year whose family was found to be in hardship.

Kept by the section alone; what is known of a family is sealed under the pupil's key and masked until somebody says
what for. How many levels there are, and what they are called, is each province's to say.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, code_list
from shuyuan.core.models import Period, Person
from shuyuan.core.number_fields import AddressField, BankCardField, HealthField
from shuyuan.core.sensitive import SensitiveCharField
from shuyuan.figures.kinds import Distinct
from shuyuan.ledger.checks import FilingCheck
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Hardship(Record):
    @code_list("困难程度", "1", OWN + ":各省等级名称不一，有的只分两级；JY/T 1001 的 KNCD 早于现行认定办法")
    class Level(models.TextChoices):
        SPECIAL = "special", _("特别困难")
        HARD = "hard", _("比较困难")
        GENERAL = "general", _("一般困难")

    @code_list("困难原因", "1", OWN)
    class Ground(models.TextChoices):
        ALLOWANCE = "allowance", _("最低生活保障家庭")
        SUPPORT = "support", _("特困供养")
        ORPHAN = "orphan", _("孤儿")
        DISABLED = "disabled", _("残疾")
        ILLNESS = "illness", _("家庭成员重病")
        DISASTER = "disaster", _("突发变故")
        INCOME = "income", _("低收入家庭")

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("姓名"), related_name="+")
    level = SensitiveCharField(_("困难程度"), max_length=8, choices=Level)
    ground = SensitiveCharField(_("困难原因"), max_length=10, choices=Ground)
    health = HealthField(_("健康与残疾情况"))
    address = AddressField(_("家庭住址"))
    account = BankCardField(_("资助卡号"))

    class Meta(Record.Meta):
        verbose_name = _("困难认定")


@register(Hardship)
class Hardships(Ledger[Hardship]):
    slug, title, function = "hardship", _("困难认定"), Function.AID
    columns = ("person", "level", "ground", "health", "address", "account")
    subject = "person"
    aliases = {"date": ("认定日期",)}
    period_kind = Period.Kind.SCHOOL
    confidential = True
    checks = (FilingCheck("count() == 1", _("同一学生一学年只认定一次。"), by=("person",), field="person"),)


def pupils(name: str, title: str, where: str = "") -> Distinct:
    return Distinct(f"hardship.{name}", title, "hardship", "person", unit="人", where=where)


figures = [
    pupils("all", "家庭经济困难学生"),
    pupils("special", "家庭经济特别困难学生", 'level == "special"'),
]
