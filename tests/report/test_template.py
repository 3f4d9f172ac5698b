"""Templates that office staff bring: placeholders as Word has split them, every mistake said at once."""

import docx
import pytest

from shuyuan.report import package, template
from tests.report import words
from tests.report.samples import FIGURES


def test_the_placeholders_of_our_own_template_are_all_known(template_docx: bytes) -> None:
    found = template.read(template_docx)
    assert len(found.placeholders) == 20
    assert {placeholder.filter for placeholder in found.placeholders} == {
        "",
        "number",
        "chinese",
        "counted",
        "change",
    }
    found.check(FIGURES)


def test_a_placeholder_split_over_runs_is_found() -> None:
    (found,) = template.read(words.with_runs("发放{", "{ aid", ".gra", "nts | pl", "ain }", "}。")).placeholders
    assert (found.name, found.filter, found.paragraph) == (
        "aid.grants",
        "plain",
        "发放{{ aid.grants | plain }}。",
    )


def test_placeholders_in_tables_and_footers_are_found() -> None:
    document = docx.Document()
    document.add_table(1, 2).cell(0, 1).text = "{{ aid.grants }}"
    document.sections[0].footer.paragraphs[0].text = "{{ aid.persons }}"
    names = [placeholder.name for placeholder in template.read(words.saved(document)).placeholders]
    assert names == ["aid.grants", "aid.persons"]


def test_every_unknown_name_is_listed_with_its_paragraph_and_its_neighbours() -> None:
    document = docx.Document()
    document.add_paragraph("化解学校债务{{ debt.releived }}。")
    document.add_paragraph("惠及学生{{ aid.grants | chinsee }}，以及{{ nothing.like_it_zzz }}。")
    with pytest.raises(template.TemplateError) as caught:
        template.read(words.saved(document)).check(FIGURES)
    first, second, third = map(str, caught.value.problems)
    assert first.startswith(
        "段落「化解学校债务{{ debt.releived }}。」：指标 debt.releived 不存在。相近的指标：debt.relieved"
    )
    assert "写法 chinsee 不存在。可用：number、plain、in(亿元)" in second
    assert "没有名称相近的指标" in third
    assert str(caught.value).startswith("模板中有 3 处问题：")


@pytest.mark.parametrize(
    "text",
    [
        "{{ aid.grants",
        "aid.grants }}",
        "{{ }}",
        "{{ 5 }}",
        "{{ aid.grants.__class__ }}x{{",
        "｛｛aid.grants｝｝",
        "{% for x in range(10**9) %}",
        "{# 注 #}",
        "{{ aid.grants | number | plain }}",
        "{{ aid grants }}",
        "{{ aid.grants() }}",
    ],
)
def test_what_only_looks_like_a_placeholder_is_refused(text: str) -> None:
    with pytest.raises(template.TemplateError, match="无法识别"):
        template.read(words.with_runs(f"发放{text}元")).check(FIGURES | {"aid.grants.__class__": FIGURES["aid.grants"]})


def test_a_deleted_placeholder_is_no_placeholder() -> None:
    data = words.with_body(
        "<w:p><w:r><w:t>发放</w:t></w:r>"
        "<w:del w:id='1' w:author='a'><w:r><w:delText>{{ x }}</w:delText></w:r></w:del></w:p>"
    )
    assert template.read(data).placeholders == ()


def test_a_placeholder_in_a_footnote_is_refused() -> None:
    data = words.changed(
        words.with_runs("正文"),
        "word/footnotes.xml",
        "",
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:id="1"><w:p><w:r><w:t>{{ aid.grants }}</w:t></w:r></w:p></w:footnote></w:footnotes>',
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    data = words.changed(
        data,
        "[Content_Types].xml",
        "</Types>",
        f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>',
    )
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    data = words.changed(
        data,
        "word/_rels/document.xml.rels",
        "</Relationships>",
        f'<Relationship Id="rId99" Type="{link}" Target="footnotes.xml"/></Relationships>',
    )
    with pytest.raises(
        template.TemplateError, match=r"「{{ aid\.grants }}」：脚注或尾注中有占位符，无法绑定。请移到正文"
    ):
        template.read(data).check(FIGURES)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def test_a_file_that_is_no_docx_is_refused_with_the_cure(template_docx: bytes) -> None:
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    plain = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    dotx = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
    for data, said in [
        (b"", "不是 Word 文档"),
        (b"hello", "不是 Word 文档"),
        (template_docx[:2000], "不是 Word 文档"),
        (OLE + b"\0" * 600, "旧格式的 .doc"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (words.changed(template_docx, "[Content_Types].xml", plain, macro), "含有宏（.docm）"),
        (words.changed(template_docx, "word/vbaProject.bin", "", "x"), "含有宏（.docm）"),
        (words.changed(template_docx, "[Content_Types].xml", plain, dotx), "另存为 .docx"),
        (words.changed(template_docx, "word/document.xml", "<w:body>", "<w:body"), "不是完整的 Word 文档"),
        (words.changed(template_docx, "_rels/.rels", "officeDocument", "nothing"), "不是完整的 Word 文档"),
    ]:
        with pytest.raises(package.PackageError) as caught:
            template.read(data)
        assert said in str(caught.value)


def test_a_zip_of_something_else_is_refused() -> None:
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "a")
    with pytest.raises(package.PackageError, match="是压缩包，但不是 Word 文档"):
        template.read(buffer.getvalue())
