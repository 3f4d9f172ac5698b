"""Versions of a part's text: who wrote what when, and any two of them compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shuyuan.report.models import Part


@dataclass(frozen=True)
class Wording:
    """One text a part has had, from the version that brought it."""

    revision: int
    text: str
    who: str
    when: datetime
    why: str


def wordings(part: Part) -> list[Wording]:
    """Every text the part has had, the newest first; versions that changed something else are left out."""
    found: list[Wording] = []
    for version in part.history().select_related("written_by").reverse():
        text = str(version.columns()["text"])
        if not found or found[-1].text != text:
            who = version.written_by.get_full_name() or version.written_by.get_username()
            found.append(Wording(version.revision, text, who, version.written_at, version.written_why))
    return found[::-1]


def pair(known: list[Wording], older: str, newer: str) -> tuple[Wording, Wording] | None:
    """The two wordings asked for by revision, the older first; the last two where none or an unknown one is named."""
    by_revision = {str(one.revision): one for one in known}
    if older in by_revision and newer in by_revision:
        first, second = sorted((by_revision[older], by_revision[newer]), key=lambda one: one.revision)
        return first, second
    return (known[1], known[0]) if len(known) > 1 else None
