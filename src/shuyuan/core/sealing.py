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
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings

if TYPE_CHECKING:
    from shuyuan.core.models import PersonKey

NONCE = 12  # bytes, as NIST SP 800-38D recommends for GCM
ERASED = "已删除"


def _encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def _decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)


def _master() -> bytes:
    return hashlib.sha256(settings.MASTER_KEY.encode()).digest()


def _keys() -> type[PersonKey]:
    model: type[PersonKey] = apps.get_model("core", "PersonKey")
    return model


def keys_for(people: Iterable[int]) -> dict[int, bytes]:
    """The key of each person who has one; a key is made for everybody who never had one. Destroyed keys stay away."""
    wanted = set(people)
    model = _keys()
    kept = {key.person_id: key for key in model.objects.filter(person_id__in=wanted)}
    made = []
    for person in sorted(wanted - kept.keys()):
        kept[person] = model(person_id=person, wrapped=_encrypt(_master(), os.urandom(32), b"%d" % person))
        made.append(kept[person])
    model.objects.bulk_create(made, batch_size=2000)
    return {
        person: _decrypt(_master(), bytes(key.wrapped), b"%d" % person)
        for person, key in kept.items()
        if key.wrapped is not None
    }


def seal(text: str, person: int, keys: Mapping[int, bytes]) -> str:
    """`text` under the person's key, as printable base64; nothing can be sealed for a person whose key is destroyed."""
    return base64.b64encode(_encrypt(keys[person], text.encode(), b"%d" % person)).decode()


def unseal(sealed: str, person: int, keys: Mapping[int, bytes] | None = None) -> str:
    """The text again, or 已删除 when the person's key was destroyed. Raises ValueError when the text was altered."""
    key = (keys_for([person]) if keys is None else keys).get(person)
    if key is None:
        return ERASED
    try:
        return _decrypt(key, base64.b64decode(sealed), b"%d" % person).decode()
    except InvalidTag as error:
        raise ValueError(f"sealed text of person {person} was altered") from error


def destroy_key(person: int) -> None:
    """From now on nobody, we included, can read what history holds of this person."""
    _keys().objects.update_or_create(person_id=person, defaults={"wrapped": None})
