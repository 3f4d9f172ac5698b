"""Measuring: medians of repeated runs, and the lines that a benchmark gives back."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Size:
    """How much is measured: the goals of the issue, or just enough to see that every benchmark runs."""

    records: int = 1_000_000
    figures: int = 150
    numbers: int = 500
    rows: int = 5_000
    pupils: int = 42_000
    staff: int = 5_200
    schools: int = 300
    rules: int = 1_000
    repeats: int = 20
    people: tuple[int, ...] = (20, 50, 100, 200)
    writes: int = 25  # records that each of them files
    pause: float = 5.0  # seconds between two records of one person, on the average: somebody who types fast

    @property
    def few(self) -> int:
        """How often what takes longer is repeated."""
        return min(self.repeats, 7)


SMALL = Size(
    records=4_000, figures=60, numbers=20, rows=120, pupils=300, staff=120, schools=6, rules=40, repeats=1,
    people=(30,), writes=3, pause=0.5,
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One measurement. `beside` is the floor or peer of the same run; `goal` is in seconds, 0 where there is none.

    `seconds` are those on the wall, which count whatever else the machine does; `cpu` are those of our own processes.
    """

    benchmark: str
    what: str
    seconds: float
    goal: float = 0
    beside: str = ""
    beside_seconds: float = 0
    best: float = 0
    cpu: float = 0
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times what stands beside it."""
        return self.seconds / self.beside_seconds if self.beside_seconds else 0


@dataclass
class Results:
    """The lines of a run, told as they come."""

    store: str
    lines: list[Line] = field(default_factory=list)

    def add(self, benchmark: str, what: str, seconds: float, **more: Any) -> Line:
        line = Line(benchmark, what, seconds, **more)
        self.lines.append(line)
        print(told(line), flush=True)
        return line


def told(line: Line) -> str:
    goal = f"goal {line.goal:g} s {'met' if line.seconds <= line.goal else 'MISSED'}" if line.goal else ""
    beside = f"{line.ratio:.2f} x {line.beside} ({line.beside_seconds:.3f} s)" if line.beside else ""
    best = f"best {line.best:.3f}" if line.best else ""
    parts = [part for part in (best, goal, beside, line.note) if part]
    return f"{line.benchmark:<8} {line.what:<52} {line.seconds:8.3f} s  cpu {line.cpu:7.3f} s  {'; '.join(parts)}"


@dataclass(frozen=True)
class Took:
    """Median and best of repeated runs and the mean of their processor time, in seconds."""

    median: float
    best: float
    cpu: float


def repeated(act: Callable[[], object], times: int, *, warm: bool = True) -> Took:
    """The act run once to warm up, then `times` times; the garbage of one run is not collected in the next."""
    if warm:
        act()
    taken, busy = [], 0.0
    for _ in range(times):
        with clock() as elapsed:
            act()
        taken.append(elapsed())
        busy += elapsed.cpu
    return Took(median(taken), min(taken), busy / times)


class Clock:
    """Called, it tells the seconds since its block began; after its end, how long it took."""

    def __init__(self) -> None:
        gc.collect()
        self._began, self._ended = time.perf_counter(), 0.0
        self.cpu = -_busy()

    def __call__(self) -> float:
        return (self._ended or time.perf_counter()) - self._began

    def stop(self) -> None:
        self._ended = time.perf_counter()
        self.cpu += _busy()


@contextmanager
def clock() -> Iterator[Clock]:
    running = Clock()
    yield running
    running.stop()


def _busy() -> float:
    """Seconds of processor time of this process and of the PostgreSQL process that serves it, where that is here."""
    from django.db import connection

    seconds = time.process_time()
    if connection.vendor == "postgresql" and connection.connection is not None:
        facts = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
        if facts.exists() and (numbers := facts.read_text().rpartition(")")[2].split())[0]:
            seconds += (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
    return seconds
