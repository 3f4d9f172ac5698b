"""Settings: read from the environment with typed defaults; everything runs when nothing is set."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

from shuyuan.site.environment import DATA_DIR, flag, kept_secret, listed, number, outside

SOURCE = Path(__file__).resolve().parents[1]
DEBUG = flag("SHUYUAN_DEBUG", False)
SECRET_KEY = kept_secret("SHUYUAN_SECRET_KEY", "secret.key")
MASTER_KEY = kept_secret("SHUYUAN_MASTER_KEY", "master.key")  # wraps each person's key: see core/sealing.py
SEPARATE_ADMINISTRATORS = flag("SHUYUAN_SEPARATE_ADMINISTRATORS", False)  # 三员分立: see core/roles.py
ALLOWED_HOSTS = os.environ.get("SHUYUAN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = listed("SHUYUAN_ORIGINS")

ROOMS = [
    "shuyuan.core",
    "shuyuan.web",
    "shuyuan.jobs",
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
    "shuyuan.collections",
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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.dingtalk",
    "allauth.socialaccount.providers.feishu",
    "shuyuan.site.accounts.wecom",
    "axes",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shuyuan.site.accounts.gate.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "shuyuan.site.accounts.gate.Gate",
    "shuyuan.web.past.reading_the_past",
    "shuyuan.web.trouble.TellsOfTrouble",
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

CACHES = {
    # What guards accounts is counted for all processes together.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# Accounts: see site/accounts and docs/accounts.md
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS += [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": number("SHUYUAN_PASSWORD_LENGTH", 8)},
    },
    {"NAME": "shuyuan.site.accounts.passwords.AnotherThanBefore"},
]
PASSWORD_DAYS = number("SHUYUAN_PASSWORD_DAYS", 0)  # 0: a password does not grow old
SECOND_FACTOR_FOR = listed("SHUYUAN_SECOND_FACTOR")  # roles, and "superuser"
AXES_LOCKOUT_PARAMETERS = ["username"]  # never the address: a whole school sits behind one
AXES_FAILURE_LIMIT = number("SHUYUAN_LOGIN_TRIES", 5)
AXES_COOLOFF_TIME = timedelta(minutes=number("SHUYUAN_LOCK_MINUTES", 30))
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or whoever goes on guessing would keep the owner out
AXES_VERBOSE = False
# The door itself says how long it is shut (W002); and a name is counted whatever browser it is tried from (W006).
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W006"]
SESSION_COOKIE_AGE = number("SHUYUAN_IDLE_MINUTES", 120) * 60  # renewed while somebody works: see accounts/gate.py
SESSION_HOURS = number("SHUYUAN_SESSION_HOURS", 12)  # the longest a session lasts, work or not
SESSIONS_AT_ONCE = number("SHUYUAN_SESSIONS", 0)  # 0: as many as they like
ALLAUTH_TRUSTED_PROXY_COUNT = number("SHUYUAN_PROXIES", 0)
ACCOUNT_ADAPTER = "shuyuan.site.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # school clerks have none
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_FORMS = {
    "change_password": "shuyuan.site.accounts.forms.PasswordForm",
    "reset_password": "shuyuan.site.accounts.forms.ForgottenForm",
    "reset_password_from_key": "shuyuan.site.accounts.forms.NewPasswordForm",
    "reauthenticate": "shuyuan.site.accounts.forms.AgainForm",
}
ACCOUNT_RATE_LIMITS: dict[str, str | None] = {"login_failed": "10/5m/key", "reset_password": "5/m/key"}
ACCOUNT_RATE_LIMITS |= {"login": None, "reset_password_from_key": None}  # here allauth would count addresses
MFA_ADAPTER = "shuyuan.site.accounts.adapters.FactorAdapter"
MFA_FORMS = {
    "authenticate": "shuyuan.site.accounts.forms.CodeForm",
    "reauthenticate": "shuyuan.site.accounts.forms.AgainCodeForm",
    "activate_totp": "shuyuan.site.accounts.forms.PhoneForm",
}
MFA_RATE_LIMITS = {"webauthn_login": None}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # the phone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not flag("SHUYUAN_HTTPS", False)  # on this machine alone; browsers refuse others
SOCIALACCOUNT_ADAPTER = "shuyuan.site.accounts.adapters.OutsideAdapter"
SOCIALACCOUNT_PROVIDERS = outside(os.environ)
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
OUTLINES = [Path(folder) for folder in listed("SHUYUAN_OUTLINES", os.pathsep)]

EMAIL_BACKEND = "django.core.mail.backends." + ("smtp" if os.environ.get("SHUYUAN_MAIL_HOST") else "console")
EMAIL_BACKEND += ".EmailBackend"
EMAIL_HOST = os.environ.get("SHUYUAN_MAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("SHUYUAN_MAIL_PORT", "465"))
EMAIL_USE_SSL = flag("SHUYUAN_MAIL_SSL", True)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = (os.environ.get(f"SHUYUAN_MAIL_{name}", "") for name in ("USER", "PASSWORD"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("SHUYUAN_MAIL_FROM", EMAIL_HOST_USER or "shuyuan@localhost")
DIGESTS = flag("SHUYUAN_DIGESTS", True)
DIGEST_HOUR = 7  # nobody is written to at night
PAPER_DAYS = int(os.environ.get("SHUYUAN_PAPER_DAYS", "30"))  # how long files handed in for proofreading are kept

STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # served from the installed package: no collectstatic step to forget
WHITENOISE_MAX_AGE = 0 if DEBUG else 30 * 24 * 3600  # {% asset %} changes an address whenever the content changes
MEDIA_ROOT = DATA_DIR / "evidence"
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # the form of a collection with 300 columns

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEST_RUNNER = "django.test.runner.DiscoverRunner"
