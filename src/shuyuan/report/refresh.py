"""Refreshing a report that was edited: the numbers are updated in place, and everything that staff wrote stays.

A number is written only where the document still says what the manifest says it should; what somebody typed over is
left and told, and what was emptied is never filled again. Parts in which nothing changes keep their bytes.
"""

import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from docx.document import Document
from lxml import etree

from shuyuan.proofread.words import say as _t
from shuyuan.report import bind, manifest, package, story
from shuyuan.report.manifest import Head, Manifest, Occurrence
from shuyuan.report.package import w
from shuyuan.report.phrases import Printed
from shuyuan.report.rebind import Found, Place, Rebound, State, rebind
from shuyuan.report.story import Control, Story
from shuyuan.report.verify import Finding, Kind, Reasons, explained, findings_of, of_another_year, place_of, printed

_LEFT = {Kind.CHANGED, Kind.UNCERTAIN, Kind.TAMPERED, Kind.FOREIGN, Kind.UNPRINTABLE}


class Refused(ValueError):
    """A report that cannot be refreshed; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Move:
    """One number that was updated, from what to what, because of which records."""

    key: str
    figure: str
    title: str
    place: str
    was: str
    now: str
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        told = _t("%(place)s：%(title)s『%(was)s』→『%(now)s』")
        return told % {"place": self.place, "title": self.title, "was": self.was, "now": self.now}


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A refreshed report. `data` are the very bytes that came in where there was nothing to do."""

    head: Head
    data: bytes
    moves: tuple[Move, ...]
    left: tuple[Finding, ...]
    """What was found and not written."""
    repaired: int = 0
    """How many lost controls or bookmarks were written anew."""


def refresh(
    data: bytes,
    figures: Mapping[str, Printed],
    *,
    made: datetime,
    overwrite: Collection[str] = (),
    year: int | None = None,
    key: bytes = b"",
    reasons: Reasons | None = None,
) -> Refreshed:
    """Bring the numbers of an edited report up to *figures*, as of *made*.

    *overwrite* names (`Finding.key`) the numbers typed over or uncertain that a person confirmed: they are written too.
    Raises PackageError for a file that is no .docx, NotOurs for one that is no report, Refused for one that cannot be
    trusted. Refreshing what was just refreshed gives the same bytes.
    """
    document = package.open_docx(data)
    kept = manifest.whole(document, key=key)
    for fault in (of_another_year(kept.head, year), None if kept.sound else Finding(Kind.MANIFEST)):
        if fault:
            raise Refused(_t("%(told)s。%(cure)s") % {"told": fault.told, "cure": fault.cure})
    rebound = rebind(document, kept.occurrences, figures.keys())
    findings = explained(list(findings_of(rebound, kept, figures)), kept.head, reasons)
    writing = _Writing(document, rebound, figures, frozenset(overwrite))
    writing.all()
    moved = {one.key: one.reasons for one in findings if one.kind is Kind.STALE}
    moves = tuple(replace(one, reasons=moved.get(one.key, ())) for one in reversed(writing.moves))
    left = tuple(one for one in findings if one.kind in _LEFT and one.key not in writing.done)
    if not writing.touched and not writing.resaid:
        return Refreshed(kept.head, data, moves, left)
    head = replace(kept.head, made=made)
    manifest.write(document, _remembered(writing, kept), head, key=key)
    parts = {str(one.part.partname): one.part.blob for one in writing.touched}
    parts |= package.custom_part(document)
    return Refreshed(head, _repacked(data, parts), moves, left, writing.repaired)


@dataclass(slots=True)
class _Writing:
    """Goes through a document from its end to its beginning, so that positions hold."""

    document: Document
    rebound: Rebound
    figures: Mapping[str, Printed]
    overwrite: frozenset[str]
    moves: list[Move] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    touched: dict[Story, None] = field(default_factory=dict)
    resaid: dict[str, str] = field(default_factory=dict)
    """What the manifest has to say of a number from now on."""
    copies: dict[str, Occurrence] = field(default_factory=dict)
    repaired: int = 0
    taken: set[int] = field(default_factory=set)

    def all(self) -> None:
        self.taken.update(bind.identifiers([one.part for one in self.rebound.stories]))
        for found in reversed(self.rebound.found):
            if found.place and found.state not in (State.REMOVED, State.TAMPERED, State.FOREIGN):
                self._one(found, found.place)

    def _one(self, found: Found, place: Place) -> None:
        occurrence = found.occurrence
        name = occurrence.bookmark
        confirmed = name in self.overwrite
        if found.state is State.UNCERTAIN and not confirmed:
            return
        if found.copy:
            self.copies[name] = occurrence
        books, fault = printed(occurrence, self.figures)
        trusted = confirmed or found.state not in (State.CHANGED, State.UNCERTAIN)
        start, end = place.start - found.beside[0], place.end + found.beside[1]
        write = not fault and trusted and books != found.text
        if write:
            self._say(found, place, books)
            self._touch(place.story)
        if not fault and (trusted or books == found.text):
            self.done.add(name)
            if books != occurrence.text:
                self.resaid[name] = books
        if place.control is None:
            elements = self._wrap(found, place, *((start, end) if write else (place.start, place.end)))
            if write:
                story.fill(elements, books)
            return
        if write:  # what was typed beside the control goes, the number stays inside it
            place.story.write(place.end, end, "")
            place.story.write(place.start, place.end, books)
            place.story.write(start, place.start, "")
        self._mend(found, place, place.control)

    def _wrap(self, found: Found, place: Place, start: int, end: int) -> list[etree._Element]:
        """A control and a bookmark for a number that lost its control; the elements that print it."""
        elements, free = place.story.isolate(start, end)
        name = found.occurrence.bookmark
        if not free and place.mark and (place.mark.name, place.mark.start, place.mark.end) == (name, start, end):
            return elements  # in a link that is not its own, a bookmark is all that can be
        number = self._unmarked(found, place)
        first, last = elements[0], elements[-1]
        if free:
            run = first if first.tag == w("r") else first.find(f".//{w('r')}")
            properties = None if run is None else run.find(w("rPr"))
            control = bind.control(found.occurrence.figure, self._title(found), number, properties, ())
            first.addprevious(control)
            control.find(w("sdtContent")).extend(elements)
            first = last = control
        self._mark(found, number, first, last)
        self._repaired(place)
        return elements

    def _mend(self, found: Found, place: Place, control: Control) -> None:
        """What the control and the bookmark of a number that has a control still lack."""
        figure, mark = found.occurrence.figure, place.mark
        around = (
            mark is not None
            and mark.name == found.occurrence.bookmark
            and (mark.start, mark.end) == (control.start, control.end)
            and control.element not in mark.opening.iterancestors()
            and control.element not in mark.closing.iterancestors()
        )
        if around and control.tag == control.alias == figure:
            return
        described = control.element.find(w("sdtPr"))
        if described is None:
            described = etree.Element(w("sdtPr"))
            control.element.insert(0, described)
        if not control.alias == control.tag == figure:
            for old in [*described.findall(w("tag")), *described.findall(w("alias"))]:
                described.remove(old)
            place_of_names = 1 if described.find(w("rPr")) is not None else 0
            title = control.title or self._title(found)
            described[place_of_names:place_of_names] = bind.names(figure, title)
        if not around:
            number = self._unmarked(found, place)
            if found.copy:  # Word mends two controls of one id, others do not
                for old in described.findall(w("id")):
                    old.set(w("val"), str(number))
            self._mark(found, number, control.element, control.element)
        self._repaired(place)

    def _unmarked(self, found: Found, place: Place) -> int:
        """Take away the bookmarks of this name, and the one that a copy brought along; the id of a new one."""
        name = found.occurrence.bookmark
        old = [(one, mark) for one in self.rebound.stories for mark in one.marks if mark.name == name]
        if found.copy and place.mark:
            old.append((place.story, place.mark))
        for one, mark in old:
            for element in (mark.opening, mark.closing):
                if (parent := element.getparent()) is not None:
                    parent.remove(element)
                    self._touch(one)
            if (number := mark.opening.get(w("id"), "")).isdecimal():
                self.taken.discard(int(number))
        return bind.identifier(found.occurrence.figure, manifest.count_of(name), self.taken)

    def _mark(self, found: Found, number: int, first: etree._Element, last: etree._Element) -> None:
        opening, closing = bind.marks(number, found.occurrence.bookmark)
        first.addprevious(opening)
        last.addnext(closing)

    def _repaired(self, place: Place) -> None:
        self.repaired += 1
        self._touch(place.story)

    def _title(self, found: Found) -> str:
        figure = self.figures.get(found.occurrence.figure)
        return figure.title if figure else found.occurrence.figure

    def _say(self, found: Found, place: Place, books: str) -> None:
        figure = self.figures[found.occurrence.figure]
        move = Move(found.occurrence.bookmark, figure.name, figure.title, place_of(found), found.text, books)
        self.moves.append(move)

    def _touch(self, one: Story) -> None:
        self.touched[one] = None


def _remembered(writing: _Writing, kept: Manifest) -> list[Occurrence]:
    """The manifest of what was written: new texts and surroundings, copies at its end."""
    found: dict[str, tuple[str, str]] = {}
    for one in (story.read(one.part) for one in writing.rebound.stories):
        found |= {mark.name: manifest.context(one.text, mark.start, mark.end) for mark in one.marks}
    lost = {State.REMOVED, State.UNCERTAIN}
    away = {one.occurrence.bookmark for one in writing.rebound.found if one.state in lost} - writing.done
    said: list[Occurrence] = []
    for was in (*kept.occurrences, *reversed(writing.copies.values())):
        before, after = found.get(was.bookmark, (was.before, was.after))
        text = writing.resaid.get(was.bookmark, was.text)
        said.append(replace(was, text=text, before=before, after=after, lost=was.bookmark in away))
    return said


def _repacked(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The package with some parts exchanged, the others and their order as they were."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for info in source.infolist():
            target.writestr(info, parts.get(f"/{info.filename}") or source.read(info), info.compress_type)
    return packed.getvalue()
