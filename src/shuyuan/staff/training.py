"""Training 师干训: one line per person and course, or per school and course where only numbers are reported."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, Level, code_list
from shuyuan.core.models import Person
from shuyuan.figures.kinds import Count, Distinct, Ratio, Sum
from shuyuan.ledger.checks import Check, FilingCheck, Plausible
from shuyuan.ledger.fields import QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Training(Record):
    @code_list("培训类别", "1", OWN)
    class Kind(models.TextChoices):
        POST = "post", _("岗位培训")
        SUBJECT = "subject", _("学科教学培训")
        HOMEROOM = "homeroom", _("班主任培训")
        LECTURE = "lecture", _("专题讲座")

    @code_list("培训对象", "1", OWN)
    class Trainee(models.TextChoices):
        HEAD = "head", _("校长（园长）")
        RESERVE = "reserve", _("后备干部")
        HOMEROOM = "homeroom", _("班主任")
        TEACHER = "teacher", _("教师")

    title = models.CharField(_("培训项目"), max_length=80)
    level = models.CharField(_("级别"), max_length=2, choices=Level)
    kind = models.CharField(_("培训类别"), max_length=8, choices=Kind)
    trainee = models.CharField(_("培训对象"), max_length=8, choices=Trainee)
    person = models.ForeignKey(Person, models.PROTECT, verbose_name=_("姓名"), related_name="+", null=True, blank=True)
    persons = QuantityField(_("参训人数"), unit="人", default=1)
    attendances = QuantityField(_("参训人次"), unit="人次", default=1)
    hours = QuantityField(_("学时"), unit="学时", null=True, blank=True)
    completed = models.BooleanField(_("是否完成"), default=True)

    class Meta(Record.Meta):
        verbose_name = _("师干训")


@register(Training)
class Trainings(Ledger[Training]):
    slug, title, function = "training", _("师干训"), Function.TRAINING
    columns = ("title", "level", "kind", "trainee", "person", "persons", "attendances", "hours", "completed")
    subject = "title"
    checks = (
        Check("missing(person) or persons == 1", _("写了姓名的一行只记一个人"), field="persons"),
        Check("attendances >= persons", _("参训人次不能少于参训人数"), field="attendances"),
        Check("persons > 0", _("至少一人。"), field="persons"),
        Check("hours > 0", _("学时须大于零；没有学时的不填。"), field="hours"),
        FilingCheck("distinct(person) <= staff.all", _("参训的人多于在册教职工。"), hard=False, field="person"),
        FilingCheck(
            "sum(persons) <= staff.all",
            _("一个项目的参训人数多于在册教职工，请核实。"),
            hard=False,
            by=("title",),
            field="persons",
        ),
        Plausible("sum(attendances)", per="staff.all"),
    )


ABOVE = 'level in ["10", "21", "23", "31"]'
CADRES = 'kind == "post" and trainee in ["head", "reserve"]'
figures = [
    Distinct("training.above_municipal", "参加国家级和省级培训", "training", field="person", unit="人", where=ABOVE),
    Sum("training.homeroom", "参加省名师送培班主任培训", "training", field="persons", unit="人",
        where='title == "省名师送培班主任培训"'),
    Sum("training.masters", "名师大讲堂菜单式培训", "training", field="attendances", unit="人次",
        where='contains(title, "名师大讲堂")'),
    Sum("training.weekend", "周末教育讲坛培训", "training", field="attendances", unit="人次",
        step=Decimal(100), where='contains(title, "周末教育讲坛")'),
    Distinct("training.cadres_completed", "完成岗位培训的校长和后备干部", "training", field="person", unit="人",
             where=f"{CADRES} and completed"),
    Ratio("training.cadres_share", "校长和后备干部岗位培训完成率", unit="%",
          of="training.cadres_completed", per="staff.heads_and_reserve"),
    Sum("training.attendances", "师干训总人次", "training", field="attendances", unit="人次"),
    Count("training.records", "师干训记录", "training", unit="条"),
]  # fmt: skip
