"""Finding every bound number again in a report that was edited: by its control, its bookmark, or what stands round it.

A control says which figure it holds, by tag or, where LibreOffice dropped that, by alias; its bookmark says which of
the figure's numbers it is. A number that lost both is looked for by the text round it, and where two places are about
as good as each other the person is asked. Nothing is decided here about what is written: see refresh.py and verify.py.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from docx.document import Document

from shuyuan.report import manifest, numbers, package, story
from shuyuan.report.manifest import Occurrence
from shuyuan.report.story import Control, Mark, Story

REACH = 20
"""Characters on each side that are compared."""
SAME = 0.6
"""What it counts that the same number stands there, beside 0 to 1 for the text round it."""
MARGIN = 0.1
"""By how much the best place must be better than the next."""
CERTAIN, CERTAIN_OTHER = 1.0, 0.75
"""From which score on a place is taken: with the same number, with another."""
POSSIBLE, POSSIBLE_OTHER = 0.75, 0.5
"""From which score on the person is asked."""

_STRETCHED = 30  # characters more than the number had: the bookmark has swallowed prose, and tells nothing any more
_NUMERAL = re.compile(r"[\d〇零一二两三四五六七八九十百千万亿]")
_DIGITS = re.compile(r"\d+(?:[.．,]\d+)*")
_LEFT = re.compile(r"(?:[\d十百千万亿][.．]?|[-−－])+$")
_RIGHT = re.compile(r"(?:[.．]?[\d十百千万亿])+[%％‰]?|[%％‰]")


class How(StrEnum):
    """What a number was found by."""

    TAG = "tag"
    ALIAS = "alias"
    BOOKMARK = "bookmark"
    CONTEXT = "context"


class State(StrEnum):
    """How a bound number came through."""

    KEPT = "kept"
    """Its control is there, and its text."""
    REBOUND = "rebound"
    """It lost its control's tag or the control itself, and was found with certainty."""
    COPIED = "copied"
    """It stands in the document once more: a bound paragraph was pasted twice."""
    CHANGED = "changed"
    """Somebody typed over it."""
    REMOVED = "removed"
    """It is not there any more, or its control was emptied."""
    UNCERTAIN = "uncertain"
    """It may be this; a person has to say."""
    TAMPERED = "tampered"
    """Its control, its bookmark and the manifest do not say the same figure."""
    FOREIGN = "foreign"
    """A control of ours that this document was not made with: pasted from another report, or forged."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands."""

    story: Story
    start: int
    end: int
    control: Control | None = None
    mark: Mark | None = None

    @property
    def text(self) -> str:
        return self.story.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Found:
    """One bound number of the manifest, or a copy of one with a bookmark of its own."""

    state: State
    occurrence: Occurrence
    how: How | None = None
    place: Place | None = None
    text: str = ""
    """What stands there now."""
    beside: tuple[int, int] = (0, 0)
    """How many characters of that text were typed beside the place, to its left and right: 1[2635万元]."""
    copy: bool = False
    claims: tuple[str, ...] = ()
    """The figures that are named where the manifest has another one."""


@dataclass(frozen=True, slots=True)
class Rebound:
    """An edited document read: its stories, and its bound numbers in reading order, those not found at the end."""

    stories: tuple[Story, ...]
    found: tuple[Found, ...]


def rebind(document: Document, occurrences: Sequence[Occurrence], known: Collection[str] = ()) -> Rebound:
    """Find the *occurrences* again; *known* are the names of all figures, so that a strange control is recognised."""
    stories = tuple(story.read(part) for part in package.stories(document))
    return Rebound(stories, tuple(_Search(stories, occurrences, known).all()))


@dataclass(frozen=True, slots=True)
class _Claim:
    occurrence: Occurrence
    place: Place
    how: How
    copy: bool = False


class _Search:
    def __init__(self, stories: Sequence[Story], occurrences: Sequence[Occurrence], known: Collection[str]) -> None:
        self.stories = stories
        self.occurrences = {one.bookmark: one for one in occurrences}
        self.of_figure: defaultdict[str, list[Occurrence]] = defaultdict(list)
        for one in occurrences:
            self.of_figure[one.figure].append(one)
        self.known = {*known, *self.of_figure}
        self.taken = {one: bytearray(len(one.text) + 1) for one in stories}
        self.claims: dict[str, _Claim] = {}
        self.copies: list[_Claim] = []
        self.wrong: list[Found] = []
        self.asked: dict[str, _Claim] = {}
        self.numbers: dict[Story, list[re.Match[str]]] = {}
        self.sides: dict[tuple[Story, int, bool], _Pairs] = {}

    def all(self) -> list[Found]:
        self._by_control()
        self._by_bookmark()
        self._by_context()
        found = [self._judged(claim) for claim in (*self.claims.values(), *self.copies)] + self.wrong
        found += [
            Found(State.UNCERTAIN, claim.occurrence, claim.how, claim.place, claim.place.text)
            for claim in self.asked.values()
        ]
        order = {one: number for number, one in enumerate(self.stories)}
        found.sort(key=lambda one: (order[one.place.story], one.place.start) if one.place else (len(order), 0))
        told = {one.occurrence.bookmark for one in found}
        return found + [Found(State.REMOVED, one) for name, one in self.occurrences.items() if name not in told]

    # By what the document itself says

    def _by_control(self) -> None:
        unmarked: list[tuple[Story, Control]] = []
        for one in self.stories:
            marks = [mark for mark in one.marks if mark.name in self.occurrences and mark.start < mark.end]
            for control in sorted(one.controls, key=lambda control: (control.start, -control.end)):
                if control.start == control.end:
                    continue
                mark = _mark_of(control, marks, one.controls)
                if mark is None:
                    if self._names(control):
                        unmarked.append((one, control))
                    continue
                names, occurrence = self._names(control), self.occurrences[mark.name]
                place = Place(one, control.start, control.end, control, mark)
                if names - {occurrence.figure}:
                    self._contradicts(place, occurrence, names)
                else:
                    self._claim(_Claim(occurrence, place, _how(control, occurrence.figure)))
        for one, control in unmarked:
            self._by_name(Place(one, control.start, control.end, control), self._names(control))

    def _names(self, control: Control) -> set[str]:
        """The figures that a control says it holds; a control that somebody else made says nothing."""
        return {name for name in (control.alias, control.tag if control.tag in self.known else "") if name}

    def _by_name(self, place: Place, names: set[str]) -> None:
        """A control that lost its bookmark: which of its figure's numbers it is, its text and its id tell."""
        assert place.control is not None
        (name, *more) = sorted(names)
        if more or name not in self.of_figure:
            occurrence = Occurrence("", name, place.text, "", "")
            self._contradicts(place, occurrence, set(more), State.TAMPERED if more else State.FOREIGN)
            return
        how = _how(place.control, name)
        free = [one for one in self.of_figure[name] if one.bookmark not in self.claims]
        same = [one for one in self.of_figure[name] if one.text == place.text]
        candidates = [one for one in free if one in same] or same or free or self.of_figure[name]

        def fit(one: Occurrence) -> tuple[bool, float]:
            wanted = _pairs(one.before[-REACH:]), _pairs(one.after[:REACH])
            return one in free, self._fit(place.story, place.start, place.end, wanted)

        self._claim(_Claim(max(candidates, key=fit), place, how))

    def _contradicts(
        self, place: Place, occurrence: Occurrence, claims: set[str], state: State = State.TAMPERED
    ) -> None:
        self.wrong.append(Found(state, occurrence, None, place, place.text, claims=tuple(sorted(claims))))
        self._take(place)

    def _by_bookmark(self) -> None:
        for one in self.stories:
            for mark in one.marks:
                occurrence = self.occurrences.get(mark.name)
                if occurrence is None or mark.start == mark.end or self._is_taken(one, mark.start, mark.end):
                    continue
                place = Place(one, mark.start, mark.end, None, mark)
                text = place.text
                if len(text) > len(occurrence.text) + _STRETCHED or "\n" in text.replace(occurrence.text, ""):
                    place = self._narrowed(place, occurrence) or place
                    if place.text != occurrence.text:
                        continue
                self._claim(_Claim(occurrence, place, How.BOOKMARK))

    def _claim(self, claim: _Claim) -> None:
        """Take the place; a number that has one already stands there twice."""
        name = claim.occurrence.bookmark
        if name in self.claims or any(one.occurrence.bookmark == name for one in self.wrong):
            figure = claim.occurrence.figure
            count = 1 + max(manifest.count_of(one.bookmark) for one in self.of_figure[figure])
            own = replace(claim.occurrence, bookmark=manifest.bookmark(figure, count))
            self.of_figure[figure].append(own)
            claim = replace(claim, occurrence=own, copy=True)
            self.copies.append(claim)
        else:
            self.claims[name] = claim
        self._take(claim.place)

    def _take(self, place: Place) -> None:
        length = place.end - place.start
        self.taken[place.story][place.start : place.end] = b"\1" * length

    def _is_taken(self, one: Story, start: int, end: int) -> bool:
        return 1 in self.taken[one][start:end]

    # By what stands round it

    def _by_context(self) -> None:
        wronged = {one.occurrence.bookmark for one in self.wrong}
        lost = [one for name, one in self.occurrences.items() if name not in self.claims and name not in wronged]
        chances = {one.bookmark: sorted(self._chances(one), key=lambda chance: -chance.score) for one in lost}
        waiting = {one.bookmark: one for one in lost}
        while found := self._mutual(waiting, chances):
            for name, chance in found:
                if name in waiting and not self._is_taken(chance.story, chance.start, chance.end):
                    place = Place(chance.story, chance.start, chance.end)
                    self._claim(_Claim(waiting.pop(name), place, How.CONTEXT))
        for name, one in waiting.items():
            left = self._left(chances[name])
            if left and left[0].score >= (POSSIBLE if left[0].same else POSSIBLE_OTHER):
                place = Place(left[0].story, left[0].start, left[0].end)
                self.asked[name] = _Claim(one, place, How.CONTEXT)

    def _mutual(
        self, waiting: dict[str, Occurrence], chances: dict[str, list["_Chance"]]
    ) -> list[tuple[str, "_Chance"]]:
        """Each number whose best place is clearly its best, and which no other number fits better."""
        found: list[tuple[str, _Chance]] = []
        best_for: dict[tuple[Story, int], float] = {}
        left = {name: self._left(chances[name]) for name in waiting}
        for name in waiting:
            for chance in left[name]:
                key = (chance.story, chance.digits)
                best_for[key] = max(best_for.get(key, 0), chance.score)
        for name in waiting:
            if not left[name] or waiting[name].lost:
                continue
            first = left[name][0]
            others = (one for one in left[name][1:] if one.story is not first.story or not first.meets(one))
            second = next(others, None)
            clear = second is None or first.score - second.score >= MARGIN
            wanted = best_for[(first.story, first.digits)] <= first.score
            if first.score >= (CERTAIN if first.same else CERTAIN_OTHER) and clear and wanted:
                found.append((name, first))
        return found

    def _left(self, chances: list["_Chance"]) -> list["_Chance"]:
        return [one for one in chances if not self._is_taken(one.story, one.start, one.end)]

    def _chances(self, occurrence: Occurrence) -> list["_Chance"]:
        """The places that may be a number's. Other numbers are looked at only where they could come near its own."""
        wanted = _pairs(occurrence.before[-REACH:]), _pairs(occurrence.after[:REACH])
        same = [chance for one in self.stories for chance in self._same(one, occurrence.text, wanted)]
        if any(chance.score > 1 + MARGIN for chance in same):
            return same
        taken = {(chance.story, chance.start, chance.end) for chance in same}
        others = (chance for one in self.stories for chance in self._others(one, occurrence.text, wanted))
        return same + [one for one in others if (one.story, one.start, one.end) not in taken]

    def _same(self, one: Story, text: str, wanted: "_Sides") -> Iterator["_Chance"]:
        """Where the very text stands."""
        start = one.text.find(text) if text else -1
        while start >= 0:
            end = start + len(text)
            if _whole(one.text, start, end) and not self._is_taken(one, start, end):
                match = _DIGITS.search(one.text, start, end)
                yield _Chance(
                    SAME + self._fit(one, start, end, wanted), one, start, end, True, match.start() if match else start
                )
            start = one.text.find(text, start + 1)

    def _others(self, one: Story, text: str, wanted: "_Sides") -> Iterator["_Chance"]:
        """Where another number stands, with what was written round the digits as far as it is there."""
        digits = _DIGITS.search(text)
        if digits is None:
            return
        prefix, suffix = text[: digits.start()], text[digits.end() :]
        for match in self._numbers(one):
            start, end = match.span()
            start -= len(prefix) if one.text.endswith(prefix, 0, start) else 0
            end += len(suffix) if one.text.startswith(suffix, end) else 0
            fit = self._fit(one, start, end, wanted)
            if fit >= POSSIBLE_OTHER - MARGIN and not self._is_taken(one, start, end):
                yield _Chance(fit, one, start, end, False, match.start())

    def _numbers(self, one: Story) -> list[re.Match[str]]:
        if one not in self.numbers:
            self.numbers[one] = list(_DIGITS.finditer(one.text))
        return self.numbers[one]

    def _fit(self, one: Story, start: int, end: int, wanted: "_Sides") -> float:
        """How alike the text round a place is to what stood round the number, 0 to 1."""
        before, after = self.sides.get((one, start, False)), self.sides.get((one, end, True))
        if before is None or after is None:
            left, right = manifest.context(one.text, start, end)
            before = self.sides[(one, start, False)] = _pairs(left[-REACH:])
            after = self.sides[(one, end, True)] = _pairs(right[:REACH])
        return (_likeness(before, wanted[0]) + _likeness(after, wanted[1])) / 2

    # What became of it

    def _judged(self, claim: _Claim) -> Found:
        occurrence, place = claim.occurrence, claim.place
        text, state, beside = place.text, State.CHANGED, (0, 0)
        if text != occurrence.text and (narrowed := self._narrowed(place, occurrence)):
            place, text = narrowed, narrowed.text
        if text == occurrence.text:
            start, end = self._widened(place, occurrence)
            text, beside = place.story.text[start:end], (place.start - start, end - place.end)
        if text == occurrence.text:
            state = State.COPIED if claim.copy else State.KEPT if claim.how is How.TAG else State.REBOUND
        return Found(state, occurrence, claim.how, place, text, beside, claim.copy)

    def _narrowed(self, place: Place, occurrence: Occurrence) -> Place | None:
        """The number alone, where prose was typed inside its control or its bookmark, and no other number with it."""
        text, wanted = place.text, occurrence.text
        if not wanted or text.count(wanted) != 1:
            return None
        start = text.index(wanted)
        if not _whole(text, start, start + len(wanted)) or numbers.find(text.replace(wanted, "某")):
            return None
        if _DIGITS.search(text.replace(wanted, "")):
            return None
        return replace(place, start=place.start + start, end=place.start + start + len(wanted))

    def _widened(self, place: Place, occurrence: Occurrence) -> tuple[int, int]:
        """With the digits, signs and 万 typed beside it: 1[2635万元] prints another number than its control."""
        text, start, end = place.story.text, place.start, place.end
        taken = self.taken[place.story]
        if _NUMERAL.match(text[start : start + 1]) and not taken[start - 1]:  # one cell more than text: none before 0
            left = _LEFT.search(text[max(start - REACH, 0) : start])
            if left and not occurrence.before.endswith(manifest.masked(left[0])):
                start -= len(left[0])
        if _NUMERAL.match(text[end - 1 : end]) and not taken[end]:
            right = _RIGHT.match(text[end : end + REACH])
            if right and not occurrence.after.startswith(manifest.masked(right[0])):
                end += len(right[0])
        return start, end


@dataclass(frozen=True, slots=True)
class _Chance:
    """A place that may be a number's."""

    score: float
    story: Story
    start: int
    end: int
    same: bool
    digits: int

    def meets(self, other: "_Chance") -> bool:
        return self.start < other.end and other.start < self.end


def _how(control: Control, figure: str) -> How:
    return How.TAG if control.tag == figure else How.ALIAS if control.alias else How.BOOKMARK


def _mark_of(control: Control, marks: Iterable[Mark], controls: Iterable[Control]) -> Mark | None:
    """The bookmark round a control. One that reaches over other controls too was stretched, and tells nothing."""
    over = [mark for mark in marks if mark.start < control.end and control.start < mark.end]
    exact = [mark for mark in over if (mark.start, mark.end) == (control.start, control.end)]
    if exact:
        return exact[0]
    alone = (
        mark
        for mark in over
        if not any(
            other is not control and mark.start < other.end and other.start < mark.end and other.start < other.end
            for other in controls
        )
    )
    return next(alone, None)


def _whole(text: str, start: int, end: int) -> bool:
    """Whether text[start:end] is not a part of a longer number: 35万元 in 2635万元 is none."""
    left, right = text[:start][-2:], text[end : end + 2]
    if text[start].isdigit() and (left[-1:].isdigit() or re.fullmatch(r"\d[.．,]", left)):
        return False
    return not (text[end - 1].isdigit() and (right[:1].isdigit() or re.fullmatch(r"[.．,]\d", right)))


_Pairs = frozenset[str]
_Sides = tuple[_Pairs, _Pairs]


def _pairs(text: str) -> _Pairs:
    """The pairs of neighbouring characters; the ends of a text count as one."""
    return frozenset(map("".join, pairwise(f"^{text}$")))


def _likeness(one: _Pairs, other: _Pairs) -> float:
    """Dice's coefficient."""
    return 2 * len(one & other) / (len(one) + len(other))
