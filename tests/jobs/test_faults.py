"""Faults: processes killed with -9 in the middle of what they write leave everything or nothing, and lose no task."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.processes import Environment, begun, environment, kill, store

__all__ = ["environment", "store"]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
FILES, ROWS = 4, 200


def act(names: str, environment: Environment) -> str:
    """What acts say at their end; they have to end well."""
    process = begin(names, environment)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    return out.strip()


def begin(names: str, environment: Environment) -> subprocess.Popen[str]:
    return begun(environment, "-m", "tests.jobs.acts", *names.split())


def worker(environment: Environment) -> subprocess.Popen[str]:
    return begun(environment, "-m", "shuyuan.cli.main", "worker", "--batch")


def test_a_worker_killed_in_the_middle_of_an_import_loses_no_task_and_leaves_nothing_half_done(
    environment: Environment,
) -> None:
    act("hand_in", environment)
    kill(begin("worker_halted", environment), "half")
    assert act("look", environment) == f"{2 * ROWS} {2 * ROWS} running", "two workbooks stand, the third left nothing"
    assert worker(environment).wait(120) == 0
    assert act("look attempts", environment) == f"{FILES * ROWS} {FILES * ROWS} done | SUCCESSFUL 2"


def test_two_workers_never_take_one_task(environment: Environment) -> None:
    act("many", environment)
    assert [one.wait(120) for one in [worker(environment), worker(environment)]] == [0, 0]
    assert act("attempts look", environment) == "SUCCESSFUL 1 | 0 0 " + ",".join(["done"] * 30)


def test_a_bulk_accept_killed_at_its_end_has_accepted_nothing_and_can_be_done_again(environment: Environment) -> None:
    kill(begin("filed accept_halted", environment), "half")
    assert act("states look accept states look", environment) == (
        f"filed | {ROWS} {ROWS} | {ROWS} | accepted | {ROWS} {2 * ROWS}"
    )


def test_a_close_of_the_books_killed_at_its_end_has_closed_nothing_and_can_be_done_again(
    environment: Environment,
) -> None:
    kill(begin("close_halted", environment), "half")
    assert act("closed close look", environment) == "None 0 | 2012-12-31 1 | 0 0"
