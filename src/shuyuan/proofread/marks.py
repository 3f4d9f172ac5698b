"""R14, R18, R21: brackets and quotes in pairs, no doubled word, no sentence that breaks off."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shuyuan.proofread.findings import Case, Finding, rule
from shuyuan.proofread.text import wrapped
from shuyuan.proofread.words import say as _t

_PAIRS = {
    "（": "）",
    "(": ")",
    "《": "》",
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "【": "】",
    "〔": "〕",
    "〈": "〉",
}
_CLOSING = {close: opening for opening, close in _PAIRS.items()}
_LIKE = {"（": "(", "）": ")"}
_ENUMERATED = re.compile(r"(?:^|[。；;，,：:\s])\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])$")


@rule("R14", "error", "括号、引号、书名号成对")
def pairs(case: Case) -> Iterator[Finding]:
    """Paragraph by paragraph: no pair of a report opens in one and closes in another, but for lines that were torn."""
    place = 0
    for line in _whole_lines(case.text):
        waiting: list[tuple[str, int]] = []
        for offset, character in enumerate(line):
            if character in _PAIRS:
                if character == "“" and waiting and waiting[-1][0] == "“":
                    yield _unpaired("“", place + waiting.pop()[1], _unclosed("“"))
                waiting.append((character, offset))
            elif character in _CLOSING:
                yield from _closed(line, place, character, offset, waiting)
        for character, offset in waiting:
            yield _unpaired(character, place + offset, _unclosed(character))
        if line.count('"') % 2:
            at = place + line.rindex('"')
            yield Finding("R14", "error", at, at + 1, '"', _t("引号不成对"), "", 0.9)
        place += len(line) + 1


_DECORATION = re.compile(r"》{2,}|《{2,}|“{3,}|【{2,}|】{2,}")
_TORN = re.compile(r"【[^【】。；]{1,60}】|[（(][^（）()。；]{1,60}[）)]|“[^“”。；]{1,60}”|《[^《》。；]{1,60}》")
"""A pair over lines without a stop in it: 【字号：⏎大⏎小⏎】 of a web page, a name that a line end cut in two."""


def _whole_lines(text: str) -> list[str]:
    """The paragraphs, their torn lines put together again with a blank; places in the text hold."""
    pieces = list(text)
    for at in wrapped(text):
        pieces[at] = " "
    for found in _TORN.finditer(text):
        if 0 < found[0].count("\n") <= 6:
            pieces[found.start() : found.end()] = found[0].replace("\n", " ")
    for found in _DECORATION.finditer(text):
        pieces[found.start() : found.end()] = "·" * len(found[0])
    return "".join(pieces).split("\n")


def _closed(line: str, place: int, character: str, offset: int, waiting: list[tuple[str, int]]) -> Iterator[Finding]:
    wanted = _CLOSING[character]
    if waiting and waiting[-1][0] == wanted:
        waiting.pop()
        return
    if waiting and _LIKE.get(wanted, wanted) == _LIKE.get(waiting[-1][0], waiting[-1][0]):
        opening, at = waiting.pop()
        message = _t("「%(one)s」与「%(other)s」全角半角不一致") % {"one": opening, "other": character}
        yield Finding("R14", "hint", place + at, place + offset + 1, line[at : offset + 1], message, "", 0.9)
        return
    for depth, (opening, _) in reversed(list(enumerate(waiting))):
        if opening == wanted:
            for lost, at in waiting[depth + 1 :]:
                yield _unpaired(lost, place + at, _unclosed(lost))
            del waiting[depth:]
            return
    if character in "）)" and _ENUMERATED.search(line[max(offset - 5, 0) : offset]):
        return  # 1）
    yield _unpaired(
        character, place + offset, _t("「%(mark)s」前面没有「%(other)s」") % {"mark": character, "other": wanted}
    )


def _unclosed(mark: str) -> str:
    return _t("「%(mark)s」后面没有「%(other)s」") % {"mark": mark, "other": _PAIRS[mark]}


def _unpaired(character: str, start: int, message: str) -> Finding:
    return Finding("R14", "error", start, start + 1, character, message, "", 0.95)


_DOUBLED = re.compile(r"(?=([\u4e00-\u9fff]{2,8})\1)")
_MAY_DOUBLE = re.compile(
    r"^[一二三四五六七八九十两半每个]|^(.)\1+$|^(?:许多|逐步|常常|方方|点点|学习|研究|讨论|休息|考虑|打扫|培训|家长|人员)$"
)
_MARKS = re.compile(r"([，。、；：！？])\1+|[；：][。，、；：]|[，、][，、：]")


@rule("R18", "error", "没有重复的词")
def doubled(case: Case) -> Iterator[Finding]:
    last = -1
    for found in _DOUBLED.finditer(case.text):
        word = found[1]
        start, end = found.start(), found.start() + 2 * len(word)
        if start < last or _MAY_DOUBLE.search(word) or ("共" in word and "共治" in case.text[end - 1 : end + 2]):
            continue
        after = case.text[end : end + 1]
        if after and after in "者的" and len(word) == 2 and case.text[end : end + 1] == "者":
            continue  # 培训培训者
        last = end
        # 构建共建共治: two characters twice are a word twice only where that word stands elsewhere too.
        short = ("warning", 0.75) if case.text.count(word) > 2 else ("hint", 0.5)
        severity, sure = ("error", 0.9) if len(word) > 2 else short
        message = _t("「%(word)s」重复") % {"word": word}
        yield Finding("R18", severity, start, end, case.text[start:end], message, word, sure)  # type: ignore[arg-type]
    for found in _MARKS.finditer(case.text):
        right = found[0][-1] if found[0][-1] in "。；" else found[0][0]
        yield Finding("R18", "warning", *found.span(), found[0], _t("标点重复"), right, 0.8)


_HEADING = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]|第[一二三四五六七八九十]+[章节部]|\d+[.．、])"
)
_ENDED = tuple("。！？!?；;：:”’）)》」』】…")


@rule("R21", "error", "句子完整")
def broken_off(case: Case) -> Iterator[Finding]:
    """先后约谈了食堂承包人、: a paragraph that ends in 、 or ，, or a long one without any full stop."""
    place = 0
    for line in _whole_lines(case.text):
        words = line.rstrip()
        if words.endswith(("、", "，", ",")):
            end = place + len(words)
            start = max(end - 8, place)
            yield Finding("R21", "error", start, end, case.text[start:end], _t("话没有说完"), "", 0.9)
        elif _unfinished(words):
            end = place + len(words)
            start = max(end - 8, place)
            message = _t("段落末尾没有标点，可能缺了后文")
            yield Finding("R21", "warning", start, end, case.text[start:end], message, "", 0.6)
        place += len(line) + 1
    for found in re.finditer(r"[、，][。；）)》”]", case.text):
        if case.text[found.start() + 1] in "。；":
            yield Finding("R21", "error", *found.span(), found[0], _t("话没有说完"), found[0][1], 0.85)


def _unfinished(words: str) -> bool:
    """A paragraph, no heading and no row of a table, that does not come to a stop."""
    prose = len(words) > 40 and "\t" not in words and "|" not in words and bool(re.search(r"[，。；]", words))
    prose = prose and not re.search(r"(?:摄|编辑|责编|来源|作者)[^。]{0,12}$", words)
    return prose and not words.endswith(_ENDED) and (not _HEADING.match(words) or len(words) > 80)
