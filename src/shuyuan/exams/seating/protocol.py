"""Protocol: what a draw leaves behind, so that anybody can see what was drawn from what, and draw it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from shuyuan.exams.seating.orders import order
from shuyuan.exams.seating.plan import Plan
from shuyuan.exams.seating.rooms import Candidate, Room, Seated
from shuyuan.exams.seating.supplement import Supplement

FORMAT = 1


def protocol(plan: Plan, candidates: Sequence[Candidate], rooms: Sequence[Room]) -> dict[str, Any]:
    """Plain values for a JSON file. No clock in it: the same draw leaves the same protocol."""
    layouts = sorted({room.layout for room in rooms}, key=lambda one: one.text)
    return {
        "format": FORMAT,
        "algorithm": plan.algorithm,
        "ortools": version("ortools"),
        "seed": plan.seed,
        "adjacency": plan.adjacency,
        "mix": plan.mix,
        "way": plan.way,
        "candidates": {"count": len(candidates), "sha256": digest(candidates)},
        "rooms": {
            "count": len(rooms),
            "seats": sum(map(len, rooms)),
            "used": len({(one.site, one.room) for one in plan.seated}),
            "sha256": digest((room.site, room.name, room.layout.text) for room in rooms),
            "k": {layout.text: order(layout, plan.adjacency).k for layout in layouts},
        },
        "plan": {"sha256": digest(plan.seated)},
        "schools_at_several_sites": plan.split,
        "mixed_rooms": dict(plan.mixed),
        "mixed_to_keep_apart": plan.widened,
        "neighbours": {
            "pairs": plan.pairs,
            "bound": plan.least,
            "proved_fewest": plan.pairs <= plan.least,
            "left": [asdict(one) for one in plan.conflicts],
        },
    }


def digest(rows: Iterable[Sequence[object]] | Iterable[Candidate] | Iterable[Seated]) -> str:
    """SHA-256 of the rows as text, sorted, cells apart by U+001F, a line feed after each. Row order plays no part."""
    lines = sorted("\x1f".join(map(str, row)) for row in rows)
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def beside(plan_file: Path) -> Path:
    """Where the protocol of a plan lies: PLAN.csv has PLAN.protocol.json."""
    return plan_file.with_name(f"{plan_file.stem}.protocol.json")


def supplemented(
    more: Supplement, made: Plan, before: Sequence[Seated], candidates: Sequence[Candidate], rooms: Sequence[Room]
) -> dict[str, Any]:
    """The protocol of a supplementary draw: the plan it was added to by its hash, and who was added."""
    facts = protocol(made, candidates, rooms)
    facts["neighbours"] |= {"bound": None, "proved_fewest": not more.conflicts}
    return facts | {
        "onto": {"count": len(before), "sha256": digest(before)},
        "added": [one._asdict() for one in more.added],
        "mixed_to_keep_apart": more.newly_mixed,
    }
