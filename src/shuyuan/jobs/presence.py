"""Presence: whether a worker is still there, told by a lock that its death releases, and never by a clock.

A heartbeat with a time limit takes a worker for dead that only waited for the disk, or when somebody set the clock.
A lock cannot: the operating system (SQLite, one host) or the server (PostgreSQL, many hosts) lets go of it the moment
the process ends, kill -9 included, and not before.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

MARK = 0x5359  # our share of PostgreSQL's advisory locks
HELD = """locktype = 'advisory' AND classid = %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


def _number(worker: str) -> int:
    """A worker's name as PostgreSQL's locks are numbered."""
    return int.from_bytes(hashlib.sha256(worker.encode()).digest()[:4]) >> 1


class Presence:
    """Held by a worker as long as it lives; `keep` is called again and again, for a connection may break."""

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self._file: sqlite3.Connection | None = None

    def keep(self) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT count(*) FROM pg_locks WHERE {HELD} AND objid = %s AND pid = pg_backend_pid()",  # noqa: S608
                    [MARK, _number(self.worker)],
                )
                if not cursor.fetchone()[0]:
                    cursor.execute("SELECT pg_advisory_lock(%s, %s)", [MARK, _number(self.worker)])
            return
        path = _place(self.worker)
        while self._file is None or not path.exists():  # somebody swept it away between its making and our lock
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = _opened(path, wait=20)
            self._file.execute("BEGIN EXCLUSIVE")

    def leave(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                _place(self.worker).unlink()
            self._file.close()
            self._file = None


def is_here(worker: str) -> bool:
    if connection.vendor == "postgresql":
        return _held("AND objid = %s", _number(worker))
    path = _place(worker)
    return path.exists() and _locked(path)


def anybody() -> bool:
    """Whether any worker at all is there: without one, pages do what they can themselves."""
    if connection.vendor == "postgresql":
        return _held("")
    return any(map(_locked, _folder().glob("*.lock")))


def sweep() -> None:
    """Take away what killed workers left lying about."""
    if connection.vendor == "sqlite":
        for path in _folder().glob("*.lock"):
            _locked(path, remove=True)


def _held(more: str, *given: Any) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM pg_locks WHERE {HELD} {more}", [MARK, *given])  # noqa: S608
        return bool(cursor.fetchone()[0])


def _folder() -> Path:
    """Beside the database: two sites of one machine do not see each other's workers."""
    name = str(connection.settings_dict["NAME"])
    return Path(settings.DATA_DIR) / "workers" / hashlib.sha256(name.encode()).hexdigest()[:12]


def _place(worker: str) -> Path:
    return _folder() / f"{worker}.lock"


def _opened(path: Path, *, wait: float) -> sqlite3.Connection:
    """An empty database is a file lock that works alike on every system."""
    return sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)


def _locked(path: Path, *, remove: bool = False) -> bool:
    probe = _opened(path, wait=0)
    try:
        probe.execute("BEGIN EXCLUSIVE")
        if remove:
            with suppress(OSError):  # Windows lets nobody remove what is open: it lies there and does no harm
                path.unlink()
    except sqlite3.OperationalError as error:
        return "locked" in str(error)
    finally:
        probe.close()
    return False
