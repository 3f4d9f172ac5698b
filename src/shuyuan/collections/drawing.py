"""Drawing: the form in which the office draws a collection, read back as columns and rules."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.collections.asked import (
    Asked,
    Fault,
    Kind,
    Rule,
    columns_of,
    faults,
    faults_of_change,
    name_for,
    rules_of,
)
from shuyuan.collections.figures import name_of
from shuyuan.collections.models import Collection
from shuyuan.figures import registry

SPLIT = re.compile(r"[\n\r;；、,，]+")


class CollectionForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when it runs
    """What it is called, who answers for it, of which day it speaks; the columns and rules come beside."""

    class Meta:
        model = Collection
        fields = ("title", "slug", "day", "function", "note")
        widgets = {
            "day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.faults: list[Fault] = []
        self.columns = columns_of(self.instance)
        self.rules = rules_of(self.instance)
        self.before = list(self.columns)
        self.answered = self.instance.pk is not None and self.instance.answered()
        if self.is_bound:
            self.columns = columns_from(self.data)  # type: ignore[arg-type]
            self.rules = rules_from(self.data)  # type: ignore[arg-type]
        if self.answered:
            self.fields["slug"].disabled = self.fields["day"].disabled = True  # 再问一年 moves the day on

    def _post_clean(self) -> None:
        """The columns and rules are looked at last, when the rest is on the collection; each fault at its column."""
        super()._post_clean()  # type: ignore[misc]
        self.instance.asked = [column.as_data() for column in self.columns]
        self.instance.rules = [{"rule": one.rule, "message": one.message, "hard": one.hard} for one in self.rules]
        if self.errors:
            return
        self.faults = faults(self.instance)
        if self.answered:
            self.faults += faults_of_change(self.before, self.columns)
        self.faults += self._cited()
        if self.faults:
            self.add_error(None, ValidationError(_t("填报项目有问题，见标红的地方。")))

    def _cited(self) -> list[Fault]:
        """A column that a figure or a report names cannot go, nor change its name."""
        gone = {column.name for column in self.before} - {column.name for column in self.columns}
        if self.instance.pk is None:
            return []
        slug = Collection.objects.values_list("slug", flat=True).get(pk=self.instance.pk)
        if slug != self.instance.slug:
            gone |= {column.name for column in self.before}
        told = _t("「%(name)s」不能去掉：%(place)s用到它")
        return [
            Fault(told % {"name": name, "place": place})
            for name in sorted(gone)
            for place in registry.uses(name_of(slug, name))
        ]

    def faults_at(self) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for fault in self.faults:
            if fault.column is not None:
                found.setdefault(fault.column, []).append(fault.message)
        return found


class HeaderForm(forms.Form):
    """A workbook whose headings become columns."""

    file = forms.FileField(label=_("工作簿"), help_text=_("只看表头和前几行，内容不导入；.xlsx"))


def columns_from(data: QueryDict) -> list[Asked]:
    """The columns in the order they stand on the page; a card with no heading is not there."""
    found: list[Asked] = []
    for number in data.getlist("c")[:1000]:
        said = {
            key: data.get(f"c{number}-{key}", "").strip() for key in ("name", "label", "unit", "least", "most", "note")
        }
        if not said["label"]:
            continue
        places = data.get(f"c{number}-places", "")
        kind = data.get(f"c{number}-kind", Kind.TEXT)
        numeric = kind in {Kind.NUMBER, Kind.MONEY, Kind.PEOPLE}
        said["name"] = said["name"] or name_for(said["label"], [column.name for column in found])
        said["unit"] = said["unit"] if kind == Kind.NUMBER else ""
        said["least"], said["most"] = (said["least"], said["most"]) if numeric else ("", "")
        choices = [text.strip() for text in SPLIT.split(data.get(f"c{number}-choices", "")) if text.strip()]
        found.append(
            Asked(
                **said,
                kind=kind,
                required=bool(data.get(f"c{number}-required")),
                places=int(places) if kind == Kind.NUMBER and places.isdecimal() and len(places) < 3 else 0,
                choices=tuple(choices) if kind == Kind.CHOICE else (),
                total=data.get(f"c{number}-total", "sum") if numeric else "sum",
            )
        )
    return found


def rules_from(data: QueryDict) -> list[Rule]:
    found = []
    for number in data.getlist("r")[:200]:
        rule, message = (data.get(f"r{number}-{key}", "").strip() for key in ("rule", "message"))
        if rule or message:
            found.append(Rule(rule, message, data.get(f"r{number}-hard", "1") == "1"))
    return found


def suggested_slug(year: int) -> str:
    """A code that nobody has: zx2012_1, zx2012_2…"""
    taken = set(Collection.objects.values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := f"zx{year}_{n}") not in taken)
