"""What is given, and what is drawn: people, rooms, sessions; posts, and who holds them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

ALGORITHM = "invigilation-1"
"""Part of every protocol: another version of the method may draw another rota from the same seed."""


class Sex(StrEnum):
    MALE = "M"
    FEMALE = "F"


class Role(StrEnum):
    """What somebody does in a session; a and b are 甲 and 乙, a being the experienced one where one of them is."""

    A = "a"
    B = "b"
    RESERVE = "reserve"
    CHIEF = "chief"


class Own(StrEnum):
    """How far people keep from the candidates of their own school; never in the same room, whatever is chosen."""

    SITE = "site"
    ROOM = "room"


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    school: str
    sex: Sex
    experienced: bool
    away: frozenset[int] = frozenset()
    """Sessions in which the person cannot come."""


class Place(NamedTuple):
    """A room of a site; for reserves and chiefs the number is empty."""

    site: str
    room: str


@dataclass(frozen=True, slots=True)
class Room:
    site: str
    number: str
    sessions: frozenset[int]
    schools: frozenset[str] = frozenset()
    """Whose candidates sit in it."""

    @property
    def place(self) -> Place:
        return Place(self.site, self.number)


class Post(NamedTuple):
    """One task of one session. Reserves of a site are told apart by `number`, which nobody prints."""

    session: int
    site: str
    room: str
    role: Role
    number: int = 0

    @property
    def place(self) -> Place:
        return Place(self.site, self.room)

    @property
    def partner(self) -> Post | None:
        """The other post of the same room and session."""
        if self.role is Role.A:
            return self._replace(role=Role.B)
        return self._replace(role=Role.A) if self.role is Role.B else None


@dataclass(frozen=True)
class Exam:
    """Everything that a rota is drawn from; the order of people and rooms as given means nothing."""

    people: tuple[Person, ...]
    rooms: tuple[Room, ...]
    sessions: int
    own: Own = Own.SITE
    reserves: int = 0
    """Reserve staff a site and session."""
    chiefs: bool = False
    """One chief a site for the whole exam, who takes no other task."""
    persons: Mapping[str, Person] = field(init=False, repr=False)
    places: Mapping[Place, Room] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", tuple(sorted(self.people, key=lambda one: one.id)))
        object.__setattr__(self, "rooms", tuple(sorted(self.rooms, key=lambda one: one.place)))
        object.__setattr__(self, "persons", {one.id: one for one in self.people})
        object.__setattr__(self, "places", {one.place: one for one in self.rooms})

    @cached_property
    def sites(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(room.site for room in self.rooms))

    @cached_property
    def schools_at(self) -> Mapping[str, frozenset[str]]:
        """Whose candidates sit anywhere at a site."""
        return {
            site: frozenset(school for room in self.rooms if room.site == site for school in room.schools)
            for site in self.sites
        }

    @cached_property
    def schools_everywhere(self) -> Mapping[str, frozenset[str]]:
        """Schools with candidates in every room of a site: their people can stand in none of them."""
        return {
            site: frozenset.intersection(*(room.schools for room in self.rooms if room.site == site))
            for site in self.sites
        }

    def rooms_of(self, session: int, site: str) -> tuple[Room, ...]:
        return self._used.get((session, site), ())

    @cached_property
    def _used(self) -> Mapping[tuple[int, str], tuple[Room, ...]]:
        used: dict[tuple[int, str], list[Room]] = {}
        for room in self.rooms:
            for session in sorted(room.sessions):
                used.setdefault((session, room.site), []).append(room)
        return {cell: tuple(rooms) for cell, rooms in used.items()}

    @cached_property
    def cells(self) -> tuple[tuple[int, str], ...]:
        """Sessions and the sites that are open in them, in order."""
        return tuple(sorted(self._used))

    def posts(self) -> Iterable[Post]:
        """Every task of the exam, filled or not."""
        for session, site in self.cells:
            if self.chiefs:
                yield Post(session, site, "", Role.CHIEF)
            for room in self.rooms_of(session, site):
                yield Post(session, site, room.number, Role.A)
                yield Post(session, site, room.number, Role.B)
            for number in range(self.reserves):
                yield Post(session, site, "", Role.RESERVE, number)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of everything given, whatever order the rows came in."""
        digest = hashlib.sha256(f"{self.sessions} {self.own} {self.reserves} {self.chiefs}\n".encode())
        for one in self.people:
            digest.update(repr((one.id, one.school, one.sex.value, one.experienced, sorted(one.away))).encode())
        for room in self.rooms:
            digest.update(repr((room.site, room.number, sorted(room.sessions), sorted(room.schools))).encode())
        return digest.hexdigest()


Rota = Mapping[Post, str]
"""Who holds each post: the person's id, or "" where nobody could be had."""
