"""Comparing two versions of a text: what was taken out and what was put in, by character as Chinese is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Kind = Literal["same", "out", "in"]

# A placeholder, a number or a Latin word changes as a whole; hanzi and punctuation one by one.
_TOKEN = re.compile(r"\{\{.*?\}\}|\d+(?:\.\d+)*|[A-Za-z]+|\n+|.", re.DOTALL)
_PUNCTUATION = re.compile(r"[，。；：、！？\n]+")
# difflib takes the product of both lengths at worst; beyond this a block is shown as replaced.
_MOST_WORK = 4_000_000
# Common characters between two changes shorter than this are noise: 重新统计 is read more easily than 重[新]统[计].
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Kind
    text: str


def compare(old: str, new: str) -> list[Piece]:
    """The pieces of both texts in reading order: leaving out "in" gives the old text, leaving out "out" the new one."""
    return list(_joined(_smoothed(list(_joined(_lines(old, new))))))


def _lines(old: str, new: str) -> Iterator[Piece]:
    """Paragraph by paragraph first, so that a long text with one changed paragraph is quick and reads well."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[first:last]), "".join(after[start:end])
        if kind == "equal":
            yield Piece("same", gone)
        else:
            yield from _characters(gone, come)


def _characters(old: str, new: str) -> Iterator[Piece]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(before) * len(after) > _MOST_WORK:
        yield from _replaced(old, new)
        return
    for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(before[first:last]))
        else:
            yield from _replaced("".join(before[first:last]), "".join(after[start:end]))


def _replaced(old: str, new: str) -> Iterator[Piece]:
    if old:
        yield Piece("out", old)
    if new:
        yield Piece("in", new)


def _smoothed(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """A lone common character between two changes belongs to both; punctuation stays, for it divides what is read."""
    out, come = "", ""
    for at, piece in enumerate(pieces):
        if piece.kind == "out":
            out += piece.text
        elif piece.kind == "in":
            come += piece.text
        elif (out or come) and at + 1 < len(pieces) and len(piece.text) < _SHORTEST and not _divides(piece.text):
            out, come = out + piece.text, come + piece.text
        else:
            yield from _replaced(out, come)
            yield piece
            out, come = "", ""
    yield from _replaced(out, come)


def _divides(text: str) -> bool:
    return _PUNCTUATION.fullmatch(text) is not None


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece."""
    kept: Piece | None = None
    for piece in pieces:
        if kept is not None and kept.kind == piece.kind:
            kept = Piece(kept.kind, kept.text + piece.text)
        else:
            if kept is not None:
                yield kept
            kept = piece
    if kept is not None:
        yield kept
