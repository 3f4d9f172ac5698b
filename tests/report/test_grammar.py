"""The language of templates: what is read, what is told with its cure, and that nothing can make it hang."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.report import grammar
from shuyuan.report.grammar import Call, For, Malformed, Mark, Print


@pytest.mark.parametrize(
    ("text", "name", "call"),
    [
        ("{{ debt.relieved }}", "debt.relieved", Call()),
        ("{{debt.relieved|number}}", "debt.relieved", Call("number")),
        ("{{ 化解学校债务 | 数字 }}", "化解学校债务", Call("数字")),
        ("{{ 发放助学金、学生乘车补贴等（元） }}", "发放助学金、学生乘车补贴等（元）", Call()),
        ("{{ 2012年新建项目 }}", "2012年新建项目", Call()),
        ("{{ a.names | some(3) }}", "a.names", Call("some", ("3",))),
        ("{{ a.b | in(“亿元”, 2) }}", "a.b", Call("in", ("亿元", "2"))),
        ('{{ a.b | in("亿元") }}', "a.b", Call("in", ("亿元",))),
        ("{{ a.b\n| plain }}", "a.b", Call("plain")),
    ],
)
def test_a_placeholder_is_read(text: str, name: str, call: Call) -> None:
    (found,) = grammar.scan(f"发放{text}。")
    assert isinstance(found, Print)
    assert (found.name, found.call, found.start, found.text) == (name, call, 2, text)


@pytest.mark.parametrize(
    ("text", "variable", "name", "scope"),
    [
        ("{% for it in a.names.items %}", "it", "a.names", ""),
        ("{%p for 项 in 校舍安全工程项目名单 %}", "项", "校舍安全工程项目名单", "p"),
        ("{%tr for x in a.names %}", "x", "a.names", "tr"),
    ],
)
def test_a_loop_is_read_as_docxtpl_writes_it(text: str, variable: str, name: str, scope: str) -> None:
    (found,) = grammar.scan(text)
    assert isinstance(found, For)
    assert (found.variable, found.name, found.scope) == (variable, name, scope)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{% endfor %}", "endfor"),
        ("{%tr endfor %}", "endfor"),
        ("{% if not loop.last %}", "unless last"),
        ("{% endif %}", "endif"),
    ],
)
def test_the_marks_of_a_loop_are_read(text: str, kind: str) -> None:
    (found,) = grammar.scan(text)
    assert isinstance(found, Mark) and found.kind == kind


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("｛｛ debt.relieved ｝｝", "请改成 {{ debt.relieved }}"),
        ("{｛ 化解学校债务 ｝}", "请改成 {{ 化解学校债务 }}"),
        ("{{ debt.relieved ｜ number }}", "请改成 {{ debt.relieved | number }}"),
        ("{{ debt．relieved }}", "请改成 {{ debt.relieved }}"),
        ("{{ debt。relieved }}", "请改成 {{ debt.relieved }}"),
        ("{{ a.names | some（3） }}", "请改成 {{ a.names | some(3) }}"),
        ("｛% for 项 in 名单 %｝", "请改成 {% for 项 in 名单 %}"),
        ("{ debt.relieved }", "请写成 {{ debt.relieved }}"),
        ("{{ a.b | number | plain }}", "只留一个竖线"),
        ("{{ a.b.__class__ }}", "请写成 {{ 指标名 }}"),
        ("{{ ''.join(x) }}", "请写成 {{ 指标名 }}"),
        ("{{ x * 10**10 }}", "请写成 {{ 指标名 }}"),
        ("{% for x in range(10**9) %}", "循环请写成"),
        ("{% set x = 1 %}", "循环请写成"),
        ("{% include 'x' %}", "循环请写成"),
        ("{% if a.b > 3 %}", "循环请写成"),
        ("{# 备注 #}", "请写成 {{ 指标名 }}"),
        ("{{", "请写成 {{ 指标名 }}"),
    ],
)
def test_what_is_mistyped_is_told_with_the_cure(text: str, cure: str) -> None:
    (found,) = grammar.scan(f"全年{text}")
    assert isinstance(found, Malformed)
    assert cure in found.cure


@given(st.text(alphabet="{}%|｛｝ ab.名forin()#\n", max_size=60))
def test_every_pair_of_braces_is_either_read_or_told(text: str) -> None:
    left = text
    for token in reversed(grammar.scan(text)):
        assert text[token.start : token.end] == token.text
        left = f"{left[: token.start]}◆{left[token.end :]}"
    assert "{{" not in left and "{%" not in left and "}}" not in left


@pytest.mark.parametrize("text", ["{" * 100_000, "{{ " * 50_000, "{{ a" + " " * 100_000 + "}}", "{%" * 50_000])
def test_a_text_full_of_braces_is_read_to_its_end(text: str) -> None:
    tokens = grammar.scan(text)
    assert tokens and all(isinstance(token, Malformed) for token in tokens)
