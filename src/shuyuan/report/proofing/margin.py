"""Margin: a text by its paragraphs, its words marked where something was found, the findings beside them."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from shuyuan.proofread.findings import ORDER, Finding

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Note:
    """A finding as the margin shows it."""

    key: str
    """What it is called in its page's forms."""
    finding: Finding
    state: str = OPEN
    text: str = ""
    """What its words become, or why they stay."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else its page tells of it."""

    @property
    def open(self) -> bool:
        return self.state == OPEN


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a paragraph that are marked alike: by a severity, as unchecked, as replaced, or not at all."""

    text: str
    css: str = ""
    becomes: str = ""
    """What stands in place of these words from now on, behind the last of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph with its notes."""

    number: int
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    place: str = ""
    """Where it stands when it is no running text."""


def lines(
    text: str,
    notes: Iterable[Note],
    unchecked: Sequence[tuple[int, int]] = (),
    *,
    places: Mapping[int, str] | None = None,
    only: int | None = None,
) -> list[Line]:
    """The paragraphs that print something; or `only` that of this number, from 1."""
    starts = [0]
    for paragraph in text.split("\n"):
        starts.append(starts[-1] + len(paragraph) + 1)
    beside: dict[int, list[Note]] = {}
    for note in notes:
        beside.setdefault(bisect_right(starts, note.finding.start), []).append(note)
    silent: dict[int, list[tuple[int, int]]] = {}
    for start, end in unchecked:
        silent.setdefault(bisect_right(starts, start), []).append((start, end))
    found = []
    for number, paragraph in enumerate(text.split("\n"), start=1):
        if (paragraph.strip() or number in beside) and only in (None, number):
            own = beside.get(number, [])
            pieces = tuple(_pieces(paragraph, starts[number - 1], own, silent.get(number, [])))
            found.append(Line(number, pieces, tuple(own), (places or {}).get(number - 1, "")))
    return found


def line_of(text: str, start: int) -> int:
    """The number of the paragraph in which a place is, from 1."""
    return text.count("\n", 0, start) + 1


def _pieces(
    paragraph: str, offset: int, notes: Sequence[Note], unchecked: Sequence[tuple[int, int]]
) -> Iterator[Piece]:
    opening: dict[int, list[Note]] = defaultdict(list)
    closing: dict[int, list[Note]] = defaultdict(list)
    silence: Counter[int] = Counter()
    for note in notes:
        start, end = note.finding.start - offset, min(note.finding.end - offset, len(paragraph))
        if start < end:
            opening[start].append(note)
            closing[end].append(note)
    for start, end in unchecked:
        silence[start - offset] += 1
        silence[min(end - offset, len(paragraph))] -= 1
    over: list[Note] = []
    silent = 0
    for start, end in pairwise(sorted({0, len(paragraph), *opening, *closing, *silence})):
        over = [note for note in over if note not in closing[start]] + opening[start]
        silent += silence[start]
        replaced = next((note for note in over if note.state == "accepted"), None)
        waiting = [note.finding.severity for note in over if note.open]
        if replaced:
            yield Piece(paragraph[start:end], "replaced", replaced.text if replaced in closing[end] else "")
        elif waiting:
            yield Piece(paragraph[start:end], min(waiting, key=lambda severity: ORDER[severity]))
        else:
            yield Piece(paragraph[start:end], "unchecked" if silent else "")
