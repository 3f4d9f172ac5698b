"""Passwords: what ours must be beyond Django's rules, and the first one that an office hands out."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import check_password, get_hasher, make_password
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper: i l o, 0 1
QUICK = 20_000
"""Rounds for a first password. It is random, 59 bits: the half second per guess that protects a chosen one is no use
to it, and makes three hundred accounts take minutes. Django hashes it anew, in full, when it is first used."""


class AnotherThanBefore:
    """A new password is another one: whoever has to change theirs has changed it."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if user is not None and user.pk and check_password(password, user.password):
            raise ValidationError(_t("新密码不能与原密码相同。"), code="password_as_before")

    def get_help_text(self) -> str:
        return _t("不能与原密码相同。")


def first_password() -> str:
    """Twelve letters and digits in three groups, to be read off a slip of paper."""
    return "-".join("".join(secrets.choice(LETTERS) for _letter in range(4)) for _group in range(3))


def quick_hash(password: str) -> str:
    """The hash of a random password, in a few milliseconds. Of one that a person chose: make_password()."""
    hasher = get_hasher()
    if hasher.algorithm == "pbkdf2_sha256":
        return str(hasher.encode(password, hasher.salt(), QUICK))  # type: ignore[call-arg]
    return make_password(password)
