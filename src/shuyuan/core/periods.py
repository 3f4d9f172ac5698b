"""Periods: calendar, school, fiscal and exam years; a record belongs to one of its ledger's kind."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _


class Period(models.Model):
    """One year of one kind. The key says which: 2012 (calendar), 2012S (school year that begins in 2012)…"""

    class Kind(models.TextChoices):
        CALENDAR = "", _("年度")
        SCHOOL = "S", _("学年")
        FISCAL = "F", _("财政年度")
        EXAM = "E", _("考试年度")

    code = models.CharField(_("代码"), max_length=6, primary_key=True)
    kind = models.CharField(_("类别"), max_length=1, choices=Kind, blank=True)
    year = models.SmallIntegerField(_("年份"))

    class Meta:
        verbose_name = _("期间")
        ordering = ["-year", "kind"]

    def __str__(self) -> str:
        if self.kind == self.Kind.SCHOOL:
            return _t("%(first)s—%(last)s学年") % {"first": self.year, "last": self.year + 1}
        return _t("%(year)s%(kind)s") % {"year": self.year, "kind": self.get_kind_display()}

    @classmethod
    def of(cls, year: int, kind: str = Kind.CALENDAR) -> Period:
        """The period of that year, written down at its first use."""
        return cls.objects.get_or_create(code=f"{year}{kind}", defaults={"kind": kind, "year": year})[0]

    @classmethod
    def code_for(cls, day: date, kind: str = Kind.CALENDAR) -> str:
        """The code of the period a day falls into."""
        year = day.year - 1 if kind == cls.Kind.SCHOOL and day.month < SCHOOL_YEAR_BEGINS else day.year
        return f"{year}{kind}"

    @cached_property
    def starts(self) -> date:
        return date(self.year, SCHOOL_YEAR_BEGINS if self.kind == self.Kind.SCHOOL else 1, 1)

    @cached_property
    def ends(self) -> date:
        """The last day of the period."""
        return self.starts.replace(year=self.year + 1) - timedelta(days=1)

    def before(self, years: int = 1) -> Period:
        """The same kind of period so many years earlier; it need not be on file."""
        return Period(code=f"{self.year - years}{self.kind}", kind=self.kind, year=self.year - years)


SCHOOL_YEAR_BEGINS = 9  # 1 September (教育统计: 学年 9月1日—8月31日)
