"""Many rows at once: what is written is what `bulk_create` would have written, and chains still verify."""

import pytest

from shuyuan.core import bulk, history
from shuyuan.core.history import acting
from shuyuan.core.models import Period, Person
from shuyuan.core.proof import verify
from tests import county as counties

pytestmark = pytest.mark.django_db


def test_rows_are_there_with_their_values() -> None:
    bulk.insert(Period, ("code", "kind", "year"), [("1999", "", 1999), ("1999S", "S", 1999)])
    assert [str(period) for period in Period.objects.filter(year=1999)] == ["1999年度", "1999—2000学年"]


def test_a_register_written_in_parts_is_one_chain_that_verifies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PART", 7)
    county = counties.build()
    school = county[counties.HOME]
    people = [
        Person(organisation=school, kind=Person.Kind.PUPIL, number=f"P{number}", name=f"学生{number}")
        for number in range(20)
    ]
    with acting(county.system, "建立名册"):
        Person.objects.bulk_create(people)
    versions = Person.versions._default_manager.order_by("link")
    assert [version.link for version in versions] == list(range(1, 21))
    assert [version.columns()["name"] for version in versions] == [person.name for person in people]
    assert len({version.written_at for version in versions}) == 1
    assert verify(Person) == []
