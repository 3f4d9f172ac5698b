"""What accounts keep and nobody may read from the database: sealed under the master key, or known by a keyed digest."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet
from django.conf import settings


def _key(use: bytes) -> bytes:
    """A key for one use alone: what is sealed for one cannot be passed off as another's."""
    return hmac.digest(settings.MASTER_KEY.encode(), b"accounts/" + use, hashlib.sha256)


def seal(text: str) -> str:
    return Fernet(base64.urlsafe_b64encode(_key(b"seal"))).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Raises cryptography's InvalidToken when it was altered, or sealed under another master key."""
    return Fernet(base64.urlsafe_b64encode(_key(b"seal"))).decrypt(sealed.encode()).decode()


def digest(provider: str, uid: str) -> str:
    """By which an outside identity is recognised without being kept."""
    return hmac.new(_key(b"identity"), f"{provider}:{uid}".encode(), hashlib.sha256).hexdigest()
