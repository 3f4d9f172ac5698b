"""Sentences, clauses and brackets of a text, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from shuyuan.proofread.numerals import FULL_WIDTH

_END = re.compile(r"[。！？!?]+(?!其中|包括)[”’」』）)》]*|\n+")
"""A full stop before 其中 ends no sentence: what follows are parts of what stands before it."""
_OPEN = {"(": ")", "〔": "〕", "[": "]", "【": "】"}
_SPAN = 3000
"""A sentence longer than this is none: a table without line ends, or no prose at all."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]` of the whole; `plain` is it with half-width digits and signs, character for character."""

    start: int
    end: int
    text: str
    plain: str


def sentences(text: str) -> list[Sentence]:
    """The sentences with their full stops, without the blanks round them."""
    found: list[Sentence] = []
    begin = 0
    stops = [match.end() for match in _END.finditer(text)]
    for stop in [*stops, len(text)]:
        while begin < stop:
            end = min(stop, begin + _SPAN)
            piece = text[begin:end]
            if stripped := piece.strip():
                start = begin + piece.index(stripped[0])
                found.append(Sentence(start, start + len(stripped), stripped, stripped.translate(FULL_WIDTH)))
            begin = end
    return found


def depths(plain: str) -> list[int]:
    """How many brackets each character stands in; a closing one without an opening one closes nothing."""
    found: list[int] = []
    waiting: list[str] = []
    for character in plain:
        if waiting and character == waiting[-1]:
            waiting.pop()
        found.append(len(waiting))
        if character in _OPEN:
            waiting.append(_OPEN[character])
    return found
