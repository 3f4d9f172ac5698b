"""python -m bench.proofreading [--copies 6000]: how well labelled documents are read and damage to copies is found.

Damage is done to documents that are sound: the labelled ones without their published errors, and reports of a page each
that are made up here. A copy is damaged once (or all over, for blind replacement and rewriting), and counts as found
when a finding that the sound text does not have stands in the damaged sentence (anywhere, for damage all over).
Each kind is reported on figures under a constraint: a relation, a bound, a pair of marks that held.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.proofread import gold, made_up

from shuyuan.proofread import numerals
from shuyuan.proofread.changes import holds
from shuyuan.proofread.claims import Claim, read
from shuyuan.proofread.findings import Finding
from shuyuan.proofread.proofreader import Proof, proofread
from shuyuan.proofread.relations import Relation, relations, tolerance
from shuyuan.proofread.text import sentences


@dataclass(frozen=True, slots=True)
class Damage:
    """A damaged copy: what was done at which place of the copy, and what stood there before."""

    kind: str
    text: str
    start: int
    end: int
    was: str
    everywhere: bool = False


Damager = Callable[[str, random.Random], Damage | None]


def _at(text: str, start: int, end: int, new: str, kind: str) -> Damage:
    return Damage(kind, text[:start] + new + text[end:], start, start + len(new), text[start:end])


def _constrained(text: str) -> list[tuple[Claim, Relation]]:
    """Claims that stand in a relation that holds and would not survive another value."""
    strict = {"sum-of", "ratio-of", "growth-of", "difference-of"}
    return [
        (claim, one)
        for one in relations(read(text))
        if one.type in strict and one.holds and (one.type != "sum-of" or len(one.others) > 1)
        if not any(c.approximate for c in (one.claim, *one.others))
        for claim in (one.claim, *one.others)
    ]


def _survives(one: Relation, claim: Claim, text: str) -> bool:
    """Whether the relation would hold with another value too: rounding hides it, and nobody could tell."""
    other = replace(claim, value=numerals.arabic(text), value_text=text)
    first, *others = [other if c.number == claim.number else c for c in (one.claim, *one.others)]
    if one.type == "sum-of":
        return abs(sum((c.amount for c in others), Decimal(0)) - first.amount) <= tolerance([first, *others])
    return holds(one.type, first, others[0], others[1])


def digit(text: str, chance: random.Random) -> Damage | None:
    """One digit of a figure is another."""
    places = _constrained(text)
    if not places:
        return None
    claim, one = chance.choice(places)
    digits = [n for n, character in enumerate(claim.value_text) if character.isdigit()]
    place = chance.choice(digits)
    old = claim.value_text[place]
    choices = [d for d in "0123456789" if d != old and not (d == "0" and place == 0)]
    start = claim.digits + place
    new = chance.choice(choices)
    if _survives(one, claim, claim.value_text[:place] + new + claim.value_text[place + 1 :]):
        return None
    return _at(text, start, start + 1, new, "digit")


def unit(text: str, chance: random.Random) -> Damage | None:
    """万元 becomes 元, 亿元 or the other way round."""
    others = {"元": "万元", "万元": "元", "亿元": "万元", "万人": "人", "万所": "所", "万平方米": "平方米"}
    places = [(claim, one) for claim, one in _constrained(text) if claim.unit in others and one.type == "sum-of"]
    if not places:
        return None
    claim, _ = chance.choice(places)
    start = claim.digits + len(claim.value_text)
    return _at(text, start, claim.end, others[claim.unit], "unit")


def copied(text: str, chance: random.Random) -> Damage | None:
    """A figure is that of a neighbour of the same unit."""
    places = [(claim, one) for claim, one in _constrained(text) if one.type == "sum-of" and len(one.others) > 1]
    chance.shuffle(places)
    for claim, one in places:
        others = [o for o in (one.claim, *one.others) if o.unit == claim.unit and o.value_text != claim.value_text]
        others = [o for o in others if not _survives(one, claim, o.value_text)]
        if others:
            end = claim.digits + len(claim.value_text)
            return _at(text, claim.digits, end, chance.choice(others).value_text, "copied figure")
    return None


def item(text: str, chance: random.Random) -> Damage | None:
    """A list loses an item, or what it says of their number is another."""
    lists = [one for one in relations(read(text)) if one.type == "list-count" and one.holds and one.sure > 0.5]
    lists = [one for one in lists if "等" not in one.claim.sentence]
    if not lists:
        return None
    claim = chance.choice(lists).claim
    names = list(re.finditer(r"(?<=[、：:])[^、，。；：:和]{2,20}、", claim.sentence))
    names = [found for found in names if len(found[0]) > 2]
    if not names:
        return None
    found = chance.choice(names)
    start = text.index(claim.sentence) + found.start()
    return _at(text, start, start + len(found[0]), "", "list item")


def bound(text: str, chance: random.Random) -> Damage | None:
    """A percentage loses its point, or its sign."""
    claims = [c for c in read(text).all() if c.unit == "%" and "." in c.value_text and c.value > 2]
    claims = [
        c for c in claims if not re.search(r"增|升|提高|上涨|高|快|[降减回]", text[max(c.start - 8, 0) : c.start])
    ]
    if not claims:
        return None
    claim = chance.choice(claims)
    end = claim.digits + len(claim.value_text)
    if chance.random() < 0.5:
        return _at(text, claim.digits, end, claim.value_text.replace(".", ""), "percentage")
    return _at(text, end, end + 1, "", "percentage")


_PERIODS = re.compile(r"(?<=[（(])(20\d\d)[—–-](20\d\d)(?=年?[）)])|(?<=“)十[一二三四]五(?=”)")


def stale_year(text: str, chance: random.Random) -> Damage | None:
    """A plan's span or period is that of another time."""
    places = list(_PERIODS.finditer(text))
    if not places:
        return None
    found = chance.choice(places)
    if found[1]:
        shift = chance.choice([-3, 2, 4, 5])
        return _at(text, found.start(2), found.end(2), str(int(found[2]) + shift), "stale year")
    late = [p for p in ("十三五", "十四五", "十五五") if p != found[0]]
    return _at(text, *found.span(), chance.choice(late), "stale year")


def bracket(text: str, chance: random.Random) -> Damage | None:
    """A bracket or quotation mark is lost."""
    places = [n for n, character in enumerate(text) if character in "（）《》“”"]
    if not places:
        return None
    place = chance.choice(places)
    return _at(text, place, place + 1, "", "lost mark")


def blind(text: str, chance: random.Random) -> Damage | None:
    """A number is replaced wherever its digits stand, as careless search-and-replace does."""
    claims = _constrained(text)
    if not claims:
        return None
    source = chance.choice(claims)[0].value_text
    length = chance.choice([1, 2])
    start = chance.randrange(max(len(source) - length + 1, 1))
    old = source[start : start + length]
    new = str(chance.randrange(10 ** (length - 1), 10**length))
    if old == new or "." in old or "," in old:
        return None
    pattern = re.compile(rf"(?<!\d){re.escape(source)}(?!\d)")
    altered = pattern.sub(source.replace(old, new, 1), text)
    return Damage("blind replacement", altered, 0, len(altered), source, everywhere=True) if altered != text else None


SYNONYMS = {
    "检查": "查看", "教师": "西席", "通过": "经由过程", "教学": "讲授", "管理": "经管", "学校": "黉舍",
    "活动": "勾当", "制度": "轨制", "考核": "稽核", "关系": "干系", "创新": "立异", "情况": "情形",
}  # fmt: skip


def rewriting(text: str, chance: random.Random) -> Damage | None:
    """A program puts a near-synonym for a word, wherever it stands."""
    words = [word for word in SYNONYMS if text.count(word) >= 3]
    if not words:
        return None
    word = chance.choice(words)
    altered = text.replace(word, SYNONYMS[word])
    return Damage("rewriting", altered, 0, len(altered), word, everywhere=True)


DAMAGERS: Sequence[Damager] = (digit, unit, copied, item, bound, stale_year, bracket, blind, rewriting)


def county(number: int) -> str:
    """A sound report of one made-up county, of a page or so; the same number gives the same text."""
    chance = random.Random(number)
    parts = [chance.randrange(200, 90000) for _ in range(4)]
    money = [chance.randrange(100, 9000) for _ in range(3)]
    spring, autumn = chance.randrange(2000, 9000) / 100, chance.randrange(2000, 9000) / 100
    people = chance.randrange(100, 900), chance.randrange(100, 900)
    whole = chance.randrange(3000, 9000)
    insured = chance.randrange(whole // 2, whole)
    before = chance.randrange(5000, 9000)
    after = before + chance.randrange(100, 2000)
    rates = [chance.randrange(7000, 9800) / 100 for _ in range(3)]
    year = chance.choice([2012, 2014, 2018, 2022])
    plan = {2012: "十二五", 2014: "十二五", 2018: "十三五", 2022: "十四五"}[year]
    schools = chance.sample(["青石小学", "水北小学", "河头小学", "白塔小学", "朱林小学", "直溪小学", "儒林小学"], 5)
    return "\n".join(
        (
            f"{year}年工作总结",
            "一、基本情况",
            f"全县在校学生{sum(parts)}人，其中小学{parts[0]}人，初中{parts[1]}人，高中{parts[2]}人，"
            f"幼儿园{parts[3]}人。各学校按照制度开展检查，教师通过培训，教学质量稳步提高。",
            f"全年投入{sum(money)}万元，包括校舍建设{money[0]}万元、设备购置{money[1]}万元、图书采购{money[2]}万元。",
            "二、惠民工作",
            f"国家助学金春季{spring:.2f}万元{people[0]}人、秋季{autumn:.2f}万元{people[1]}人，"
            f"全年{spring + autumn:.2f}万元{sum(people)}人。",
            f"参保学生{insured}人，占在校生{whole}人的{insured * 100 / whole:.1f}%。",
            f"教育经费由{before}万元增加到{after}万元，增长{(after - before) * 100 / before:.1f}%。",
            f"小学入学率{rates[0]:.2f}%，巩固率达{rates[1]:.2f}%，家长满意率为{rates[2]:.2f}%。",
            "三、学校建设",
            f"对{schools[0]}、{schools[1]}、{schools[2]}、{schools[3]}、{schools[4]}5所学校进行了检查，"
            "各学校健全管理制度，组织教师开展活动，教学情况良好。",
            f"印发了《学校管理三年行动计划（{year}—{year + 2}年）》（试行），推进“{plan}”规划实施，"
            "落实“立德树人”任务。",
            "学校通过检查考核，落实制度，教师教学工作得到加强，学校的管理、教学、活动都有起色，考核情况通过网站公开。",
        )
    )


def sound() -> list[str]:
    """Labelled documents without the sentences in which a rule found something, and reports made up here."""
    texts = []
    for file in gold.documents():
        proof = proofread(gold.body(file))
        wrong = [one for one in proof.findings if one.severity != "hint"]
        kept = [s.text for s in sentences(proof.text) if not any(s.start <= one.start < s.end for one in wrong)]
        texts.append("\n".join(kept))
    return [*texts, *(county(number) for number in range(60))]


def found(damage: Damage, clean: Proof, proof: Proof) -> Finding | None:
    """The first finding, no hint, that the damage brought about."""
    known = Counter((one.rule, one.text, one.message) for one in clean.findings)
    line = damage.text.rfind("\n", 0, damage.start) + 1
    end = damage.text.find("\n", damage.end)
    end = len(damage.text) if end < 0 else end
    for one in proof.findings:
        if one.severity == "hint" or known[(one.rule, one.text, one.message)]:
            continue
        if damage.everywhere or line <= one.start <= end:
            return one
    return None


def repaired(damage: Damage, one: Finding) -> bool:
    """Whether the first suggestion gives the sentence its figure back."""
    if not one.suggestion:
        return False
    text = damage.text[: one.start] + one.suggestion + damage.text[one.end :]
    before = damage.text[: damage.start] + damage.was + damage.text[damage.end :]
    mended = [(c.value, c.unit) for c in read(text).all()]
    return mended == [(c.value, c.unit) for c in read(before).all()]


def run(copies: int, seed: int) -> Iterator[str]:
    """All lines of the report."""
    for name, files in (("tuned on", gold.tuning()), ("not tuned on", gold.reported())):
        scores = gold.score(files)
        relation = gold.relation_score(files)
        yield f"claims, {len(files)} documents {name}: " + ", ".join(
            f"{key} F1 {score.f1:.3f} ({score.right}/{score.labelled})"
            for key, score in (*scores.items(), ("relations", relation))
        )
    for number, made in made_up.scores().items():
        yield (
            f"made-up paragraphs, set {number}: {made.found} of {made.damaged} damaged found, "
            f"{made.alarms} false alarms in {made.characters} characters"
        )
    texts = sound()
    proofs = [proofread(text) for text in texts]
    alarms = sum(one.severity != "hint" for proof in proofs for one in proof.findings)
    size = sum(map(len, texts))
    yield f"clean text: {alarms} false alarms in {size} characters, {alarms * 1000 / size:.3f} per 1,000"
    claims = sum(proof.coverage.claims for proof in proofs)
    related = sum(proof.coverage.related for proof in proofs)
    checked = sum(proof.coverage.checked for proof in proofs)
    yield f"coverage: {related / claims:.0%} of {claims} claims in a relation, {checked / claims:.0%} under any check"
    yield from _damaged(texts, proofs, copies, random.Random(seed))
    long = "\n".join(county(number) for number in range(40))[:9000]
    begun = time.perf_counter()
    proofread(long)
    yield f"speed: {len(long)} characters (twelve pages) in {time.perf_counter() - begun:.2f} s"


_SHARE = re.compile(r"→[^（、]*（(\d+)%）")
"""How likely a finding says its first repair is."""


def _damaged(texts: Sequence[str], proofs: Sequence[Proof], copies: int, chance: random.Random) -> Iterator[str]:
    said: defaultdict[int, list[bool]] = defaultdict(list)
    made: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    mended: Counter[str] = Counter()
    missed: defaultdict[str, list[Damage]] = defaultdict(list)
    tries = 0
    while sum(made.values()) < copies and tries < copies * 20:
        tries += 1
        damager = DAMAGERS[tries % len(DAMAGERS)]
        place = chance.randrange(len(texts))
        damage = damager(texts[place], chance)
        if damage is None:
            continue
        made[damage.kind] += 1
        one = found(damage, proofs[place], proofread(damage.text))
        if one is None:
            missed[damage.kind].append(damage)
            continue
        hits[damage.kind] += 1
        right = repaired(damage, one)
        mended[damage.kind] += right
        if not damage.everywhere and (share := _SHARE.search(one.message)):
            said[min(int(share[1]) // 20, 4)].append(right)
    for kind in sorted(made):
        told = f", first repair right {mended[kind] / made[kind]:.0%}" if mended[kind] else ""
        yield f"{kind}: {hits[kind]} of {made[kind]} found, recall {hits[kind] / made[kind]:.3f}{told}"
        if _show:
            for damage in missed[kind][:5]:
                around = damage.text[max(damage.start - 60, 0) : damage.end + 60].replace("\n", "|")[:130]
                yield f"    missed: 『{damage.was}』 → 『{damage.text[damage.start : damage.end][:12]}』: {around}"
    for fifth, rights in sorted(said.items()):
        yield f"repairs said to be {fifth * 20}–{fifth * 20 + 20}% likely: {sum(rights)} of {len(rights)} right"
    total = sum(made.values())
    yield f"all: {sum(hits.values())} of {total} damaged copies found, recall {sum(hits.values()) / total:.3f}"


_show = False


def main(arguments: Sequence[str]) -> int:
    global _show
    parser = argparse.ArgumentParser(prog="python -m bench.proofreading", description=__doc__)
    parser.add_argument("--copies", type=int, default=6000, help="how many damaged copies")
    parser.add_argument("--seed", type=int, default=2012)
    parser.add_argument("--show-missed", action="store_true", help="five of each kind that were not found")
    options = parser.parse_args(arguments)
    _show = options.show_missed
    for line in run(options.copies, options.seed):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
