"""Books: a figure is what anybody would compute by hand from the records that its link opens."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuyuan.buildings.project import Project
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation
from shuyuan.core.periods import Period
from shuyuan.figures.books import Books
from shuyuan.figures.kinds import (
    Change,
    Count,
    Difference,
    Distinct,
    Growth,
    Mean,
    Measure,
    Names,
    Rank,
    Ratio,
    Reported,
    Spread,
    Streak,
    Sum,
)
from shuyuan.finance.procurement import Procurement
from shuyuan.governance.peer_result import PeerResult
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from shuyuan.ledger.zero import ZeroReport
from shuyuan.schooling.enrolment import Enrolment
from tests.county import BUREAU, HOME, OTHER, County, browser_of

SAFETY = 'programme == "safety"'
MEASURES: tuple[Measure, ...] = (
    Count("t.count", "工程数", "project", unit="个"),
    Count("t.safety", "校安工程数", "project", unit="个", where=SAFETY),
    Count("t.standing", "在建工程数", "project", unit="个", stock=True),
    Count("t.completed", "竣工工程数", "project", unit="个", when="completed_on"),
    Sum("t.planned", "计划投资", "project", "planned", unit="万元", decimals=2),
    Sum("t.spent", "完成投资", "project", "spent", unit="元", decimals=2, where=f"not ({SAFETY})"),
    Sum("t.stock_spent", "在建工程完成投资", "project", "spent", unit="元", stock=True),
    Sum("t.completed_spent", "竣工工程完成投资", "project", "spent", unit="元", when="completed_on", where=SAFETY),
    Mean("t.mean", "平均完成投资", "project", "spent", unit="元", decimals=2),
    Distinct("t.schools", "有工程的学校", "project", "organisation", unit="所"),
    Distinct("t.stages", "阶段数", "project", "stage", unit="个", where=SAFETY),
    Names("t.names", "工程名称", "project", "name", where=SAFETY),
    Reported("t.reported", "唯一一项的投资", "project", "planned", unit="元", where='name == "甲"'),
    Streak("t.streak", "连续有校安工程的年数", "project", unit="年", where=SAFETY),
)
COMPOSED = (
    Ratio("t.share", "校安工程所占比例", "t.safety", "t.count", unit="%", decimals=1),
    Difference("t.others", "其他工程数", "t.count", "t.safety", unit="个"),
    Change("t.more", "工程数比上年增加", "t.count", unit="个"),
    Growth("t.growth", "完成投资同比增长", "t.spent", unit="%", decimals=1),
    Spread("t.spread", "校际计划投资差距", "t.planned", unit="万元"),
)
ADDITIVE = ("t.count", "t.safety", "t.standing", "t.completed", "t.planned", "t.spent", "t.stock_spent")


@dataclass(frozen=True)
class Work:
    """A project as the plain computation sees it."""

    school: int
    began: date
    until: date | None
    completed: date | None
    programme: str
    name: str
    stage: str
    planned: Decimal
    spent: Decimal | None
    state: str


DAYS = st.dates(date(2010, 1, 1), date(2013, 12, 31))
MONEY = st.decimals(Decimal("0.01"), Decimal("99999999.99"), places=2)
WORKS = st.lists(
    st.builds(
        Work,
        st.integers(0, 2),
        DAYS,
        st.none() | DAYS,
        st.none() | DAYS,
        st.sampled_from(["safety", "surfacing", "repair"]),
        st.sampled_from(["甲", "乙", "丙 丁"]),
        st.sampled_from(["10", "52"]),
        MONEY,
        st.none() | MONEY,
        st.sampled_from([*State.values, State.ACCEPTED, State.ACCEPTED]),
    ),
    max_size=14,
)


@pytest.fixture
def schools(county: County) -> list[Organisation]:
    """A school, its campus below it, and another school."""
    with acting(county.system, "设校区"):
        campus = Organisation.objects.create(name="东校区", kind="campus", parent=county[HOME])
    return [county[HOME], campus, county[OTHER]]


def write(county: County, schools: list[Organisation], works: list[Work]) -> None:
    with acting(county.system, "随机"):
        Project.objects.bulk_create(
            Project(
                organisation=schools[work.school],
                date=work.began,
                until=work.until,
                completed_on=work.completed,
                programme=work.programme,
                name=work.name,
                stage=work.stage,
                planned=work.planned,
                spent=work.spent,
                area=1,
                source="county",
                state=work.state,
            )
            for work in works
        )


def by_hand(measure: Measure, works: list[Work], year: int) -> tuple[Decimal | None, int]:
    """The value and how many records it counts, in plain Python."""
    mine = [work for work in works if work.state == State.ACCEPTED]
    if "safety" in measure.where:
        mine = [work for work in mine if (work.programme == "safety") == ("not" not in measure.where)]
    if isinstance(measure, Streak):
        years = list(itertools.takewhile(lambda y: any(w.began.year == y for w in mine), range(year, 2000, -1)))
        return Decimal(len(years)), sum(work.began.year in years for work in mine)
    if measure.stock:
        end = date(year, 12, 31)
        mine = [work for work in mine if work.began <= end and (work.until is None or work.until > end)]
    elif measure.when:
        mine = [work for work in mine if work.completed and work.completed.year == year]
    else:
        mine = [work for work in mine if work.began.year == year]
    if isinstance(measure, Reported):
        mine = [work for work in mine if work.name == "甲"]
        return (mine[0].planned, 1) if len(mine) == 1 else (None, len(mine))
    if isinstance(measure, Mean):
        mine = [work for work in mine if work.spent is not None]
        return (sum(w.spent for w in mine) / Decimal(len(mine)) if mine else None), len(mine)  # type: ignore[misc]
    if isinstance(measure, Sum):
        total = sum((getattr(work, measure.field) or Decimal(0) for work in mine), Decimal(0))
        return total / (10000 if measure.unit == "万元" else 1), len(mine)
    if isinstance(measure, Distinct):
        return Decimal(len({work.school if measure.field == "organisation" else work.stage for work in mine})), len(
            mine
        )
    if isinstance(measure, Names):
        return Decimal(len({work.name for work in mine})), len(mine)
    return Decimal(len(mine)), len(mine)


def on_its_page(county: County, url: str) -> list[int]:
    """The records that somebody sees who opens the link."""
    parts = urlsplit(url)
    slug = parts.path.strip("/").split("/")[-1]
    rows = browser_of(county.office).get(f"/api/ledgers/{slug}/", dict(parse_qsl(parts.query)) | {"limit": "1000"})
    return [row["id"] for row in rows.json()["rows"]]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(WORKS, st.sampled_from([None, 0, 1, 2]))
def test_every_measure_is_what_plain_python_computes_from_the_same_records(
    county: County, schools: list[Organisation], declare: Callable[..., None], works: list[Work], place: int | None
) -> None:
    declare(*(figure for figure in (*MEASURES, *COMPOSED) if not _declared(figure.name)))
    below = {None: {0, 1, 2}, 0: {0, 1}, 1: {1}, 2: {2}}[place]
    seen = [work for work in works if work.school in below]
    with transaction.atomic():
        write(county, schools, works)
        within = None if place is None else schools[place]
        books, names = Books(2012, within), [measure.name for measure in MEASURES]
        together = books.values(names)
        before = books.values(names, back=1)
        for measure, value, last in zip(MEASURES, together, before, strict=True):
            for found, year in ((value, 2012), (last, 2011)):
                exact, records = by_hand(measure, seen, year)
                if found.exact is None:
                    assert not records or isinstance(measure, Reported | Mean), measure.name
                    assert found.reason
                    assert isinstance(measure, Reported | Mean) or not _on_file(measure, seen, year)
                else:
                    assert (found.exact, found.records) == (exact, records), measure.name
            alone = Books(2012, within).value(measure.name)
            assert (alone.exact, alone.records) == (value.exact, value.records), "one by one is the same as together"
            rows = books.lineage(measure.name)[0].selection().rows
            assert rows.count() == value.records, measure.name
            if isinstance(measure, Sum) and value.exact is not None:
                total = sum((getattr(row, measure.field) or Decimal(0) for row in rows), Decimal(0))
                assert total == value.exact * measure.scale(), measure.name
        for name in ADDITIVE:
            value, vector = books.value(name), books.vector(name)
            assert sum(part.exact or 0 for part in vector.values()) == (value.exact or 0), name
            assert sum(part.records for part in vector.values()) == value.records, name
        assert [one.exact for one in Books(2011, within).values(names)] == [one.exact for one in before]
        _composed_by_hand(books)
        transaction.set_rollback(True)


def _declared(name: str) -> bool:
    from shuyuan.figures.registry import UnknownFigure, figure

    try:
        return bool(figure(name))
    except UnknownFigure:
        return False


def _on_file(measure: Measure, works: list[Work], year: int) -> bool:
    """Whether there is anything at all in the window of a measure: only then is a zero known."""
    return by_hand(Count("t.any", "", "project", stock=measure.stock, when=measure.when), works, year)[1] > 0


def _composed_by_hand(books: Books) -> None:
    safety, count, spent = (books.value(name).exact for name in ("t.safety", "t.count", "t.spent"))
    then_count, then_spent = (value.exact for value in books.values(["t.count", "t.spent"], back=1))
    expected: dict[str, Decimal | None] = dict.fromkeys((figure.name for figure in COMPOSED), None)
    if safety is not None and count:
        expected["t.share"] = safety * 100 / count
    if safety is not None and count is not None:
        expected["t.others"] = count - safety
    if count is not None and then_count is not None:
        expected["t.more"] = count - then_count
    if spent is not None and then_spent:
        expected["t.growth"] = (spent - then_spent) * 100 / then_spent
    planned = [value.exact for value in books.vector("t.planned").values() if value.exact is not None]
    if len(planned) > 1:
        expected["t.spread"] = max(planned) - min(planned)
    for name, value in expected.items():
        found = books.value(name)
        assert found.exact == value, name
        assert (found.exact is None) == bool(found.reason), name


# --- what is said where nothing can be said ---


def a_purchase(county: County, amount: int | Decimal, *, day: date = date(2012, 5, 31), **more: Any) -> Procurement:
    facts = {"organisation": county[HOME], "item": "课桌", "purpose": "service", "method": "own", "source": "school"}
    with acting(county.system, "登记"):
        row = Procurement(**facts | more, amount=amount, date=day, state=State.ACCEPTED)
        row.save()
    return row


def test_a_ratio_over_zero_is_a_dash_with_its_reason(county: County, declare: Callable[..., None]) -> None:
    declare(
        Count("t.open", "公开招标", "procurement", where='method == "open"'),
        Count("t.all", "采购", "procurement"),
        Ratio("t.share", "公开招标比例", "t.all", "t.open", unit="%"),
    )
    a_purchase(county, 5)
    value = Books(2012).value("t.share")
    assert (value.exact, value.display, value.reason) == (None, "—", "分母「公开招标」为零")
    assert [value.numerator, value.denominator] == [1, 0]
    page = browser_of(county.office).get(reverse("figure", args=["t.share"]), {"year": "2012"}).content.decode()
    assert "分母「公开招标」为零" in page


def test_growth_from_nothing_is_not_told(county: County, declare: Callable[..., None]) -> None:
    declare(
        Count("t.open", "公开招标", "procurement", where='method == "open"'),
        Growth("t.growth", "公开招标增长", "t.open", unit="%"),
    )
    a_purchase(county, 5, day=date(2011, 1, 1))
    a_purchase(county, 5, method="open", contract="1")
    assert Books(2012).value("t.growth").reason == "上期为零，无从比较"


def test_a_zero_is_known_only_when_every_school_has_filed_or_reported_nothing(
    county: County, declare: Callable[..., None]
) -> None:
    declare(Sum("t.dropouts", "辍学学生", "enrolment", "dropouts", unit="人"))
    assert Books(2012).value("t.dropouts").reason == "还有 2 所学校未报送，也未作零报告"
    with acting(county.system, "报送"):
        filed = Enrolment(organisation=county[HOME], date=date(2012, 9, 1), applicants=5, admitted=5)
        filed.save()
    assert Books(2012).value("t.dropouts").reason == "还有 2 所学校未报送，也未作零报告", "not accepted yet"
    with acting(county.system, "通过"):
        filed.move("filed")
        filed.move("accepted")
    assert Books(2012).value("t.dropouts").reason == "还有 1 所学校未报送，也未作零报告"
    assert Books(2012, county[HOME]).value("t.dropouts").exact == 0
    with acting(county.other_clerk, "零报告"):
        ZeroReport(organisation=county[OTHER], ledger="enrolment", period=Period.of(2012)).save()
    assert Books(2012).value("t.dropouts").exact == 0
    assert Books(2011).value("t.dropouts").exact is None


def test_an_empty_ledger_is_unknown_until_every_school_said_it_has_nothing(
    county: County, declare: Callable[..., None]
) -> None:
    declare(Count("t.all", "采购", "procurement"))
    assert Books(2012).value("t.all").reason == "台账「采购投入」本期没有记录"
    with acting(county.system, "零报告"):
        for name in (HOME, OTHER):
            ZeroReport(organisation=county[name], ledger="procurement", period=Period.of(2012)).save()
    assert Books(2012).value("t.all").exact == 0


@pytest.mark.parametrize("state", [State.DRAFT, State.FILED, State.RETURNED])
def test_what_is_not_accepted_is_never_counted(county: County, declare: Callable[..., None], state: str) -> None:
    declare(Count("t.all", "采购", "procurement"), Sum("t.sum", "采购额", "procurement", "amount", unit="元"))
    a_purchase(county, 7)
    row = a_purchase(county, 5)
    with acting(county.system, "改"):
        Procurement.objects.filter(pk=row.pk).update(state=state)
    books = Books(2012)
    assert [books.value(name).exact for name in ("t.all", "t.sum")] == [1, 7]
    assert books.value("t.all").records == 1


def test_a_school_that_has_none_has_a_share_of_zero_and_counts_in_the_spread(
    county: County, declare: Callable[..., None]
) -> None:
    declare(
        Count("t.open", "公开招标", "procurement", where='method == "open"'),
        Count("t.all", "采购", "procurement"),
        Ratio("t.share", "公开招标比例", "t.open", "t.all", unit="%"),
        Spread("t.spread", "公开招标比例校际差距", "t.share", unit="个百分点"),
    )
    a_purchase(county, 5)
    a_purchase(county, 5, organisation=county[OTHER], method="open", contract="1")
    books = Books(2012)
    assert {key: value.exact for key, value in books.vector("t.share").items()} == {
        county[HOME].pk: 0,
        county[OTHER].pk: 100,
    }
    assert list(books.vector("t.open")) == [county[OTHER].pk]
    assert books.value("t.spread").exact == 100


def test_ties_share_a_rank(county: County, declare: Callable[..., None]) -> None:
    declare(
        Sum("t.own", "本县", "procurement", "amount", unit="元"),
        Names("t.peers", "外县", "peer_result", "value"),
        Rank("t.rank", "名次", "t.own", "t.peers", unit="名"),
    )
    a_purchase(county, 7)
    assert Books(2012).value("t.rank").reason == "没有外县数据可比"
    with acting(county.system, "登记"):
        PeerResult.objects.bulk_create(
            PeerResult(
                organisation=county[BUREAU], date=date(2012, 12, 31), state=State.ACCEPTED, peer=peer, value=value
            )
            for peer, value in (("甲县", 9), ("乙县", 7), ("丙县", 7), ("丁县", 3))
        )
    assert Books(2012).value("t.rank").exact == 2


def test_a_figure_about_one_organisation_is_told_only_to_those_who_may_read_its_book(
    county: County, declare: Callable[..., None]
) -> None:
    declare(
        Count("t.at", "省华中的采购", "procurement", at="省华中"),
        Count("t.lost", "无此校的采购", "procurement", at="火星小学"),
    )
    a_purchase(county, 5, organisation=county[OTHER])
    assert Books(2012).value("t.at").exact == 1
    own = Books(2012, county[HOME])
    assert (own.value("t.at").exact, own.value("t.at").reason) == (None, "「省华中」不在本单位之内")
    assert (own.vector("t.at"), own.lineage("t.at")) == ({}, [])
    assert Books(2012).value("t.lost").reason == "「火星小学」须恰好是一个单位，现有 0 个"
    for user in (county.clerk, county.office):
        page = browser_of(user).get("/figures/", {"year": "2012"})
        assert page.status_code == 200
        assert "无此校的采购" in page.content.decode()


def test_money_is_added_to_the_fen_in_either_database(county: County, declare: Callable[..., None]) -> None:
    """Added as binary floats these come out wrong: 0.1 + 0.2, and 分 beside hundreds of 亿."""
    declare(
        Sum("t.sum", "采购额", "procurement", "amount", unit="元", decimals=2),
        Mean("t.mean", "平均采购额", "procurement", "amount", unit="元", decimals=2),
    )
    amounts = [Decimal("0.10"), Decimal("0.20"), Decimal("99999999999.99"), Decimal("0.07")] * 750
    facts = {"purpose": "service", "method": "own", "source": "school", "state": State.ACCEPTED}
    with acting(county.system, "登记"):
        Procurement.objects.bulk_create(
            Procurement(organisation=county[HOME], item=f"{n}", amount=amount, date=date(2012, 5, 31), **facts)
            for n, amount in enumerate(amounts)
        )
    books = Books(2012)
    assert books.value("t.sum").exact == sum(amounts)
    assert books.value("t.mean").exact == sum(amounts) / Decimal(len(amounts))
    page = browser_of(county.office).get(ledger("procurement").url).content.decode()
    assert f"{sum(amounts):,}".rstrip("0") in page


def test_a_streak_ends_at_the_first_year_without_and_opens_the_records_of_its_years_alone(
    county: County, declare: Callable[..., None]
) -> None:
    declare(Streak("t.streak", "连续公开招标", "procurement", unit="年", where='method == "open"'))
    for year in (2007, 2010, 2011, 2011, 2012, 2013):
        a_purchase(county, year, day=date(year, 1, 1), method="open", contract="1")
    a_purchase(county, 9, day=date(2009, 1, 1))
    books = Books(2012)
    value = books.value("t.streak")
    assert [value.exact, value.records] == [3, 4]
    assert len(on_its_page(county, books.lineage("t.streak")[0].url)) == 4
    assert Books(2014).value("t.streak").exact is None
    assert Books(2009).value("t.streak").exact == 0


def test_the_figures_that_a_record_s_page_names_are_those_that_count_it(county: County) -> None:
    row = a_purchase(county, 5, method="open", contract="1")
    page = browser_of(county.office).get(row.get_absolute_url(), {"year": "2012"}).content.decode()
    for name in ("procurement.purchases", "procurement.tendered", "procurement.total"):
        assert reverse("figure", args=[name]) in page
    assert reverse("figure", args=["procurement.equipment"]) not in page
