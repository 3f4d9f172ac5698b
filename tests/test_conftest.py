"""The fixtures themselves: the browser sees the live site; what is absent is skipped by name, or fails."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from playwright.sync_api import Page, expect

ROOT = Path(__file__).resolve().parents[1]


@login_not_required
def hello(request: HttpRequest) -> HttpResponse:
    who = request.user.get_username() or "来宾"
    return HttpResponse(f"<!doctype html><meta charset=utf-8><title>数源</title><h1>{who}</h1>")


urlpatterns = [path("", hello)]


def test_tests_keep_away_from_the_persons_own_data() -> None:
    assert ROOT not in Path(settings.DATA_DIR).parents
    assert Path(os.environ["SHUYUAN_DATA"]) == Path(settings.DATA_DIR)


@pytest.mark.urls(__name__)
def test_a_page_opens_the_live_site(page: Page) -> None:
    page.goto("/")
    expect(page).to_have_title("数源")
    expect(page.get_by_role("heading")).to_have_text("来宾")


@pytest.mark.urls(__name__)
def test_a_person_is_signed_in_without_the_form(sign_in: Callable[[AbstractBaseUser], Page]) -> None:
    user = get_user_model().objects.create_user(username="省华中填报员")
    page = sign_in(user)
    page.goto("/")
    expect(page.get_by_role("heading")).to_have_text("省华中填报员")


ABSENT = """
import pytest

@pytest.mark.libreoffice
def test_pdf(): pass

@pytest.mark.postgresql
def test_server(): pass

def test_page(page): pass
"""


@pytest.mark.parametrize(("no_skips", "word"), [("0", "skipped"), ("1", "errors")])
def test_what_is_absent_is_skipped_by_name_and_fails_where_skips_are_forbidden(
    tmp_path: Path, no_skips: str, word: str
) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    for name in ("__init__.py", "conftest.py", "county.py", "present.py", "settings.py"):
        (folder / name).write_text((ROOT / "tests" / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "test_absent.py").write_text(ABSENT)
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "SHUYUAN_TEST_FOLDER"}}
    env |= {"SHUYUAN_NO_SKIPS": no_skips, "PATH": str(tmp_path), "PYTHONUTF8": "1"}
    for variable in ("ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"):
        env[variable] = str(tmp_path)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == int(no_skips), done.stdout + done.stderr

    assert f"3 {word}" in done.stdout
    for name in ("LibreOffice is not installed", "Chromium is not installed", "not on PostgreSQL"):
        assert name in done.stdout
