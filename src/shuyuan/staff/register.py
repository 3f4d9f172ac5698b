"""The staff register 教职工名册: one line per person and post, from the day they began until they left."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Education, Function, Gender, StaffPost, TeacherTitle, code_list
from shuyuan.core.models import Person
from shuyuan.core.sensitive import BirthDateField
from shuyuan.figures.kinds import Distinct, Ratio
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import StandingRecord


class Staff(StandingRecord):
    @code_list("干部身份", "1", OWN + ":校级干部与后备干部不在任何标准代码表中")
    class Cadre(models.TextChoices):
        HEAD = "head", _("校长（园长）")
        DEPUTY = "deputy", _("副校长（副园长）")
        RESERVE = "reserve", _("后备干部")

    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("姓名"), related_name="+")
    post = models.CharField(_("岗位"), max_length=2, choices=StaffPost)
    cadre = models.CharField(_("干部身份"), max_length=8, choices=Cadre, blank=True)
    gender = models.CharField(_("性别"), max_length=1, choices=Gender, default=Gender.UNSTATED)
    born = BirthDateField(_("出生日期"), null=True, blank=True)
    education = models.CharField(_("学历"), max_length=2, choices=Education, blank=True)
    rank = models.CharField(_("教师职务"), max_length=6, choices=TeacherTitle, blank=True)

    class Meta(StandingRecord.Meta):
        verbose_name = _("教职工名册")


@register(Staff)
class StaffRegister(Ledger[Staff]):
    slug, title, function = "staff", _("教职工名册"), Function.PERSONNEL
    columns = ("person", "post", "cadre", "gender", "born", "education", "rank")
    subject = "person"
    aliases = {"post": ("教职工类别",), "rank": ("职称",), "date": ("到岗日期", "来校日期"), "until": ("离岗日期",)}
    registers = Person.Kind.STAFF
    checks = (
        Check('cadre missing or post in ["11", "13"]', _("校级干部是专任教师或行政人员。"), hard=False, field="cadre"),
        FilingCheck("count() == 1", _("同一人在同一单位只有一条在册记录。"), by=("person",), field="person"),
        FilingCheck(
            'count(cadre == "head") <= 1', _("在册的校长（园长）不止一人，请核实。"), hard=False, field="cadre"
        ),
    )


def people(name: str, title: str, where: str = "") -> Distinct:
    return Distinct(f"staff.{name}", title, "staff", field="person", unit="人", stock=True, where=where)


TEACHER = 'post == "11"'
figures = [
    people("all", "教职工数"),
    people("teachers", "专任教师数", TEACHER),
    people("graduates", "本科及以上学历的专任教师", f'{TEACHER} and education in ["11", "14", "21"]'),
    people("ranked", "中级及以上职务的专任教师", f'{TEACHER} and rank in ["chief", "senior", "first"]'),
    people("heads", "校长（园长）", 'cadre == "head"'),
    people("heads_and_reserve", "校长和后备干部", 'cadre in ["head", "reserve"]'),
    Ratio("staff.graduates_share", "专任教师本科及以上学历比例", unit="%", decimals=1,
          of="staff.graduates", per="staff.teachers"),
    Ratio("staff.pupils_per_teacher", "生师比", decimals=1, of="pupil.all", per="staff.teachers",
          note="在校学生数与专任教师数之比"),
]  # fmt: skip
