"""The figures of honours and contests: an award is a record, who has two is one person, a gap ends a streak."""

from datetime import date

import pytest

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Person
from shuyuan.figures.books import Books
from shuyuan.honours.contest import Contest
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


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"contest": "田径锦标赛", "place": 1}, "田径锦标赛冠军"),
        ({"contest": "田径锦标赛", "place": 4}, "田径锦标赛第4名"),
        ({"contest": "机器人大赛", "event": "足球赛", "grade": "2", "place": 3}, "机器人大赛足球赛一等奖"),
        ({"contest": "技能大赛", "medal": "silver"}, "技能大赛银牌"),
        ({"contest": "运动会", "event": "男子跳高", "distinction": "record"}, "运动会男子跳高打破赛会纪录"),
        ({"contest": "合唱展演"}, "合唱展演"),
    ],
)
def test_a_result_is_named_by_what_was_won(fields: dict[str, object], named: str) -> None:
    assert str(Contest(**fields)) == named


@pytest.fixture
def ten_golds(books: Books) -> None:
    school = Organisation.objects.get(name="金坛市华城实验幼儿园")
    fields = {"contest": "全国幼儿体操大赛", "level": "10", "medal": "gold", "state": State.ACCEPTED}
    with acting(actor("system"), "登记"):
        Contest.objects.bulk_create(
            Contest(organisation=school, date=date(year, 7, 26), **fields) for year in range(2003, 2013)
        )


@pytest.mark.usefixtures("ten_golds")
def test_ten_golds_in_ten_years_are_a_streak_of_ten() -> None:
    value = Books(2012).value("contest.gymnastics_gold")
    assert [value.exact, value.records] == [10, 10]


@pytest.mark.usefixtures("ten_golds")
def test_a_year_without_gold_ends_the_streak() -> None:
    with acting(actor("system"), "更正：当年为银牌"):
        Contest.objects.filter(date__year=2009).update(medal="silver")
    assert Books(2012).value("contest.gymnastics_gold").exact == 3
    assert Books(2008).value("contest.gymnastics_gold").exact == 6
