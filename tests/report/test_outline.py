"""The outline: what it reads, and what it says when it cannot."""

from datetime import date
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


GENERAL = """
kind = "brief"
name = "简报"
until = "06-30"
title = "{organisation}{year}年简报"
issuer = "{organisation}"
[[chapter]]
title = "进展"
[[chapter.paragraph]]
id = "1"
section = "office"
text = "与{before}年同期对照。"
[chapter.paragraph.table]
caption = "{year}年主要指标"
columns = ["指标", "单位", "{year}年", "{before}年", "比上年"]
figures = ["debt.relieved"]
"""


def test_an_outline_for_every_year_is_told_which_year_and_whose() -> None:
    read = outline.parse(GENERAL, name="brief.toml").of(2013, "教育局")
    (paragraph,) = read.paragraphs()
    assert (read.title, read.issuer, paragraph.texts) == ("教育局2013年简报", "教育局", ("与2012年同期对照。",))
    assert read.last_day() == date(2013, 6, 30)
    assert paragraph.table
    assert (paragraph.table.caption, paragraph.table.columns[2:4]) == ("2013年主要指标", ("2013年", "2012年"))


def test_a_table_has_a_row_for_each_indicator_or_one_that_repeats_for_each_name() -> None:
    by_indicator = outline.Table("表", ("",) * 5, ("debt.relieved",))
    assert by_indicator.rows(lambda _name: ("化解债务", "万元")) == [
        [
            *("化解债务", "万元", "{{ debt.relieved | number }}"),
            *("{{ debt.relieved | last_year(number) }}", "{{ debt.relieved | than_last_year }}"),
        ]
    ]
    by_school = outline.Table("表", ("", ""), ("pupil.all",), each="school.names")
    assert by_school.rows(lambda _name: ("", "")) == [
        ["{% for 项 in school.names %}{{ 项 }}", "{{ pupil.all | at(项, number) }}{% endfor %}"]
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('until = "06-30"', 'until = "06-31"', "「until」应当是月和日。请写成"),
        ('until = "06-30"', 'until = "02-29"', "「until」应当是月和日"),
        ('"比上年"]', '"比上年", "多余"]', "有 6 列，应当有 5 列"),
        ('figures = ["debt.relieved"]', "figures = []", "「figures」应当是一列文字"),
        ("[chapter.paragraph.table]", '[chapter.paragraph.table]\neach = "school.names"', "应当有 2 列"),
        ('name = "简报"', "", "缺少「name」"),
        ('issuer = "{organisation}"', 'issuer = "{organisation}"\nyaer = 2012', "不认识的项「yaer」"),
    ],
)
def test_a_fault_of_a_general_outline_is_named_too(old: str, new: str, said: str) -> None:
    with pytest.raises(outline.OutlineError) as caught:
        outline.parse(GENERAL.replace(old, new), name="brief.toml")
    assert said in str(caught.value)
