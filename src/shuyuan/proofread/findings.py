"""What a rule is, what it is given and what it finds; the register of all rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal, Protocol

from shuyuan.proofread.claims import Claim, Read
from shuyuan.proofread.relations import Relation

Severity = Literal["error", "warning", "hint"]
Needs = Literal["T", "D", "B"]
ORDER: Mapping[str, int] = {"error": 0, "warning": 1, "hint": 2}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that cannot be right (error), hardly can be (warning) or wants a look (hint): `text` at `start:end`."""

    rule: str
    severity: Severity
    start: int
    end: int
    text: str
    message: str
    suggestion: str = ""
    confidence: float = 0.9


@dataclass(frozen=True, slots=True)
class BookFigure:
    """A figure as books know it; `value` in `unit`, None when it is not known."""

    title: str
    value: Decimal | None
    unit: str
    previous: Decimal | None = None


class Books(Protocol):
    """What proofreading asks of a book of record."""

    def names(self) -> Iterable[str]:
        """Names on the register: schools, towns, kindergartens."""
        ...

    def bounds(self) -> Mapping[str, int]:
        """How many there are of each kind of thing, by its noun: {"学校": 42}."""
        ...

    def figures(self) -> Iterable[BookFigure]:
        """The figures of the year of the report."""
        ...


@dataclass(frozen=True)
class Case:
    """A text under proofreading."""

    read: Read
    relations: tuple[Relation, ...]
    year: int | None
    """The year it reports on, if it says so."""
    books: Books | None = None
    checked: dict[int, set[str]] = field(default_factory=dict)
    """By claim, the rules that could have found something wrong with it."""

    @property
    def text(self) -> str:
        return self.read.text

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(self.read.all())

    def check(self, rule: str, *claims: Claim) -> None:
        """Note that these claims stood under a rule."""
        for claim in claims:
            self.checked.setdefault(claim.number, set()).add(rule)

    def plain(self, claim: Claim) -> str:
        """The claim's sentence in half-width signs."""
        return self.read.sentences[claim.within].plain

    def before(self, claim: Claim, length: int = 16) -> str:
        """The words before a claim in its sentence."""
        sentence = self.read.sentences[claim.within]
        start = claim.start - sentence.start
        return sentence.plain[max(start - length, 0) : start]

    def after(self, claim: Claim, length: int = 16) -> str:
        sentence = self.read.sentences[claim.within]
        end = claim.end - sentence.start
        return sentence.plain[end : end + length]


Check = Callable[[Case], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One class of mistakes: R1 … (docs/proofreading.md); `needs` the text alone, a dictionary, or the books."""

    id: str
    severity: Severity
    needs: Needs
    title: str
    check: Check


RULES: dict[str, Rule] = {}


def rule(id: str, severity: Severity, title: str, *, needs: Needs = "T") -> Callable[[Check], Check]:
    """Register a function as a rule; it may find with less severity than the rule's own, not with more."""

    def register(check: Check) -> Check:
        if id in RULES:
            raise ValueError(f"{id} is declared twice")
        RULES[id] = Rule(id, severity, needs, title, check)
        return check

    return register
