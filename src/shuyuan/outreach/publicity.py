"""Publicity 宣传: one line per piece in a newspaper, journal, broadcast or site, and per change of our own media."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import OWN, Function, Level, code_list
from shuyuan.figures.kinds import Count, Distinct
from shuyuan.ledger.checks import FilingCheck
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Publicity(Record):
    @code_list("宣传类别", "1", OWN)
    class Kind(models.TextChoices):
        ARTICLE = "article", _("刊用稿件")
        REPRINT = "reprint", _("转载稿件")
        COVERAGE = "coverage", _("采访报道")
        ACHIEVEMENT = "achievement", _("成果刊登")
        OWN_MEDIA = "own_media", _("自办媒体建设")

    title = models.CharField(_("标题"), max_length=120)
    kind = models.CharField(_("宣传类别"), max_length=12, choices=Kind)
    medium = models.CharField(_("媒体"), max_length=40)
    level = models.CharField(_("媒体级别"), max_length=2, choices=Level)

    class Meta(Record.Meta):
        verbose_name = _("宣传")


@register(Publicity)
class Publicities(Ledger[Publicity]):
    slug, title, function = "publicity", _("宣传"), Function.OFFICE
    columns = ("title", "kind", "medium", "level")
    subject = "title"
    aliases = {"title": ("稿件标题",), "medium": ("刊物", "媒体名称"), "date": ("刊出日期", "发表日期")}
    checks = (
        FilingCheck(
            "count() == 1", _("同一天同一媒体的同一篇只登记一次。"), by=("title", "medium", "date"), field="title"
        ),
    )


PIECES = 'kind in ["article", "reprint"]'
figures = [
    Count("publicity.pieces", "媒体刊用、转载稿件", "publicity", unit="篇", where=PIECES),
    Count("publicity.provincial", "省级以上媒体刊用、转载稿件", "publicity", unit="篇",
          where=f'{PIECES} and level in ["10", "21", "23", "31"]'),
    Distinct("publicity.media", "刊用稿件的媒体", "publicity", field="medium", unit="家", where=PIECES),
]  # fmt: skip
