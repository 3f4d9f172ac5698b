"""Sanctions 处理处分: one line per decision on a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, code_list
from shuyuan.core.models import Person
from shuyuan.figures.kinds import Count, Distinct
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Sanction(Record):
    @code_list("处理方式", "1", OWN + ":各类处分和组织处理，见教师〔2018〕18号第三条与事业单位人事管理条例第二十九条")
    class Kind(models.TextChoices):
        WARNING = "warning", _("警告")
        DEMERIT = "demerit", _("记过")
        REMOVAL = "removal", _("免职")
        PROBATION = "probation", _("延长试用期")
        PAY_STOPPED = "pay_stopped", _("停发工资")
        RESIGNATION = "resignation", _("劝其辞职")
        LEFT = "left", _("按自动离职处理")
        DISMISSAL = "dismissal", _("解聘")

    class Office(models.TextChoices):
        HEAD = "head", _("校长")
        DEPUTY = "deputy", _("副校长")
        TEACHER = "teacher", _("教职工")

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("姓名"), related_name="+")
    office = models.CharField(_("受处理时身份"), max_length=8, choices=Office)
    kind = models.CharField(_("处理方式"), max_length=12, choices=Kind)
    document = models.CharField(_("决定文号"), max_length=40)
    grounds = models.CharField(_("事由"), max_length=200)

    class Meta(Record.Meta):
        verbose_name = _("处理处分")


@register(Sanction)
class Sanctions(Ledger[Sanction]):
    slug, title, function = "discipline", _("处理处分"), Function.PERSONNEL
    columns = ("person", "office", "kind", "document", "grounds")
    aliases = {"kind": ("处分", "处理结果"), "date": ("决定日期",)}
    confidential = True
    checks = (
        Check('kind != "removal" or office != "teacher"', _("没有职务的人不会被免职。"), field="kind"),
        FilingCheck(
            "count() == 1",
            _("同一文件对同一人的同一处理只登记一次。"),
            by=("person", "kind", "document"),
            field="person",
        ),
    )


def people(name: str, title: str, where: str) -> Distinct:
    return Distinct(f"discipline.{name}", title, "discipline", "person", unit="人", where=where)


figures = [
    people("heads_warned", "受警告的校长", 'office == "head" and kind == "warning"'),
    people("deputies_removed", "被免职的副校长", 'office == "deputy" and kind == "removal"'),
    people("deputies_on_probation", "延长试用期的副校长", 'office == "deputy" and kind == "probation"'),
    people("pay_stopped", "被停发工资的教师", 'kind == "pay_stopped"'),
    people("resigned", "被劝其辞职人员", 'kind == "resignation"'),
    people("left", "按自动离职处理人员", 'kind == "left"'),
    people("dismissed", "被解聘人员", 'kind == "dismissal"'),
    Count("discipline.decisions", "处理处分决定", "discipline", unit="件"),
]
