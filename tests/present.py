"""Which programs that some tests need are on this machine; an absent one is named together with its cure."""

import os
import shutil
from pathlib import Path

from django.conf import settings


def libreoffice() -> Path | None:
    return program("soffice", "libreoffice", windows="LibreOffice/program/soffice.exe")


def chromium() -> Path | None:
    return program("chromium", "chromium-browser", "google-chrome", windows="Google/Chrome/Application/chrome.exe")


def on_postgresql() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def program(*names: str, windows: str) -> Path | None:
    """The first of `names` on PATH, or the file below one of Windows' program folders."""
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    for variable in ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"):
        if (folder := os.environ.get(variable)) and (file := Path(folder, windows)).exists():
            return file
    return None


def absent(marker: str) -> str | None:
    """Why a test with this marker cannot run here, in one line; None when it can."""
    if marker == "libreoffice" and libreoffice() is None:
        return "LibreOffice is not installed: apt install --no-install-recommends libreoffice-writer-nogui"
    if marker == "browser" and chromium() is None:
        return "Chromium is not installed: apt install chromium"
    if marker == "postgresql" and not on_postgresql():
        return "this run is not on PostgreSQL: python3 dev.py test starts a server, or set DATABASE_URL"
    return None
