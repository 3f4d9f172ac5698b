"""A throw-away PostgreSQL server for tests and benchmarks: found, started, removed. Standard library only."""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

INSTALL = "apt install postgresql (or set DATABASE_URL)"

# Nothing in it outlives the run, so nothing is worth waiting for the disk.
SETTINGS = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = on\n"


class ServerError(Exception):
    """PostgreSQL is installed and would not do as told; the message holds what it said."""


def usual_places() -> list[Path]:
    """The folders in which systems put server programs that they leave off PATH; newest version first."""
    found = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    for variable in ("ProgramFiles", "ProgramW6432"):
        if programs := os.environ.get(variable):
            found += Path(programs, "PostgreSQL").glob("*/bin")
    return sorted(found, key=version, reverse=True)


def version(folder: Path) -> tuple[int, ...]:
    """The version named above `bin`: /usr/lib/postgresql/15/bin -> (15,), /usr/pgsql-9.6/bin -> (9, 6)."""
    return tuple(int(digits) for digits in re.findall(r"\d+", folder.parent.name))


def binaries(path: str | None = None, places: Sequence[Path] | None = None) -> Path | None:
    """The folder that holds both initdb and pg_ctl: first on PATH, then in the usual places."""
    on_path = [
        Path(entry) for entry in (os.environ.get("PATH", "") if path is None else path).split(os.pathsep) if entry
    ]
    for folder in [*on_path, *(usual_places() if places is None else places)]:
        if all(shutil.which(program, path=str(folder)) for program in ("initdb", "pg_ctl")):
            return folder
    return None


@dataclass(frozen=True)
class Owner:
    """Who runs the server. PostgreSQL refuses to run as root, so root hands it to a user without rights."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def fit(cls) -> "Owner":
        if sys.platform == "win32" or os.geteuid() != 0:
            return cls()
        import pwd

        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid)
        raise ServerError("PostgreSQL refuses to run as root, and there is no user 'postgres' or 'nobody' here")

    def own(self, *paths: Path) -> None:
        if sys.platform != "win32" and self.uid is not None and self.gid is not None:
            for path in paths:
                os.chown(path, self.uid, self.gid)


@dataclass(frozen=True)
class Cluster:
    """One database cluster in one temporary folder."""

    bin: Path
    folder: Path
    tcp: bool
    owner: Owner = field(default_factory=Owner.fit)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def call(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the owner.

        Its words go to a file: a server that inherited a pipe would keep the reader waiting for ever.
        """
        said = self.folder / f"{program}.log"
        with said.open("w") as output:
            done = subprocess.run(
                [shutil.which(program, path=str(self.bin)) or program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                check=False,
                user=self.owner.uid,
                group=self.owner.gid,
                extra_groups=None if self.owner.uid is None else [],
            )
        if done.returncode:
            told = "\n".join(path.read_text(errors="replace")[-2000:] for path in (said, self.log) if path.exists())
            raise ServerError(f"{program} failed with exit code {done.returncode}:\n{told}")

    def start(self) -> str:
        """Make the cluster, start the server and return its URL."""
        password = secrets.token_hex(16)
        secret = self.folder / "password"
        secret.write_text(password)
        secret.chmod(0o600)
        self.owner.own(self.folder, secret)
        self.call(
            "initdb",
            f"--pgdata={self.data}",
            "--username=shuyuan",
            "--auth=scram-sha-256",
            f"--pwfile={secret}",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        )
        port = free_port() if self.tcp else 5432  # on a socket the number is only part of the file's name
        place = f"listen_addresses = '{'127.0.0.1' if self.tcp else ''}'\nport = {port}\n"
        if os.name != "nt":
            place += f"unix_socket_directories = '{self.folder}'\n"
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(SETTINGS + place)
        self.call("pg_ctl", f"--pgdata={self.data}", f"--log={self.log}", "--wait", "--timeout=60", "start")
        host = f"127.0.0.1:{port}" if self.tcp else str(self.folder).replace("/", "%2F")
        return f"postgresql://shuyuan:{password}@{host}/postgres"

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.call("pg_ctl", f"--pgdata={self.data}", "--mode=immediate", "--wait", "--timeout=60", "stop")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def server(bin: Path | None = None, *, tcp: bool = os.name == "nt") -> Iterator[str]:
    """The URL of a fresh server whose user may create databases; gone when the block is left, by Ctrl-C too.

    Where there are Unix sockets it listens on one in a private folder; with `tcp`, on a free loopback port.
    Raises ServerError when PostgreSQL is absent or does not start.
    """
    if (found := bin or binaries()) is None:
        raise ServerError(f"PostgreSQL is not installed: {INSTALL}")
    cluster = Cluster(found, Path(tempfile.mkdtemp(prefix="shuyuan-pg-")), tcp)
    try:
        yield cluster.start()
    finally:
        with undisturbed():
            try:
                cluster.stop()
            finally:
                shutil.rmtree(cluster.folder, ignore_errors=True)


@contextmanager
def undisturbed() -> Iterator[None]:
    """A second, impatient Ctrl-C must not leave a server behind."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not in the main thread, where no Ctrl-C arrives
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
