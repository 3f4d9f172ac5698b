"""Exam rooms 考场: the rooms of a site in which candidates sit, with their seats."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import Function
from shuyuan.core.models import Place
from shuyuan.exams.exam_site import ExamSite
from shuyuan.figures.kinds import Count, Sum
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.fields import QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import StandingRecord


class ExamRoom(StandingRecord):
    site = models.ForeignKey(ExamSite, models.PROTECT, verbose_name=_("考点"), related_name="rooms")
    number = models.CharField(_("考场号"), max_length=4)
    room = models.ForeignKey(Place, models.PROTECT, verbose_name=_("教室"), related_name="+")
    seats = QuantityField(_("座位数"), unit="个", default=30)
    cameras = QuantityField(_("摄像头"), unit="个")

    class Meta(StandingRecord.Meta):
        verbose_name = _("考场")


@register(ExamRoom)
class ExamRooms(Ledger[ExamRoom]):
    slug, title, function = "exam_room", _("考场"), Function.EXAMS
    columns = ("site", "number", "room", "seats", "cameras")
    aliases = {"date": ("启用日期",), "until": ("停用日期",)}
    checks = (
        Check("0 < seats <= 30", _("每个考场设 1 至 30 个座位。"), field="seats"),
        Check(
            'site.standard != "national" or cameras >= 2', _("标准化考场至少两个摄像头。"), hard=False, field="cameras"
        ),
        FilingCheck("count() == 1", _("同一考点里考场号不能重复。"), by=("site", "number"), field="number"),
        FilingCheck("count() == 1", _("一间教室只设一个考场。"), by=("room",), field="room"),
    )


STANDARD = 'site.standard == "national"'
figures = [
    Count("exam_room.standard", "标准化考点考场", "exam_room", unit="个", where=STANDARD, stock=True),
    Sum("exam_room.seats", "考场座位", "exam_room", "seats", unit="个", stock=True),
]
