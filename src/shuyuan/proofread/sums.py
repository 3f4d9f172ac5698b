"""Sums within a sentence: a whole and its parts behind it (其中, brackets, a colon) or before it (共, 全年)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

from shuyuan.proofread import beside, divided, extent, totals
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.complete import between, chance, complete, introduction, labelled, nearly, sure, without_brackets
from shuyuan.proofread.numerals import HANZI
from shuyuan.proofread.relations import PART, PARTIAL, SUM, Relation, tolerance
from shuyuan.proofread.text import Sentence
from shuyuan.proofread.totals import twin

_CUE = re.compile(
    r"^[\u4e00-\u9fff]{0,8}中[，,]|其中|包括|包含|含有?|分为|由[^，,;；]*组成|即|组成|[:：]|涉及|主要有|^[，,]?分别"
)
_CHANGE = re.compile(
    r"(?:增加|增长|减少|下降|提高|上升|新增|净增|占|比[^，,；;\d]{1,10}|人均|生均|平均|每[^，,；;\d]{0,4}|新建|改建|扩建|撤并)了?$"
)
_ROW = re.compile(r"(?:\d[\d.]*[^\d，,；;。、和及]{1,4}[、和及])+$")
_YEARS = re.compile(r"\d{4}年?\s?[-—~～至到]{1,2}\s?\d{4}年?(?:各年|历年|每年)?分别[为是达]?$")
_COUNTED = frozenset(("个", "套", "次", "户"))
_NOUN = re.compile(r"[\u4e00-\u9fff]{1,2}")
_RARE = Decimal("0.1")
_MOST_PARTS = 40
_MOST_CLAIMS = 150
"""A sentence with more numbers than that is a table that lost its lines."""


def of(sentence: Sentence, claims: Sequence[Claim]) -> list[Relation]:
    """The sums and parts of one sentence."""
    usable = [
        one for one in claims if one.kind in ("count", "money", "area", "person-times") and not moves(sentence, one)
    ]
    if len(usable) > _MOST_CLAIMS:
        return []
    found: list[Relation] = []
    for group in _by_noun(sentence, usable):
        found += [one for one in _of(sentence, group) if one not in found]
    return found


def _by_noun(sentence: Sentence, claims: Sequence[Claim]) -> list[list[Claim]]:
    """9个省份136个县，其中中部2个省份39个县…: where two nouns are counted over and over, each is added up by itself."""
    nouns = {
        one.number: found[0]
        for one in claims
        if one.base in _COUNTED and (found := _NOUN.match(sentence.plain, one.end - sentence.start))
    }
    short = {noun for noun in nouns.values() if len(noun) == 1}
    nouns = {number: noun[0] if noun[0] in short else noun for number, noun in nouns.items()}
    often = [noun for noun, times in Counter(nouns.values()).items() if times > 1]
    if len(often) < 2:
        return [list(claims)]
    return [[one for one in claims if nouns.get(one.number, noun) in (noun, *_once(nouns, often))] for noun in often]


def _once(nouns: Mapping[int, str], often: Sequence[str]) -> set[str]:
    return set(nouns.values()) - set(often)


def _of(sentence: Sentence, usable: Sequence[Claim]) -> list[Relation]:
    found, inner = _nested(sentence, usable)
    opened = {one.others[0].number if one.type == PART else one.claim.number for one in found}
    outer = [one for one in usable if one.number not in inner]
    taken: set[int] = set(opened)
    for place in range(len(outer)):
        found += _behind(sentence, outer, place, taken)
    found = [_of_earlier(sentence, outer, one) for one in found if not _of_several(sentence, outer, one)]
    found += totals.of(sentence, usable, {one.claim.number for one in found if one.type == SUM})
    return beside.of(sentence, usable, found)


def _of_several(sentence: Sentence, claims: Sequence[Claim], one: Relation) -> bool:
    """国家级3项、省级17项,其中一等奖4项、二等奖7项、三等奖9项: the parts are of both together."""
    if one.type != SUM or one.holds or one.claim not in claims:
        return False
    place = claims.index(one.claim)
    total = one.claim.amount
    for before, after in zip(reversed(claims[:place]), reversed(claims[1 : place + 1]), strict=False):
        if before.unit != one.claim.unit or not re.match(r"[、和及]", between(sentence, before, after).strip()):
            return False
        total += before.amount
        if total == one.computed:
            return True
    return False


def _of_earlier(sentence: Sentence, claims: Sequence[Claim], one: Relation) -> Relation:
    """收到申请9件,上年结转0件。其中予以公开5件…: 其中 may speak of what stands before the number next to it."""
    if one.type == PART and not one.holds:
        whole = next((w for w in reversed(claims) if _may_hold(w, one.claim, one.others[0])), None)
        return Relation(PART, one.claim, (whole,), True, whole.amount) if whole else one
    if one.type == PARTIAL or (one.type == SUM and not one.holds):
        if "其中" not in between(sentence, one.claim, one.others[0]):
            return one
        most = max(part.amount for part in one.others)
        total = sum((part.amount for part in one.others), Decimal(0))
        for whole in reversed(claims):
            if whole.number >= one.claim.number or whole.base != one.claim.base or whole.depth != one.claim.depth:
                continue
            if abs(total - whole.amount) <= tolerance([whole, *one.others]):
                return Relation(SUM, whole, one.others, True, total, why="cue")
            if one.claim.amount < most <= whole.amount and nearly(whole, one.others, total):
                return Relation(SUM, whole, one.others, False, total, 0.75, why="cue")
    return one


_DIRECT = re.compile(r"\s?[，,(]?\s?(?:包括|其中|含)")


def _nested(sentence: Sentence, claims: Sequence[Claim]) -> tuple[list[Relation], set[int]]:
    """Parts with parts of their own: 投入8316万元,其中省5018万元,包括…;县3298万元,包括…. From the last to the first."""
    found: list[Relation] = []
    inner: set[int] = set()
    direct = [
        place
        for place in range(len(claims) - 1)
        if claims[place + 1].depth == claims[place].depth
        and _DIRECT.match(between(sentence, claims[place], claims[place + 1]))
    ]
    for place in reversed(direct[1:]):
        whole = claims[place]
        within = [q for q in direct if q < place and claims[q].base == whole.base and claims[q].amount >= whole.amount]
        if not within:
            continue
        parts: list[Claim] = []
        for one in claims[place + 1 :]:
            if parts and re.search(r"[；;]", between(sentence, parts[-1], one)):
                break
            if one.number not in inner:
                parts.append(one)
        relation, used = _run(sentence, whole, parts) if parts else (None, 0)
        if relation:
            found.append(relation)
            inner.update(one.number for one in parts[:used])
    return found, inner


def _may_hold(whole: Claim, part: Claim, near: Claim) -> bool:
    """Whether a number before the one that 其中 stands next to can have this part."""
    alike = whole.base == part.base and whole.depth == near.depth
    return alike and whole.number < near.number and whole.amount >= part.amount


def moves(sentence: Sentence, claim: Claim) -> bool:
    """A change or an average is neither a whole nor a part."""
    start = claim.start - sentence.start
    clause = re.split(r"[，,；;。]", sentence.plain[max(start - 60, 0) : start])[-1]
    clause = _ROW.sub("", clause)  # 分别增加412人、475万元: both are changes
    if re.search(r"[人生师校日月年户班]均|平均", clause):
        return True
    if re.search(r"(?:^|[^自])(?:由|从)[^\d]{0,16}$|(?:由|从).{0,16}\d[^\d]{0,10}[为到至成][^\d]{0,4}$", clause):
        return True  # 由51家整合为33家: neither is a part of anything
    return bool(_CHANGE.search(clause[-12:]))


def _behind(sentence: Sentence, claims: Sequence[Claim], place: int, taken: set[int]) -> Iterator[Relation]:
    whole, rest = claims[place], claims[place + 1 : place + 1 + _MOST_PARTS]
    inner = []
    for one in rest:
        if one.depth <= whole.depth:
            break
        inner.append(one)
    if inner and "(" in between(sentence, whole, inner[0])[:2]:
        yield from _bracket(sentence, whole, inner, taken)
    if whole.number in taken:
        return
    outer = [one for one in rest if one.depth == whole.depth]
    if rest and any(one.depth < whole.depth for one in rest):
        first_out = next(index for index, one in enumerate(rest) if one.depth < whole.depth)
        outer = [one for one in rest[:first_out] if one.depth == whole.depth]
    if agreed := divided.agreed(sentence, whole, outer):
        yield from agreed
        return
    first = True
    while outer:
        relation, used = _run(sentence, whole, outer)
        sums_up = relation is not None and relation.type == SUM and (relation.holds or relation.why == "close")
        if not first and not sums_up and (again := divided.again(sentence, whole, outer)):
            relation, used, sums_up = again, len(again.others), True
        if relation is None or not (first or sums_up):
            return  # what stands behind a semicolon need not be the same whole once more
        first = False
        yield relation
        if relation.type == SUM:
            taken.update(one.number for one in relation.others)
        outer = outer[used:]
        if not outer or not re.search(r"[；;]", between(sentence, relation.others[-1], outer[0])):
            return


def _bracket(sentence: Sentence, whole: Claim, inner: Sequence[Claim], taken: set[int]) -> Iterator[Relation]:
    parts = [one for one in inner if one.base == whole.base and one.depth == whole.depth + 1]
    if not parts:
        return
    total = sum((one.amount for one in parts), Decimal(0))
    off = tolerance([whole, *parts])
    taken.update(one.number for one in parts)
    if len(parts) > 1 and (abs(total - whole.amount) <= off or complete(sentence, whole, parts, total, cue=True)):
        holds = abs(total - whole.amount) <= off
        yield Relation(SUM, whole, tuple(parts), holds, total, sure(sentence, whole, parts, total, cue=True), why="cue")
        return
    for one in parts:
        yield Relation(PART, one, (whole,), one.amount <= whole.amount + off, whole.amount)


def _run(sentence: Sentence, whole: Claim, rest: Sequence[Claim]) -> tuple[Relation | None, int]:
    """The parts that follow a whole: the shortest run that adds up, otherwise all that a cue introduces."""
    if spelled := _spelled(sentence, whole, rest):
        return spelled, len(spelled.others)
    same: list[Claim] = []
    used = 0
    total = Decimal(0)
    woven = _woven(whole, rest)
    intro = introduction(sentence, whole, rest[min(woven, len(rest) - 1)])
    intro = intro if re.search(r";\s?其中[^;]*$", intro) and not woven else intro.split(";")[0]
    intro = re.sub(r"\d\s?:\s?\d", "", intro)  # 生师比17:1
    cue = bool(_CUE.search(intro) or _YEARS.search(intro))
    for index, one in enumerate(rest):
        if one.base != whole.base:
            continue
        gap = between(sentence, rest[index - 1], one) if index else ""
        apart = index and one.number - rest[index - 1].number > 1
        passed = apart and re.search(r"其中|包括|含|\(", gap)  # parts of a part lie between
        if same and not passed and not woven and re.search(r"[；;]|其中", gap):
            break
        same.append(one)
        used = index + 1
        total += one.amount
        if (
            len(same) > 1
            and abs(total - whole.amount) <= tolerance([whole, *same])
            and not extent.goes_on(sentence, rest, index, whole, cue=cue)
        ):
            return Relation(SUM, whole, tuple(same), True, total, why="cue" if cue else "exact"), used
    if (
        not same
        or not extent.counted_alike(whole, same[0])
        or (whole.value_text[0] in HANZI and same[0].value_text.isdigit())
    ):
        return None, 0  # 办好十件实事:新建3所…: a list of works, no sum
    first = rest.index(same[0])
    cue = cue or (first > 0 and "其中" in between(sentence, rest[first - 1], same[0]))
    introduced = cue and (same[0] is rest[0] or woven > 0 or _companions(sentence, whole, rest[: first + 1]))
    if cue and len(same) > 1 and (longer := _past_semicolons(sentence, whole, rest)):
        return longer, len(rest)
    same = extent.before_semicolon(sentence, whole, same) if woven else extent.listed(sentence, whole, rest, same)
    total = sum((one.amount for one in same), Decimal(0))
    if len(same) > 1 and abs(total - whole.amount) <= tolerance([whole, *same]):
        return Relation(SUM, whole, tuple(same), True, total, why="cue" if cue else "exact"), used
    if not introduced:
        if labelled(same) == 2 and nearly(whole, same, total) and same[0] is rest[0]:
            return Relation(SUM, whole, tuple(same), False, total, 0.75, why="cue"), used
        if not nearly(whole, same, total, cue=False):
            return None, 0
        return Relation(SUM, whole, tuple(same), False, total, 0.6, why="close"), used
    if len(same) == 1:
        if _CUE.search(introduction(sentence, whole, rest[0])) and same[0].amount <= whole.amount:
            return Relation(PART, same[0], (whole,), True, whole.amount), used
        if same[0].amount > whole.amount + tolerance([whole, same[0]]) and "其中" in between(sentence, whole, rest[0]):
            return Relation(PART, same[0], (whole,), False, whole.amount), used
        return None, 0
    if complete(sentence, whole, same, total, cue=True):
        return Relation(
            SUM, whole, tuple(same), False, total, sure(sentence, whole, same, total, cue=True), why="cue"
        ), used
    if total > whole.amount:
        return None, 0  # attributes that cut across one another
    return Relation(PARTIAL, whole, tuple(same), True, total), used


def _spelled(sentence: Sentence, whole: Claim, rest: Sequence[Claim]) -> Relation | None:
    """收到申请6件，3件网络申请，3件信件申请: each part opens its clause, and is of the very thing the whole is."""
    noun = _THING.match(sentence.plain, whole.end - sentence.start)
    head = (noun[0] if noun else whole.subject)[-2:]
    parts: list[Claim] = []
    for one in rest:
        gap = between(sentence, parts[-1] if parts else whole, one)
        name = _THING.match(sentence.plain, one.end - sentence.start)
        if one.unit != whole.unit or not name or not name[0].endswith(head) or not _CLAUSE.fullmatch(gap):
            break
        parts.append(one)
    if len(head) < 2 or len(parts) < 2 or whole.approximate:
        return None
    total = sum((one.amount for one in parts), Decimal(0))
    return Relation(SUM, whole, tuple(parts), total == whole.amount, total, 0.75, why="cue")


_THING = re.compile(r"[\u4e00-\u9fff]{2,10}")
_CLAUSE = re.compile(r"[\u4e00-\u9fff]{0,10}[，,、:：]")


def _woven(whole: Claim, rest: Sequence[Claim]) -> int:
    """How many claims of other units go before each: 中学38所,学生3万人,其中高中9所,学生1万人;初中29所,学生2万人."""
    places = [index for index, one in enumerate(rest) if one.base == whole.base]
    steps = {second - first for first, second in pairwise(places)}
    if len(places) < 2 or len(steps) > 1 or steps == {1} or not 0 < places[0] < 3:
        return 0
    return places[0] if all(rest[at - 1].base != whole.base for at in places) else 0


def _past_semicolons(sentence: Sentence, whole: Claim, rest: Sequence[Claim]) -> Relation | None:
    """A list whose items are parted by commas and semicolons alike: the whole is all of them, if that adds up."""
    same = [one for one in rest if one.base == whole.base]
    total, new = Decimal(0), False
    for index, one in enumerate(same):
        gap = without_brackets(between(sentence, same[index - 1], one)) if index else ""
        if one.amount > whole.amount or "其中" in gap:
            return None
        new = new or bool(extent.NEW.search(gap))
        total += one.amount
        if index > 1 and ";" in sentence.plain[same[0].start - sentence.start : one.start - sentence.start]:
            parts = same[: index + 1]
            told = not new or chance(whole, parts) < _RARE
            if told and abs(total - whole.amount) <= tolerance([whole, *parts]):
                return Relation(SUM, whole, tuple(parts), True, total, why="cue")
    crossed = len(same) > 2 and ";" in between(sentence, same[0], same[-1])
    if crossed and not new and labelled(same) == 2:
        return Relation(SUM, whole, tuple(same), False, total, sure(sentence, whole, same, total, cue=True), why="cue")
    return None


def _companions(sentence: Sentence, whole: Claim, upto: Sequence[Claim]) -> bool:
    """学校92所、学生3.86万人,其中食堂供餐89所: what stands beside the whole, in other units, before its parts."""
    if twin(sentence, upto[0], upto[-1]):
        return True
    words = between(sentence, whole, upto[-1])
    return len(upto) <= 3 and not re.search(r"[；;。]", words) and "其中" in between(sentence, upto[-2], upto[-1])
