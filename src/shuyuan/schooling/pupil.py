"""The pupil register 学籍: one line per pupil and school section, from entry until leaving."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import Function, Gender, Stage
from shuyuan.core.models import Person
from shuyuan.core.number_fields import PupilNumberField
from shuyuan.core.sensitive import BirthDateField, SearchKey
from shuyuan.figures.kinds import Count, Ratio
from shuyuan.ledger.checks import FilingCheck
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import StandingRecord


class Pupil(StandingRecord):
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("姓名"), related_name="+")
    stage = models.CharField(_("学段"), max_length=12, choices=Stage)
    form = models.CharField(_("班级"), max_length=20)
    gender = models.CharField(_("性别"), max_length=1, choices=Gender, default=Gender.UNSTATED)
    born = BirthDateField(_("出生日期"), null=True, blank=True)
    number = PupilNumberField(_("学籍号"))
    number_key = SearchKey("number")
    migrant = models.BooleanField(_("是否随迁子女"), default=False)

    class Meta(StandingRecord.Meta):
        verbose_name = _("学籍")


@register(Pupil)
class Pupils(Ledger[Pupil]):
    slug, title, function = "pupil", _("学籍"), Function.BASIC
    columns = ("person", "stage", "form", "gender", "born", "number", "migrant")
    subject = "person"
    aliases = {"date": ("入学日期",), "until": ("离校日期",)}
    registers = Person.Kind.PUPIL
    checks = (
        FilingCheck("count() == 1", _("同一学生在本校只有一条在册学籍。"), by=("person",), field="person"),
        FilingCheck(
            'zeros(count(stage == "primary")) <= 45 and zeros(count(stage == "junior")) <= 50',
            _("班额超过标准（小学 45 人、初中 50 人，教督〔2017〕6号）。"),
            hard=False,
            by=("stage", "form"),
            field="form",
        ),
    )


def pupils(name: str, title: str, where: str = "") -> Count:
    return Count(f"pupil.{name}", title, "pupil", unit="人", stock=True, where=where)


figures = [
    pupils("all", "在校学生数"),
    pupils("kindergarten", "在园幼儿数", 'stage == "kindergarten"'),
    pupils("primary", "小学在校学生数", 'stage == "primary"'),
    pupils("junior", "初中在校学生数", 'stage == "junior"'),
    pupils("senior", "普通高中在校学生数", 'stage == "senior"'),
    pupils("vocational", "中等职业学校在校学生数", 'stage == "vocational"'),
    pupils("special", "特殊教育学校在校学生数", 'stage == "special"'),
    pupils("migrants", "在校随迁子女数", "migrant"),
    Ratio("pupil.migrants_share", "随迁子女占在校学生比例", unit="%", decimals=1,
          of="pupil.migrants", per="pupil.all"),
]  # fmt: skip
