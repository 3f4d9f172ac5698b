"""Verifying: every number that is not what the books say is told, however it came to be so."""

from collections.abc import Callable
from dataclasses import replace

import docx
import pytest
from lxml import etree

from shuyuan.report import bind, manifest, package
from shuyuan.report.manifest import NotOurs
from shuyuan.report.package import PackageError, w
from shuyuan.report.verify import Kind, verify
from tests.report import edits, words
from tests.report.samples import FIGURES, MADE

KEY = b"key"


@pytest.fixture(scope="module")
def report(template_docx: bytes) -> bytes:
    return bind.fill(template_docx, FIGURES, made=MADE, year=2012, report="annual", key=KEY)


def kinds(data: bytes) -> list[tuple[Kind, str]]:
    return [(one.kind, one.now) for one in verify(data, FIGURES, year=2012, key=KEY).findings]


def after(report: bytes, edit: Callable[[etree._Element], object]) -> list[tuple[Kind, str]]:
    return kinds(edits.edited(report, edit))


def test_nothing_is_said_of_a_report_as_it_was_made(report: bytes) -> None:
    verdict = verify(report, FIGURES, year=2012, key=KEY)
    assert verdict.findings == ()
    assert verdict.numbers == 20
    assert (verdict.head.year, verdict.head.report, verdict.head.made) == (2012, "annual", MADE)


def test_a_number_no_longer_true_is_told_with_both_values_and_its_place(report: bytes) -> None:
    figures = FIGURES | {"aid.persons": replace(FIGURES["aid.persons"], number="8000", display="近8000人次")}
    (one,) = verify(report, figures, key=KEY).wrong
    assert (one.kind, one.now, one.books) == (Kind.STALE, "近7000人次", "近8000人次")
    assert str(one) == (
        "第 15 段「…车补贴等近700万元，惠及学生近7000人次。因家庭贫困辍学的学生为0人。」："
        "数字已经过时：文中是『近7000人次』，台账现为『近8000人次』。刷新这份文件，数字就地更新。"
    )


def test_a_digit_typed_into_the_prose_is_told(report: bytes) -> None:
    assert after(report, lambda root: edits.paragraphs(root)[4].append(edits.run("另有25名教师支教。"))) == [
        (Kind.TYPED, "25")
    ]


def test_a_name_on_the_register_is_no_typed_number(report: bytes) -> None:
    given = edits.edited(report, lambda root: edits.paragraphs(root)[4].append(edits.run("三里镇小学支教。")))
    assert not verify(given, FIGURES, names=["三里镇小学"], key=KEY).findings


def test_a_paragraph_pasted_as_plain_text_is_told_although_its_twin_is_bound(report: bytes) -> None:
    def paste(root: etree._Element) -> None:
        paragraph = edits.paragraph_of(edits.control(root, "debt.relieved"))
        twin = edits.element("p", edits.run("".join(one.text for one in paragraph.iter(w("t")))))
        paragraph.addnext(twin)

    assert [kind for kind, _now in after(report, paste)] == [Kind.TYPED] * 3

    def both(root: etree._Element) -> None:
        paste(root)
        paragraph = edits.paragraph_of(edits.control(root, "debt.relieved"))
        for control in edits.controls(paragraph):
            edits.unwrap(control)

    assert [kind for kind, _now in after(report, both)] == [Kind.REBOUND] * 3 + [Kind.TYPED] * 3


def test_a_lost_number_and_a_removed_one_are_notes(report: bytes) -> None:
    def edit(root: etree._Element) -> None:
        edits.unwrap(edits.control(root, "aid.grants"))
        edits.retype(edits.control(root, "aid.persons"), "")

    verdict = verify(edits.edited(report, edit), FIGURES, key=KEY)
    assert not verdict.wrong
    assert [one.kind for one in verdict.notes] == [Kind.REBOUND, Kind.REMOVED]
    assert "近7000人次" in verdict.notes[1].place


# --- tampering ---


def test_a_control_that_says_another_figure_than_the_manifest_is_told(report: bytes) -> None:
    def forge(root: etree._Element) -> None:
        control = edits.control(root, "debt.relieved_other")
        for name, value in (("tag", "debt.relieved"), ("alias", "化解学校债务〔debt.relieved〕")):
            control.find(f"{w('sdtPr')}/{w(name)}").set(w("val"), value)

    assert after(report, forge) == [(Kind.TAMPERED, "1000万元")]


def test_tag_and_alias_of_different_figures_are_told(report: bytes) -> None:
    def forge(root: etree._Element) -> None:
        edits.control(root, "aid.grants").find(f"{w('sdtPr')}/{w('tag')}").set(w("val"), "debt.relieved")

    assert after(report, forge) == [(Kind.TAMPERED, "近700万元")]


def test_two_controls_that_exchanged_their_bookmarks_are_told(report: bytes) -> None:
    def forge(root: etree._Element) -> None:
        one, other = (edits.control(root, name).getprevious() for name in ("aid.grants", "aid.persons"))
        names = one.get(w("name")), other.get(w("name"))
        other.set(w("name"), names[0])
        one.set(w("name"), names[1])

    assert [kind for kind, _now in after(report, forge)] == [Kind.TAMPERED, Kind.TAMPERED]


def test_a_second_bookmark_of_one_name_round_a_false_number_is_told(report: bytes) -> None:
    name = next(one.bookmark for one in manifest.read(report) if one.figure == "debt.relieved")

    def forge(root: etree._Element) -> None:
        false = edits.element("sdt", edits.element("sdtPr"), edits.element("sdtContent", edits.run("9999万元")))
        paragraph = edits.paragraphs(root)[1]
        paragraph.extend(
            [edits.element("bookmarkStart", id="77", name=name), false, edits.element("bookmarkEnd", id="77")]
        )

    found = after(report, forge)
    assert (Kind.CHANGED, "9999万元") in found


def test_a_made_up_control_round_a_false_number_is_told(report: bytes) -> None:
    def forge(root: etree._Element, alias: str) -> None:
        described = edits.element("sdtPr", edits.element("alias", val=alias))
        false = edits.element("sdt", described, edits.element("sdtContent", edits.run("9999万元")))
        edits.paragraphs(root)[1].append(false)

    assert after(report, lambda root: forge(root, "债务〔debt.relieved〕")) == [(Kind.CHANGED, "9999万元")]
    assert after(report, lambda root: forge(root, "债务〔debt.of_another_report〕")) == [(Kind.FOREIGN, "9999万元")]


def test_a_manifest_edited_together_with_its_number_is_told_twice(report: bytes) -> None:
    forged = words.changed(report, "docProps/custom.xml", "2635万元", "9999万元")
    forged = words.changed(forged, "word/document.xml", "2635万元", "9999万元")
    assert kinds(forged) == [(Kind.MANIFEST, ""), (Kind.STALE, "9999万元")]


def test_a_manifest_whose_figures_were_exchanged_is_told(report: bytes) -> None:
    forged = words.changed(report, "docProps/custom.xml", "debt.relieved_other", "debt.relieved")
    assert (Kind.MANIFEST, "") in kinds(forged)
    assert (Kind.TAMPERED, "1000万元") in kinds(forged)


# --- what is no report of ours, or of another year ---


def test_a_report_of_another_year_is_told_and_nothing_else(report: bytes) -> None:
    (one,) = verify(report, {}, year=2011, key=KEY).findings
    assert (one.kind, one.wrong, one.told) == (Kind.YEAR, True, "这是 2012 年的报告，不是 2011 年的")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (words.saved(docx.Document()), "这不是数源生成的报告"),
        (b"", "不是 Word 文档"),
        (b"%PDF-1.7", "不是 Word 文档"),
    ],
)
def test_what_is_no_report_has_its_answer(data: bytes, told: str) -> None:
    with pytest.raises((NotOurs, PackageError), match=told):
        verify(data, FIGURES)


def test_a_report_of_the_first_form_has_its_answer(report: bytes) -> None:
    document = package.open_docx(report)
    old = {one.bookmark: f'["{one.figure}","{one.text}","",""]' for one in manifest.of(document)}
    package.set_custom_properties(document, old)
    with pytest.raises(NotOurs, match="由旧版本生成"):
        verify(package.save(document, made=MADE), FIGURES)


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("{}", "已损坏"),
        ("nonsense", "已损坏"),
        ('{"form":9,"year":2012,"report":"","made":"2013-01-01T00:00:00","seal":""}', "更新的版本"),
        ('{"form":2,"year":"2012","report":"","made":"2013-01-01T00:00:00","seal":""}', "已损坏"),
        ("[]", "已损坏"),
    ],
)
def test_a_damaged_head_has_its_answer(report: bytes, head: str, told: str) -> None:
    document = package.open_docx(report)
    package.set_custom_properties(document, package.custom_properties(document) | {"shuyuan_report": head})
    with pytest.raises(NotOurs, match=told):
        verify(package.save(document, made=MADE), FIGURES)


def test_entries_that_cannot_be_read_break_the_seal_and_nothing_else(report: bytes) -> None:
    document = package.open_docx(report)
    properties = package.custom_properties(document)
    name = next(one.bookmark for one in manifest.of(document) if one.figure == "aid.grants")
    package.set_custom_properties(document, properties | {name: "[1,2"})
    assert (Kind.MANIFEST, "") in kinds(package.save(document, made=MADE))


# --- the manifest itself ---


def test_an_entry_longer_than_a_property_goes_on_in_further_ones() -> None:
    listed = replace(FIGURES["aid.grants"], display="、".join(f"第{n}小学 “甲\u3000{n}𠮷”" for n in range(60)))
    data = bind.fill(words.with_runs("{{ aid.grants }}"), {"aid.grants": listed}, made=MADE, key=KEY)
    properties = package.custom_properties(package.open_docx(data))
    assert max(map(len, properties.values())) <= 255
    assert not any(value != value.strip() for value in properties.values())
    (one,) = manifest.read(data)
    assert one.text == listed.display
    assert not verify(data, {"aid.grants": listed}, key=KEY).findings


def test_the_filter_and_both_sides_are_remembered(report: bytes) -> None:
    by_figure = {one.figure: one for one in manifest.read(report)}
    assert by_figure["activity.ethics_month"].filter == "chinese"
    assert by_figure["debt.relieved"].filter == ""
    assert by_figure["debt.relieved"].after.startswith("，其中义务教育阶段#万元")
