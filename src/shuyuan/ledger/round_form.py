"""The form of a round: what the office asks, of whom, by when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from shuyuan.core.codes import SchoolType
from shuyuan.core.models import Organisation
from shuyuan.ledger.burden import fileable
from shuyuan.ledger.rounds import Round


class RoundForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """What is asked, of whom, by when."""

    ledgers = forms.MultipleChoiceField(label=_("台账"), widget=forms.CheckboxSelectMultiple)
    school_types = forms.MultipleChoiceField(
        label=_("办学类型"), widget=forms.CheckboxSelectMultiple, required=False, help_text=_("不选就是全部类型")
    )

    class Meta:
        model = Round
        fields = ("title", "year", "opens", "due", "within", "school_types", "ledgers", "signed", "note")
        widgets = {name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("opens", "due")} | {
            "note": forms.Textarea(attrs={"rows": 3})
        }

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [Organisation.Kind.BUREAU, Organisation.Kind.TOWN, Organisation.Kind.SCHOOL]
        self.fields["within"].queryset = organisations.filter(kind__in=kinds)  # type: ignore[attr-defined]
        self.fields["ledgers"].choices = [(book.slug, str(book)) for book in fileable()]  # type: ignore[attr-defined]
        types = [(code, label) for code, label in SchoolType.choices if code != SchoolType.VILLAGER]
        self.fields["school_types"].choices = types  # type: ignore[attr-defined]
        self.fields["year"].min_value = 1900  # type: ignore[attr-defined]
