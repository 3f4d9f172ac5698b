"""Settings: read from the environment with typed defaults; everything runs when nothing is set."""

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

SOURCE = Path(__file__).resolve().parents[1]
DATA_DIR = Path(os.environ.get("SHUYUAN_DATA", "var")).resolve()


def flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def kept_secret(name: str, file: str) -> str:
    """The secret from the environment, or one made at first use and kept in the data folder."""
    if value := os.environ.get(name):
        return value
    path = DATA_DIR / file
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x") as kept:
                kept.write(secrets.token_urlsafe(48))
            path.chmod(0o600)
        except FileExistsError:  # two processes started at once: the first one's secret stands
            pass
    return path.read_text()


DEBUG = flag("SHUYUAN_DEBUG", False)
SECRET_KEY = kept_secret("SHUYUAN_SECRET_KEY", "secret.key")
MASTER_KEY = kept_secret("SHUYUAN_MASTER_KEY", "master.key")  # wraps each person's key: see core/sealing.py
ALLOWED_HOSTS = os.environ.get("SHUYUAN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("SHUYUAN_ORIGINS", "").split(",") if origin]

ROOMS = [
    "shuyuan.core",
    "shuyuan.web",
    "shuyuan.ledger",
    "shuyuan.figures",
    "shuyuan.governance",
    "shuyuan.staff",
    "shuyuan.honours",
    "shuyuan.schooling",
    "shuyuan.outreach",
    "shuyuan.finance",
    "shuyuan.buildings",
    "shuyuan.equipment",
    "shuyuan.aid",
    "shuyuan.inspection",
    "shuyuan.exams",
    "shuyuan.scores",
    "shuyuan.report",
    "shuyuan.site",
    "shuyuan.cli",
]
INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "shuyuan.web.past.reading_the_past",
]

ROOT_URLCONF = "shuyuan.site.urls"
WSGI_APPLICATION = "shuyuan.site.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shuyuan.web.context.page",
            ],
        },
    }
]

FORM_RENDERER = "shuyuan.web.forms.Renderer"
MESSAGE_TAGS = {40: "danger"}  # Tabler's name for an error

# Without IMMEDIATE a transaction that turns to writing fails at once instead of waiting; WAL alone is not enough.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-64000;PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;"
    ),
}
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{(DATA_DIR / 'shuyuan.sqlite3').as_posix()}", conn_max_age=600
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    DATA_DIR.mkdir(parents=True, exist_ok=True)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = flag("SHUYUAN_HTTPS", False)
SECURE_CONTENT_TYPE_NOSNIFF = True

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LOCALE_PATHS = [SOURCE / "locale"]
TIME_ZONE = os.environ.get("SHUYUAN_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

SITE_URL = os.environ.get("SHUYUAN_URL", "http://127.0.0.1:8000").rstrip("/")  # what links in documents begin with
OUTLINES = [Path(folder) for folder in os.environ.get("SHUYUAN_OUTLINES", "").split(os.pathsep) if folder]
PAPER_DAYS = int(os.environ.get("SHUYUAN_PAPER_DAYS", "30"))  # how long files handed in for proofreading are kept

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # served from the installed package: no collectstatic step to forget
WHITENOISE_MAX_AGE = 0 if DEBUG else 30 * 24 * 3600  # {% asset %} changes an address whenever the content changes
MEDIA_ROOT = DATA_DIR / "evidence"
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"
