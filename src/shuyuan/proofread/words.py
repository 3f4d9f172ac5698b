"""Words: the translator of this room, which imports no Django. Unbound, findings speak as they are written."""

from __future__ import annotations

from collections.abc import Callable


def _as_written(message: str) -> str:
    return message


_gettext: Callable[[str], str] = _as_written


def bind(gettext: Callable[[str], str]) -> None:
    """From now on messages are said in the language that `gettext` speaks."""
    global _gettext
    _gettext = gettext


def say(message: str) -> str:
    """The message in the reader's language; placeholders are filled in afterwards: say("…%(name)s…") % {…}."""
    return _gettext(message)
