"""The benchmark of seating runs, and every plan in it is checked."""

from __future__ import annotations

from bench import seating as bench
from hypothesis import given, settings

from shuyuan.exams.seating import files
from shuyuan.exams.seating.checking.checker import check
from shuyuan.exams.seating.instances import INSTANCES
from tests.exams.seating.present import Exam, as_files, exams


def test_an_instance_is_measured_beside_both_baselines() -> None:
    row = bench.measured(INSTANCES["small"], seconds=20)
    assert (row["pairs"], row["proof"], row["monolith"]) == (0, "accepted", "0")
    assert int(str(row["greedy_pairs"])) > 0


@given(exams())
@settings(max_examples=25, deadline=None)
def test_the_greedy_baseline_seats_everybody_once(exam: Exam) -> None:
    candidates, rooms = exam
    found = check(
        files.written(bench.greedy(candidates, rooms, 8, "yes")), *as_files(candidates, rooms), adjacency=8, mix="yes"
    )
    assert {breach.kind for breach in found.breaches} <= {"neighbours"}


def test_the_published_tables_are_of_the_twelve_instances() -> None:
    for name in ("instances.csv", "results.csv"):
        lines = (bench.FOLDER / name).read_text(encoding="utf-8").splitlines()
        assert [line.split(",")[0] for line in lines[1:]] == [*INSTANCES]
    assert (bench.FOLDER / "instances.csv").read_bytes() == bench._told(INSTANCES.values())
