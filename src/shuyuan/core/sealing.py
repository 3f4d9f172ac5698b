"""Sealing: personal fields in history are kept under one key per person, so that destroying the key erases them.

The law lets a person ask for erasure while the book of record may not lose a version. Both hold when a version's
personal fields are ciphertext: the chain is computed over the ciphertext and still verifies after the key is gone.
Each person's key is itself wrapped (AES-GCM) by the installation's master key.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings

from shuyuan.core import bulk

if TYPE_CHECKING:
    from shuyuan.core.models import PersonKey

NONCE = 12  # bytes, as NIST SP 800-38D recommends for GCM
ERASED = "已删除"


def _encrypt(key: AESGCM, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + key.encrypt(nonce, plain, bound_to)


def _decrypt(key: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    return key.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)


def _master() -> AESGCM:
    return AESGCM(hashlib.sha256(settings.MASTER_KEY.encode()).digest())


def _keys() -> type[PersonKey]:
    model: type[PersonKey] = apps.get_model("core", "PersonKey")
    return model


def keys_for(people: Iterable[int]) -> dict[int, bytes]:
    """The key of each person who has one; a key is made for everybody who never had one. Destroyed keys stay away."""
    wanted = set(people)
    model, master = _keys(), _master()
    kept = dict(model.objects.filter(person_id__in=wanted).values_list("person_id", "wrapped"))
    made = {person: os.urandom(32) for person in sorted(wanted - kept.keys())}
    rows = ((person, _encrypt(master, key, b"%d" % person)) for person, key in made.items())
    bulk.insert(model, ("person", "wrapped"), rows)
    return _unwrapped(kept) | made


def every_key() -> dict[int, bytes]:
    """All keys that have not been destroyed, for a walk over everything."""
    return _unwrapped(dict(_keys().objects.values_list("person_id", "wrapped").iterator()))


def _unwrapped(kept: Mapping[int, Any]) -> dict[int, bytes]:
    master = _master()
    return {
        person: _decrypt(master, bytes(wrapped), b"%d" % person)
        for person, wrapped in kept.items()
        if wrapped is not None
    }


def seal(text: str, person: int, keys: Mapping[int, bytes]) -> str:
    """`text` under the person's key, as printable base64.

    Of somebody whose key is destroyed only 已删除 can be kept. Raises ValueError for anything else.
    """
    if person not in keys:
        if text != ERASED:
            raise ValueError(f"person {person} was erased: nothing more can be kept of them")
        return ERASED
    return base64.b64encode(_encrypt(AESGCM(keys[person]), text.encode(), b"%d" % person)).decode()


def unseal(sealed: str, person: int, keys: Mapping[int, bytes] | None = None) -> str:
    """The text again, or 已删除 when the person's key was destroyed. Raises ValueError when the text was altered."""
    if keys is None:
        keys = _unwrapped(dict(_keys().objects.filter(person_id=person).values_list("person_id", "wrapped")))
    if person not in keys:
        return ERASED
    try:
        return _decrypt(AESGCM(keys[person]), base64.b64decode(sealed), b"%d" % person).decode()
    except (InvalidTag, ValueError) as error:
        raise ValueError(f"sealed text of person {person} was altered") from error


def destroy_key(person: int) -> None:
    """From now on nobody, we included, can read what history holds of this person."""
    _keys().objects.update_or_create(person_id=person, defaults={"wrapped": None})
