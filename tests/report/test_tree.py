"""The report tree, and the HTML made from it."""

from html.parser import HTMLParser

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.styles.style import ParagraphStyle
from hypothesis import given
from hypothesis import strategies as st

from shuyuan.report import html, numbers, tree
from shuyuan.report.nodes import Bound, Document, Heading, Paragraph, Text
from shuyuan.report.package import w
from tests.report import words


def test_the_tree_holds_what_the_document_prints(filled_docx: bytes) -> None:
    document = tree.read(filled_docx)
    assert document.title == "2012年教育体育工作报告"
    debt = next(block for block in document.blocks if block.text.startswith("化解"))
    assert debt.inlines[:3] == (
        Text("化解学校债务"),
        Bound("debt.relieved", "2635万元", "http://127.0.0.1:8000/figures/debt.relieved/", "化解学校债务"),
        Text("，其中义务教育阶段"),
    )
    issuer = document.blocks[1]
    assert isinstance(issuer, Paragraph) and issuer.align == "center"


def test_no_number_of_the_sample_report_is_unbound(filled_docx: bytes) -> None:
    assert numbers.unbound(tree.read(filled_docx)) == []


def test_a_number_typed_into_the_template_is_found_there(template_docx: bytes) -> None:
    typed = words.changed(template_docx, "word/document.xml", "没有新增债务", "新增债务3笔、结余两万元")
    assert [found.text for found in numbers.unbound(tree.read(typed))] == ["3", "两万"]


def test_headings_are_known_by_the_names_that_word_keeps_in_every_language() -> None:
    document = docx.Document()
    document.add_paragraph("一、标题", style="Heading 1")
    document.styles["Heading 1"].element.set(w("styleId"), "1")  # as Chinese Word and WPS number them
    document.paragraphs[0]._p.get_or_add_pPr().get_or_add_pStyle().val = "1"
    own = document.styles.add_style("局里的标题", WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(own, ParagraphStyle)
    own.base_style = document.styles["Heading 2"]
    document.add_paragraph("（一）标题", style="局里的标题")
    document.add_paragraph("二〇一三年一月").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    first, second, third = tree.read(words.saved(document)).blocks
    assert isinstance(first, Heading) and isinstance(second, Heading) and isinstance(third, Paragraph)
    assert (first.level, second.level, third.align) == (1, 2, "right")


def test_deleted_text_is_left_out_and_inserted_text_is_read() -> None:
    data = words.with_body(
        "<w:p><w:r><w:t>全市</w:t></w:r>"
        "<w:del w:id='1' w:author='a'><w:r><w:delText>旧</w:delText></w:r></w:del>"
        "<w:ins w:id='2' w:author='a'><w:r><w:t>新增</w:t><w:br/><w:noBreakHyphen/></w:r></w:ins></w:p>"
    )
    assert [block.text for block in tree.read(data).blocks] == ["全市新增\n-"]


def test_a_text_box_is_read_once() -> None:
    box = "<w:r><w:txbxContent><w:p><w:r><w:t>框里有5人</w:t></w:r></w:p></w:txbxContent></w:r>"
    data = words.with_body(
        f"<w:p><w:r><w:t>前</w:t></w:r><mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert [block.text for block in tree.read(data).blocks] == ["前", "框里有5人"]


def test_numbers_in_table_cells_are_read() -> None:
    document = docx.Document()
    document.add_table(1, 2).cell(0, 1).text = "5人"
    assert [found.text for found in numbers.unbound(tree.read(words.saved(document)))] == ["5"]


def test_html_shows_each_number_as_a_link_to_its_figure(filled_docx: bytes) -> None:
    page = html.render(tree.read(filled_docx))
    assert "<h1>2012年教育体育工作报告</h1>" in page
    assert "<h3>（一）化解债务</h3>" in page
    assert (
        '<a class="figure" data-figure="debt.relieved" title="化解学校债务" '
        'href="http://127.0.0.1:8000/figures/debt.relieved/">2635万元</a>'
    ) in page
    assert '<p class="center">教育体育局</p>' in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", " javascript:alert(1)"])
def test_html_links_lead_to_pages_only(url: str) -> None:
    page = html.render(Document((Paragraph((Bound("a.b", "5人", url),)),)))
    assert page == '<p><span class="figure" data-figure="a.b" title="a.b">5人</span></p>'


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text, self.tags = "", []  # type: str, list[str]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"])),
    st.text(st.characters(exclude_categories=["Cs", "Cc"])),
)
def test_any_text_reaches_the_page_as_text(text: str, figure: str) -> None:
    reader = _Reader()
    reader.feed(html.render(Document((Paragraph((Text(text), Bound(figure, text, f"/{text}", text))),))))
    reader.close()
    assert reader.text == text * 2
    assert reader.tags == ["p", "a"]
