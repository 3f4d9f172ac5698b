"""Loops over lists of names, as Word documents hold them; each printed name is bound to its figure."""

import docx
import pytest

from shuyuan.report import bind, filling, package, template, tree
from shuyuan.report.nodes import Document
from shuyuan.report.phrases import Item
from tests.report import words
from tests.report.samples import FIGURES, MADE, Number, names, number

WORKS = names(
    "project.names",
    "校舍安全工程项目名单",
    "个",
    Item("河头小学综合楼", "主体封顶"),
    Item("直溪中学教学楼", "竣工"),
    Item("朱林小学食堂"),
)
ALL = FIGURES | {"project.names": WORKS, "a.empty": names("a.empty", "空名单", "所")}


def filled(data: bytes, figures: dict[str, Number] = ALL) -> Document:
    return tree.read(bind.fill(data, figures, made=MADE))


def lines(data: bytes, figures: dict[str, Number] = ALL) -> list[str]:
    """What is printed, the cells of a table one by one."""
    return [line for block in filled(data, figures).blocks for line in block.text.replace("\t", "\n").split("\n")]


def told(data: bytes) -> str:
    with pytest.raises(template.TemplateError) as refused:
        bind.fill(data, ALL, made=MADE)
    return str(refused.value)


def table(*rows: tuple[str, ...]) -> bytes:
    document = docx.Document()
    made = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return words.saved(document)


def paragraphs(*texts: str) -> bytes:
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    return words.saved(document)


def test_a_loop_in_a_sentence_joins_names_as_prose_does() -> None:
    text = "工程有{% for 项 in 校舍安全工程项目名单 %}{{ 项 }}{% if not loop.last %}、{% endif %}{% endfor %}等。"
    assert lines(paragraphs(text)) == ["工程有河头小学综合楼（主体封顶）、直溪中学教学楼（竣工）、朱林小学食堂等。"]


def test_every_name_that_a_loop_prints_is_bound_to_the_list() -> None:
    document = filled(paragraphs("{% for it in project.names.items %}{{ it.name }}：{{ it.beside }}；{% endfor %}"))
    assert [(one.figure, one.text) for one in document.bound()] == [
        ("project.names", text)
        for text in ("河头小学综合楼", "主体封顶", "直溪中学教学楼", "竣工", "朱林小学食堂", "—")
    ]


def test_a_loop_split_over_runs_keeps_the_formatting_of_what_repeats() -> None:
    data = words.with_runs("有{% for 项 i", "n project.na", "mes %}{{ 项.na", "me }", "}、{% end", "for %}共", "三处")
    made = bind.fill(data, ALL, made=MADE)
    assert [block.text for block in tree.read(made).blocks] == [
        "有河头小学综合楼、直溪中学教学楼、朱林小学食堂、共三处"
    ]
    assert words.part(made, "word/document.xml").count("<w:b/>") >= 3


def test_two_loops_stand_in_one_sentence_with_a_number_between_them() -> None:
    one = "{% for x in project.names %}{{ x.序号 }}{% endfor %}"
    assert lines(paragraphs(f"甲{one}乙{{{{ aid.grants }}}}丙{one}丁")) == ["甲123乙近700万元丙123丁"]


@pytest.mark.parametrize("scope", ["", "p"])
def test_a_loop_over_paragraphs_repeats_them_and_tables_between(scope: str) -> None:
    document = docx.Document()
    document.add_paragraph(f"{{%{scope} for 项 in 校舍安全工程项目名单 %}}")
    document.add_paragraph("{{ 项.name }}")
    document.add_table(1, 1).cell(0, 0).text = "进度：{{ 项.beside }}，共投入{{ aid.grants }}"
    document.add_paragraph(f"{{%{scope} endfor %}}")
    document.add_paragraph("完")
    found = lines(words.saved(document))
    assert found[:3] == ["河头小学综合楼", "进度：主体封顶，共投入近700万元", "直溪中学教学楼"]
    assert len(found) == 7 and found[-1] == "完"


def test_a_loop_over_rows_repeats_the_rows_between_its_marks() -> None:
    data = table(
        ("工程", "进度"),
        ("{%tr for r in project.names %}", ""),
        ("{{ r.name }}", "{{ r.beside }}"),
        ("{%tr endfor %}", ""),
    )
    assert len(package.open_docx(bind.fill(data, ALL, made=MADE)).tables[0].rows) == 4
    assert lines(data)[2:4] == ["河头小学综合楼", "主体封顶"]


def test_a_loop_that_begins_and_ends_in_one_row_repeats_that_row() -> None:
    data = table(("工程", "进度"), ("{% for r in project.names %}{{ r.name }}", "{{ r.beside }}{% endfor %}"))
    made = package.open_docx(bind.fill(data, ALL, made=MADE)).tables[0]
    assert made.cell(0, 0).text == "工程" and len(made.rows) == 4


def test_a_row_of_a_school_shows_that_school_s_part_of_a_figure() -> None:
    part = number("debt.relieved", "化解学校债务", "120", "万元")
    whole = Number("debt.relieved", "化解学校债务", "2635万元", "2635", "万元", parts={"河头小学": part})
    schools = names("school.names", "在册学校名单", "所", Item("河头小学"), Item("直溪中学"))
    figures = {"debt.relieved": whole, "school.names": schools}
    row = ("{% for 校 in 在册学校名单 %}{{ 校 }}", "{{ debt.relieved | at(校, number) }}{% endfor %}")
    with pytest.raises(ValueError, match="没有叫『直溪中学』的单位"):
        lines(table(row), figures)
    both = {"河头小学": part, "直溪中学": number("debt.relieved", "化解学校债务", "30", "万元")}
    figures["debt.relieved"] = Number("debt.relieved", "化解学校债务", "2635万元", "2635", "万元", parts=both)
    assert lines(table(row), figures) == ["河头小学", "120", "直溪中学", "30"]


def test_a_list_of_nobody_prints_nothing_and_an_unknown_one_a_dash() -> None:
    loop = "名单：{% for x in a.empty %}{{ x }}、{% endfor %}完"
    assert lines(paragraphs(loop)) == ["名单：完"]
    unknown = ALL | {"a.empty": Number("a.empty", "空名单", "—", "—", "所", listed=True)}
    assert lines(paragraphs(loop), unknown) == ["名单：—、完"]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("{% for x in project.names %}{{ x }}",), "循环没有结尾"),
        (("{{ aid.grants }}{% endfor %}",), "这个循环没有开头"),
        (("甲{% for x in project.names %}", "{{ x }}", "{% endfor %}"), "循环的开头和结尾不在同一处"),
        (("{% for x in project.names %}{% for y in project.names %}{{ y }}{% endfor %}{% endfor %}",), "还没有结束"),
        (("{% for x in aid.grants %}{{ x }}{% endfor %}",), "「发放助学金、学生乘车补贴等」不是名单，不能循环"),
        (("{% for x in project.nmes %}{{ x }}{% endfor %}",), "指标 project.nmes 不存在"),
        (("{% for x in project.names %}{{ x.__class__ }}{% endfor %}",), "无法识别"),
        (("{% for x in project.names %}{{ x.length }}{% endfor %}",), "可用：x.名称、x.说明、x.序号"),
        (("{% for x in project.names %}{{ x | number }}{% endfor %}",), "循环里的名称不带写法"),
        (("{% for x in project.names %}{{ x }}{% endfor %}{{ x }}",), "指标 x 不存在"),
        (("{% if not loop.last %}、{% endif %}",), "条件不在循环里"),
        (("{% for x in project.names %}{% if not loop.last %}、{% endfor %}",), "条件没有结束"),
        (("{% for x in project.names %}{% endif %}{% endfor %}",), "条件没有开头"),
        (("{% for x in range(10**9) %}{{ x }}{% endfor %}",), "无法识别"),
    ],
)
def test_a_broken_loop_is_refused_with_its_paragraph_quoted(texts: tuple[str, ...], said: str) -> None:
    message = told(paragraphs(*texts))
    assert said in message and "段落「" in message


def test_a_loop_half_inside_a_link_is_refused() -> None:
    body = (
        "<w:p><w:hyperlink w:anchor='x'><w:r><w:t>{% for x in project.names %}{{ x }}</w:t></w:r></w:hyperlink>"
        "<w:r><w:t>{% endfor %}</w:t></w:r></w:p>"
    )
    assert "放在链接、修订和控件之外" in told(words.with_body(body))


def test_a_loop_that_would_write_a_library_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "MOST_ELEMENTS", 50)
    assert "循环写出来太长" in told(paragraphs("{% for x in project.names %}", *["{{ x }}"] * 20, "{% endfor %}"))


def test_a_thousand_names_over_a_table_take_a_moment_only() -> None:
    many = names("project.names", "名单", "个", *(Item(f"工程{n}") for n in range(1000)))
    data = table(("{% for r in project.names %}{{ r.序号 }}", "{{ r.name }}{% endfor %}"))
    assert len(list(filled(data, {"project.names": many}).bound())) == 2000
