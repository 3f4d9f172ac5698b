"""One bureau, one officer and one stranger without a post."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.template import Context, Template
from django.test import Client, RequestFactory

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Period, Post
from shuyuan.web import menu

PASSWORD = "Sample-pass-2012"


@pytest.fixture
def officer(db: None) -> User:
    user = User.objects.create_user("officer", password=PASSWORD, last_name="王示例")
    with acting(user, "建账"):
        bureau = Organisation.objects.create(kind=Organisation.Kind.BUREAU, name="示例县教育局")
        section = Organisation.objects.create(kind=Organisation.Kind.SECTION, name="计财科", parent=bureau)
        Post.objects.create(user=user, organisation=section, role=Post.Role.OFFICER)
    for year in (2010, 2011, 2012):
        Period.of(year)
    return user


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("stranger", password=PASSWORD)


@pytest.fixture
def chinese(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    return client


@pytest.fixture
def inside(chinese: Client, officer: User) -> Client:
    """A browser in which the officer has logged in."""
    chinese.force_login(officer)
    return chinese


@pytest.fixture
def own_menu(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[menu.Entry]]:
    """A menu to fill for one test, with the home page in it."""
    entries = [entry for entry in menu.entries if entry.target == "home"]
    monkeypatch.setattr(menu, "entries", entries)
    yield entries


@pytest.fixture
def drawn() -> Callable[..., str]:
    """Draws a piece of template as a page at ?query would show it."""

    def draw(source: str, query: str = "", **context: object) -> str:
        request = RequestFactory().get(f"/somewhere/?{query}")
        return Template("{% load kit %}" + source).render(Context({**context, "request": request}))

    return draw
