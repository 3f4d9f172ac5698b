"""Figures of collections: each column is one, `collection.<slug>.<column>`, with all that a declared figure has."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _t

from shuyuan.collections.asked import Asked, Kind
from shuyuan.collections.book import CollectionLedger, books
from shuyuan.collections.models import Collection
from shuyuan.figures.figure import Figure
from shuyuan.figures.kinds import Count, Distinct, Mean, Sum

PREFIX = "collection"
SCHOOLS, RECORDS = "schools", "records"
MOST_TITLE = 60


def figures() -> Iterator[Figure]:
    """Every column of every collection, archived ones too: what a report cites does not go away."""
    asked = dict(Collection.objects.values_list("slug", "asked"))
    for book in books().values():
        yield from figures_of(book, [Asked.from_data(data) for data in asked.get(book.slug, [])])


def figures_of(book: CollectionLedger, columns: list[Asked]) -> Iterator[Figure]:
    """One figure for each column; how many schools have answered, and how many lines there are."""
    first, last = name_of(book.slug, SCHOOLS), name_of(book.slug, RECORDS)
    yield Distinct(first, _titled(book, _t("答复的学校")), book.slug, unit="所", field="organisation")
    yield Count(last, _titled(book, _t("答复的条数")), book.slug, unit="条")
    for column in columns:
        yield _figure(book, column)


def _figure(book: CollectionLedger, column: Asked) -> Figure:
    """Numbers add up or are averaged; yes counts the yeses; of anything else, the answers that say something."""
    name, title = name_of(book.slug, column.name), _titled(book, column.label)
    if column.numeric and column.total == "mean":
        return Mean(name, title, book.slug, unit=column.unit_told, field=column.name, decimals=max(column.places, 1))
    if column.numeric:
        decimals = 2 if column.kind == Kind.MONEY else column.places
        return Sum(name, title, book.slug, unit=column.unit_told, field=column.name, decimals=decimals)
    rule = f"{column.name} == true" if column.kind == Kind.YES_NO else f"not missing({column.name})"
    return Count(name, title, book.slug, unit="条", where=rule)


def name_of(slug: str, column: str) -> str:
    return f"{PREFIX}.{slug}.{column}"


def _titled(book: CollectionLedger, label: str) -> str:
    return f"{book.title}·{label}"[:MOST_TITLE]
