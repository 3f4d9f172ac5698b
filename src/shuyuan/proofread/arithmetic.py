"""R1, R4, R11, R24, R25: sums, titles that count, lists, ratios and growth, the same thing said twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from shuyuan.proofread import numerals, repair, units
from shuyuan.proofread.changes import DIFFERENCE, GROWTH, holds
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.findings import Case, Finding, Severity, rule
from shuyuan.proofread.lists import LIST, TITLE
from shuyuan.proofread.rates import RATIO
from shuyuan.proofread.relations import PART, SUM, Relation, tolerance
from shuyuan.proofread.repair import Repair
from shuyuan.proofread.words import say as _t


def shown(claim: Claim) -> str:
    return claim.value_text + (claim.printed_unit or claim.unit)


def number(value: Decimal) -> str:
    """A computed value as people write it, at most two decimals."""
    short = value.quantize(Decimal("0.01")) if value != value.to_integral_value() else value.quantize(Decimal(1))
    return f"{short.normalize():f}"


def in_unit(value: Decimal, unit: str) -> str:
    """A value of the base unit as it is written in a unit: 459万元."""
    result = value / units.factor(unit)
    return f"{result.quantize(Decimal('0.0001')).normalize():f}{unit}"


def at(case: Case, id: str, severity: Severity, claim: Claim, message: str, suggestion: str, sure: float) -> Finding:
    """A finding on a claim's digits and unit: the suggestion takes their place, and 近 or 达 before them stays."""
    words = case.text[claim.digits : claim.end]
    return Finding(id, severity, claim.digits, claim.end, words, message, suggestion, round(sure, 2))


def severity_of(sure: float) -> Severity:
    return "error" if sure >= 0.8 else "warning" if sure >= 0.5 else "hint"


@rule("R1", "error", "合计等于分项之和")
def sums(case: Case) -> Iterator[Finding]:
    wrong = []
    for one in case.relations:
        if one.type in (SUM, PART):
            if one.sure >= 0.5:
                case.check("R1", one.claim, *one.others)
            if not one.holds:
                wrong.append(one)
    options = {id(one): repair.of_sum(one.claim, one.others) for one in wrong if one.type == SUM}
    seen = Counter((option.claim.value_text, option.text) for several in options.values() for option in several)
    for one in wrong:
        if one.type == PART:
            message = _t("部分%(part)s超过整体%(whole)s") % {"part": shown(one.claim), "whole": shown(one.others[0])}
            yield at(case, "R1", severity_of(0.85), one.claim, message, "", 0.85)
            continue
        if extra := _extra(one):
            told = _t("前面各项之和已是%(whole)s，再加%(extra)s就超出了；它不属于其中，或者合计没有算上它")
            message = told % {"whole": shown(one.claim), "extra": shown(extra)}
            yield at(case, "R1", "warning", extra, message, "", 0.7)
            continue
        ranked = _ranked(case, one, options[id(one)], seen)
        best = ranked[0][0] if ranked else None
        place = best.claim if best else one.claim
        message = _sum_message(one) + _alternatives(ranked)
        yield at(case, "R1", severity_of(one.sure), place, message, best.text if best else "", one.sure)


def _sum_message(one: Relation) -> str:
    parts = "+".join(shown(part) for part in one.others)
    told = _t("分项之和 %(parts)s＝%(sum)s，与%(whole)s不符")
    return told % {"parts": parts, "sum": in_unit(one.computed, one.claim.unit), "whole": shown(one.claim)}


def _alternatives(ranked: Sequence[tuple[Repair, float]]) -> str:
    """What one slip of the pen would explain, the likeliest first; the text alone cannot always tell."""
    told = [(one, share) for one, share in ranked if one.slip != "other" or share >= 0.2][:3]
    if len(told) < 2:
        return ""
    said = _t("、").join(f"{shown(one.claim)}→{one.text}（{share:.0%}）" for one, share in told)
    return _t("；按可能性：%(others)s") % {"others": said}


def _extra(one: Relation) -> Claim | None:
    """The part without which the sum would be right."""
    over = one.computed - one.claim.amount
    return (
        next((part for part in reversed(one.others) if part.amount == over > 0), None) if len(one.others) > 2 else None
    )


_NONE = 3.0
"""The odds that none of the repairs is right: two numbers are wrong, or one of them by more than a slip."""


def _ranked(
    case: Case, wrong: Relation, options: list[Repair], seen: Counter[tuple[str, str]]
) -> list[tuple[Repair, float]]:
    """The repairs with how likely each is: by the slip, by what the rest of the text says, by other sums and shares."""

    def odds(option: Repair) -> float:
        odds = option.odds
        if seen[(option.claim.value_text, option.text)] > 1:
            odds *= 8
        if _said_elsewhere(case, option.claim, option.value_text, option.unit):
            odds *= 6
        if _said_elsewhere(case, option.claim, option.claim.value_text, option.claim.unit):
            odds *= 0.4
        for other in _beside(case, wrong, option.claim):
            mended = _would_hold(other, option)
            odds *= (8 if mended else 0.5) if not other.holds else (1 if mended else 0.1)
        return odds

    weighed = sorted(((one, odds(one)) for one in options), key=lambda pair: -pair[1])
    whole = sum(weight for _, weight in weighed) + _NONE
    return [(one, weight / whole) for one, weight in weighed]


def _beside(case: Case, wrong: Relation, claim: Claim) -> Iterator[Relation]:
    """The other relations that this claim stands in."""
    for other in case.relations:
        joined = claim.number in (other.claim.number, *(one.number for one in other.others))
        if joined and other is not wrong and other.type in (SUM, RATIO, GROWTH, DIFFERENCE):
            yield other


def _would_hold(relation: Relation, option: Repair) -> bool:
    """Whether a relation holds once the repair is made."""
    value = numerals.arabic(option.value_text) if option.value_text[:1].isdigit() else option.claim.value
    mended = replace(option.claim, value=value, value_text=option.value_text, unit=option.unit)
    claim, *others = [mended if one.number == mended.number else one for one in (relation.claim, *relation.others)]
    if relation.type == SUM:
        return abs(sum((one.amount for one in others), Decimal(0)) - claim.amount) <= tolerance([claim, *others])
    return holds(relation.type, claim, others[0], others[1])


def _said_elsewhere(case: Case, claim: Claim, text: str, unit: str) -> bool:
    if len(text) < 3:
        return False
    return any(one.number != claim.number and one.value_text == text and one.unit == unit for one in case.claims)


@rule("R4", "error", "称号里的数与获得者相符")
def titles(case: Case) -> Iterator[Finding]:
    for one in case.relations:
        if one.type == TITLE:
            case.check("R4", one.claim)
            if not one.holds:
                message = _t("称号只有 %(n)s 个，这里有%(count)s") % {"n": one.listed, "count": shown(one.claim)}
                yield at(case, "R4", "error", one.claim, message, f"{one.listed}{one.claim.unit}", one.sure)


@rule("R11", "error", "列举的项数与所说的相符")
def lists(case: Case) -> Iterator[Finding]:
    for one in case.relations:
        if one.type == LIST:
            if one.sure >= 0.5:
                case.check("R11", one.claim)
            if not one.holds:
                message = _t("说是%(count)s，列出的有 %(n)s 项") % {"count": shown(one.claim), "n": one.listed}
                yield at(
                    case, "R11", severity_of(one.sure), one.claim, message, f"{one.listed}{one.claim.unit}", one.sure
                )


@rule("R24", "error", "比例、增幅与所列数字相符")
def changes(case: Case) -> Iterator[Finding]:
    for one in case.relations:
        if one.type not in (RATIO, GROWTH, DIFFERENCE):
            continue
        case.check("R24", one.claim, *one.others)
        if one.holds:
            continue
        first, second = one.others
        right = one.computed if one.claim.kind in ("percent", "points") else one.computed / units.factor(one.claim.unit)
        sign = {RATIO: "÷", GROWTH: _t("比"), DIFFERENCE: "－"}[one.type]
        told = _t("%(first)s%(sign)s%(second)s应为%(right)s%(unit)s，写的是%(said)s")
        facts = {"first": shown(first), "sign": sign, "second": shown(second), "said": shown(one.claim)}
        printed = _as_printed(one.claim, right)
        options = repair.of_ratio(one.claim, printed, one.others, _fits(one))
        ranked = _ranked(case, one, options, Counter())
        message = told % (facts | {"right": printed, "unit": one.claim.unit}) + _alternatives(ranked)
        best = ranked[0][0]
        yield at(case, "R24", severity_of(one.sure), best.claim, message, best.text, one.sure)


def _fits(relation: Relation) -> Callable[[Claim, Claim], bool]:
    """Tries a number in the place of one that a ratio or growth was made of."""

    def fits(old: Claim, new: Claim) -> bool:
        first, second = (new if one.number == old.number else one for one in relation.others)
        return holds(relation.type, relation.claim, first, second)

    return fits


def _as_printed(claim: Claim, right: Decimal) -> str:
    """The right value with as many decimals as the wrong one has, and one at least where it needs it."""
    places = len(claim.value_text.partition(".")[2])
    return f"{right.quantize(Decimal(1).scaleb(-max(places, 1 if right % 1 else 0))):f}"


_AIM = re.compile(r"目标|力争|预期|计划|争取|确保|明年|规划")


@rule("R25", "warning", "同一件事前后说法一致")
def repetitions(case: Case) -> Iterator[Finding]:
    """The same words open two clauses with numbers of one unit that are one slip of the pen apart."""
    said: dict[tuple[str, str], Claim] = {}
    for claim in case.claims:
        if claim.kind not in ("count", "money", "area", "person-times", "percent") or claim.value_text.count(":"):
            continue
        head = case.before(claim, 40)
        at_mark = max(head.rfind(mark) for mark in "，,。；;：:、()（）")
        words = head[at_mark + 1 :].strip()
        if claim.approximate or head[at_mark : at_mark + 1] == "、" or _AIM.search(case.plain(claim)):
            continue  # an aim is no repetition, and in a list the words that lead it are missing
        if len(words) < 5 or any(
            word in words for word in ("年", "分别", "春季", "秋季", "其中", "新增", "增长", "投资", "面积")
        ):
            continue
        earlier = said.setdefault((words, claim.base), claim)
        if earlier is claim or earlier.within == claim.within:
            continue
        case.check("R25", claim, earlier)
        if earlier.amount != claim.amount and min(len(earlier.value_text), len(claim.value_text)) >= 3:
            slip = repair.slip(earlier.value_text, claim.value_text)
            if slip in ("digit", "swap", "lost") or earlier.value_text == claim.value_text:
                told = _t("前文说「%(words)s%(earlier)s」，这里是%(now)s")
                message = told % {"words": words, "earlier": shown(earlier), "now": shown(claim)}
                yield at(case, "R25", "warning", claim, message, shown(earlier), 0.7)
