"""Counts that words imply: lists (四类模式 behind four names), titles (十佳), plans that name their span (三年行动)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shuyuan.proofread import numerals
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.relations import Relation
from shuyuan.proofread.text import Sentence

LIST, TITLE = "list-count", "title-count"
_LISTED = {
    "个",
    "所",
    "项",
    "类",
    "家",
    "种",
    "大",
    "处",
    "位",
    "名",
    "人",
    "条",
    "件",
    "篇",
    "部",
    "门",
    "支",
    "方面",
    "场",
    "座",
    "栋",
    "幢",
    "镇",
    "乡",
    "村",
    "校",
    "园",
    "本",
    "册",
    "枚",
    "项目",
    "次",
}
_BEHIND = re.compile(
    r"[^，,。；;：:（(）)\d“”]{0,16}?"
    r"(?:[：:]|[，,]?(?:即|分别是|分别为|包括|具体为|它们是|有(?![效利力关序所望机助害待无意别些的]))[：:]?)"
)
_TITLE = re.compile(
    r"(?P<quoted>[“\"『「])?(?P<n>[一二两三四五六七八九十百]{1,3})(?:佳|强|杰|优|大|星|好)"
    r"(?P<what>[\u4e00-\u9fff]{0,12}?)[”\"』」]?(?=称号|荣誉|奖|名单|，|。|,|、|；|$)"
)
_AWARD = re.compile(r"获|评|当选|表彰|授予|被命名|入选|荣膺|跻身")


@dataclass(frozen=True, slots=True)
class Items:
    """What a list holds: at least and at most so many items, as names may contain 和 and 、 themselves."""

    names: tuple[str, ...]
    least: int
    most: int
    open: bool
    """It ends in 等."""
    alike: bool
    """All items end in the same character, or are short: none of the 、 stands within a name."""

    def fits(self, count: int) -> bool:
        return self.least <= count <= self.most or (self.open and self.most < count)


def of(sentence: Sentence, claims: Sequence[Claim]) -> list[Relation]:
    """The lists and titles that imply the count of a claim."""
    return [*_lists(sentence, claims), *_titles(sentence, claims)]


def _lists(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[Relation]:
    for place, claim in enumerate(claims):
        if claim.kind != "count" or claim.unit not in _LISTED or claim.approximate or not 2 <= claim.value <= 60:
            continue
        if _slogan(sentence, claim):
            continue
        items = _before(sentence, claims, place) or _behind(sentence, claims, place)
        if items is None:
            continue
        count = int(claim.value)
        holds = items.fits(count)
        nearest = min(max(count, items.least), items.most)
        # Names may hold a 、 of their own: too many items are a mistake only where all look alike.
        sure = 0.9 if (count > items.most or items.alike) else 0.4
        if holds or abs(nearest - count) <= max(3, count // 3):
            yield Relation(LIST, claim, (), holds, Decimal(nearest), sure, listed=count if holds else nearest)


def _slogan(sentence: Sentence, claim: Claim) -> bool:
    """“五篇大文章”, “六个明显下降”: a name in quotes that everybody knows counts nothing that stands here."""
    start, end = claim.start - sentence.start, claim.end - sentence.start
    opened = sentence.plain.rfind("“", 0, start)
    closed = sentence.plain.find("”", end)
    return opened >= 0 and start - opened <= 4 and 0 <= closed <= end + 12 and "”" not in sentence.plain[opened:end]


_ACT = re.compile(
    r"提出|实施|开展|完成|新增|新建|设立|建成|推进|安排|召开|培育|打造|做好|组织|形成|明确|出台|制定|细化|获得"
)


def _before(sentence: Sentence, claims: Sequence[Claim], place: int) -> Items | None:
    """公办独立园、小学附设园、连锁加盟园、民资办园四类模式."""
    start = claims[place].start - sentence.start
    floor = claims[place - 1].end - sentence.start if place else 0
    begin, quoted = start, 0
    while begin > floor:
        character = sentence.plain[begin - 1]
        quoted = max(quoted + (character in "”》)") - (character in "“《("), -1)
        if quoted <= 0 and character in "，,。；;：:\n(":
            break
        begin -= 1
    words = re.sub(r"^[^“”]{0,6}“([^“”]+)”$", r"\1", sentence.plain[begin:start])
    if begin == floor and place:
        return None
    if not re.search(r"、", words) or len(words) > 400 or re.search(r"[的到在及和与]$|共|分别|各", words[-2:]):
        return None
    if _ACT.search(re.split("、", words)[-1][1:]):
        return None
    ended = words.endswith("等")
    return items(words.removesuffix("等"), open_end=ended, least_separators=1 if ended else 2)


def _behind(sentence: Sentence, claims: Sequence[Claim], place: int) -> Items | None:
    """两项工程:甲工程和乙工程; 有2个,即网站和公众号."""
    end = claims[place].end - sentence.start
    head = _BEHIND.match(sentence.plain, end)
    if not head:
        return None
    stop = head.end()
    depth = 0
    while stop < len(sentence.plain) and stop - head.end() < 600:
        character = sentence.plain[stop]
        depth += (character in "（(《“") - (character in "）)》”")
        if (depth <= 0 and character in "。；;\n") or (depth <= 0 and character in "，," and stop > head.end()):
            break
        stop += 1
    words = sentence.plain[head.end() : stop]
    if not words or any(head.end() <= one.start - sentence.start < stop for one in claims[place + 1 :]):
        return None
    if sentence.plain[stop : stop + 1] in "；;" and "、" not in words:
        return None
    ended = bool(re.search(r"等[^、]{0,6}$", words))
    return items(re.sub(r"等[^、]{0,6}$", "", words), open_end=ended, least_separators=1)


def items(words: str, *, open_end: bool, least_separators: int) -> Items | None:
    """Count the items of a list; None when it is no list."""
    names: list[str] = []
    depth, current = 0, ""
    for character in words:
        depth += (character in "（(《“") - (character in "）)》”")
        if character in "、" and depth <= 0:
            names.append(current)
            current = ""
        else:
            current += character
    names.append(current)
    joined = sum(
        len(re.findall(r"(?<=[\u4e00-\u9fff”》)])(?:以及|和|及|与|暨)(?=[\u4e00-\u9fff“《])", name)) for name in names
    )
    if (
        (len(names) - 1 < least_separators and not joined)
        or any(not name.strip() for name in names)
        or max(map(len, names)) > 40
    ):
        return None
    last = re.split(r"以及|和|及|与", names[-1])
    most = len(names) + joined
    least = len(names)
    if joined and len(last) == 2 and len(names) > 1 and len(last[0]) > 1 and len(last[1]) > 1:
        least = len(names)
    ends = Counter(name.strip("”》)")[-1:] for name in [*names[:-1], *last])
    times = ends.most_common(1)[0][1]
    alike = times >= 0.75 * (len(names) - 1 + len(last)) or max(map(len, names)) <= 6
    if times > 1 and not alike:
        least = min(least, times)
    return Items(tuple(names), least, most, open_end, alike and joined <= 1)


def _titles(sentence: Sentence, claims: Sequence[Claim]) -> Iterator[Relation]:
    """31家食堂获“六佳食堂”称号: there are six of them at most."""
    for match in _TITLE.finditer(sentence.plain):
        implied = numerals.hanzi(match["n"])
        named = match["quoted"] or re.match(r"称号|荣誉|奖|名单", sentence.plain[match.end() : match.end() + 2])
        if not implied or implied < 2 or not named:
            continue
        near = [
            claim
            for claim in claims
            if claim.kind == "count"
            and claim.unit in _LISTED | {"班", "台", "户"}
            and not match.start() <= claim.start - sentence.start < match.end()
            and abs(claim.start - sentence.start - match.start()) <= 30
        ]
        for claim in near[-1:] if near else []:
            low, high = sorted((claim.start - sentence.start, match.start()))
            linked = _AWARD.search(sentence.plain[max(low - 8, 0) : high]) or (
                claim.start - sentence.start - match.end() in (0, 1)
            )
            if linked and not re.search(r"[。；;]", sentence.plain[low:high]):
                yield Relation(TITLE, claim, (), claim.value <= implied, Decimal(implied), 0.85, listed=implied)
