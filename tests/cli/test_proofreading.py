"""`shuyuan proofread` and `shuyuan claims`: any file in, findings, claims or a Word copy with comments out."""

from __future__ import annotations

import io
import json
import re
from io import StringIO
from pathlib import Path

import docx
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from shuyuan.proofread.proofreader import proofread
from shuyuan.report import tree, typeset
from shuyuan.report.proofing import marking, reading
from shuyuan.report.remarks import AUTHOR
from tests.report.samples import MADE

WRONG = "2012年工作总结\n县财政投入3298万元，包括配套费889万元、维修专项1000元、两项附加1409万元。\n新建食堂3个。"
RIGHT = "教师300人，其中小学100人，初中200人。"


def run(*arguments: str) -> tuple[str, str, int]:
    out, err, status = StringIO(), StringIO(), 0
    try:
        call_command(*arguments, stdout=out, stderr=err)
    except SystemExit as end:
        status = int(str(end.code))
    return out.getvalue(), err.getvalue(), status


def word(text: str, *, split: bool = False) -> bytes:
    document = docx.Document()
    for line in text.split("\n"):
        paragraph = document.add_paragraph()
        for run in line if split else [line]:
            paragraph.add_run(run)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "总结.txt"
    path.write_text(WRONG, encoding="utf-8")
    return path


def test_a_finding_is_told_with_its_place_and_cure_and_the_coverage(wrong: Path) -> None:
    out, _, status = run("proofread", str(wrong))
    assert status == 1
    assert "R1" in out and "第 2 段" in out and "1000万元" in out
    assert "5 个数字中 4 个有据可查（80%），1 个无从核对" in out


def test_the_json_is_the_findings_with_places_in_the_text(wrong: Path) -> None:
    out, err, status = run("proofread", str(wrong), "--format", "json")
    (one,) = json.loads(out)
    assert list(one) == ["rule", "severity", "start", "end", "text", "message", "suggestion", "confidence"]
    assert WRONG[one["start"] : one["end"]] == one["text"] == "1000元"
    assert (one["rule"], one["severity"], one["suggestion"], status) == ("R1", "error", "1000万元", 1)
    assert "80%" in err


def test_good_text_ends_with_status_0(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(RIGHT, encoding="gb18030")
    assert run("proofread", str(path))[2] == 0


@pytest.mark.parametrize("split", [False, True], ids=["whole runs", "a run for each character"])
def test_the_word_copy_has_a_comment_on_the_words_and_a_table_at_the_end(tmp_path: Path, split: bool) -> None:
    path, target = tmp_path / "总结.docx", tmp_path / "out.docx"
    path.write_bytes(word(WRONG, split=split))
    assert run("proofread", str(path), "--format", "docx", "--out", str(target))[2] == 1
    document = docx.Document(str(target))
    (comment,) = document.comments
    assert comment.author == AUTHOR and "1000万元" in comment.text
    xml = document.paragraphs[1]._p.xml
    marked = xml[xml.index("commentRangeStart") : xml.index("commentRangeEnd")]
    assert "".join(_texts(marked)) == "1000元"
    (table,) = document.tables
    assert [cell.text for cell in table.rows[1].cells][:2] == ["2", "1000元"]


def _texts(xml: str) -> list[str]:
    return re.findall(r"<w:t[^>]*>([^<]*)</w:t>", xml)


def test_proofreading_the_copy_again_finds_the_same_and_keeps_one_table(tmp_path: Path) -> None:
    path = tmp_path / "总结.docx"
    path.write_bytes(word(WRONG))
    run("proofread", str(path), "--format", "docx", "--out", str(path))
    first = run("proofread", str(path))[0]
    run("proofread", str(path), "--format", "docx", "--out", str(path))
    assert run("proofread", str(path))[0] == first
    document = docx.Document(str(path))
    assert len(document.tables) == 1 and len(list(document.comments)) == 1


def test_a_text_becomes_a_word_file_beside_it(wrong: Path) -> None:
    run("proofread", str(wrong), "--format", "docx")
    assert docx.Document(str(wrong.with_name("总结-校对.docx"))).paragraphs[1].text == WRONG.split("\n")[1]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", f"<html><script>教师3人</script><body><p>{RIGHT}</p><ul><li>二</li></ul></body></html>".encode()),
        ("a.txt", b"\xff\xfe" + RIGHT.encode("utf-16-le")),
        ("a.txt", b"\xef\xbb\xbf" + RIGHT.encode()),
        ("a.docx", word(RIGHT)),
    ],
)
def test_each_kind_of_file_gives_its_text(name: str, data: bytes) -> None:
    assert reading.read(data, name).text.split("\n")[0].lstrip("\ufeff") == RIGHT


def test_a_pdf_gives_its_text_with_lines_joined() -> None:
    text = "，".join(["教职工三百人，各校都开展了读书活动并取得成效"] * 6) + "。"
    made = typeset.pdf(tree.read(word(text)), made=MADE)
    assert reading.read(made, "a.pdf").text.replace(" ", "") == text


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.docx", b"nothing", "不是 Word"),
        ("a.docx", b"PK\x03\x04 broken", "不是 Word"),
        ("a.pdf", b"%PDF-1.4 broken", "PDF"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(CommandError, match=told):
        run("proofread", str(path))


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandError, match=r"nowhere\.txt"):
        run("proofread", "nowhere.txt")


def test_claims_are_rows_with_their_relations(wrong: Path) -> None:
    rows = [json.loads(line) for line in run("claims", str(wrong))[0].splitlines()]
    assert [row["value"] for row in rows] == [3298, 889, 1000, 1409, 3]
    assert rows[0]["relations"] == [{"type": "sum-of", "with": [1, 2, 3], "holds": False, "computed": 22981000}]
    assert {"sentence", "subject", "value", "value_text", "unit", "kind", "qualifier", "start", "end"} <= set(rows[0])


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_can_be_marked(data: bytes) -> None:
    try:
        source = reading.read(data)
    except ValueError:
        return
    proof = proofread(source.text)
    docx.Document(io.BytesIO(marking.marked(source, proof.findings, str(proof.coverage), made=MADE)))
