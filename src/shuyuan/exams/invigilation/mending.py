"""What the assignments could not see, mended by hand as an officer would: exchange two people, or call somebody free.

The assignments look at one session and site at a time. Where a place is left with a fault, every exchange within the
session and everybody free who has fewer tasks is tried, and the best taken, until nothing gets better.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from shuyuan.exams.invigilation.exam import Post, Role, Sex
from shuyuan.exams.invigilation.rules import Lifted, Rule, Standing

TRIES = 100_000
"""Changes tried in one rota; a rota with so many faults has them for want of people, which exchanges do not bring."""

BY_KIND = frozenset({Rule.TWO_NEW, Rule.SAME_SEX, Rule.TWO_EXPERIENCED})


class Move(NamedTuple):
    """What could be done for a post, and the gain: its holder changes places with another's, or somebody is called."""

    post: Post
    gain: int = 0
    person: str = ""
    other: Post | None = None


class Mending:
    def __init__(self, standing: Standing, people: Iterable[str], chance: random.Random) -> None:
        """`people` are those who may be called: the chiefs are not."""
        self.standing = standing
        self.people = sorted(people)
        self.chance = chance
        self.tries = TRIES
        self.posts: defaultdict[int, list[Post]] = defaultdict(list)
        for post in standing.held:
            if post.role is not Role.CHIEF:
                self.posts[post.session].append(post)

    def run(self) -> None:
        posts = [post for posts in self.posts.values() for post in posts if post.role is not Role.B]
        better = True
        while better and self.tries > 0:
            better = False
            for post in posts:
                faults = set(self.standing.faults_of(post))
                if faults and self.tries > 0 and self._mended(post, faults):
                    better = True

    def leave(self) -> None:
        """Who still stands in a room with candidates of their school leaves it; the post is offered to all others."""
        exam = self.standing.exam
        for post, person in list(self.standing.held.items()):
            if person and post.room and exam.persons[person].school in exam.places[post.place].schools:
                self.standing.take(post)
                self.tries += len(self.people)
                self._mended(post, {Rule.EMPTY})

    def _mended(self, post: Post, faults: set[Rule]) -> bool:
        changes = [self._called(one) for one in (post, self.standing.beside[post]) if one]
        if not fewest(self.standing, post, faults):
            changes += [self._exchanged(one) for one in (post, self.standing.beside[post]) if one]
        best = max(changes, key=lambda move: move.gain)
        if best.gain <= 0:
            return False
        leaving = self.standing.take(best.post)
        person = self.standing.take(best.other) if best.other else best.person
        self.standing.put(best.post, person)
        if best.other:
            self.standing.put(best.other, leaving)
        return True

    def _called(self, post: Post) -> Move:
        """Somebody free in the place of who holds the post, or of nobody: the gain, and whom."""
        before = self.standing.held[post]
        most = self.standing.load[before] if before else self.standing.exam.sessions + 1
        best = Move(post)
        free = self._free(post.session, most)
        with Lifted(self.standing, post) as people:
            now = self.standing.price(post, people)
            for person in free:
                self.tries -= 1
                gain = now - self.standing.price(post, people | {post: person})
                if gain > best.gain:
                    best = Move(post, gain, person=person)
                if gain >= now:
                    break
        return best

    def _free(self, session: int, most: int) -> list[str]:
        """Who may come, has nothing to do, and has fewer tasks than `most`; those with fewest first."""
        exam, standing = self.standing.exam, self.standing
        free = [
            one
            for one in self.people
            if standing.load[one] < most and (session, one) not in standing.at and session not in exam.persons[one].away
        ]
        self.chance.shuffle(free)
        return sorted(free, key=standing.load.__getitem__)

    def _exchanged(self, post: Post) -> Move:
        """The best of all others of the session to change places with: the gain, and whose post."""
        standing = self.standing
        best = Move(post)
        others = [one for one in self.posts[post.session] if standing.held[one] and one.place != post.place]
        if not standing.held[post]:
            return best
        self.chance.shuffle(others)
        for other in others:
            self.tries -= 1
            with Lifted(standing, post, other) as people:
                turned = people | {post: people[other], other: people[post]}
                mine = standing.price(post, people)
                gain = mine + standing.price(other, people)
                gain -= standing.price(post, turned) + standing.price(other, turned)
            if gain > best.gain:
                best = Move(post, gain, other=other)
            if gain >= mine:  # nothing is left at fault here, and nothing more there
                break
        return best


def fewest(standing: Standing, post: Post, faults: set[Rule]) -> bool:
    """Whether exchanges cannot help: the faults are those of the people whom the site has in that session."""
    if not faults <= BY_KIND:
        return False
    exam, held = standing.exam, standing.held
    pairs = []
    for room in exam.rooms_of(post.session, post.site):
        two = [held[Post(post.session, post.site, room.number, role)] for role in (Role.A, Role.B)]
        if not all(two):
            return False
        pairs.append([exam.persons[one] for one in two])
    experienced = sum(one.experienced for two in pairs for one in two)
    men = sum(one.sex is Sex.MALE for two in pairs for one in two)
    mixed = sum(one.sex != other.sex for one, other in pairs)
    taught = sum(one.experienced != other.experienced for one, other in pairs)
    return mixed == min(men, 2 * len(pairs) - men) and taught == min(experienced, 2 * len(pairs) - experienced)
