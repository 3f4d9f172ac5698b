"""R5, R20, R26: what the books know: bounds and names on the register, figures of the year and of the year before."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shuyuan.proofread import units
from shuyuan.proofread.arithmetic import at, number, shown
from shuyuan.proofread.claims import Claim
from shuyuan.proofread.findings import BookFigure, Case, Finding, rule
from shuyuan.proofread.relations import rounds_to
from shuyuan.proofread.words import say as _t


@rule("R5", "error", "个数不超过登记册", needs="B")
def bounds(case: Case) -> Iterator[Finding]:
    limits = case.books.bounds() if case.books else {}
    for claim in case.claims:
        if claim.kind != "count" or not claim.unit or claim.base not in ("个", "人", "班"):
            continue
        noun = next((noun for noun in sorted(limits, key=len, reverse=True) if case.after(claim).startswith(noun)), "")
        noun = noun or next(
            (noun for noun in sorted(limits, key=len, reverse=True) if claim.subject.endswith(noun)), ""
        )
        if noun:
            case.check("R5", claim)
            if claim.amount > limits[noun]:
                message = _t("登记册上%(noun)s只有 %(n)s") % {"noun": noun, "n": limits[noun]}
                yield at(case, "R5", "error", claim, message, "", 0.9)


_TWO_TYPES = re.compile(
    r"[\u4e00-\u9fff]{1,8}?第?[一二三四五六七八九十]?((?:小学|中学|幼儿园)(?:小学|中学|幼儿园))(?![部段班组])"
)
_MASKED = re.compile(
    r"(?<![\u4e00-\u9fff])某某?(?:镇|乡|县|市|区|校|学校|小学|中学|幼儿园|村|同志|老师)|[×xX*＊]{2,}(?:镇|乡|县|市|区|校|学校|小学|中学|幼儿园|村|同志)|(?<=[，。；、在到和与对])某某?(?:镇|乡|县|市|区|学校|小学|中学|幼儿园|村)"
)
_REAL = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,3}(镇|乡|县|市|中学|小学|幼儿园)")
_NO_NAME = re.compile(r"[某各全本该每外年我度两几个的其他名对向到在从为和与及是有]|^乡")
_POLICY = 3
"""A text with so many masks hides names on purpose."""


@rule("R20", "warning", "名称与登记册一致，前后一致", needs="B")
def names(case: Case) -> Iterator[Finding]:
    for found in _TWO_TYPES.finditer(case.text):
        if found[0][: found.start(1) - found.start()].endswith("中") or "幼儿园" in found[1][-3:]:
            continue  # 中小学幼儿园: all of them
        if found[1][: len(found[1]) // 2] == found[1][len(found[1]) // 2 :]:
            continue  # doubled: R18
        message = _t("「%(name)s」是两种学校") % {"name": found[0]}
        yield Finding("R20", "warning", *found.span(1), found[1], message, "", 0.85)
    masks = list(_MASKED.finditer(case.text))
    real = {found[1]: found[0] for found in _REAL.finditer(case.text) if not _NO_NAME.search(found[0])}
    for found in masks:
        name = real.get(found[0].lstrip("某×xX*＊"), "")
        if name and len(masks) < _POLICY:
            message = _t("别处写了真名（%(name)s），这里隐去的名称没有补上") % {"name": name}
            yield Finding("R20", "warning", *found.span(), found[0], message, "", 0.7)
    if case.books:
        yield from _misspelt(case, sorted({name for name in case.books.names() if len(name) >= 4}))


def _misspelt(case: Case, known: list[str]) -> Iterator[Finding]:
    """A name one character off a name on the register, with which nothing else on it agrees."""
    by_end: dict[str, list[str]] = {}
    for name in known:
        by_end.setdefault(name[-2:], []).append(name)
    all_names = set(known)
    for place in range(len(case.text) - 1):
        for name in by_end.get(case.text[place : place + 2], ()):
            start = place + 2 - len(name)
            words = case.text[start : place + 2] if start >= 0 else ""
            off = sum(a != b for a, b in zip(words, name, strict=False))
            if (
                len(words) == len(name)
                and off == 1
                and words not in all_names
                and re.fullmatch(r"[\u4e00-\u9fff（）()]+", words)
            ):
                if any(
                    other in case.text[max(start - 4, 0) : place + 2] for other in all_names if other[-2:] == name[-2:]
                ):
                    continue
                message = _t("登记册上的名称是「%(name)s」") % {"name": name}
                yield Finding("R20", "warning", start, place + 2, words, message, name, 0.75)


@rule("R26", "error", "数字与本年账册一致，不是去年的", needs="B")
def against_books(case: Case) -> Iterator[Finding]:
    figures = list(case.books.figures()) if case.books else []
    for claim in case.claims:
        if any(_agrees(claim, figure) and _named(claim.sentence, figure) for figure in figures):
            case.check("R26", claim)
            continue
        figure = _meant(claim, figures)
        if figure is None or figure.value is None:
            continue
        case.check("R26", claim)
        scale = units.factor(figure.unit) / units.factor(claim.unit or figure.unit)
        right = number(figure.value * scale) + claim.unit
        facts = {"title": figure.title, "right": right}
        if figure.previous is not None and rounds_to(claim, figure.previous * scale):
            yield at(case, "R26", "error", claim, _t("这是去年的数字；今年%(title)s为%(right)s") % facts, right, 0.9)
        else:
            message = _t("账册上%(title)s为%(right)s，这里写的是%(said)s") % (facts | {"said": shown(claim)})
            yield at(case, "R26", "warning", claim, message, right, 0.7)


def _agrees(claim: Claim, figure: BookFigure) -> bool:
    if figure.value is None or units.base(figure.unit) != claim.base:
        return False
    return rounds_to(claim, figure.value * units.factor(figure.unit) / units.factor(claim.unit or figure.unit))


def _named(sentence: str, figure: BookFigure) -> bool:
    """Whether a sentence speaks of the figure, in words of its own."""
    title = set(figure.title)
    return len(title & set(sentence)) >= 0.6 * len(title)


def _meant(claim: Claim, figures: list[BookFigure]) -> BookFigure | None:
    """The one figure whose title is the claim's subject; none when two could be meant."""
    subject = claim.subject
    if len(subject) < 3:
        return None
    same = [one for one in figures if units.base(one.unit) == claim.base and (one.title == subject)]
    near = same or [
        one for one in figures if units.base(one.unit) == claim.base and len(subject) >= 5 and (subject in one.title)
    ]
    return near[0] if len(near) == 1 else None
