"""How far a list of parts goes: what ends it, and what only looks as if another statement began."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from shuyuan.proofread import repair
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.complete import between, labelled, nearly, without_brackets
from shuyuan.proofread.text import Sentence

NEW = re.compile(
    r"新增|新建|改建|扩建|建成|完成|投入|投资|培训|招生|招收|毕业|在校|上年|去年|同比|增长|下降|占地|现有|共有|总计|"
    r"人均|平均|整合|开展|举办|实施|发放|惠及|获得?|[今去本当]年|全[省市县区校年]"
)
"""What begins another statement: the list of parts is at its end."""
_ABOUT = Decimal("0.15")
_OF_YEARS = re.compile(r"[，,、；;]\s?(?:19|20)\d\d年")
_LISTING = re.compile(r"[，,、][\u4e00-\u9fff]{2,8}")
_PLACES, _PAPERS = frozenset("所处家座栋幢间"), frozenset("条篇件份则项部")


def counted_alike(first: Claim, second: Claim) -> bool:
    """所 and 个 and 处 may stand in one list, 所 and 份 hardly do."""
    if first.base != "个" or "个" in (first.unit, second.unit):
        return True
    words = {first.unit[-1:], second.unit[-1:]}
    return first.unit == second.unit or words <= _PLACES or words <= _PAPERS


def listed(sentence: Sentence, whole: Claim, rest: Sequence[Claim], same: Sequence[Claim]) -> list[Claim]:
    """The parts as far as the list goes: another statement ends it, and so does a semicolon where commas part them."""
    kept = [same[0]]
    every = [one for one in same if counted_alike(same[0], one)]
    every = every[
        : next((n for n, one in enumerate(every) if n > 1 and _of_others(whole, every[n - 1], one)), len(every))
    ]
    gaps = [without_brackets(between(sentence, *pair)) for pair in pairwise(every)]
    marks = [re.search(r"[，,、]", gap) for gap in gaps]
    comma = next((n for n, mark in enumerate(marks) if mark and mark[0] != "、"), 0)
    if comma and marks[0] and marks[0][0] == "、" and len(gaps[comma]) > 5 and labelled(every) < 2:
        every = every[: comma + 1]  # 其中党建8次、廉政5次,班子成员讲党课11次: the last is another matter
    if gaps and all(_OF_YEARS.match(gap) for gap in gaps):
        return every
    if len(every) > 1 and every[-1].amount > whole.amount and not _slip(whole, every):
        every = every[:-1]  # 小学30所,其中村小10所,幼儿园45所: the last is no part
    if whole_row := _row_of_labels(whole, every):
        return whole_row  # 男生562人,女生524人,留守儿童416人: the first two are all there are
    if labelled(same) or _amounts_to(whole, every):
        return every  # 市级培训1450人次: what begins another statement elsewhere names a part here
    for one in every[1:]:
        gap = without_brackets(between(sentence, rest[rest.index(one) - 1], one))
        new = NEW.search(gap) and not (_LISTING.fullmatch(gap) and (one.unit in _PAPERS or one.base == "人次"))
        if new or (re.search(r"[。]", gap) and len(kept) > 1) or not counted_alike(same[0], one):
            break
        kept.append(one)
    return kept


def _of_others(whole: Claim, last: Claim, one: Claim) -> bool:
    """检查学校244所,其中中小学96所,幼儿园148所,排查隐患357处: another measure word counts something else."""
    words = {last.unit[-1:], one.unit[-1:]}
    return last.unit == whole.unit != one.unit and len(words | {"个"}) > 2 and not words <= _PAPERS


def _slip(whole: Claim, parts: Sequence[Claim]) -> bool:
    """Whether one slip of the pen would explain that they do not add up, or a number was copied."""
    twice = any(one.value_text == whole.value_text for one in parts)
    return twice or any(one.slip != "other" for one in repair.of_sum(whole, parts))


def _row_of_labels(whole: Claim, parts: Sequence[Claim]) -> list[Claim]:
    """The parts up to where they are all the classes there are, when what follows is of no such class."""
    for length in range(2, len(parts)):
        first = parts[:length]
        if labelled(first) == 2 and not labelled(parts[: length + 1]):
            total = sum((one.amount for one in first), Decimal(0))
            near = abs(total - whole.amount) * 2 <= whole.amount or _slip(whole, first)
            return list(first) if near else []
    return []


def _amounts_to(whole: Claim, parts: Sequence[Claim]) -> bool:
    """Three and more that are about as much as the whole, or one slip of the pen away from it."""
    total = sum((one.amount for one in parts), Decimal(0))
    about = len(parts) > 2 and abs(total - whole.amount) <= whole.amount * _ABOUT
    return about or nearly(whole, parts, total)


def goes_on(sentence: Sentence, rest: Sequence[Claim], index: int, whole: Claim, *, cue: bool) -> bool:
    """The list is not at its end though it adds up already: a zero follows, or more in the very unit of the whole."""
    following = rest[index + 1] if index + 1 < len(rest) else None
    if following is None or following.base != whole.base or following.depth != rest[index].depth:
        return False
    gap = between(sentence, rest[index], following)
    in_list = not re.search(r"[；;。]|其中|今年|本年|年内|[建增]", gap) and (index < 2 or len(gap) <= 5)
    return in_list and (following.amount == 0 or (cue and following.unit in (whole.unit, rest[index].unit)))


def before_semicolon(sentence: Sentence, whole: Claim, same: list[Claim]) -> list[Claim]:
    """中学22所,学生2万人,其中高中4所,学生9千人;小学146所,学生3万人: another whole begins behind the semicolon."""
    if max(one.amount for one in same) <= whole.amount or _slip(whole, same):
        return same
    parted = (n for n in range(1, len(same)) if ";" in between(sentence, same[n - 1], same[n]))
    return same[: next(parted, len(same))]
