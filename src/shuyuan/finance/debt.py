"""Debts relieved 化债: one line per debt of a school that was paid off, wholly or in part.

Each debt is registered singly with its creditor and its original proof (逐笔登记,附原始证明).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, FundSource, code_list
from shuyuan.figures.kinds import Count, Distinct, Ratio, Sum
from shuyuan.ledger.checks import Check, FilingCheck, Plausible
from shuyuan.ledger.fields import MoneyField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class DebtRelief(Record):
    @code_list("债务类别", "1", OWN + ":义务教育债务与非义务教育债务分别建账、分别化解")
    class Kind(models.TextChoices):
        COMPULSORY = "compulsory", _("义务教育")
        OTHER = "other", _("非义务教育")

    @code_list("债权人类别", "1", OWN + ":按化债的先后：教师学生个人、工程款、银行")
    class CreditorKind(models.TextChoices):
        PERSONS = "persons", _("教师、学生个人")
        CONTRACTOR = "contractor", _("施工单位")
        BANK = "bank", _("银行")
        OTHER = "other", _("其他单位")

    kind = models.CharField(_("债务类别"), max_length=10, choices=Kind)
    creditor_kind = models.CharField(_("债权人类别"), max_length=10, choices=CreditorKind)
    creditor = models.CharField(_("债权人"), max_length=60)
    purpose = models.CharField(_("债务用途"), max_length=100)
    source = models.CharField(_("化债资金来源"), max_length=10, choices=FundSource)
    amount = MoneyField(_("偿还本金"))
    document = models.CharField(_("支付凭证号"), max_length=40)

    class Meta(Record.Meta):
        verbose_name = _("化债")


@register(DebtRelief)
class Debts(Ledger[DebtRelief]):
    slug, title, function = "debt", _("债务化解"), Function.FINANCE
    columns = ("kind", "creditor_kind", "creditor", "purpose", "source", "amount", "document")
    aliases = {"amount": ("金额", "化债金额"), "document": ("凭证号",), "date": ("偿还日期",)}
    checks = (
        Check("amount > 0", _("偿还的本金须大于零。"), field="amount"),
        FilingCheck(
            "count() == 1", _("同一凭证号登记了不止一笔，请核实。"), hard=False, by=("document",), field="document"
        ),
        Plausible("sum(amount)"),
    )


def relieved(name: str, title: str, where: str = "") -> Sum:
    return Sum(f"debt.{name}", title, "debt", "amount", unit="万元", decimals=2, where=where)


figures = [
    relieved("relieved", "化解学校债务"),
    relieved("relieved_compulsory", "义务教育阶段学校化解债务", 'kind == "compulsory"'),
    relieved("relieved_other", "非义务教育阶段学校化解债务", 'kind == "other"'),
    relieved("relieved_persons", "偿还教师学生个人的债务", 'creditor_kind == "persons"'),
    Ratio("debt.compulsory_share", "化解债务中义务教育所占比例", "debt.relieved_compulsory", "debt.relieved", unit="%"),
    Distinct("debt.schools", "化解债务的学校", "debt", "organisation", unit="所"),
    Count("debt.debts", "偿还的债务笔数", "debt", unit="笔"),
]
