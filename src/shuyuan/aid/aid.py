"""Student aid 资助: one line per payout of one programme at one school, with money and person-times.

No pupil is named here: who may be published, and for how long, is ruled by 教财厅函〔2017〕28号.
"""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, FundSource, code_list
from shuyuan.figures.kinds import Count, Distinct, Ratio, Sum
from shuyuan.ledger.checks import Check, Plausible
from shuyuan.ledger.fields import MoneyField, QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Aid(Record):
    @code_list("资助类别", "1", OWN)
    class Kind(models.TextChoices):
        GRANT = "grant", _("助学金")
        BOARDING = "boarding", _("寄宿生生活补助")
        TRAVEL = "travel", _("学生乘车补贴")
        LOAN = "loan", _("大学生信用助学贷款")  # examined and paid out, to be paid back: no grant
        DONATION = "donation", _("社会捐助")

    kind = models.CharField(_("资助类别"), max_length=8, choices=Kind)
    programme = models.CharField(_("资助项目"), max_length=60)
    source = models.CharField(_("资金来源"), max_length=10, choices=FundSource)
    times = QuantityField(_("资助人次"), unit="人次")
    amount = MoneyField(_("金额"))
    document = models.CharField(_("批次文号"), max_length=40)

    class Meta(Record.Meta):
        verbose_name = _("资助")


@register(Aid)
class Aids(Ledger[Aid]):
    slug, title, function = "aid", _("学生资助"), Function.AID
    columns = ("kind", "programme", "source", "times", "amount", "document")
    aliases = {"times": ("人次", "人数"), "date": ("发放日期",)}
    checks = (
        Check("times > 0", _("资助人次须大于零；没有资助的不必填。"), field="times"),
        Check("amount > 0", _("金额须大于零。"), field="amount"),
        Plausible("sum(amount)"),
        Plausible("sum(times)"),
    )


def paid(name: str, title: str, kinds: str, step: Decimal | None = None) -> Sum:
    return Sum(f"aid.{name}", title, "aid", "amount", unit="万元", decimals=2, where=f"kind in [{kinds}]", step=step)


figures = [
    paid("grants", "发放助学金、学生乘车补贴等", '"grant", "boarding", "travel"', step=Decimal(100)),
    paid("loans", "审核发放大学生信用助学贷款", '"loan"'),
    paid("donations", "发放社会捐助", '"donation"'),
    Sum("aid.times", "资助惠及学生", "aid", "times", unit="人次", where='kind != "loan"', step=Decimal(1000)),
    Sum("aid.granted", "无偿资助金额", "aid", "amount", unit="元", shown_in="万元", where='kind != "loan"'),
    Ratio("aid.average", "每人次资助金额", "aid.granted", "aid.times", unit="元", decimals=2),
    Count("aid.payouts", "资助发放批次", "aid", unit="批"),
    Distinct("aid.schools", "发放资助的学校", "aid", "organisation", unit="所", where='organisation.kind == "school"'),
]
