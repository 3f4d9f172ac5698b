"""Proofreading reads all that a Word file prints, and says of each finding where it stands."""

from __future__ import annotations

import io

import docx

from shuyuan.proofread.proofreader import Proof, proofread
from shuyuan.report import package
from shuyuan.report.package import w
from shuyuan.report.proofing import marking, reading, stories
from shuyuan.report.proofing.marking import Correction
from tests.report import everywhere
from tests.report.samples import MADE


def proofed(data: bytes) -> tuple[reading.Source, Proof]:
    source = reading.read(data, "a.docx")
    return source, proofread(source.text)


def test_text_stands_in_lines_and_each_line_knows_its_place() -> None:
    source = reading.read(everywhere.file(), "a.docx")
    told = {line: source.places.get(n, "") for n, line in enumerate(source.text.split("\n")) if line}
    assert told == {
        everywhere.TEXT: "",
        everywhere.CELL: "表格",
        everywhere.INNER: "表格",
        "见下框：": "",
        everywhere.BOX: "文本框",
        everywhere.HEADER: "页眉",
        everywhere.FOOTER: "页脚",
        everywhere.NOTE: "脚注",
    }
    assert source.body.endswith(everywhere.BOX)


def test_a_mistake_is_found_wherever_it_stands() -> None:
    source, proof = proofed(everywhere.file())
    places = [source.places.get(source.text.count("\n", 0, one.start), "") for one in proof.findings]
    told = {(place, one.text) for place, one in zip(places, proof.findings, strict=True)}
    assert told == {*everywhere.WRONG.items(), ("表格", "964%"), ("表格", "85%")}


def test_the_copy_has_comments_where_word_takes_them_and_the_table_names_the_rest() -> None:
    source, proof = proofed(everywhere.file())
    made = package.open_docx(marking.marked(source, proof.findings, "", made=MADE))
    commented = {one.text.split("]")[0] for one in made.comments}
    assert {"[R1 错误", "[R2 错误", "[R24 错误"} <= commented
    marks = list(made.element.iter(w("commentRangeStart")))
    assert not any(list(mark.iterancestors(w("txbxContent"))) for mark in marks)
    assert any(mark.getnext().find(f".//{w('txbxContent')}") is not None for mark in marks)
    table = made.tables[-1]
    said = {row.cells[1].text: row.cells[0].text.split()[-1] for row in table.rows[1:]}
    assert {words: place for place, words in everywhere.WRONG.items() if place}.items() <= said.items()
    assert said["964%"] == "表格" and said["1000元"] == "1"


def test_corrections_are_written_where_they_belong() -> None:
    source, proof = proofed(everywhere.file())
    done = [Correction(one, "改") for one in proof.findings]
    made = marking.marked(source, [], "", made=MADE, corrected=done)
    text = reading.read(made, "a.docx").text
    assert not any(words in text for words in ("1000元", "964%", "85%", "320人", "247万元", "312个百分点", "《"))
    assert text.count("改") == len(done)
    docx.Document(io.BytesIO(made))


def test_proofreading_the_copy_again_finds_the_same() -> None:
    source, proof = proofed(everywhere.file())
    again, second = proofed(marking.marked(source, proof.findings, "", made=MADE))
    assert again.text == source.text and second.findings == proof.findings


def test_page_numbers_of_footers_are_no_text() -> None:
    document = docx.Document()
    document.add_paragraph("教师300人。")
    document.sections[0].footer.paragraphs[0].text = "— 12 —"
    buffer = io.BytesIO()
    document.save(buffer)
    assert [one.text for one in stories.passages(package.open_docx(buffer.getvalue()))] == ["教师300人。"]
