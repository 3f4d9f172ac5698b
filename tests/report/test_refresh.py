"""Refreshing: numbers move in place, prose stays, what was typed over is left, a second time nothing is written."""

import random
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO

import docx
import pytest
from lxml import etree

from shuyuan.report import bind, manifest, package, tree
from shuyuan.report.package import w
from shuyuan.report.refresh import Refreshed, Refused, refresh
from shuyuan.report.verify import Kind, verify
from tests.report import edits, words
from tests.report.samples import FIGURES, MADE, Number

KEY = b"key"
LATER = MADE + timedelta(days=3)


def moved(**numbers: str) -> dict[str, Number]:
    """The figures with other numbers for some: moved(debt__relieved="2700")."""
    figures = dict(FIGURES)
    for name, number in numbers.items():
        old = figures[name.replace("__", ".")]
        display = old.display.replace(old.number, number) if old.display != "—" else f"{number}{old.unit}"
        figures[old.name] = replace(old, number=number, display=display)
    return figures


@pytest.fixture(scope="module")
def report(template_docx: bytes) -> bytes:
    return bind.fill(template_docx, FIGURES, made=MADE, year=2012, key=KEY)


def again(data: bytes, figures: Mapping[str, Number], **options: Collection[str]) -> Refreshed:
    return refresh(data, figures, made=LATER, key=KEY, **options)  # type: ignore[arg-type]


def text_of(data: bytes) -> str:
    return "\n".join(block.text for block in tree.read(data).blocks)


def test_a_number_moves_in_place_and_the_list_says_from_what_to_what(report: bytes) -> None:
    done = again(report, moved(debt__relieved="2700"))
    (move,) = done.moves
    assert (move.figure, move.was, move.now) == ("debt.relieved", "2635万元", "2700万元")
    assert "化解学校债务2635万元，其中" in move.place
    assert text_of(done.data) == text_of(report).replace("2635万元", "2700万元")
    assert [bound.text for bound in tree.read(done.data).bound()].count("2700万元") == 1


def test_each_number_is_printed_the_way_it_was(report: bytes) -> None:
    figures = moved(
        activity__ethics_month="6", governance__rules="3", exam__gap_change="1.5", discipline__warned_heads="4"
    )
    done = again(report, figures)
    text = text_of(done.data)
    assert "以第六个师德建设月为抓手" in text
    assert "制度三项" in text
    assert "校际均分差距提高1.5分" in text
    assert "全年有4名校长受到警告" in text
    assert len(done.moves) == 4


def test_what_is_not_known_any_more_or_now_known_moves_too(report: bytes) -> None:
    figures = moved(publicity__articles="1093")
    figures["aid.grants"] = replace(figures["aid.grants"], display="—", number="—")
    done = again(report, figures)
    assert [(one.was, one.now) for one in done.moves] == [("—", "1093篇"), ("近700万元", "—")]


def test_nothing_to_do_gives_the_very_bytes_that_came(report: bytes) -> None:
    done = again(report, FIGURES)
    assert done.data is report
    assert (done.moves, done.left, done.repaired) == ((), (), 0)


def test_a_second_refresh_writes_nothing(report: bytes) -> None:
    def rough(root: etree._Element) -> None:
        chance = random.Random(3)
        for edit in edits.ORDINARY:
            edit(root, chance)

    given = edits.edited(report, rough)
    once = again(given, moved(debt__relieved="2700", aid__persons="8000"))
    twice = refresh(once.data, moved(debt__relieved="2700", aid__persons="8000"), made=LATER + timedelta(1), key=KEY)
    assert once.data != given
    assert twice.data == once.data
    assert (twice.moves, twice.repaired) == ((), 0)


def test_parts_in_which_nothing_moves_keep_their_bytes(report: bytes) -> None:
    done = again(report, moved(debt__relieved="2700"))
    with zipfile.ZipFile(BytesIO(report)) as old, zipfile.ZipFile(BytesIO(done.data)) as new:
        assert old.namelist() == new.namelist()
        differing = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert differing == {"word/document.xml", "docProps/custom.xml"}


def test_custom_properties_of_others_stay_with_their_kinds(report: bytes) -> None:
    other = (
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="900" name="页数"><vt:i4>12</vt:i4></property>'
    )
    given = words.changed(report, "docProps/custom.xml", "</Properties>", f"{other}</Properties>")
    done = again(given, moved(debt__relieved="2700"))
    assert "<vt:i4>12</vt:i4>" in words.part(done.data, "docProps/custom.xml")


def test_a_number_typed_over_is_left_with_both_values_until_it_is_confirmed(report: bytes) -> None:
    given = edits.edited(report, lambda root: edits.retype(edits.control(root, "debt.relieved"), "2800万元"))
    done = again(given, moved(debt__relieved="2700", aid__persons="8000"))
    assert "化解学校债务2800万元" in text_of(done.data)
    (left,) = done.left
    assert (left.kind, left.was, left.now, left.books) == (Kind.CHANGED, "2635万元", "2800万元", "2700万元")
    assert [one.figure for one in done.moves] == ["aid.persons"]

    confirmed = again(given, moved(debt__relieved="2700"), overwrite=[left.key])
    assert "化解学校债务2700万元" in text_of(confirmed.data)
    assert not confirmed.left
    assert not verify(confirmed.data, moved(debt__relieved="2700"), key=KEY).wrong


def test_what_was_typed_beside_a_control_goes_when_the_number_is_confirmed(report: bytes) -> None:
    def beside(root: etree._Element) -> None:
        control = edits.control(root, "discipline.warned_heads")
        control.addprevious(edits.run("1"))
        control.addnext(edits.run("0"))

    given = edits.edited(report, beside)
    (left,) = again(given, FIGURES).left
    assert (left.was, left.now) == ("1", "110")
    done = again(given, moved(discipline__warned_heads="3"), overwrite=[left.key])
    assert "全年有3名校长" in text_of(done.data)
    assert tree.read(done.data).blocks[0]
    assert [bound.text for bound in tree.read(done.data).bound() if bound.figure == "discipline.warned_heads"] == ["3"]


def test_a_number_typed_over_with_what_the_books_say_is_bound_again(report: bytes) -> None:
    given = edits.edited(report, lambda root: edits.retype(edits.control(root, "debt.relieved"), "2700万元"))
    figures = moved(debt__relieved="2700")
    assert not verify(given, figures, key=KEY).wrong
    done = again(given, figures)
    assert (done.moves, done.left) == ((), ())
    assert again(done.data, moved(debt__relieved="2900")).moves[0].was == "2700万元"


def test_what_was_emptied_is_never_filled_again(report: bytes) -> None:
    given = edits.edited(report, lambda root: edits.retype(edits.control(root, "aid.persons"), ""))
    key = next(one.bookmark for one in manifest.read(report) if one.figure == "aid.persons")
    done = again(given, moved(aid__persons="9000"), overwrite=[key])
    assert "9000" not in text_of(done.data)


def test_a_lost_control_is_written_anew_with_its_bookmark(report: bytes) -> None:
    def paste(root: etree._Element) -> None:
        paragraph = edits.paragraph_of(edits.control(root, "debt.relieved"))
        for control in edits.controls(paragraph):
            edits.unwrap(control)
        edits.unlink(paragraph)
        edits.unmark(paragraph)
        for run in edits.runs(paragraph):  # as one text, which has to be cut apart again
            if run is not paragraph.find(w("r")):
                paragraph.find(w("r")).find(w("t")).text += run.find(w("t")).text
                run.getparent().remove(run)

    given = edits.edited(report, paste)
    assert not [bound for bound in tree.read(given).bound() if bound.figure.startswith("debt.")]
    done = again(given, moved(debt__relieved_other="1100"))
    assert done.repaired == 3
    assert text_of(done.data) == text_of(report).replace("1000万元", "1100万元")
    bound = [one.text for one in tree.read(done.data).bound() if one.figure.startswith("debt.")]
    assert bound == ["2635万元", "1635万元", "1100万元"]
    assert not verify(done.data, moved(debt__relieved_other="1100"), key=KEY).findings


def test_both_of_a_pasted_paragraph_are_bound_and_move_from_then_on(report: bytes) -> None:
    def paste(root: etree._Element) -> None:
        paragraph = edits.paragraph_of(edits.control(root, "debt.relieved"))
        paragraph.addnext(etree.fromstring(etree.tostring(paragraph)))

    done = again(edits.edited(report, paste), moved(debt__relieved="2700"))
    assert [one.now for one in done.moves] == ["2700万元", "2700万元"]
    assert text_of(done.data).count("2700万元") == 2
    root = edits.root_of(done.data)
    names = [one.get(w("name")) for one in root.iter(w("bookmarkStart")) if manifest.is_bookmark(one.get(w("name")))]
    ids = [one.find(f"{w('sdtPr')}/{w('id')}").get(w("val")) for one in edits.controls(root)]
    assert len(set(names)) == len(names) == len(set(ids)) == len(ids) == 23
    later = again(done.data, moved(debt__relieved="2900"))
    assert len(later.moves) == 2
    assert not verify(later.data, moved(debt__relieved="2900"), key=KEY).findings


def test_a_number_split_by_the_spelling_checker_is_written_once_in_its_first_run(report: bytes) -> None:
    given = edits.edited(
        report, *(lambda root, seed=seed: edits.split_runs(root, random.Random(seed)) for seed in (1, 2))
    )
    done = again(given, moved(project__safety_area="51200"))
    assert text_of(done.data) == text_of(report).replace("48500平方米", "51200平方米")


def test_a_number_in_a_link_of_other_words_gets_a_bookmark_only() -> None:
    """A control inside a link makes LibreOffice write a broken file."""
    data = bind.fill(words.with_runs("发放{{ aid.grants }}给学生"), FIGURES, made=MADE, key=KEY)

    def link(root: etree._Element) -> None:
        control = edits.control(root, "aid.grants")
        paragraph = edits.paragraph_of(control)
        edits.unwrap(control)
        edits.unlink(paragraph)
        edits.unmark(paragraph)
        link = edits.element("hyperlink", anchor="x")
        runs = edits.runs(paragraph)
        runs[0].addprevious(link)
        link.extend(runs)

    done = again(edits.edited(data, link), moved(aid__grants="800"))
    assert text_of(done.data) == "发放近800万元给学生"
    assert not list(edits.root_of(done.data).iter(w("sdt")))
    assert len(list(edits.root_of(done.data).iter(w("bookmarkStart")))) == 1
    assert again(done.data, moved(aid__grants="800")).data == done.data


def test_a_number_in_a_footer_moves_too() -> None:
    document = docx.Document()
    document.sections[0].footer.paragraphs[0].text = "资助{{ aid.persons }}"
    data = bind.fill(words.saved(document), FIGURES, made=MADE, key=KEY)
    done = again(data, moved(aid__persons="8000"))
    assert "近8000人次" in words.part(done.data, "word/footer1.xml")
    assert done.moves[0].place.startswith("页脚")


def test_the_records_behind_a_move_are_asked_for_once_with_the_time_of_the_report(report: bytes) -> None:
    asked: list[tuple[set[str], datetime]] = []

    def reasons(names: Collection[str], since: datetime) -> Mapping[str, Sequence[str]]:
        asked.append((set(names), since))
        return {"debt.relieved": ["化解债务 #3：金额 10 → 75 万元（计财，按凭证更正）"]}

    figures = moved(debt__relieved="2700", aid__persons="8000")
    done = refresh(report, figures, made=LATER, key=KEY, reasons=reasons)
    assert asked == [({"debt.relieved", "aid.persons"}, MADE)]
    assert {one.figure: len(one.reasons) for one in done.moves} == {"debt.relieved": 1, "aid.persons": 0}
    assert manifest.whole(package.open_docx(done.data), key=KEY).head.made == LATER


def test_a_figure_that_is_no_more_or_cannot_be_printed_is_left(report: bytes) -> None:
    figures = moved(activity__ethics_month="5.5")
    del figures["aid.grants"]
    done = again(report, figures)
    assert {one.figure: one.kind for one in done.left} == dict.fromkeys(
        ["activity.ethics_month", "aid.grants"], Kind.UNPRINTABLE
    )
    assert done.data is report


def test_a_report_of_another_year_is_refused(report: bytes) -> None:
    with pytest.raises(Refused, match=r"这是 2012 年的报告，不是 2013 年的"):
        refresh(report, FIGURES, made=LATER, year=2013, key=KEY)


def test_a_manifest_that_somebody_else_wrote_is_refused(report: bytes) -> None:
    forged = words.changed(report, "docProps/custom.xml", "2635万元", "9999万元")
    for data, key in ((forged, KEY), (report, b"another installation")):
        with pytest.raises(Refused, match="清单被改动过"):
            refresh(data, FIGURES, made=LATER, key=key)
