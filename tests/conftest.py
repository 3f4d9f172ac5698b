"""What every test can ask for: a browser on the live site; what is absent is skipped by name."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.apps import apps
from django.conf import settings as site
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models.signals import post_migrate
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, Page, Request, Route, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from shuyuan.collections.book import renew as renew_collections
from shuyuan.figures.saved import renew
from tests.county import County, build
from tests.present import absent, chromium

NEEDS = ("postgresql", "libreoffice", "browser")
STORE = {"db", "transactional_db", "django_db_setup", "environment"}

hypothesis.settings.register_profile("shuyuan", deadline=None)  # a busy machine is not a wrong result
hypothesis.settings.load_profile("shuyuan")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whoever asks for a page needs a browser: the marker cannot be forgotten. What asks for no store runs once,
    on SQLite.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    if os.environ.get("DATABASE_URL"):
        config.hook.pytest_deselected(items=[item for item in items if not _needs_a_store(item)])
        items[:] = filter(_needs_a_store, items)


def _needs_a_store(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("django_db") or STORE.intersection(getattr(item, "fixturenames", ())))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Whole files go to a worker, and those of the example together: the example is loaded once."""
    from xdist.scheduler import LoadFileScheduling

    class Files(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            return "tests/example/loaded" if file.startswith("tests/example/loaded/") else file

    return Files(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip by name what this machine cannot run; with SHUYUAN_NO_SKIPS=1 (as in CI) that is a failure."""
    for marker in NEEDS:
        if item.get_closest_marker(marker) and (reason := absent(marker)):
            if os.environ.get("SHUYUAN_NO_SKIPS") == "1":
                pytest.fail(f"no skips are allowed here, and {reason}", pytrace=False)
            pytest.skip(reason)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Tests empty tables and tamper with them: only tests/core/test_append_only.py has the database refuse that."""
    post_migrate.disconnect(dispatch_uid="append_only", sender=apps.get_app_config("core"))


@pytest.fixture
def county(db: None, settings: Settings, tmp_path: Path) -> County:
    """A small county, and a folder of its own for files that are handed in."""
    settings.MEDIA_ROOT = tmp_path
    return build()


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    """Each test begins in Chinese, whatever language the last page of the one before it was read in."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture(autouse=True)
def _with_no_figures_of_another_test() -> None:
    """Saved figures are read at a request and at a book; a test that begins with neither has not read any yet."""
    renew()
    renew_collections()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run. Ask for `page` instead."""
    # Playwright keeps an event loop in this thread, where Django refuses its ORM unless told otherwise.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium_itself = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-background-networking"]
        )
        yield chromium_itself
        chromium_itself.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A fresh page on the live site: `page.goto("/")`. A script error or foreign request fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    trouble: list[str] = []

    def keep_home(route: Route, request: Request) -> None:
        if request.url.startswith((f"{live_server.url}/", "data:", "blob:")):
            route.continue_()
        else:
            trouble.append(f"asked another host for {request.url}")
            route.abort()

    context.route("**/*", keep_home)
    context.on("weberror", lambda error: trouble.append(f"script error: {error.error}"))
    yield context.new_page()
    context.close()
    assert not trouble, "\n".join(trouble)


@pytest.fixture
def sign_in(page: Page, live_server: LiveServer) -> Callable[[AbstractBaseUser], Page]:
    """`sign_in(user)` gives the page that user's session, without going through the sign-in form."""

    def sign_in(user: AbstractBaseUser) -> Page:
        client = Client()
        client.force_login(user)  # type: ignore[arg-type]
        name = site.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        return page

    return sign_in
