"""Exams made up from a seed: schools that each sit at one site, staff of every kind."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from shuyuan.exams.invigilation.exam import Exam, Own, Person, Post, Role, Room, Rota, Sex

Rows = list[dict[str, str]]


def exam(
    *,
    rooms: int = 24,
    sites: int = 2,
    schools: int = 12,
    people: int = 120,
    sessions: int = 4,
    men: float = 0.5,
    experienced: float = 0.5,
    away: float = 0.0,
    seed: int = 1,
    own: Own = Own.SITE,
    reserves: int = 0,
    chiefs: bool = False,
) -> Exam:
    chance = random.Random(seed)
    names = [f"校{number}" for number in range(schools)]
    found = []
    for number in range(rooms):
        here = names[number % sites :: sites]
        sitting = frozenset(chance.sample(here, min(len(here), 3)))
        found.append(Room(f"{number % sites + 1:02d}", f"{number // sites + 1:03d}", every(sessions), sitting))
    staff = [
        Person(
            f"t{number:05d}",
            names[number % schools],
            Sex.MALE if chance.random() < men else Sex.FEMALE,
            chance.random() < experienced,
            frozenset(session for session in every(sessions) if chance.random() < away),
        )
        for number in range(people)
    ]
    return Exam(tuple(staff), tuple(found), sessions, own, reserves, chiefs)


def every(sessions: int) -> frozenset[int]:
    return frozenset(range(1, sessions + 1))


@st.composite
def exams(draw: st.DrawFn) -> Exam:
    """Small ones, mostly with too few people of some kind."""
    sites = draw(st.integers(1, 3))
    return exam(
        rooms=sites * draw(st.integers(1, 3)),
        sites=sites,
        schools=draw(st.integers(1, 8)),
        people=draw(st.integers(1, 24)),
        sessions=draw(st.integers(1, 4)),
        men=draw(st.sampled_from([0.0, 0.3, 0.5, 1.0])),
        experienced=draw(st.sampled_from([0.0, 0.3, 0.5, 1.0])),
        away=draw(st.sampled_from([0.0, 0.3])),
        seed=draw(st.integers(0, 10**6)),
        own=draw(st.sampled_from(Own)),
        reserves=draw(st.integers(0, 2)),
        chiefs=draw(st.booleans()),
    )


def rows(exam: Exam, rota: Rota) -> tuple[Rows, Rows, Rows, Rows]:
    """Staff, rooms, rota and seating as the checker reads them."""
    staff = [
        {
            "id": one.id,
            "school": one.school,
            "sex": one.sex.value,
            "experienced": "yes" if one.experienced else "no",
            "unavailable": ";".join(map(str, sorted(one.away))),
        }
        for one in exam.people
    ]
    rooms = [
        {"site": one.site, "room": one.number, "sessions": ";".join(map(str, sorted(one.sessions)))}
        for one in exam.rooms
    ]
    held = [
        {"session": str(post.session), "site": post.site, "room": post.room, "role": post.role.value, "id": person}
        for post, person in rota.items()
    ]
    seating = [
        {"site": one.site, "room": one.number, "school": school} for one in exam.rooms for school in sorted(one.schools)
    ]
    return staff, rooms, held, seating


def post(session: int, site: str, room: str, role: Role = Role.A) -> Post:
    return Post(session, site, room, role)
