"""dev.py: what it makes, when it makes it anew, and how it says what is missing."""

import ast
import re
import runpy
import sys
from collections.abc import Callable
from pathlib import Path

import dev
import pytest
from dev import NO_TESTS, Environment, Outcome, succeeded

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def project(tmp_path: Path) -> Environment:
    """A folder with lock files, and a .venv that looks as if it had been made."""
    for name, text in {dev.RUN: "django==5.2.19\n", dev.DEVELOP: "django==5.2.19\npytest==9.2.0\n"}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shuyuan"\n')
    env = Environment(tmp_path)
    env.scripts.mkdir(parents=True)
    env.python.touch()
    return env


@pytest.fixture
def done(project: Environment, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The steps that `prepare` takes, noted instead of taken."""
    steps: list[str] = []
    notes: dict[str, Callable[..., None]] = {
        "create": lambda env: steps.append("create"),
        "install": lambda env, lock: steps.append(lock),
        "call": lambda env, command, cure, tell=None: steps.append("project" if "install" in command else "pip"),
    }
    for name, note in notes.items():
        monkeypatch.setattr(Environment, name, note)
    monkeypatch.setattr("dev.subprocess.run", lambda *_, **__: type("Done", (), {"returncode": 0}))
    return steps


def test_a_second_run_finds_nothing_to_do(project: Environment, done: list[str]) -> None:
    project.prepare(dev.RUN)
    assert done == [dev.RUN, "project"]
    project.prepare(dev.RUN)
    assert done == [dev.RUN, "project"]


def test_a_demo_environment_becomes_a_development_one_in_place(project: Environment, done: list[str]) -> None:
    project.prepare(dev.RUN)
    project.prepare(dev.DEVELOP)
    assert done == [dev.RUN, "project", dev.DEVELOP, "project"]
    project.prepare(dev.RUN)
    assert len(done) == 4, "the development environment holds all that the demo needs"


@pytest.mark.parametrize(
    ("file", "steps"), [(dev.RUN, [dev.RUN, "project"]), ("pyproject.toml", ["project"]), ("README.md", [])]
)
def test_only_what_changed_is_installed_again(
    project: Environment, done: list[str], file: str, steps: list[str]
) -> None:
    project.prepare(dev.RUN)
    done.clear()
    (project.root / file).write_text("# changed\n")
    project.prepare(dev.RUN)
    assert done == steps


def test_an_interrupted_installation_begins_again(
    project: Environment, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.prepare(dev.RUN)
    with monkeypatch.context() as patch:
        patch.setattr(Environment, "install", lambda env, lock: sys.exit("interrupted"))
        with pytest.raises(SystemExit):
            project.prepare(dev.DEVELOP)
    done.clear()
    project.prepare(dev.RUN)
    assert done == [dev.RUN, "project"]


def test_a_moved_environment_is_made_anew(project: Environment, done: list[str], tmp_path: Path) -> None:
    project.prepare(dev.RUN)
    project.stamp.write_text(project.stamp.read_text().replace(str(tmp_path), str(tmp_path / "elsewhere")))
    done.clear()
    project.prepare(dev.RUN)
    assert done == ["create", dev.RUN, "project"]


def test_a_python_without_venv_names_the_debian_package(
    project: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dev.importlib.util.find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(SystemExit):
        project.create()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"sudo apt install python{version}-venv" in capsys.readouterr().err


def test_an_older_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 12))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is Python 3\.10"):
        runpy.run_path(str(ROOT / "dev.py"))


def test_even_python_3_6_comes_as_far_as_that_message() -> None:
    """It parses the whole file, and meets nothing but `import sys` before the check."""
    module = ast.parse((ROOT / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 6))
    first = [ast.unparse(statement).splitlines()[0] for statement in module.body[1:3]]
    assert first == ["import sys", "if sys.version_info < (3, 11):"]


def test_the_development_lock_holds_all_of_the_other_one() -> None:
    def pinned(name: str) -> set[str]:
        return set(re.findall(r"(?m)^(\S+==\S+)", (ROOT / name).read_text(encoding="utf-8")))

    assert pinned(dev.RUN) < pinned(dev.DEVELOP)


def test_every_make_target_is_one_line_over_dev_py() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = dict(re.findall(r"(?m)^([a-z-]+):\n\t(.+)$", makefile))
    assert set(targets) == set(re.findall(r"(?m)^([a-z-]+):", makefile))
    assert targets.pop("bench-proofread") == "$(PYTHON) dev.py python -m bench.proofreading"
    assert set(targets) == set(dev.TASKS)
    assert makefile.count("\n\t") == len(targets) + 1
    for target, line in targets.items():
        assert line.startswith(f"$(PYTHON) dev.py {target}")


def test_every_command_of_the_readme_is_a_task() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:(?m:^)|`)(?:make|python3? dev\.py) (\w+)", readme))
    assert named == {*dev.TASKS, "shuyuan"}


@pytest.mark.parametrize(
    ("codes", "narrowed", "good"),
    [
        ([0, 0], False, True),
        ([0], False, True),
        ([0, 1], False, False),
        ([NO_TESTS, NO_TESTS], False, False),
        ([0, NO_TESTS], False, False),
        ([0, NO_TESTS], True, True),
        ([NO_TESTS, NO_TESTS], True, False),
        ([0, 2], True, False),
    ],
)
def test_no_tests_at_all_is_never_a_success(codes: list[int], narrowed: bool, good: bool) -> None:
    assert succeeded([Outcome("SQLite", code) for code in codes], narrowed=narrowed) is good


def test_the_summary_counts_what_pytest_wrote(tmp_path: Path) -> None:
    results = tmp_path / "results.xml"
    results.write_text(
        '<testsuites><testsuite errors="1" failures="2" skipped="3" tests="132" /></testsuites>',
        encoding="utf-8",
    )
    outcome = dev.counted(Outcome("SQLite", 1, seconds=9.6), results)
    assert str(outcome) == "SQLite: 126 passed, 3 failed, 3 skipped in 10 s (pytest's exit code 1)"


def test_an_unknown_command_is_named(project: Environment, done: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        dev.any_command(project, "tset", [])
    assert "'tset' is neither demo, test, lint or bench" in capsys.readouterr().err
