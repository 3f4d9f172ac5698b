"""docs/report.md is held true: each example of it is printed, each mistake of it is told."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from shuyuan.report import bind, phrases, template, tree
from shuyuan.report.phrases import Item
from tests.report import words
from tests.report.samples import FIGURES, MADE, names, number

GUIDE = (Path(__file__).parents[2] / "docs/report.md").read_text(encoding="utf-8")
RELIEVED = FIGURES["debt.relieved"]
PART = number("debt.relieved", "化解学校债务", "120", "万元")
BEFORE = number("debt.relieved", "化解学校债务", "2240", "万元")
WORKS = [Item("河头小学综合楼", "主体封顶"), Item("直溪中学教学楼", "竣工"), Item("朱林小学食堂")]
KNOWN = FIGURES | {
    "debt.relieved": replace(RELIEVED, earlier=BEFORE, parts={"河头小学": PART}),
    "project.names": names("project.names", "工程项目名单", "个", *WORKS),
    "school.names": names("school.names", "在册学校名单", "所", Item("河头小学")),
}


def rows(heading: str) -> list[list[str]]:
    """The cells of the tables below a heading of the guide, bars as one types them."""
    section = GUIDE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    return [[cell.strip().strip("`").replace("\\|", "|") for cell in row] for row in cells if "---" not in row[0]]


PRINTED = [
    tuple(row[-2:])
    for heading in ("占位符怎么写", "换一种印法", "名单", "每个名字写一遍：循环")
    for row in rows(heading)
    if row[-1] != "印出来"
]
MISTAKES = [tuple(row) for row in rows("写错了怎么办") if row[0] != "写成了"]


def test_the_guide_has_its_examples() -> None:
    assert len(PRINTED) >= 20 and len(MISTAKES) >= 10


@pytest.mark.parametrize(("written", "printed"), PRINTED)
def test_an_example_prints_what_the_guide_says(written: str, printed: str) -> None:
    data = words.with_runs(written)
    (block,) = tree.read(bind.fill(data, KNOWN, made=MADE)).blocks
    assert block.text == printed
    assert template.read(data).mistakes(KNOWN) == []


@pytest.mark.parametrize(("written", "told"), MISTAKES)
def test_a_mistake_is_told_as_the_guide_says(written: str, told: str) -> None:
    problems = template.read(words.with_runs(written)).problems(KNOWN)
    assert any(told in f"{problem.fault}。{problem.cure}" for problem in problems), [str(one) for one in problems]


def test_every_way_of_printing_is_in_the_guide_under_both_its_names() -> None:
    for one in phrases.FILTERS.values():
        assert f"| {one.chinese}" in GUIDE.replace("\\|", "|"), one.chinese
        assert f"`{one.name}`" in GUIDE, one.name


def test_the_row_of_a_table_by_school_prints_as_the_guide_says() -> None:
    cells = re.findall(r"第[一二]格 `([^`]*)`", GUIDE)
    (block,) = tree.read(bind.fill(words.with_runs("：".join(cells)), KNOWN, made=MADE)).blocks
    assert block.text == "河头小学：120万元"
