"""Small exams with few people, where one good change at a time leads nowhere: annealing, over what is still at fault.

A change leaves loads as fair as they are, and what ranks above them: two people of a session change places, two people
of two sessions do, or somebody free with one task fewer comes. A worse rota is taken now and then, less and less; the
best one that was met is kept, so it is never worse than what was begun with.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable

from shuyuan.exams.invigilation.exam import Post, Role
from shuyuan.exams.invigilation.mending import fewest
from shuyuan.exams.invigilation.rules import PRICE, Rule, Standing

STEPS = 40_000
"""Changes tried. Enough for a dozen rooms; for hundreds of faults among hundreds of rooms no number would be."""

HEAT = {
    Rule.OWN_ROOM: 64,
    Rule.SAME_SCHOOL: 32,
    Rule.TWO_NEW: 16,
    Rule.SAME_SEX: 8,
    Rule.ROOM_AGAIN: 4,
    Rule.PAIR_AGAIN: 2,
    Rule.TWO_EXPERIENCED: 1,
}
"""How hard a fault is to accept on the way: the order of the rules, but near enough for one to be given for another."""

NEVER = 10**6
"""Of what ranks above these rules: a change is not worth one more of it."""

FIRST, LAST = 8.0, 0.2
RENEWED = 100
"""After so many changes, or one for each post, the list of what is at fault is made anew."""

SMALL = 500
"""Posts of an exam in which faults are looked at that the flow over the whole exam has left on purpose."""


class Annealing:
    def __init__(self, standing: Standing, people: Iterable[str], chance: random.Random) -> None:
        self.standing, self.chance = standing, chance
        self.people = sorted(people)
        self.posts: dict[int, list[Post]] = {}
        for post in standing.held:
            if post.role is not Role.CHIEF:
                self.posts.setdefault(post.session, []).append(post)
        self.all = [post for posts in self.posts.values() for post in posts]

    def run(self) -> None:
        """Stops when nothing is at fault, or after STEPS."""
        now = best = 0
        kept = self.standing.rota()
        renewed = max(RENEWED, len(self.all))
        for step in range(STEPS):
            if step % renewed == 0 and not (faulty := self._faulty()):
                break
            heat = FIRST * (LAST / FIRST) ** (step / STEPS)
            now += self._step(self.chance.choice(faulty if self.chance.random() < 0.7 else self.all), heat)
            if now < best:
                best, kept = now, self.standing.rota()
        for post in self.all:
            self.standing.take(post)
        for post in self.all:
            if kept[post]:
                self.standing.put(post, kept[post])

    def _faulty(self) -> list[Post]:
        """Posts whose place is at fault; in a large exam only where the people at hand could do better."""
        faults = {post: set(self.standing.faults_of(post)) for post in self.all}
        faulty = [post for post, rules in faults.items() if rules & HEAT.keys()]
        if len(self.all) <= SMALL:
            return faulty
        return [post for post in faulty if not fewest(self.standing, post, faults[post])]

    def _step(self, post: Post, heat: float) -> int:
        """One change, made or not: by how much the price rose."""
        person = self.standing.held[post]
        if not person:
            return 0
        way = self.chance.random()
        if way < 0.15:
            other = self.chance.choice(self.people)
            if self.standing.load[other] != self.standing.load[person] - 1 or not self._free(other, post.session):
                return 0
            return self._tried({post: other}, heat)
        there = self.chance.choice(self.posts[post.session] if way < 0.7 else self.all)
        other = self.standing.held[there]
        if not other or other == person or there == self.standing.beside[post]:
            return 0
        if there.session != post.session and not (
            self._free(other, post.session) and self._free(person, there.session)
        ):
            return 0
        return self._tried({post: other, there: person}, heat)

    def _free(self, person: str, session: int) -> bool:
        return (session, person) not in self.standing.at and session not in self.standing.exam.persons[person].away

    def _tried(self, change: dict[Post, str], heat: float) -> int:
        before = self._lift(change)
        mild, price = self._price(before)
        after = before | change
        self._lift(change)
        milder, dearer = self._price(after)
        worse = milder - mild
        if worse <= 0 or self.chance.random() < math.exp(-worse / heat):
            return dearer - price
        self._lift(change)
        self._price(before)
        return 0

    def _lift(self, posts: Iterable[Post]) -> dict[Post, str]:
        """The places of these posts are empty: who held them."""
        standing = self.standing
        places = dict.fromkeys(one for post in posts for one in (post, standing.beside[post]) if one)
        return {post: standing.take(post) for post in places}

    def _price(self, people: dict[Post, str]) -> tuple[float, int]:
        """Put these people into the empty places one after the other: what that costs, mildly and in full."""
        standing = self.standing
        mild, price = 0.0, 0
        for post, person in people.items():
            partner = standing.beside[post]
            if post.role is Role.B:
                continue  # came with its partner: a place is lifted whole
            second = people[partner] if partner else ""
            for rule in standing.faults(post, person, second):
                mild += HEAT.get(rule, NEVER)
                price += PRICE[rule]
            for one, holder in ((post, person), (partner, second)):
                if one and holder:
                    standing.put(one, holder)
        return mild, price
