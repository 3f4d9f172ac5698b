"""Reading a Word template: which placeholders it has, and every mistake in them at once, each with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from docx.document import Document
from docx.opc.part import Part
from lxml import etree

from shuyuan.proofread.words import say as _t
from shuyuan.report import loops, numbers, package, phrases, tree, units
from shuyuan.report.grammar import Call, Print, Token
from shuyuan.report.loops import Loop, Scanned
from shuyuan.report.package import w
from shuyuan.report.phrases import Known, Printed

NOWHERE = -1
MOST_PLACEHOLDERS = 20_000
PARTS = {"": "", "name": "name", "beside": "beside", "number": "number"} | {
    "名称": "name",
    "说明": "beside",
    "序号": "number",
}
"""What can be asked of a loop's variable: {{ 项 }}, {{ 项.名称 }}."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: what is wrong at which words, and the cure. `text[start:end]` are the words."""

    paragraph: int
    """The number of the paragraph among those that print (see `paragraphs`), or NOWHERE."""
    start: int
    end: int
    text: str
    fault: str
    cure: str

    @property
    def words(self) -> str:
        return self.text[self.start : self.end]

    @property
    def quote(self) -> str:
        """The paragraph, at most some eighty characters round the place."""
        start, end = max(self.start - 30, 0), max(self.start + 50, min(self.end, self.start + 80))
        return ("…" if start else "") + self.text[start:end] + ("…" if end < len(self.text) else "")

    def __str__(self) -> str:
        told = _t("段落「%(quoted)s」：%(fault)s。%(cure)s")
        return told % {"quoted": self.quote, "fault": self.fault, "cure": self.cure}

    def facts(self) -> dict[str, str | int]:
        """The problem as data, for a page or a program."""
        place: dict[str, str | int] = {"paragraph": self.paragraph, "start": self.start, "end": self.end}
        return place | {"quote": self.quote, "words": self.words, "what": self.fault, "cure": self.cure}


class TemplateError(ValueError):
    """A template with mistakes; `problems` holds each with its place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        told = _t("模板中有 %(n)s 处问题：") % {"n": len(self.problems)}
        super().__init__("\n".join([told, *(f"· {problem}" for problem in self.problems)]))


@dataclass(frozen=True, slots=True)
class Placeholder:
    name: str
    call: Call
    paragraph: str
    """The text of the paragraph it stands in."""
    number: int = 0
    """That paragraph's number."""
    start: int = 0
    end: int = 0
    loop: Loop | None = None
    """The loop it stands in, if there is one."""

    @property
    def filter(self) -> str:
        return self.call.name


@dataclass(frozen=True, slots=True)
class Template:
    data: bytes
    placeholders: tuple[Placeholder, ...]
    """What is printed; and, with an empty filter, each list that a loop goes through."""
    malformed: tuple[Problem, ...] = ()
    """What looks like a placeholder or a loop and is none."""
    prose: tuple[Scanned, ...] = field(default=(), repr=False)
    """Every paragraph of the body."""

    def check(self, figures: Mapping[str, Known]) -> None:
        """Raise one TemplateError that lists every mistake in what stands in braces, given all figures by name."""
        if problems := self.mistakes(figures):
            raise TemplateError(problems)

    def mistakes(self, figures: Mapping[str, Known]) -> list[Problem]:
        """Every mistake in what stands in braces, in reading order."""
        titles = by_title(figures)
        found = list(self.malformed)
        for one in self.placeholders:
            if told := _mistake(one, figures, titles):
                found.append(Problem(one.number, one.start, one.end, one.paragraph, *told))
            elif doubled := _unit(one, figures, titles):
                fault, cure, start, end = doubled
                found.append(Problem(one.number, start, end, one.paragraph, fault, cure))
        return sorted(found, key=lambda problem: (problem.paragraph % (1 << 30), problem.start))

    def problems(self, figures: Mapping[str, Printed], *, names: Iterable[str] = ()) -> list[Problem]:
        """All that keeps a report from being made: mistakes, typed numbers, figures that cannot be printed so.

        *names* are names on the register, whose numerals are no numbers.
        """
        found = self.mistakes(figures)
        wrong = {(problem.paragraph, problem.start) for problem in found}
        titles = by_title(figures)
        for one in self.placeholders:
            name = resolve(one.name, figures, titles)
            if name and one.loop is None and (one.number, one.start) not in wrong:
                try:
                    phrases.phrase(figures[name], one.call)
                except phrases.PhraseError as error:
                    found.append(Problem(one.number, one.start, one.end, one.paragraph, error.fault, error.cure))
        taken: dict[int, list[Problem]] = {}
        for problem in found:
            taken.setdefault(problem.paragraph, []).append(problem)
        found += (typed for typed in self._typed(figures, names) if not _overlaps(typed, taken))
        return sorted(found, key=lambda problem: (problem.paragraph % (1 << 30), problem.start))

    def _typed(self, figures: Mapping[str, Printed], names: Iterable[str]) -> Iterator[Problem]:
        find = numbers.finder(names)
        for one in self.prose:
            for start, end in find(one.text, [(token.start, token.end) for token in one.tokens]):
                fault = _t("『%(text)s』是手写的数字，没有绑定指标") % {"text": one.text[start:end]}
                yield Problem(one.number, start, end, one.text, fault, _meant(one.text[start:], figures))


def read(data: bytes) -> Template:
    """Find the placeholders of a .docx; raises PackageError when it is none.

    Word splits a placeholder over several runs when its spelling checker or an edit touched it, so paragraphs
    are read as a whole.
    """
    document = package.open_docx(data)
    placeholders: list[Placeholder] = []
    malformed: list[Problem] = []
    prose: list[Scanned] = []
    for part, scanned in stories(document):
        found, broken = loops.find(scanned)
        for paragraph in scanned:
            broken += loops.malformed(paragraph)
            placeholders.extend(_placeholders(paragraph, found))
        if part is document.part:
            prose = scanned
        malformed.extend(_problem(one.paragraph, one.token, one.fault, one.cure) for one in broken)
    malformed.extend(
        Problem(NOWHERE, text.find("{{"), text.find("{{") + 2, text, fault, _t("请移到正文。"))
        for text in _notes(document)
        if "{{" in text
        for fault in (_t("脚注或尾注中有占位符，无法绑定"),)
    )
    if len(placeholders) > MOST_PLACEHOLDERS:
        last = placeholders[MOST_PLACEHOLDERS]
        fault = _t("占位符超过 %(most)s 个") % {"most": MOST_PLACEHOLDERS}
        malformed = [Problem(last.number, last.start, last.end, last.paragraph, fault, _t("请分成几个模板。"))]
    return Template(data, tuple(placeholders), tuple(malformed), tuple(prose))


def stories(document: Document) -> Iterator[tuple[Part, list[Scanned]]]:
    """The parts that print, each with its paragraphs; they are numbered through all parts."""
    number = 0
    for part in package.stories(document):
        scanned = []
        for element in tree.paragraphs(part.element):
            scanned.append(Scanned.of(number, element, tree.text_of(element)))
            number += 1
        yield part, scanned


def by_title(figures: Mapping[str, Known]) -> dict[str, list[str]]:
    """The names of the figures that have each title."""
    found: dict[str, list[str]] = {}
    for name, figure in figures.items():
        found.setdefault(" ".join(figure.title.split()), []).append(name)
    return found


def resolve(name: str, figures: Mapping[str, Known], titles: Mapping[str, list[str]]) -> str:
    """The figure's name for its name or its title; "" when there is none, or more than one of that title."""
    if name in figures:
        return name
    named = titles.get(name, [])
    return named[0] if len(named) == 1 else ""


def part_of(name: str, loop: Loop | None) -> str | None:
    """Which part of its item a placeholder in a loop asks for; None when it names a figure."""
    if loop is None:
        return None
    root, _, part = name.partition(".")
    return PARTS.get(part) if root == loop.begin.variable else None


def _placeholders(paragraph: Scanned, found: list[Loop]) -> Iterator[Placeholder]:
    for token in paragraph.tokens:
        around = next((loop for loop in found if loop.holds(paragraph, token.start)), None)
        place = (paragraph.text, paragraph.number, token.start, token.end)
        if isinstance(token, Print):
            yield Placeholder(token.name, token.call, *place, around)
    for loop in found:
        if loop.first is paragraph:
            place = (paragraph.text, paragraph.number, loop.begin.start, loop.begin.end)
            yield Placeholder(loop.begin.name, Call("", ()), *place, loop)


def _mistake(one: Placeholder, figures: Mapping[str, Known], titles: Mapping[str, list[str]]) -> tuple[str, str] | None:
    """What is wrong with a placeholder, and the cure."""
    begins = one.loop is not None and one.loop.begin.start == one.start and one.loop.first.number == one.number
    if one.loop and not begins and one.name.partition(".")[0] == one.loop.begin.variable:
        if part_of(one.name, one.loop) is None:
            parts = _t("、").join(f"{one.loop.begin.variable}.{part}" for part in ("名称", "说明", "序号"))
            return _t("循环里没有 %(name)s") % {"name": one.name}, _t("可用：%(parts)s。") % {"parts": parts}
        if one.call.name:
            return _t("循环里的名称不带写法"), _t("请写成 {{ %(name)s }}。") % {"name": one.name}
        return None
    name = resolve(one.name, figures, titles)
    if not name:
        return _unknown(one.name, figures, titles)
    if begins and not figures[name].listed:
        fault = _t("指标「%(title)s」不是名单，不能循环") % {"title": figures[name].title}
        return fault, _t("请选用名单指标。")
    return phrases.fault(figures[name], one.call)


def _unknown(name: str, figures: Mapping[str, Known], titles: Mapping[str, list[str]]) -> tuple[str, str]:
    if len(same := titles.get(name, [])) > 1:
        fault = _t("标题「%(name)s」有 %(n)s 个指标") % {"name": name, "n": len(same)}
        return fault, _t("请改用其中一个的名称：%(names)s。") % {"names": _t("、").join(same)}
    near = difflib.get_close_matches(name, figures, n=3, cutoff=0.5)
    near = near or difflib.get_close_matches(name, titles, n=3, cutoff=0.4)
    near = near or [title for title in titles if name in title][:3]
    cure = _t("没有名称相近的指标，请在指标清单中查找。")
    if near:
        cure = _t("相近的指标：%(names)s。") % {"names": _t("、").join(near)}
    return _t("指标 %(name)s 不存在") % {"name": name}, cure


def _unit(
    one: Placeholder, figures: Mapping[str, Known], titles: Mapping[str, list[str]]
) -> tuple[str, str, int, int] | None:
    """A unit behind the placeholder that is printed already, or is not the figure's own."""
    name = resolve(one.name, figures, titles)
    if part_of(one.name, one.loop) is not None or not name or one.paragraph[one.start : one.start + 2] == "{%":
        return None
    figure, following = figures[name], one.paragraph[one.end :]
    chosen = phrases.find(one.call.name) if one.call.name else None
    end = one.end + len(following) - len(following.lstrip())
    if chosen and chosen.name == "number":
        unit = one.call.arguments[0] if one.call.arguments else figure.unit
        stated = units.other(unit, following)
        if not stated:
            return None
        fault = _t("后面写了『%(stated)s』，而这个数的单位是%(unit)s")
        cure = _t("请把单位改成%(unit)s。")
        if units.converted(Decimal(1), figure.unit, stated) is not None:
            cure = _t("请写成 {{ %(name)s | in(%(stated)s) }}。")
        facts = {"stated": stated, "unit": unit or _t("（无）"), "name": one.name}
        return fault % facts, cure % facts, one.start, end + len(stated)
    if figure.listed or (chosen and not chosen.unit):
        return None
    stated = units.twice(figure.unit, following)
    if not stated:
        return None
    fault = _t("已经印出单位，后面又写了『%(stated)s』") % {"stated": stated}
    cure = _t("请删去后面的『%(stated)s』，或写成 {{ %(name)s | number }}。")
    return fault, cure % {"stated": stated, "name": one.name}, one.start, end + len(stated)


def _overlaps(typed: Problem, taken: Mapping[int, list[Problem]]) -> bool:
    """Whether something is told of these words already."""
    return any(typed.start < other.end and other.start < typed.end for other in taken.get(typed.paragraph, ()))


def _meant(typed: str, figures: Mapping[str, Printed]) -> str:
    """The cure for a typed number: the figures that print just this."""
    near = [name for name, one in figures.items() if one.display != phrases.UNKNOWN and typed.startswith(one.display)]
    if near:
        shown = _t("、").join(f"{{{{ {name} }}}}" for name in near[:3])
        return _t("请改成占位符，是不是 %(names)s？") % {"names": shown}
    return _t("请改成占位符 {{ 指标名 }}。")


def _problem(paragraph: Scanned, token: Token, fault: str, cure: str) -> Problem:
    return Problem(paragraph.number, token.start, token.end, paragraph.text, fault, cure)


def _notes(document: Document) -> Iterator[str]:
    for part in document.part.package.iter_parts():
        if str(part.partname) in ("/word/footnotes.xml", "/word/endnotes.xml") and isinstance(part, Part):
            for paragraph in etree.fromstring(part.blob).iter(w("p")):
                yield tree.text_of(paragraph)
