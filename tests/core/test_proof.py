"""Proof: whatever is altered, removed or added behind history's back is found, and named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from shuyuan.core.history import Chain, Versioned, VersionedQuerySet, acting, keep_versions
from shuyuan.core.models import Anchor, Organisation, Person, Place
from shuyuan.core.proof import anchor, verify, verify_anchors
from tests.county import HOME, OTHER, County


@pytest.fixture
def places(county: County) -> list[Place]:
    """Three places of one school, each in two versions; one of another school."""
    with acting(county.system, "登记"):
        made = [Place.objects.create(organisation=county[HOME], kind="room", name=f"{n}") for n in (101, 102, 103)]
    with acting(county.system, "改名"):
        Place.objects.filter(pk__in=[place.pk for place in made]).update(kind="ground")
    with acting(county.system, "登记"):
        Place.objects.create(organisation=county[OTHER], kind="site", name="本部")
    assert verify(Place) == []
    return made


def run(statement: str, *parameters: int | str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def told(model: Any = Place) -> list[tuple[int, str]]:
    return [(fault.link, fault.problem) for fault in verify(model)]


ALTERED: dict[str, tuple[str, int, str]] = {
    "a column": ("UPDATE core_placeversion SET name = '999' WHERE link = 2 AND revision = 1", 2, "列与存证不符：name"),
    "the payload": ("UPDATE core_placeversion SET payload = replace(payload, '102', '999')", 2, "版本被改动"),
    "the reason": ("UPDATE core_placeversion SET written_why = '笔误' WHERE link = 5", 5, "版本被改动"),
    "the act": ("UPDATE core_placeversion SET act = 'created' WHERE link = 5", 5, "版本被改动"),
    "the record": ("UPDATE core_placeversion SET record_id = 99999 WHERE link = 2 AND revision = 1", 2, "版本被改动"),
    "the digest": ("UPDATE core_placeversion SET digest = '0' WHERE link = 3 AND revision = 1", 3, "版本被改动"),
    "a version in the middle": ("DELETE FROM core_placeversion WHERE link = 4", 4, "缺少版本"),
    "the last version": ("DELETE FROM core_placeversion WHERE link = 6", 6, "链尾与版本不符"),
    "the first version": ("DELETE FROM core_placeversion WHERE link = 1 AND revision = 1", 1, "缺少版本"),
    "the head": ("UPDATE core_chain SET length = 5 WHERE length = 6", 5, "链尾与版本不符"),
}


@pytest.mark.parametrize("what", ALTERED)
def test_what_was_altered_or_removed_is_found_at_its_link(places: list[Place], what: str) -> None:
    statement, link, problem = ALTERED[what]
    run(statement)
    assert (link, problem) in told()


def test_an_altered_time_or_actor_is_found(places: list[Place], county: County) -> None:
    first = places[0].history().last()
    assert first is not None
    run("UPDATE core_placeversion SET written_by_id = %s WHERE version_id = %s", county.superuser.pk, first.version_id)
    assert (1, "版本被改动") in told()
    run("UPDATE core_placeversion SET written_by_id = %s WHERE version_id = %s", county.system.pk, first.version_id)
    assert told() == []
    Place.versions._default_manager.filter(pk=first.pk).update(written_at=first.written_at - timedelta(days=1))
    assert (1, "版本被改动") in told()


def test_an_added_version_is_found(places: list[Place]) -> None:
    forged = places[0].history().first()
    assert forged is not None
    forged.pk, forged.revision, forged.link = None, 3, 7
    forged.digest = forged.computed_digest(forged.digest)
    forged.save()
    assert (6, "链尾与版本不符") in told()


def test_swapped_versions_are_found(places: list[Place]) -> None:
    run("UPDATE core_placeversion SET link = -link WHERE link IN (2, 3)")
    run("UPDATE core_placeversion SET link = 5 + link WHERE link IN (-2, -3)")
    assert {(2, "版本被改动"), (3, "版本被改动")} <= set(told())


def test_a_row_changed_added_or_deleted_by_raw_sql_is_found(places: list[Place], county: County) -> None:
    one, two, _three = places
    run("UPDATE core_place SET name = '999' WHERE id = %s", one.pk)
    run("DELETE FROM core_place WHERE id = %s", two.pk)
    run("INSERT INTO core_place (organisation_id, kind, name) VALUES (%s, 'room', '新')", county[OTHER].pk)
    problems = [problem for _link, problem in told()]
    assert problems[0] == f"记录 {one.pk} 的「场所名称」在历史之外被改动"
    assert "没有历史" in problems[1]
    assert problems[2] == f"记录 {two.pk} 在历史之外被删除"
    assert len(problems) == 3


def test_a_name_changed_by_raw_sql_is_found_though_its_history_is_sealed(county: County) -> None:
    person = county.person(HOME, "张示例", "1")
    run("UPDATE core_person SET name = '李示例' WHERE id = %s", person.pk)
    assert told(Person) == [(1, f"记录 {person.pk} 的「姓名」在历史之外被改动")]
    run("UPDATE core_person SET name = '张示例' WHERE id = %s", person.pk)
    assert told(Person) == []


def test_a_chain_cut_back_with_its_row_is_found_by_the_anchor(places: list[Place]) -> None:
    """Somebody with all rights removes the last version, mends the head, and puts the row back."""
    anchor()
    last = places[2].history().first()
    assert last is not None
    before = Place.versions._default_manager.get(chain=last.chain, link=5)
    run("DELETE FROM core_placeversion WHERE version_id = %s", last.version_id)
    run("UPDATE core_place SET kind = 'room' WHERE id = %s", places[2].pk)
    run("UPDATE core_chain SET length = 5, digest = %s WHERE id = %s", before.digest, last.chain_id)
    assert told() == [(6, "有存证的版本已不在")]


def test_a_whole_chain_removed_is_found_by_the_anchor(places: list[Place], county: County) -> None:
    anchor()
    chain = Chain.objects.get(model="core.place", organisation_id=county[OTHER].pk)
    run("DELETE FROM core_placeversion WHERE chain_id = %s", chain.pk)
    run("DELETE FROM core_place WHERE organisation_id = %s", county[OTHER].pk)
    run("DELETE FROM core_chain WHERE id = %s", chain.pk)
    assert told() == [(1, "有存证的链已不在")]


def test_a_chain_written_anew_from_its_beginning_is_found_by_an_older_anchor(
    places: list[Place], monkeypatch: pytest.MonkeyPatch, county: County
) -> None:
    anchor()
    monkeypatch.setattr(timezone, "localdate", lambda: timezone.now().date() + timedelta(days=2))
    with acting(county.system, "改名"):
        places[0].name = "105"
        places[0].save()
    previous = ""
    for version in Place.versions._default_manager.filter(chain__organisation_id=county[HOME].pk).order_by("link"):
        version.written_why, digest = "从头写过", previous
        version.digest = previous = version.computed_digest(digest)
        version.save()
    Chain.objects.filter(model="core.place", organisation_id=county[HOME].pk).update(digest=previous)
    anchor()
    assert verify_anchors() == []
    assert told() == [(6, "与存证不符")]


def test_anchors_are_a_chain_and_repeat_only_what_moved(
    places: list[Place], monkeypatch: pytest.MonkeyPatch, county: County
) -> None:
    first = anchor()
    assert anchor().digest == first.digest, "nothing moved since"
    monkeypatch.setattr(timezone, "localdate", lambda: first.day + timedelta(days=1))
    with acting(county.system, "改名"):
        places[0].name = "104"
        places[0].save()
    second = anchor()
    assert list(json.loads(second.heads)) == [f"core.place:{county[HOME].pk}"]
    assert (second.chains, second.versions) == (first.chains, first.versions + 1)
    assert verify_anchors() == []
    assert told() == []
    Anchor.objects.filter(pk=first.pk).update(heads="{}")
    assert [fault.problem for fault in verify_anchors()] == [f"{first.day} 的存证被改动"]
    Anchor.objects.filter(pk=first.pk).delete()
    assert [fault.problem for fault in verify_anchors()] == [f"{second.day} 的存证被改动"]


def test_digests_are_plain_sha256_that_anybody_can_compute(places: list[Place]) -> None:
    version = places[0].history().last()
    assert version is not None
    facts = f'[{places[0].pk}, 1, "created", "{version.written_at.isoformat()}", {version.written_by_id}, "登记", 1]'
    assert version.digest == hashlib.sha256((facts + version.payload).encode()).hexdigest()


# --- the schema goes on ---


@pytest.fixture(scope="module")
def bench(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[..., Any]]:
    """A versioned model made in the test, whose table can be changed."""

    class Bench(Versioned):
        organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
        name = models.CharField("名称", max_length=20)
        seats = models.IntegerField("座位", default=2)

        objects = VersionedQuerySet["Bench"].as_manager()

        class Meta:
            app_label = "proof_tests"

        def __str__(self) -> str:
            return self.name

    keep_versions(Bench)
    both = (Bench, Bench.versions)
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in both:
            editor.create_model(model)
    yield lambda: Bench
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in reversed(both):
            editor.delete_model(model)


def test_old_versions_verify_after_a_column_came_and_another_went(bench: Any, county: County) -> None:
    """What a version says was written when there was no such column, or one that is gone."""
    model = bench()
    with acting(county.system, "登记"):
        row = model.objects.create(organisation=county[HOME], name="长凳")
    fewer = row.history().get()
    text = fewer.payload.replace(',"seats":2', "")
    assert text != fewer.payload
    for payload in (text, fewer.payload[:-1] + ',"weight":"12.5"}'):
        fewer.payload = payload
        fewer.digest = fewer.computed_digest("")
        fewer.save()
        Chain.objects.filter(model="proof_tests.bench").update(digest=fewer.digest)
        assert verify(model) == []
    assert fewer.columns()["weight"] == "12.5"
