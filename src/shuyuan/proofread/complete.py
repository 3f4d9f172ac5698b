"""Whether parts are meant to be all of a whole: by their labels, by what introduces them, by one slip of the pen."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from shuyuan.proofread import numerals, repair, tables, units
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.relations import tolerance
from shuyuan.proofread.text import Sentence

_NOT = re.compile(r"^(?:非|未|无|不)")
"""学科类38家、非学科类108家: a class and what is not of it."""
_AGE = re.compile(r"\d岁")
_OPEN = re.compile(r"等(?![级次第奖分额])|之一|主要|部分")
_BRACKETS = re.compile(r"\([^()]*\)")


@tables.derived
def partitions() -> list[tuple[tuple[str, ...], int]]:
    rows = tables.rows("partitions", "partition")
    return [(tuple(sorted(row["labels"], key=len, reverse=True)), row["all"]) for row in rows]


@tables.derived
def _crossing() -> re.Pattern[str]:
    labels = [label for row in tables.rows("partitions", "crossing") for label in row["labels"]]
    return re.compile("|".join(map(re.escape, labels)))


def between(sentence: Sentence, first: Claim, second: Claim) -> str:
    return sentence.plain[first.end - sentence.start : second.start - sentence.start]


def without_brackets(words: str) -> str:
    return _BRACKETS.sub("", words)


def introduction(sentence: Sentence, whole: Claim, first: Claim) -> str:
    """What leads from a whole to its first part, without what brackets say by the way: (含托班)."""
    words = between(sentence, whole, first)
    return without_brackets(words) if whole.depth == first.depth else words


def labelled(parts: Sequence[Claim]) -> int:
    """How complete the parts' labels are: 2 when they are all the classes there are, 1 when they may be."""
    found = 0
    if len(parts) > 2 and all(_AGE.search(part.subject) for part in parts):
        return 2
    if len(parts) == 2 and _NOT.sub("", parts[0].subject) == _NOT.sub("", parts[1].subject) != "":
        return 2 if parts[0].subject != parts[1].subject else 0
    for labels, enough in partitions():
        named = [next((label for label in labels if bears(part.subject, label)), "") for part in parts]
        if all(named):
            found = max(found, 2 if len(set(named)) >= enough else 1)
    return found


def bears(subject: str, label: str) -> bool:
    """A label of one character must open the subject: 县 is in every 县城, 市 in every 城市."""
    return label in subject if len(label) > 1 else subject.startswith(label) and not subject.startswith((label * 2,))


def complete(sentence: Sentence, whole: Claim, parts: Sequence[Claim], total: Decimal, *, cue: bool) -> bool:
    """Whether the parts are meant to be the whole, so that a difference is a mistake."""
    last = parts[-1].end - sentence.start
    if _OPEN.match(sentence.plain[last : last + 4].lstrip("，,")) or whole.qualifier:
        return total > whole.amount + tolerance([whole, *parts]) and not _cross(parts)
    if total > whole.amount:
        return not _cross(parts) and (
            labelled(parts) == 2
            or _alike(sentence, parts)
            or nearly(whole, parts, total)
            or any(one.value_text == whole.value_text and one.unit == whole.unit for one in parts)
            or (parts[0].amount > whole.amount and parts[0].unit == whole.unit)
        )
    if labelled(parts) == 2 or re.search(r"其[他它余]", parts[-1].subject) or _named_before(sentence, whole, parts):
        return True
    if re.search(r"包括|分别|分为|组成", introduction(sentence, whole, parts[0])):
        return True
    if introduction(sentence, whole, parts[0])[:1] == ":" and len(parts) > 2 and not _cross(parts):
        return True
    if "其中" in introduction(sentence, whole, parts[0]):
        return nearly(whole, parts, total)  # 其中 need not be complete
    close = total >= whole.amount * Decimal("0.85")
    return nearly(whole, parts, total) or (close and (len(parts) > 2 or labelled(parts) > 0))


def _alike(sentence: Sentence, parts: Sequence[Claim]) -> bool:
    """A list and nothing but: its items are short, and of one measure word."""
    gaps = [without_brackets(between(sentence, *pair)) for pair in pairwise(parts)]
    short = all(len(gap) <= 16 and re.match(r"[^，,、；;]{0,6}[，,、；;]", gap) for gap in gaps)
    of_one_kind = len({one.unit[-1:] for one in parts} - {"个"}) <= 1
    return of_one_kind and (short or _of_one_name(parts))


def _of_one_name(parts: Sequence[Claim]) -> bool:
    """食堂供餐89所,占96.7%,企业供餐3所: different kinds of one thing."""
    ends = {one.subject[-2:] for one in parts}
    return len(ends) == 1 and len(next(iter(ends))) == 2 and len({one.subject for one in parts}) == len(parts)


def _named_before(sentence: Sentence, whole: Claim, parts: Sequence[Claim]) -> bool:
    """校长、园长及机关干部共168人,其中校长48人…: what the whole is made of is said before it, name by name."""
    start = whole.start - sentence.start
    head = re.split(r"[；;。]", sentence.plain[max(start - 60, 0) : start])[-1]
    names = {one.subject for one in parts}
    return (
        len(names) == len(parts) > 1
        and len(re.split(r"[、和及与]", head)) == len(parts)
        and all(len(name) > 1 and name in head for name in names)
    )


def _cross(parts: Sequence[Claim]) -> bool:
    if labelled(parts) and len({one.subject for one in parts}) == len(parts):
        return False  # all are classes of one kind
    return sum(bool(_crossing().search(part.subject)) for part in parts) >= 2


def chance(whole: Claim, parts: Sequence[Claim]) -> Decimal:
    """How likely a sum that has nothing to do with the whole could be mended by one slip: slips over possible sums."""
    digits = sum(sum(map(str.isdigit, one.value_text)) for one in (whole, *parts))
    if not digits:
        return Decimal(1)  # in hanzi: small numbers, which chance adds up all the time
    finest = min(numerals.step(one.value_text) * units.factor(one.unit) for one in (whole, *parts))
    return digits * 9 * finest / whole.amount if whole.amount else Decimal(1)


_CHANCE = {False: Decimal("0.3"), True: Decimal("0.6")}
"""What chance may explain behind a cue: more, where the parts are about as much as the whole."""


_HARDLY = Decimal("0.05")


def copied(whole: Claim, parts: Sequence[Claim], total: Decimal) -> bool:
    """小学268904平方米,初中268904平方米: one of two equal numbers was copied from the other, and another is wanted."""
    texts = [one.value_text for one in (whole, *parts)]
    twice = [one for one in parts if sum(map(str.isdigit, one.value_text)) > 2 and texts.count(one.value_text) > 1]
    return any(one.amount + whole.amount - total > 0 for one in twice)


def nearly(whole: Claim, parts: Sequence[Claim], total: Decimal, *, cue: bool = True) -> bool:
    """One slip of the pen in one number explains the difference, and chance hardly does."""
    if len(parts) < 2 or whole.approximate or whole.amount <= 0:
        return False
    gap = abs(total - whole.amount)
    luck = chance(whole, parts)
    far = gap > whole.amount / 2 and not (cue and luck < _HARDLY)
    if gap and cue and (copied(whole, parts, total) or _one_unit_off(whole, parts, total)):
        return True
    if gap == 0 or (far and not _one_unit_off(whole, parts, total)):
        return False
    if luck > (_CHANCE[gap * 5 <= whole.amount] if cue else Decimal("0.02")):
        return False
    return any(one.slip in ("digit", "unit", "swap") for one in repair.of_sum(whole, parts))


def _one_unit_off(whole: Claim, parts: Sequence[Claim], total: Decimal) -> bool:
    return any(one.slip == "unit" for one in repair.of_sum(whole, parts))


def sure(sentence: Sentence, whole: Claim, parts: Sequence[Claim], total: Decimal, *, cue: bool) -> float:
    if total > whole.amount or (labelled(parts) == 2 and nearly(whole, parts, total)):
        return 0.95
    if labelled(parts) == 2:
        return 0.9 if total >= whole.amount * Decimal("0.98") else 0.6
    if re.search(r"包括|分别|分为|组成", introduction(sentence, whole, parts[0])):
        return 0.9
    return 0.85 if nearly(whole, parts, total) else 0.6
