"""Forms: what a person says of a figure of their own, beside what its list or its expression says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shuyuan.figures.foot import Total

OVER = {"over": "多", "above": "超过", "more": "余"}  # what an address says for the word a figure is printed with
OVER_LABELS = [("over", _("多（700多万元）")), ("above", _("超过（超过700万元）")), ("more", _("余（700余万元）"))]


class FigureForm(forms.Form):
    """Title, name, unit, rounding and note: the same for every kind."""

    title = forms.CharField(label=_("标题"), max_length=60)
    name = forms.CharField(
        label=_("名称"), max_length=60, help_text=_("模板里写 {{ 名称 }}：几段以点号隔开，如 saved.debt")
    )
    unit = forms.CharField(label=_("单位"), max_length=12, required=False, help_text=_("如 条、人、万元、%"))
    shown_in = forms.CharField(
        label=_("显示单位"), max_length=12, required=False, help_text=_("另以万、亿为单位显示时填写，如 亿元")
    )
    decimals = forms.IntegerField(label=_("小数位"), min_value=0, max_value=9, initial=0)
    step = forms.DecimalField(
        label=_("四舍五入到"), required=False, help_text=_("如 100：698 印作「近700」；不填则按小数位")
    )
    over = forms.ChoiceField(label=_("高于整数时"), choices=OVER_LABELS, initial="over")
    note = forms.CharField(
        label=_("口径说明"), max_length=200, required=False, help_text=_("筛选条件之外还要说明的，如 不含基建")
    )
    target = forms.CharField(
        label=_("目标"), max_length=60, required=False, help_text=_("哪个指标是它的目标，写名称；没有就不填")
    )
    only = forms.BooleanField(label=_("只用于本年度的报告"), required=False)

    def said(self) -> dict[str, Any]:
        """The figure's data as far as this form knows it; what is left at its default is left out."""
        values = dict(self.cleaned_data)
        step = values.pop("step")
        found: dict[str, Any] = {key: values[key] for key in ("name", "title")}
        found |= {key: values[key] for key in ("unit", "shown_in", "note", "target") if values[key]}
        if values["decimals"]:
            found["decimals"] = values["decimals"]
        if step is not None:
            found |= {"step": str(step)} | ({"over": OVER[values["over"]]} if values["over"] != "over" else {})
        return found


class FootForm(FigureForm):
    """Which number at the foot of a list, and how it is called and printed."""

    field_order = ("field",)
    field = forms.ChoiceField(label=_("存哪个数"), widget=forms.RadioSelect, required=False)

    def __init__(self, totals: Sequence[Total], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.totals = {total.field: total for total in totals}
        self.fields["field"].choices = [  # type: ignore[attr-defined]
            (total.field, f"{total.label} · {total.shown}") for total in totals
        ]

    def said(self) -> dict[str, Any]:
        """A unit that is not said is that of the number itself."""
        unit = self.totals[self.cleaned_data["field"]].unit
        return ({"unit": unit} if unit else {}) | super().said()


class FormulaForm(FigureForm):
    """An expression of figures, and how its value is called and printed."""

    field_order = ("expression",)
    expression = forms.CharField(
        label=_("算式"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("用指标的名称和 + - * / ( )，上年的数写 名称@last；百分率请乘以 100"),
    )

    def said(self) -> dict[str, Any]:
        return super().said() | {"kind": "formula", "expression": self.cleaned_data["expression"]}


def filled(data: Mapping[str, Any], year: int | None) -> dict[str, Any]:
    """What a form begins with when a saved figure is changed."""
    codes = {word: code for code, word in OVER.items()}
    return {**data, "over": codes.get(data.get("over", ""), "over"), "only": year is not None}
