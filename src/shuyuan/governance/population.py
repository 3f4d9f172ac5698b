"""Population 人口: one line per town and year, the denominators of enrolment rates and of adult education."""

from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import Function
from shuyuan.figures.kinds import Sum
from shuyuan.ledger.checks import Check, FilingCheck, Plausible
from shuyuan.ledger.fields import QuantityField
from shuyuan.ledger.ledger import Ledger, register
from shuyuan.ledger.record import Record


class Population(Record):
    residents = QuantityField(_("常住人口"), unit="人")
    ages_3_5 = QuantityField(_("3—5周岁人口"), unit="人")
    ages_6_11 = QuantityField(_("6—11周岁人口"), unit="人")
    ages_12_14 = QuantityField(_("12—14周岁人口"), unit="人")
    ages_15_17 = QuantityField(_("15—17周岁人口"), unit="人")
    adults = QuantityField(_("社会教育对象人口"), unit="人", help_text=_("各镇年度社会教育规划所列的对象人口"))

    class Meta(Record.Meta):
        verbose_name = _("人口")


@register(Population)
class Populations(Ledger[Population]):
    slug, title, function = "population", _("人口"), Function.OFFICE
    columns = ("residents", "ages_3_5", "ages_6_11", "ages_12_14", "ages_15_17", "adults")
    checks = (
        Check(
            "ages_3_5 + ages_6_11 + ages_12_14 + ages_15_17 + adults <= residents",
            _("各年龄段人口之和不能多于常住人口"),
            field="residents",
        ),
        FilingCheck("count() == 1", _("一个镇一年只报一行。")),
        Plausible("sum(residents)"),
        Plausible("sum(ages_6_11)"),
        Plausible("sum(adults)"),
    )


figures = [
    Sum("population.residents", "常住人口", "population", field="residents", unit="万人", decimals=1),
    Sum("population.ages_3_5", "3—5周岁人口", "population", field="ages_3_5", unit="人"),
    Sum("population.ages_6_11", "6—11周岁人口", "population", field="ages_6_11", unit="人"),
    Sum("population.ages_12_14", "12—14周岁人口", "population", field="ages_12_14", unit="人"),
    Sum("population.ages_15_17", "15—17周岁人口", "population", field="ages_15_17", unit="人"),
    Sum("population.adults", "社会教育对象人口", "population", field="adults", unit="人"),
]
