"""Tables: read from Word with their merged cells, set by both engines, and made in our own template."""

import io
from html.parser import HTMLParser

import docx
import pypdfium2
import pytest
from docx.document import Document as WordDocument
from hypothesis import given, settings
from hypothesis import strategies as st

from shuyuan.report import bind, frame, html, numbers, package, pdf, tree, typeset
from shuyuan.report.nodes import Bound, Cell, Document, Paragraph, Table, Text
from tests.report import words
from tests.report.samples import FIGURES, MADE, OUTLINE

CELL = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"


def table_of(data: bytes) -> Table:
    (table,) = (block for block in tree.read(data).blocks if isinstance(block, Table))
    return table


def of_rows(*rows: str) -> Table:
    return table_of(words.with_body(f"<w:tbl><w:tblGrid/>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"))


def spans(table: Table) -> list[list[tuple[str, int, int]]]:
    return [[(cell.text, cell.columns, cell.rows) for cell in row] for row in table.rows]


def template_with_table(rows: int = 2) -> WordDocument:
    document = package.open_docx(frame.build(OUTLINE, made=MADE))
    debts = [
        ["化解学校债务", "{{ debt.relieved }}", "{{ debt.relieved_other }}"],
        ["媒体刊用稿件", "{{ publicity.articles }}", "—"],
    ]
    frame.add_table(document, "学校债务化解情况", ["项目", "本年", "上年"], [debts[n % 2] for n in range(rows)])
    return document


def filled(rows: int = 2) -> bytes:
    return bind.fill(package.save(template_with_table(rows), made=MADE), FIGURES, made=MADE)


def test_our_own_table_is_read_with_caption_heading_and_bound_numbers() -> None:
    table = table_of(filled())
    assert table.caption == (Text("学校债务化解情况"),)
    assert table.heads == 1
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["项目", "本年", "上年"],
        ["化解学校债务", "2635万元", "1000万元"],
        ["媒体刊用稿件", "—", "—"],
    ]
    assert [cell.align for cell in table.rows[0]] == ["center"] * 3
    assert [cell.align for cell in table.rows[1]] == ["left", "right", "right"]
    assert isinstance(table.rows[1][1].inlines[0], Bound)
    assert table.widths[0] == pytest.approx(2 * table.widths[1], rel=0.01)


def test_a_row_with_another_number_of_cells_is_refused_by_name_and_line() -> None:
    document = package.open_docx(frame.build(OUTLINE, made=MADE))
    with pytest.raises(ValueError, match="表格「债务」第 2 行有 1 格，应当与表头一样有 2 格"):
        frame.add_table(document, "债务", ["项目", "本年"], [["甲", "1"], ["乙"]])


def test_cells_merged_to_the_right_and_down_are_told_by_their_span() -> None:
    document = docx.Document()
    table = document.add_table(3, 3)
    for n, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = "甲乙丙丁戊己庚辛壬"[n]
    table.cell(0, 0).merge(table.cell(1, 0)).text = "竖"
    table.cell(2, 1).merge(table.cell(2, 2)).text = "横"
    assert spans(table_of(words.saved(document))) == [
        [("竖", 1, 2), ("乙", 1, 1), ("丙", 1, 1)],
        [("戊", 1, 1), ("己", 1, 1)],
        [("庚", 1, 1), ("横", 2, 1)],
    ]


def test_a_merge_that_does_not_fit_the_cell_above_begins_a_cell_of_its_own() -> None:
    wide = '<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>'
    found = of_rows(CELL.format(wide, "甲"), CELL.format("<w:vMerge/>", "乙") + CELL.format("", "丙"))
    assert spans(found) == [[("甲", 2, 1)], [("乙", 1, 1), ("丙", 1, 1)]]


@pytest.mark.parametrize("value", ["0", "-3", "x", "", "９", "99999999999", "1e9"])
def test_a_column_span_that_makes_no_sense_does_no_harm(value: str) -> None:
    found = of_rows(CELL.format(f'<w:gridSpan w:val="{value}"/>', "甲") + CELL.format("", "乙"))
    data = typeset.pdf(Document((found,)), made=MADE)
    assert data.startswith(b"%PDF-")
    assert [cell.text for cell in found.cells] == ["甲", "乙"]


def test_a_heading_whose_cell_grows_down_covers_those_rows_too() -> None:
    head = "<w:trPr><w:tblHeader/></w:trPr>"
    found = of_rows(
        head + CELL.format('<w:vMerge w:val="restart"/>', "学校") + CELL.format("", "债务"),
        CELL.format("<w:vMerge/>", "") + CELL.format("", "万元"),
        CELL.format("", "一小") + CELL.format("", "甲"),
    )
    assert found.heads == 2


def test_a_row_deleted_in_tracked_changes_does_not_print() -> None:
    gone = "<w:trPr><w:del w:id='1' w:author='a'/></w:trPr>" + CELL.format("", "旧")
    assert spans(of_rows(gone, CELL.format("", "新"))) == [[("新", 1, 1)]]


def test_an_empty_table_is_no_block() -> None:
    document = docx.Document()
    document.add_table(2, 2)
    document.add_paragraph("完")
    assert tree.read(words.saved(document)).blocks == (Paragraph((Text("完"),), "left"),)


def test_a_table_inside_a_cell_becomes_lines_of_that_cell() -> None:
    document = docx.Document()
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "外"
    cell.add_table(1, 2).cell(0, 1).text = "内"
    assert [cell.text for cell in table_of(words.saved(document)).cells] == ["外\n内"]


def test_a_number_typed_into_a_cell_or_a_caption_is_found() -> None:
    document = template_with_table()
    document.tables[0].cell(1, 0).paragraphs[0].add_run("12个项目")
    next(p for p in document.paragraphs if p.text == "学校债务化解情况").add_run("（35所）")
    data = bind.fill(package.save(document, made=MADE), FIGURES, made=MADE)
    assert [found.text for found in numbers.unbound(tree.read(data))] == ["35", "12"]


def test_a_number_typed_into_a_header_is_found_and_the_page_s_own_number_is_not() -> None:
    document = package.open_docx(frame.build(OUTLINE, made=MADE))
    assert tree.of(document).margins == ()
    document.sections[0].header.paragraphs[0].text = "全市42所学校"
    document.sections[0].even_page_header.paragraphs[0].text = "{{ debt.relieved }}"
    read = tree.read(bind.fill(package.save(document, made=MADE), FIGURES, made=MADE))
    assert sorted(margin.text for margin in read.margins) == ["2635万元", "全市42所学校"]
    assert [found.text for found in numbers.unbound(read)] == ["42"]
    assert list(read.bound())[-1].figure == "debt.relieved"


@pytest.mark.parametrize(
    "field",
    [
        "<w:fldSimple w:instr=' NUMPAGES '><w:r><w:t>31</w:t></w:r></w:fldSimple>",
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> PA</w:instrText></w:r>"
        "<w:r><w:instrText>GE \\* MERGEFORMAT</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>"
        "<w:r><w:t>31</w:t></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r>",
    ],
)
def test_numbers_of_pages_are_no_figures_and_other_fields_keep_their_text(field: str) -> None:
    date = "<w:fldSimple w:instr=' REF x '><w:r><w:t>正文</w:t></w:r></w:fldSimple>"
    (block,) = tree.read(words.with_body(f"<w:p>{field}{date}</w:p>")).blocks
    assert block.text == "正文"


class _Cells(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_has_the_table_with_its_heading_and_scrolls_it_in_a_frame_of_its_own() -> None:
    page = html.render(tree.read(filled()), reasons={"publicity.articles": "没有记录。"})
    assert '<div class="report-table" tabindex="0" role="region" aria-label="学校债务化解情况"><table>' in page
    assert "<caption>学校债务化解情况</caption><thead><tr>" in page
    assert '<th scope="col" class="center">项目</th>' in page
    assert "—<small>（没有记录）</small></a>" in page


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=8)
CELLS = st.builds(
    Cell, st.tuples(WORDS.map(Text)), st.sampled_from(("left", "right", "center", "justify")), st.integers(1, 3)
)


@settings(max_examples=40)
@given(st.lists(st.lists(CELLS, min_size=1, max_size=4).map(tuple), min_size=1, max_size=5), st.integers(0, 5))
def test_any_table_however_ragged_is_set_and_shown(rows: list[tuple[Cell, ...]], heads: int) -> None:
    document = Document((Table(tuple(rows), min(heads, len(rows))),))
    assert typeset.pdf(document, made=MADE).startswith(b"%PDF-")
    cells = [attributes for tag, attributes in _Cells(html.render(document)).found if tag in ("td", "th")]
    assert len(cells) == sum(map(len, rows))


def texts(data: bytes) -> list[str]:
    pages = (page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(io.BytesIO(data)))
    return [text.replace(" ", "") for text in pages]


def test_typst_repeats_the_heading_on_every_page() -> None:
    _first, *pages = texts(typeset.pdf(tree.read(filled(60)), made=MADE))
    assert [text.count("项目本年上年") for text in pages] == [1, 1, 1]


@pytest.mark.libreoffice
def test_libreoffice_repeats_the_heading_on_every_page() -> None:
    _first, *pages = texts(pdf.make(filled(60), made=MADE).data)
    assert [text.count("项目本年上年") for text in pages] == [1, 1, 1]
