"""Mistakes come back as comments on the very words, outside controls, and go away when they are mended."""

import re

import docx
import pytest

from shuyuan.report import annotate, bind, package, pdf, template, tree
from shuyuan.report.template import Problem
from tests.report import words
from tests.report.samples import FIGURES, MADE


def problems(data: bytes) -> list[Problem]:
    return template.read(data).problems(FIGURES, names={"三里镇中学"})


def annotated(data: bytes) -> bytes:
    return annotate.annotate(data, problems(data), made=MADE)


def comments(data: bytes) -> list[tuple[str, str]]:
    """The words that each comment stands on, and what it says."""
    document = package.open_docx(data)
    said = {str(one.comment_id): one for one in document.comments}
    assert all(one.author == "数源" for one in said.values())
    xml = words.part(data, "word/document.xml")
    found = []
    marked = r'(?=<w:commentRangeStart w:id="(\d+)"/>(.*?)<w:commentRangeEnd w:id="\1"/>)'  # one may hold another
    for number, on in re.findall(marked, xml, re.DOTALL):
        text = "".join(re.findall(r"<w:t[ >][^<]*", on))
        found.append((re.sub(r"<w:t[^>]*>", "", text), said[number].text))
    assert len(found) == len(said)
    return found


@pytest.mark.parametrize(
    ("text", "on", "said"),
    [
        ("化解债务{{ debt.releived }}。", "{{ debt.releived }}", "相近的指标：debt.relieved"),
        ("化解债务{{ 化解学校债 }}。", "{{ 化解学校债 }}", "相近的指标：化解学校债务"),
        ("化解债务{{ debt.relieved | chinsee }}。", "{{ debt.relieved | chinsee }}", "写法 chinsee 不存在"),
        ("化解债务｛｛debt.relieved｝｝。", "｛｛debt.relieved｝｝", "请改成 {{ debt.relieved }}"),
        ("化解债务{{ debt.relieved }}万元。", "{{ debt.relieved }}万元", "又写了『万元』"),
        ("化解债务{{ debt.relieved }} 亿元。", "{{ debt.relieved }} 亿元", "又写了『亿元』"),
        ("覆盖率{{ facility.surfaced }}%。", "{{ facility.surfaced }}%", "又写了『%』"),
        ("十佳教师{{ honour.top_ten }}人。", "{{ honour.top_ten }}人", "又写了『人』"),
        ("化解债务{{ debt.relieved | number }}亿元。", "{{ debt.relieved | number }}亿元", "in(亿元)"),
        ("覆盖率{{ facility.surfaced | number }}个百分点。", "{{ facility.surfaced | number }}个百分点", "单位是%"),
        ("资助{{ aid.persons | number }}万元。", "{{ aid.persons | number }}万元", "单位是人次"),
        ("家访{{ home_visit.teachers | number }}万人。", "{{ home_visit.teachers | number }}万人", "in(万人)"),
        ("投资{{ project.safety_investment | chinese }}。", "{{ project.safety_investment | chinese }}", "不是整数"),
        ("化解债务2635万元。", "2635万", "是不是 {{ debt.relieved }}"),
        ("查处三名校长。", "三", "没有绑定指标"),
        ("{% for x in aid.grants %}{{ x }}{% endfor %}", "{% for x in aid.grants %}", "不能循环"),
        ("{% for x in aid.grants %}", "{% for x in aid.grants %}", "循环没有结尾"),
    ],
)
def test_a_mistake_is_a_comment_on_the_very_words(text: str, on: str, said: str) -> None:
    found = comments(annotated(words.with_runs(text[:7], text[7:9], text[9:])))
    assert [place for place, _text in found][:1] == [on]
    assert said in found[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "化解债务{{ debt.relieved }}，其中义务教育{{ debt.relieved_compulsory | number }}万元。",
        "全年{{ honour.top_ten | number }}名教师、{{ discipline.dismissed }}人员、{{ project.safety }}个体。",
        "第{{ activity.ethics_month | chinese }}个师德建设月，提高{{ exam.mean_change | number }}分。",
        "覆盖率{{ facility.surfaced | number }}%，投资{{ project.safety_investment | number(元) }}元。",
        "三里镇中学于2012年12月31日前完成。",
        "{{ aid.grants | in(亿元) }}",
    ],
)
def test_what_is_right_gets_no_comment(text: str) -> None:
    assert problems(words.with_runs(text)) == []


def test_many_mistakes_in_one_paragraph_each_have_their_place() -> None:
    text = "甲{{ no.one }}乙{{ no.two }}万元丙3项丁{{ aid.grants }}万元戊{{ no.one }}"
    found = comments(annotated(words.with_runs(*[text[n : n + 3] for n in range(0, len(text), 3)])))
    assert [on for on, _said in found] == ["{{ no.one }}", "{{ no.two }}", "3", "{{ aid.grants }}万元", "{{ no.one }}"]


def test_the_text_itself_is_left_as_it_was() -> None:
    data = words.with_runs("甲{{ no", ".one }}乙3项丙")
    assert [block.text for block in tree.read(annotated(data)).blocks] == [
        block.text for block in tree.read(data).blocks
    ]


def test_a_mended_template_loses_the_comments_and_people_s_own_stay() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("化解债务{{ debt.releived }}。")
    document.add_comment(paragraph.runs, text="请核对", author="张老师")
    first = annotated(words.saved(document))
    assert {one.author for one in package.open_docx(first).comments} == {"数源", "张老师"}
    again = annotated(first)
    assert len(list(package.open_docx(again).comments)) == 2
    mended = words.changed(again, "word/document.xml", "releived", "relieved")
    filled = bind.fill(mended, FIGURES, made=MADE)
    assert [one.author for one in package.open_docx(filled).comments] == ["张老师"]
    assert words.part(filled, "word/document.xml").count("commentRangeStart") == 1


def test_marks_stand_outside_a_control_and_a_link() -> None:
    text = "<w:r><w:t>{{ no.one }}</w:t></w:r>"
    control = f"<w:p><w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{text}</w:sdtContent></w:sdt></w:p>"
    link = f"<w:p><w:hyperlink w:anchor='x'>{text}</w:hyperlink></w:p>"
    xml = words.part(annotated(words.with_body(control + link)), "word/document.xml")
    assert re.search(r'<w:commentRangeStart w:id="\d+"/><w:sdt>.*</w:sdt><w:commentRangeEnd', xml)
    assert re.search(r'<w:commentRangeStart w:id="\d+"/><w:hyperlink.*</w:hyperlink><w:commentRangeEnd', xml)


def test_what_is_wrong_in_a_footer_is_said_at_the_beginning() -> None:
    document = docx.Document()
    document.add_paragraph("")
    document.add_paragraph("正文")
    document.sections[0].footer.paragraphs[0].text = "{{ no.one }}"
    ((on, said),) = comments(annotated(words.saved(document)))
    assert on == "正文" and "不在正文里" in said and "no.one" in said


def test_a_file_without_text_still_says_what_is_wrong() -> None:
    document = docx.Document()
    document.sections[0].footer.paragraphs[0].text = "{{ no.one }}"
    ((on, said),) = comments(annotated(words.saved(document)))
    assert on == "（本文件没有正文）" and "no.one" in said


def test_more_mistakes_than_anybody_reads_end_with_their_number() -> None:
    document = docx.Document()
    for _number in range(annotate.MOST + 20):
        document.add_paragraph("{{ no.one }}")
    found = comments(annotated(words.saved(document)))
    assert len(found) == annotate.MOST + 1
    assert any("共有 520 处问题" in said for _on, said in found)


def test_the_same_problems_give_the_same_bytes() -> None:
    data = words.with_runs("{{ no.one }}3项")
    assert annotated(data) == annotated(data)


@pytest.mark.libreoffice
def test_libreoffice_keeps_the_words_and_the_comments() -> None:
    office = pdf.libreoffice()
    assert office
    data = annotated(words.with_runs("甲{{ no", ".one }}乙3项丙"))
    back = pdf.convert(data, office, to="docx")
    assert [block.text for block in tree.read(back).blocks] == ["甲{{ no.one }}乙3项丙"]
    assert len(list(package.open_docx(back).comments)) == 2
