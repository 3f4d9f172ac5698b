"""Whatever is dropped on proofreading is read, or refused in one sentence: arbitrary bytes, mutilated Word files."""

from __future__ import annotations

import functools
import io
import random
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuyuan.proofread.proofreader import proofread
from shuyuan.report import package
from shuyuan.report.package import WORD, PackageError
from shuyuan.report.proofing import marking, reading
from shuyuan.report.proofing.reading import Unreadable
from tests.report import everywhere
from tests.report.samples import MADE

NAMES = ("a.docx", "a.pdf", "a.html", "a.txt", "a.doc", "-", "")
HEADS = (
    b"",
    b"PK\x03\x04",
    b"%PDF-1.7\n",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"<html>",
)


def survives(data: bytes, name: str = "a.docx") -> str:
    """The refusal, in one line, or nothing when the file was read, proofread and marked."""
    try:
        source = reading.read(data, name)
        proof = proofread(source.text)
        marked = marking.marked(source, proof.findings, str(proof.coverage), made=MADE)
    except (Unreadable, PackageError) as error:
        told = str(error)
        assert told and "\n" not in told and "Traceback" not in told
        return told
    docx.Document(io.BytesIO(marked))
    assert all(proof.text[one.start : one.end] == one.text for one in proof.findings)
    return ""


@functools.cache
def whole() -> bytes:
    return everywhere.file()


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.sampled_from(HEADS), st.binary(max_size=300))
def test_arbitrary_bytes_of_each_kind(name: str, head: bytes, data: bytes) -> None:
    survives(head + data, name)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 40_000), st.binary(min_size=1, max_size=8))
def test_a_word_file_with_some_bytes_overwritten(at: int, data: bytes) -> None:
    file = bytearray(whole())
    at %= len(file)
    file[at : at + len(data)] = data
    survives(bytes(file))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 40_000))
def test_a_word_file_cut_off(at: int) -> None:
    survives(whole()[: at % len(whole())])


PARTS = (
    "word/document.xml",
    "word/footnotes.xml",
    "word/_rels/document.xml.rels",
    "[Content_Types].xml",
    "word/styles.xml",
)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(PARTS), st.randoms(use_true_random=False), st.sampled_from(("cut", "twice", "noise", "gone")))
def test_a_part_of_a_word_file_mutilated(name: str, chance: random.Random, way: str) -> None:
    parts = everywhere.unzipped(whole())
    content = parts[name]
    start = chance.randrange(len(content))
    end = min(start + chance.randrange(1, 200), len(content))
    if way == "gone":
        del parts[name]
    else:
        middle = {"cut": b"", "twice": content[start:end] * 2, "noise": chance.randbytes(end - start)}[way]
        parts[name] = content[:start] + middle + content[end:]
    survives(everywhere.zipped(parts))


ELEMENTS = (
    "p",
    "r",
    "t",
    "tbl",
    "tr",
    "tc",
    "sdt",
    "sdtContent",
    "hyperlink",
    "ins",
    "del",
    "txbxContent",
    "br",
    "tab",
)


@st.composite
def bodies(draw: st.DrawFn, depth: int = 0) -> str:
    """Elements of Word in any order: runs outside paragraphs, cells outside tables, text in anything."""
    name = draw(st.sampled_from(ELEMENTS))
    text = draw(st.sampled_from(("", "教师300人", "其中", "小学100人，", "（", "85%", "1.35万元平方米", "、")))
    inner = "".join(draw(bodies(depth + 1)) for _ in range(draw(st.integers(0, 3)))) if depth < 5 else ""
    return f"<w:{name}>{text if name == 't' else inner}</w:{name}>"


@settings(max_examples=40, deadline=None)
@given(st.lists(bodies(), max_size=5))
def test_any_tree_of_elements_of_word(found: list[str]) -> None:
    survives(_with("".join(found)))


def _with(body: str) -> bytes:
    document = f'<?xml version="1.0"?><w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return everywhere.zipped(everywhere.unzipped(whole()) | {"word/document.xml": document.encode()})


def _nested(depth: int) -> str:
    cell = "<w:p><w:r><w:t>满意率964%。</w:t></w:r></w:p>"
    for _ in range(depth):
        cell = f"<w:tbl><w:tr><w:tc>{cell}</w:tc></w:tr></w:tbl>"
    return cell


@pytest.mark.parametrize("depth", [1, 20, 60, 200, 5000])
def test_tables_in_tables(depth: int) -> None:
    told = survives(_with(_nested(depth)))
    assert not told or depth > 60


def test_a_huge_run() -> None:
    run = "教师300人，其中小学100人，初中200人。" * 5_000
    assert survives(_with(f"<w:p><w:r><w:t>{run}</w:t></w:r></w:p>")) == ""


def test_many_runs() -> None:
    runs = "".join(f"<w:r><w:t>{character}</w:t></w:r>" for character in "满意率964%，" * 150)
    assert survives(_with(f"<w:p>{runs}</w:p>")) == ""


def test_a_zip_bomb_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * (package.MOST_XML + 1))
    assert "过大" in survives(buffer.getvalue())


def test_a_file_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(whole())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert survives(bytes(data))


@pytest.mark.parametrize("name", ["a.docx", "a.txt", "a.html", "a.pdf", "-"])
def test_nothing_at_all(name: str) -> None:
    told = survives(b"", name)
    assert bool(told) == (name == "a.docx")
