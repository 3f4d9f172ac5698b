"""The checker of GB/T 9704-2012: our own pages keep every rule, and each broken rule is found by name and place."""

import json
from collections.abc import Callable

import pytest
import typst
from docx.document import Document as WordDocument
from docx.shared import Mm, Pt, RGBColor, Twips

from shuyuan.figures.books import Books
from shuyuan.report import bind, copies, frame, layout, outline, package, pdf, sheet, tree, typeset
from shuyuan.report.build import build
from shuyuan.report.tree import Document, Heading, Paragraph, Text
from tests.filled import filled
from tests.report.samples import FIGURES, MADE

books = filled("debt")
PROSE = "各校坚持立德树人根本任务全面提高教育质量深化课程改革规范办学行为保障校园安全办好人民满意的教育" * 13
REPORT = Document(
    (
        Heading(0, (Text("关于全面提高教育质量的\n工作报告"),)),
        Paragraph((Text("教育体育局"),), "center"),
        Heading(1, (Text("一、队伍建设"),)),
        Heading(2, (Text("（一）师德建设"),)),
        *(Paragraph((Text(PROSE),)) for _ in range(3)),
        Paragraph((Text("张喆、李堃、王玥、赵昇、钱垚、孙祎等老师获得表彰。"),)),
    )
)
SOURCE = f"""
year = 2012
title = "关于全面提高教育质量的\\n工作报告"
issuer = "教育体育局"
[[chapter]]
title = "队伍建设"
[[chapter.paragraph]]
id = "1.1"
heading = "师德建设"
section = "personnel"
text = '''
{PROSE}

{PROSE}

{PROSE}

张喆、李堃、王玥、赵昇、钱垚、孙祎等老师获得表彰，{{{{ discipline.dismissed }}}}被解聘。
'''
"""


def altered(old: str, new: str, document: Document = REPORT) -> bytes:
    """The report set by typst in a layout in which one thing was changed."""
    source = (typeset.LAYOUT).read_text(encoding="utf-8")
    assert old in source
    data: bytes = typst.compile(
        source.replace(old, new).encode(),
        font_paths=typeset.fonts(),
        sys_inputs={"report": json.dumps(typeset.described(document), ensure_ascii=False)},
    )
    return data


def rules(data: bytes) -> set[str]:
    return {found.rule for found in layout.check(data)}


def test_a_report_set_by_typst_keeps_every_rule() -> None:
    data = typeset.pdf(REPORT, made=MADE)
    assert len(sheet.read(data)) > 2
    assert [str(found) for found in layout.check(data)] == []


@pytest.mark.libreoffice
def test_a_report_set_by_libreoffice_keeps_every_rule() -> None:
    data = pdf.make(by_word(lambda document: None), made=MADE).data
    assert len(sheet.read(data)) > 2
    assert [str(found) for found in layout.check(data)] == []


@pytest.mark.libreoffice
@pytest.mark.django_db
def test_the_report_of_2012_keeps_every_rule_by_both_engines(books: Books) -> None:
    report = build(2012)
    made = report.pdf()
    assert made.engine == "LibreOffice"
    for data in (made.data, typeset.pdf(report.document, made=MADE)):
        assert len(sheet.read(data)) > 4
        assert [str(found) for found in layout.check(data)] == []


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        ('paper: "a4"', 'paper: "us-letter"', "paper"),
        ("margin: (top: 37mm", "margin: (top: 34mm", "top"),
        ("margin: (top: 37mm", "margin: (top: 44mm", "top"),
        ("bottom: 35mm", "bottom: 20mm", "bottom"),
        ("left: 28mm", "left: 31mm", "left"),
        ("left: 28mm", "left: 25mm", "left"),
        ("right: 26mm", "right: 32mm", "right"),
        ("right: 26mm", "right: 20mm", "right"),
        ("justify: true", "justify: true, hanging-indent: 3mm", "left"),
        ("pitch = 28.95pt", "pitch = 30pt", "pitch"),
        ("pitch = 28.95pt", "pitch = 30pt", "lines"),
        ("pitch = 28.95pt", "pitch = 28pt", "lines"),
        ("tracking: -0.25pt", "tracking: 0pt", "advance"),
        ("tracking: -0.25pt", "tracking: 0pt", "characters"),
        ("body-size = 16pt", "body-size = 15pt", "size"),
        ("size: 22pt, weight", "size: 20pt, weight", "size"),
        ("set text(size: 14pt", "set text(size: 12pt", "folio-size"),
        ("[— #number —]", "[#number]", "folio-dash"),
        ("[— #number —]", "[- #number -]", "folio-dash"),
        ("[— #number —]", "[]", "folio"),
        ("counter(page).get().first()", "1", "folio"),
        ("calc.odd(number)", "calc.even(number)", "folio-side"),
        ("pad(right: 14pt", "pad(right: 0pt", "folio-side"),
        ("footer-descent: 4.5mm", "footer-descent: 8mm", "folio-below"),
        ("heavy(0.45pt, ", "(", "font"),
        ("{ 0.4pt }", "{ 0pt }", "font"),
        ('rgb("#1f4e79")', "red", ""),
        ("font: report.font", "font: report.font, fill: luma(40)", "ink"),
        ("align(center, std.block(below", "align(left, std.block(below", "title-centre"),
    ],
)
def test_each_broken_rule_is_found(old: str, new: str, broken: str) -> None:
    found = rules(altered(old, new))
    assert broken in found if broken else not found


@pytest.mark.parametrize(("shift", "held"), [(-1.5, False), (-0.8, True), (0.8, True), (1.5, False)])
@pytest.mark.parametrize(("side", "other", "rule"), [("left", "right", "left"), ("right", "left", "right")])
def test_a_margin_may_be_a_millimetre_off_and_no_more(
    side: str, other: str, rule: str, shift: float, held: bool
) -> None:
    margins = {"left": 28.0, "right": 26.0}
    margins[side] += shift
    new = f"left: {margins['left']}mm, right: {margins['right']}mm"
    found = [one for one in layout.check(altered("left: 28mm, right: 26mm", new)) if one.rule == rule]
    assert (found == []) is held


@pytest.mark.parametrize(
    ("title", "held"),
    [
        ("工作报告", True),
        ("关于全面提高教育质量的\n工作报告", True),
        ("工作报告\n关于全面提高教育质量的", True),
        ("关于\n全面提高教育质量的\n工作报告", True),
        ("关于全面提高质量\n关于全面提高质量", False),
        ("关于全面提高教育质量的\n工作\n关于全面提高教育质量的", False),
    ],
)
def test_a_title_of_several_lines_is_a_trapezium_or_a_rhombus(title: str, held: bool) -> None:
    blocks = (Heading(0, (Text(title),)), *REPORT.blocks[1:])
    assert ("title-shape" not in rules(typeset.pdf(Document(blocks), made=MADE))) is held


def test_a_report_without_a_title_is_told() -> None:
    (found,) = layout.check(typeset.pdf(Document(REPORT.blocks[2:]), made=MADE))
    assert str(found) == (
        "第 1 页（距左 28.0 毫米、距上 37.0 毫米）：首页没有标题；应为2 号（22 磅）小标宋标题，居中。"
    )


def test_a_violation_says_page_place_fault_and_rule() -> None:
    found = next(one for one in layout.check(altered("left: 28mm", "left: 31mm")) if one.rule == "left")
    assert str(found) == (
        "第 1 页（距左 31.0 毫米、距上 122.2 毫米）：版心左边在 31.0 毫米；应为订口 28 毫米，左右不超过 1 毫米。"
    )


def by_word(change: Callable[[WordDocument], None]) -> bytes:
    """The same report from our Word template, changed as a hand in Word would."""
    template = package.open_docx(frame.build(outline.parse(SOURCE), made=MADE))
    change(template)
    return bind.fill(package.save(template, made=MADE), FIGURES, made=MADE)


def _everything_wrong(document: WordDocument) -> None:
    section = document.sections[0]
    for grid in list(section._sectPr.iter(package.w("docGrid"))):
        grid.getparent().remove(grid)
    section.left_margin, section.top_margin = Mm(25), Mm(30)
    normal = document.styles["Normal"]
    normal.font.size = Pt(15)
    normal.font.color.rgb = RGBColor(0x40, 0x40, 0x40)
    normal.paragraph_format.line_spacing = Twips(600)
    document.settings.odd_and_even_pages_header_footer = False
    section.footer_distance = Mm(15)
    document.styles["Heading 1"].element.rPr.rFonts.set(package.w("eastAsia"), "宋体")
    document.styles["Title"].element.rPr.rFonts.set(package.w("eastAsia"), "楷体_GB2312")


@pytest.mark.libreoffice
def test_what_a_hand_in_word_broke_is_found_in_libreoffice_s_pdf() -> None:
    found = rules(pdf.make(by_word(_everything_wrong), made=MADE).data)
    assert found >= {"top", "left", "pitch", "size", "folio-side", "folio-below", "font", "ink"}


@pytest.mark.libreoffice
def test_names_with_rare_characters_print_in_both_pdfs() -> None:
    docx = by_word(lambda document: None)
    for data in (pdf.make(docx, made=MADE).data, typeset.pdf(tree.read(docx), made=MADE)):
        text = "".join(line.text for page in sheet.read(data) for line in page.lines)
        assert all(name in text for name in ("张喆", "李堃", "王玥", "赵昇", "钱垚", "孙祎"))


def test_tables_do_not_count_as_lines_of_text() -> None:
    document = package.open_docx(frame.build(outline.parse(SOURCE), made=MADE))
    frame.add_table(document, "各项数字", ["项目", "本年"], [["化解债务", "{{ debt.relieved }}"]] * 50)
    document.add_paragraph(PROSE)
    docx = bind.fill(package.save(document, made=MADE), FIGURES, made=MADE)
    data = typeset.pdf(tree.read(docx), made=MADE)
    assert sum(len(page.tables) for page in sheet.read(data)) >= 2
    assert [str(found) for found in layout.check(data)] == []


def test_the_copy_that_is_issued_may_have_no_colour_at_all() -> None:
    docx = by_word(lambda document: None)
    reviewed = typeset.pdf(tree.read(docx), made=MADE)
    issued = typeset.pdf(tree.read(copies.clean(docx, made=MADE)), made=MADE)
    blue = [glyph for page in sheet.read(reviewed) for line in page.lines for glyph in line.glyphs if not glyph.black]
    assert "".join(glyph.text for glyph in blue) == "1人"
    assert all(glyph.black for page in sheet.read(issued) for line in page.lines for glyph in line.glyphs)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "文件不是 PDF"), (b"%PDF-1.7 broken", "文件不是 PDF"), (b"PK\x03\x04", "文件不是 PDF")],
)
def test_what_is_no_pdf_is_refused_in_one_sentence(data: bytes, said: str) -> None:
    with pytest.raises(sheet.SheetError, match=said):
        layout.check(data)


def test_a_sheet_without_text_is_told_as_such() -> None:
    empty: bytes = typst.compile(b'#set page(paper: "a4")\n#rect(width: 3cm)')
    assert rules(empty) == {"text"}


def test_a_landscape_page_is_measured_as_a_sheet_alone() -> None:
    assert rules(altered('paper: "a4"', 'paper: "a4", flipped: true')) == set()
