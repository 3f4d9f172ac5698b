"""The environment: how settings are read from it, each with a type and a default; a bad value says how to write it."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

DATA_DIR = Path(os.environ.get("SHUYUAN_DATA", "var")).resolve()


def flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    written = os.environ.get(name, str(default)).strip()
    if not written.isdecimal():
        raise ImproperlyConfigured(f"{name}={written!r}: write a whole number, e.g. {name}={default}")
    return int(written)


def listed(name: str, separator: str = ",") -> list[str]:
    return [part.strip() for part in os.environ.get(name, "").split(separator) if part.strip()]


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


def outside(environ: Mapping[str, str]) -> dict[str, Any]:
    """The services whose identities may sign in here, as allauth wants them: those for which a client is given."""
    apps: dict[str, Any] = {}
    for provider in ("dingtalk", "feishu", "wecom", "openid_connect"):
        prefix = "SHUYUAN_OIDC" if provider == "openid_connect" else f"SHUYUAN_{provider.upper()}"
        if client := environ.get(f"{prefix}_CLIENT"):
            app: dict[str, Any] = {"client_id": client, "secret": environ.get(f"{prefix}_SECRET", "")}
            if provider == "openid_connect":
                app |= {"provider_id": "oidc", "name": environ.get("SHUYUAN_OIDC_NAME", "")}
                app["settings"] = {"server_url": environ.get("SHUYUAN_OIDC_URL", "")}
            if provider == "wecom":
                app["settings"] = {"agent": environ.get("SHUYUAN_WECOM_AGENT", "")}
            apps[provider] = {"APPS": [app]}
    if "openid_connect" in apps:
        apps["openid_connect"]["OAUTH_PKCE_ENABLED"] = True
    return apps
