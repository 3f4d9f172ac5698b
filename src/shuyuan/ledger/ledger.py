"""Ledger: declared once beside its model, it gives the list, form, workbook, import, export, API and checks.

Read this file with one ledger's file next to it, for example staff/discipline.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar, cast

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t

from shuyuan.core.codes import Function
from shuyuan.core.history import Versioned, keep_versions
from shuyuan.core.models import Period, Person
from shuyuan.core.people import functions_of, may
from shuyuan.core.roles import Right, all_powerful
from shuyuan.ledger.columns import Column
from shuyuan.ledger.pointing import column_for
from shuyuan.ledger.record import Record, StandingRecord, User

V = TypeVar("V", bound=Versioned)


class Ledger(Generic[V]):
    """What a ledger says of itself; everything else is worked out from its model's fields.

    `columns` are the fields people see, in their order; the organisation, the date and (where something goes on) its
    end are added in front and behind. `subject` is the field that names a record in one phrase.
    """

    slug: ClassVar[str]
    title: ClassVar[str | Promise]
    function: ClassVar[Function]
    columns: ClassVar[tuple[str, ...]]
    subject: ClassVar[str] = ""
    aliases: ClassVar[dict[str, tuple[str, ...]]] = {}
    checks: ClassVar[tuple[Any, ...]] = ()
    confidential: ClassVar[bool] = False
    period_kind: ClassVar[str] = Period.Kind.CALENDAR
    registers: ClassVar[Person.Kind | None] = None
    every_school: ClassVar[bool] = False
    signed: ClassVar[bool] = False
    """Whether the headteacher signs what a school files before its section looks at it."""
    in_use: ClassVar[bool] = True
    """Whether people still file into it; what was filed stays where it is."""
    year: ClassVar[int | None] = None
    """The only year it is asked for just now; None: any."""
    key: ClassVar[tuple[str, ...]] = ()
    """The columns that tell one line from another, where a program may send a line again to change it."""

    def __init__(self, model: type[V]) -> None:
        self.model = model

    def __repr__(self) -> str:
        return f"<Ledger {self.slug}>"

    def __str__(self) -> str:
        return _t(str(self.title))

    @property
    def group(self) -> str:
        """The subject the ledger stands under in the menu: its room's name."""
        return str(apps.get_containing_app_config(self.model.__module__).verbose_name)  # type: ignore[union-attr]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every column's field: the organisation and the date are where people look for them."""
        if not issubclass(self.model, Record):
            return self.columns
        names = ["organisation", *self.columns]
        if "date" not in names:
            names.append("date")
        if issubclass(self.model, StandingRecord) and "until" not in names:
            names.append("until")
        return tuple(names)

    @cached_property
    def sheet(self) -> tuple[Column, ...]:
        """The columns as list, form, workbook and API all use them."""
        return tuple(column_for(self, name) for name in self.names)

    @property
    def natural_key(self) -> tuple[str, ...]:
        """A register's is the person; empty where only the whole line tells."""
        return self.key or (("person",) if self.registers else ())

    def column(self, name: str) -> Column:
        return next(column for column in self.sheet if column.name == name)

    def has(self, field: str) -> bool:
        """Whether the model has this field: an organisation has no state, an event no end."""
        try:
            self.model._meta.get_field(field)
        except FieldDoesNotExist:
            return False
        return True

    def subject_of(self, record: V) -> str:
        if self.subject:
            return str(getattr(record, self.subject))
        return f"{record.organisation} · {self}" if isinstance(record, Record) else str(record)

    @property
    def filed(self) -> bool:
        """Whether its rows are records that schools file; registers of the bureau's own are not."""
        return issubclass(self.model, Record)

    @property
    def url(self) -> str:
        return reverse("ledger", args=[self.slug])

    def objects(self) -> Any:
        """The model's queryset (ours, with `counted`, `visible_to` and `standing`)."""
        return cast(Any, self.model)._default_manager.all()

    def visible_to(self, user: User) -> bool:
        """Whether the ledger stands in this person's menu at all."""
        if self.confidential and self.function not in functions_of(user):
            return False
        return may(user, Right.READ)

    def may_write(self, user: User) -> bool:
        """Schools write what is theirs, sections what they answer for; leaders read."""
        schools = not self.confidential and issubclass(self.model, Record)
        return self.may_accept(user) or (schools and may(user, Right.FILE))

    def may_accept(self, user: User) -> bool:
        """The sections that answer for the ledger's function, and the office."""
        return all_powerful(user) or (self.function in functions_of(user) and may(user, Right.REVIEW))


L = TypeVar("L", bound=Ledger[Any])
_ledgers: dict[str, Ledger[Any]] = {}

# Filled at start-up by rooms above: each gives the ledgers that are data, by slug; `{}` where nothing is kept yet.
kept: list[Callable[[], Mapping[str, Ledger[Any]]]] = []


def register(model: type[V]) -> Callable[[type[L]], type[L]]:
    """Class decorator: put a ledger in the book and keep versions of its model."""

    def add(declaration: type[L]) -> type[L]:
        ledger = declaration(model)
        if ledger.slug in _ledgers and _ledgers[ledger.slug].model is not model:
            raise ValueError(f"two ledgers are called {ledger.slug!r}: {_ledgers[ledger.slug].model} and {model}")
        if not hasattr(model, "versions"):
            keep_versions(model)
        cast(Any, model).ledger = ledger
        _ledgers[ledger.slug] = ledger
        return declaration

    return add


class UnknownLedger(LookupError):
    """A slug that no ledger has."""


def ledgers() -> Iterator[Ledger[Any]]:
    """Every ledger that is declared, in the order of the rooms and of their declarations."""
    return iter(_ledgers.values())


def all_ledgers() -> Iterator[Ledger[Any]]:
    """The declared ledgers, then those that are data and in use."""
    yield from _ledgers.values()
    for source in kept:
        yield from (one for one in source().values() if one.in_use)


def ledger(slug: str) -> Ledger[Any]:
    if slug in _ledgers:
        return _ledgers[slug]
    for source in kept:
        if (found := source().get(slug)) is not None:
            return found
    raise UnknownLedger(
        _t("没有叫「%(slug)s」的台账。现有：%(known)s")
        % {"slug": slug, "known": _t("、").join(one.slug for one in all_ledgers())}
    )
