"""R1, R4, R11, R24, R25: sums, titles that count, lists, ratios and growth, the same thing said twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from shuyuan.proofread import repair, units
from shuyuan.proofread.changes import DIFFERENCE, GROWTH, RATIO
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.findings import Case, Finding, Severity, rule
from shuyuan.proofread.lists import LIST, TITLE
from shuyuan.proofread.relations import Relation
from shuyuan.proofread.repair import Repair
from shuyuan.proofread.sums import PART, SUM
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
    """A finding on a claim's digits and unit."""
    return Finding(
        id, severity, claim.start, claim.end, case.text[claim.start : claim.end], message, suggestion, round(sure, 2)
    )


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
        best = _best(case, one, options[id(one)], seen)
        place = best.claim if best else one.claim
        message = _sum_message(one) + _alternatives(best, options[id(one)])
        yield at(case, "R1", severity_of(one.sure), place, message, best.text if best else "", one.sure)


def _sum_message(one: Relation) -> str:
    parts = "+".join(shown(part) for part in one.others)
    told = _t("分项之和 %(parts)s＝%(sum)s，与%(whole)s不符")
    return told % {"parts": parts, "sum": in_unit(one.computed, one.claim.unit), "whole": shown(one.claim)}


def _alternatives(best: Repair | None, options: list[Repair]) -> str:
    """What else one slip of the pen would explain; the text alone cannot tell."""
    others = [one for one in options if one is not best and one.slip != "other"][:3]
    if not others:
        return ""
    told = _t("、").join(f"{shown(one.claim)}→{one.text}" for one in others)
    return _t("；也可能是%(others)s") % {"others": told}


def _extra(one: Relation) -> Claim | None:
    """The part without which the sum would be right."""
    over = one.computed - one.claim.amount
    return (
        next((part for part in reversed(one.others) if part.amount == over > 0), None) if len(one.others) > 2 else None
    )


def _best(case: Case, wrong: Relation, options: list[Repair], seen: Counter[tuple[str, str]]) -> Repair | None:
    """The likeliest repair: a small slip, the same damage as elsewhere, a value that the text says at another place."""

    def weight(option: Repair) -> float:
        weight = option.likely
        if seen[(option.claim.value_text, option.text)] > 1:
            weight += 0.3
        if _said_elsewhere(case, option.claim, option.value_text, option.unit):
            weight += 0.4
        if any(
            other.holds and option.claim.number in (other.claim.number, *(o.number for o in other.others))
            for other in case.relations
            if other.claim.number != wrong.claim.number or other.type != wrong.type
        ):
            weight -= 0.4  # another sum needs it as it is
        if _said_elsewhere(case, option.claim, option.claim.value_text, option.claim.unit):
            weight -= 0.2
        return weight

    return max(options, key=weight, default=None)


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
        message = told % (facts | {"right": printed, "unit": one.claim.unit})
        yield at(case, "R24", severity_of(one.sure), one.claim, message, printed + one.claim.unit, one.sure)


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
