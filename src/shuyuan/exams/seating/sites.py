"""Sites: which school sits where. Whole schools as far as they fit and do not dominate a site; the rest are split.

`quick` needs no distances and takes milliseconds. `by_distance` asks CP-SAT for the shortest ways; `evenly` gives every
school the same share of every site, which keeps schools apart best and is what dominated exams fall back to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from shuyuan.exams.seating.draw import Draw
from shuyuan.exams.seating.orders import order
from shuyuan.exams.seating.refusals import Refused
from shuyuan.exams.seating.rooms import Group, Room, natural
from shuyuan.proofread.words import say as _t

SHARE = 0.9  # of K seats a room, what one school may take of a site before it is split: room for uneven combinations
Amounts = dict[str, Counter[str]]  # for each site, how many of each school
Assigned = dict[str, dict[Group, list[str]]]  # for each site, who of each group


def quick(schools: Mapping[str, int], rooms: Sequence[Room], adjacency: int, draw: Draw) -> Amounts:
    """Schools from the greatest to the least, each to the site with most room left; one too large for it is split."""
    target = targets(sum(schools.values()), rooms)
    seats = _seats(rooms)
    limit = {site: free * target.get(site, 0) // seats[site] for site, free in _limits(rooms, adjacency).items()}
    left = dict(target)
    amounts: Amounts = {site: Counter() for site in target}
    for school in sorted(schools, key=lambda one: (-schools[one], draw.lot("site", one))):
        rest = schools[school]
        if rest > sum(limit.values()):  # it dominates every site: the same share of each is the least harm
            for site in left:
                if given := min(schools[school] * target[site] // sum(target.values()), left[site]):
                    amounts[site][school] += given
                    left[site] -= given
                    rest -= given
        for narrow in (True, False):  # what fits nowhere under the limit is placed without it
            for site in sorted(left, key=lambda one: -left[one]):
                free = min(left[site], limit[site] - amounts[site][school]) if narrow else left[site]
                if (placed := min(rest, max(0, free))) > 0:
                    amounts[site][school] += placed
                    left[site] -= placed
                    rest -= placed
    return amounts


def evenly(schools: Mapping[str, int], rooms: Sequence[Room], draw: Draw) -> Amounts:
    """Of every school the same share at every site, to the nearest person: a two-way table with both sums kept."""
    target = targets(sum(schools.values()), rooms)
    everybody = sum(target.values())
    amounts: Amounts = {site: Counter() for site in target}
    owed = dict.fromkeys(target, 0)  # in people × everybody: what rounding has kept from each site so far
    left = dict(target)
    for school in draw.shuffled(schools, "evenly"):
        rest = schools[school]
        for site in target:
            owed[site] += schools[school] * target[site]
            if given := min(max(owed[site], 0) // everybody, rest, left[site]):
                amounts[site][school] += given
                owed[site] -= given * everybody
                left[site] -= given
                rest -= given
        while rest:
            site = max((one for one in target if left[one]), key=lambda one: owed[one])
            amounts[site][school] += 1
            owed[site] -= everybody
            left[site] -= 1
            rest -= 1
    return amounts


def by_distance(
    schools: Mapping[str, int],
    rooms: Sequence[Room],
    adjacency: int,
    distances: Mapping[tuple[str, str], float],
    *,
    split: bool = True,
    work: float = 10.0,
) -> tuple[Amounts, bool]:
    """The least sum of distances, and whether it is proved least. A school at a further site costs as 30 people's way.

    Raises Refused for a distance that is missing, and without `split` when whole schools do not fit.
    """
    from ortools.sat.python import cp_model

    seats = _seats(rooms)
    if missing := [(school, site) for school in schools for site in seats if (school, site) not in distances]:
        told = _t("缺少『%(school)s』到考点『%(site)s』的距离（共缺 %(n)s 个）；请补全")
        raise Refused(told % {"school": missing[0][0], "site": missing[0][1], "n": len(missing)})
    limit = _limits(rooms, adjacency)
    model = cp_model.CpModel()
    far = max([*map(abs, distances.values()), 1])
    cost = []
    people: dict[tuple[str, str], cp_model.LinearExpr] = {}
    for school in sorted(schools, key=natural):
        used = {site: model.new_bool_var("") for site in seats}
        for site, here in used.items():
            most = min(schools[school], seats[site], max(limit[site], schools[school] // len(seats) + 1))
            if split:
                there = model.new_int_var(0, most, "")
                model.add(there <= most * here)
                people[school, site] = there
            else:
                people[school, site] = here * schools[school]
            cost.append(people[school, site] * round(1000 * distances[school, site] / far) + 30_000 * here)
        model.add(sum(people[school, site] for site in seats) == schools[school])
        if not split:
            model.add_exactly_one(used.values())
    for site, free in seats.items():
        model.add(sum(people[school, site] for school in schools) <= free)
    model.minimize(sum(cost))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise Refused(_t("各考点的座位装不下整所学校；请允许拆分学校，或者增加考场"))
    amounts: Amounts = {site: Counter() for site in seats}
    for (school, site), count in people.items():
        if number := solver.value(count):
            amounts[site][school] = number
    return amounts, status == cp_model.OPTIMAL


def assigned(amounts: Amounts, drawn: Mapping[Group, Sequence[str]], draw: Draw) -> Assigned:
    """Who goes where: of a school that is split, the first in drawn order to the first site, and so on."""
    people: dict[str, list[tuple[bytes, str, Group]]] = defaultdict(list)
    sites_of: dict[str, list[str]] = defaultdict(list)
    for site in sorted(amounts, key=natural):
        for school in amounts[site]:
            sites_of[school].append(site)
    result: Assigned = {site: defaultdict(list) for site in amounts}
    for group, ids in drawn.items():
        if len(sites_of[group[0]]) == 1:
            result[sites_of[group[0]][0]][group] = list(ids)
        else:
            people[group[0]] += [(draw.lot("split", one), one, group) for one in ids]
    for school, lots in people.items():
        lots.sort()
        begin = 0
        for site in sites_of[school]:
            end = begin + amounts[site][school]
            for _, one, group in lots[begin:end]:
                result[site][group].append(one)
            begin = end
    return result


def targets(people: int, rooms: Sequence[Room]) -> dict[str, int]:
    """How many each site takes: the fewest sites that hold everybody, each filled to the same share."""
    seats = _seats(rooms)
    ranked = sorted(seats, key=lambda site: (-seats[site], natural(site)))
    used: list[str] = []
    while ranked and sum(seats[site] for site in used) < people:
        used.append(ranked.pop(0))
    used.sort(key=natural)
    whole = sum(seats[site] for site in used)
    target = {site: people * seats[site] // whole for site in used}
    for site in sorted(used, key=lambda one: (target[one] - seats[one], natural(one))):
        if sum(target.values()) == people:
            break
        target[site] += min(people - sum(target.values()), 1)
    return {site: count for site, count in target.items() if count}


def _seats(rooms: Sequence[Room]) -> dict[str, int]:
    seats: Counter[str] = Counter()
    for room in rooms:
        seats[room.site] += len(room)
    return dict(sorted(seats.items(), key=lambda one: natural(one[0])))


def _limits(rooms: Sequence[Room], adjacency: int) -> dict[str, int]:
    """What one school may have at each site: a share of what its rooms keep apart for certain."""
    limits: Counter[str] = Counter()
    for room in rooms:
        limits[room.site] += order(room.layout, adjacency).k
    return {site: int(SHARE * count) for site, count in limits.items()}
