"""Our own books as proofreading asks for them: names on the register, how many there are, the figures of a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from shuyuan.core.models import Organisation
from shuyuan.figures.listing import listing
from shuyuan.proofread.findings import BookFigure


class Register:
    """The books of one year."""

    def __init__(self, year: int) -> None:
        self.year = year

    def names(self) -> Iterable[str]:
        """Schools and towns, however long ago they were closed: a report may speak of them."""
        kinds = [Organisation.Kind.SCHOOL, Organisation.Kind.CAMPUS, Organisation.Kind.TOWN]
        return Organisation.objects.filter(kind__in=kinds).values_list("name", flat=True)

    def bounds(self) -> Mapping[str, int]:
        """Schools and towns there are: no more of them can have done anything."""
        kinds = {"学校": Organisation.Kind.SCHOOL, "镇": Organisation.Kind.TOWN}
        counted = {noun: Organisation.objects.filter(kind=kind).count() for noun, kind in kinds.items()}
        return {noun: count for noun, count in counted.items() if count}

    def figures(self) -> Iterable[BookFigure]:
        """Every figure of the year with last year's value."""
        for row in listing(self.year):
            yield BookFigure(row["title"], _decimal(row["value"]), row["unit"], _decimal(row["previous"]))


def _decimal(value: int | float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
