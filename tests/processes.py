"""Processes of their own on a store of their own, for tests that kill them."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from tests import postgres

ROOT = Path(__file__).parents[1]
Environment = dict[str, str]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """A store with the small county in it, of the kind that the tests run on, made once for all of them."""
    folder = tmp_path_factory.mktemp("store")
    settings = {**os.environ, "DJANGO_SETTINGS_MODULE": "shuyuan.site.settings", "PYTHONPATH": str(ROOT)}
    with ExitStack() as stack:
        server = os.environ.get("DATABASE_URL")
        url = stack.enter_context(postgres.server()) if server else f"sqlite:///{folder / 'store.sqlite3'}"
        made = settings | {"SHUYUAN_DATA": str(folder), "DATABASE_URL": url}
        assert begun(made, "-m", "tests.jobs.acts", "build").wait(300) == 0
        yield made


@pytest.fixture
def environment(store: Environment, tmp_path: Path) -> Environment:
    """A copy of that store for processes that will be killed."""
    url = store["DATABASE_URL"]
    shutil.copytree(store["SHUYUAN_DATA"], tmp_path, dirs_exist_ok=True)
    if url.startswith("sqlite"):
        return store | {"SHUYUAN_DATA": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'store.sqlite3'}"}
    name = f"copy_{secrets.token_hex(4)}"
    with psycopg.connect(url.replace("/postgres", "/template1"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE postgres')
    return store | {"SHUYUAN_DATA": str(tmp_path), "DATABASE_URL": f"{url.removesuffix('/postgres')}/{name}"}


def begun(environment: Environment, *arguments: str) -> subprocess.Popen[str]:
    """Begin Python with these arguments; what it prints is read from its standard output."""
    command = [sys.executable, *arguments]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def kill(process: subprocess.Popen[str], when: str) -> None:
    """Kill -9 as soon as it says so."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == when:
            break
    else:
        raise AssertionError(f"it ended without saying {when}")
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    process.stdout.close()
    assert process.returncode == -signal.SIGKILL
