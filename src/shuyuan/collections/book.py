"""A collection as a ledger: a model whose columns are held fields, and the `Ledger` that the engine works with."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, ClassVar, NamedTuple

from django.apps.registry import Apps
from django.conf import settings
from django.db import OperationalError, ProgrammingError, connection
from django.utils import translation

from shuyuan.collections.asked import Asked, Kind, Rule
from shuyuan.collections.models import Answer, Collection
from shuyuan.core.codes import Function
from shuyuan.core.history import canonical
from shuyuan.core.past import moment
from shuyuan.ledger.checks import Check
from shuyuan.ledger.flow import in_bureau
from shuyuan.ledger.ledger import Ledger
from shuyuan.ledger.record import User
from shuyuan.ledger.rounds import Round, Task

MOST_KEPT = 512


class CollectionLedger(Ledger[Answer]):
    """What a ledger says of itself, said by a collection's data."""

    day: ClassVar[date]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The date is not asked: all answers speak of one day."""
        return ("organisation", *self.columns)

    @property
    def group(self) -> str:
        return str(Collection._meta.verbose_name)

    def __str__(self) -> str:
        return str(self.title)

    def visible_to(self, user: User) -> bool:
        """The bureau; of the schools, those that are or were asked."""
        return super().visible_to(user) and (in_bureau(user) or self.slug in _asked_of(user))


def own_headings() -> list[str]:
    """How the school's own column is headed, in every language: nobody needs to ask for it."""
    spoken = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            spoken.append(str(Answer._meta.get_field("organisation").verbose_name))
    return spoken


def made(collection: Collection) -> CollectionLedger:
    """The ledger of a collection as it stands; the same one for as long as its definition stays the same."""
    names = ("slug", "title", "function", "asked", "rules", "archived")
    return _made(collection.pk, _day(collection), canonical({name: getattr(collection, name) for name in names}))


def _day(collection: Collection) -> date:
    day: Any = collection.day
    return date.fromisoformat(day) if isinstance(day, str) else day


@lru_cache(maxsize=MOST_KEPT)
def _made(key: int | None, day: date, definition: str) -> CollectionLedger:
    facts = json.loads(definition)
    columns = [Asked.from_data(data) for data in facts["asked"]]
    rules = [Rule.from_data(data) for data in facts["rules"]]
    # A registry of its own: the model is a view of Answer, not one that migrations or other rooms should meet.
    meta = {"proxy": True, "app_label": "collections", "apps": Apps(), "verbose_name": facts["title"]}
    digest = hashlib.sha256(f"{key} {day} {definition}".encode()).hexdigest()[:12]
    said = {"__module__": Answer.__module__, "Meta": type("Meta", (), meta), "collected": key}
    model: Any = type(f"Answer_{facts['slug']}_{digest}", (Answer,), said)
    for column in columns:
        column.field().contribute_to_class(model, column.name)
    declared = {
        "slug": facts["slug"],
        "title": facts["title"],
        "function": Function(facts["function"]),
        "columns": tuple(column.name for column in columns),
        "subject": next((column.name for column in columns if column.kind == Kind.TEXT and column.required), ""),
        "checks": tuple(Check(rule.rule, rule.message, rule.hard, _about(rule, columns)) for rule in rules),
        "day": day,
        "year": day.year,
        "in_use": not facts["archived"],
    }
    book: CollectionLedger = type("CollectionLedger", (CollectionLedger,), declared)(model)
    model.ledger = book
    return book


def _about(rule: Rule, columns: list[Asked]) -> str:
    """The cell that a broken rule is told at: the first column it names."""
    names = {column.name for column in columns}
    return next((word for word in re.findall(r"\w+", rule.rule) if word in names), "")


class _Read(NamedTuple):
    books: Mapping[str, CollectionLedger]
    moment: datetime | None
    asked: dict[int, set[str]]


_read: ContextVar[_Read | None] = ContextVar("collections", default=None)


def books() -> Mapping[str, CollectionLedger]:
    """Every collection as a ledger, by slug; inside `as_of` as they were asked then."""
    return _now().books


def _rows() -> list[Collection]:
    """A store without tables has no collections: whoever mistypes a ledger there is still told so."""
    try:
        return list(Collection.objects.all())
    except (OperationalError, ProgrammingError):
        if Collection._meta.db_table in connection.introspection.table_names():
            raise
        return []


def _now() -> _Read:
    found = _read.get()
    if found is None or found.moment != moment():
        found = _Read({row.slug: made(row) for row in _rows()}, moment(), {})
        _read.set(found)
    return found


def renew() -> None:
    """Look into the database again at the next use."""
    _read.set(None)


def _asked_of(user: User) -> set[str]:
    """The collections that a person's schools were sent."""
    asked = _now().asked
    key = user.pk or 0
    if key not in asked:
        tasks = (
            Task.objects.visible_to(user).filter(ledger__in=list(books())).exclude(round__state=Round.State.PREPARED)
        )
        asked[key] = set(tasks.order_by().values_list("ledger", flat=True))
    return asked[key]
