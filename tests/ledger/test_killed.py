"""A process that is killed in the middle of an import leaves everything or nothing, and a history that verifies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres

ROOT = Path(__file__).parents[2]
ROWS = 12_000  # three parts of five thousand
SCRIPT = """
import sys, time
import django
django.setup()
from datetime import date
from django.core.management import call_command
from django.contrib.auth.models import User
from shuyuan.core.history import acting, versioned_models
from shuyuan.core.proof import verify
from shuyuan.ledger import sheets
from shuyuan.ledger.ledger import ledger
from tests.county import HOME
from tests.ledger.suite import workbook
from tests.ledger.test_filled import bought

book = ledger("procurement")
task = sys.argv[1]
if task == "build":
    call_command("migrate", verbosity=0)
    from tests.county import build
    build()
elif task == "look":
    assert not [fault for model in versioned_models() for fault in verify(model)]
    print(book.objects().count(), book.model.versions.objects.count())
else:
    content = workbook(book, [bought(item=f"课桌{n}") for n in range(int(sys.argv[2]))])
    def told(done):
        print(done, flush=True)
        if task == "stop" and done >= 5000:
            time.sleep(60)
    with acting(User.objects.get(username="system"), "导入工作簿"):
        sheets.load(sheets.read(book, content), progress=told)
"""


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.skipif(postgres.binaries() is None, reason=postgres.INSTALL)),
    ]
)
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, str]]:
    """A data folder and a store of its own for processes that will be killed."""
    settings = {**os.environ, "SHUYUAN_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "shuyuan.site.settings"}
    settings |= {"PYTHONPATH": str(ROOT)}
    if request.param == "sqlite":
        settings["DATABASE_URL"] = f"sqlite:///{tmp_path / 'killed.sqlite3'}"
        yield settings
        return
    with postgres.server() as url:
        yield settings | {"DATABASE_URL": url}


def run(task: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SCRIPT, task, str(ROWS)]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def said(task: str, environment: dict[str, str]) -> str:
    process = run(task, environment)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    return out.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
def test_an_import_killed_half_way_leaves_nothing_and_can_be_done_again(environment: dict[str, str]) -> None:
    said("build", environment)
    process = run("stop", environment)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "5000", "half of it is written"
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    assert process.returncode == -signal.SIGKILL
    assert said("look", environment) == "0 0"
    said("all", environment)
    assert said("look", environment) == f"{ROWS} {ROWS}"
