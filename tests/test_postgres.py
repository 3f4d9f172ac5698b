"""The throw-away PostgreSQL server: found, started, usable, gone."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest
from django.db import connection

from tests import postgres


def installation(folder: Path, *programs: str) -> Path:
    folder.mkdir(parents=True)
    for program in programs:
        file = folder / (f"{program}.exe" if os.name == "nt" else program)
        file.touch()
        file.chmod(0o755)
    return folder


def test_what_is_on_path_is_found_before_the_usual_places(tmp_path: Path) -> None:
    on_path = installation(tmp_path / "mine" / "bin", "initdb", "pg_ctl")
    usual = installation(tmp_path / "15" / "bin", "initdb", "pg_ctl")
    assert postgres.binaries(str(on_path), [usual]) == on_path
    assert postgres.binaries("", [usual]) == usual


def test_a_client_alone_is_no_server(tmp_path: Path) -> None:
    client = installation(tmp_path / "16" / "bin", "psql", "pg_dump")
    half = installation(tmp_path / "15" / "bin", "initdb")
    assert postgres.binaries(str(client), [half, tmp_path / "absent"]) is None


def test_versions_order_as_numbers() -> None:
    names = ["/usr/lib/postgresql/9.6/bin", "/usr/lib/postgresql/15/bin", "/usr/pgsql-17/bin"]
    assert sorted(names, key=lambda name: postgres.version(Path(name)))[-1] == "/usr/pgsql-17/bin"


def test_an_absent_server_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "binaries", lambda: None)
    with (
        pytest.raises(postgres.ServerError, match="not installed: apt install postgresql"),
        postgres.server(),
    ):
        pass


@pytest.mark.postgresql
@pytest.mark.django_db
def test_this_run_is_on_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        assert cursor.fetchone()[0].startswith("PostgreSQL")


@pytest.fixture
def folders(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders of the servers that the test has started."""
    if postgres.binaries() is None:
        pytest.skip("DATABASE_URL's server is elsewhere: no PostgreSQL programs here")
    made: list[Path] = []
    start = postgres.Cluster.start

    def noted(cluster: postgres.Cluster) -> str:
        made.append(cluster.folder)
        return start(cluster)

    monkeypatch.setattr(postgres.Cluster, "start", noted)
    return made


@pytest.mark.postgresql
@pytest.mark.parametrize("tcp", [True, False])
def test_a_server_is_started_used_and_removed(tcp: bool, folders: list[Path]) -> None:
    if os.name == "nt" and not tcp:
        pytest.skip("Windows has no Unix sockets for PostgreSQL")
    with postgres.server(tcp=tcp) as url:
        with psycopg.connect(url) as session:
            assert session.execute("SELECT 2635 - 1635").fetchone() == (1000,)
        assert unquote(urlsplit(url).hostname or "") == ("127.0.0.1" if tcp else str(folders[0]))
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(psycopg.conninfo.make_conninfo(url, password="guessed"))
    assert not folders[0].exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=3)


@pytest.mark.postgresql
def test_a_server_that_does_not_start_says_why_and_leaves_nothing(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SETTINGS", "nonsense = on\n")
    with pytest.raises(postgres.ServerError, match='parameter "nonsense"'), postgres.server():
        pass
    assert not folders[0].exists()
