"""The independent checker: does a rota keep the rules? It shares no code with the draw and reads the tables for itself.

Tables are rows of text by column name. What can never be is a breach; what falls short of the wishes is told beside it,
and, where these rows alone prove it, whether it could have been avoided.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shuyuan.proofread.words import say as _t

CHECKER = "invigilation-check-1"
Table = Iterable[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Finding:
    """`breach` is never allowed. `avoidable` is None where these rows do not prove one or the other."""

    kind: str
    breach: bool
    place: tuple[str, str, str]
    people: tuple[str, ...]
    message: str
    avoidable: bool | None = None

    def __str__(self) -> str:
        session, site, room = self.place
        names = (_t("第 %s 场"), _t("%s 考点"), _t("%s 考场"))
        where = " ".join(name % part for name, part in zip(names, (session, site, room), strict=True) if part)
        people = f"（{'、'.join(self.people[:6])}）" if self.people else ""
        cure = {None: "", True: _t("（可以避免）"), False: _t("（无法避免）")}[self.avoidable]
        return f"{where} {self.message}{people}{cure}".strip()


@dataclass(frozen=True)
class Certificate:
    """What was checked, by hash, and what came of it. Row order changes no hash."""

    checker: str
    staff: str
    rooms: str
    seating: str
    rota: str
    posts: int
    least: int
    most: int
    counts: Mapping[str, int]
    findings: tuple[Finding, ...] = field(repr=False)

    @property
    def breaches(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.breach)


class _Books:
    """The tables, made easy to ask."""

    def __init__(self, staff: Table, rooms: Table, seating: Table, sessions: int) -> None:
        self.sessions = [str(number) for number in range(1, sessions + 1)]
        self.school: dict[str, str] = {}
        self.man: dict[str, bool] = {}
        self.skilled: dict[str, bool] = {}
        self.missing: dict[str, set[str]] = {}
        for row in staff:
            person = row["id"].strip()
            self.school[person] = row["school"].strip()
            self.man[person] = row["sex"].strip().upper() in {"男", "M", "1"}
            self.skilled[person] = row["experienced"].strip().lower() in {"是", "有", "yes", "y", "true", "1"}
            self.missing[person] = set(_numbers(row.get("unavailable", "")))
        self.sitting: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.site_schools: dict[str, set[str]] = defaultdict(set)
        for row in seating:
            self.sitting[row["site"].strip(), row["room"].strip()].add(row["school"].strip())
            self.site_schools[row["site"].strip()].add(row["school"].strip())
        self.used: dict[tuple[str, str], set[str]] = {}
        for row in rooms:
            asked = set(_numbers(row.get("sessions", "")))
            self.used[row["site"].strip(), row["room"].strip()] = asked or set(self.sessions)
        self.open = {(session, site) for (site, _), used in self.used.items() for session in used}
        closed: dict[str, list[set[str]]] = defaultdict(list)
        for site, room in self.used:
            closed[site].append(self.sitting.get((site, room), set()))
        self.closed = {site: set.intersection(*schools) for site, schools in closed.items()}


def check(
    staff: Table,
    rooms: Table,
    rota: Table,
    *,
    sessions: int,
    seating: Table = (),
    own: str = "site",
    reserves: int = 0,
    chiefs: bool = False,
) -> Certificate:
    """Everything that is wrong with a rota. `seating`: `site`, `room`, `school`, a row for each candidate (or school).

    `own` is "site" where people keep from the sites of their own school's candidates, "room" where only from the rooms.
    """
    tables = [list(table) for table in (staff, rooms, seating, rota)]
    books = _Books(tables[0], tables[1], tables[2], sessions)
    found: list[Finding] = []
    posts: dict[tuple[str, str, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in tables[3]:
        key = (row["session"].strip(), row["site"].strip(), row["room"].strip())
        posts[key][row["role"].strip()].append(row["id"].strip())
    found += _shape(books, posts, reserves, chiefs)
    found += _people(books, posts, own)
    found += _pairs(books, posts)
    found += _again(posts)
    loads = _loads(books, posts)
    found += _fair(books, posts, loads, own)
    counts = Counter(one.kind for one in found)
    hashes = {name: _hash(table) for name, table in zip(("staff", "rooms", "seating", "rota"), tables, strict=True)}
    least, most = min(loads.values(), default=0), max(loads.values(), default=0)
    order = sorted(found, key=lambda one: (not one.breach, one.kind, one.place, one.people))
    return Certificate(
        checker=CHECKER,
        posts=len(tables[3]),
        least=least,
        most=most,
        counts=dict(sorted(counts.items())),
        findings=tuple(order),
        **hashes,
    )


Posts = Mapping[tuple[str, str, str], Mapping[str, list[str]]]


def _shape(books: _Books, posts: Posts, reserves: int, chiefs: bool) -> Iterable[Finding]:
    """Every room of every session has its two, each site its reserves and chief; nothing else is there."""
    for (site, room), used in books.used.items():
        for session in sorted(used, key=int):
            for role in ("a", "b"):
                holders = posts.get((session, site, room), {}).get(role, [])
                yield from _manned((session, site, room), "empty", holders, 1, True)
    for session, site in sorted(books.open):
        both = posts.get((session, site, ""), {})
        yield from _manned((session, site, ""), "no_reserve", both.get("reserve", []), reserves, False)
        yield from _manned((session, site, ""), "no_chief", both.get("chief", []), int(chiefs), False)
    for key, roles in posts.items():
        session, site, room = key
        asked = session in books.used.get((site, room), ()) if room else (session, site) in books.open
        for role in roles:
            if not asked or role not in (("a", "b") if room else ("reserve", "chief")):
                text = _t("这次考试没有这个岗位：%(role)s。") % {"role": role}
                yield Finding("unknown_post", True, key, tuple(filter(None, roles[role])), text)


def _manned(key: tuple[str, str, str], kind: str, holders: list[str], asked: int, breach: bool) -> Iterable[Finding]:
    there = [one for one in holders if one]
    if len(there) < asked:
        text = {
            "empty": _t("缺监考员：每个考场每场要两人。"),
            "no_reserve": _t("备用监考员不够。"),
            "no_chief": _t("没有主考。"),
        }[kind]
        yield from (Finding(kind, breach, key, tuple(there), text) for _ in range(asked - len(there)))
    if len(there) > max(asked, 1 if kind == "empty" else asked):
        yield Finding("too_many", True, key, tuple(there), _t("一个岗位上人多了。"))


def _people(books: _Books, posts: Posts, own: str) -> Iterable[Finding]:
    """Everybody is known, there, at one place at a time, and away from the candidates of their school."""
    at: dict[tuple[str, str], tuple[str, str, str]] = {}
    for key, roles in posts.items():
        session, site, room = key
        for person in (one for holders in roles.values() for one in holders if one):
            who = (person,)
            if person not in books.school:
                yield Finding("unknown_person", True, key, who, _t("不在监考员表里。"))
                continue
            if session in books.missing[person]:
                yield Finding("away", True, key, who, _t("这一场不能来。"))
            if (session, person) in at:
                yield Finding("two_places", True, key, who, _t("同一场有两个任务。"))
            at[session, person] = key
            school = books.school[person]
            if room and school in books.sitting.get((site, room), ()):
                yield Finding("own_room", True, key, who, _t("考场里有本校考生。"))
            elif school in (books.site_schools[site] if own == "site" else () if room else books.closed.get(site, ())):
                yield Finding("own_site", False, key, who, _t("考点里有本校考生。"))


def _pairs(books: _Books, posts: Posts) -> Iterable[Finding]:
    """What each two in a room are together, and whether the people whom the site had could have been matched better."""
    by_cell: dict[tuple[str, str], list[tuple[tuple[str, str, str], str, str]]] = defaultdict(list)
    for key, roles in posts.items():
        two = [one for role in ("a", "b") for one in roles.get(role, [])[:1] if one in books.school]
        if key[2] and len(two) == 2:
            by_cell[key[:2]].append((key, two[0], two[1]))
    for pairs in by_cell.values():
        people = [one for _, *two in pairs for one in two]
        men, skilled = sum(books.man[one] for one in people), sum(books.skilled[one] for one in people)
        bound = {
            "same_sex": abs(men - len(pairs)),
            "two_new": max(len(pairs) - skilled, 0),
            "two_experienced": max(skilled - len(pairs), 0),
        }
        found: dict[str, list[Finding]] = defaultdict(list)
        for key, one, other in pairs:
            if books.school[one] == books.school[other]:
                yield Finding("same_school", False, key, (one, other), _t("两人同校。"))
            if books.man[one] == books.man[other]:
                found["same_sex"].append(Finding("same_sex", False, key, (one, other), _t("两人同性别。")))
            if books.skilled[one] and books.skilled[other]:
                text = _t("两人都有经验。")
                found["two_experienced"].append(Finding("two_experienced", False, key, (one, other), text))
            if not books.skilled[one] and not books.skilled[other]:
                found["two_new"].append(Finding("two_new", False, key, (one, other), _t("两人都没有经验。")))
        for kind, ones in found.items():
            # More than these people make necessary could be matched otherwise. Whether others could come is not asked.
            yield from (
                Finding(one.kind, False, one.place, one.people, one.message, True if number >= bound[kind] else None)
                for number, one in enumerate(ones)
            )


def _again(posts: Posts) -> Iterable[Finding]:
    """No pair and no room twice for one person."""
    seen: set[tuple[str, str, str]] = set()
    met: set[frozenset[str]] = set()
    for key in sorted(posts, key=lambda key: (len(key[0]), key)):
        _, site, room = key
        if not room:
            continue
        people = [one for role in ("a", "b") for one in posts[key].get(role, []) if one]
        for person in people:
            if (person, site, room) in seen:
                yield Finding("room_again", False, key, (person,), _t("以前的场次进过这个考场。"))
            seen.add((person, site, room))
        if len(people) == 2:
            if frozenset(people) in met:
                yield Finding("pair_again", False, key, tuple(people), _t("以前的场次同过组。"))
            met.add(frozenset(people))


def _loads(books: _Books, posts: Posts) -> dict[str, int]:
    """Tasks of everybody but the chiefs."""
    chiefs = {one for roles in posts.values() for one in roles.get("chief", ())}
    loads = {person: 0 for person in books.school if person not in chiefs}
    for roles in posts.values():
        for role, holders in roles.items():
            for person in holders if role != "chief" else ():
                if person in loads:
                    loads[person] += 1
    return loads


def _fair(books: _Books, posts: Posts, loads: Mapping[str, int], own: str) -> Iterable[Finding]:
    """Loads that differ by more than one, and whether tasks could be handed down to those who have fewer.

    That every room suits whoever is handed a task at its site is sure only where people keep from whole sites.
    """
    most = max(loads.values(), default=0)
    if most - min(loads.values(), default=0) <= 1:
        return
    duties = _Duties(books, posts, loads, own)
    for person, load in sorted(loads.items()):
        if load <= most - 2:
            better = duties.could_rise(person)
            text = _t("只有 %(load)s 次任务，最多的有 %(most)s 次。") % {"load": load, "most": most}
            yield Finding("load", False, ("", "", ""), (person,), text, None if better and own == "room" else better)


class _Duties:
    """Who works where and when, and who could instead."""

    def __init__(self, books: _Books, posts: Posts, loads: Mapping[str, int], own: str) -> None:
        self.books, self.loads = books, loads
        self.busy: dict[str, set[str]] = defaultdict(set)
        self.at: dict[tuple[str, str], list[str]] = defaultdict(list)
        for (session, site, _), roles in posts.items():
            for role, holders in roles.items():
                for person in holders:
                    self.busy[person].add(session)
                    if person in loads and role != "chief":
                        self.at[session, site].append(person)
        shut = books.site_schools if own == "site" else books.closed
        self.barred = {
            school: {site for site in books.closed if school in shut.get(site, ())} for school in books.school.values()
        }

    def could_rise(self, person: str) -> bool:
        """Whether somebody with two more tasks could have one less if this person had one more, others changing too.

        Breadth first. Who is free goes to any session and site that they may; of those who are there one goes home, and
        could go elsewhere another time, or moves to another site of the same session.
        """
        waiting: deque[str | tuple[str, str]] = deque([person])
        known: set[str | tuple[str, str]] = {person}
        while waiting:
            for after in self._after(waiting.popleft()):
                if after in known:
                    continue
                if isinstance(after, str) and self.loads[after] >= self.loads[person] + 2:
                    return True
                known.add(after)
                waiting.append(after)
        return False

    def _after(self, one: str | tuple[str, str]) -> Iterable[str | tuple[str, str]]:
        if isinstance(one, str):
            never = self.busy[one] | self.books.missing[one]
            yield from (cell for cell in self.at if cell[0] not in never and self._may(one, cell[1]))
            return
        yield from self.at[one]
        others = [cell for cell in self.at if cell[0] == one[0] and cell != one]
        yield from (cell for cell in others if any(self._may(there, cell[1]) for there in self.at[one]))

    def _may(self, person: str, site: str) -> bool:
        return site not in self.barred[self.books.school[person]]


def _numbers(text: str) -> list[str]:
    """Sessions written 1;3;5-7, as text."""
    for sign in "；,，、":
        text = text.replace(sign, ";")
    for sign in "–—~":
        text = text.replace(sign, "-")
    found: list[str] = []
    for part in text.replace(" ", ";").split(";"):
        first, dash, last = part.partition("-")
        if first.isdecimal():
            found += [str(number) for number in range(int(first), int(last if dash else first) + 1)]
    return found


def _hash(table: list[Mapping[str, str]]) -> str:
    lines = sorted(json.dumps(dict(row), sort_keys=True, ensure_ascii=False) for row in table)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
