"""Ratios, growth and differences within a sentence: 占…的85%, 分别增长3%、4%, 由A增加到B."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from shuyuan.proofread import rates
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.rates import COUNTED, RATIO
from shuyuan.proofread.relations import Relation, ratio_range, rounds_to, slack
from shuyuan.proofread.text import Sentence

GROWTH, DIFFERENCE = "growth-of", "difference-of"
_MORE = r"(?:增长|增加|提高|上升|净增|增幅)"
_LESS = r"(?:下降|减少|降低|回落|减幅|压减|压缩|缩减|精简)"
_FROM = re.compile(r"(?:从|由)[^，,；;。]{0,20}$")
_TO = re.compile(
    rf"^[^，,；;。]{{0,6}}?(?:{_MORE}|{_LESS}|发展|扩大|压缩|缩减|压减|优化|调整|降|升|增)?(?:到|至|为)[^，,；;。]{{0,8}}$"
)
_BY = re.compile(rf"(?:{_MORE}|{_LESS})(?:了|率为|率达|幅度?为|幅度?达)?\s?$")
_LAST = re.compile(r"(?:去年|上年|上一年|上年同期|去年同期)[^，,；;。\d]{0,10}$")


def of(sentence: Sentence, claims: Sequence[Claim]) -> list[Relation]:
    """The ratios, growths and differences of one sentence."""
    found = [*_shares(sentence, claims), *_changes(sentence, claims), *_listed_growth(sentence, claims)]
    found += _since_last(sentence, claims)
    found += rates.of(sentence, claims)
    found += _compared(sentence, claims)
    found += _over_years(sentence, claims)
    found += _measured(sentence, claims)
    seen: set[int] = set()
    kept = []
    found = [one for one in found if one.holds or one.type != GROWTH or not _real(sentence, one)]
    for one in found:
        if one.claim.number not in seen:
            seen.add(one.claim.number)
            kept.append(one)
    return kept


def _real(sentence: Sentence, one: Relation) -> bool:
    """Output grows in constant prices, income in real terms: not as the amounts of the day would have it."""
    first = min(claim.start for claim in (one.claim, *one.others))
    words = sentence.plain[max(first - sentence.start - 30, 0) : one.claim.end - sentence.start]
    return bool(re.search(r"生产总值|增加值|总产值|GDP|可比|不变价|实际", words))


def head(sentence: Sentence, claim: Claim, length: int = 24) -> str:
    start = claim.start - sentence.start
    return sentence.plain[max(start - length, 0) : start]


def run_at(sentence: Sentence, claims: Sequence[Claim], place: int) -> list[Claim]:
    """The claims of one unit from this place on with only 、 between them."""
    run = [claims[place]]
    for one in claims[place + 1 :]:
        between = sentence.plain[run[-1].end - sentence.start : one.start - sentence.start].strip()
        if one.unit != run[0].unit or between not in ("、", "和", "及"):
            break
        run.append(one)
    return run


_OPENS = re.compile(r"\s?[，,。]?\s?其中")
_CLOSE = re.compile(r"[^，,；;。、()\d]{0,2}[，,、(]\s?|\s?")
_NEXT = re.compile(
    r"[^，,；;。、()\d]{0,10}[，,、(]?\s?(?:约|均|大约|分别|共|仅|只|就)?|[^，,；;。、()\d]{0,2}\([^()]*\)[，,]?"
)


def _shares(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[Relation]:
    done: set[int] = set()
    for place, printed in enumerate(claims):
        if printed.kind != "percent" or printed.unit != "%" or printed.number in done:
            continue
        run = run_at(sentence, claims, place)
        done.update(one.number for one in run)
        start = printed.start - sentence.start
        cue = sentence.plain.rfind("占", max(start - 60, 0), start)
        before = [one for one in claims[:place] if one.kind in COUNTED]
        if cue < 0 or re.search(r"[；;。]", sentence.plain[cue:start]):
            continue
        wholes = [one for one in before if one.start - sentence.start > cue]
        firsts = [one for one in before if one.end - sentence.start <= cue]
        if wholes:
            if (
                re.fullmatch(r"\s?(?:总数|总量)?的?", sentence.plain[wholes[-1].end - sentence.start : start].strip())
                is None
            ):
                continue
            parts = [one for one in firsts if one.base == wholes[0].base][-len(run) :]
            if len(wholes) == len(run) == len(parts):
                for part, whole, percent in zip(parts, wholes, run, strict=True):
                    yield rates.ratio(percent, part, whole, 0.95)
        elif len(run) > 1 and len(firsts) > len(run):
            yield from _portions(run, firsts)
        elif len(run) == 1 and firsts:
            part = next((one for one in reversed(firsts) if not _BY.search(head(sentence, one, 12))), firsts[-1])
            firsts = [one for one in firsts if one.number <= part.number]
            said = sentence.plain[cue + 1 : start]
            if part.number == printed.number - 1 and not _NEXT.fullmatch(
                sentence.plain[part.end - sentence.start : cue]
            ):
                continue  # 西部1005个，中西部占比93%: of something else
            wholes = [
                one
                for one in firsts[:-1]
                if one.base == part.base and one.amount >= part.amount and one.depth <= part.depth
            ]
            called = [one for one in wholes if _called_so(said, one)]
            if called and called[-1].number == part.number - 1:
                if ratio_range(part, called[-1], printed) or rates.slipped(printed, part, called[-1]):
                    yield rates.ratio(printed, part, called[-1], 0.8)
                continue
            if not wholes or not re.fullmatch(
                r"(?:(?:全[市县区校省国州]|总|其|该)[^，,]{0,10}|比(?:例)?(?:为|达)?|总?[^，,]{0,4}(?:总数|总量|总人数))?的?(?:近|约|超过?|比)?",
                said,
            ):
                continue
            fitting = next((one for one in wholes if ratio_range(part, one, printed)), None)
            if fitting:
                yield rates.ratio(printed, part, fitting, 1.0)
            elif near_miss := _near_miss(sentence, printed, part, wholes):
                yield rates.ratio(printed, part, near_miss, 0.8)
            elif _CLOSE.fullmatch(sentence.plain[part.end - sentence.start : cue]):
                opened = [one for one in wholes if _OPENS.match(sentence.plain, one.end - sentence.start)]
                if opened:
                    yield rates.ratio(printed, part, opened[-1], 0.8)
                elif len(wholes) == 1 and wholes[0].number == part.number - 1 and "总" in wholes[0].subject:
                    yield rates.ratio(printed, part, wholes[0], 0.75)


_OF_NAMED = re.compile(r"(?:为|达到?|完成|相当于)(?P<name>[\u4e00-\u9fff]{2,8}?)(?:总[数量额])?的$")


def _measured(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[Relation]:
    """预算安排48620万元,实际支出51230万元,为预算的105.4%: of the number that is called so."""
    for place in range(2, len(claims)):
        printed, part = claims[place], claims[place - 1]
        named = _OF_NAMED.search(head(sentence, printed, 16))
        if printed.unit != "%" or part.kind not in COUNTED or not named:
            continue
        wholes = [one for one in claims[: place - 1] if one.base == part.base]
        called = [one for one in wholes if named["name"] in re.split(r"[，,；;。]", head(sentence, one, 30))[-1]]
        for whole in reversed(called):
            if ratio_range(part, whole, printed) or rates.slipped(printed, part, whole):
                yield rates.ratio(printed, part, whole, 0.8)
                break


def _called_so(said: str, whole: Claim) -> bool:
    """民办幼儿园97所,其中普惠性73所,占民办园的75.3%: the share is of what is called so."""
    name = re.sub(r"(?:总[数量额])?的$", "", said)
    return said.endswith("的") and len(name) > 1 and set(name) <= set(whole.subject)


def _near_miss(sentence: Sentence, printed: Claim, part: Claim, wholes: Sequence[Claim]) -> Claim | None:
    """The whole of which one slip of the pen makes the share what is printed."""
    named = bool(re.search(r"其中[^，,；;。\d]{0,12}$", head(sentence, part)))
    return next((one for one in reversed(wholes) if rates.slipped(printed, part, one, close=named)), None)


def _portions(run: Sequence[Claim], firsts: Sequence[Claim]) -> Iterator[Relation]:
    """教师500人,其中本科300人、专科200人,分别占60%、40%: each of the last so many numbers, of one before them."""
    parts = firsts[-len(run) :]
    for whole in reversed(firsts[: -len(run)]):
        if whole.base == parts[0].base and len({one.base for one in parts}) == 1:
            made = [rates.ratio(printed, part, whole, 0.85) for printed, part in zip(run, parts, strict=True)]
            if sum(one.holds for one in made) * 2 >= len(made):
                yield from made
                return


def _changes(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[Relation]:
    """由A增加到B,增长x%; 去年A,今年B,增加C."""
    for place in range(1, len(claims)):
        first, second = claims[place - 1], claims[place]
        if first.base != second.base or first.kind == "points":
            continue
        between = sentence.plain[first.end - sentence.start : second.start - sentence.start]
        pair = bool(_FROM.search(head(sentence, first)) and _TO.match(between))
        pair = pair or bool(_LAST.search(head(sentence, first)) and re.search(r"今年|本年", between))
        if not pair or place + 1 >= len(claims):
            continue
        change = claims[place + 1]
        gap = sentence.plain[second.end - sentence.start : change.start - sentence.start]
        if "年均" in gap or "平均" in gap:
            continue  # over how many years is not said here
        if not re.fullmatch(
            rf"[，,、]?[^，,；;。\d]{{0,8}}?(?:{_MORE}|{_LESS})(?:了|率为|幅度?为|幅度?达)?(?:近|约|超过)?", gap.strip()
        ):
            continue
        yield from _change(change, first, second, up=not re.search(_LESS, gap))
        yield from _also(sentence, claims[place + 2 :], change, first, second)


def _also(sentence: Sentence, behind: Sequence[Claim], change: Claim, before: Claim, now: Claim) -> Iterator[Relation]:
    """…比2013年的8.12亿元增加1.22亿元,增长15.02%: both the amount and the percentage are told."""
    rate = behind[0] if behind else None
    gap = sentence.plain[change.end - sentence.start : rate.start - sentence.start] if rate else ""
    if rate and rate.unit == "%" and change.base == now.base and (also := _RATE.fullmatch(gap)):
        yield from _change(rate, before, now, up=not re.match(_LESS, also["way"]))


_AGAINST = re.compile(r"(?:比|较|与)(?P<what>[^，,；;。\d]{0,16}(?:(?:19|20)\d\d年)?[^，,；;。\d]{0,12})$")
_MOVED = re.compile(rf"\s?[，,]?(?:相比[，,]?)?(?:(?P<up>{_MORE}|高出?|多出?)|(?P<down>{_LESS}|差|低|少))(?:了|出)?")


def _compared(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[Relation]:
    """为89.42亿元,比2010年的73.12亿元增长22.29%; 为33.65%,比上年的34.13%下降0.48个百分点."""
    for now, before, change in zip(claims, claims[1:], claims[2:], strict=False):
        against = _AGAINST.search(sentence.plain[now.end - sentence.start : before.start - sentence.start])
        moved = _MOVED.fullmatch(sentence.plain[before.end - sentence.start : change.start - sentence.start])
        if (
            not against
            or not moved
            or re.search(rf"{_MORE}|{_LESS}", against["what"])
            or now.base != before.base
            or now.kind == "points"
            or before.approximate
        ):
            continue
        if len(re.findall(r"[，,]", sentence.plain[now.end - sentence.start : before.start - sentence.start])) > 1:
            continue
        yield from _change(change, before, now, up=bool(moved["up"]))
        yield from _also(sentence, claims[change.number - claims[0].number + 1 :], change, before, now)


_SINCE = re.compile(
    rf"[，,]\s?[^，,；;。\d比较与]{{0,6}}(?:比|较|与)(?:上|去|前一)年(?:度|同期)?(?:相比)?[，,]?(?:净)?(?P<way>{_MORE}|{_LESS}|新增)了?"
)
_RATE = re.compile(rf"[，,]\s?(?P<way>{_MORE}|{_LESS})了?")


def _since_last(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[Relation]:
    """学校16.70万所,比上年减少1.06万所,下降5.98%: the percentage is of what there was last year."""
    for now, by, rate in zip(claims, claims[1:], claims[2:], strict=False):
        if now.base != by.base or now.kind not in COUNTED or rate.unit != "%":
            continue
        first = _SINCE.fullmatch(sentence.plain[now.end - sentence.start : by.start - sentence.start])
        second = _RATE.fullmatch(sentence.plain[by.end - sentence.start : rate.start - sentence.start])
        if not first or not second or bool(re.match(_LESS, first["way"])) != bool(re.match(_LESS, second["way"])):
            continue
        sign = 1 if re.match(_LESS, first["way"]) else -1
        opened = [
            one
            for one in claims[: now.number - claims[0].number]
            if one.base == now.base and _OPENS.match(sentence.plain, one.end - sentence.start)
        ]
        # 2248人,其中文科812人,理科1436人,比去年增273人: of the whole, or of the last of its parts.
        several = [one for each in (now, *reversed(opened)) if (one := _since(each, by, rate, sign))]
        yield from [one for one in several if one.holds][:1] or several[-1:]


def _since(now: Claim, by: Claim, rate: Claim, sign: int) -> Relation | None:
    before = now.amount + sign * by.amount
    if before <= 0:
        return None
    ends = [
        (by.amount + a * slack(by)) * 100 / (now.amount + b * slack(now) + sign * (by.amount + a * slack(by)))
        for a in (-1, 1)
        for b in (-1, 1)
    ]
    computed = by.amount * 100 / before
    holds = rounds_to(rate, computed) or min(ends) - slack(rate) <= rate.value <= max(ends) + slack(rate)
    return Relation(GROWTH, rate, (now, by), holds, computed, 0.9)


def holds(type: str, printed: Claim, first: Claim, second: Claim) -> bool:
    """Whether a ratio, growth or difference of these claims may be printed so; *first* is the part, or what is now."""
    if type == RATIO:
        return bool(second.amount) and ratio_range(first, second, printed)
    if type == GROWTH and second.number == first.number + 1 == printed.number - 1 and second.amount < first.amount:
        before = [first.amount + sign * second.amount for sign in (1, -1)]  # 16.70万所,减少1.06万所,下降5.98%
        if any(base > 0 and rounds_to(printed, second.amount * 100 / base) for base in before):
            return True
    if type == GROWTH:
        return bool(second.amount) and any(_grew(printed, second, first, up=up) for up in (True, False))
    off = slack(first) + slack(second) + slack(printed)
    return abs(printed.amount - abs(first.amount - second.amount)) <= off


def _change(change: Claim, first: Claim, second: Claim, *, up: bool) -> Iterator[Relation]:
    moved = second.amount - first.amount if up else first.amount - second.amount
    if change.kind == "percent" and first.kind in COUNTED and first.amount:
        yield Relation(
            GROWTH, change, (second, first), _grew(change, first, second, up=up), moved * 100 / first.amount, 0.95
        )
    elif change.kind == "points" and first.kind == "percent":
        off = slack(first) + slack(second) + slack(change)
        yield Relation(DIFFERENCE, change, (second, first), abs(change.value - moved) <= off, moved, 0.95)
    elif change.base == first.base and change.kind in COUNTED:
        off = slack(first) + slack(second) + slack(change)
        yield Relation(DIFFERENCE, change, (second, first), abs(change.amount - moved) <= off, moved, 0.95)


def _grew(change: Claim, first: Claim, second: Claim, *, up: bool = True) -> bool:
    moved = second.amount - first.amount if up else first.amount - second.amount
    if rounds_to(change, moved * 100 / first.amount):
        return True
    low, high = first.amount - slack(first), first.amount + slack(first)
    ends = [
        ((second.amount + sign * slack(second)) / base - 1) * 100
        for sign in (-1, 1)
        for base in (low, high)
        if base > 0
    ]
    if not up:
        ends = [-end for end in ends]
    return bool(ends) and min(ends) - Decimal("1e-9") <= change.value <= max(ends) + Decimal("1e-9")


_YEARLY = re.compile(r"\d{4}\s?年?\s?[-–—~～至到、]|[两二三四五]年|逐年|历年")


_OVER = re.compile(rf"[，,]?(?:[两二三四五六七八九十\ufffd]+年|期间|累计|共|总共)+(?P<way>{_MORE}|{_LESS})了?")


def _over_years(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[Relation]:
    """分别为76.8%、80.2%、86.1%,三年提高9.3个百分点: from the first of a row to its last."""
    for place, change in enumerate(claims):
        last = claims[place - 1] if place > 1 else None
        if last is None or last.base != (change.base if change.kind != "points" else last.base):
            continue
        over = _OVER.fullmatch(sentence.plain[last.end - sentence.start : change.start - sentence.start])
        run = next((run for at in range(place) if (run := run_at(sentence, claims[:place], at))[-1] is last), [last])
        if over and len(run) > 1 and _YEARLY.search(head(sentence, run[0], 60)) and change.unit != "%":
            yield from _change(change, run[0], last, up=not re.match(_LESS, over["way"]))


def _listed_growth(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[Relation]:
    """为8820万元、9137万元、10199万元,分别增长3%、4%、8%: each against the one before it."""
    place = 0
    while place < len(claims):
        run = run_at(sentence, claims, place)
        behind = place + len(run)
        if len(run) > 1 and run[0].kind in COUNTED and behind < len(claims):
            grown = run_at(sentence, claims, behind)
            gap = sentence.plain[run[-1].end - sentence.start : grown[0].start - sentence.start]
            yearly = _YEARLY.search(head(sentence, run[0], 60))
            if grown[0].kind == "percent" and yearly and re.search(rf"{_MORE}(?:了)?$", gap.strip()) and len(gap) < 16:
                offset = len(run) - len(grown)
                if offset in (0, 1):
                    for number, change in enumerate(grown):
                        after = number + offset
                        if after:
                            first, second = run[after - 1], run[after]
                            if first.amount:
                                computed = (second.amount / first.amount - 1) * 100
                                yield Relation(
                                    GROWTH, change, (second, first), _grew(change, first, second), computed, 0.95
                                )
        place = behind
