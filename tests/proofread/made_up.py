"""Paragraphs of reports made up to measure on: six sets, each run for the first time when those before were mended.

Their figures are sound. `damaged` tells how each may be spoilt so that the text alone shows it, and `numbers` are the
claims in them, read by eye.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shuyuan.proofread.proofreader import proofread

FILE = Path(__file__).parent / "data" / "made-up.jsonl"


@dataclass(frozen=True)
class Paragraph:
    set: int
    text: str
    damaged: tuple[tuple[str, str], ...]
    numbers: tuple[tuple[str, str], ...]

    def twins(self) -> Iterator[tuple[str, str]]:
        """Each damaged copy with what was put in."""
        for old, new in self.damaged:
            yield self.text.replace(old, new, 1), new


@cache
def paragraphs() -> tuple[Paragraph, ...]:
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return tuple(
        Paragraph(row["set"], row["text"], tuple(map(tuple, row["damaged"])), tuple(map(tuple, row["numbers"])))
        for row in rows
    )


def alarms(text: str) -> set[tuple[str, str, str]]:
    return {(one.rule, one.text, one.message) for one in proofread(text).findings if one.severity != "hint"}


@dataclass
class Score:
    found: int = 0
    damaged: int = 0
    alarms: int = 0
    characters: int = 0


def scores() -> dict[int, Score]:
    """By set: damage found, and alarms on the sound text."""
    told: defaultdict[int, Score] = defaultdict(Score)
    for one in paragraphs():
        score, clean = told[one.set], alarms(one.text)
        score.characters += len(one.text)
        score.alarms += len(clean)
        for text, _ in one.twins():
            score.damaged += 1
            score.found += bool(alarms(text) - clean)
    return dict(told)
