"""The outline: what it reads, and what it says when it cannot."""

from pathlib import Path

import pytest

from shuyuan.report import outline

GOOD = """
year = 2012
title = "2012年工作报告"
issuer = "教育体育局"
[[chapter]]
title = "队伍建设"
[[chapter.paragraph]]
id = "1.1"
heading = "从严治教"
section = "personnel"
text = '''
全年有{{ discipline.warned_heads }}受到
警告处分。

其余从略。
'''
[[chapter.paragraph]]
id = "1.2"
section = "office"
text = "略。"
[[figure]]
name = "honour.top_ten"
where = { level = "county" }
"""


def test_an_outline_is_read_with_its_paragraphs_and_figures() -> None:
    read = outline.parse(GOOD)
    first, second = read.paragraphs()
    assert (read.year, read.issuer, read.chapters[0].title) == (2012, "教育体育局", "队伍建设")
    assert first.texts == ("全年有{{ discipline.warned_heads }}受到警告处分。", "其余从略。")
    assert (first.heading, second.heading, second.section) == ("从严治教", "", "office")
    assert read.figures == ({"name": "honour.top_ten", "where": {"level": "county"}},)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('issuer = "教育体育局"', "", "2012.toml：缺少「issuer」。请写成 issuer"),
        ("year = 2012", 'year = "2012"', "「year」应当是整数"),
        ('section = "personnel"', "", "2012.toml 第1章 《队伍建设》 第1段（1.1）：缺少「section」"),
        ('id = "1.2"', 'id = "1.1"', "段落编号 1.1 出现两次"),
        ('id = "1.2"', "id = 1.2", "「id」应当是文字"),
        ('heading = "从严治教"', 'headng = "从严治教"', "是不是 heading？"),
        ("[[chapter]]", "[chapter]", "[[chapter]] 开头"),
        ('text = "略。"', 'text = ""', "第2段（1.2）：缺少「text」"),
        ('title = "队伍建设"', "title = 队伍建设", "2012.toml：TOML 格式有误"),
    ],
)
def test_a_fault_is_named_with_its_place_and_cure(old: str, new: str, said: str) -> None:
    with pytest.raises(outline.OutlineError) as caught:
        outline.parse(GOOD.replace(old, new), name="2012.toml")
    assert said in str(caught.value)


def test_an_outline_without_chapters_is_refused() -> None:
    with pytest.raises(outline.OutlineError, match=r"至少写一个 \[\[chapter\]\]"):
        outline.parse('year = 2012\ntitle = "报告"\nissuer = "局"')


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "2012.toml"
    path.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(outline.OutlineError, match=r"2012\.toml：文件不是 UTF-8 编码"):
        outline.read(path)
