"""150 figures over a million records, against one bare scan of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, zip_longest
from typing import Any

from django.db import connection, models

from bench.county import LAST, County, fill, inhabited, settled
from bench.measure import Results, Size, clock, repeated
from shuyuan.figures import registry
from shuyuan.figures.books import Books
from shuyuan.figures.composed import Change, Composed, Growth, Ratio
from shuyuan.figures.figure import Figure
from shuyuan.figures.measures import Count, Distinct, Mean, Measure, Sum
from shuyuan.ledger.ledger import Ledger, ledger

LEDGERS = ("training", "aid", "asset", "debt", "contest", "honour", "staff", "procurement")


def run(county: County, size: Size, results: Results) -> None:
    inhabited(county, size)
    books = [ledger(slug) for slug in LEDGERS]
    with clock() as elapsed:
        for book in books:
            kept = book.objects().count()
            fill(county, book, size.records // len(books) - kept)
        settled()
    rows = sum(book.objects().count() for book in books)
    print(f"         {rows:,} records in {len(books)} ledgers, made in {elapsed():.0f} s", flush=True)
    names = _names(size.figures)
    own = sum(not name.startswith("bench.") for name in names)
    print(f"         {own} figures of the product, {len(names) - own} generated for the count", flush=True)

    def scan() -> None:
        for book in books:
            _scan(book)

    floor = repeated(scan, size.few)
    took = repeated(lambda: Books(LAST).values(names), size.few)
    what = f"{len(names)} figures over {rows:,} records"
    beside: dict[str, Any] = {"beside": "one bare scan of these rows", "beside_seconds": floor.median}
    results.add("report", what, took.median, best=took.best, cpu=took.cpu, goal=1.0, **beside)

    def twice() -> None:
        year = Books(LAST)
        year.values(names)
        year.values(names, back=1)

    two = repeated(twice, size.few)
    results.add("report", "the same with last year's beside each", two.median, best=two.best, cpu=two.cpu, **beside)
    town = repeated(lambda: Books(LAST, county.towns[0]).values(names), size.few)
    results.add("report", "the same for one town and its schools", town.median, best=town.best, cpu=town.cpu, **beside)
    with clock() as elapsed:
        same = [Books(LAST).value(name) for name in names]
    one = Books(LAST).values(names)
    assert [value.exact for value in one] == [value.exact for value in same], "batched and single values differ"
    results.add(
        "report",
        "one query a figure, all equal",
        elapsed(),
        cpu=elapsed.cpu,
        beside="all at once",
        beside_seconds=took.median,
    )
    checked = sum(_agrees(value) for value in one)
    print(f"         {checked} of {len(names)} measured again from the records behind their link: equal", flush=True)


def _scan(book: Ledger[Any]) -> None:
    """Every row touched once and nothing computed but what forces reading it."""
    table = connection.ops.quote_name(book.model._meta.db_table)
    names = ", ".join(
        f"MAX({connection.ops.quote_name(field.column)})"
        for field in book.model._meta.concrete_fields
        if field.attname in {"date", "organisation_id"}
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*), {names} FROM {table}")
        cursor.fetchone()


def _names(count: int) -> list[str]:
    """The product's own figures on these ledgers, filled up with generated ones of every kind."""
    own = [figure for figure in registry.enduring() if _stands_on(figure)]
    made = list(islice(_generated(), max(count - len(own), 0)))
    registry.sources[:] = [source for source in registry.sources if source is not _made]
    _kept[:] = [(LAST, figure) for figure in made]
    registry.sources.append(_made)
    registry.forget()
    return [figure.name for figure in (*own, *made)][:count]


_kept: list[tuple[int, Figure]] = []


def _made() -> list[tuple[int, Figure]]:
    return _kept


def _stands_on(figure: Figure) -> bool:
    if isinstance(figure, Measure):
        return figure.ledger in LEDGERS and not figure.at
    return all(_stands_on(registry.figure(part)) for part in figure.parts())


def _generated() -> Iterator[Figure]:
    """Ledger by ledger in turn, so that every one has its share."""
    each = [_of_ledger(ledger(slug)) for slug in LEDGERS]
    for figure in chain.from_iterable(zip_longest(*each)):
        if figure is not None:
            yield figure


def _of_ledger(book: Ledger[Any]) -> Iterator[Figure]:
    choices = [column for column in book.sheet if column.kind == "choice"]
    numbers = [column for column in book.sheet if column.numeric]
    number = 0
    for column in choices:
        for code, label in column.choices:
            rule = f'{column.name} == "{code}"'
            name = f"bench.{book.slug}_{number}"
            yield Count(f"{name}_n", f"{book}·{label}", book.slug, where=rule)
            yield Distinct(f"{name}_d", f"{book}·{label}·单位", book.slug, field="organisation", where=rule)
            for field in numbers[:1]:
                unit = getattr(field.field, "unit", "")
                yield Sum(f"{name}_s", f"{book}·{label}·合计", book.slug, unit=unit, field=field.name, where=rule)
                yield Mean(f"{name}_m", f"{book}·{label}·平均", book.slug, unit=unit, field=field.name, where=rule)
            yield Ratio(f"{name}_r", f"{book}·{label}·比", unit="%", of=f"{name}_n", per=f"{name}_d")
            yield Change(f"{name}_c", f"{book}·{label}·增", of=f"{name}_n")
            yield Growth(f"{name}_g", f"{book}·{label}·同比", unit="%", of=f"{name}_n")
            number += 1


def _agrees(value: Any) -> bool:
    """The figure counted once more, alone, over the very records that its link opens."""
    figure = value.figure
    if isinstance(figure, Composed) or type(figure) not in {Count, Sum, Distinct, Mean}:
        return False
    [lineage] = Books(LAST).lineage(figure.name)
    found = lineage.selection().rows.order_by().aggregate(v=figure.aggregate(None), n=models.Count("pk"))
    again = figure.exact(found["v"], found["n"])
    assert (value.exact, value.records) == (again, found["n"]) or value.exact is None, figure.name
    return True
