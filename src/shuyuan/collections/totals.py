"""Totals: what all answers come to, by town, by kind of school, by school, or altogether."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.collections.asked import Asked, Kind
from shuyuan.collections.book import CollectionLedger
from shuyuan.core.models import Organisation
from shuyuan.ledger.record import State
from shuyuan.web import html

COUNTED = {Kind.CHOICE, Kind.YES_NO}


class By(models.TextChoices):
    ALL = "all", _("全部")
    TOWN = "town", _("按乡镇")
    TYPE = "type", _("按办学类型")
    SCHOOL = "school", _("按学校")


@dataclass
class Line:
    """One group: its schools, how many lines they wrote, and of each column what its cells come to."""

    title: str
    schools: set[int] = field(default_factory=set)
    records: int = 0
    sums: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    filled: Counter[str] = field(default_factory=Counter)
    said: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, school: int, values: dict[str, Any], columns: list[Asked]) -> None:
        self.schools.add(school)
        self.records += 1
        for column in columns:
            value = values[column.name]
            if value in (None, ""):
                continue
            self.filled[column.name] += 1
            if column.numeric:
                self.sums[column.name] += value
            elif column.kind in COUNTED:
                self.said[column.name][(_t("是") if value else _t("否")) if isinstance(value, bool) else value] += 1

    def total(self, column: Asked) -> Decimal | None:
        """The sum or the mean; None where nobody has written a number."""
        number = self.filled[column.name]
        if not column.numeric or not number:
            return None
        found = self.sums[column.name]
        return found if column.total == "sum" else round(found / number, max(column.places, 2))

    def told(self, column: Asked) -> str:
        if column.numeric:
            return html.number(self.total(column)) if self.filled[column.name] else ""
        if column.kind in COUNTED:
            return _t("；").join(f"{text} {n}" for text, n in self.said[column.name].most_common())
        return str(self.filled[column.name] or "")


def rolled_up(
    book: CollectionLedger, columns: list[Asked], user: Any, by: str = By.ALL, *, accepted: bool = True
) -> list[Line]:
    """The groups in order, each with its totals; of one year, what was accepted, or everything that was filed."""
    states = [State.ACCEPTED] if accepted else [State.FILED, State.SIGNED, State.ACCEPTED]
    names = [column.name for column in columns]
    rows = book.objects().visible_to(user).filter(state__in=states, period=str(book.day.year)).order_by()
    group = _grouping(by)
    lines: dict[str, Line] = {}
    for owner, *values in rows.values_list("organisation_id", *names).iterator(chunk_size=2000):
        title = group(owner)
        lines.setdefault(title, Line(title)).add(owner, dict(zip(names, values, strict=True)), columns)
    return [lines[title] for title in sorted(lines)]


def _grouping(by: str) -> Callable[[int], str]:
    if by == By.ALL:
        return lambda owner: _t("全部")
    places = {place.pk: place for place in Organisation.objects.all()}
    if by == By.SCHOOL:
        return lambda owner: _school(places, owner).name
    if by == By.TYPE:
        return lambda owner: str(_school(places, owner).get_school_type_display() or _t("其他"))
    return lambda owner: _town(places, owner)


def _school(places: dict[int, Organisation], owner: int) -> Organisation:
    """A campus counts with its school."""
    place = places[owner]
    return places[place.parent_id] if place.kind == Organisation.Kind.CAMPUS and place.parent_id else place


def _town(places: dict[int, Organisation], owner: int) -> str:
    place: Organisation | None = places[owner]
    while place is not None and place.kind != Organisation.Kind.TOWN:
        place = places[place.parent_id] if place.parent_id else None
    return place.name if place else _t("局直属")
