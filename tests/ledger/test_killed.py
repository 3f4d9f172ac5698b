"""A process that is killed in the middle of an import leaves everything or nothing, and a history that verifies."""

from __future__ import annotations

import sys

import pytest

from tests.processes import Environment, begun, environment, kill, store

__all__ = ["environment", "store"]
ROWS = 12_000  # three parts of five thousand
SCRIPT = """
import sys, time
import django
django.setup()
from datetime import date
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
if task == "look":
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


def said(environment: Environment, *arguments: str) -> str:
    """What the script printed, which has to end well."""
    process = begun(environment, "-c", SCRIPT, *arguments)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    return out.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
def test_an_import_killed_half_way_leaves_nothing_and_can_be_done_again(environment: Environment) -> None:
    kill(begun(environment, "-c", SCRIPT, "stop", str(ROWS)), "5000")  # half of it is written
    assert said(environment, "look") == "0 0"
    said(environment, "all", str(ROWS))
    assert said(environment, "look") == f"{ROWS} {ROWS}"
