"""Changes by hand, on the day or before: exchange two people, put somebody in, find who stands in for the absent.

What may never be is refused; everything else is done and told: the faults that came and those that went.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from shuyuan.exams.invigilation.exam import Exam, Post, Role, Rota
from shuyuan.exams.invigilation.faults import Fault, faults, where
from shuyuan.exams.invigilation.rules import Lifted, Rule, Standing
from shuyuan.proofread.words import say as _t


class Refused(ValueError):
    """A change that would put somebody where they can never be; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Change:
    """A rota after a change by hand, and what the change did to the faults."""

    rota: Rota
    came: tuple[Fault, ...]
    went: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody who could take a post, with everything that speaks against it (rules in their order) and for it."""

    person: str
    post: Post
    faults: tuple[Rule, ...]
    load: int
    """Tasks that the person has in the whole exam as it stands."""
    reserve: bool
    """Whether the person is reserve staff of this site in this session."""

    @property
    def reasons(self) -> tuple[str, ...]:
        told = [_t("本考点这一场的备用监考员") if self.reserve else _t("这一场没有任务")]
        told.append(_t("已有 %(load)s 次任务") % {"load": self.load})
        return (*told, *(rule.title for rule in self.faults))


def swap(exam: Exam, rota: Rota, one: Post, other: Post) -> Change:
    """The people of two posts change places; one of the posts may be empty, and they may be of two sessions."""
    first, second = rota[one], rota[other]
    if first == second:
        raise Refused(_t("两个岗位上是同一个人，换了也一样。"))
    after = {**rota, one: second, other: first}
    return _changed(exam, rota, after, (one, other))


def put(exam: Exam, rota: Rota, post: Post, person: str) -> Change:
    """Somebody takes a post in place of who held it. Reserve staff leave their reserve post for it."""
    if person not in exam.persons:
        raise Refused(_t("『%(id)s』不在监考员表里。") % {"id": person[:30]})
    after = {**rota, post: person}
    for other, holder in rota.items():
        if holder == person and other.session == post.session and other.role is Role.RESERVE:
            after[other] = ""
    return _changed(exam, rota, after, (post,))


def absent(
    exam: Exam,
    rota: Rota,
    person: str,
    sessions: Collection[int] | None = None,
    *,
    most: int = 5,
    reserves_only: bool = False,
) -> dict[Post, tuple[Proposal, ...]]:
    """Who can stand in at each post that somebody leaves (in these sessions, or all), the best first, at most `most`.

    Reserve staff of the site come before those who would have to be called, among those with equal faults; that two
    experienced people stand together is no reason to call somebody from home. With `reserves_only` nobody is called.
    """
    if person not in exam.persons:
        raise Refused(_t("『%(id)s』不在监考员表里。") % {"id": person[:30]})
    standing = Standing(exam, rota)
    leaving = [post for post, holder in rota.items() if holder == person and (not sessions or post.session in sessions)]
    for post in leaving:
        standing.take(post)
    found = {}
    for post in sorted(leaving):
        proposals = [one for other in exam.persons if other != person and (one := _proposal(standing, post, other))]
        found[post] = tuple(sorted((one for one in proposals if one.reserve or not reserves_only), key=_order)[:most])
    return found


def away(exam: Exam, person: str, sessions: Collection[int] | None = None) -> Exam:
    """The same exam, in which somebody cannot come in these sessions, or in none."""
    missing = frozenset(sessions or range(1, exam.sessions + 1))
    return replace(
        exam, people=tuple(replace(one, away=one.away | missing) if one.id == person else one for one in exam.people)
    )


def _proposal(standing: Standing, post: Post, person: str) -> Proposal | None:
    """None when the person can never hold the post."""
    held = standing.at.get((post.session, person))
    reserve = (
        held is not None and held.role is Role.RESERVE and held.site == post.site and post.role is not Role.RESERVE
    )
    if (held and not reserve) or post.session in standing.exam.persons[person].away:
        return None
    if post.role is Role.CHIEF and standing.load[person]:
        return None
    if reserve and held:
        standing.take(held)
    try:
        with Lifted(standing, post) as people:
            beside = people.get(post.partner, "") if post.partner else ""
            told = tuple(rule for rule in standing.faults(post, person, beside) if rule is not Rule.EMPTY)
    finally:
        if reserve and held:
            standing.put(held, person)
    if Rule.OWN_ROOM in told:
        return None
    return Proposal(person, post, tuple(sorted(told)), standing.load[person], reserve)


def _order(one: Proposal) -> tuple[object, ...]:
    counts = tuple(one.faults.count(rule) for rule in Rule if rule is not Rule.TWO_EXPERIENCED)
    return (counts, not one.reserve, len(one.faults), one.load, one.person)


def _changed(exam: Exam, before: Rota, after: Rota, posts: tuple[Post, ...]) -> Change:
    for post in posts:
        _may(exam, after, post)
    had, has = faults(exam, before), faults(exam, after)
    known, left = {_key(one) for one in had}, {_key(one) for one in has}
    came = tuple(one for one in has if _key(one) not in known)
    return Change(after, came, tuple(one for one in had if _key(one) not in left))


def _may(exam: Exam, rota: Rota, post: Post) -> None:
    person = rota[post]
    if not person:
        return
    facts = {"id": person, "where": where(post)}
    if post.session in exam.persons[person].away:
        raise Refused(_t("%(where)s：『%(id)s』这一场不能来。") % facts)
    for other, holder in rota.items():
        if holder == person and other.session == post.session and other != post:
            raise Refused(_t("%(where)s：『%(id)s』这一场已经有任务（%(other)s）。") % {**facts, "other": where(other)})
    if post.room and exam.persons[person].school in exam.places[post.place].schools:
        raise Refused(_t("%(where)s：考场里有『%(id)s』的本校考生。") % facts)


def _key(one: Fault) -> tuple[object, ...]:
    return one.rule, one.post.session if one.post else 0, one.post.place if one.post else None, frozenset(one.people)
