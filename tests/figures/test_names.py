"""Lists of names with what stands beside them: still one figure, with the version it had where nothing stands there."""

from dataclasses import replace

import pytest

from shuyuan.figures import registry
from shuyuan.figures.books import Books
from shuyuan.figures.figure import Figure
from shuyuan.figures.kinds import Names
from tests.filled import filled

pytestmark = pytest.mark.django_db
books = filled("project")
RULE = 'programme == "safety"'
PLAIN = Names("test.works", "工程名单", "project", field="name", unit="个", where=RULE, stock=True)
BESIDE = replace(PLAIN, name="test.staged", beside="organisation")


@pytest.fixture(autouse=True)
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, tuple[int, Figure]] = {figure.name: (2012, figure) for figure in (PLAIN, BESIDE)}
    monkeypatch.setattr(registry, "_cited", lambda: known)


def test_each_name_is_followed_by_what_stands_beside_it(books: Books) -> None:
    plain, staged = books.value("test.works"), books.value("test.staged")
    assert staged.names == plain.names and staged.exact == plain.exact == len(plain.names) > 0
    assert plain.besides == () and all(staged.besides)
    name, beside = staged.named[0]
    assert staged.display.startswith(f"{name}（{beside}）、")


def test_both_lead_to_the_same_records(books: Books) -> None:
    assert books.lineage("test.staged") == books.lineage("test.works")


def test_only_a_list_with_something_beside_it_has_a_version_of_its_own() -> None:
    assert PLAIN.version != BESIDE.version
    assert "beside" not in PLAIN.facts() and BESIDE.facts()["beside"] == "organisation"


def test_a_field_that_is_not_there_is_told() -> None:
    wrong = replace(PLAIN, beside="x")
    assert any("没有字段 'x'" in fault for fault in wrong.check())
