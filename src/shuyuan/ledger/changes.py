"""Changes: a record's history as people read it: who, when, why, and each value before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _t

from shuyuan.core.history import Versioned
from shuyuan.core.sealing import ERASED
from shuyuan.core.sensitive import masked, sensitivity_of
from shuyuan.ledger.held import unfolded
from shuyuan.ledger.ledger import Ledger


@dataclass(frozen=True)
class Change:
    """One value that changed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One version: the act that made it, and what it changed."""

    revision: int
    at: datetime
    actor: str
    act: str
    reason: str
    digest: str
    changes: list[Change]


def history_of(ledger: Ledger[Any], record: Versioned) -> list[Entry]:
    """Every version of a record, the newest first."""
    versions = list(record.history().select_related("written_by"))
    names = _Names()
    entries = []
    for version, older in zip(versions, [*versions[1:], None], strict=True):
        before = unfolded(ledger.model, older.columns()) if older else {}
        entries.append(
            Entry(
                version.revision,
                version.written_at,
                version.written_by.get_full_name() or version.written_by.get_username(),
                str(version.get_act_display()),
                version.written_why,
                version.digest,
                list(_changes(ledger, before, unfolded(ledger.model, version.columns()), names)) if older else [],
            )
        )
    return entries


def outline(ledger: Ledger[Any], record: Any) -> str:
    """What a record says beside its subject and its organisation, in one line."""
    told = (column.text(record) for column in ledger.sheet if column.name not in {"organisation", ledger.subject})
    return _t("；").join(filter(None, told))


def since_accepted(ledger: Ledger[Any], keys: Iterable[int]) -> dict[int, list[Change] | None]:
    """What each record says otherwise than when it was last accepted; None where it never was."""
    versions = ledger.model.versions._default_manager.filter(record_id__in=list(keys)).order_by("revision")
    newest: dict[int, Any] = {}
    accepted: dict[int, Any] = {}
    for version in versions:
        newest[version.record_id] = version
        if version.state == "accepted":
            accepted[version.record_id] = version
    names = _Names()
    found: dict[int, list[Change] | None] = {}
    for key, version in newest.items():
        before = accepted.get(key)
        same = {"state": version.state}
        if before is None:
            found[key] = None
            continue
        then, now = (unfolded(ledger.model, one.columns()) for one in (before, version))
        found[key] = list(_changes(ledger, then | same, now, names))
    return found


def _changes(ledger: Ledger[Any], before: Mapping[str, Any], after: Mapping[str, Any], names: _Names) -> Any:
    labels = {column.field.attname: column.label for column in ledger.sheet} | {"state": _t("状态")}
    for attname, label in labels.items():
        if attname in after and before.get(attname) != after[attname]:
            field = ledger.model._meta.get_field(attname)
            yield Change(label, names.text(field, before.get(attname)), names.text(field, after[attname]))


class _Names:
    """What keys stand for, looked up once for a whole history."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, Any], str] = {}

    def text(self, field: Any, value: Any) -> str:
        if value in (None, ""):
            return "—"
        if isinstance(field, models.ForeignKey):
            key = (field.remote_field.model, value)
            if key not in self._kept:
                found = key[0]._default_manager.filter(pk=value).first()
                self._kept[key] = str(found) if found else f"#{value}"
            return self._kept[key]
        if isinstance(value, bool):
            return _t("是") if value else _t("否")
        if (kind := sensitivity_of(field)) and value != ERASED:
            return masked(kind, str(value))
        return str(dict(field.flatchoices).get(value, value))
