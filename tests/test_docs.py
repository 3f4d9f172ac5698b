"""The docs are held true: what they name exists, and what exists is named."""

import re
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

ROOT = Path(__file__).parents[1]
DOCS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md")}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OURS = {name: room for name, room in sorted(get_commands().items()) if room in {"shuyuan.cli", "shuyuan.site"}}


def package(requirement: str) -> str:
    return re.split(r"[\[<>=!~;]", requirement)[0].strip()


@pytest.mark.parametrize(
    "name", [package(one) for one in [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]]
)
def test_each_dependency_has_its_reason(name: str) -> None:
    assert re.search(rf"^\| [^|]*\b{re.escape(name)}\b", DOCS["dependencies.md"], re.MULTILINE), name


@pytest.mark.parametrize("name", OURS)
def test_each_command_and_each_of_its_options_is_told(name: str) -> None:
    command = load_command_class(OURS[name], name)
    parser = command.create_parser("shuyuan", name)
    django_s_own = {"--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color"}
    django_s_own |= {"--force-color", "--skip-checks", "--help"}
    told = [line for line in DOCS["commands.md"].splitlines() if line.startswith(f"| `shuyuan {name}")]
    for action in parser._actions:
        for option in action.option_strings:
            if option.startswith("--") and option not in django_s_own:
                assert any(option in line for line in told), f"docs/commands.md: `shuyuan {name}` lacks {option}"


def test_each_setting_is_told() -> None:
    source = (ROOT / "src/shuyuan/site/settings.py").read_text(encoding="utf-8")
    for name in sorted(set(re.findall(r'"(SHUYUAN_[A-Z_]+|DATABASE_URL)"', source))):
        assert re.search(rf"^\|[^|]*`{name}`", DOCS["commands.md"], re.MULTILINE), f"docs/commands.md lacks {name}"


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{name}" for name in sorted(DOCS))])
def test_each_link_of_the_docs_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith("http"):
            assert ((ROOT / page).parent / target).exists(), f"{page} links to {target}"


@pytest.mark.parametrize("page", sorted(DOCS))
def test_each_file_the_docs_name_is_there(page: str) -> None:
    for path in re.findall(r"`((?:src|tests|tools|docs|example|bench)/[\w./-]+\.\w+)`", DOCS[page]):
        assert (ROOT / path).exists(), f"docs/{page} names {path}"


def test_the_reference_tells_every_ledger_and_figure_as_declared() -> None:
    from tools.reference import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tools/reference.py"
