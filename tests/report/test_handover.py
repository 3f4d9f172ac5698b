"""A part taken along in Word and brought back; and a whole template that the office gives."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from django.core.exceptions import PermissionDenied
from docx.text.paragraph import Paragraph

from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.report import build, drafting, handover, package, templating
from shuyuan.report.drafting import Refused
from shuyuan.report.models import Part, Report, Template
from shuyuan.report.template import TemplateError
from tests.county import County

TEXT = "全年化解学校债务{{ debt.relieved }}。\n\n新建校舍{{ project.safety }}。"


@pytest.fixture
def report(county: County) -> Report:
    with acting(county.office, "开始起草"):
        return drafting.open_report(2013)


@pytest.fixture
def part(county: County, report: Report) -> Part:
    part = report.parts().get(code="2.1")
    with acting(county.office, "起草"):
        return drafting.save(part, TEXT, part.revision)


def edited(data: bytes, edit: Callable[[Any], None]) -> bytes:
    document = docx.Document(io.BytesIO(data))
    edit(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def body(document: Any) -> list[Paragraph]:
    """The paragraphs of prose, without title and headings."""
    return [one for one in document.paragraphs if one.style.name == "Normal"]


def test_a_part_comes_back_as_it_was_taken(part: Part) -> None:
    brought = handover.bring(part, handover.take(part))
    assert (brought.text, brought.base) == (TEXT, part.revision)


def test_an_empty_part_can_be_taken_and_filled(report: Report) -> None:
    part = report.parts().get(code="1.1")
    data = edited(handover.take(part), lambda document: document.add_paragraph("写在 Word 里。"))
    assert handover.bring(part, data).text == "写在 Word 里。"


def test_placeholders_that_word_has_split_over_runs_come_back_whole(part: Part) -> None:
    def split(document: Any) -> None:
        for paragraph in body(document):
            text, first = paragraph.text, paragraph.runs[0]
            first.text = ""
            for at in range(0, len(text), 3):
                run = paragraph.add_run(text[at : at + 3])
                run.bold = at % 2 == 0

    assert handover.bring(part, edited(handover.take(part), split)).text == TEXT


def test_what_was_edited_in_word_is_the_new_text(part: Part) -> None:
    def edit(document: Any) -> None:
        body(document)[0].add_run("进度快于计划。")
        body(document)[1].insert_paragraph_before("中间加一段。")

    text = handover.bring(part, edited(handover.take(part), edit)).text
    assert text == (
        "全年化解学校债务{{ debt.relieved }}。进度快于计划。\n\n中间加一段。\n\n新建校舍{{ project.safety }}。"
    )


def test_another_parts_file_is_refused_by_name(report: Report, part: Part) -> None:
    other = report.parts().get(code="1.1")
    with pytest.raises(Refused, match=r"这个文件是「2.1 经费与债务」的，不是「1.1 师德建设」的"):
        handover.bring(other, handover.take(part))


def test_a_file_that_does_not_say_where_it_comes_from_is_taken(part: Part) -> None:
    document = docx.Document()
    document.add_paragraph("自己新建的文件。")
    out = io.BytesIO()
    document.save(out)
    assert handover.bring(part, out.getvalue()) == handover.Brought("自己新建的文件。", None)


def test_a_table_is_refused_and_not_flattened(part: Part) -> None:
    data = edited(handover.take(part), lambda document: document.add_table(2, 2))
    with pytest.raises(Refused, match="表格"):
        handover.bring(part, data)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "文字".encode()])
def test_what_is_no_word_file_is_refused(part: Part, data: bytes) -> None:
    with pytest.raises(package.PackageError):
        handover.bring(part, data)


@pytest.mark.parametrize("mark", ["x:y", "9" * 40 + ":1", ":", "0:0", "²:1"])
def test_a_forged_mark_is_another_reports_or_none(part: Part, mark: str) -> None:
    document = package.open_docx(handover.take(part))
    package.set_custom_properties(document, {"shuyuan_part": mark})
    out = io.BytesIO()
    document.save(out)
    try:
        assert handover.bring(part, out.getvalue()).base is None
    except Refused as refused:
        assert "另一份报告" in str(refused)


# --- a whole template ---


def word(text: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_given_template_replaces_the_parts_until_it_is_withdrawn(county: County, report: Report) -> None:
    with acting(county.office, "上传"):
        given = templating.give(report, "C:\\桌面\\模板.docx", word("我们自己的{{ debt.relieved }}。"))
    assert given.name == "模板.docx" and given.file.name == f"templates/{given.sha256[:2]}/{given.sha256}"
    assert [block.text for block in build.draft(report).document.blocks] == ["我们自己的—。"]
    with acting(county.office, "停用"):
        templating.withdraw(report)
        with pytest.raises(Refused):
            templating.withdraw(report)
    assert "【待起草" in "".join(block.text for block in build.draft(report).document.blocks)


def test_the_latest_template_counts_and_the_same_file_is_kept_once(county: County, report: Report) -> None:
    with acting(county.office, "上传"):
        first = templating.give(report, "一.docx", word("一。"))
        templating.give(report, "二.docx", word("二。"))
        again = templating.give(report, "三.docx", first.read())
    assert report.template() == again and again.file.name == first.file.name
    assert [block.text for block in build.draft(report).document.blocks] == ["一。"]


def test_a_template_with_mistakes_is_not_kept(county: County, report: Report) -> None:
    with pytest.raises(TemplateError, match=r"debt\.relieved"), acting(county.office, "上传"):
        templating.give(report, "模板.docx", word("化解{{ debt.releved }}。"))
    assert not Template.objects.exists()


def test_a_file_altered_behind_our_back_is_not_used(county: County, report: Report) -> None:
    with acting(county.office, "上传"):
        given = templating.give(report, "模板.docx", word("原来的。"))
    Path(given.file.path).write_bytes(word("掉包的。"))
    with pytest.raises(ValueError, match="不一致"):
        build.draft(report)


def test_only_the_office_gives_a_template(county: County, report: Report) -> None:
    for user in (county.officer(Function.FINANCE), county.clerk):
        with pytest.raises(PermissionDenied), acting(user, "上传"):
            templating.give(report, "模板.docx", word("越权。"))
        with pytest.raises(PermissionDenied), acting(user, "停用"):
            templating.withdraw(report)
