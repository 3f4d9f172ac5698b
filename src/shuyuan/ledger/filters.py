"""The filter bar of a ledger's list: a form made from its columns, and the chips of what is in force."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, Period
from shuyuan.ledger.record import State
from shuyuan.ledger.selection import Selection
from shuyuan.web.filters import Chip, Filters

ANY = [("", "—")]
CARRIED = ("through", "counted", "standing", "where")  # set by links from figures, kept while other filters change


class FilterForm(forms.Form):
    """q, period, organisation, state and every column with a closed list."""

    q = forms.CharField(required=False)

    def __init__(self, selection: Selection, organisations: Any, data: Any) -> None:
        super().__init__(data)
        ledger = selection.ledger
        self.fields["q"].label = _t("搜索")
        if ledger.has("organisation"):
            places = organisations.exclude(kind=Organisation.Kind.CAMPUS)
            self._choose("organisation", _t("单位"), [(str(place.pk), place.name) for place in places])
        if ledger.has("period"):
            periods = Period.objects.filter(kind=ledger.period_kind)
            self._choose("period", _t("期间"), [(period.code, str(period)) for period in periods])
        if ledger.has("state"):
            self._choose("state", _t("状态"), [(code, str(label)) for code, label in State.choices])
        for column in ledger.sheet:
            if column.choices and selection.may_ask(column):
                self._choose(column.name, column.label, column.choices)
        for name in CARRIED:
            if self.data.get(name):
                self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)

    def _choose(self, name: str, label: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=ANY + choices, required=False)


class LedgerFilters(Filters):
    """The filters as the web kit draws them; the chips are the selection's own, so they say what really selects."""

    def __init__(self, request: HttpRequest, form: FilterForm, selection: Selection) -> None:
        super().__init__(request, form)
        self.selection = selection

    @cached_property
    def chips(self) -> list[Chip]:
        made = []
        for chip in self.selection.chips:
            query = self.request.GET.copy()
            for name in (chip.parameter, "page"):
                query.pop(name, None)
            raw = self.request.GET.get(chip.parameter, "")
            made.append(Chip(chip.parameter, chip.label, chip.text, raw, f"{self.request.path}?{query.urlencode()}"))
        return made
