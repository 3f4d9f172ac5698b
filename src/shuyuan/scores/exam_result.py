"""Exam results 考试成绩汇总: one line per school, session and subject; no pupil's score stands here.

Means and shares are computed from sums and numbers of candidates, so those of several schools add up. Absent
candidates stay out: `entered` and `sat` are kept apart (缺考不等于零分).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, code_list
from shuyuan.core.models import Period
from shuyuan.figures.kinds import Change, Rank, Ratio, Spread, Sum, Variation
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.fields import QuantityField, ScoreField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class ExamResult(Record):
    @code_list("考试类别", "1", OWN)
    class Exam(models.TextChoices):
        PRIMARY = "primary", _("小学毕业考试")
        JUNIOR = "junior", _("中考")
        SENIOR = "senior", _("高考")

    @code_list("考试科目", "1", OWN)
    class Subject(models.TextChoices):
        TOTAL = "total", _("总分")
        CHINESE = "chinese", _("语文")
        MATHEMATICS = "mathematics", _("数学")
        ENGLISH = "english", _("英语")
        PHYSICS = "physics", _("物理")
        CHEMISTRY = "chemistry", _("化学")
        HUMANITIES = "humanities", _("政治历史")
        SPORTS = "sports", _("体育")

    exam = models.CharField(_("考试"), max_length=7, choices=Exam)
    session = models.CharField(_("考次"), max_length=30)
    subject = models.CharField(_("科目"), max_length=11, choices=Subject)
    full = ScoreField(_("满分"))
    entered = QuantityField(_("应考"), unit="人")
    sat = QuantityField(_("实考"), unit="人")
    total = ScoreField(_("实考总分"), max_digits=12)
    squares = ScoreField(_("成绩平方和"), unit="", max_digits=15)
    high_line = ScoreField(_("高分线"), null=True, blank=True)
    high = QuantityField(_("高分线以上"), unit="人", null=True, blank=True)
    undergraduate = QuantityField(_("本科上线"), unit="人", null=True, blank=True)

    class Meta(Record.Meta):
        verbose_name = _("考试成绩")


@register(ExamResult)
class ExamResults(Ledger[ExamResult]):
    slug, title, function = "exam_result", _("考试成绩汇总"), Function.EXAMS
    columns = (
        *("exam", "session", "subject", "full", "entered", "sat", "total", "squares"),
        *("high_line", "high", "undergraduate"),
    )
    aliases = {"date": ("考试日期",), "entered": ("报名人数",), "sat": ("参考人数",)}
    period_kind = Period.Kind.EXAM
    confidential = True
    checks = (
        Check("entered >= sat", _("实考人数多于应考人数。"), field="sat"),
        Check("total <= full * sat", _("总分超过满分乘以实考人数。"), field="total"),
        Check("squares * sat >= total * total", _("平方和小于总分的平方除以人数，算错了。"), field="squares"),
        Check("high <= sat", _("高分线以上人数多于实考人数。"), field="high"),
        Check("high missing or high_line not missing", _("请填高分线。"), field="high_line"),
        Check("undergraduate <= sat", _("上线人数多于实考人数。"), field="undergraduate"),
        FilingCheck(
            "count() == 1", _("同一考次同一科目只有一行。"), by=("exam", "session", "subject"), field="subject"
        ),
        FilingCheck(
            'sum(total, subject != "total") <= sum(total, subject == "total") * 1.001',
            _("各科得分之和多于总分。"),
            hard=False,
            by=("exam", "session"),
            field="total",
        ),
    )


PRIMARY = 'exam == "primary" and subject != "total"'
JUNIOR = 'exam == "junior" and subject == "total"'
SENIOR = 'exam == "senior" and subject == "total"'


def summed(name: str, title: str, field: str, where: str, unit: str = "人") -> Sum:
    return Sum(f"exam_result.{name}", title, "exam_result", field, unit=unit, where=where)


def over(name: str, title: str, of: str, per: str, unit: str, *, target: str = "") -> Ratio:
    parts = f"exam_result.{of}", f"exam_result.{per}"
    return Ratio(f"exam_result.{name}", title, *parts, unit=unit, decimals=2, target=target)


def change(name: str, title: str, of: str, unit: str) -> Change:
    return Change(f"exam_result.{name}", title, f"exam_result.{of}", unit=unit, decimals=2)


figures = [
    summed("junior_entered", "中考应考人数", "entered", JUNIOR),
    summed("junior_sat", "中考实考人数", "sat", JUNIOR),
    summed("junior_total", "中考总分合计", "total", JUNIOR, "分"),
    over("junior_mean", "中考人均总分", "junior_total", "junior_sat", "分"),
    change("junior_mean_change", "中考人均总分提高", "junior_mean", "分"),
    summed("junior_high", "中考600分以上人数", "high", f"{JUNIOR} and high_line == 600"),
    over("junior_high_share", "中考600分以上人数比例", "junior_high", "junior_sat", "%"),
    change("junior_high_change", "中考600分以上人数比例上升", "junior_high_share", "个百分点"),
    Spread("exam_result.junior_spread", "中考校际均分差距", "exam_result.junior_mean", unit="分", decimals=2),
    Variation("exam_result.junior_variation", "中考校际差异系数", "exam_result.junior_mean", decimals=3),
    change("junior_spread_change", "中考校际均分差距变化", "junior_spread", "分"),
    summed("primary_sat", "小学毕业考试各科实考人数", "sat", PRIMARY),
    summed("primary_total", "小学毕业考试各科得分合计", "total", PRIMARY, "分"),
    over("primary_mean", "小学毕业考试科均分", "primary_total", "primary_sat", "分"),
    Spread("exam_result.primary_spread", "小学毕业考试校际均分差距", "exam_result.primary_mean", unit="分", decimals=2),
    Variation("exam_result.primary_variation", "小学毕业考试校际差异系数", "exam_result.primary_mean", decimals=3),
    change("primary_spread_change", "小学毕业考试校际均分差距变化", "primary_spread", "分"),
    summed("senior_sat", "高考实考人数", "sat", SENIOR),
    summed("undergraduate", "高考本科上线人数", "undergraduate", SENIOR),
    over(
        "undergraduate_rate", "高考本科上线率", "undergraduate", "senior_sat", "%", target="target.undergraduate_rate"
    ),
    change("undergraduate_change", "高考本科上线率增长", "undergraduate_rate", "个百分点"),
    Rank(
        "exam_result.rank",
        "高考本科上线率增幅名次",
        "exam_result.undergraduate_change",
        "peer_result.undergraduate_growth",
        unit="名",
    ),
]
