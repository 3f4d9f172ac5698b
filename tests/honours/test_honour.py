"""Honours: an award is a record, and who has two awards is one person."""

from datetime import date

import pytest

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Person
from shuyuan.figures.books import Books
from shuyuan.honours.honour import Honour
from shuyuan.ledger.record import State
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled()


def give(title: str, level: str, person: Person | None = None, **fields: object) -> None:
    school = Organisation.objects.get(name="金坛市水北小学")
    kind = "2" if person else "1"
    Honour(
        organisation=school, date=date(2012, 9, 8), title=title, level=level, kind=kind, person=person,
        awarded_by="常州市教育局", state=State.ACCEPTED, **fields,
    ).save()  # fmt: skip


@pytest.fixture
def teacher(books: Books) -> Person:
    with acting(actor("system"), "登记"):
        school = Organisation.objects.get(name="金坛市水北小学")
        person = Person(organisation=school, kind=Person.Kind.STAFF, number="T1", name="王甲子")
        person.save()
    return person


def test_two_honours_of_one_teacher_are_two_honours_and_one_person(teacher: Person) -> None:
    with acting(actor("system"), "登记"):
        give("十佳青年教师", "43", teacher, edition=5)
        give("青年教师师德演讲比赛", "33", teacher, grade="4", edition=2)
        give("教代会工作先进单位", "33", edition=1)
    book = Books(2012)
    counted = book.values(["honour.county", "honour.municipal", "honour.persons", "honour.schools"])
    assert [value.exact for value in counted] == [1, 2, 1, 1]


def test_a_prize_of_another_grade_or_edition_is_not_cited(teacher: Person) -> None:
    with acting(actor("system"), "登记"):
        give("青年教师师德演讲比赛", "33", teacher, grade="4", edition=2)
        give("青年教师师德演讲比赛", "33", teacher, grade="3", edition=2)
        give("青年教师师德演讲比赛", "33", teacher, grade="4", edition=1)
    value = Books(2012).value("in2012.speech_third_prizes")
    assert [value.exact, value.records] == [1, 1]
