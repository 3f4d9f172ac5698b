"""Community education 社会教育: one line per town, course and quarter, with its sessions and people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, code_list
from shuyuan.figures.kinds import Ratio, Sum
from shuyuan.ledger.checks import Check, FilingCheck, Plausible
from shuyuan.ledger.fields import QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Community(Record):
    @code_list("社会教育培训类别", "1", OWN)
    class Kind(models.TextChoices):
        TRANSFER = "transfer", _("劳动力转移培训")
        POST = "post", _("岗位培训")
        FARMERS = "farmers", _("农民创业培训")
        PRACTICAL = "practical", _("实用技术培训")

    title = models.CharField(_("培训项目"), max_length=80)
    kind = models.CharField(_("培训类别"), max_length=10, choices=Kind)
    sessions = QuantityField(_("培训期数"), unit="期")
    attendances = QuantityField(_("培训人次"), unit="人次")
    persons = QuantityField(_("受教育人数"), unit="人", help_text=_("当年首次参加的人，一人只记一次"))

    class Meta(Record.Meta):
        verbose_name = _("社会教育")


@register(Community)
class Communities(Ledger[Community]):
    slug, title, function = "community", _("社会教育"), Function.ADULT
    columns = ("title", "kind", "sessions", "attendances", "persons")
    subject = "title"
    checks = (
        Check("sessions > 0", _("至少一期"), field="sessions"),
        Check("attendances >= persons", _("培训人次不能少于人数"), field="attendances"),
        FilingCheck(
            "sum(persons) <= population.adults", _("受教育人数不能多于本镇社会教育对象人口。"), field="persons"
        ),
        Plausible("sum(attendances)"),
        Plausible("sum(persons)"),
    )


def total(name: str, title: str, field: str, unit: str, shown_in: str = "") -> Sum:
    return Sum(f"community.{name}", title, "community", field=field, unit=unit, shown_in=shown_in)


figures = [
    total("sessions", "社会教育培训期数", "sessions", "期"),
    total("attendances", "社会教育培训人次", "attendances", "人次", "万人次"),
    total("persons", "社会教育受教育人数", "persons", "人"),
    Ratio("community.coverage", "社会教育群体受教育面", unit="%", of="community.persons", per="population.adults"),
]
