"""Start-up and tests: makes the environment, then does the task. Linux, macOS and Windows; no make needed.

python3 dev.py demo [--no-serve] [--port N]   the example year: loaded, computed, reported, served
python3 dev.py test [pytest's arguments]      the tests on SQLite, then on PostgreSQL
python3 dev.py lint                           every check of the code
python3 dev.py bench [arguments]              the measurements in bench/, on SQLite, then on PostgreSQL
python3 dev.py COMMAND ...                    any command of the environment, e.g. shuyuan figures --year 2012
"""

import sys

# First of all, and in words that Python 3.6 can parse (no walrus, no match): what is wrong with an older one.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit(
        "Shuyuan needs Python 3.11 or newer; this is Python {}.{} ({}).\n"
        "Start dev.py with a newer one, e.g. python3.11 dev.py demo, or make demo PYTHON=python3.11".format(
            *sys.version_info[:2], sys.executable
        )
    )

import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn, TypeAlias
from xml.etree import ElementTree

from tests import postgres

ROOT = Path(__file__).resolve().parent
RUN, DEVELOP = "requirements.lock", "requirements-dev.lock"
WORKERS = max(2, min(os.cpu_count() or 2, 8))
NO_TESTS = 5  # pytest's exit code when nothing was selected
NO_POSTGRESQL = f"PostgreSQL: skipped, it is not installed: {postgres.INSTALL}"

Command: TypeAlias = Sequence[str | Path]


def say(text: str) -> None:
    print(f"-- {text}", flush=True)


def give_up(text: str) -> NoReturn:
    print(f"dev.py: {text}", file=sys.stderr, flush=True)
    raise SystemExit(1)


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Say what begins and, when it took longer than a second, how long it took."""
    say(f"{text} ...")
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    if took > 1:
        say(f"{text}: done in {took:.0f} s")


def run(command: Command, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> int:
    """Run a command on this terminal and return its exit code; interrupted, let it tidy up before we go."""
    child = subprocess.Popen([str(part) for part in command], env=env, cwd=cwd)
    try:
        return child.wait()
    except BaseException as interruption:
        if not isinstance(interruption, KeyboardInterrupt):  # Ctrl-C has reached the child already
            child.terminate()
        for stop in (child.terminate, child.kill):
            try:
                child.wait(timeout=10)
                break
            except subprocess.TimeoutExpired:
                stop()
        raise


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Environment:
    """The project's `.venv`, made from a lock file. A stamp in it tells what it was made from."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / ".venv"

    @property
    def scripts(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    @property
    def stamp(self) -> Path:
        return self.folder / "shuyuan-environment.json"

    @property
    def pip(self) -> Command:
        return [self.python, "-m", "pip", "install", "--no-input"]

    def made_from(self) -> dict[str, str]:
        try:
            return dict(json.loads(self.stamp.read_text(encoding="utf-8")))
        except (FileNotFoundError, ValueError):
            return {}

    def moved(self) -> bool:
        """The commands in a .venv hold its absolute path: copied or moved elsewhere it is of no use."""
        return self.made_from().get("root", str(self.root)) != str(self.root)

    def has_packages(self, lock: str) -> bool:
        """Whether what `lock` asks for is installed; the development lock holds all of the other one."""
        return self.made_from().get("packages") in {digest(self.root / lock), digest(self.root / DEVELOP)}

    def has_project(self) -> bool:
        return self.made_from().get("project") == digest(self.root / "pyproject.toml")

    def prepare(self, lock: str) -> None:
        """Make or bring up to date what is not; a second run finds nothing to do."""
        if self.python.exists() and not self.moved() and self.has_packages(lock) and self.has_project():
            return
        if not self.serves("sys.version_info >= (3, 11)") or self.moved():
            self.stamp.unlink(missing_ok=True)
            self.create()
        elif not self.serves("importlib.util.find_spec('pip')"):  # made by another tool, or not to the end
            with step("Adding pip to .venv"):
                command: Command = [self.python, "-m", "ensurepip"]
                self.call(command, "pip could not be added to .venv: delete the folder and start again")
        packages = self.made_from().get("packages", "") if self.has_packages(lock) else ""
        self.stamp.unlink(missing_ok=True)  # whatever is interrupted from here on begins again
        if not packages:
            with step(f"Installing the packages of {lock}"):
                self.install(lock)
            packages = digest(self.root / lock)
        with step("Installing Shuyuan itself"):
            command = [*self.pip, "--quiet", "--no-deps", "--editable", "."]
            self.call(command, "pip could not install Shuyuan itself")
        made_from = {
            "root": str(self.root),
            "packages": packages,
            "project": digest(self.root / "pyproject.toml"),
        }
        self.stamp.write_text(json.dumps(made_from, indent=1), encoding="utf-8")

    def serves(self, condition: str) -> bool:
        """Whether the environment's Python is there, runs, and meets the condition."""
        code = f"import sys, importlib.util; sys.exit(not ({condition}))"
        return self.python.exists() and not subprocess.run([self.python, "-c", code], check=False).returncode

    def create(self) -> None:
        if any(importlib.util.find_spec(module) is None for module in ("venv", "ensurepip")):
            name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
            give_up(f"this Python has no venv or ensurepip. On Debian or Ubuntu: sudo apt install {name}")
        with step(f"Creating .venv with Python {sys.version_info.major}.{sys.version_info.minor}"):
            command: Command = [sys.executable, "-m", "venv", "--clear", self.folder]
            self.call(command, f"{self.folder} could not be created")

    def install(self, lock: str) -> None:
        """pip with every hash checked; one line a second at most tells how far it is."""
        total = len(re.findall(r"(?m)^[A-Za-z0-9].*==", (self.root / lock).read_text(encoding="utf-8")))
        seen: set[str] = set()
        last = time.monotonic()

        def tell(line: str) -> None:
            nonlocal last
            begun = re.match(r"(?:Collecting |Requirement already satisfied: |Processing \S*[/\\])(\S+)", line)
            if begun:
                seen.add(begun.group(1))
            if begun and time.monotonic() - last > 1:
                say(f"  {len(seen)} of {total}: {begun.group(1)}")
                last = time.monotonic()
            elif re.match(r" +Downloading .* MB\)", line):
                say(f"  {len(seen)} of {total}: {line.strip()}")
                last = time.monotonic()
            elif line.startswith("Installing collected packages"):
                say(f"  {len(seen)} of {total} fetched, now put in place")

        cure = f"pip could not install {lock}: is the package index it is configured with within reach?"
        self.call([*self.pip, "--progress-bar=off", "--require-hashes", "--requirement", lock], cure, tell)

    def call(self, command: Command, cure: str, tell: Callable[[str], None] | None = None) -> None:
        """Run quietly; on failure show the end of what was said and give up with the cure."""
        said: list[str] = []
        env = {**os.environ, "PYTHONUTF8": "1"}
        with subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=env,
            cwd=self.root,
        ) as child:
            assert child.stdout is not None
            try:
                for line in child.stdout:
                    said.append(line)
                    if tell:
                        tell(line)
            except BaseException:  # Ctrl-C, or told to end: so shall the child
                child.terminate()
                raise
        if child.returncode:
            print("".join(said[-25:]), file=sys.stderr)
            give_up(cure)

    def variables(self, **more: str | None) -> dict[str, str]:
        """The variables for commands in the environment; a None takes one away."""
        path = os.pathsep.join([str(self.scripts), os.environ.get("PATH", "")])
        fixed = {"VIRTUAL_ENV": str(self.folder), "PATH": path, "PYTHONUTF8": "1"}
        merged: dict[str, str | None] = {**os.environ, **fixed, **more}
        return {name: value for name, value in merged.items() if value is not None}

    def command(self, name: str) -> str | None:
        """The full path of one of the environment's commands; Windows needs its ending, too."""
        return shutil.which(name, path=str(self.scripts))

    def tool(self, name: str) -> str:
        return self.command(name) or give_up(f"{self.scripts} holds no '{name}': delete .venv and start again")


@dataclass(frozen=True)
class Outcome:
    """How one run of the tests ended."""

    database: str
    code: int
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0

    def __str__(self) -> str:
        counts = f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped in {self.seconds:.0f} s"
        if self.code == NO_TESTS:
            return f"{self.database}: no tests selected"
        return f"{self.database}: {counts}" + ("" if self.code == 0 else f" (pytest's exit code {self.code})")


def succeeded(outcomes: Sequence[Outcome], *, narrowed: bool) -> bool:
    """Every run passed. Where a person narrowed the choice, one run may have nothing to do, but not all."""
    codes = [outcome.code for outcome in outcomes]
    if narrowed:
        return 0 in codes and set(codes) <= {0, NO_TESTS}
    return set(codes) == {0}


def pytest(env: Environment, database: str, url: str | None, marks: str, arguments: Sequence[str]) -> Outcome:
    """One run of the tests on one database, in a data folder that is gone afterwards."""
    say(f"Tests on {database}, {WORKERS} at a time ...")
    chosen = list(arguments)
    if "-m" in chosen[:-1]:  # a person's own choice narrows ours
        place = chosen.index("-m") + 1
        chosen[place] = f"({marks}) and ({chosen[place]})"
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shuyuan-test-", ignore_cleanup_errors=True) as folder:
        results = Path(folder, "results.xml")
        ours = [f"--numprocesses={WORKERS}", "--dist=loadfile", f"--junitxml={results}", "-m", marks]
        command: Command = [env.python, "-m", "pytest", *ours, *chosen]
        code = run(command, env.variables(DATABASE_URL=url, SHUYUAN_TEST_FOLDER=folder))
        return counted(Outcome(database, code, seconds=time.monotonic() - began), results)


def counted(outcome: Outcome, results: Path) -> Outcome:
    """The outcome with the counts that pytest wrote down, if it came so far."""
    if not results.exists():
        return outcome
    totals = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in ElementTree.parse(results).iter("testsuite"):  # noqa: S314  written by pytest a moment ago
        for name in totals:
            totals[name] += int(suite.get(name, "0"))
    failed, skipped = totals["failures"] + totals["errors"], totals["skipped"]
    return Outcome(outcome.database, outcome.code, totals["tests"] - failed - skipped, failed, skipped, outcome.seconds)


@contextlib.contextmanager
def postgresql() -> Iterator[str | None]:
    """The URL of DATABASE_URL's PostgreSQL, or of a throw-away one; None where it is not installed either."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        yield given
        return
    found = postgres.binaries()
    if found is None:
        yield None
        return
    with contextlib.ExitStack() as stack:
        with step(f"Starting a throw-away PostgreSQL from {found}"):
            url = stack.enter_context(postgres.server(found))
        yield url


def test(env: Environment, arguments: Sequence[str]) -> int:
    """The tests on SQLite, then on PostgreSQL; what has nothing to do with the database runs once."""
    env.prepare(DEVELOP)
    outcomes = [pytest(env, "SQLite", None, "not postgresql", arguments)]
    if outcomes[0].code == 2:  # interrupted, or pytest could not even begin
        say(str(outcomes[0]))
        return 2
    try:
        with postgresql() as url:
            if url is not None:
                outcomes.append(pytest(env, "PostgreSQL", url, "not libreoffice and not browser", arguments))
    except postgres.ServerError as error:
        say(f"PostgreSQL: {error}")
        outcomes.append(Outcome("PostgreSQL", 1))
    for outcome in outcomes:
        say(str(outcome))
    good = succeeded(outcomes, narrowed=bool(arguments))
    if len(outcomes) == 1:
        say(NO_POSTGRESQL)
        good = good and os.environ.get("SHUYUAN_NO_SKIPS") != "1"
    passed, failed = sum(outcome.passed for outcome in outcomes), sum(outcome.failed for outcome in outcomes)
    say(f"{passed} passed, {failed} failed: {'the tests pass' if good else 'the tests FAIL'}")
    return 0 if good else 1


def demo(env: Environment, arguments: Sequence[str]) -> int:
    """The example year, from workbooks to the annual report."""
    env.prepare(RUN)
    return run([env.tool("shuyuan"), "demo", *arguments], env.variables())


def lint(env: Environment, arguments: Sequence[str]) -> int:
    """Every check of the code; all of them run, and the end tells which failed."""
    if arguments:
        give_up("lint takes no arguments; for one tool alone: python3 dev.py ruff check dev.py")
    env.prepare(DEVELOP)
    checks: list[list[str]] = [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
        ["shuyuan", "makemigrations", "--check", "--dry-run"],
        ["shuyuan", "check"],
    ]
    failed = []
    with tempfile.TemporaryDirectory(prefix="shuyuan-lint-", ignore_cleanup_errors=True) as folder:
        for name, *rest in checks:
            title = " ".join([name, *rest])
            with step(title):
                if run([env.tool(name), *rest], env.variables(DATABASE_URL=None, SHUYUAN_DATA=folder)):
                    failed.append(title)
    for title in failed:
        say(f"FAILED: {title}")
    say(f"Lint: {len(checks) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


def bench(env: Environment, arguments: Sequence[str]) -> int:
    """The measurements, `python -m bench`: on SQLite (no DATABASE_URL), then on PostgreSQL."""
    if not (env.root / "bench" / "__main__.py").exists():
        give_up("there is no bench/__main__.py")
    env.prepare(DEVELOP)
    codes = []
    with tempfile.TemporaryDirectory(prefix="shuyuan-bench-", ignore_cleanup_errors=True) as folder:
        command: Command = [env.python, "-m", "bench", *arguments]
        say("Measuring on SQLite ...")
        codes.append(run(command, env.variables(DATABASE_URL=None, SHUYUAN_DATA=folder)))
        with postgresql() as url:
            if url is None:
                say(NO_POSTGRESQL)
            else:
                say("Measuring on PostgreSQL ...")
                codes.append(run(command, env.variables(DATABASE_URL=url, SHUYUAN_DATA=folder)))
    return max(codes)


def any_command(env: Environment, name: str, arguments: Sequence[str]) -> int:
    """A command of the environment, where the person stands, on the project's own data."""
    env.prepare(RUN)
    found = env.command(name)
    if found is None:  # one of the development tools, perhaps
        env.prepare(DEVELOP)
        found = env.command(name)
    if found is None:
        give_up(f"'{name}' is neither demo, test, lint or bench nor a command in .venv")
    data = os.environ.get("SHUYUAN_DATA", str(env.root / "var"))
    return run([found, *arguments], env.variables(SHUYUAN_DATA=data), cwd=Path.cwd())


TASKS = {"demo": demo, "test": test, "lint": lint, "bench": bench}


def leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Being told to end is like Ctrl-C: servers are stopped and folders removed on the way out."""
    raise SystemExit(128 + number)


def main(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print((__doc__ or "").strip())
        return 0 if arguments else 2
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave)
    task, *rest = arguments
    env = Environment(ROOT)
    try:
        return TASKS[task](env, rest) if task in TASKS else any_command(env, task, rest)
    except KeyboardInterrupt:
        return 130
    except postgres.ServerError as error:
        give_up(str(error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
