"""The real settings, and Django's admin as a peer. The database is made for the run and thrown away with it."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SHUYUAN_DATA", tempfile.mkdtemp(prefix="shuyuan-bench-"))

from shuyuan.site.settings import *  # noqa: F403
from shuyuan.site.settings import DATA_DIR, DATABASES, INSTALLED_APPS

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
