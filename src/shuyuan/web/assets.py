"""Addresses of our own files, with a mark that changes with the content, so that browsers may keep them for long."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static


@lru_cache
def _found(path: str) -> Path:
    found = finders.find(path)
    if not isinstance(found, str):
        raise FileNotFoundError(f"There is no static file {path!r}.")
    return Path(found)


@lru_cache
def _mark(path: Path, modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]


@lru_cache
def _settled(path: str) -> str:
    return f"{static(path)}?v={_mark(_found(path), 0)}"


def address(path: str) -> str:
    """The address of a static file; looked up once, or while developing whenever the file was changed."""
    if not settings.DEBUG:
        return _settled(path)
    found = _found(path)
    return f"{static(path)}?v={_mark(found, found.stat().st_mtime_ns)}"


@lru_cache
def icons() -> frozenset[str]:
    """The names of the icons in the sprite."""
    drawing = _found("web/vendor/icons.svg").read_text(encoding="utf-8")
    return frozenset(line.split('"', 2)[1] for line in drawing.splitlines() if line.startswith("<symbol id="))
