"""The two copies: 送审稿 with a comment on each figure, 印发稿 with nothing of ours in it."""

import io
import zipfile

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree

from shuyuan.report import bind, copies, frame, outline, package, pdf, sheet, tree, typeset
from shuyuan.report.package import w
from tests.report import words
from tests.report.samples import FIGURES, MADE, Number

NOTES = {name: f"来源：台账\n口径：{figure.title}；上年：—" for name, figure in FIGURES.items()}
SITE = "http://127.0.0.1:8000/"


def names(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def anywhere(data: bytes, text: str) -> list[str]:
    """The parts of a package that hold a text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [name for name in archive.namelist() if text.encode() in archive.read(name)]


def texts(data: bytes) -> list[str]:
    return [block.text for block in tree.read(data).blocks]


def test_each_figure_has_one_comment_where_it_is_first_printed(filled_docx: bytes) -> None:
    document = package.open_docx(copies.review(filled_docx, NOTES, made=MADE))
    figures = list(dict.fromkeys(bound.figure for bound in tree.of(document).bound()))
    assert [comment.text for comment in document.comments] == [NOTES[figure] for figure in figures]
    assert {(comment.author, comment.timestamp) for comment in document.comments} == {("数源", MADE)}
    assert texts(filled_docx) == [block.text for block in tree.of(document).blocks]


def test_the_marks_of_a_comment_stand_outside_bookmark_and_control(filled_docx: bytes) -> None:
    document = package.open_docx(copies.review(filled_docx, NOTES, made=MADE))
    starts = list(document.element.body.iter(w("commentRangeStart")))
    assert starts
    for start in starts:
        order = [start.getnext().tag, start.getnext().getnext().tag]
        end = next(element for element in start.itersiblings() if element.tag == w("commentRangeEnd"))
        assert order == [w("bookmarkStart"), w("sdt")]
        assert end.getprevious().tag == w("bookmarkEnd")
        assert end.getnext().find(w("commentReference")).get(w("id")) == start.get(w("id"))
    assert document.element.xpath("//w:sdt//w:commentRangeStart | //w:sdt//w:commentReference") == []


def test_a_second_review_replaces_our_comments_and_keeps_those_of_others(filled_docx: bytes) -> None:
    document = package.open_docx(filled_docx)
    document.add_comment(document.paragraphs[4].runs, "这句再推敲", "李主任", "李")
    remarked = package.save(document, made=MADE)
    once = copies.review(remarked, NOTES, made=MADE)
    twice = copies.review(once, {"debt.relieved": "新的说明"}, made=MADE)
    found = [(comment.author, comment.text) for comment in package.open_docx(twice).comments]
    assert found == [("李主任", "这句再推敲"), ("数源", "新的说明")]
    assert copies.review(once, NOTES, made=MADE) == copies.review(once, NOTES, made=MADE)


@pytest.mark.parametrize("note", ["甲\x00\x0b乙", "<w:p>&amp;</w:p>", "😀" * 3000, "行\n行\n\t行"])
def test_any_note_becomes_text_of_a_comment(filled_docx: bytes, note: str) -> None:
    document = package.open_docx(copies.review(filled_docx, {"debt.relieved": note}, made=MADE))
    (comment,) = document.comments
    assert comment.text == "".join(c for c in note if c >= " " or c in "\n\t")


def test_numbers_in_headers_and_text_boxes_get_no_comment_as_word_allows_none_there() -> None:
    document = package.open_docx(frame.build(outline.parse(_source("化解{{ debt.relieved_other }}。")), made=MADE))
    document.sections[0].header.paragraphs[0].text = "{{ debt.relieved }}"
    data = copies.review(bind.fill(package.save(document, made=MADE), FIGURES, made=MADE), NOTES, made=MADE)
    assert [comment.text for comment in package.open_docx(data).comments] == [NOTES["debt.relieved_other"]]


def _source(text: str) -> str:
    return f"""
year = 2012
title = "工作报告"
issuer = "教育局"
[[chapter]]
title = "经费"
[[chapter.paragraph]]
id = "1"
section = "finance"
text = '''{text}'''
"""


def test_both_copies_are_the_same_bytes_for_the_same_report(filled_docx: bytes) -> None:
    assert copies.review(filled_docx, NOTES, made=MADE) == copies.review(filled_docx, NOTES, made=MADE)
    assert copies.clean(filled_docx, made=MADE) == copies.clean(filled_docx, made=MADE)


def test_the_clean_copy_has_the_same_words_and_nothing_of_ours(filled_docx: bytes) -> None:
    reviewed = copies.review(filled_docx, NOTES, made=MADE)
    data = copies.clean(reviewed, made=MADE)
    assert texts(data) == texts(filled_docx)
    assert list(tree.read(data).bound()) == []
    for trace in (
        SITE,
        "fig_0",
        "debt.relieved",
        "w:sdt",
        "<w:hyperlink",
        "commentR",
        "来源：台账",
        'TargetMode="External"',
    ):
        assert anywhere(data, trace) == [], trace
    assert "word/comments.xml" not in names(data)
    assert 'w:rStyle w:val="Hyperlink"' not in words.part(data, "word/document.xml")
    assert copies.clean(data, made=MADE) == data


def test_the_clean_copy_drops_remarks_of_others_and_all_that_word_keeps_about_them(filled_docx: bytes) -> None:
    document = package.open_docx(filled_docx)
    document.add_comment(document.paragraphs[4].runs, "这句再推敲", "李主任", "李")
    assert anywhere(copies.clean(package.save(document, made=MADE), made=MADE), "李主任") == []


def test_a_link_of_the_office_s_own_goes_too_whether_element_or_field() -> None:
    link = RELATIONSHIP_TYPE.HYPERLINK
    document = docx.Document()
    identifier = document.part.relate_to("http://example.gov.cn/law", link, is_external=True)
    body = (
        "<w:p><w:hyperlink><w:r><w:rPr><w:rStyle w:val='Hyperlink'/></w:rPr><w:t>办法</w:t></w:r></w:hyperlink>"
        "<w:fldSimple w:instr=' HYPERLINK \"http://example.gov.cn/b\" '><w:r><w:t>乙</w:t></w:r></w:fldSimple>"
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> HYPERLINK \"http://example.gov.cn/c\""
        "</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>丙</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> DOCPROPERTY 文号 </w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>丁</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
    )
    paragraph = etree.fromstring(f'<b xmlns:w="{package.WORD}">{body}</b>')[0]
    paragraph[0].set(qn("r:id"), identifier)
    document.element.body.insert(0, paragraph)
    package.set_custom_properties(document, {"文号": "丁", "内部编号": "x"})
    data = copies.clean(words.saved(document), made=MADE)
    assert texts(data) == ["办法乙丙丁"]
    assert anywhere(data, "example.gov.cn") == []
    assert package.custom_properties(package.open_docx(data)) == {"文号": "丁"}
    assert "DOCPROPERTY" in words.part(data, "word/document.xml")


def test_the_office_s_own_bookmarks_and_jumps_stay() -> None:
    data = words.with_body(
        "<w:p><w:bookmarkStart w:id='1' w:name='fig_1'/><w:r><w:t>图</w:t></w:r><w:bookmarkEnd w:id='1'/>"
        "<w:bookmarkStart w:id='2' w:name='fig_0001_0a1b2c3d'/><w:r><w:t>5</w:t></w:r><w:bookmarkEnd w:id='2'/>"
        "<w:hyperlink w:anchor='fig_1'><w:r><w:t>见图</w:t></w:r></w:hyperlink></w:p>"
    )
    xml = words.part(copies.clean(data, made=MADE), "word/document.xml")
    assert xml.count("bookmarkStart") == xml.count("bookmarkEnd") == 1
    assert "w:anchor" in xml


@pytest.mark.parametrize(
    "xml",
    [
        "<w:p><w:r><w:t>全年</w:t></w:r><w:ins w:id='1' w:author='a'><w:r><w:t>新增</w:t></w:r></w:ins></w:p>",
        "<w:p><w:r><w:t>全年</w:t></w:r>"
        "<w:del w:id='1' w:author='a'><w:r><w:delText>新增</w:delText></w:r></w:del></w:p>",
    ],
)
def test_a_report_with_tracked_changes_is_not_issued(xml: str) -> None:
    with pytest.raises(copies.CopyError, match="「全年新增」处还有没有处理的修订"):
        copies.clean(words.with_body(xml), made=MADE)


def linked(data: bytes) -> str:
    """What stands under links, in reading order."""
    return "".join(
        glyph.text for page in sheet.read(data) for line in page.lines for glyph in line.glyphs if glyph.linked
    )


def test_typst_keeps_a_link_on_every_bound_number_and_none_in_the_clean_copy(filled_docx: bytes) -> None:
    document = tree.read(filled_docx)
    data = typeset.pdf(document, made=MADE)
    assert linked(data) == "".join(bound.text for bound in document.bound())
    assert {link.url for page in sheet.read(data) for link in page.links} == {b.url for b in document.bound()}
    issued = typeset.pdf(tree.read(copies.clean(filled_docx, made=MADE)), made=MADE)
    assert [link for page in sheet.read(issued) for link in page.links] == []


@pytest.mark.libreoffice
def test_libreoffice_keeps_a_link_on_every_bound_number_in_both_the_report_and_its_review(filled_docx: bytes) -> None:
    document = tree.read(filled_docx)
    for docx_file in (filled_docx, copies.review(filled_docx, NOTES, made=MADE)):
        data = pdf.make(docx_file, made=MADE).data
        assert linked(data) == "".join(bound.text for bound in document.bound())
        assert {link.url for page in sheet.read(data) for link in page.links} == {b.url for b in document.bound()}
    issued = pdf.make(copies.clean(filled_docx, made=MADE), made=MADE).data
    assert [link for page in sheet.read(issued) for link in page.links] == []
    assert printed(issued) == printed(pdf.make(filled_docx, made=MADE).data)


def printed(data: bytes) -> str:
    return "".join(line.text for page in sheet.read(data) for line in page.lines)


@pytest.mark.libreoffice
def test_a_review_copy_survives_libreoffice_with_every_number_and_comment(filled_docx: bytes) -> None:
    office = pdf.libreoffice()
    assert office is not None
    reviewed = copies.review(filled_docx, NOTES, made=MADE)
    saved = pdf.convert(reviewed, office, to="docx")
    before, after = list(tree.read(reviewed).bound()), list(tree.read(saved).bound())
    assert [(bound.figure, bound.text) for bound in after] == [(bound.figure, bound.text) for bound in before]
    assert len(list(package.open_docx(saved).comments)) == len(list(package.open_docx(reviewed).comments))
    # Once more, from what LibreOffice made of it: it dropped tags and moved bookmarks.
    again = package.open_docx(copies.review(saved, NOTES, made=MADE))
    assert len(list(again.comments)) == len({bound.figure for bound in before})
    assert texts(copies.clean(saved, made=MADE)) == texts(filled_docx)
    parts = names(copies.clean(saved, made=MADE))
    assert len(parts) == len(set(parts)), "LibreOffice names a relation otherwise, and a part was written twice"


def test_500_figures_each_get_their_comment() -> None:
    figures = {f"f.n{n}": Number(f"f.n{n}", f"指标{n}", f"{n}人", str(n), "人", f"{SITE}{n}/") for n in range(500)}
    text = "\n\n".join(f"第一项{{{{ f.n{n} }}}}，完成。" for n in range(500))
    filled = bind.fill(frame.build(outline.parse(_source(text)), made=MADE), figures, made=MADE)
    reviewed = copies.review(filled, {name: f"口径{name}" for name in figures}, made=MADE)
    assert [comment.text for comment in package.open_docx(reviewed).comments] == [f"口径{name}" for name in figures]
    assert texts(copies.clean(reviewed, made=MADE)) == texts(filled)
