"""PDF by both engines: the layout, the links, and a glyph for every character of a name."""

import io
import re
import zlib
from datetime import datetime
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from shuyuan.report import pdf, tree, typeset
from shuyuan.report.nodes import Bound, Document, Heading, Paragraph, Text
from tests.report.samples import MADE

NAMES = "玥翀喆堃燊婳彧赟晞祎頔昇璟垚昉犇瑄㛃䶮"
OPENING = "2012年教育体育工作报告教育体育局一、队伍建设（一）师德与作风"
SIGNS = "③㎡—½℃‰①〔〕〇“”‘’…《》、。，；：？！（）％＋→√×÷≥≤№★□○"


@cache
def font() -> TTFont:
    return TTFont(typeset.FONTS / "ShuyuanKai-Regular.ttf")


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    pages = (page.get_textpage().get_text_bounded() for page in document)
    return "".join(pages).replace("\r\n", "").replace("\ufffe", "")


def links_of(data: bytes) -> set[str]:
    return {found.decode() for found in re.findall(rb"/URI ?\(([^)]*)\)", data)}


def test_the_font_has_gb2312_and_the_characters_of_names() -> None:
    known = font().getBestCmap()
    gb2312 = set()
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            gb2312.add(bytes([high, low]).decode("gb2312", "ignore"))
    gb2312.discard("")
    assert len(gb2312) == 7445
    assert [c for c in sorted(gb2312) + list(NAMES + SIGNS) if ord(c) not in known] == []
    assert all(code in known for code in range(0x4E00, 0xA000))


def test_the_font_does_not_use_a_reserved_name_and_stays_truetype() -> None:
    found = font()
    assert "glyf" in found
    for record in found["name"].names:
        if record.nameID in (1, 3, 4, 6, 16):
            assert "LXGW" not in str(record) and "霞鹜" not in str(record)
    assert (typeset.FONTS / "OFL.txt").read_text(encoding="utf-8").startswith("Copyright 2021-2023 LXGW")
    assert typeset.fonts().families() == [typeset.FAMILY]


def test_typst_draws_a_glyph_for_every_character_of_a_name() -> None:
    text = NAMES + SIGNS
    data = typeset.pdf(Document((Paragraph((Text(text),)),)), made=MADE)
    assert text_of(data).replace(" ", "")[: len(text)] == text
    (embedded,) = embedded_fonts(data)
    drawn = embedded["glyf"]
    # Glyph 0 is .notdef, the empty box; every other one of the subset draws something, and there is one for
    # each character: were one missing, the subset would be smaller.
    order = embedded.getGlyphOrder()
    empty = [name for name in order[1:] if drawn[name].numberOfContours == 0]
    assert len(empty) == 1  # the space of the page number
    known = font().getBestCmap()
    assert len(order) == len({known[ord(character)] for character in text + "— 1"}) + 1


def embedded_fonts(data: bytes) -> list[TTFont]:
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            content = zlib.decompress(stream)
        except zlib.error:
            continue
        if content[:4] == b"\x00\x01\x00\x00":
            found.append(TTFont(io.BytesIO(content)))
    return found


def test_typst_sets_the_same_text_and_links(filled_docx: bytes) -> None:
    document = tree.read(filled_docx)
    data = typeset.pdf(document, made=MADE)
    assert text_of(data).replace(" ", "").startswith(OPENING)
    assert links_of(data) == {bound.url for bound in document.bound()}


def test_typst_gives_the_same_bytes_for_the_same_tree(filled_docx: bytes) -> None:
    document = tree.read(filled_docx)
    assert typeset.pdf(document, made=MADE) == typeset.pdf(document, made=MADE)


@pytest.mark.parametrize("made", [MADE.replace(microsecond=123456), MADE.replace(tzinfo=None, microsecond=1)])
def test_typst_takes_the_time_of_the_books_with_its_fraction_of_a_second(filled_docx: bytes, made: datetime) -> None:
    assert typeset.pdf(tree.read(filled_docx), made=made).startswith(b"%PDF-")


def long_report() -> Document:
    prose = "各校坚持立德树人根本任务全面提高教育质量深化课程改革规范办学行为保障校园安全办好人民满意的教育" * 40
    return Document((Paragraph((Text(prose),)),))


def test_typst_sets_22_lines_of_28_characters() -> None:
    page = pypdfium2.PdfDocument(typeset.pdf(long_report(), made=MADE))[0]
    lines = page.get_textpage().get_text_bounded().split("\r\n")
    body = [line for line in lines if "—" not in line]
    assert len(body) == 22
    assert [len(line) for line in body] == [26] + [28] * 21  # the first is indented by two


PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=30)


@settings(max_examples=60, deadline=None)
@given(PRINTABLE, PRINTABLE)
def test_no_text_is_read_as_typst_source(first: str, second: str) -> None:
    blocks = (Heading(1, (Text(first),)), Paragraph((Text(second), Bound("a.b", first, "http://127.0.0.1/"))))
    assert typeset.pdf(Document(blocks), made=MADE).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "source", ['#panic("x")', "*a* _b_ $c$ `d`", "= x", "\\", '"', "// x", "<l> @l", "#{", "{{ x }}"]
)
def test_typst_source_in_a_report_is_printed_as_it_stands(source: str) -> None:
    data = typeset.pdf(Document((Paragraph((Text("甲" + source + "乙"),)),)), made=MADE)
    assert text_of(data).replace(" ", "").startswith(("甲" + source + "乙").replace(" ", ""))


def test_without_libreoffice_typst_does_it_and_says_so(filled_docx: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(pdf, "_USUAL_PLACES", ())
    made = pdf.make(filled_docx, made=MADE)
    assert (made.engine, made.remark) == ("typst", "没有安装 LibreOffice，PDF 由内置的 typst 排版。")
    assert made.data.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("#!/bin/sh\nsleep 5\n", "在 0.2 秒内没有完成转换"),
        ("#!/bin/sh\necho broken >&2; exit 1\n", "没有生成文件（broken）"),
    ],
)
def test_a_failing_libreoffice_is_said_in_one_sentence(tmp_path: Path, script: str, said: str) -> None:
    office = tmp_path / "soffice"
    office.write_text(script)
    office.chmod(0o755)
    with pytest.raises(pdf.PdfError) as caught:
        pdf.by_libreoffice(b"", office, timeout=0.2 if "sleep" in script else 10)
    assert said in str(caught.value)


def test_a_libreoffice_that_fails_is_stood_in_for(
    filled_docx: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = tmp_path / "soffice"
    office.write_text("#!/bin/sh\necho 内存不足 >&2; exit 1\n")
    office.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    made = pdf.make(filled_docx, made=MADE)
    assert made.engine == "typst"
    assert made.remark == "LibreOffice 没有生成文件（内存不足）。PDF 改由内置的 typst 排版。"


@pytest.mark.libreoffice
def test_libreoffice_sets_the_same_text_and_keeps_the_links(filled_docx: bytes) -> None:
    made = pdf.make(filled_docx, made=MADE)
    assert made.engine == "LibreOffice"
    text = text_of(made.data).replace(" ", "")
    assert text.startswith(OPENING)
    for name in ("张喆", "李堃", "王玥"):
        assert name in text
    assert links_of(made.data) == {bound.url for bound in tree.read(filled_docx).bound()}
