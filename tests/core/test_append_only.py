"""Append-only: the database refuses to change or remove a version, until somebody drops its trigger."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db import DatabaseError, connection, transaction
from django.db.models.signals import post_migrate

from shuyuan.core.append_only import guard
from shuyuan.core.history import acting, versioned_models
from shuyuan.core.models import Place
from shuyuan.core.proof import verify
from tests.county import HOME, County


@pytest.fixture
def place(county: County) -> Place:
    guard()
    with acting(county.system, "登记"):
        return Place.objects.create(organisation=county[HOME], kind="room", name="101")


@pytest.mark.parametrize("statement", ["UPDATE {} SET written_why = '笔误'", "DELETE FROM {}"])
def test_a_version_can_neither_be_changed_nor_removed(place: Place, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(Place.versions._meta.db_table))
    assert place.history().get().written_why == "登记"


def test_every_table_of_versions_is_guarded_after_a_migration(db: None) -> None:
    post_migrate.connect(guard, sender=apps.get_app_config("core"), dispatch_uid="append_only")
    try:
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    finally:
        post_migrate.disconnect(sender=apps.get_app_config("core"), dispatch_uid="append_only")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
        guarded = {table for (table,) in cursor.fetchall()}
    assert guarded == {model.versions._meta.db_table for model in versioned_models()}


def test_writing_goes_on_and_the_guard_is_put_up_once(county: County, place: Place) -> None:
    guard()
    with acting(county.system, "改名"):
        place.name = "102"
        place.save()
        place.delete()
    assert verify(Place) == []


def test_who_drops_the_trigger_is_found_by_the_chain(place: Place) -> None:
    table = Place.versions._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f'DROP TRIGGER "{table}_unchanged"')
        else:
            cursor.execute(f'DROP TRIGGER "{table}_kept" ON "{table}"')
        cursor.execute(f"UPDATE {table} SET written_why = '笔误'")
    assert [fault.problem for fault in verify(Place)] == ["版本被改动"]
