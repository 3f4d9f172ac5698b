"""The draw: chiefs, then who works when and where, then pairs and rooms, then what can be mended."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from shuyuan.exams.invigilation.annealing import Annealing
from shuyuan.exams.invigilation.exam import ALGORITHM, Exam, Person, Post, Role, Rota
from shuyuan.exams.invigilation.faults import Fault, faults
from shuyuan.exams.invigilation.gathering import assigned, gather
from shuyuan.exams.invigilation.mending import Mending
from shuyuan.exams.invigilation.pairing import ordered, seat
from shuyuan.exams.invigilation.rules import Standing, stand_by


@dataclass(frozen=True)
class Drawn:
    """A rota and what a protocol says of it: the same exam, seed and algorithm give it again."""

    exam: Exam
    seed: int
    rota: Rota
    algorithm: str = ALGORITHM

    @cached_property
    def faults(self) -> tuple[Fault, ...]:
        return faults(self.exam, self.rota)


def draw(exam: Exam, seed: int) -> Drawn:
    """A rota by the rules in their order; where they cannot all be met, `faults` names what is left and why."""
    chance = random.Random(f"{ALGORITHM} {seed}")
    standing = Standing(exam)
    leading = _chiefs(exam, chance) if exam.chiefs else {}
    for session, site in exam.cells:
        if leading.get(site):
            standing.put(Post(session, site, "", Role.CHIEF), leading[site])
    chiefs = set(leading.values())
    staff = [one for one in exam.people if one.id not in chiefs]
    for cell, people in gather(exam, staff, chance).items():
        seat(standing, cell, people, chance)
    names = [one.id for one in staff]
    mending = Mending(standing, names, chance)
    mending.run()
    Annealing(standing, names, chance).run()
    mending.leave()
    _order(standing)
    return Drawn(exam, seed, standing.rota())


def _chiefs(exam: Exam, chance: random.Random) -> dict[str, str]:
    """One for each site: there in every session, of no school with candidates at the site, experienced if possible.

    As many of those who fit a site as there are sites are enough to choose from: the others can take no more than that.
    """
    staff = list(exam.people)
    chance.shuffle(staff)
    open_in = {site: {session for session, where in exam.cells if where == site} for site in exam.sites}
    fit = {
        site: [one for one in staff if not one.away & open_in[site] and one.school not in stand_by(exam, site)]
        for site in exam.sites
    }
    asked = {one.id: one for site in exam.sites for one in sorted(fit[site], key=_new)[: len(exam.sites)]}
    columns = list(asked.values())
    size = max(len(columns), len(exam.sites))
    costs = np.full((size, size), 2 * size, dtype=np.int64)
    for row, site in enumerate(exam.sites):
        able = {one.id for one in fit[site]}
        for column, one in enumerate(columns):
            if one.id in able:
                costs[row, column] = _new(one)
    costs[len(exam.sites) :] = 0
    chosen = {row: column for row, column in assigned(costs) if costs[row, column] < 2 * size}
    return {
        site: columns[chosen[row]].id for row, site in enumerate(exam.sites) if chosen.get(row, size) < len(columns)
    }


def _new(person: Person) -> bool:
    return not person.experienced


def _order(standing: Standing) -> None:
    """甲 is the experienced one, whoever came by exchange."""
    for post in [post for post in standing.held if post.role is Role.A]:
        partner = post._replace(role=Role.B)
        first, second = standing.held[post], standing.held[partner]
        if ordered(standing.exam, (first, second)) != (first, second):
            standing.take(post)
            standing.take(partner)
            for one, person in zip((post, partner), ordered(standing.exam, (first, second)), strict=True):
                if person:
                    standing.put(one, person)
