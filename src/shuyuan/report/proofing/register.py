"""Our own books as proofreading asks for them: names on the register, how many there are, the figures of a year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shuyuan.core.models import Organisation
from shuyuan.figures.books import Books
from shuyuan.figures.figure import Value
from shuyuan.figures.keeping import readable
from shuyuan.figures.registry import figures
from shuyuan.ledger.record import User
from shuyuan.proofread.findings import BookFigure

Pair = tuple[Value, Value | None]
"""A figure's value with last year's."""


class Register:
    """The books of one year: of everything, or of what `reader` may read, or just the `values` given."""

    def __init__(self, year: int, *, reader: User | None = None, values: Iterable[Pair] | None = None) -> None:
        self.year, self.reader = year, reader
        self._values = None if values is None else list(values)

    def names(self) -> Iterable[str]:
        """Schools and towns, however long ago they were closed: a report may speak of them."""
        kinds = [Organisation.Kind.SCHOOL, Organisation.Kind.CAMPUS, Organisation.Kind.TOWN]
        return Organisation.objects.filter(kind__in=kinds).values_list("name", flat=True)

    def bounds(self) -> Mapping[str, int]:
        """Schools and towns there are: no more of them can have done anything."""
        kinds = {"学校": Organisation.Kind.SCHOOL, "镇": Organisation.Kind.TOWN}
        counted = {noun: Organisation.objects.filter(kind=kind).count() for noun, kind in kinds.items()}
        return {noun: count for noun, count in counted.items() if count}

    def figures(self) -> Iterator[BookFigure]:
        """Every figure of the year with last year's value, named as reports name it, whatever language is read."""
        for value, before in self._pairs():
            wanted = value.figure
            yield BookFigure(wanted.title, value.value, wanted.unit, before.value if before else None)

    def _pairs(self) -> Iterable[Pair]:
        if self._values is not None:
            return self._values
        known = figures(self.year)
        names = [one.name for one in known if self.reader is None or readable(one, self.reader)]
        books = Books(self.year)
        return zip(books.values(names), books.values(names, back=1), strict=True)
