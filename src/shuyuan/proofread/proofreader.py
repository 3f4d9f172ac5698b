"""Proofread a text: every rule over every claim, and how much of it could be checked at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from shuyuan.proofread import arithmetic, bounds, dates, marks, register, wording
from shuyuan.proofread.claims import Claim, read
from shuyuan.proofread.findings import ORDER, RULES, Books, Case, Finding
from shuyuan.proofread.relations import Relation, relations, taking_part
from shuyuan.proofread.words import say as _t

ROOMS = (arithmetic, bounds, dates, marks, register, wording)
"""Where the rules are declared; importing them registers the rules."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the claims stand under a check; what is under none is named, never passed over."""

    claims: int
    related: int
    """In a sum, ratio, list …"""
    checked: int
    """In a relation or under any other rule that could have found them wrong."""
    unchecked: tuple[Claim, ...]

    @property
    def share(self) -> float:
        return self.checked / self.claims if self.claims else 1.0

    def __str__(self) -> str:
        told = _t("%(claims)s 个数字中 %(checked)s 个有据可查（%(share)s），%(left)s 个无从核对")
        facts = {"claims": self.claims, "checked": self.checked, "share": f"{self.share:.0%}"}
        return told % (facts | {"left": len(self.unchecked)})


@dataclass(frozen=True, slots=True)
class Proof:
    """A text proofread."""

    text: str
    year: int | None
    claims: tuple[Claim, ...]
    relations: tuple[Relation, ...]
    findings: tuple[Finding, ...]
    coverage: Coverage

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity == "error")


def proofread(
    text: str, *, year: int | None = None, books: Books | None = None, only: Collection[str] | None = None
) -> Proof:
    """Find what cannot be right. *year* is the report's, if it does not say it itself; *only* names rules to apply."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    done = read(text)
    related = tuple(relations(done))
    case = Case(done, related, year or dates.year_of(text), books)
    found = [one for rule in RULES.values() if only is None or rule.id in only for one in rule.check(case)]
    claims = case.claims
    standing = set(taking_part([one for one in related if one.holds or one.sure >= 0.5]))
    checked = standing | set(case.checked)
    unchecked = tuple(claim for claim in claims if claim.number not in checked)
    coverage = Coverage(len(claims), len(standing), len(claims) - len(unchecked), unchecked)
    return Proof(text, case.year, claims, related, _sorted(found), coverage)


def _sorted(found: list[Finding]) -> tuple[Finding, ...]:
    """In reading order, each once; what one rule says of a place twice is said of its longer words."""
    unique: dict[tuple[str, int, str], Finding] = {}
    for one in sorted(found, key=lambda one: (one.end - one.start, one.confidence)):
        unique[(one.rule, one.start, one.suggestion)] = one
    order = sorted(
        unique.values(), key=lambda one: (one.start, one.end, ORDER[one.severity], -one.confidence, one.rule)
    )
    return tuple(order)
