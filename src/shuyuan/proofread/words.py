"""Words: the translator of modules that import no Django, here and in the report room. Unbound, they speak as written.

The commands' room binds it to the site's own gettext at start-up; so a Word template refused in an English session
says why in English.
"""

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
