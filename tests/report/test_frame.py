"""The Word template: the page, the styles and the fonts that official documents have."""

from docx.shared import Mm, Pt

from shuyuan.report import frame, package, tree
from shuyuan.report.nodes import Heading
from shuyuan.report.package import w
from tests.report import words
from tests.report.samples import MADE, OUTLINE


def test_the_page_is_that_of_the_standard(template_docx: bytes) -> None:
    section = package.open_docx(template_docx).sections[0]
    millimetres = [round(length.mm, 1) for length in (section.page_width, section.page_height) if length]
    assert millimetres == [210.0, 297.0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    for margin, wanted in zip(margins, (37, 35, 28, 26), strict=True):
        assert margin is not None and abs(margin - Mm(wanted)) < Mm(0.1)


def test_the_styles_carry_the_official_fonts_for_every_script(template_docx: bytes) -> None:
    document = package.open_docx(template_docx)
    for style, font, size in [
        ("Normal", "仿宋_GB2312", 16),
        ("Title", "方正小标宋简体", 22),
        ("Heading 1", "黑体", 16),
        ("Heading 2", "楷体_GB2312", 16),
        ("Footer", "宋体", 14),
    ]:
        element = document.styles[style].element
        fonts = element.find(f"{w('rPr')}/{w('rFonts')}")
        assert {fonts.get(w(script)) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {font}
        assert element.find(f"{w('rPr')}/{w('sz')}").get(w("val")) == str(size * 2)
        assert element.find(f"{w('pPr')}/{w('spacing')}").get(w("line")) == "579"
    assert "heme=" not in words.part(template_docx, "word/styles.xml")


def test_links_and_comments_have_their_styles(template_docx: bytes) -> None:
    xml = words.part(template_docx, "word/styles.xml")
    for identifier in ("Hyperlink", "CommentText", "CommentReference"):
        assert f'w:styleId="{identifier}"' in xml
    document = package.open_docx(template_docx)
    comment = document.add_comment(document.paragraphs[4].runs, "来源", "数源", "数")
    assert comment.paragraphs[0].style is not None


def test_page_numbers_stand_outside_on_odd_and_even_pages(template_docx: bytes) -> None:
    document = package.open_docx(template_docx)
    assert document.settings.odd_and_even_pages_header_footer
    odd, even = document.sections[0].footer.paragraphs[0], document.sections[0].even_page_footer.paragraphs[0]
    assert (odd.text, even.text) == ("— 1 —", "— 1 —")
    assert (odd.paragraph_format.right_indent, even.paragraph_format.left_indent) == (Pt(14), Pt(14))
    assert "<w:instrText>PAGE</w:instrText>" in odd._p.xml


def test_chapters_and_sections_are_numbered_and_placeholders_stay(template_docx: bytes) -> None:
    blocks = tree.read(template_docx).blocks
    headings = [(block.level, block.text) for block in blocks if isinstance(block, Heading)]
    assert headings == [
        (0, "2012年教育体育工作报告"),
        (1, "一、队伍建设"),
        (2, "（一）师德与作风"),
        (2, "（二）宣传与家访"),
        (1, "二、办学条件"),
        (2, "（一）化解债务"),
        (2, "（二）校舍与场地"),
        (1, "三、教育公平与质量"),
    ]
    assert any("{{ debt.relieved }}" in block.text for block in blocks)


def test_the_same_outline_gives_the_same_template(template_docx: bytes) -> None:
    assert frame.build(OUTLINE, made=MADE) == template_docx
