"""Honours 表彰荣誉: one line per honour and per person, group or piece of work that received it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import AwardGrade, AwardKind, Function, Level
from shuyuan.core.models import Person
from shuyuan.figures.kinds import Count, Distinct
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.fields import QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Honour(Record):
    title = models.CharField(_("荣誉名称"), max_length=80)
    level = models.CharField(_("级别"), max_length=2, choices=Level)
    kind = models.CharField(_("获奖类型"), max_length=1, choices=AwardKind)
    grade = models.CharField(_("奖励等级"), max_length=1, choices=AwardGrade, blank=True)
    edition = QuantityField(_("届次"), unit="届", null=True, blank=True, help_text=_("首届、首批填 1"))
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("姓名"), related_name="+", null=True, blank=True)
    work = models.CharField(_("获奖成果"), max_length=120, blank=True)
    awarded_by = models.CharField(_("授予单位"), max_length=60)

    class Meta(Record.Meta):
        verbose_name = _("表彰荣誉")


@register(Honour)
class Honours(Ledger[Honour]):
    slug, title, function = "honour", _("表彰荣誉"), Function.OFFICE
    columns = ("title", "level", "kind", "grade", "edition", "person", "work", "awarded_by")
    subject = "title"
    aliases = {"title": ("奖项", "称号"), "awarded_by": ("颁奖单位", "表彰单位"), "date": ("表彰日期",)}
    checks = (
        Check('kind != "1" or missing(person)', _("集体荣誉不填姓名。"), field="person"),
        Check("edition > 0", _("届次从 1 起。"), field="edition"),
        FilingCheck(
            "count() == 1",
            _("同一人同一天的同一荣誉登记了不止一次。"),
            by=("title", "grade", "person", "work", "date"),
            field="title",
        ),
    )


def honours(name: str, title: str, levels: str) -> Count:
    return Count(f"honour.{name}", title, "honour", unit="项", where=f"level in [{levels}]")


figures = [
    honours("national", "国家级表彰荣誉", '"10", "21"'),
    honours("provincial", "省级表彰荣誉", '"23", "31"'),
    honours("municipal", "地市级表彰荣誉", '"33", "41"'),
    honours("county", "县级表彰荣誉", '"43", "51"'),
    Distinct("honour.persons", "受表彰的师生", "honour", field="person", unit="人"),
    Distinct("honour.schools", "受集体表彰的单位", "honour", field="organisation", unit="个", where='kind == "1"'),
]
