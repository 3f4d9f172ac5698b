"""Accreditations 创建评估: one line per title that a school was given, or that was looked at again.

Of the flow 申报 → 推荐 → 评审 → 现场 → 公示 → 命名 → 复审 naming and re-examination stand here; a title
stands until it ends.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, Level, code_list
from shuyuan.figures.kinds import Count, Distinct, Ratio
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import StandingRecord


class Accreditation(StandingRecord):
    @code_list("创建评估项目", "1", OWN)
    class Scheme(models.TextChoices):
        LAW_ADVANCED = "law_advanced", _("依法治校先进单位")
        LAW_MODEL = "law_model", _("依法治校示范校")
        QUALITY_KINDERGARTEN = "quality_kindergarten", _("优质幼儿园")
        FEATURE_KINDERGARTEN = "feature_kindergarten", _("特色幼儿园")
        RURAL_KINDERGARTEN = "rural_kindergarten", _("农村合格幼儿园")
        QUALITY_SCHOOL = "quality_school", _("义务教育优质学校")
        FOUR_STAR = "four_star", _("四星级普通高中")
        VILLAGER = "villager", _("标准化合格村民学校")
        LIFE_EDUCATION = "life_education", _("生命教育示范校")
        MENTAL_HEALTH = "mental_health", _("心理健康教育合格学校")
        SPORTS = "sports", _("体育项目特色学校")

    @code_list("创建评估结果", "1", OWN + ":复审分通过、暂缓通过、不通过")
    class Result(models.TextChoices):
        GRANTED = "granted", _("认定")
        CONFIRMED = "confirmed", _("复审通过")
        UNDER_REVIEW = "under_review", _("参加复评")  # looked at this year, the verdict is still to come
        DEFERRED = "deferred", _("暂缓通过")
        REFUSED = "refused", _("不通过")

    scheme = models.CharField(_("项目"), max_length=20, choices=Scheme)
    level = models.CharField(_("级别"), max_length=2, choices=Level)
    result = models.CharField(_("结果"), max_length=12, choices=Result)
    batch = models.CharField(_("批次"), max_length=20, blank=True)
    document = models.CharField(_("文号"), max_length=40, blank=True)

    class Meta(StandingRecord.Meta):
        verbose_name = _("创建评估")


@register(Accreditation)
class Accreditations(Ledger[Accreditation]):
    slug, title, function = "accreditation", _("创建评估"), Function.INSPECTION
    columns = ("scheme", "level", "result", "batch", "document")
    aliases = {"date": ("认定日期", "评估日期"), "result": ("评估结果",)}
    checks = (
        Check('result != "granted" or document not missing', _("认定须有文号。"), field="document"),
        FilingCheck(
            "count() == 1",
            _("同一项目同一天的同一结果只登记一次。"),
            by=("scheme", "level", "result", "date"),
            field="scheme",
        ),
    )


def granted(name: str, title: str, scheme: str, level: str = "", *, stock: bool = False) -> Distinct:
    rule = f'scheme == "{scheme}" and result == "granted"' + (f' and level == "{level}"' if level else "")
    return Distinct(f"accreditation.{name}", title, "accreditation", "organisation", unit="所", where=rule, stock=stock)


def share(name: str, title: str, of: str, per: str) -> Ratio:
    return Ratio(f"accreditation.{name}", title, f"accreditation.{of}", per, unit="%", decimals=1)


figures = [
    granted("law_model_new", "通过依法治校示范校评估验收的学校", "law_model", "33"),
    granted("law_advanced", "依法治校先进单位", "law_advanced", stock=True),
    share("law_advanced_share", "依法治校先进单位覆盖率", "law_advanced", "school.in_being"),
    granted("law_model_municipal", "常州市依法治校示范校", "law_model", "33", stock=True),
    granted("law_model_provincial", "江苏省依法治校示范校", "law_model", "23", stock=True),
    granted("villager_new", "新建成的标准化合格村民学校", "villager", "33"),
    granted("quality_kindergarten_provincial_new", "新创建江苏省优质幼儿园", "quality_kindergarten", "23"),
    granted("quality_kindergarten_municipal_new", "新创建常州市优质幼儿园", "quality_kindergarten", "33"),
    granted("feature_kindergarten_new", "新创建常州市特色幼儿园", "feature_kindergarten", "33"),
    granted("rural_kindergarten_new", "通过合格验收的农村幼儿园", "rural_kindergarten"),
    granted("quality_kindergarten_provincial", "江苏省优质幼儿园", "quality_kindergarten", "23", stock=True),
    share("quality_kindergarten_share", "省优质幼儿园比例", "quality_kindergarten_provincial", "school.kindergartens"),
    Count("accreditation.granted", "创建评估认定", "accreditation", unit="项", where='result == "granted"'),
    Count("accreditation.reviewed", "创建评估复审", "accreditation", unit="项", where='result != "granted"'),
]
