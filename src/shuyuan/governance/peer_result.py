"""Peer results 外县数据: one line per published result of another county or district, to be ranked against."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, code_list
from shuyuan.figures.kinds import Distinct, Mean
from shuyuan.ledger.checks import Check, FilingCheck
from shuyuan.ledger.fields import ScoreField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class PeerResult(Record):
    @code_list("外县数据项目", "1", OWN)
    class Indicator(models.TextChoices):
        UNDERGRADUATE_GROWTH = "undergraduate_growth", _("高考本科上线率增幅（百分点）")
        UNDERGRADUATE = "undergraduate", _("高考本科上线率（%）")
        EXAM_TOTAL = "exam_total", _("中考人均总分（分）")

    peer = models.CharField(_("县（市、区）"), max_length=30)
    indicator = models.CharField(_("数据项目"), max_length=24, choices=Indicator)
    value = ScoreField(_("数值"), unit="")
    source = models.CharField(_("数据来源"), max_length=120)

    class Meta(Record.Meta):
        verbose_name = _("外县数据")


@register(PeerResult)
class PeerResults(Ledger[PeerResult]):
    slug, title, function = "peer_result", _("外县数据"), Function.BASIC
    columns = ("peer", "indicator", "value", "source")
    subject = "peer"
    aliases = {"peer": ("地区", "辖市区"), "indicator": ("项目", "指标")}
    checks = (
        Check('indicator != "undergraduate" or 0 <= value <= 100', _("上线率在 0 和 100 之间。"), field="value"),
        FilingCheck("count() == 1", _("同一地区同一项目一年只有一个数。"), by=("peer", "indicator"), field="value"),
    )


figures = [
    Distinct("peer_result.peers", "有数据可比的外县", "peer_result", field="peer", unit="个"),
    Mean(
        "peer_result.undergraduate_growth", "外县高考本科上线率增幅", "peer_result", field="value",
        unit="个百分点", decimals=1, where='indicator == "undergraduate_growth"',
    ),
]  # fmt: skip
