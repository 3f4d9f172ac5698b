"""The benchmark of proofreading runs, is repeatable, and its damage is damage."""

from __future__ import annotations

import random

import pytest
from bench import proofreading as bench

from shuyuan.proofread.proofreader import proofread


def test_it_prints_every_measure_and_the_same_ones_each_time() -> None:
    lines = [line for line in bench.run(90, 7) if not line.startswith("speed")]
    assert lines == [line for line in bench.run(90, 7) if not line.startswith("speed")]
    starts = {line.split(":")[0] for line in lines}
    assert {"digit", "unit", "list item", "stale year", "copied figure", "blind replacement", "rewriting"} <= starts
    assert {"lost mark", "percentage", "clean text", "coverage", "all"} <= starts


@pytest.mark.parametrize("damager", bench.DAMAGERS)
def test_damage_changes_the_text_at_its_place(damager: bench.Damager) -> None:
    text = bench.county(3)
    chance = random.Random(1)
    damage = next(damage for damage in (damager(text, chance) for _ in range(50)) if damage)
    assert damage.text != text
    assert damage.everywhere or text == damage.text[: damage.start] + damage.was + damage.text[damage.end :]


@pytest.mark.parametrize("number", range(60))
def test_the_reports_made_up_for_it_are_sound(number: int) -> None:
    assert proofread(bench.county(number)).findings == ()
