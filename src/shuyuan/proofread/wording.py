"""R13, R15–R17, R22: official phrases as they stand, words that a rewriter put in, nouns used as verbs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from shuyuan.proofread import tables
from shuyuan.proofread.findings import Case, Finding, rule
from shuyuan.proofread.words import say as _t


@tables.derived
def _programmes() -> dict[str, str]:
    """What is left of a programme's name when its signs are lost: 1X证书, 1X 证书 for 1+X证书."""
    found = {}
    for row in tables.rows("terms", "programme"):
        name = row["name"]
        bare = re.sub(r"[+＋-]", "", name)
        for wrong in (bare, *row.get("wrong", [])):
            if wrong != name:
                found[wrong] = name
    return found


@rule("R13", "error", "工程名称里的符号没有丢", needs="D")
def programmes(case: Case) -> Iterator[Finding]:
    for wrong, right in _programmes().items():
        for found in re.finditer(rf"(?<![\d.A-Za-z+]){re.escape(wrong)}", case.text):
            message = _t("应为「%(right)s」") % {"right": right}
            yield Finding("R13", "error", *found.span(), found[0], message, right, 0.9)


@tables.derived
def _staples() -> tuple[tuple[str, str, int], ...]:
    """Each staple, a near-synonym and how often that must stand to be suspicious; `loose` ones are good words too."""
    found = []
    for row in tables.rows("words", "staple"):
        found += [(row["word"], other, _OFTEN) for other in row.get("near", ())]
        found += [(row["word"], other, 2 * _OFTEN) for other in row.get("loose", ())]
    return tuple(found)


_OFTEN, _ENOUGH, _LITTLE, _PER = 3, 400, 200, 500


@rule("R15", "warning", "常用词没有被近义词替换", needs="D")
def rewritten(case: Case) -> Iterator[Finding]:
    """检查 never occurs and 查看 is everywhere: somebody rewrote the text. Words no office writes need no counting."""
    size = len(case.text)
    for word, other, often in _staples():
        if size < (_ENOUGH if often > _OFTEN else _LITTLE) or word in case.text:
            continue
        places = [found.start() for found in re.finditer(re.escape(other), case.text)]
        if len(places) < often or (often > _OFTEN and len(places) * _PER < size):
            continue
        told = _t("全文不见「%(word)s」，「%(other)s」却有 %(n)s 处，可能被整体替换过")
        message = told % {"word": word, "other": other, "n": len(places)}
        for start in places:
            yield Finding("R15", "warning", start, start + len(other), other, message, word, 0.75)
    yield from _foreign(case)


@tables.derived
def _foreign_words() -> tuple[re.Pattern[str], dict[str, str]]:
    right = {wrong: row["word"] for row in tables.rows("words", "foreign") for wrong in row["wrong"]}
    return re.compile("|".join(map(re.escape, sorted(right, key=len, reverse=True)))), right


def _foreign(case: Case) -> Iterator[Finding]:
    pattern, right = _foreign_words()
    for found in pattern.finditer(case.text):
        word = right[found[0]]
        told = _t("公文里不用「%(wrong)s」，原文可能是「%(right)s」")
        message = told % {"wrong": found[0], "right": word}
        yield Finding("R15", "warning", *found.span(), found[0], message, word, 0.8)


@tables.derived
def _terms() -> tuple[frozenset[str], dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """All fixed terms, and the terms by their first and by their last two characters."""
    terms = [term for row in tables.rows("terms", "fixed") for term in row["terms"]]
    heads: dict[str, list[str]] = defaultdict(list)
    tails: dict[str, list[str]] = defaultdict(list)
    for term in terms:
        heads[term[:2]].append(term)
        tails[term[-2:]].append(term)
    also = {word for row in tables.rows("terms", "also") for word in row["words"]}
    kept = frozenset([*terms, *also])
    return kept, {k: tuple(v) for k, v in heads.items()}, {k: tuple(v) for k, v in tails.items()}


@rule("R16", "warning", "固定提法没有走样", needs="D")
def fixed_terms(case: Case) -> Iterator[Finding]:
    """立德育人 for 立德树人: one word of a fixed term is another, the rest stands."""
    kept, heads, tails = _terms()
    text, last = case.text, -1
    for place in range(len(text) - 1):
        pair = text[place : place + 2]
        near = [(place, term) for term in heads.get(pair, ())]
        near += [(place + 2 - len(term), term) for term in tails.get(pair, ()) if place + 2 >= len(term)]
        for start, term in near:
            words = text[start : start + len(term)]
            if (
                start < last
                or not _altered(words, term)
                or any(words.find(k) >= 0 for k in kept if len(k) == len(term))
            ):
                continue
            around = text[max(start - 6, 0) : start + len(term) + 6]
            if any(k in around and words in k for k in kept):
                continue
            last = start + len(term)
            message = _t("固定提法是「%(term)s」") % {"term": term}
            yield Finding("R16", "warning", start, last, words, message, term, 0.75)
    yield from _variants(case)


def _altered(words: str, term: str) -> bool:
    """One character of four is another, or two side by side within six and more; all of them hanzi."""
    if len(words) != len(term) or words == term:
        return False
    off = [place for place in range(len(term)) if words[place] != term[place]]
    most = 1 if len(term) < 6 else 2
    if len(term) >= 6 and (off[0] < 2 or off[-1] == len(term) - 1):
        return False  # another modifier or another head makes another term: 全区义务教育, 义务教育优质学校
    return len(off) <= most and off[-1] - off[0] < most and all("\u4e00" <= words[place] <= "\u9fff" for place in off)


@tables.derived
def _wrong_variants() -> dict[str, str]:
    return {wrong: row["right"] for row in tables.rows("terms", "variant") for wrong in row["wrong"]}


def _variants(case: Case) -> Iterator[Finding]:
    for wrong, right in _wrong_variants().items():
        for found in re.finditer(re.escape(wrong), case.text):
            message = _t("固定提法是「%(term)s」") % {"term": right}
            yield Finding("R16", "warning", *found.span(), wrong, message, right, 0.85)


@tables.derived
def _as_verb() -> re.Pattern[str]:
    nouns = "|".join(
        sorted((noun for row in tables.rows("words", "noun") for noun in row["words"]), key=len, reverse=True)
    )
    adverbs = (
        "进一步|不断|大力|切实|有效|深入|全面|积极|认真|扎实|着力|努力|继续|逐步|充分|严格|极大地?|有力地?|很好地|更加"
    )
    return re.compile(rf"(?:{adverbs})({nouns})(?:了|着|过|起)(?![解])")


@rule("R17", "warning", "词性用得对", needs="D")
def parts_of_speech(case: Case) -> Iterator[Finding]:
    for found in _as_verb().finditer(case.text):
        message = _t("「%(noun)s」是名词，不能带「了」；可能换错了动词") % {"noun": found[1]}
        yield Finding("R17", "warning", found.start(), found.end(), found[0], message, "", 0.8)


@rule("R22", "hint", "用词不过分重复", needs="D")
def overused(case: Case) -> Iterator[Finding]:
    for row in tables.rows("words", "filler"):
        for word in row["words"]:
            places = [found.start() for found in re.finditer(re.escape(word), case.text)]
            if len(places) >= 8 and len(places) * 250 >= len(case.text):
                message = _t("「%(word)s」用了 %(n)s 次") % {"word": word, "n": len(places)}
                start = places[-1]
                yield Finding("R22", "hint", start, start + len(word), word, message, "", 0.6)
