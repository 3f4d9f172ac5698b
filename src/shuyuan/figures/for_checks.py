"""Figures for checks: the ledgers below ask for a figure by name and school, and need not know what it counts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from django.utils.functional import lazystr
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation
from shuyuan.figures.books import Books
from shuyuan.figures.kinds import Names, Rank, Spread
from shuyuan.figures.registry import UnknownFigure, declared_only, figure
from shuyuan.figures.units import base, factor
from shuyuan.ledger.expression.filings import Named

FEW = 3
"""Up to so many schools each is asked for by itself; for more, one grouped query gives all of them."""


def named(name: str) -> Named:
    """A declared figure that is one number for each school. Raises LookupError."""
    with declared_only():  # a declaration stands without a database
        found = figure(name)
    if isinstance(found, Names | Rank | Spread):
        raise UnknownFigure(_t("「%(title)s」不是每所学校各有一个的数。") % {"title": found})
    return Named(lazystr(found), base(found.unit))


def values(
    wanted: Collection[tuple[str, int]], year: int, schools: Sequence[Organisation] | None
) -> dict[tuple[str, int], dict[int, Decimal]]:
    """The known values, in the base unit. A school with campuses is asked for with all that stands below it."""
    found: dict[tuple[str, int], dict[int, Decimal]] = {need: {} for need in wanted}
    with_campuses = Organisation.objects.filter(children__kind=Organisation.Kind.CAMPUS).distinct()
    alone = list(with_campuses) if schools is None or len(schools) > FEW else list(schools)
    if schools is None or len(schools) > FEW:
        books = Books(year)
        for name, back in wanted:
            scale = factor(figure(name).unit)
            for key, value in books.vector(name, back).items():
                if value.exact is not None:
                    found[name, back][key] = value.exact * scale
    for school in alone:
        books = Books(year, school)
        for back in {back for _name, back in wanted}:
            names = [name for name, when in wanted if when == back]
            for name, value in zip(names, books.values(names, back), strict=True):
                found[name, back].pop(school.pk, None)
                if value.exact is not None:
                    found[name, back][school.pk] = value.exact * factor(value.figure.unit)
    return found
