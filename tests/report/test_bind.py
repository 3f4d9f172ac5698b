"""Filling: every number is bound in the arrangement that survives; same input, same bytes."""

import re
import time
from collections import Counter
from datetime import timedelta

import docx
import pytest

from shuyuan.report import bind, manifest, package, pdf, phrases, template, tree
from tests.report import words
from tests.report.samples import FIGURES, MADE, Number


def numbers_of(data: bytes) -> list[tuple[str, str]]:
    return [(bound.figure, bound.text) for bound in tree.read(data).bound()]


def test_each_placeholder_prints_its_figure_and_is_bound_to_it(filled_docx: bytes) -> None:
    found = dict(numbers_of(filled_docx))
    assert found["debt.relieved"] == "2635万元"
    assert found["facility.surfaced"] == "超过80%"
    assert found["home_visit.teachers"] == "5200多人"
    assert found["activity.ethics_month"] == "五"
    assert found["governance.rules"] == "两项"
    assert found["publicity.articles"] == "—"
    assert found["exam.gap_change"] == "下降4.5分"
    assert len(found) == 20


def test_a_bound_number_stands_as_bookmark_control_link(filled_docx: bytes) -> None:
    xml = words.part(filled_docx, "word/document.xml")
    found = re.search(
        r'<w:bookmarkStart w:id="(\d+)" w:name="fig_0001_[0-9a-f]{8}"/><w:sdt><w:sdtPr>'
        r'<w:alias w:val="化解学校债务〔debt.relieved〕"/><w:tag w:val="debt.relieved"/>'
        r'<w:id w:val="(\d+)"/></w:sdtPr>'
        r'<w:sdtContent><w:hyperlink w:history="1" r:id="(rId\d+)">'
        r'<w:r><w:rPr><w:rStyle w:val="Hyperlink"/></w:rPr>'
        r'<w:t xml:space="preserve">2635万元</w:t></w:r></w:hyperlink>'
        r'</w:sdtContent></w:sdt><w:bookmarkEnd w:id="(\d+)"/>',
        xml,
    )
    assert found
    assert found[1] == found[2] == found[4]
    target = 'Target="http://127.0.0.1:8000/figures/debt.relieved/" TargetMode="External"'
    assert target in words.part(filled_docx, "word/_rels/document.xml.rels")
    assert "{{" not in xml and "\ufdd0" not in xml


def test_the_manifest_remembers_each_number_and_what_stands_round_it(filled_docx: bytes) -> None:
    by_figure = {occurrence.figure: occurrence for occurrence in manifest.read(filled_docx)}
    other = by_figure["debt.relieved_other"]
    assert other.text == "1000万元"
    assert other.before == "化解学校债务####万元，其中义务教育阶段####万元，非义务教育阶段"
    assert other.after == "。至####年##月##日，各校没有新增债务。"
    assert f'w:name="{other.bookmark}"' in words.part(filled_docx, "word/document.xml")
    values = package.custom_properties(package.open_docx(filled_docx)).values()
    assert max(map(len, values)) <= 255


def test_the_same_input_gives_the_same_bytes_and_another_time_another_date(
    template_docx: bytes, filled_docx: bytes
) -> None:
    assert bind.fill(template_docx, FIGURES, made=MADE) == filled_docx
    assert bind.fill(template_docx, dict(reversed(FIGURES.items())), made=MADE) == filled_docx
    later = bind.fill(template_docx, FIGURES, made=MADE + timedelta(days=1))
    assert words.part(later, "word/document.xml") == words.part(filled_docx, "word/document.xml")
    assert "2013-01-19T09:30:00Z" in words.part(later, "docProps/core.xml")


def test_ids_are_unique_also_against_those_of_the_template() -> None:
    runs = ["{{ aid.grants }}、"] * 30
    first = bind.fill(words.with_runs(*runs), FIGURES, made=MADE)
    ids = re.findall(r'<w:bookmarkStart w:id="(\d+)" w:name="(\w+)"', words.part(first, "word/document.xml"))
    assert len(set(ids)) == len({number for number, _ in ids}) == 30
    taken = f'<w:p><w:bookmarkStart w:id="{ids[0][0]}" w:name="office"/>'
    taken += "<w:r><w:t>{{ aid.grants }}</w:t></w:r>"
    again = bind.fill(words.with_body(f'{taken}<w:bookmarkEnd w:id="{ids[0][0]}"/></w:p>'), FIGURES, made=MADE)
    assert Counter(re.findall(r'<w:bookmarkStart w:id="(\d+)"', words.part(again, "word/document.xml")))[ids[0][0]] == 1


def test_a_paragraph_added_above_renames_nothing_below(filled_docx: bytes) -> None:
    document = docx.Document()
    document.add_paragraph("{{ aid.persons }}")
    document.add_paragraph("{{ aid.grants }}")
    before = {o.figure: o.bookmark for o in manifest.read(bind.fill(words.saved(document), FIGURES, made=MADE))}
    document.paragraphs[0].insert_paragraph_before("{{ debt.relieved }}")
    after = {o.figure: o.bookmark for o in manifest.read(bind.fill(words.saved(document), FIGURES, made=MADE))}
    assert before.items() <= after.items()


def test_a_split_placeholder_is_bound_and_formatting_stays() -> None:
    data = bind.fill(words.with_runs("发放", "{{ aid", ".grants }", "}给学生"), FIGURES, made=MADE)
    assert [block.text for block in tree.read(data).blocks] == ["发放近700万元给学生"]
    xml = words.part(data, "word/document.xml")
    assert re.search(r"<w:r><w:rPr><w:b/></w:rPr><w:t[^>]*>发放</w:t></w:r>", xml)


def test_numbers_in_table_cells_and_footers_are_bound() -> None:
    document = docx.Document()
    document.add_table(1, 2).cell(0, 1).text = "{{ aid.grants }}"
    document.sections[0].footer.paragraphs[0].text = "{{ aid.persons }}"
    data = bind.fill(words.saved(document), FIGURES, made=MADE)
    assert numbers_of(data) == [("aid.grants", "近700万元"), ("aid.persons", "近7000人次")]
    assert '<w:tag w:val="aid.persons"/>' in words.part(data, "word/footer1.xml")
    assert "figures/aid.persons/" in words.part(data, "word/_rels/footer1.xml.rels")


def test_a_placeholder_inside_a_link_is_lifted_out_of_it() -> None:
    data = bind.fill(
        words.with_body("<w:p><w:hyperlink w:anchor='x'><w:r><w:t>见{{ aid.grants }}</w:t></w:r></w:hyperlink></w:p>"),
        FIGURES,
        made=MADE,
    )
    xml = words.part(data, "word/document.xml")
    assert "w:anchor" not in xml
    assert xml.index("<w:sdt>") < xml.index("<w:hyperlink")
    assert numbers_of(data) == [("aid.grants", "近700万元")]


def test_a_placeholder_in_a_plain_control_makes_it_a_rich_one() -> None:
    content = "<w:sdtContent><w:r><w:t>{{ aid.grants }}</w:t></w:r></w:sdtContent>"
    body = f"<w:p><w:sdt><w:sdtPr><w:text/></w:sdtPr>{content}</w:sdt></w:p>"
    data = bind.fill(words.with_body(body), FIGURES, made=MADE)
    assert "<w:text/>" not in words.part(data, "word/document.xml")
    assert numbers_of(data) == [("aid.grants", "近700万元")]


def test_a_figure_without_address_is_bound_without_link() -> None:
    figure = Number("aid.grants", "助学金", "近700万元", "700", "万元")
    data = bind.fill(words.with_runs("发放{{ aid.grants }}"), {"aid.grants": figure}, made=MADE)
    assert numbers_of(data) == [("aid.grants", "近700万元")]
    assert "<w:hyperlink" not in words.part(data, "word/document.xml")


def test_text_that_looks_like_markup_stays_text() -> None:
    figure = Number("a.b", "甲<乙>&“丙”", '<w:t>&amp;"{{ x }}"', "1", "", "http://127.0.0.1/?a=1&b=2")
    data = bind.fill(words.with_runs("A&B<{{ a.b }}>"), {"a.b": figure}, made=MADE)
    (block,) = tree.read(data).blocks
    assert block.text == 'A&B<<w:t>&amp;"{{ x }}">'
    (bound,) = tree.read(data).bound()
    assert (bound.url, bound.title) == ("http://127.0.0.1/?a=1&b=2", "甲<乙>&“丙”")


def test_a_name_may_be_the_beginning_of_another() -> None:
    figures = {
        name: Number(name, name, name, "1") for name in ("debt", "debt.relieved", "debt.figure", "debt.items.copy")
    }
    data = bind.fill(words.with_runs(*[f"{{{{ {name} }}}} " for name in figures]), figures, made=MADE)
    assert [figure for figure, _ in numbers_of(data)] == list(figures)


def test_the_title_property_is_filled_too() -> None:
    document = docx.Document()
    document.core_properties.title = "发放{{ aid.grants }}"
    document.add_paragraph("略")
    data = bind.fill(words.saved(document), FIGURES, made=MADE)
    assert "<dc:title>发放近700万元</dc:title>" in words.part(data, "docProps/core.xml")


def test_a_long_title_is_shortened_to_what_word_accepts() -> None:
    figure = Number("a.b", "长" * 200, "1人", "1", "人")
    data = bind.fill(words.with_runs("{{ a.b }}"), {"a.b": figure}, made=MADE)
    (alias,) = re.findall(r'<w:alias w:val="([^"]*)"', words.part(data, "word/document.xml"))
    assert len(alias) == 64 and alias.endswith("长〔a.b〕")


def test_an_unknown_figure_is_refused_before_anything_is_written() -> None:
    with pytest.raises(template.TemplateError, match=r"aid\.grant 不存在"):
        bind.fill(words.with_runs("{{ aid.grant }}"), FIGURES, made=MADE)


def test_an_unknown_name_in_hidden_text_is_refused_with_the_cure() -> None:
    hidden = "<w:p><w:del w:id='1' w:author='a'><w:r><w:delText>{{ x.y }}</w:delText></w:r></w:del></w:p>"
    with pytest.raises(template.TemplateError, match="请接受全部修订后重试"):
        bind.fill(words.with_body(hidden), FIGURES, made=MADE)


def test_a_decimal_is_not_written_in_hanzi() -> None:
    with pytest.raises(phrases.PhraseError, match=r"「校舍安全工程计划总投资」.*『1.16』，不是整数"):
        bind.fill(words.with_runs("{{ project.safety_investment | chinese }}"), FIGURES, made=MADE)


@pytest.mark.parametrize(
    ("number", "unit", "filter_name", "printed"),
    [
        ("700", "万元", "", "近700万元"),
        ("700", "万元", "number", "700"),
        ("700", "万元", "plain", "700万元"),
        ("5", "个", "chinese", "五"),
        ("2", "项", "counted", "两项"),
        ("13300", "人", "counted", "一万三千三百人"),
        ("48,500", "人", "chinese", "四万八千五百"),
        ("3", "分", "change", "提高3分"),
        ("-3", "分", "change", "下降3分"),
        ("−0.5", "个百分点", "change", "下降0.5个百分点"),
        ("0.0", "分", "change", "持平"),
    ],
)
def test_the_filters_print_what_prose_needs(number: str, unit: str, filter_name: str, printed: str) -> None:
    assert phrases.phrase(Number("a.b", "甲", f"近{number}{unit}", number, unit), filter_name) == printed


@pytest.mark.parametrize("filter_name", ["", *phrases.FILTERS])
def test_what_is_not_known_prints_a_dash_under_every_filter(filter_name: str) -> None:
    assert phrases.phrase(Number("a.b", "甲", "—", ""), filter_name) == "—"


def test_five_hundred_numbers_take_well_under_three_seconds() -> None:
    """A guard against quadratic work, with room for a slow machine; the measurement is in bench/."""
    figures = {
        f"a.n{n}": Number(f"a.n{n}", f"指标{n}", f"{n}人", str(n), "人", f"http://127.0.0.1/{n}/") for n in range(500)
    }
    document = docx.Document()
    for name in figures:
        document.add_paragraph(f"全年共有{{{{ {name} }}}}参加。")
    started = time.perf_counter()
    data = bind.fill(words.saved(document), figures, made=MADE)
    assert time.perf_counter() - started < 3
    assert len(numbers_of(data)) == 500


@pytest.mark.libreoffice
def test_every_number_comes_back_from_libreoffice(filled_docx: bytes) -> None:
    office = pdf.libreoffice()
    assert office
    back = pdf.convert(filled_docx, office, to="docx")
    assert numbers_of(back) == numbers_of(filled_docx)
    assert [block.text for block in tree.read(back).blocks] == [block.text for block in tree.read(filled_docx).blocks]
    assert [bound.url for bound in tree.read(back).bound()] == [bound.url for bound in tree.read(filled_docx).bound()]
    xml = words.part(back, "word/document.xml")
    assert all(f'w:name="{occurrence.bookmark}"' in xml for occurrence in manifest.read(filled_docx))
    assert sorted(manifest.read(back), key=repr) == sorted(manifest.read(filled_docx), key=repr)
