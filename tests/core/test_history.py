"""History: every write has an actor and a reason, and leaves a version of what the database then holds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuyuan.core.checks import check_history
from shuyuan.core.history import Action, Chain, NobodyActing, acting, current_act, plain
from shuyuan.core.models import Organisation, Person, Place
from shuyuan.core.proof import verify
from shuyuan.staff.models import Sanction
from tests.county import HOME, OTHER, County, build

WRITES: dict[str, Callable[[Place], object]] = {
    "save a new row": lambda place: Place(organisation=place.organisation, kind="room", name="101").save(),
    "save": lambda place: place.save(),
    "delete": lambda place: place.delete(),
    "create": lambda place: Place.objects.create(organisation=place.organisation, kind="room", name="101"),
    "get_or_create": lambda place: Place.objects.get_or_create(
        organisation=place.organisation, kind="room", name="101"
    ),
    "update_or_create": lambda place: Place.objects.update_or_create(pk=place.pk, defaults={"name": "北楼"}),
    "bulk_create": lambda place: Place.objects.bulk_create(
        [Place(organisation=place.organisation, kind="room", name="101")]
    ),
    "bulk_update": lambda place: Place.objects.bulk_update([place], ["name"]),
    "update": lambda place: Place.objects.update(name="北楼"),
    "queryset delete": lambda place: Place.objects.filter(pk=place.pk).delete(),
    "related update": lambda place: place.organisation.places.update(name="北楼"),
    "related create": lambda place: place.organisation.places.create(kind="room", name="101"),
}


def a_place(county: County, name: str = "南楼") -> Place:
    with acting(county.system, "登记"):
        return Place.objects.create(organisation=county[HOME], kind=Place.Kind.BUILDING, name=name)


def versions_of(row: Any) -> list[Any]:
    """The oldest first."""
    return list(row.history().reverse())


def newest_of(row: Any) -> Any:
    return row.history().first()


@pytest.mark.parametrize("name", WRITES)
def test_a_write_without_an_actor_is_refused_and_writes_nothing(county: County, name: str) -> None:
    place = a_place(county)
    before = list(Place.objects.values()), Place.versions._default_manager.count()
    with pytest.raises(NobodyActing), transaction.atomic():
        WRITES[name](place)
    assert (list(Place.objects.values()), Place.versions._default_manager.count()) == before


@pytest.mark.parametrize("name", WRITES)
def test_the_same_write_by_somebody_leaves_exactly_one_version(county: County, name: str) -> None:
    place = a_place(county)
    before = Place.versions._default_manager.count()
    with acting(county.superuser, "按文件更正"):
        WRITES[name](place)
    assert Place.versions._default_manager.count() == before + 1
    newest = Place.versions._default_manager.latest("version_id")
    assert (newest.written_by, newest.written_why) == (county.superuser, "按文件更正")
    assert verify(Place) == []


def test_ways_around_history_are_closed(county: County) -> None:
    with acting(county.system, "试"):
        with pytest.raises(NobodyActing):
            Place.objects.raw("SELECT 1")
        with pytest.raises(NobodyActing):
            Place.objects.bulk_create([], ignore_conflicts=True)
        with pytest.raises(NobodyActing):
            Place.objects.bulk_create([], update_conflicts=True, update_fields=["name"], unique_fields=["id"])


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_a_reason_of_blanks_is_no_reason(county: County, reason: str) -> None:
    with pytest.raises(NobodyActing, match="请写明修改原因"), acting(county.system, reason):
        pass


def test_acting_nests_and_the_innermost_reason_counts(county: County) -> None:
    with acting(county.system, "外层"):
        with acting(county.superuser, " 内层 "):
            inner = a_place_now(county, "甲")
        outer = a_place_now(county, "乙")
    assert [version.written_why for version in (*versions_of(inner), *versions_of(outer))] == ["内层", "外层"]
    with pytest.raises(NobodyActing):
        current_act()


def a_place_now(county: County, name: str) -> Place:
    return Place.objects.create(organisation=county[HOME], kind=Place.Kind.ROOM, name=name)


def test_acting_ends_with_an_error_inside(county: County) -> None:
    with pytest.raises(ZeroDivisionError), acting(county.system, "出错"):
        _ = 1 // 0
    with pytest.raises(NobodyActing):
        current_act()


def test_acting_does_not_leak_into_another_thread(county: County) -> None:
    seen: list[object] = []

    def look() -> None:
        try:
            seen.append(current_act())
        except NobodyActing as nobody:
            seen.append(nobody)

    with acting(county.system, "在主线程"):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert isinstance(seen[0], NobodyActing)


# --- what a version holds ---


def test_versions_tell_what_was_done_in_order(county: County) -> None:
    place = a_place(county)
    with acting(county.clerk, "改名"):
        place.name = "北楼"
        place.save()
    with acting(county.clerk, "拆除"):
        Place.objects.filter(pk=place.pk).delete()
    versions: list[Any] = list(Place.versions._default_manager.filter(record_id=place.pk).order_by("revision"))
    assert [(v.revision, v.act, v.name) for v in versions] == [
        (1, Action.CREATED, "南楼"),
        (2, Action.CHANGED, "北楼"),
        (3, Action.DELETED, "北楼"),
    ]


def test_a_partial_save_is_recorded_as_the_row_is_not_as_the_object(county: County) -> None:
    place = a_place(county)
    place.name, place.kind = "没有存", Place.Kind.GROUND
    with acting(county.system, "只存类别"):
        place.save(update_fields=["kind"])
    newest = newest_of(place)
    assert (newest.name, newest.kind) == ("南楼", "ground")
    place.name = "也没有存"
    with acting(county.system, "只改类别"):
        place.kind = Place.Kind.SITE
        Place.objects.bulk_update([place], ["kind"])
    assert (newest_of(place).name, newest_of(place).kind) == ("南楼", "site")
    with acting(county.system, "删去"):
        place.delete()
    assert not Place.versions._default_manager.filter(payload__contains="没有存").exists()
    assert verify(Place) == []


def test_an_expression_is_recorded_as_what_it_came_to(county: County) -> None:
    place = a_place(county)
    with acting(county.system, "加注"):
        place.name = Concat(F("name"), Value("（旧）"))
        place.save()
        Place.objects.update(name=Concat(F("name"), Value("!")))
    assert [version.name for version in versions_of(place)] == ["南楼", "南楼（旧）", "南楼（旧）!"]
    with pytest.raises(TypeError, match="needs a value"), acting(county.system, "新增"), transaction.atomic():
        Place.objects.create(organisation=county[HOME], kind="room", name=Value("算出来"))
    assert verify(Place) == []


def test_what_is_typed_loosely_is_recorded_as_the_database_keeps_it(county: County) -> None:
    person = county.person(HOME, "张示例", "1")
    with acting(county.system, "登记"):
        row = Sanction(
            organisation=county[HOME], person=person, office="head", kind="warning", document=9, grounds="", date=DAY
        )
        row.date = "2012-03-12"
        row.save()
    only = newest_of(row)
    assert (only.date, only.document, only.period_id) == (date(2012, 3, 12), "9", "2012")
    assert verify(Sanction) == []


DAY = date(2012, 3, 12)


def test_moments_are_kept_in_one_time_zone() -> None:
    moment = datetime(2012, 5, 31, 8, tzinfo=timezone(timedelta(hours=8)))
    assert plain(moment) == plain(moment.astimezone(UTC)) == "2012-05-31T00:00:00+00:00"


def test_what_other_columns_follow_from_is_changed_by_save_alone(county: County) -> None:
    with acting(county.system, "批量改"):
        for change in ({"date": DAY}, {"period_id": "2011"}):
            with pytest.raises(ValueError, match="save each row instead"):
                Sanction.objects.update(**change)
        with pytest.raises(ValueError, match="save each row instead"):
            Organisation.objects.filter(pk=county[HOME].pk).update(parent=county[OTHER])
        with pytest.raises(ValueError, match="save each row instead"), transaction.atomic():
            Organisation.objects.bulk_update([county[HOME]], ["path"])
    row = Sanction(organisation=county[HOME], person=county.person(HOME, "张", "1"), office="head", kind="warning")
    row.date = date(2011, 12, 31)
    with acting(county.system, "登记"):
        row.save()
        row.date = DAY
        row.save(update_fields=["date"])
    row.refresh_from_db()
    assert row.period_id == "2012"


def test_a_moved_organisation_takes_what_is_below_it_along_and_never_hangs_below_itself(county: County) -> None:
    school, town = county[HOME], county["薛埠镇"]
    with acting(county.system, "撤并"):
        campus = Organisation.objects.create(name="河头小学东校区", kind="campus", parent=school)
        school.parent = town
        school.save()
    campus.refresh_from_db()
    assert campus.path == f"{town.path}{school.key}/{campus.key}/"
    assert verify(Organisation) == []
    for below in (school, campus):
        school.parent = below
        with pytest.raises(ValidationError, match="不能是本机构"):
            school.clean()
        with pytest.raises(ValidationError), acting(county.system, "撤并"):
            school.save()


def test_organisations_made_in_bulk_stand_below_their_parent(county: County) -> None:
    assert county[HOME].path.startswith(county["金坛市教育局"].path)
    assert not Organisation.objects.filter(path="").exists()


# --- chains ---


def test_each_organisation_and_model_has_a_chain_of_its_own(county: County) -> None:
    with acting(county.system, "登记"):
        for name in (HOME, OTHER, HOME):
            Place.objects.create(organisation=county[name], kind="room", name=f"{Place.objects.count()}")
    chains = {chain.organisation_id: chain.length for chain in Chain.objects.filter(model="core.place")}
    assert chains == {county[HOME].pk: 2, county[OTHER].pk: 1}
    links = Place.versions._default_manager.filter(chain__organisation_id=county[HOME].pk).values_list(
        "link", flat=True
    )
    assert sorted(links) == [1, 2]


def test_a_row_that_changes_its_organisation_goes_on_in_the_other_chain(county: County) -> None:
    place = a_place(county)
    with acting(county.system, "划转"):
        place.organisation = county[OTHER]
        place.save()
    assert [(v.chain.organisation_id, v.link, v.revision) for v in versions_of(place)] == [
        (county[HOME].pk, 1, 1),
        (county[OTHER].pk, 1, 2),
    ]
    assert verify(Place) == []


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_never_fork_a_chain() -> None:
    county = build()
    people, each = 4, 6
    failed: list[BaseException] = []
    together = threading.Barrier(people)

    def write(number: int) -> None:
        try:
            together.wait()
            with acting(county.system, f"第 {number} 人"):
                for count in range(each):
                    Place.objects.create(organisation=county[HOME], kind="room", name=f"{number}-{count}")
                Place.objects.bulk_create(
                    [Place(organisation=county[name], kind="site", name=f"{number}") for name in (OTHER, HOME)]
                )
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    lengths = {chain.organisation_id: chain.length for chain in Chain.objects.filter(model="core.place")}
    assert lengths == {county[HOME].pk: people * (each + 1), county[OTHER].pk: people}
    assert verify(Place) == []


# --- any sequence of writes ---

NAMES = st.sampled_from(["张示例", "李示例", "王 示例", "O'Neill", "%s", "—"])
STEP = st.one_of(
    st.tuples(st.just("create"), st.integers(0, 1), NAMES),
    st.tuples(st.just("bulk_create"), st.integers(1, 3), NAMES),
    st.tuples(st.just("save"), st.integers(0, 9), NAMES),
    st.tuples(st.just("move"), st.integers(0, 9), st.just("")),
    st.tuples(st.just("update"), st.integers(0, 1), NAMES),
    st.tuples(st.just("bulk_update"), st.integers(0, 9), NAMES),
    st.tuples(st.just("delete"), st.integers(0, 9), st.just("")),
    st.tuples(st.just("delete many"), st.integers(0, 1), NAMES),
    st.tuples(st.just("erase"), st.integers(0, 9), st.just("")),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=12))
def test_whatever_is_written_the_chains_hold_and_the_newest_version_is_the_row(
    county: County, steps: list[tuple[str, int, str]]
) -> None:
    with transaction.atomic():
        with acting(county.system, "随机"):
            for number, step in enumerate(steps):
                _take(county, number, *step)
        assert verify(Person) == []
        for person in Person.objects.all():
            kept = versions_of(person)[-1].columns()
            assert (kept["name"], kept["organisation_id"]) == (person.name, person.organisation_id)
        transaction.set_rollback(True)


def _take(county: County, number: int, act: str, which: int, name: str) -> None:
    schools = [county[HOME], county[OTHER]]
    people = list(Person.objects.order_by("pk"))
    if act in {"create", "bulk_create"}:
        made = [
            Person(organisation=schools[which % 2], kind="staff", number=f"{number}-{n}", name=name)
            for n in range(which if act == "bulk_create" else 1)
        ]
        if act == "create":
            made[0].save()
        else:
            Person.objects.bulk_create(made)
    elif act == "update":
        Person.objects.filter(organisation=schools[which]).exclude(name="已删除").update(name=name)
    elif act == "delete many":
        Person.objects.filter(organisation=schools[which], name=name).delete()
    elif people:
        person = people[which % len(people)]
        erased = person.name == "已删除"
        if act == "erase":
            person.erase()
        elif act == "delete":
            person.delete()
        elif act == "move":
            person.organisation = next(school for school in schools if school.pk != person.organisation_id)
            person.save()
        elif not erased:
            person.name = name
            if act == "save":
                person.save()
            else:
                Person.objects.bulk_update(people, ["name"])


# --- declarations that would let rows change unseen ---


def test_no_model_of_ours_can_change_behind_history_s_back() -> None:
    assert check_history() == []


def test_a_cascade_is_told_at_start_up(monkeypatch: pytest.MonkeyPatch) -> None:
    field = Place._meta.get_field("within")
    monkeypatch.setattr(field.remote_field, "on_delete", models.CASCADE)
    monkeypatch.setattr(Person, "sealed", ("name", "nmae"))
    told = [str(message.msg) for message in check_history()]
    assert told == [
        "Person names 'nmae' as sealed or decisive",
        "core.Place.within would be deleted or emptied without a version",
    ]


def test_a_user_with_a_history_cannot_be_deleted(county: County) -> None:
    a_place(county)
    with pytest.raises(models.ProtectedError):
        User.objects.get(pk=county.system.pk).delete()
