"""Sealing: personal fields in history are kept under one key per person, so that destroying the key erases them.

The law lets a person ask for erasure while the book of record may not lose a version. Both hold when a version's
personal fields are ciphertext: the chain is computed over the ciphertext and still verifies after the key is gone.
Each person's key is itself wrapped (AES-GCM) by the installation's master key. What is sensitive and belongs to no
person is under a key derived from the master key; so is the hash by which a sealed number is found.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext as _t

from shuyuan.core import bulk

if TYPE_CHECKING:
    from shuyuan.core.models import PersonKey

AT_ONCE = 5000
NONCE = 12  # bytes, as NIST SP 800-38D recommends for GCM
ERASED = "已删除"
NOBODY = "nobody"  # what history binds a text to that belongs to no person


class WrongKey(RuntimeError):
    """The master key is not the one that this book's keys were wrapped with."""

    def __init__(self) -> None:
        super().__init__(
            _t("主密钥不对，个人信息无法解密。请恢复数据目录中的 master.key，或把 SHUYUAN_MASTER_KEY 改回原值。")
        )


def _encrypt(key: AESGCM, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + key.encrypt(nonce, plain, bound_to)


def _decrypt(key: AESGCM, sealed: bytes, bound_to: bytes) -> bytes:
    return key.decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)


def _master() -> AESGCM:
    return AESGCM(hashlib.sha256(settings.MASTER_KEY.encode()).digest())


@lru_cache(maxsize=8)
def _derived(master: str, purpose: str) -> bytes:
    """A key for one purpose only (HKDF, RFC 5869): the hash that finds a number cannot open one."""
    return HKDF(SHA256(), 32, salt=None, info=f"shuyuan {purpose}".encode()).derive(master.encode())


def installation_key() -> bytes:
    """What is sensitive and belongs to no person is kept under this."""
    return _derived(settings.MASTER_KEY, "installation")


def search_key(kind: str, text: str) -> str:
    """The keyed hash by which a sealed text is found: equal texts of one kind have equal hashes, and nothing else."""
    key = _derived(settings.MASTER_KEY, "search")
    return hmac.new(key, f"{kind}|{text}".encode(), hashlib.sha256).hexdigest()


def _keys() -> type[PersonKey]:
    model: type[PersonKey] = apps.get_model("core", "PersonKey")
    return model


def keys_for(people: Iterable[int], fresh: Mapping[int, bytes] | None = None) -> dict[int, bytes]:
    """The key of each person who has one; a key is made for everybody who never had one. Destroyed keys stay away.

    `fresh` are keys that people's own rows were sealed with before their rows were there.
    """
    wanted = set(people)
    model, master = _keys(), _master()
    kept = _wrapped(wanted)
    made = {person: (fresh or {}).get(person) or os.urandom(32) for person in sorted(wanted - kept.keys())}
    rows = ((person, _encrypt(master, key, b"%d" % person)) for person, key in made.items())
    bulk.insert(model, ("person", "wrapped"), rows)
    return _unwrapped(kept) | made


def keys_of(people: Iterable[int]) -> dict[int, bytes]:
    """The key of each person who has one, to read with; none is made."""
    return _unwrapped(_wrapped(set(people)))


def _wrapped(people: set[int]) -> dict[int, Any]:
    wanted = sorted(people)
    found: dict[int, Any] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = _keys().objects.filter(person_id__in=wanted[start : start + AT_ONCE])
        found.update(rows.values_list("person_id", "wrapped"))
    return found


def every_key() -> dict[int, bytes]:
    """All keys that have not been destroyed, for a walk over everything."""
    return _unwrapped(dict(_keys().objects.values_list("person_id", "wrapped").iterator()))


def _unwrapped(kept: Mapping[int, Any]) -> dict[int, bytes]:
    master = _master()
    try:
        return {
            person: _decrypt(master, bytes(wrapped), b"%d" % person)
            for person, wrapped in kept.items()
            if wrapped is not None
        }
    except InvalidTag:
        raise WrongKey from None


def encrypted(key: bytes, text: str, bound_to: str) -> str:
    """`text` under a key, as printable base64; it opens only with what it was bound to."""
    return base64.b64encode(_encrypt(AESGCM(key), text.encode(), bound_to.encode())).decode()


def decrypted(key: bytes, sealed: str, bound_to: str) -> str:
    """The text again. Raises ValueError when it was altered, moved, or sealed with another key."""
    try:
        return _decrypt(AESGCM(key), base64.b64decode(sealed), bound_to.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise ValueError("sealed text was altered, or its key is another") from error


def sealed_file(content: bytes) -> bytes:
    """A file that may hold anything personal, as it waits on our disk."""
    return _encrypt(AESGCM(installation_key()), content, b"file")


def opened_file(sealed: bytes) -> bytes:
    """The file again. Raises WrongKey."""
    try:
        return _decrypt(AESGCM(installation_key()), sealed, b"file")
    except (InvalidTag, ValueError):
        raise WrongKey from None


def seal(text: str, person: int | None, keys: Mapping[int, bytes]) -> str:
    """`text` under the person's key (the installation's, where it is nobody's), as printable base64.

    Of somebody whose key is destroyed only 已删除 can be kept. Raises ValueError for anything else.
    """
    if person is None:
        return encrypted(installation_key(), text, NOBODY)
    if person not in keys:
        if text != ERASED:
            raise ValueError(f"person {person} was erased: nothing more can be kept of them")
        return ERASED
    return base64.b64encode(_encrypt(AESGCM(keys[person]), text.encode(), b"%d" % person)).decode()


def unseal(sealed: str, person: int | None, keys: Mapping[int, bytes] | None = None) -> str:
    """The text again, or 已删除 when the person's key was destroyed. Raises ValueError when the text was altered."""
    if person is None:
        return decrypted(installation_key(), sealed, NOBODY)
    if keys is None:
        keys = keys_of([person])
    if person not in keys:
        return ERASED
    try:
        return _decrypt(AESGCM(keys[person]), base64.b64decode(sealed), b"%d" % person).decode()
    except (InvalidTag, ValueError) as error:
        raise ValueError(f"sealed text of person {person} was altered") from error


def destroy_key(person: int) -> None:
    """From now on nobody, we included, can read what history holds of this person."""
    _keys().objects.update_or_create(person_id=person, defaults={"wrapped": None})
