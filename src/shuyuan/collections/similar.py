"""Similar questions: what another ledger or collection asks under nearly the same heading; a datum is asked once."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from shuyuan.ledger.burden import fileable
from shuyuan.ledger.headings import bare
from shuyuan.ledger.ledger import Ledger

NEAR = 0.75
MOST = 4
EVERYWHERE = {"organisation", "date", "until", "person"}  # what every ledger has says nothing
BRACKETS = re.compile(r"\(.*?\)")


@dataclass(frozen=True)
class Similar:
    """A column of the collection, and where the same may stand already."""

    name: str
    label: str
    others: list[tuple[Ledger[Any], str]]


def similar(book: Ledger[Any]) -> list[Similar]:
    """For each column the nearest headings elsewhere, of columns that hold the same sort of thing."""
    there: dict[tuple[bool, str], list[tuple[Ledger[Any], str]]] = defaultdict(list)
    for other in fileable():
        for column in other.sheet:
            if other.slug != book.slug and column.name not in EVERYWHERE:
                there[column.numeric, core(column.label)].append((other, column.label))
    texts: dict[bool, list[str]] = defaultdict(list)
    for numeric, text in there:
        texts[numeric].append(text)
    found = []
    for column in book.sheet:
        if column.name in EVERYWHERE:
            continue
        near = difflib.get_close_matches(core(column.label), texts[column.numeric], MOST, NEAR)
        others = [place for text in near for place in there[column.numeric, text]][:MOST]
        if others:
            found.append(Similar(column.name, column.label, others))
    return found


def core(label: str) -> str:
    """A heading without what stands in brackets."""
    text = bare(label)
    return BRACKETS.sub("", text) or text
