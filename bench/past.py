"""The same figures as of a past moment, over a million records that all have their history."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from bench import report
from bench.county import LAST, County, fill, inhabited, settled
from bench.measure import Results, Size, clock, repeated
from shuyuan.core.history import Action, Chain, acting, record_versions
from shuyuan.core.past import as_of
from shuyuan.figures.books import Books
from shuyuan.ledger.ledger import Ledger, ledger

CHANGED = 0.05  # of the records, since the moment that is asked for
PAYLOAD = "{" + '"x":"0123456789",' * 24 + '"y":1}'  # as long as that of a real version


def run(county: County, size: Size, results: Results) -> None:
    inhabited(county, size)
    books = [ledger(slug) for slug in report.LEDGERS]
    with clock() as elapsed:
        for book in books:
            fill(county, book, size.records // len(books) - book.objects().count())
            _remember(county, book)
        settled()
    rows = sum(book.objects().count() for book in books)
    print(f"         {rows:,} records with a version each, made in {elapsed():.0f} s", flush=True)
    names = report._names(size.figures)
    before, since = Books(LAST).values(names), timezone.now()
    with clock() as elapsed:
        changed = sum(_change(county, book) for book in books)
        settled()
    print(f"         {changed:,} of them changed, in {elapsed():.0f} s", flush=True)

    def past() -> None:
        with as_of(since):
            Books(LAST).values(names)

    present = repeated(lambda: Books(LAST).values(names), size.few)
    took = repeated(past, size.few)
    with as_of(since):
        then = Books(LAST).values(names)
    assert [one.exact for one in then] == [one.exact for one in before], "the past is not what it was"
    assert [one.exact for one in Books(LAST).values(names)] != [one.exact for one in before], "nothing has changed"
    what = f"{len(names)} figures as of a moment, {changed:,} of {rows:,} records changed since"
    results.add(
        "past", what, took.median, best=took.best, cpu=took.cpu, goal=3 * present.median,
        beside="the same figures now", beside_seconds=present.median,
    )  # fmt: skip


def _remember(county: County, book: Ledger[Any]) -> None:
    """A first version for every record: a real one where history keeps fields sealed, elsewhere one as wide."""
    model, quote = book.model, connection.ops.quote_name
    if model.sealed:
        with acting(county.user, "测速"):
            known = model.versions._default_manager.values("record_id")
            record_versions(list(model._base_manager.exclude(pk__in=known).order_by("pk")), Action.CREATED)
        return
    versions, table = quote(model.versions._meta.db_table), quote(model._meta.db_table)
    columns = ", ".join(quote(field.column) for field in model._meta.concrete_fields if not field.primary_key)
    chain = Chain.objects.get_or_create(model=f"bench.{book.slug}", organisation_id=0)[0]
    written = connection.ops.adapt_datetimefield_value(datetime(LAST, 1, 1, tzinfo=UTC))
    facts = "revision, act, written_at, written_by_id, written_why, chain_id, link, payload, digest"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {versions} (record_id, {columns}, {facts}) "
            f"SELECT id, {columns}, 1, 'created', %s, %s, %s, %s, id, %s, %s FROM {table} r "
            f"WHERE NOT EXISTS (SELECT 1 FROM {versions} v WHERE v.record_id = r.id)",
            [written, county.user.pk, "测速", chain.pk, PAYLOAD, "0" * 64],
        )


def _change(county: County, book: Ledger[Any]) -> int:
    """Every twentieth record is returned or accepted, as the section would."""
    step = round(1 / CHANGED)
    keys = [key for key in book.objects().values_list("pk", flat=True).order_by("pk") if key % step == 0]
    with acting(county.user, "退回"):
        for start in range(0, len(keys), 5000):
            rows = book.objects().filter(pk__in=keys[start : start + 5000])
            rows.update(state="returned")
    return len(keys)
