"""What is asked of a rota, in order of importance; what is at fault with a room, and what it costs.

Never broken: nobody stands where they cannot be (away, two tasks at once) or in a room with candidates of their own
school; a place stays empty instead. The rest is asked for in the order of `Rule`, an earlier one before any later.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from enum import IntEnum

from shuyuan.exams.invigilation.exam import Exam, Own, Person, Place, Post, Role, Rota
from shuyuan.proofread.words import say as _t


class Rule(IntEnum):
    """In order of importance; the number is the order."""

    OWN_ROOM = 0  # never in a rota that was drawn; a room passes through it while rooms are given out
    EMPTY = 1
    NO_RESERVE = 2  # nor chief
    OWN_SITE = 3
    LOAD = 4
    SAME_SCHOOL = 5
    TWO_NEW = 6
    SAME_SEX = 7
    ROOM_AGAIN = 8
    PAIR_AGAIN = 9
    TWO_EXPERIENCED = 10

    @property
    def title(self) -> str:
        return {
            Rule.OWN_ROOM: _t("考场里有本校考生"),
            Rule.EMPTY: _t("缺监考员"),
            Rule.NO_RESERVE: _t("缺备用监考员或主考"),
            Rule.OWN_SITE: _t("考点里有本校考生"),
            Rule.LOAD: _t("任务数相差超过 1"),
            Rule.SAME_SCHOOL: _t("两人同校"),
            Rule.TWO_NEW: _t("两人都没有经验"),
            Rule.SAME_SEX: _t("两人同性别"),
            Rule.ROOM_AGAIN: _t("再次进同一考场"),
            Rule.PAIR_AGAIN: _t("再次同组"),
            Rule.TWO_EXPERIENCED: _t("两人都有经验"),
        }[self]


PRICE = {rule: 10 ** (6 * (len(Rule) - 1 - rule)) for rule in Rule}
"""A million faults of one rule weigh one of the rule before it."""


class Standing:
    """Who holds which post, and what follows: loads, rooms seen, partners met. Changed post by post."""

    def __init__(self, exam: Exam, rota: Rota | None = None) -> None:
        self.exam = exam
        self.held: dict[Post, str] = dict.fromkeys(exam.posts(), "")
        self.beside: dict[Post, Post | None] = {post: post.partner for post in self.held}
        """The other post of the same place."""
        self.load: Counter[str] = Counter()
        self.seen: defaultdict[str, Counter[Place]] = defaultdict(Counter)
        self.met: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.at: dict[tuple[int, str], Post] = {}
        for post, person in (rota or {}).items():
            if person:
                self.put(post, person)

    def put(self, post: Post, person: str) -> None:
        """The person takes a post that is empty, in a session in which they have no other."""
        self.held[post] = person
        self.at[post.session, person] = post
        self._count(post, person, 1)

    def take(self, post: Post) -> str:
        """The post is empty from now on; who held it."""
        person = self.held[post]
        if person:
            self._count(post, person, -1)
            self.held[post] = ""
            del self.at[post.session, person]
        return person

    def _count(self, post: Post, person: str, by: int) -> None:
        if post.role is Role.CHIEF:
            return
        self.load[person] += by
        if post.room:
            self.seen[person][post.place] += by
            partner = self.beside[post]
            if other := self.held[partner] if partner else "":
                self.met[person][other] += by
                self.met[other][person] += by

    def faults(self, post: Post, first: str, second: str) -> Iterator[Rule]:
        """What would be at fault with the place of this post if these two held it and its partner, both empty now.

        For reserves and chiefs the second is nobody and counts for nothing.
        """
        for person in (first, second) if post.room else (first,):
            if person:
                yield from self._alone(post, self.exam.persons[person])
            else:
                yield Rule.EMPTY if post.room else Rule.NO_RESERVE
        if first and second:
            yield from self._together(self.exam.persons[first], self.exam.persons[second])

    def _alone(self, post: Post, person: Person) -> Iterator[Rule]:
        if post.room:
            if person.school in self.exam.places[post.place].schools:
                yield Rule.OWN_ROOM
            elif self.exam.own is Own.SITE and person.school in self.exam.schools_at[post.site]:
                yield Rule.OWN_SITE
            if self.seen[person.id][post.place]:
                yield Rule.ROOM_AGAIN
        elif person.school in stand_by(self.exam, post.site):
            yield Rule.OWN_SITE

    def _together(self, one: Person, other: Person) -> Iterator[Rule]:
        if one.school == other.school:
            yield Rule.SAME_SCHOOL
        if one.sex == other.sex:
            yield Rule.SAME_SEX
        if one.experienced == other.experienced:
            yield Rule.TWO_EXPERIENCED if one.experienced else Rule.TWO_NEW
        if self.met[one.id][other.id]:
            yield Rule.PAIR_AGAIN

    def price(self, post: Post, people: Mapping[Post, str]) -> int:
        """What the place of a post costs if these held it; it is empty now."""
        partner = self.beside[post]
        return sum(PRICE[rule] for rule in self.faults(post, people[post], people[partner] if partner else ""))

    def faults_of(self, post: Post) -> list[Rule]:
        """What is at fault now with the place that this post belongs to."""
        with Lifted(self, post) as people:
            partner = self.beside[post]
            return list(self.faults(post, people[post], people[partner] if partner else ""))

    def rota(self) -> dict[Post, str]:
        return dict(self.held)


class Lifted:
    """For the length of a block the places of these posts are empty; whoever held them comes back after it."""

    def __init__(self, standing: Standing, *posts: Post) -> None:
        self.standing = standing
        self.posts = dict.fromkeys(one for post in posts for one in (post, standing.beside[post]) if one)

    def __enter__(self) -> dict[Post, str]:
        self.people = {post: self.standing.take(post) for post in self.posts}
        return self.people

    def __exit__(self, *_: object) -> None:
        for post, person in self.people.items():
            if person:
                self.standing.put(post, person)


def stand_by(exam: Exam, site: str) -> frozenset[str]:
    """Schools whose people are no use as reserve or chief of a site: some, or all, of its rooms are closed to them."""
    return exam.schools_at[site] if exam.own is Own.SITE else exam.schools_everywhere[site]
