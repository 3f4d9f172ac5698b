"""The settings under test: the real ones, over a data folder that is thrown away afterwards."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# `dev.py test` gives the folder and removes it; plain `pytest` makes one. Each xdist worker has its own.
if not (given := os.environ.get("SHUYUAN_TEST_FOLDER")):
    given = os.environ["SHUYUAN_TEST_FOLDER"] = tempfile.mkdtemp(prefix="shuyuan-test-")
    atexit.register(shutil.rmtree, given, ignore_errors=True)
FOLDER = Path(given) / os.environ.get("PYTEST_XDIST_WORKER", "main")
FOLDER.mkdir(parents=True, exist_ok=True)

# What a person has set for their own site must not decide a test.
for name in [name for name in os.environ if name.startswith("SHUYUAN_")]:
    if name not in {"SHUYUAN_NO_SKIPS", "SHUYUAN_TEST_FOLDER"}:
        del os.environ[name]
os.environ["SHUYUAN_DATA"] = str(FOLDER)  # also for commands that a test starts in a process of their own

from shuyuan.site.settings import *  # noqa: E402, F403
from shuyuan.site.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # signing in is not what tests wait for
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in life: in memory there is no WAL and the live server would share the test's connection.
    DATABASES["default"]["TEST"] = {"NAME": str(FOLDER / "test.sqlite3")}
