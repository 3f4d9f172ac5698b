"""Sealing: history cannot be read without a person's key, and the chain holds when the key is gone."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import transaction

from shuyuan.core import sealing
from shuyuan.core.history import acting
from shuyuan.core.models import Person, PersonKey
from shuyuan.core.proof import verify
from shuyuan.ledger.changes import history_of
from shuyuan.ledger.ledger import ledger
from shuyuan.staff.models import Staff
from tests.county import HOME, OTHER, County


@pytest.fixture
def person(county: County) -> Person:
    return county.person(HOME, "张示例", "320482")


def test_the_name_stands_neither_in_the_columns_nor_in_the_payload(person: Person) -> None:
    version = person.history().get()
    assert "张示例" not in version.payload
    assert "张示例" not in version.name  # type: ignore[attr-defined]
    assert version.columns()["name"] == "张示例"
    assert "张示例".encode() not in bytes(PersonKey.objects.get(pk=person.pk).wrapped or b"")


def test_the_same_name_is_sealed_differently_each_time(county: County, person: Person) -> None:
    other = county.person(OTHER, "张示例", "320483")
    assert person.history().get().name != other.history().get().name  # type: ignore[attr-defined]


def test_an_erased_person_is_forgotten_and_the_chain_still_holds(county: County, person: Person) -> None:
    with acting(county.system, "登记"):
        staff = Staff.objects.create(
            organisation=county[HOME], person=person, post="11", date=date(2001, 9, 1), born=date(1980, 1, 2)
        )
    with acting(county.system, "依法删除个人信息"):
        person.erase()
    staff.refresh_from_db()
    assert (Person.objects.get(pk=person.pk).name, staff.born) == (sealing.ERASED, None)
    assert {version.columns()["name"] for version in person.history()} == {sealing.ERASED}
    assert {version.columns()["born"] for version in staff.history()} == {sealing.ERASED, None}
    assert verify(Person) == verify(Staff) == []
    told = [change.after for entry in history_of(ledger("staff"), staff) for change in entry.changes]
    assert "1980" not in " ".join(told)


def test_an_erased_person_can_be_transferred_but_not_be_named_again(county: County, person: Person) -> None:
    with acting(county.system, "依法删除个人信息"):
        person.erase()
        person.organisation = county[OTHER]
        person.save()
        Person.objects.filter(pk=person.pk).update(kind=Person.Kind.PUPIL)
    assert verify(Person) == []
    person.name = "张示例"
    with pytest.raises(ValueError, match="was erased"), acting(county.system, "恢复"), transaction.atomic():
        person.save()
    assert Person.objects.get(pk=person.pk).name == sealing.ERASED


def test_the_history_of_a_row_deleted_by_mistake_can_still_be_read(county: County, person: Person) -> None:
    key, history = person.pk, list(person.history())
    with acting(county.system, "重复登记"):
        person.delete()
    assert PersonKey.objects.filter(pk=key).exists()
    assert [version.columns()["name"] for version in history] == ["张示例"]
    assert verify(Person) == []


def test_reading_makes_no_keys(person: Person) -> None:
    version = person.history().get()
    PersonKey.objects.all().delete()
    assert version.columns()["name"] == sealing.ERASED
    assert not PersonKey.objects.exists()


def test_a_sealed_text_is_bound_to_its_person(county: County, person: Person) -> None:
    other = county.person(OTHER, "李示例", "320483")
    stolen = person.history().get().name  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="was altered"):
        sealing.unseal(stolen, other.pk)
    for text in ("", "not base64!", stolen[:-4]):
        with pytest.raises(ValueError, match="was altered"):
            sealing.unseal(text, person.pk)
