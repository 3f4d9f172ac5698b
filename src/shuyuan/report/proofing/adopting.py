"""Adopting an old report: which of our figures its numbers may be, and the template it becomes.

Figures are proposed by subject, unit and value, each with a score and why; nothing is bound without a person's yes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _t

from shuyuan.proofread import units
from shuyuan.proofread.claims import Claim, claims
from shuyuan.proofread.relations import rounds_to
from shuyuan.report import copies, grammar, package, phrases, runs, template
from shuyuan.report.build import Entry
from shuyuan.report.grammar import Call
from shuyuan.report.loops import Scanned
from shuyuan.report.outlines import declared
from shuyuan.report.phrases import PhraseError
from shuyuan.report.proofing import reading, stories
from shuyuan.report.units import converted

MOST = 3  # proposals for one number
MOST_CLAIMS = 2000
ENOUGH = 0.6
"""What agrees in value and unit is proposed from half a title in the words before it."""
ALIKE = 0.8
"""A figure of another value is proposed only under its own title."""
NEAR = 36  # characters before a number that may name it
LETTER = re.compile(r"[^\W_]")
_FILTERS = ("", "plain", "counted", "places(1)", "places(2)", "chinese", "number", "change")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A figure that a number may be."""

    figure: str
    title: str
    display: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a placeholder goes: in place of `text[start:end]`; `same` when it prints these very words."""

    start: int
    end: int
    placeholder: str
    same: bool


def plain(data: bytes, *, made: datetime) -> bytes:
    """The old report without controls, links and comments of an earlier life. Raises PackageError, CopyError."""
    return copies.clean(data, made=made)


def wanted(text: str) -> list[Claim]:
    """The numbers of the report that could be figures: no ratios, which no figure prints."""
    return [one for one in claims(text) if ":" not in one.value_text and abs(one.value) < 10**15][:MOST_CLAIMS]


def proposals(text: str, claim: Claim, entries: Mapping[str, Entry]) -> list[Proposal]:
    """The figures that this number may be, the likeliest first."""
    before = text[max(claim.digits - NEAR, 0) : claim.digits].rpartition("\n")[2]
    clause = re.split(r"[，。；：、]", before)[-1] + _behind(text, claim)
    around = before + claim.subject + _behind(text, claim)
    found = []
    for entry in entries.values():
        if entry.listed or entry.value.value is None or not _measures(entry, claim):
            continue
        alike = (_alike(entry.title, around) + _alike(entry.title, clause)) / 2
        scale = units.factor(entry.unit) / units.factor(claim.unit or entry.unit)
        agrees = rounds_to(claim, entry.value.value * scale)
        if not agrees and alike < ALIKE:
            continue
        long = min(len(claim.value_text.replace(".", "").strip("0")), 4) * 0.02  # 2635 agrees by chance less than 2
        score = min(0.5 + 0.42 * alike + long, 0.99) if agrees else 0.4 * alike
        if agrees and score < ENOUGH:
            continue
        facts = {"said": text[claim.start : claim.end], "display": entry.display, "alike": f"{alike:.0%}"}
        told = _t("数值相符；标题在句中占 %(alike)s") if agrees else _t("标题相符，账册上是 %(display)s")
        found.append(Proposal(entry.name, entry.title, entry.display, round(score, 2), told % facts))
    return sorted(found, key=lambda one: (-one.score, len(one.title), one.figure))[:MOST]


def _measures(entry: Entry, claim: Claim) -> bool:
    """Whether both are of one unit; a figure without a unit is a count that its sentence names: 金牌{{ … }}枚."""
    return units.base(entry.unit) == claim.base or (not entry.unit and claim.kind == "count")


def _behind(text: str, claim: Claim) -> str:
    """What is counted may stand behind its number: 建成考点12个, 12个考点."""
    return re.split(r"[，。；、（\n]", text[claim.end : claim.end + 12], maxsplit=1)[0]


def _alike(title: str, around: str) -> float:
    """How much of a title stands in the words: its characters and its pairs of characters, half each."""
    own = "".join(LETTER.findall(title))
    if not own:
        return 0.0
    characters = sum(one in around for one in own) / len(own)
    pairs = [own[n : n + 2] for n in range(len(own) - 1)] or [own]
    return 0.5 * characters + 0.5 * sum(pair in around for pair in pairs) / len(pairs)


def slot(text: str, claim: Claim, entry: Entry) -> Slot:
    """The placeholder for a number: one of our ready phrases that prints the same words, else the nearest to them."""
    after = claim.digits + len(claim.value_text)
    spans = [(max(claim.start - 2, 0), claim.end), (claim.start, claim.end), (claim.digits, claim.end)]
    spans.append((claim.digits, after))
    for start, end in spans:
        for written in (*_FILTERS, *(f"{name}({claim.unit})" for name in ("in", "number") if claim.unit)):
            call = grammar.call(written) if written else Call()
            if isinstance(call, Call) and _printed(entry, call) == text[start:end] and "\n" not in text[start:end]:
                return Slot(start, end, _placeholder(entry, call), True)
    into = claim.unit and claim.unit != entry.unit
    if into and entry.exact is not None and converted(Decimal(1), entry.unit, claim.unit) is not None:
        return Slot(claim.start, claim.end, _placeholder(entry, Call("in", (claim.unit,))), False)
    if claim.unit == entry.unit:
        return Slot(claim.start, claim.end, _placeholder(entry, Call()), False)
    return Slot(claim.digits, after, _placeholder(entry, Call("number")), False)


def _printed(entry: Entry, call: Call) -> str:
    try:
        return phrases.phrase(entry, call) if not phrases.fault(entry, call) else ""
    except PhraseError:
        return ""


def _placeholder(entry: Entry, call: Call) -> str:
    one = phrases.find(call.name) if call.name else None
    return f"{{{{ {entry.name} | {Call(one.chinese, call.arguments)} }}}}" if one else f"{{{{ {entry.name} }}}}"


def adopted(data: bytes, bound: Mapping[int, str], entries: Mapping[str, Entry], year: int, *, made: datetime) -> bytes:
    """The report as a Word template: the numbers that were `bound`, by their place among `wanted`, are placeholders.

    Raises TemplateError when what stands in braces already is no placeholder of ours.
    """
    document = package.open_docx(data)
    paragraphs = stories.body(document)
    text = reading.joined(paragraphs)
    known = wanted(text)
    slots = [slot(text, known[number], entries[name]) for number, name in bound.items() if number < len(known)]
    for offset, paragraph in _placed(paragraphs):
        inside = [one for one in slots if offset <= one.start and one.end <= offset + len(paragraph.text)]
        changes = [(one.start - offset, one.end - offset, one.placeholder) for one in _apart(inside)]
        runs.replace(paragraph.element, changes)
    made_of = package.save(document, made=made)
    template.read(made_of).check(declared(year))
    return made_of


def _placed(paragraphs: list[Scanned]) -> Iterator[tuple[int, Scanned]]:
    offset = 0
    for paragraph in paragraphs:
        yield offset, paragraph
        offset += len(paragraph.text) + 1


def _apart(slots: list[Slot]) -> Iterator[Slot]:
    """In order, none over another: 提高3分 takes two characters that may belong to the number before it."""
    end = -1
    for one in sorted(slots, key=lambda slot: slot.start):
        if one.start >= end:
            yield one
            end = one.end
