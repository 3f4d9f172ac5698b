"""As of a past moment: the books say what they said then, whatever has been written since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuyuan.buildings.project import Project
from shuyuan.core.history import NobodyActing, acting
from shuyuan.core.models import Organisation, Person, Post
from shuyuan.core.past import NotInThePast, as_of, moment_from, present
from shuyuan.core.sealing import ERASED
from shuyuan.figures.books import Books
from shuyuan.figures.kinds import Count, Distinct, Mean, Names, Ratio, Spread, Sum
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.record import State
from shuyuan.ledger.selection import Selection
from shuyuan.staff.register import Staff
from tests.county import HOME, OTHER, County

FIGURES = (
    Count("t.count", "工程数", "project", unit="个"),
    Sum("t.spent", "完成投资", "project", "spent", unit="元", decimals=2),
    Mean("t.mean", "平均投资", "project", "planned", unit="元"),
    Names("t.names", "工程名称", "project", "name"),
    Count("t.primary", "小学的工程", "project", where='organisation.school_type == "211"'),
    Distinct("t.young", "青年教职工", "staff", "person", stock=True, where='born >= date("1980-01-01")'),
    Names("t.people", "教职工", "staff", "person", stock=True),
    Count("t.li", "姓李的", "staff", stock=True, where='person.name == "李某"'),
    Ratio("t.share", "每个工程的投资", "t.spent", "t.count", unit="元"),
    Spread("t.spread", "校际差距", "t.spent", unit="元"),
)

DEEDS = st.lists(
    st.tuples(
        st.sampled_from(
            ["build", "change", "return", "delete", "hire", "rename", "retire", "born", "retype", "erase", "dismiss"]
        ),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=9,
)


def _do(county: County, deed: str, n: int) -> None:
    """One thing that happens to the books; nothing where there is nothing for it to happen to."""
    schools = [county[HOME], county[OTHER]]
    projects, staff = list(Project.objects.order_by("pk")), list(Staff.objects.order_by("pk"))
    if deed == "build":
        Project.objects.create(
            organisation=schools[n % 2], date=date(2012, 1 + n, 1), name="甲乙丙丁"[n % 4], programme="safety",
            stage="10", planned=Decimal(n), spent=Decimal(n), area=1, source="county", state=State.ACCEPTED,
        )  # fmt: skip
    elif deed == "hire":
        name = ["李某", "王某"][n % 2]
        person = Person.objects.create(
            organisation=schools[n % 2], kind="staff", number=f"N{Person.objects.count()}", name=name
        )
        facts: dict[str, Any] = {"date": date(2011, 1, 1), "born": date(1975 + n, 1, 1), "state": State.ACCEPTED}
        Staff.objects.create(organisation=schools[n % 2], person=person, post="11", **facts)
    elif deed == "retype":
        Organisation.objects.filter(pk=schools[0].pk).update(school_type=["211", "311"][n % 2])
    elif deed in {"change", "return", "delete"} and projects:
        project = projects[n % len(projects)]
        if deed == "change":
            project.spent, project.organisation = Decimal(n * 7), schools[n % 2]
            project.save()
        elif deed == "delete":
            project.delete()
        elif project.state == State.ACCEPTED:
            project.move(State.RETURNED)
    elif staff and (row := staff[n % len(staff)]).person.name != ERASED:
        if deed == "rename":
            row.person.name = "李某" if n % 2 else "赵某"
            row.person.save()
        elif deed == "born":
            row.born = date(1975 + n, 2, 2)
            row.save()
        elif deed == "retire":
            row.until = date(2012, 6, 30)
            row.save()
        elif deed == "dismiss":
            row.delete()
        elif deed == "erase":
            row.person.erase()


def _read(names: list[str]) -> dict[str, Any]:
    """All that a person could see: values, vectors, the rows behind them, and the registers themselves."""
    books = Books(2012)
    seen: dict[str, Any] = {
        value.figure.name: (value.exact, value.records, value.names, value.reason, value.display)
        for value in books.values(names)
    }
    seen["vectors"] = {name: {key: part.exact for key, part in books.vector(name).items()} for name in names}
    seen["rows"] = {
        name: [sorted(line.selection().rows.values_list("pk", flat=True)) for line in books.lineage(name)]
        for name in names
    }
    foot = Selection(ledger("project"), {"period": "2012"}).totals()
    seen["foot"] = (foot["n"], foot["sum_spent"] or 0)
    seen["schools"] = list(Organisation.objects.order_by("pk").values_list("name", "school_type"))
    seen["people"] = [(row.person.name, row.born) for row in Staff.objects.select_related("person").order_by("pk")]
    return seen


def _without_the_erased(seen: dict[str, Any], erased: bool) -> dict[str, Any]:
    """What holds even after somebody was erased, of whom nothing more can be read."""
    personal = {"t.people", "t.young", "t.li", "people", "vectors", "rows"}
    return {name: value for name, value in seen.items() if not erased or name not in personal}


@pytest.fixture
def declared(declare: Callable[..., None]) -> list[str]:
    declare(*FIGURES)
    return [figure.name for figure in FIGURES]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(DEEDS)
def test_every_past_moment_reads_as_it_read_then(
    county: County, declared: list[str], deeds: list[tuple[str, int]]
) -> None:
    kept: list[tuple[datetime, dict[str, Any]]] = []
    with transaction.atomic():
        for deed, n in deeds:
            with acting(county.system, deed):
                _do(county, deed, n)
            kept.append((timezone.now(), _read(declared)))
        erased = any(deed == "erase" for deed, _n in deeds)
        for when, seen in kept:
            with as_of(when):
                then = _read(declared)
            assert _without_the_erased(then, erased) == _without_the_erased(seen, erased)
        assert _read(declared) == kept[-1][1], "the present is itself again"
        transaction.set_rollback(True)


def test_before_the_first_record_the_books_are_empty(county: County) -> None:
    before = timezone.now()
    with acting(county.system, "登记"):
        _do(county, "build", 3)
    with as_of(before):
        assert not Project.objects.exists()
        assert Books(2012).value("project.safety").exact is None
    assert Project.objects.exists()


def test_nothing_can_be_written_in_the_past(county: County) -> None:
    with acting(county.system, "登记"):
        _do(county, "build", 3)
    project = Project.objects.get()
    with as_of(timezone.now()):
        for write in (project.save, project.delete, lambda: Project.objects.update(name="改")):
            with pytest.raises((NotInThePast, NobodyActing)), transaction.atomic(), acting(county.system, "改历史"):
                write()
    assert Project.objects.get().name != "改"


def test_a_failed_transaction_inside_the_past_takes_nothing_with_it(county: County) -> None:
    with acting(county.system, "登记"):
        _do(county, "build", 3)
    since = timezone.now()
    with acting(county.system, "删"):
        Project.objects.get().delete()
    with as_of(since):
        with pytest.raises(KeyError), transaction.atomic():
            assert Project.objects.count() == 1
            raise KeyError
        assert Project.objects.count() == 1
    assert Project.objects.count() == 0


def test_a_post_lost_since_opens_no_old_books(county: County) -> None:
    clerk = county.clerk
    with acting(county.system, "登记"):
        _do(county, "build", 0)
    held = timezone.now()
    with acting(county.system, "离任"):
        Post.objects.get(user=clerk).delete()
    clerk = type(clerk).objects.get(pk=clerk.pk)
    with as_of(held):
        assert not Project.objects.visible_to(clerk).exists()
        with present():
            assert Project.objects.count() == 1


def test_a_day_means_its_end_and_nonsense_is_told() -> None:
    assert timezone.localtime(moment_from("2012-12-28")).isoformat().startswith("2012-12-28T23:59:59.999999")
    assert moment_from("2012-12-28T09:30") < moment_from("2012-12-28")
    for text in ("", "昨天", "2012-13-40", "2012", "9999-12-31x", "9" * 500):
        with pytest.raises(ValueError):
            moment_from(text)
