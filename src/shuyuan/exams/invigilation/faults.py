"""What is at fault with a rota, each with its place, its people and why nobody could mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from shuyuan.exams.invigilation.exam import Exam, Own, Post, Role, Rota
from shuyuan.exams.invigilation.rules import Lifted, Rule, Standing, stand_by
from shuyuan.proofread.words import say as _t

NAMED = 5
"""How many people a sentence names before it says how many more there are."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule that is not met. A fault of the whole rota (its loads) has no post."""

    rule: Rule
    post: Post | None
    people: tuple[str, ...]
    why: str

    def __str__(self) -> str:
        people = f"（{'、'.join(self.people)}）" if self.people else ""
        return f"{where(self.post)} {self.rule.title}{people}：{self.why}".lstrip()


def where(post: Post | None) -> str:
    """The place of a post in words; nothing for the whole rota."""
    if post is None:
        return ""
    role = {
        Role.A: _t("监考员甲"),
        Role.B: _t("监考员乙"),
        Role.RESERVE: _t("备用监考员"),
        Role.CHIEF: _t("主考"),
    }[post.role]
    facts = {"session": post.session, "site": post.site, "room": post.room, "role": role}
    if post.room:
        return _t("第 %(session)s 场 %(site)s 考点 %(room)s 考场 %(role)s") % facts
    return _t("第 %(session)s 场 %(site)s 考点 %(role)s") % facts


def faults(exam: Exam, rota: Rota) -> tuple[Fault, ...]:
    """All of them, the most important first."""
    standing = Standing(exam, rota)
    chiefs = {person for post, person in rota.items() if post.role is Role.CHIEF}
    free = {
        session: [one.id for one in exam.people if (session, one.id) not in standing.at and one.id not in chiefs]
        for session in range(1, exam.sessions + 1)
    }
    found = list(_loads(standing, chiefs))
    before = Standing(exam)  # the sessions so far: of two visits to a room the second is at fault
    for post in sorted(one for one in standing.held if one.role is not Role.B):
        partner = standing.beside[post]
        two = standing.held[post], standing.held[partner] if partner else ""
        found += _named(standing, post, list(before.faults(post, *two)), free[post.session])
        for one, person in zip((post, partner), two, strict=True):
            if one and person:
                before.put(one, person)
    return tuple(sorted(found, key=lambda one: (one.rule, one.post or ())))


def _named(standing: Standing, post: Post, rules: Iterable[Rule], free: list[str]) -> Iterable[Fault]:
    held = tuple(filter(None, (standing.held[post], standing.held[post.partner] if post.partner else "")))
    for rule in rules:
        empty = rule in (Rule.EMPTY, Rule.NO_RESERVE)
        at = post if not empty or not standing.held[post] or not post.partner else post.partner
        yield Fault(rule, at, () if empty else held, _why(standing, at, rule, free))


def _why(standing: Standing, post: Post, rule: Rule, free: list[str]) -> str:
    """What keeps each of those who are free in this session from mending it, the first of the reasons that hold."""
    if post.role is Role.CHIEF:
        return _t("没有一个人各场都能来，又没有本校考生在这个考点。")
    reasons: Counter[str] = Counter()
    exam = standing.exam
    posts = [post] if rule in (Rule.EMPTY, Rule.NO_RESERVE) or not post.partner else [post, post.partner]
    with Lifted(standing, post) as people:
        now = standing.price(post, people)
        most = max((standing.load[people[one]] + 1 for one in posts if people[one]), default=exam.sessions + 1)
        for person in free:
            one = exam.persons[person]
            barred = exam.places[post.place].schools if post.room else stand_by(exam, post.site)
            if exam.own is Own.SITE:
                barred = exam.schools_at[post.site]
            if post.session in one.away:
                reasons[_t("%(people)s 人不能来")] += 1
            elif one.school in barred:
                reasons[_t("%(people)s 人有本校考生在此")] += 1
            elif standing.load[person] >= most:
                reasons[_t("%(people)s 人再来一次，任务就不均了")] += 1
            elif all(standing.price(post, people | {mine: person}) >= now for mine in posts):
                reasons[_t("%(people)s 人来了会有同样要紧的问题")] += 1
            else:
                reasons[_t("%(people)s 人可以换上")] += 1
    told = "，".join(text % {"people": size} for text, size in reasons.items()) or _t("没有别人")
    return _t("这一场没有任务的 %(free)s 人里，%(told)s。") % {"free": len(free), "told": told}


def _loads(standing: Standing, chiefs: set[str]) -> Iterable[Fault]:
    loads = {one.id: standing.load[one.id] for one in standing.exam.people if one.id not in chiefs}
    least, most = min(loads.values(), default=0), max(loads.values(), default=0)
    if most - least <= 1:
        return
    few = tuple(person for person, load in loads.items() if load <= most - 2)
    can = [standing.exam.sessions - len(standing.exam.persons[person].away) for person in few]
    short = sum(sessions <= loads[person] for sessions, person in zip(can, few, strict=True))
    facts = {"most": most, "least": least, "people": len(few), "short": short, "rest": len(few) - short}
    yield Fault(
        Rule.LOAD,
        None,
        (*few[:NAMED], "…") if len(few) > NAMED else few,
        _t(
            "最多 %(most)s 次，最少 %(least)s 次；比最多的少 2 次以上的有 %(people)s 人，"
            "其中 %(short)s 人能来的场次都来了，%(rest)s 人受本校回避限制，能去的考点轮不到。"
        )
        % facts,
    )
