"""The benchmark of invigilators runs, and greed is no better than the draw."""

from __future__ import annotations

from bench import invigilators as bench

from shuyuan.exams.invigilation.drawing import draw


def test_it_tells_of_each_exam_the_draw_the_check_and_greed() -> None:
    lines = list(bench.run(bench.SMALL, 1))
    assert len(lines) == 3 * len(bench.SMALL)
    assert "drawn in" in lines[0]
    assert "0 breaches, loads 0–1" in lines[1] or "0 breaches, loads 1–2" in lines[1]
    assert "greed in" in lines[2]


def test_greed_leaves_faults_where_the_draw_leaves_none() -> None:
    exam = next(iter(bench.EXAMS.values()))()
    assert bench.checked(exam, draw(exam, 1).rota).findings == ()
    greedy = bench.checked(exam, bench.greedy(exam, 1)).counts
    assert greedy["same_sex"] + greedy["two_new"] + greedy["room_again"] > 0
