"""Finding bound numbers again: whatever ordinary editing does to a report, each number is found or told."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from shuyuan.report import bind, manifest, package, pdf, phrases, tree
from shuyuan.report.package import w
from shuyuan.report.rebind import Found, How, State, rebind
from shuyuan.report.refresh import refresh
from shuyuan.report.verify import Kind, verify
from tests.report import edits, words
from tests.report.samples import FIGURES, MADE, Number

KEY = b"key"
NEW = {
    name: replace(one, number=str(70001 + place), display=f"{70001 + place}{one.unit}")
    for place, (name, one) in enumerate(FIGURES.items())
}


@pytest.fixture(scope="module")
def report(template_docx: bytes) -> bytes:
    """A report of 2012 whose numbers can be told apart afterwards."""
    filled = bind.fill(template_docx, FIGURES, made=MADE, year=2012, key=KEY)
    return edits.edited(filled, edits.mark_truth)


def found_in(data: bytes) -> dict[str, Found]:
    document = package.open_docx(data)
    return {one.occurrence.figure: one for one in rebind(document, manifest.of(document), FIGURES).found}


def change(report: bytes, figure: str, edit: Callable[[etree._Element], object]) -> Found:
    """What becomes of one number whose control is edited."""
    return found_in(edits.edited(report, lambda root: edit(edits.control(root, figure))))[figure]


def test_in_an_untouched_report_every_number_is_kept(report: bytes) -> None:
    found = found_in(report).values()
    assert {(one.state, one.how) for one in found} == {(State.KEPT, How.TAG)}
    assert [one.text for one in found] == [bound.text for bound in tree.read(report).bound()]


def test_a_control_is_known_by_its_alias_when_its_tag_is_lost(report: bytes) -> None:
    def drop(control: etree._Element) -> None:
        tag = control.find(f"{w('sdtPr')}/{w('tag')}")
        tag.getparent().remove(tag)

    one = change(report, "aid.grants", drop)
    assert (one.state, one.how) == (State.REBOUND, How.ALIAS)


def test_a_removed_control_is_made_good_by_its_bookmark(report: bytes) -> None:
    one = change(report, "aid.grants", edits.unwrap)
    assert (one.state, one.how, one.text) == (State.REBOUND, How.BOOKMARK, "近700万元")


def test_a_number_without_control_and_bookmark_is_found_by_what_stands_round_it(report: bytes) -> None:
    def paste(control: etree._Element) -> None:
        paragraph = edits.paragraph_of(control)
        edits.unwrap(control)
        edits.unmark(paragraph)
        edits.unlink(paragraph)

    one = change(report, "debt.relieved_other", paste)
    assert (one.state, one.how, one.text) == (State.REBOUND, How.CONTEXT, "1000万元")


def test_two_places_that_are_equally_good_are_asked_about(report: bytes) -> None:
    def paste(root: etree._Element) -> None:
        paragraph = edits.paragraph_of(edits.control(root, "home_visit.teachers"))
        for control in edits.controls(paragraph):
            edits.unwrap(control)
        edits.unlink(paragraph)
        edits.unmark(paragraph)
        for other in edits.paragraphs(root)[-3:-1]:
            other.addnext(etree.fromstring(etree.tostring(paragraph)))
        paragraph.getparent().remove(paragraph)

    one = found_in(edits.edited(report, paste))["home_visit.teachers"]
    assert one.state is State.UNCERTAIN
    assert one.text == "5200多人"


@pytest.mark.parametrize("typed", ["2700万元", "2635.5万元", "2635亿元", "二千万元", "12635万元", "2635万元和3个"])
def test_what_is_typed_over_a_number_is_told(report: bytes, typed: str) -> None:
    one = change(report, "debt.relieved", lambda control: edits.retype(control, typed))
    assert (one.state, one.text) == (State.CHANGED, typed)


@pytest.mark.parametrize("typed", ["约2635万元", "2635万元左右", "（2635万元）"])
def test_prose_that_is_typed_into_a_control_leaves_the_number_what_it_is(report: bytes, typed: str) -> None:
    one = change(report, "debt.relieved", lambda control: edits.retype(control, typed))
    assert (one.state, one.text) == (State.KEPT, "2635万元")


@pytest.mark.parametrize(("beside", "now"), [("1", "11名"), ("十", "十1名"), ("-", "-1名"), ("3.", "3.1名")])
def test_digits_typed_before_a_control_change_the_number_it_prints(report: bytes, beside: str, now: str) -> None:
    one = change(report, "discipline.warned_heads", lambda control: control.addprevious(edits.run(beside)))
    assert (one.state, one.text) == (State.CHANGED, now.removesuffix("名"))


@pytest.mark.parametrize("beside", ["0", ".5", "万", "%"])
def test_digits_typed_behind_a_control_change_the_number_it_prints(report: bytes, beside: str) -> None:
    one = change(report, "discipline.warned_heads", lambda control: control.addnext(edits.run(beside)))
    assert (one.state, one.text) == (State.CHANGED, f"1{beside}")


@pytest.mark.parametrize("emptied", ["text", "request", "deletion"])
def test_what_was_emptied_is_removed(report: bytes, emptied: str) -> None:
    def empty(control: etree._Element) -> None:
        if emptied == "text":
            edits.retype(control, "")
        elif emptied == "request":
            control.find(w("sdtPr")).append(edits.element("showingPlcHdr"))
            edits.retype(control, "单击此处输入文字。")
        else:
            for text in list(control.iter(w("t"))):
                run = text.getparent()
                gone = edits.element("del", id="7", author="李")
                run.addprevious(gone)
                gone.append(run)
                text.tag = w("delText")

    assert change(report, "aid.persons", empty).state is State.REMOVED


def test_a_tracked_replacement_counts_as_what_prints(report: bytes) -> None:
    def replaced(control: etree._Element) -> None:
        text = next(control.iter(w("t")))
        run = text.getparent()
        run.addnext(edits.element("ins", edits.run("2700万元"), id="8", author="李"))
        gone = edits.element("del", id="7", author="李")
        run.addprevious(gone)
        gone.append(run)
        text.tag = w("delText")

    one = change(report, "debt.relieved", replaced)
    assert (one.state, one.text) == (State.CHANGED, "2700万元")


def test_a_paragraph_moved_with_tracking_is_found_where_it_went(report: bytes) -> None:
    def move(root: etree._Element) -> None:
        paragraph = edits.paragraph_of(edits.control(root, "aid.grants"))
        twin = etree.fromstring(etree.tostring(paragraph))
        edits.paragraphs(root)[2].addprevious(twin)
        for old, kind in ((paragraph, "moveFrom"), (twin, "moveTo")):
            for run in edits.runs(old):
                parent = edits.element(kind, id="9", author="李")
                run.addprevious(parent)
                parent.append(run)

    found = found_in(edits.edited(report, move))
    assert found["aid.grants"].state is State.KEPT
    assert found["aid.grants"].place is not None
    line = found["aid.grants"].place.story.line_at(found["aid.grants"].place.start)
    assert line is not None and line.number == 3


def test_a_pasted_paragraph_is_bound_a_second_time(report: bytes) -> None:
    def paste(root: etree._Element) -> None:
        paragraph = edits.paragraph_of(edits.control(root, "debt.relieved"))
        paragraph.addnext(etree.fromstring(etree.tostring(paragraph)))

    document = package.open_docx(edits.edited(report, paste))
    found = [one for one in rebind(document, manifest.of(document)).found if one.occurrence.figure.startswith("debt.")]
    assert [one.state for one in found] == [State.KEPT] * 3 + [State.COPIED] * 3
    assert len({one.occurrence.bookmark for one in found}) == 6


def test_numbers_in_tables_text_boxes_headers_and_footers_are_found(report: bytes) -> None:
    def box(root: etree._Element) -> None:
        paragraph = edits.paragraph_of(edits.control(root, "aid.grants"))
        holder = edits.element("p", edits.element("r", edits.element("pict", edits.element("txbxContent"))))
        paragraph.addprevious(holder)
        next(holder.iter(w("txbxContent"))).append(paragraph)
        edits.into_a_table(root, random.Random(4))

    assert {one.state for one in found_in(edits.edited(report, box)).values()} == {State.KEPT}


@settings(max_examples=60)
@given(st.integers(0, 10**9), st.sets(st.sampled_from(range(len(edits.ORDINARY))), min_size=1))
def test_after_ordinary_editing_no_number_is_written_wrongly_and_none_changed_goes_untold(
    report: bytes, seed: int, chosen: set[int]
) -> None:
    chance = random.Random(seed)
    steps = [edits.ORDINARY[number] for number in chosen]
    chance.shuffle(steps)
    given = edits.edited(report, *(lambda root, step=step: step(root, chance) for step in steps))
    done = refresh(given, NEW, made=MADE, key=KEY)
    before, after = edits.root_of(given), edits.root_of(done.data)
    assert edits.prose(after) == edits.prose(before)

    made_with = {one.bookmark: one for one in manifest.read(report)}
    wrong = verify(given, FIGURES, key=KEY).wrong
    numbers = list(zip(edits.numbers(before), edits.numbers(after), strict=True))
    for (name, was), (same, now) in numbers:
        assert same == name
        occurrence = made_with[name]
        new = phrases.phrase(NEW[occurrence.figure], occurrence.filter)
        assert now in (was, was.replace(occurrence.text, new))
        if occurrence.text not in was:
            assert now == was
            assert any(one.figure == occurrence.figure or (one.kind is Kind.TYPED and one.now in was) for one in wrong)
    again = refresh(done.data, NEW, made=MADE, key=KEY)
    assert again.data == done.data
    assert not again.moves


def test_at_least_99_of_100_numbers_are_bound_again_after_ordinary_editing(report: bytes) -> None:
    alive = written = 0
    made_with = {one.bookmark: one for one in manifest.read(report)}
    for seed in range(40):
        chance = random.Random(seed)
        steps = chance.sample(edits.ORDINARY, 8)
        given = edits.edited(report, *(lambda root, step=step, chance=chance: step(root, chance) for step in steps))
        after = edits.numbers(edits.root_of(refresh(given, NEW, made=MADE, key=KEY).data))
        for (name, was), (_name, now) in zip(edits.numbers(edits.root_of(given)), after, strict=True):
            occurrence = made_with[name]
            if was == occurrence.text:
                alive += 1
                written += now == phrases.phrase(NEW[occurrence.figure], occurrence.filter)
    assert alive > 500
    assert written >= 0.99 * alive


@pytest.mark.libreoffice
@pytest.mark.parametrize("way", [["docx"], ["odt", "docx"]], ids=["docx", "odt"])
def test_every_number_is_found_again_after_libreoffice(report: bytes, way: list[str]) -> None:
    office = pdf.libreoffice()
    assert office
    back = report
    for kind in way:
        back = pdf.convert(back, office, to=kind)
    verdict = verify(back, FIGURES, year=2012, key=KEY)
    assert not verdict.wrong
    assert {one.kind for one in verdict.findings} <= {Kind.REBOUND}
    done = refresh(back, NEW, made=MADE, key=KEY)
    said = [bound.text for bound in tree.read(done.data).bound()]
    assert len(said) == len(list(tree.read(report).bound()))
    assert said.count("70007万元") == 1
    assert refresh(done.data, NEW, made=MADE, key=KEY).data == done.data
    assert not verify(pdf.convert(done.data, office, to="docx"), NEW, key=KEY).wrong


def test_three_hundred_numbers_that_lost_everything_are_found_by_context() -> None:
    figures = {f"a.n{n}": Number(f"a.n{n}", f"指标{n}", f"{n % 90 + 10}人", str(n % 90 + 10), "人") for n in range(300)}
    hanzi = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    body = "".join(
        f"<w:p><w:r><w:t>{hanzi[n % 22]}镇{hanzi[n // 22]}校{hanzi[n % 19]}班全年共有{{{{ {name} }}}}参加"
        f"{hanzi[n % 17]}项目。</w:t></w:r></w:p>"
        for n, name in enumerate(figures)
    )
    data = bind.fill(words.with_body(body), figures, made=MADE, key=KEY)

    def strip(root: etree._Element) -> None:
        for control in edits.controls(root):
            edits.unwrap(control)
        edits.unmark(root)

    document = package.open_docx(edits.edited(data, strip))
    kept = {one.bookmark: one for one in manifest.of(document)}
    found = rebind(document, list(kept.values())).found
    assert all(one.text == one.occurrence.text for one in found if one.state is State.REBOUND)
    assert sum(one.state is State.REBOUND for one in found) >= 0.95 * len(figures)
