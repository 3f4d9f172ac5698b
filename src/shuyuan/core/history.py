"""History: every write has an actor and a reason, and leaves a version that cannot be altered unseen.

A model that inherits `Versioned` and is passed to `keep_versions` gets a table of versions beside its own: the same
columns (so that the ledger as it stood on any day is an ordinary query), and in each version

* `payload`, the canonical JSON of the columns as they were when it was written: what the digest is computed over, so
  a chain still verifies after columns were added, renamed or dropped;
* its `link`, the place in the chain of its organisation and model, and `digest` = SHA-256(previous digest + facts of
  the version + payload).

Writers of two organisations never queue behind each other: a chain belongs to one organisation and one model.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core import bulk, sealing, sensitive
from shuyuan.core.past import moment

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User

M = TypeVar("M", bound="Versioned")
BATCH = 1000
PART = 5000  # versions made at once: a register of 42,000 is never in memory three times over


class NobodyActing(RuntimeError):
    """A write outside `with acting(user, reason)`: the history would not know who and why."""


@dataclass(frozen=True)
class Act:
    """Who is writing, and why."""

    actor: User
    reason: str
    adjusting: bool = False
    """Whether it corrects books that are closed 更正; the history says so with the reason."""


_act: ContextVar[Act | None] = ContextVar("act", default=None)


@contextmanager
def acting(actor: User, reason: str, *, adjusting: bool = False) -> Iterator[Act]:
    """Everything written inside is recorded as done by `actor` for `reason`; the innermost reason counts."""
    if not reason.strip():
        raise NobodyActing(_t("请写明修改原因。"))
    told = _t("更正：%(reason)s") % {"reason": reason.strip()} if adjusting else reason.strip()
    act = Act(actor, told, adjusting)
    token = _act.set(act)
    try:
        yield act
    finally:
        _act.reset(token)


def current_act() -> Act:
    act = _act.get()
    if act is None:
        raise NobodyActing("A write needs an actor and a reason: with acting(user, reason): ...")
    return act


# What a digest covers beside the payload, in this order for ever.
FACTS = ("record_id", "revision", "act", "written_at", "written_by_id", "written_why", "link")


class Action(models.TextChoices):
    CREATED = "created", _("新增")
    CHANGED = "changed", _("修改")
    DELETED = "deleted", _("删除")


class Chain(models.Model):
    """The head of one chain of versions: how long it is and the digest it ends on."""

    model = models.CharField(max_length=80)
    organisation_id = models.BigIntegerField()
    length = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "organisation_id"], name="one_chain_each")]

    def __str__(self) -> str:
        return f"{self.model} · {self.organisation_id} · {self.length}"


class Version(models.Model):
    """What every table of versions has; the columns of the versioned model are added by `keep_versions`."""

    version_id = models.BigAutoField(primary_key=True)
    record_id = models.BigIntegerField()
    revision = models.IntegerField()
    act = models.CharField(max_length=8, choices=Action)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    written_why = models.TextField()
    chain = models.ForeignKey(Chain, models.PROTECT, related_name="+", db_index=False)
    link = models.BigIntegerField()
    payload = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.record_id} v{self.revision}"

    def computed_digest(self, previous: str) -> str:
        return _digest(previous, {name: getattr(self, name) for name in (*FACTS, "payload")})

    def columns(self, keys: Mapping[int, bytes] | None = None) -> dict[str, Any]:
        """The columns as they were, personal ones unsealed (or 已删除). Raises ValueError when one was altered."""
        values: dict[str, Any] = json.loads(self.payload)
        person = values.pop("@person", None)
        for name in values.pop("@sealed", ()):
            values[name] = sealing.unseal(values[name], person, keys)
        return values


class VersionedQuerySet(models.QuerySet[M]):
    """A queryset whose bulk writes leave versions too; the ways around history are closed."""

    def bulk_create(self, objs: Iterable[M], batch_size: int | None = BATCH, **conflicts: Any) -> list[M]:  # type: ignore[override]
        if any(conflicts.values()):
            raise NobodyActing("bulk_create with conflict handling would skip history; look up and save instead.")
        with transaction.atomic(using=self.db):
            current_act()
            rows = list(objs)
            sensitive.share_keys(rows, making=True)
            made = super().bulk_create(rows, batch_size=batch_size)
            record_versions(made, Action.CREATED)
        return made

    def save_all(self, rows: Sequence[M]) -> None:
        """Save rows that are there, each with what only it can write (sealed fields), and their versions at once."""
        with transaction.atomic(using=self.db):
            current_act()
            sensitive.share_keys(rows, making=True)
            for row in rows:
                models.Model.save(row)
            record_versions(rows, Action.CHANGED)

    def update(self, **values: Any) -> int:
        """Also what Django's bulk_update writes through, batch by batch."""
        if fixed := {self.model._meta.get_field(name).name for name in values} & set(self.model.decisive):
            raise ValueError(f"{sorted(fixed)} decide other columns of {self.model.__name__}: save each row instead.")
        with transaction.atomic(using=self.db):
            current_act()
            keys = [row.pk for row in _stored(self.model, list(self.values_list("pk", flat=True)))]
            for start in range(0, len(keys), BATCH):
                part = self.model._base_manager.filter(pk__in=keys[start : start + BATCH])
                models.QuerySet.update(part, **values)
            record_versions(_stored(self.model, keys), Action.CHANGED)
        return len(keys)

    def delete(self) -> tuple[int, dict[str, int]]:
        with transaction.atomic(using=self.db):
            current_act()
            record_versions(_stored(self.model, list(self.values_list("pk", flat=True))), Action.DELETED)
            return super().delete()

    def counted(self) -> Self:
        """The rows that count; on a register, all of them."""
        return self

    def standing(self, on: date) -> Self:
        """The rows in being on that day: begun (`since`, where there is one) and not ended (`until`)."""
        names = {field.name for field in self.model._meta.concrete_fields}
        begun = models.Q(since__isnull=True) | models.Q(since__lte=on) if "since" in names else models.Q()
        unended = models.Q(until__isnull=True) | models.Q(until__gt=on) if "until" in names else models.Q()
        return self.filter(begun & unended)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Where every read for a person starts: the rows of the organisations they hold a post in."""
        from shuyuan.core.people import scope_of  # posts are versioned themselves

        return self.filter(scope_of(user, self.model.scope))

    def raw(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NobodyActing("raw() bypasses scope and history.")

    delete.alters_data = True  # type: ignore[attr-defined]
    update.alters_data = True  # type: ignore[attr-defined]


class Versioned(models.Model):
    """A model whose every write is recorded.

    `scope` is the lookup from a row to its organisation ("" when the row is an organisation itself); `sealed` names
    the fields that history keeps under the key of the person `sealed_for()` returns, beside the sensitive ones that
    say so themselves. From the `decisive` fields save() works out others, so only save() may change them.
    """

    versions: ClassVar[type[Version]]
    scope: ClassVar[str] = "organisation__"
    sealed: ClassVar[tuple[str, ...]] = ()
    decisive: ClassVar[tuple[str, ...]] = ()
    seals_itself: ClassVar[bool] = False
    """Whether the row is a person: its key is made before the row is there."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        new = self._state.adding
        with transaction.atomic():
            current_act()
            super().save(*args, **kwargs)
            if new:
                record_versions([self], Action.CREATED)
            else:
                record_versions(_stored(type(self), [self.pk]), Action.CHANGED)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            current_act()
            record_versions(_stored(type(self), [self.pk]), Action.DELETED)
            return super().delete(*args, **kwargs)

    def sealed_for(self) -> int | None:
        """The person whose key seals this row's personal fields."""
        key = getattr(self, "person_id", None)
        if key is None and sensitive.personal(self):  # a person saved in the same breath
            key = getattr(getattr(self, "person", None), "pk", None)
        return cast("int | None", key)

    def chain_owner(self) -> int:
        """The organisation whose chain this row's versions belong to."""
        return cast(int, self.organisation_id)  # type: ignore[attr-defined]  # the field is the subclass's

    def history(self) -> models.QuerySet[Version]:
        """Every version of this row, the newest first; in the past, those written by then."""
        versions = self.versions._default_manager.filter(record_id=self.pk).order_by("-revision")
        return versions.filter(written_at__lte=when) if (when := moment()) else versions


def keep_versions(model: type[M]) -> type[M]:
    """Class decorator: make the table of versions of `model` (a sibling class in the same module)."""
    model.sealed = tuple(dict.fromkeys((*model.sealed, *sensitive.personal(model))))
    columns: dict[str, Any] = {
        field.name: _column(field, sealed=field.name in model.sealed)
        for field in model._meta.concrete_fields
        if not field.primary_key
    }
    name = f"{model.__name__}Version"
    meta = type(
        "Meta",
        (),
        {
            "app_label": model._meta.app_label,
            "verbose_name": format_lazy("{}·{}", model._meta.verbose_name, _("版本")),
            "constraints": [
                models.UniqueConstraint(
                    fields=["record_id", "revision"], name=f"%(app_label)s_{name.lower()}_revision"
                ),
                models.UniqueConstraint(fields=["chain", "link"], name=f"%(app_label)s_{name.lower()}_link"),
            ],
            # What has changed since a moment, and from it the books as they were then (see past.py).
            "indexes": [models.Index(fields=["written_at", "record_id", "revision"])],
            "default_permissions": (),
        },
    )
    if clash := columns.keys() & {field.name for field in Version._meta.local_fields}:
        raise TypeError(f"{model.__name__}: {sorted(clash)} are names of the version's own columns; rename the field.")
    model.versions = type(name, (Version,), {**columns, "__module__": model.__module__, "Meta": meta})
    setattr(sys.modules[model.__module__], name, model.versions)
    return model


def _column(field: models.Field[Any, Any], *, sealed: bool) -> models.Field[Any, Any]:
    """A nullable copy of a field without its constraints; a sealed one holds ciphertext."""
    if sealed:
        return models.TextField(field.verbose_name, null=True)
    if isinstance(field, models.ForeignKey):
        return models.ForeignKey(
            field.remote_field.model,
            models.DO_NOTHING,
            verbose_name=field.verbose_name,
            null=True,
            related_name="+",
            db_constraint=False,  # a version outlives what it points to
            db_index=False,
        )
    copy = field.clone()
    copy.null, copy.blank, copy._unique, copy.db_index = True, True, False, False  # type: ignore[attr-defined]
    return copy


def plain(value: Any) -> Any:
    """A value as canonical JSON keeps it: numbers and dates as text, so that no precision is lost."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, dict | list):
        return value
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = value.astimezone(UTC)  # as the database gives it back
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def canonical(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def _stored(model: type[M], keys: Sequence[int]) -> list[M]:
    """The rows as the database has them, locked: a partial save leaves what is in memory beside the truth."""
    rows: list[M] = []
    for start in range(0, len(keys), BATCH):
        part = model._base_manager.select_for_update().filter(pk__in=keys[start : start + BATCH])
        rows += part.order_by("pk")
    return rows


def record_versions(rows: Sequence[Versioned], action: Action) -> None:
    """Write one version for each row, in order, at the end of its organisation's chain. Needs a transaction."""
    now = timezone.now()
    for start in range(0, len(rows), PART):
        _record_part(rows[start : start + PART], action, now)


def _record_part(rows: Sequence[Versioned], action: Action, now: datetime) -> None:
    act = current_act()
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    keys = sensitive.keys_of_rows(rows) if model.sealed else {}
    revisions = _next_revisions(model, [row.pk for row in rows], fresh=action == Action.CREATED)
    chains = lock_chains(model, {row.chain_owner() for row in rows})
    same = {"act": action.value, "written_at": now, "written_why": act.reason, "written_by_id": act.actor.pk}
    made = []
    for row in rows:
        values = {field.attname: database_value(row, field) for field in fields}
        payload = {name: plain(value) for name, value in values.items()}
        if model.sealed:
            for name in model.sealed:
                if payload[name] not in (None, ""):
                    values[name] = payload[name] = sealing.seal(str(payload[name]), row.sealed_for(), keys)
            payload |= {"@sealed": [n for n in model.sealed if payload[n]], "@person": row.sealed_for()}
        chain = chains[row.chain_owner()]
        chain.length += 1
        values |= same
        values |= {"record_id": row.pk, "revision": revisions[row.pk], "chain_id": chain.pk, "link": chain.length}
        values["payload"] = canonical(payload)
        values["digest"] = chain.digest = _digest(chain.digest, values)
        made.append(values)
    bulk.insert(model.versions, list(made[0]), [list(values.values()) for values in made])
    Chain.objects.bulk_update(chains.values(), ["length", "digest"])


def _digest(previous: str, version: Mapping[str, Any]) -> str:
    facts = [version[name] for name in FACTS]
    facts[FACTS.index("written_at")] = version["written_at"].isoformat()
    text = previous + json.dumps(facts, ensure_ascii=False) + version["payload"]
    return hashlib.sha256(text.encode()).hexdigest()


def database_value(row: Versioned, field: models.Field[Any, Any]) -> Any:
    """The value as the database gives it back (a date typed as text, a float in a decimal field…)."""
    value = getattr(row, field.attname)
    if hasattr(value, "resolve_expression"):
        raise TypeError(f"{field} is {value!r}: history needs a value when a row is made")
    if isinstance(field, models.ForeignKey) or value is None:
        return value
    if isinstance(field, models.DecimalField):
        return field.to_python(value).quantize(field.to_python(1).scaleb(-field.decimal_places))
    return str(value) if isinstance(field, models.FileField) else field.to_python(value)


def _next_revisions(model: type[Versioned], keys: list[int], *, fresh: bool) -> dict[int, int]:
    if fresh:
        return dict.fromkeys(keys, 1)
    last = model.versions._default_manager.filter(record_id__in=keys).values("record_id")
    known = {row["record_id"]: row["last"] for row in last.annotate(last=models.Max("revision"))}
    return {key: known.get(key, 0) + 1 for key in keys}


def chain_label(model: type[Versioned]) -> str:
    """What the chains of a model are kept under: a proxy writes into those of the model it stands for."""
    return (model._meta.concrete_model or model)._meta.label_lower


def lock_chains(model: type[Versioned], owners: set[int]) -> dict[int, Chain]:
    """The chain of each organisation, locked in one order so that two writers cannot wait for each other."""
    label = chain_label(model)
    heads = Chain.objects.select_for_update().filter(model=label, organisation_id__in=owners)
    chains = {chain.organisation_id: chain for chain in heads.order_by("organisation_id")}
    if missing := owners - chains.keys():
        Chain.objects.bulk_create(
            [Chain(model=label, organisation_id=owner) for owner in sorted(missing)], ignore_conflicts=True
        )
        return lock_chains(model, owners)
    return chains


def state_of(models: Iterable[type[Versioned]]) -> str:
    """A digest over the heads of these models' chains: it changes with every write to them and with nothing else."""
    labels = [chain_label(model) for model in models]
    heads = Chain.objects.filter(model__in=labels).order_by("model", "organisation_id")
    return hashlib.sha256("".join(heads.values_list("digest", flat=True)).encode()).hexdigest()


def versioned_models() -> list[type[Versioned]]:
    """Every model that keeps versions, in the order of the rooms."""
    return [model for model in apps.get_models() if issubclass(model, Versioned) and hasattr(model, "versions")]
