"""Assets 资产: equipment by school and kind, from the day it was obtained until it is written off."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, code_list
from shuyuan.figures.kinds import Sum
from shuyuan.ledger.checks import Check
from shuyuan.ledger.fields import MoneyField, QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import StandingRecord


class Asset(StandingRecord):
    @code_list("装备类别", "1", OWN + ":教育装备的常用分类，比 GB/T 14885 的大类细")
    class Kind(models.TextChoices):
        STUDENT_COMPUTER = "student_computer", _("学生计算机")
        TEACHER_COMPUTER = "teacher_computer", _("教师计算机")
        PROJECTION = "projection", _("投影设备")
        SYSTEM = "system", _("信息系统")
        LABORATORY = "laboratory", _("教学仪器")
        BOOKS = "books", _("图书")
        FURNITURE = "furniture", _("课桌椅等家具")

    @code_list("取得方式", "JY/T 1001-2012")
    class Obtained(models.TextChoices):
        BOUGHT = "1", _("购置")
        ALLOCATED = "2", _("调剂")
        DONATED = "3", _("接受捐赠")
        EXCHANGED = "4", _("置换")
        OTHER = "9", _("其他")

    name = models.CharField(_("资产名称"), max_length=60)
    kind = models.CharField(_("装备类别"), max_length=16, choices=Kind)
    obtained = models.CharField(_("取得方式"), max_length=1, choices=Obtained, default=Obtained.BOUGHT)
    quantity = QuantityField(_("数量"))
    counted_in = models.CharField(_("计量单位"), max_length=4)
    cost = MoneyField(_("账面原值"))

    class Meta(StandingRecord.Meta):
        verbose_name = _("资产")


@register(Asset)
class Assets(Ledger[Asset]):
    slug, title, function = "asset", _("资产装备"), Function.EQUIPMENT
    columns = ("name", "kind", "obtained", "quantity", "counted_in", "cost")
    subject = "name"
    aliases = {"date": ("取得日期", "采购日期"), "until": ("处置日期",), "counted_in": ("单位名称",)}
    checks = (
        Check("quantity > 0", _("数量须大于零。"), field="quantity"),
        Check('cost > 0 or obtained != "1"', _("购置的资产须有账面原值。"), field="cost"),
    )


def bought(name: str, title: str, kind: str, unit: str) -> Sum:
    rule = f'kind == "{kind}" and obtained == "1"'
    return Sum(f"asset.{name}", title, "asset", "quantity", unit=unit, where=rule)


def held(name: str, title: str, kind: str, unit: str) -> Sum:
    return Sum(f"asset.{name}", title, "asset", "quantity", unit=unit, where=f'kind == "{kind}"', stock=True)


figures = [
    bought("student_computers_bought", "采购学生计算机", "student_computer", "台"),
    bought("projectors_bought", "采购投影设备", "projection", "套"),
    held("student_computers", "学生计算机", "student_computer", "台"),
    held("teacher_computers", "教师计算机", "teacher_computer", "台"),
    held("projectors", "投影设备", "projection", "套"),
    Sum(
        "asset.cost",
        "教学仪器设备总值",
        "asset",
        "cost",
        unit="万元",
        decimals=2,
        where='kind != "furniture"',
        stock=True,
    ),
]
