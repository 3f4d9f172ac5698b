"""Filters of a list: a form sent by GET, and the filters in force as chips that can be taken off one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.forms import BoundField
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _t

IN_LINE = 4  # conditions shown at once; the rest opens under 更多条件
SEARCH = "q"
PAGE = "page"


@dataclass(frozen=True)
class Chip:
    """One condition in force, and the address without it."""

    field: str
    label: str
    value: str
    raw: str
    url: str


class Filters:
    """A bound GET form as `{% filter_bar %}` draws it; a field named `q` is the search box."""

    def __init__(self, request: HttpRequest, form: forms.Form) -> None:
        if not form.is_bound:
            raise ValueError("A filter form is bound to the address: FilterForm(request.GET)")
        self.request, self.form = request, form

    @property
    def search(self) -> BoundField | None:
        return self.form[SEARCH] if SEARCH in self.form.fields else None

    @property
    def conditions(self) -> list[BoundField]:
        return [field for field in self.form.visible_fields() if field.name != SEARCH]

    @property
    def first(self) -> list[BoundField]:
        return self.conditions[:IN_LINE]

    @property
    def more(self) -> list[BoundField]:
        return self.conditions[IN_LINE:]

    @property
    def more_in_force(self) -> bool:
        return any(chip.field == field.name for chip in self.chips for field in self.more)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parameters of the page that are not of this form: sorting stays, the page number starts over."""
        ours = {self.form.add_prefix(name) for name in self.form.fields} | {PAGE}
        return [(name, value) for name, values in self.request.GET.lists() if name not in ours for value in values]

    @property
    def cleared_url(self) -> str:
        query = QueryDict(mutable=True)
        for name, value in self.kept:
            query.appendlist(name, value)
        return f"{self.request.path}?{query.urlencode()}"

    @cached_property
    def chips(self) -> list[Chip]:
        self.form.is_valid()  # a condition that is no value shows its error in the form, and no chip
        return [chip for field in self.form.visible_fields() for chip in self._chips_of(field)]

    def _chips_of(self, field: BoundField) -> Iterator[Chip]:
        value = getattr(self.form, "cleaned_data", {}).get(field.name)
        if value is None or value in ("", False) or (isinstance(value, list | tuple | QuerySet) and not value):
            return
        name, several = field.html_name, isinstance(value, list | tuple | QuerySet)
        for one in value if several else [value]:
            raw = str(one.pk if isinstance(one, Model) else one) if several else self.request.GET[name]
            query = self.request.GET.copy()
            query.setlist(name, [other for other in query.getlist(name) if other != raw])
            query.pop(PAGE, None)
            yield Chip(
                name, str(field.label), _shown(field.field, one), raw, f"{self.request.path}?{query.urlencode()}"
            )


def _shown(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.ChoiceField) and not isinstance(value, Model):
        choices = {str(key): str(label) for key, label in _flat(field.choices)}
        return choices.get(str(value), str(value))
    if value is True:
        return _t("是")
    return value.isoformat() if isinstance(value, date) else str(value)


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield key, label
