"""Pointing columns: those whose cells name an organisation, a person, a place or another record; and which is whose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _t

from shuyuan.core.models import Organisation, Person, Place
from shuyuan.core.sensitive import SealedField, Sensitivity, masked, share_keys
from shuyuan.ledger.cells import as_text, plain
from shuyuan.ledger.columns import (
    BooleanColumn,
    ChoiceColumn,
    Column,
    DateColumn,
    NumberColumn,
    SealedColumn,
    Shown,
)
from shuyuan.ledger.lookup import Lookup, Refused, Waiting

if TYPE_CHECKING:
    from shuyuan.ledger.ledger import Ledger

OF_A_PERSON = tuple(cast("SealedField", Person._meta.get_field(name)) for name in ("identity_number", "phone"))


@dataclass(frozen=True)
class OrganisationColumn(Column):
    kind = "organisation"

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> Organisation:
        return lookup.organisation(as_text(cell))


@dataclass(frozen=True)
class PersonColumn(Column):
    """A person takes two cells: the name that people know, and the number that tells two of one name apart.

    On the register that introduces people, it takes what is known of the person themselves as well.
    """

    kind = "person"

    @property
    def carried(self) -> tuple[SealedField, ...]:
        """The person's own fields that stand in this column."""
        return OF_A_PERSON if self.ledger.registers and self.name == "person" else ()

    @property
    def sensitive(self) -> tuple[Sensitivity, ...]:
        return tuple(field.sensitivity for field in self.carried)

    @property
    def headings(self) -> tuple[str, ...]:
        number = _t("人员编号") if self.name == "person" else _t("%(label)s编号") % {"label": self.label}
        return (self.label, number, *(str(field.verbose_name) for field in self.carried))

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name}_number", *(f"{self.name}_{field.name}" for field in self.carried))

    def read(self, cells: Sequence[object], lookup: Lookup, row: dict[str, Any]) -> Person | None:
        said = [as_text(plain(cell)) for cell in cells]
        name, number, *more = [*said, *[""] * (len(self.names) - len(said))]
        if not any((name, number, *more)):
            if self.required:
                raise Refused(_t("必填，不能空"))
            return None
        if "organisation" not in row:
            raise Waiting(_t("先填对单位，才能找到人"))
        make = self.ledger.registers if self.name == "person" else None
        given = {field: text for field, text in zip(self.carried, more, strict=True) if text}
        return lookup.person(row["organisation"], name, number, make, given)

    def cells(self, record: models.Model) -> tuple[object, ...]:
        person = getattr(record, self.name)
        told = (masked(field.sensitivity, self._of(person, field)) for field in self.carried)
        return (person.name, person.number, *told) if person else ("",) * len(self.names)

    def full_cells(self, record: models.Model) -> tuple[object, ...]:
        person = getattr(record, self.name)
        told = (self._of(person, field) for field in self.carried)
        return (person.name, person.number, *told) if person else ("",) * len(self.names)

    def plain(self, record: models.Model) -> tuple[object, ...]:
        return self.cells(record)

    def shown(self, record: models.Model) -> tuple[Shown, ...]:
        person = getattr(record, self.name)
        held = [(field, self._of(person, field)) for field in self.carried if person]
        return tuple(
            Shown(f"{self.name}_{field.name}", str(field.verbose_name), field.sensitivity, text)
            for field, text in held
            if text
        )

    def _of(self, person: Person | None, field: SealedField) -> str:
        return str(getattr(person, field.name)) if person else ""


@dataclass(frozen=True)
class PlaceColumn(Column):
    """A place of the record's organisation, by name; the field's name says of which kind (room, ground, building…)."""

    kind = "place"

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> Place:
        if "organisation" not in row:
            raise Waiting(_t("先填对单位，才能找到场所"))
        return lookup.place(row["organisation"], Place.Kind(self.name), super().parse(cell, lookup, row))


@dataclass(frozen=True)
class ReferenceColumn(Column):
    """A record of another ledger of the same room."""

    kind = "reference"

    def parse(self, cell: object, lookup: Lookup, row: dict[str, Any]) -> Any:
        if "organisation" not in row:
            raise Waiting(_t("先填对单位，才能找到所指的记录"))
        return lookup.reference(
            cast("type[models.Model]", self.field.related_model), row["organisation"], as_text(cell)
        )


def column_for(ledger: Ledger[Any], name: str) -> Column:
    """The column of a field. Raises FieldDoesNotExist naming the ledger, and TypeError for a kind we cannot read."""
    try:
        field = ledger.model._meta.get_field(name)
    except FieldDoesNotExist:
        known = ", ".join(field.name for field in ledger.model._meta.concrete_fields)
        raise FieldDoesNotExist(f"{type(ledger).__name__}.columns names {name!r}. Fields: {known}") from None
    return _kind_of(field)(ledger, field)


def ready(ledger: Ledger[Any], records: Iterable[Any]) -> list[Any]:
    """The records, with the keys that their sealed values open with fetched at once instead of one by one."""
    found = list(records)
    names = [column.name for column in ledger.sheet if isinstance(column, PersonColumn) and column.carried]
    share_keys([*found, *(person for name in names for one in found if (person := getattr(one, name)))])
    return found


def _kind_of(field: Any) -> type[Column]:
    if isinstance(field, models.ForeignKey):
        special: dict[Any, type[Column]] = {Organisation: OrganisationColumn, Person: PersonColumn, Place: PlaceColumn}
        return special.get(field.remote_field.model, ReferenceColumn)
    if isinstance(field, SealedField):
        return SealedColumn
    if field.choices:
        return ChoiceColumn
    if isinstance(field, models.BooleanField):
        return BooleanColumn
    if isinstance(field, models.DateField):
        return DateColumn
    if isinstance(field, models.IntegerField | models.DecimalField):
        return NumberColumn
    if isinstance(field, models.CharField | models.TextField):
        return Column
    raise TypeError(f"{field} is a {type(field).__name__}, which no column reads")
