"""The tables that rules go by: TOML files in data/, and those of the same name in a folder of the office's own."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

DATA = Path(__file__).with_name("data")
_own: list[Path] = []
_made: list[Callable[[], None]] = []
Function = TypeVar("Function", bound=Callable[..., Any])


class TableError(ValueError):
    """A table of the office's own that cannot be used; the message names the file and the cure."""


def derived(function: Function) -> Function:
    """What a function makes of the tables, kept until the tables change."""
    kept = cache(function)
    _made.append(kept.cache_clear)
    return cast(Function, kept)


def extend(folder: Path) -> None:
    """Read the tables of this folder too: what stands in its lists is added to ours."""
    if folder not in _own:
        _own.append(folder)
        _read_again()


def forget() -> None:
    """Go by our own tables alone again."""
    _own.clear()
    _read_again()


def _read_again() -> None:
    for clear in _made:
        clear()


@derived
def rows(table: str, key: str) -> tuple[dict[str, Any], ...]:
    """All rows [[key]] of a table; raises TableError when a file of the office's own is malformed."""
    found: list[dict[str, Any]] = []
    for folder in (DATA, *_own):
        path = folder / f"{table}.toml"
        if not path.exists():
            continue
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8")).get(key, [])
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise TableError(f"{path}：{error}") from error
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise TableError(f"{path}：[[{key}]]")
        found.extend(entries)
    return tuple(found)
