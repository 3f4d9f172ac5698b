"""Sensitive fields: declared once on the field, masked wherever they are shown, sealed where they are kept.

    number = PupilNumberField(_("学籍号"), blank=True, default="")    # sealed at rest: see number_fields.py
    number_key = SearchKey("number")                                   # by which it is found

A `SealedField` stands in the database as ciphertext under the key of the person its row belongs to, so that erasing
the person makes it unreadable in backups of the table as well as in history; under the installation's key where a row
belongs to nobody. A row's attribute is the plain text, opened when it is first asked for. It cannot be compared,
sorted or searched in the database: `SearchKey` keeps a keyed hash of it beside, for finding exactly the same.

What figures count by (a birth date, a kind of hardship) is kept plain, and is masked and logged like the others.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, cast

from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from shuyuan.core import sealing

MARK = "sealed:"
KEY = "_key"  # where a row keeps the key of its person while it is in memory
HIDDEN = "***"


class Sensitivity(models.TextChoices):
    """What a sensitive field holds: who may see it in full is settled by kind, in one table (ledger/unmasking.py)."""

    IDENTITY = "identity", _("身份证件与学籍号")
    PHONE = "phone", _("联系电话")
    ADDRESS = "address", _("住址")
    BIRTH = "birth", _("出生日期")
    BANK = "bank", _("银行账号")
    HARDSHIP = "hardship", _("家庭困难情况")
    HEALTH = "health", _("健康与残疾")


def _ends(head: int, tail: int) -> Callable[[str], str]:
    """A mask that leaves so many characters at either end, and nothing of what is too short to hide anything."""

    def mask(text: str) -> str:
        hidden = len(text) - head - tail
        return text[:head] + "*" * hidden + text[len(text) - tail :] if hidden > 3 else "*" * max(len(text), 3)

    return mask


MASKS: dict[Sensitivity, Callable[[str], str]] = {
    Sensitivity.IDENTITY: _ends(4, 4),
    Sensitivity.PHONE: _ends(3, 4),
    Sensitivity.BANK: _ends(0, 4),
    Sensitivity.BIRTH: lambda text: f"{text[:4]}-**-**" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else HIDDEN,
}


def masked(sensitivity: Sensitivity, text: str) -> str:
    """As somebody reads it who has not said what for; empty stays empty. What names no shape is hidden whole."""
    if not text:
        return ""
    return MASKS[sensitivity](text) if sensitivity in MASKS else HIDDEN


class Tidied:
    """A field whose text has one form that it is kept in, and is refused where it cannot be right."""

    def tidied(self, text: str) -> str:
        """The text as it is kept. Raises ValidationError, which never quotes it."""
        raise NotImplementedError


class Sensitive:
    """A field that is masked wherever it is shown, until somebody entitled says what for."""

    sensitivity: Sensitivity


def sensitivity_of(field: Any) -> Sensitivity | None:
    return field.sensitivity if isinstance(field, Sensitive) else None


class BirthDateField(Sensitive, models.DateField):  # type: ignore[type-arg]
    """A birth date: plain in the present row, since figures and checks count by age; sealed in history."""

    sensitivity = Sensitivity.BIRTH


class SensitiveCharField(Sensitive, models.CharField):  # type: ignore[type-arg]
    """A code that figures count by, and that is nobody's business otherwise: kept plain, shown masked."""

    def __init__(self, verbose_name: Any = None, *, sensitivity: str = Sensitivity.HARDSHIP, **options: Any) -> None:
        super().__init__(verbose_name, **options)
        self.sensitivity = Sensitivity(sensitivity)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        return name, path, args, {**options, "sensitivity": self.sensitivity.value}


class Sealed(str):
    """Ciphertext as the database holds it, not opened yet."""

    __slots__ = ()


class _Opening(DeferredAttribute):
    """The attribute of a sealed field: the ciphertext is opened when the row is first asked for it."""

    field: SealedField

    def __get__(self, instance: models.Model | None, owner: Any = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, owner)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = self.field.opened(value, instance)
        return value

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__[self.field.attname] = value


class SealedField(Tidied, Sensitive, models.TextField):  # type: ignore[type-arg]
    """A text that the database holds as ciphertext."""

    descriptor_class = _Opening
    sensitivity = Sensitivity.ADDRESS

    def __init__(self, verbose_name: Any = None, **options: Any) -> None:
        options.setdefault("blank", True)
        options.setdefault("default", "")
        super().__init__(verbose_name, **options)

    def tidied(self, text: str) -> str:
        return text.strip()

    def opened(self, value: Sealed, row: Any) -> str:
        key = key_of(row)
        if key is None:
            return ""  # erased: the key is gone, whatever a copy of the row still holds
        try:
            return sealing.decrypted(key, value.removeprefix(MARK), self.sensitivity.value)
        except ValueError:
            told = _t("%(model)s %(pk)s 的「%(field)s」无法解密：内容被改动，或主密钥不是原来的")
            names = {"model": row._meta.verbose_name, "pk": row.pk, "field": self.verbose_name}
            raise ValueError(told % names) from None

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str:
        # The past is read from history, which was opened already (see past.py).
        return Sealed(value) if value and value.startswith(MARK) else value or ""

    def to_python(self, value: Any) -> Any:
        return value

    def pre_save(self, model_instance: Any, add: bool) -> str:
        kept = model_instance.__dict__.get(self.attname, "")
        if isinstance(kept, Sealed) or not kept:
            return kept or ""
        tidied = self.tidied(str(kept))
        setattr(model_instance, self.attname, tidied)
        key = key_of(model_instance, making=True)
        if key is None:
            raise ValueError(f"person {model_instance.sealed_for()} was erased: nothing more can be kept of them")
        return Sealed(MARK + sealing.encrypted(key, tidied, self.sensitivity.value))

    def get_prep_value(self, value: Any) -> Any:
        if value and not isinstance(value, Sealed):
            raise FieldError(f"{self} is sealed: save its row instead of writing the column")
        return str(value or "")

    def get_lookup(self, lookup_name: str) -> Any:
        raise FieldError(f"{self} is sealed: it can be found only through its SearchKey, with matching()")

    def get_transform(self, lookup_name: str) -> Any:
        return self.get_lookup(lookup_name)


class SearchKey(models.CharField):  # type: ignore[type-arg]
    """The keyed hash of a sealed field of the same model, by which exactly the same text is found."""

    def __init__(self, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(
            **cast(Any, {"max_length": 64, "editable": False, "blank": True, "default": "", "db_index": True} | options)
        )

    def deconstruct(self) -> Any:
        name, path, _args, options = super().deconstruct()
        return name, path, [self.of], options

    def pre_save(self, model_instance: Any, add: bool) -> str:
        if not isinstance(model_instance.__dict__.get(self.of), Sealed):  # else neither has changed
            setattr(model_instance, self.attname, hash_of(model_instance._meta.get_field(self.of), model_instance))
        return str(getattr(model_instance, self.attname))


def hash_of(field: Any, row: Any) -> str:
    """What the search key of a row's sealed field is, or will be."""
    text = getattr(row, field.attname)
    return sealing.search_key(field.sensitivity.value, field.tidied(text)) if text else ""


def search_key_of(field: Any) -> SearchKey | None:
    """The search key that stands beside a sealed field; None where it cannot be searched."""
    fields = field.model._meta.concrete_fields
    return next((one for one in fields if isinstance(one, SearchKey) and one.of == field.name), None)


def matching(field: Any, text: str, prefix: str = "") -> models.Q:
    """The rows whose sealed field is exactly this text, however it is typed. Raises ValidationError."""
    beside = search_key_of(field)
    if beside is None:
        raise FieldError(f"{field} has no SearchKey")
    return models.Q(**{prefix + beside.name: sealing.search_key(field.sensitivity.value, field.tidied(text))})


def sealed_fields(model: Any) -> Iterator[SealedField]:
    return (field for field in model._meta.concrete_fields if isinstance(field, SealedField))


def personal(model: Any) -> tuple[str, ...]:
    """The fields that history seals without being told: whatever is sensitive, and what it is found by."""
    return tuple(one.name for one in model._meta.concrete_fields if sensitivity_of(one) or isinstance(one, SearchKey))


def key_of(row: Any, *, making: bool = False) -> bytes | None:
    """The key of the person a row belongs to, the installation's where it is nobody's; None once it is destroyed.

    A person's own row is sealed before it has a key of its own: history writes the key down with the first version.
    """
    kept = row.__dict__.get(KEY)
    if kept is not None:
        return cast(bytes, kept)
    person = row.sealed_for()
    if person is None and not row.seals_itself:
        return sealing.installation_key()
    if person is None:
        found: bytes | None = os.urandom(32)
    else:
        found = (sealing.keys_for if making else sealing.keys_of)([person]).get(person)
    if found is not None:
        row.__dict__[KEY] = found
    return found


def share_keys(rows: Iterable[Any], *, making: bool = False) -> None:
    """Fetch the keys of many rows at once, which each would fetch for itself."""
    waiting = [row for row in rows if KEY not in row.__dict__ and next(sealed_fields(row), None)]
    people = {person for row in waiting if (person := row.sealed_for())}
    keys = (sealing.keys_for if making else sealing.keys_of)(people) if people else {}
    for row in waiting:
        if (key := keys.get(row.sealed_for())) is not None:
            row.__dict__[KEY] = key


def keys_of_rows(rows: Sequence[Any]) -> dict[int, bytes]:
    """The keys of the people these rows belong to, kept on the rows; what a person's own row was sealed with before
    it was there becomes their key."""
    fresh = {row.pk: row.__dict__[KEY] for row in rows if row.seals_itself and KEY in row.__dict__}
    keys = sealing.keys_for((person for row in rows if (person := row.sealed_for())), fresh)
    for row in rows:
        if (key := keys.get(row.sealed_for() or 0)) is not None:
            row.__dict__[KEY] = key
    return keys
