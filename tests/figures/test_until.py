"""Half-years and other ends: the book up to a day, last year's up to the same day, and the lists that show it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuyuan.buildings.project import Project
from shuyuan.core.history import acting
from shuyuan.core.models import Period
from shuyuan.figures.books import Books
from shuyuan.figures.figure import Figure
from shuyuan.figures.kinds import Change, Count, Measure, Ratio, Streak, Sum
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from tests.county import HOME, County
from tests.figures.test_books import a_purchase

JUNE = date(2012, 6, 30)
MEASURES: tuple[Measure, ...] = (
    Count("t.count", "工程数", "project", unit="个"),
    Sum("t.spent", "完成投资", "project", "spent", unit="元", decimals=2),
    Count("t.standing", "在建工程数", "project", unit="个", stock=True),
    Count("t.completed", "竣工工程数", "project", unit="个", when="completed_on"),
    Streak("t.years", "连续年数", "project", unit="年"),
)
FIGURES: tuple[Figure, ...] = (*MEASURES, Change("t.more", "比上年多", "t.count", unit="个"))
DAYS = st.dates(date(2010, 1, 1), date(2012, 12, 31))


@pytest.fixture
def works(county: County, declare: Callable[..., None]) -> Callable[..., None]:
    declare(*FIGURES)

    def write(days: list[tuple[date, date | None, date | None]]) -> None:
        facts = {"programme": "safety", "stage": "10", "area": 1, "planned": 1, "source": "county"}
        with acting(county.system, "登记"):
            Project.objects.bulk_create(
                Project(
                    organisation=county[HOME], name=str(n), date=began, completed_on=completed, until=until,
                    spent=n + 1, state=State.ACCEPTED, **facts
                )
                for n, (began, completed, until) in enumerate(days)
            )  # fmt: skip

    return write


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(DAYS, st.none() | DAYS, st.none() | DAYS), min_size=1, max_size=12),
    st.dates(date(2012, 1, 1), date(2012, 12, 31)),
)
def test_the_book_up_to_a_day_counts_what_had_happened_by_then(
    works: Callable[..., None], rows: list[tuple[date, date | None, date | None]], until: date
) -> None:
    with transaction.atomic():
        works(rows)
        books = Books(2012, until=until)
        for back, year, day in ((0, 2012, until), (1, 2011, _a_year_before(until))):
            count, spent, standing, completed, years = (value.exact for value in books.values(_names(), back))
            mine = [(n, began) for n, (began, _c, _u) in enumerate(rows) if began.year == year and began <= day]
            if count is not None:
                assert count == len(mine)
                assert spent is None or spent == sum(n + 1 for n, _began in mine)
            assert (standing or 0) == sum(b <= day and (u is None or u > day) for b, _c, u in rows)
            assert (completed or 0) == sum(c is not None and c.year == year and c <= day for _b, c, _u in rows)
            begun = {b.year for b, _c, _u in rows if b <= day}
            assert (years or 0) == next(n for n in range(9) if year - n not in begun)
            for name, value in zip(_names(), books.values(_names(), back), strict=True):
                (line,) = books.lineage(name, back)
                assert line.selection().errors == []
                assert value.exact is None or line.selection().rows.count() == value.records, name
        transaction.set_rollback(True)


def _names() -> list[str]:
    return [measure.name for measure in MEASURES]


def _a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 2, 28)


def test_the_whole_year_is_the_book_up_to_its_last_day(works: Callable[..., None]) -> None:
    works([(date(2012, 3, 1), None, None), (date(2012, 12, 31), date(2012, 12, 31), None)])
    whole, until = Books(2012), Books(2012, until=date(2012, 12, 31))
    assert [v.exact for v in whole.values(_names())] == [v.exact for v in until.values(_names())]
    assert [line.url for line in whole.lineage("t.more")] == [line.url for line in until.lineage("t.more")]


def test_a_change_up_to_a_day_is_against_the_same_day_a_year_before(works: Callable[..., None]) -> None:
    works([(date(2012, 3, 1), None, None), (date(2011, 3, 1), None, None), (date(2011, 9, 1), None, None)])
    assert Books(2012).value("t.more").exact == -1
    assert Books(2012, until=JUNE).value("t.more").exact == 0


def test_a_school_year_that_had_not_begun_is_not_known(
    county: County, declare: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(Count("t.all", "采购", "procurement"), Count("t.stock", "留存", "procurement", stock=True))
    monkeypatch.setattr(type(ledger("procurement")), "period_kind", Period.Kind.SCHOOL)
    a_purchase(county, 5)
    flow, stock = Books(2012, until=JUNE).values(["t.all", "t.stock"])
    assert flow.reason == "2012—2013学年在 2012-06-30 还没有开始"
    assert stock.exact == 1
    assert Books(2012, until=JUNE).values(["t.all"], back=1)[0].reason == "2011—2012学年在 2011-06-30 还没有开始"


def test_a_day_of_another_year_is_refused(county: County) -> None:
    with pytest.raises(ValueError, match="2011-06-30 不在2012年"):
        Books(2012, until=date(2011, 6, 30))


def test_the_last_day_of_february_has_a_year_before(county: County, declare: Callable[..., None]) -> None:
    declare(Count("t.all", "采购", "procurement"))
    a_purchase(county, 5, day=date(2011, 2, 28))
    a_purchase(county, 5, day=date(2011, 3, 1))
    (before,) = Books(2012, until=date(2012, 2, 29)).values(["t.all"], back=1)
    assert before.exact == 1


def test_a_list_can_be_read_up_to_a_day(county: County) -> None:
    a_purchase(county, 5, day=JUNE)
    a_purchase(county, 7, day=JUNE + timedelta(1))
    from shuyuan.ledger.selection import Selection

    book = ledger("procurement")
    assert [row.amount for row in Selection(book, {"through": "2012-06-30"}).rows] == [Decimal(5)]
    assert [chip.text for chip in Selection(book, {"through": "2012-06-30"}).chips] == ["2012-06-30"]
    assert Selection(book, {"through": "六月"}).errors == ["『六月』不是日期"]
    assert Selection(ledger("organisation"), {"through": "2012-06-30"}).errors != []


def test_a_record_that_two_parts_count_is_one_record_of_the_whole(county: County, declare: Callable[..., None]) -> None:
    declare(
        Count("t.dear", "高价", "procurement", where="amount > 3"),
        Count("t.open", "公开", "procurement", where='method == "open"'),
        Ratio("t.ratio", "比", "t.dear", "t.open"),
        Count("t.all", "全部", "procurement"),
        Ratio("t.share", "比例", "t.open", "t.all", unit="%"),
        Change("t.change", "变化", "t.dear", unit=""),
    )
    a_purchase(county, 5, method="open", contract="1")
    a_purchase(county, 2, method="open", contract="2")
    a_purchase(county, 9)
    a_purchase(county, 9, day=date(2011, 5, 1))
    books = Books(2012)
    assert [books.value(name).records for name in ("t.ratio", "t.share", "t.change")] == [3, 3, 3]
