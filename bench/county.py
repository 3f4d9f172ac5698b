"""The county under measurement: a bureau, towns, 60 schools, and rows of any ledger made up from its fields' types."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models

from bench.measure import Size
from bench.models import PlainTraining
from shuyuan.core.codes import SchoolType
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Period, Person, Place
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.record import State

FIRST, LAST = 2003, 2012
TOWNS, SCHOOLS = 6, 60
MADE = 40_000
STATES = [State.ACCEPTED] * 18 + [State.FILED, State.RETURNED]


@dataclass
class County:
    """What the benchmarks stand on."""

    user: User
    bureau: Organisation
    towns: list[Organisation]
    schools: list[Organisation]
    dice: random.Random


def found() -> County:
    """The county with its organisations, their history kept as always; and the peers' table."""
    with connection.schema_editor() as editor:
        editor.create_model(PlainTraining)
    user = User.objects.create_superuser("bench", password="bench")
    with acting(user, "测速"):
        bureau = Organisation(kind=Organisation.Kind.BUREAU, name="测速县教育局")
        bureau.save()
        towns = [Organisation(kind=Organisation.Kind.TOWN, name=f"测速{n}镇", parent=bureau) for n in range(TOWNS)]
        schools = [
            Organisation(
                kind=Organisation.Kind.SCHOOL,
                name=f"测速第{n:02d}小学",
                parent=towns[n % TOWNS],
                school_type=SchoolType.values[n % 3],
            )
            for n in range(SCHOOLS)
        ]
        for place in (*towns, *schools):
            place.save()
    for year in range(FIRST - 1, LAST + 1):
        for kind in Period.Kind.values:
            Period.of(year, kind)
    return County(user, bureau, towns, schools, random.Random(2012))


def inhabited(county: County, size: Size) -> None:
    """At least some people at every school, where the register's benchmark has not put them there."""
    if not Person.objects.exists():
        kind = Person.Kind.STAFF
        people = [
            Person(organisation=county.schools[n % SCHOOLS], kind=kind, number=f"B{n:06d}", name=f"教师{n:05d}")
            for n in range(size.staff)
        ]
        with acting(county.user, "测速"):
            Person.objects.bulk_create(people)


def fill(county: County, book: Ledger[Any], count: int) -> None:
    """`count` records straight into the ledger's table, in the order of their dates as they would have been filed.

    No history is written. At most MADE rows are made up; the database repeats them until there are enough.
    """
    if count <= 0:
        return
    fields = [field for field in book.model._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    names, table = ", ".join(quote(field.column) for field in fields), quote(book.model._meta.db_table)
    times = -(-count // MADE)
    made = count // times
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE made AS SELECT {names} FROM {table} LIMIT 0")
        rows = list(_rows(county, book, fields, made))  # before COPY holds the connection
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY made ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            ready = [[_sqlite(value) for value in row] for row in rows]
            cursor.executemany(f"INSERT INTO made ({names}) VALUES ({places})", ready)
        cursor.execute(
            f"INSERT INTO {table} ({names}) "
            f"WITH RECURSIVE times(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM times WHERE n < {times}) "
            f"SELECT {names} FROM made CROSS JOIN times ORDER BY {quote('date')}, n"
        )
        cursor.execute("DROP TABLE made")
    fill(county, book, count - made * times)


def settled() -> None:
    """What a database does by itself over night: statistics, and on PostgreSQL the visibility map."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _sqlite(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value


def _rows(
    county: County, book: Ledger[Any], fields: Sequence[models.Field[Any, Any]], count: int
) -> Iterator[list[Any]]:
    dice = county.dice
    people: dict[int, list[int]] = {school.pk: [] for school in county.schools}
    for person, place in Person.objects.values_list("pk", "organisation_id"):
        people.setdefault(place, []).append(person)
    makers = {field.attname: _maker(field, dice) for field in fields}
    owners = [school.pk for school in county.schools]
    years = range(FIRST, LAST + 1)
    for number in range(count):
        year = years[number * len(years) // count]
        owner = dice.choice(owners)
        day = date(year, 1, 1) + timedelta(days=dice.randrange(365))
        fixed = {
            "organisation_id": owner,
            "date": day,
            "period_id": Period.code_for(day, book.period_kind),
            "state": dice.choice(STATES),
            "until": day + timedelta(days=dice.randrange(2000)) if dice.random() < 0.5 else None,
        }
        row = []
        for field in fields:
            if field.attname in fixed:
                row.append(fixed[field.attname])
            elif field.is_relation and field.related_model is Person:
                row.append(dice.choice(people[owner]))
            else:
                row.append(makers[field.attname]())
        yield row


def _maker(field: models.Field[Any, Any], dice: random.Random) -> Callable[[], Any]:
    """A value that the field could hold."""
    if field.is_relation and field.related_model is Place:
        places = list(Place.objects.values_list("pk", flat=True))
        return lambda: dice.choice(places)
    if field.is_relation:
        return lambda: None
    if field.choices:
        codes = [code for code, _label in field.flatchoices if code not in (None, "")]
        return lambda: dice.choice(codes)
    if isinstance(field, models.BooleanField):
        return lambda: dice.random() < 0.5
    if isinstance(field, models.DateField):
        return lambda: date(FIRST, 1, 1) + timedelta(days=dice.randrange(3650))
    if isinstance(field, models.DecimalField):
        digits = field.decimal_places or 0
        return lambda: Decimal(dice.randrange(10_000_00)).scaleb(-digits)
    if isinstance(field, models.IntegerField):
        return lambda: dice.randrange(1, 500)
    words = [f"{field.verbose_name}之{number}"[-(field.max_length or 99) :] for number in range(400)]
    return lambda: dice.choice(words)
