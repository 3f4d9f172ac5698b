"""Enrolment 招生入学: one line per school and year; every school files it, so that none is a number too."""

from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import Function
from shuyuan.figures.kinds import Ratio, Sum
from shuyuan.ledger.checks import Check, FilingCheck, Plausible
from shuyuan.ledger.fields import QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Enrolment(Record):
    applicants = QuantityField(_("报名人数"), unit="人")
    admitted = QuantityField(_("录取人数"), unit="人")
    migrant_applicants = QuantityField(_("随迁子女报名人数"), unit="人", default=0)
    migrant_admitted = QuantityField(_("随迁子女录取人数"), unit="人", default=0)
    dropouts = QuantityField(_("辍学人数"), unit="人", default=0)
    poverty_dropouts = QuantityField(_("因家庭贫困辍学人数"), unit="人", default=0)

    class Meta(Record.Meta):
        verbose_name = _("招生入学")


@register(Enrolment)
class Enrolments(Ledger[Enrolment]):
    slug, title, function = "enrolment", _("招生入学"), Function.BASIC
    columns = (
        "applicants", "admitted", "migrant_applicants", "migrant_admitted", "dropouts", "poverty_dropouts"
    )  # fmt: skip
    checks = (
        Check("admitted <= applicants", _("录取人数不能多于报名人数"), field="admitted"),
        Check("migrant_applicants <= applicants", _("随迁子女不能多于全部报名人数"), field="migrant_applicants"),
        Check("migrant_admitted <= migrant_applicants", _("录取人数不能多于报名人数"), field="migrant_admitted"),
        Check("poverty_dropouts <= dropouts", _("因贫辍学人数不能多于辍学人数"), field="poverty_dropouts"),
        FilingCheck("count() == 1", _("一所学校一年只报一行。")),
        FilingCheck("sum(dropouts) <= pupil.all", _("辍学人数不能多于在校学生。"), field="dropouts"),
        Plausible("sum(applicants)"),
        Plausible("sum(admitted)", per="pupil.all"),
    )
    every_school = True


def total(name: str, title: str, field: str, where: str = "") -> Sum:
    return Sum(f"enrolment.{name}", title, "enrolment", field=field, unit="人", where=where)


PUBLIC = 'organisation.founder != "999"'
figures = [
    total("applicants", "招生报名人数", "applicants"),
    total("admitted", "招生录取人数", "admitted"),
    total("dropouts", "辍学学生", "dropouts"),
    total("poverty_dropouts", "因家庭贫困辍学的学生", "poverty_dropouts"),
    total("migrants_applied", "报名公办学校的随迁子女", "migrant_applicants", PUBLIC),
    total("migrants_admitted", "公办学校录取的随迁子女", "migrant_admitted", PUBLIC),
    Ratio("enrolment.migrants_share", "公办学校接纳外来务工人员随迁子女的比例", unit="%",
          of="enrolment.migrants_admitted", per="enrolment.migrants_applied"),
]  # fmt: skip
