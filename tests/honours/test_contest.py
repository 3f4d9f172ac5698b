"""Contests: a result in words names its record, and a streak ends with the first year that has none."""

from datetime import date

import pytest

from shuyuan.cli.telling import actor
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.figures.books import Books
from shuyuan.honours.contest import Contest
from shuyuan.ledger.record import State
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled()


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
