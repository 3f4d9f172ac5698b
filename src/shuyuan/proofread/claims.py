"""Claims: every number of a text that says something, with its unit, its kind and what it is said of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from shuyuan.proofread import subjects, units
from shuyuan.proofread.scan import Number, numbers
from shuyuan.proofread.text import Sentence, depths, sentences


@dataclass(frozen=True, slots=True)
class Claim:
    """One number of a text: `text[start:end]` is it with its unit, `value_text` its digits as printed.

    `value` is the printed number, `unit` the printed unit with its 万 or 亿; `amount` is in the base unit.
    """

    number: int
    """Its place among the claims of the text, from 0."""
    value: Decimal
    value_text: str
    unit: str
    kind: str
    qualifier: str
    subject: str
    sentence: str
    start: int
    end: int
    digits: int
    """Where the digits begin."""
    within: int
    """Which sentence it stands in."""
    depth: int
    """In how many brackets it stands."""
    upper: Decimal | None = None
    printed_unit: str = ""
    cues: frozenset[str] = field(default=frozenset())

    @property
    def base(self) -> str:
        return units.base(self.unit)

    @property
    def amount(self) -> Decimal:
        return self.value * units.factor(self.unit)

    @property
    def approximate(self) -> bool:
        return bool(self.qualifier.replace("达到", "").replace("达", "")) or self.upper is not None


@dataclass(frozen=True, slots=True)
class Read:
    """A text with its sentences and their claims."""

    text: str
    sentences: tuple[Sentence, ...]
    claims: tuple[tuple[Claim, ...], ...]
    """Sentence by sentence."""

    def all(self) -> Iterator[Claim]:
        for of_one in self.claims:
            yield from of_one


def read(text: str) -> Read:
    """All sentences of a text with their claims."""
    parts = sentences(text)
    found: list[tuple[Claim, ...]] = []
    count = 0
    years: tuple[int, ...] = ()
    for index, sentence in enumerate(parts):
        inside = depths(sentence.plain)
        scanned = [number for number in numbers(sentence.plain) if not _page_number(number, sentence)]
        years = subjects.span(sentence.plain) or years
        said = subjects.of(sentence.plain, scanned, inside, years)
        found.append(
            tuple(
                _claim(count + place, number, subject, sentence, index, inside[number.at])
                for place, (number, subject) in enumerate(zip(scanned, said, strict=True))
            )
        )
        count += len(scanned)
    return Read(text, tuple(parts), tuple(found))


def claims(text: str) -> list[Claim]:
    """Every numeric claim of a text, in reading order; years, dates and document numbers are none."""
    return list(read(text).all())


def _page_number(number: Number, sentence: Sentence) -> bool:
    return number.end - number.start == len(sentence.plain)


def _claim(count: int, number: Number, subject: str, sentence: Sentence, index: int, depth: int) -> Claim:
    return Claim(
        *(count, number.value, number.value_text, number.unit, number.kind, number.qualifier, subject),
        *(sentence.text, sentence.start + number.start, sentence.start + number.end, sentence.start + number.at),
        *(index, depth, number.upper, number.printed_unit),
    )
