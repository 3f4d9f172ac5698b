"""The small parts that pages are made of: what views hand to the tags of `{% load kit %}`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import TextChoices
from django.utils.functional import Promise

Text = str | Promise
"""Words for people to read, translated now or when they are shown."""


class Tone(TextChoices):
    """How something stands; always shown with words or a sign beside the colour."""

    NEUTRAL = "neutral"
    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Crumb:
    title: Text
    url: str = ""


@dataclass(frozen=True)
class Fact:
    """One line of a record: a label and its value; `wide` takes the whole width, for texts."""

    label: Text
    value: object
    url: str = ""
    wide: bool = False
    numeric: bool = False
    note: Text = ""


@dataclass(frozen=True)
class Change:
    """One field of a version: before and after, None for nothing."""

    label: Text
    before: object
    after: object


@dataclass(frozen=True)
class Event:
    """One version in a history: who did what, when and why."""

    act: Text
    who: str
    when: datetime
    why: str = ""
    changes: Sequence[Change] = field(default_factory=tuple)
    tone: Tone = Tone.NEUTRAL
    url: str = ""


@dataclass(frozen=True)
class Bar:
    """One line of a bar list. `value` sets the length, `shown` what is written ("" for the value itself)."""

    label: Text
    value: float
    shown: str = ""
    url: str = ""
    note: Text = ""
