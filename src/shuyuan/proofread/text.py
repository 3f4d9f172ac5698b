"""Sentences, clauses and brackets of a text, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from shuyuan.proofread.numerals import FULL_WIDTH

_END = re.compile(r"[。！？!?]+(?!其中|包括)[”’」』）)》]*|\n+")
"""A full stop before 其中 ends no sentence: what follows are parts of what stands before it."""
_OPEN = {"(": ")", "〔": "〕", "[": "]", "【": "】"}
_SPAN = 3000
"""A sentence longer than this is none: a table without line ends, or no prose at all."""
_FINAL = tuple("。！？!?；;：:…")
_BEGINS = re.compile(
    r"\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|第[一二三四五六七八九十]+[章节部条]|"
    r"\d{1,2}[.．、](?!\d)|[|｜#*※●◆■·—-])|　|  |\t"
)
_MEASURE = re.compile(
    r"(?:[百千]?[万亿]\s?)?(?:元|人|名|所|个|套|台|处|次|平方米|亩|册|%|％|户|项|公里|吨|公顷)|[万亿]"
)
_WIDEST, _ALIKE, _TORN = 110, 3, 2


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text[start:end]` of the whole; `plain` is it with half-width digits and signs, character for character.

    Where a line was broken within it, `text` and `plain` have a blank.
    """

    start: int
    end: int
    text: str
    plain: str


def wrapped(text: str) -> frozenset[int]:
    """Where a line ends though its sentence goes on: text copied from a page or a PDF, with its lines as they were set.

    Lines that are as long as each other and end without a stop were set so; a number at the end of one line and its
    unit at the beginning of the next were torn apart, and in a text torn so each line without a stop goes on.
    """
    if "\n" not in text:
        return frozenset()
    lines, place = [], 0
    for line in text.split("\n"):
        lines.append((place, line.rstrip()))
        place += len(line) + 1
    pairs = [
        (start + len(line), line, after)
        for (start, line), (_, after) in pairwise(lines)
        if line and after.strip() and not line.endswith(_FINAL) and not _BEGINS.match(after) and "|" not in line
    ]
    if not pairs:
        return frozenset()
    widths = sorted(width for _, line in lines if (width := _width(line)) > 20)
    widest = widths[len(widths) * 9 // 10] if widths else 0
    full = [pair for pair in pairs if widest * 0.8 <= _width(pair[1]) <= widest * 1.08]
    if widest > _WIDEST or len(full) < _ALIKE:
        full = []
    torn = [
        (end, line, after)
        for end, line, after in pairs
        if (line[-1:].isdigit() and _MEASURE.match(after)) or (re.search(r"[A-Za-z]$", line) and after[:1].isdigit())
    ]
    if len(torn) >= _TORN:
        full = [pair for pair in pairs if full or len(pair[1]) < 60]
    return frozenset(text.index("\n", end) for end, _, _ in [*full, *torn])


def _width(line: str) -> int:
    """In half-width characters: digits take half the room of hanzi."""
    return sum(2 if character > "\u2e80" else 1 for character in line)


def sentences(text: str) -> list[Sentence]:
    """The sentences with their full stops, without the blanks round them."""
    found: list[Sentence] = []
    begin = 0
    soft = wrapped(text)
    if soft:
        pieces = list(text)
        for at in soft:
            pieces[at] = " "
        text = "".join(pieces)
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
