"""Exam results of the example: sums by school and subject for three years, made so that the county's means come out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import NamedTuple

from example import city
from example.rows import Rows, row
from example.shares import shares
from shuyuan.core.codes import Stage
from shuyuan.scores.exam_result import ExamResult

Exam, Subject = ExamResult.Exam, ExamResult.Subject
CHINESE, MATHEMATICS, ENGLISH = Subject.CHINESE, Subject.MATHEMATICS, Subject.ENGLISH
PRIMARY = {CHINESE: 100, MATHEMATICS: 100, ENGLISH: 100}
JUNIOR = {
    CHINESE: 120, MATHEMATICS: 120, ENGLISH: 120, Subject.PHYSICS: 100, Subject.CHEMISTRY: 80,
    Subject.HUMANITIES: 100, Subject.SPORTS: 40,
}  # fmt: skip
SENIOR = {CHINESE: 160, MATHEMATICS: 160, ENGLISH: 120}
HIGH_LINE = 600


class County(NamedTuple):
    """What the county as a whole reached in one exam: `apart` is how far the schools' means lie from its mean."""

    sat: int
    mean: float
    apart: float
    deviation: float
    high: int = 0


PRIMARY_EXAMS = {  # six years, so a sixth of the pupils; of 300
    2010: County(2260, 243.5, 11.0, 31), 2011: County(2240, 244.0, 9.5, 30), 2012: County(2250, 246.0, 7.0, 29),
}  # fmt: skip
JUNIOR_EXAMS = {  # of 680; 21% of 3000 stood at 600 or above in 2011, 24% of 2950 in 2012
    2010: County(3000, 532.4, 24.0, 86, 600), 2011: County(3000, 534.5, 22.0, 85, 630),
    2012: County(2950, 537.5, 16.0, 84, 708),
}  # fmt: skip
SENIOR_EXAMS: Mapping[int, Mapping[str, tuple[int, int]]] = {  # sat, at or above the undergraduate line
    2010: {"省华中": (900, 738), "市一中": (850, 306), "市四中": (430, 88), "金沙高中": (370, 72)},
    2011: {"省华中": (900, 747), "市一中": (850, 323), "市四中": (450, 98), "金沙高中": (400, 80)},
    2012: {"省华中": (940, 846), "市一中": (860, 473), "市四中": (460, 131), "金沙高中": (440, 116)},
}
SENIOR_MEANS = {"省华中": 342.0, "市一中": 305.0, "市四中": 252.0, "金沙高中": 247.0}


def rows() -> Rows:
    random = Random("scores")
    places = {stage: _places(stage, random) for stage in (Stage.PRIMARY, Stage.JUNIOR)}
    for year in PRIMARY_EXAMS:
        yield from _county(Exam.PRIMARY, year, date(year, 6, 18), PRIMARY, PRIMARY_EXAMS[year], places[Stage.PRIMARY])
        yield from _county(Exam.JUNIOR, year, date(year, 6, 16), JUNIOR, JUNIOR_EXAMS[year], places[Stage.JUNIOR])
        yield from _senior(year)


def _places(stage: Stage, random: Random) -> dict[str, float]:
    """Where a school stands among the others, from -1 to 1, every year alike."""
    return {school.name: random.uniform(-1, 1) for school in city.with_stage(stage)}


def _county(
    exam: ExamResult.Exam, year: int, day: date, full: Mapping[ExamResult.Subject, int], county: County,
    places: Mapping[str, float],
) -> Rows:  # fmt: skip
    """Candidates by the schools' size, points by size and place: the sums are the county's exactly."""
    stage = Stage.PRIMARY if exam == Exam.PRIMARY else Stage.JUNIOR
    sat = shares(county.sat, [city.school(name).pupils[stage] for name in places])
    means = [county.mean + county.apart * place for place in places.values()]
    totals = shares(round(county.mean * county.sat), [mean * n for mean, n in zip(means, sat, strict=True)])
    above = [
        n * math.exp(3 * place * county.apart / county.deviation) for n, place in zip(sat, places.values(), strict=True)
    ]
    high = shares(county.high, above) if county.high else [None] * len(sat)
    for name, n, total, top in zip(places, sat, totals, high, strict=True):
        line = {"high_line": HIGH_LINE, "high": top} if top is not None else {}
        yield from _school(exam, year, day, name, full, n, total, county.deviation, line)


def _senior(year: int) -> Rows:
    for name, (sat, reached) in SENIOR_EXAMS[year].items():
        total = round((SENIOR_MEANS[name] + (year - 2010) * 2) * sat)
        yield from _school(
            Exam.SENIOR, year, date(year, 6, 7), name, SENIOR, sat, total, 38, {"undergraduate": reached}
        )


def _school(
    exam: ExamResult.Exam, year: int, day: date, name: str, full: Mapping[ExamResult.Subject, int], sat: int,
    total: int, deviation: float, lines: Mapping[str, int],
) -> Rows:  # fmt: skip
    """The total and each subject; the subjects' sums make the total's, and a subject's deviation follows its marks."""
    marks = sum(full.values())
    parts: Sequence[int] = shares(total, list(full.values()))
    shared = {"exam": exam, "session": f"{year}年{exam.label}", "entered": sat + 1 + sat // 90, "sat": sat}
    for subject, of, points in ((Subject.TOTAL, marks, total), *zip(full, full.values(), parts, strict=True)):
        squares = round(points * points / sat + sat * (deviation * of / marks) ** 2)
        only_total = lines if subject == Subject.TOTAL else {}
        yield row(
            "exam_result", name, day, **shared, subject=subject, full=of, total=points, squares=squares, **only_total
        )
