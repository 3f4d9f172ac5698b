"""Procurement 采购投入: one line per purchase or contract that was paid for."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, FundSource, code_list
from shuyuan.figures.kinds import Count, Ratio, Sum
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.fields import MoneyField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Procurement(Record):
    @code_list("采购用途", "1", OWN)
    class Purpose(models.TextChoices):
        EQUIPMENT = "equipment", _("教育装备")
        EXAM_SITE = "exam_site", _("标准化考点建设")
        REPAIR = "repair", _("校舍维修")
        CONSUMABLE = "consumable", _("办公与教学耗材")
        SERVICE = "service", _("服务")

    @code_list("采购方式", "1", OWN + ":政府采购法第二十六条所列方式；限额以下的为自行采购")
    class Method(models.TextChoices):
        OPEN = "open", _("公开招标")
        INVITED = "invited", _("邀请招标")
        NEGOTIATED = "negotiated", _("竞争性谈判")
        SINGLE = "single", _("单一来源采购")
        INQUIRY = "inquiry", _("询价")
        OWN = "own", _("自行采购")

    item = models.CharField(_("采购项目"), max_length=80)
    purpose = models.CharField(_("用途"), max_length=10, choices=Purpose)
    method = models.CharField(_("采购方式"), max_length=10, choices=Method)
    source = models.CharField(_("资金来源"), max_length=10, choices=FundSource)
    amount = MoneyField(_("金额"))
    contract = models.CharField(_("合同编号"), max_length=40, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("采购")


@register(Procurement)
class Procurements(Ledger[Procurement]):
    slug, title, function = "procurement", _("采购投入"), Function.FINANCE
    columns = ("item", "purpose", "method", "source", "amount", "contract")
    subject = "item"
    checks = (
        Check("amount > 0", _("金额须大于零。"), field="amount"),
        Check('method == "own" or contract not missing', _("自行采购以外的采购须有合同编号。"), field="contract"),
        FilingCheck(
            "count() == 1",
            _("同一合同分几笔登记的，请说明是分期付款。"),
            hard=False,
            by=("contract",),
            field="contract",
        ),
    )


def spent(name: str, title: str, where: str = "", step: Decimal | None = None) -> Sum:
    return Sum(f"procurement.{name}", title, "procurement", "amount", unit="万元", decimals=2, where=where, step=step)


figures = [
    spent("equipment", "教育装备投入", 'purpose == "equipment"', step=Decimal(100)),
    spent("total", "采购投入合计"),
    spent("tendered", "公开招标采购金额", 'method == "open"'),
    Ratio(
        "procurement.tendered_share", "公开招标占采购投入的比例", "procurement.tendered", "procurement.total", unit="%"
    ),
    Count("procurement.purchases", "采购项目数", "procurement", unit="项"),
]
