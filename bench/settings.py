"""The real settings, and Django's admin as a peer. The database is made for the run and thrown away with it."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "SHUYUAN_DATA" not in os.environ:
    os.environ["SHUYUAN_DATA"] = tempfile.mkdtemp(prefix="shuyuan-bench-")
    atexit.register(shutil.rmtree, os.environ["SHUYUAN_DATA"], ignore_errors=True)

from shuyuan.site.environment import DATA_DIR
from shuyuan.site.settings import *  # noqa: F403
from shuyuan.site.settings import DATABASES, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin", "bench"]
ROOT_URLCONF = "bench.urls"
ALLOWED_HOSTS = ["testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Never the database that DATABASE_URL names: one beside it, as tests have.
NAME = Path(str(DATABASES["default"]["NAME"])).name
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "bench.sqlite3")}
else:
    DATABASES["default"]["TEST"] = {"NAME": f"bench_{NAME}"}
