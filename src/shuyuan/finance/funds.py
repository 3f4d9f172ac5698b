"""Funds 经费: one line per allocation or spending of a school, by source and purpose."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, FundSource, code_list
from shuyuan.figures.kinds import Count, Ratio, Sum
from shuyuan.ledger.checks import Check, FilingCheck, Plausible
from shuyuan.ledger.fields import MoneyField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Funds(Record):
    class Flow(models.TextChoices):
        ALLOCATED = "allocated", _("拨入")
        SPENT = "spent", _("支出")

    @code_list("经费用途", "1", OWN + "：学校收支的大类，公用经费单列")
    class Purpose(models.TextChoices):
        RUNNING = "running", _("公用经费")
        PERSONNEL = "personnel", _("人员经费")
        PROJECT = "project", _("专项经费")

    flow = models.CharField(_("收支"), max_length=9, choices=Flow)
    purpose = models.CharField(_("经费用途"), max_length=9, choices=Purpose)
    source = models.CharField(_("资金来源"), max_length=10, choices=FundSource)
    item = models.CharField(_("项目"), max_length=80)
    amount = MoneyField(_("金额"))
    document = models.CharField(_("凭证号"), max_length=40, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("经费")


@register(Funds)
class FundsLedger(Ledger[Funds]):
    slug, title, function = "funds", _("经费收支"), Function.FINANCE
    columns = ("item", "flow", "purpose", "source", "amount", "document")
    subject = "item"
    aliases = {"item": ("收支项目",), "source": ("经费来源",)}
    checks = (
        Check("amount > 0", _("金额须大于零。"), field="amount"),
        FilingCheck(
            "count() == 1", _("同一凭证号登记了不止一笔，请核实。"), hard=False, by=("document",), field="document"
        ),
        FilingCheck(
            'sum(amount, flow == "spent") <= sum(amount, flow == "allocated") * 1.2',
            _("支出超过拨入两成以上，请说明资金从何而来。"),
            hard=False,
        ),
        Plausible('sum(amount, flow == "allocated")', per="pupil.all"),
        Plausible('sum(amount, flow == "spent")', per="pupil.all"),
    )


def money(name: str, title: str, where: str) -> Sum:
    return Sum(f"funds.{name}", title, "funds", "amount", unit="万元", decimals=2, where=where)


figures = [
    money("allocated", "拨入经费", 'flow == "allocated"'),
    money("spent", "支出经费", 'flow == "spent"'),
    money("running_spent", "公用经费支出", 'flow == "spent" and purpose == "running"'),
    Ratio("funds.running_share", "公用经费占支出比例", "funds.running_spent", "funds.spent", unit="%", decimals=2),
    Count("funds.lines", "经费收支笔数", "funds", unit="笔"),
]
