"""Proof: that no version was altered, removed or added, and that rows are what their newest version says.

A chain proves itself from its first version to its head. Somebody who can write to the database could still cut a
chain and its rows back to an earlier state; that shows against the anchors, and an anchor against what was printed
or sent elsewhere of its digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _t

from shuyuan.core import sealing, sensitive
from shuyuan.core.history import Action, Chain, Version, Versioned, canonical, database_value, plain

Pins = dict[tuple[str, int], dict[int, str]]


class Anchor(models.Model):
    """One day's digest over the heads of all chains; printed or sent elsewhere, it pins everything before it.

    `heads` are those that moved since the anchor before, as JSON: {"core.person:12": [length, digest]}. The digest
    covers them and the digest of the anchor before.
    """

    day = models.DateField(unique=True)
    chains = models.IntegerField()
    versions = models.BigIntegerField()
    heads = models.TextField(default="{}")
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.digest[:12]}"

    def computed_digest(self, previous: str) -> str:
        return hashlib.sha256(f"{previous}|{self.day}|{self.heads}".encode()).hexdigest()


@dataclass(frozen=True)
class Fault:
    """One place where history does not hold."""

    model: str
    organisation_id: int
    link: int
    problem: str

    def __str__(self) -> str:
        return f"{self.model} · {self.organisation_id} · #{self.link}: {self.problem}"


def anchor() -> Anchor:
    """Pin the heads of all chains under today's date (again, when today has an anchor already)."""
    today = timezone.localdate()
    before = Anchor.objects.filter(day__lt=today).order_by("day")
    known = {name: head for one in before for name, head in json.loads(one.heads).items()}
    chains = list(Chain.objects.all())
    heads = {f"{chain.model}:{chain.organisation_id}": [chain.length, chain.digest] for chain in chains}
    made = Anchor.objects.filter(day=today).first() or Anchor(day=today)
    made.chains, made.versions = len(chains), sum(chain.length for chain in chains)
    made.heads = canonical({name: head for name, head in heads.items() if known.get(name) != head})
    last = before.last()
    made.digest = made.computed_digest(last.digest if last else "")
    made.save()
    return made


def verify_anchors() -> list[Fault]:
    """The anchors as a chain of their own: none altered, none removed between two others."""
    faults, previous = [], ""
    for one in Anchor.objects.order_by("day"):
        if one.digest != one.computed_digest(previous):
            faults.append(Fault("core.anchor", 0, one.pk, _t("%(day)s 的存证被改动") % {"day": one.day}))
        previous = one.digest
    return faults


def _pins(label: str) -> Pins:
    """What the anchors say of a model's chains: for each, the digest of the version that was its head."""
    pins: Pins = {}
    for one in Anchor.objects.all():
        for name, (length, digest) in json.loads(one.heads).items():
            model, _colon, owner = name.rpartition(":")
            if model == label:
                pins.setdefault((model, int(owner)), {})[length] = digest
    return pins


def verify(model: type[Versioned], progress: Callable[[int], None] = lambda done: None) -> list[Fault]:
    """Walk every chain of `model`: nothing altered, nothing removed, nothing added behind the chain's back.

    Also compares the chains with the anchors, and each row with its newest version: a row changed by other means
    than ours is a fault too.
    """
    faults: list[Fault] = []
    label = model._meta.label_lower
    pins = _pins(label)
    for done, chain in enumerate(Chain.objects.filter(model=label).order_by("organisation_id"), start=1):
        pinned = pins.pop((label, chain.organisation_id), {})
        faults += (Fault(label, chain.organisation_id, link, told) for link, told in _walk(model, chain, pinned))
        progress(done)
    faults += [Fault(label, owner, max(links), _t("有存证的链已不在")) for (_label, owner), links in pins.items()]
    return faults + list(_unrecorded(model))


def _walk(model: type[Versioned], chain: Chain, pinned: dict[int, str]) -> Iterator[tuple[int, str]]:
    """What is wrong with one chain, and at which link."""
    previous, expected = "", 1
    for version in model.versions._default_manager.filter(chain=chain).order_by("link").iterator(chunk_size=2000):
        if version.link != expected:
            yield expected, _t("缺少版本")
        if version.computed_digest(previous) != version.digest:
            yield version.link, _t("版本被改动")
        elif difference := _column_difference(version):
            yield version.link, _t("列与存证不符：%(columns)s") % {"columns": _t("、").join(difference)}
        if pinned.pop(version.link, version.digest) != version.digest:
            yield version.link, _t("与存证不符")
        previous, expected = version.digest, version.link + 1
    if (chain.length, chain.digest) != (expected - 1, previous):
        yield chain.length, _t("链尾与版本不符")
    for link in pinned:
        yield link, _t("有存证的版本已不在")


def _column_difference(version: Version) -> list[str]:
    payload = json.loads(version.payload)
    kept = {field.attname: field for field in version._meta.concrete_fields}
    return [
        name for name, value in payload.items() if name in kept and plain(_column_value(version, kept[name])) != value
    ]


def _column_value(version: Version, field: models.Field[Any, Any]) -> Any:
    value = getattr(version, field.attname)
    return str(value) if isinstance(field, models.FileField) and value is not None else value


def _unrecorded(model: type[Versioned]) -> Iterator[Fault]:
    """Rows whose present columns are not those of their newest version, or that have none."""
    newest: dict[int, Version] = {}
    for version in model.versions._default_manager.order_by("record_id", "revision").iterator(chunk_size=2000):
        newest[version.record_id] = version
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    keys = sealing.every_key() if model.sealed else {}
    label = model._meta.label_lower
    for row in model._default_manager.order_by("pk").iterator(chunk_size=2000):
        found = newest.pop(row.pk, None)
        if found is None or found.act == Action.DELETED:
            yield Fault(label, row.chain_owner(), 0, _t("记录 %(pk)s 没有历史") % {"pk": row.pk})
            continue
        if (key := keys.get(row.sealed_for() or 0)) is not None:
            row.__dict__[sensitive.KEY] = key
        try:
            kept = found.columns(keys)
        except ValueError as altered:
            yield Fault(label, row.chain_owner(), found.link, str(altered))
            continue
        for field in fields:
            value = plain(database_value(row, field))  # a sealed one is opened with the key of above
            if field.attname in kept and _as_kept(field, value, model) != kept[field.attname]:
                name = str(field.verbose_name)
                told = _t("记录 %(pk)s 的「%(name)s」在历史之外被改动") % {"pk": row.pk, "name": name}
                yield Fault(label, row.chain_owner(), found.link, told)
    for pk, version in newest.items():
        if version.act != Action.DELETED:
            told = _t("记录 %(pk)s 在历史之外被删除") % {"pk": pk}
            yield Fault(label, version.chain.organisation_id, version.link, told)


def _as_kept(field: models.Field[Any, Any], value: Any, model: type[Versioned]) -> Any:
    """What was sealed was sealed as text."""
    return str(value) if field.name in model.sealed and value not in (None, "") else value
