"""The benchmarks run at all; how fast is for `make bench` to say, on a machine that does nothing else."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Its own data folder, and SQLite whatever the tests run on."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    return kept | {"SHUYUAN_DATA": str(tmp_path), "PYTHONUTF8": "1"}


def bench(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "bench", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


def test_every_benchmark_runs_on_a_small_county(environment: dict[str, str], tmp_path: Path) -> None:
    written = tmp_path / "results.json"
    done = bench(environment, "--small", "--results", str(written))
    assert done.returncode == 0, done.stdout + done.stderr
    lines = json.loads(written.read_text(encoding="utf-8"))["SQLite"]["lines"]
    run = {"register", "workbook", "binding", "returning", "report", "past", "pages", "checks", "load"}
    assert {line["benchmark"] for line in lines} == run
    alone = ("clerk", "first byte", "people filing")  # an absolute goal, for which nothing comparable is on the machine
    without = [line["what"] for line in lines if line["goal"] and not line["beside"]]
    assert [what for what in without if not any(word in what for word in alone)] == []


def test_a_benchmark_that_is_not_there_is_told_with_those_that_are(environment: dict[str, str]) -> None:
    done = bench(environment, "--only", "rport")
    assert done.returncode == 2
    assert "rport" in done.stderr and "report" in done.stderr
