"""Drafting together: sections write their own parts, the office returns or adopts, nothing is lost."""

import os
import signal
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.db.models.signals import post_save
from django.utils import timezone

from shuyuan.core.codes import Function
from shuyuan.core.history import NobodyActing, acting
from shuyuan.core.models import Chain, Organisation
from shuyuan.core.proof import verify
from shuyuan.report import build, drafting, prose, rights
from shuyuan.report.drafting import Conflict, Refused
from shuyuan.report.models import Part, Remark, Report
from shuyuan.report.outlines import NoOutline, outline
from shuyuan.report.versions import pair, wordings
from tests.county import BUREAU, HOME, County
from tests.county import build as county_built

SOUND = "全年化解学校债务{{ debt.relieved }}。"


@pytest.fixture
def report(county: County) -> Report:
    """The year after the last outline: its parts are open and nobody has written anything."""
    with acting(county.office, "开始起草"):
        return drafting.open_report(2013)


@pytest.fixture
def part(report: Report) -> Part:
    """经费与债务, which is the finance section's."""
    return report.parts().get(code="2.1")


def saved(part: Part, text: str, by: User, base: int | None = None) -> Part:
    with acting(by, "起草"):
        return drafting.save(part, text, part.revision if base is None else base)


def submitted(county: County, part: Part, text: str = SOUND) -> Part:
    finance = county.officer(Function.FINANCE)
    part = saved(part, text, finance)
    with acting(finance, "提交"):
        drafting.submit(part, part.revision)
    return fresh(part)


def fresh(part: Part) -> Part:
    return Part.objects.select_related("report__organisation", "section").get(pk=part.pk)


# --- opening ---


def test_a_report_of_an_outlined_year_opens_with_its_texts(county: County) -> None:
    with acting(county.office, "开始起草"):
        opened = drafting.open_report(2012)
    parts = list(opened.parts())
    assert [part.code for part in parts] == [one.id for one in outline(2012).paragraphs()]
    assert {part.state for part in parts} == {Part.State.DRAFTING}
    assert prose.outline_of(opened, outline(2012)) == outline(2012)


def test_a_later_year_brings_the_parts_and_their_sections_but_no_text(report: Report, part: Part) -> None:
    assert report.title == "金坛市教育体育局2013年工作报告"
    assert part.section is not None and part.section.name == "计财科"
    assert {(one.text, one.state) for one in report.parts()} == {("", Part.State.OPEN)}
    assert "债务" in drafting.before(part), "what was written last time stands beside the empty text"


def test_opening_twice_gives_the_same_report(county: County, report: Report) -> None:
    with acting(county.office, "再点一次"):
        assert drafting.open_report(2013) == report
    assert Part.objects.count() == report.parts().count()


def test_a_year_before_every_outline_cannot_be_opened(county: County) -> None:
    with pytest.raises(NoOutline), acting(county.office, "开始起草"):
        drafting.open_report(1999)
    assert not Report.objects.exists()


def test_a_schools_own_report_is_the_schools_to_write(county: County) -> None:
    with acting(county.headteacher, "开始起草"):
        own = drafting.open_report(2012, organisation=county[HOME])
    assert {part.section for part in own.parts()} == {county[HOME]}
    assert rights.runs(county.headteacher, own.organisation) and rights.writes(county.clerk, own.parts()[0])
    assert not rights.writes(county.other_clerk, own.parts()[0]) and not rights.runs(county.office, own.organisation)
    assert Report.objects.visible_to(county.clerk).get() == own
    assert not Report.objects.visible_to(county.other_clerk).exists()


def test_nothing_is_opened_without_a_name(county: County) -> None:
    with pytest.raises(NobodyActing):
        drafting.open_report(2012)


# --- writing ---


def test_a_section_drafts_submits_mends_what_came_back_and_is_adopted(county: County, part: Part) -> None:
    finance = county.officer(Function.FINANCE)
    part = submitted(county, part, "化解债务{{ debt.relieved }}。")
    assert part.state == Part.State.SUBMITTED
    with acting(county.office, "退回"):
        drafting.send_back(part, part.revision, "请补上义务教育阶段")
    assert fresh(part).state == Part.State.RETURNED
    assert Remark.objects.get().text == "请补上义务教育阶段"
    part = saved(fresh(part), "化解债务{{ debt.relieved }}，其中义务教育{{ debt.relieved_compulsory }}。", finance)
    assert part.state == Part.State.DRAFTING
    with acting(finance, "提交"):
        drafting.submit(part, part.revision)
    with acting(county.office, "采用"):
        drafting.adopt(fresh(part), part.revision)
    assert fresh(part).state == Part.State.ADOPTED
    assert Remark.objects.get().settled
    assert verify(Part) == [] and verify(Remark) == []


def test_the_office_may_edit_any_text_and_its_state_stays(county: County, part: Part) -> None:
    part = saved(submitted(county, part), "化解学校债务{{ debt.relieved }}。", county.office)
    assert (part.state, part.text) == (Part.State.SUBMITTED, "化解学校债务{{ debt.relieved }}。")


@pytest.mark.parametrize(
    "who",
    [
        lambda county: county.officer(Function.UNION),
        lambda county: county.leader,
        lambda county: county.clerk,
        lambda county: county.stranger,
    ],
    ids=["another section", "leader", "school", "stranger"],
)
def test_nobody_writes_anothers_part(county: County, part: Part, who: Any) -> None:
    user = who(county)
    part = submitted(county, part)
    for act in (
        lambda: drafting.save(part, "改写。", part.revision),
        lambda: drafting.submit(part, part.revision),
        lambda: drafting.adopt(part, part.revision),
        lambda: drafting.send_back(part, part.revision, "重写"),
        lambda: drafting.assign([part], county[BUREAU], None),
    ):
        with pytest.raises(PermissionDenied), acting(user, "越权"):
            act()
    assert (fresh(part).text, fresh(part).state) == (SOUND, Part.State.SUBMITTED)


def test_a_section_cannot_adopt_its_own_part(county: County, part: Part) -> None:
    part = submitted(county, part)
    with pytest.raises(PermissionDenied), acting(county.officer(Function.FINANCE), "采用"):
        drafting.adopt(part, part.revision)


def test_an_adopted_part_is_closed_to_its_section_until_it_is_returned(county: County, part: Part) -> None:
    part = submitted(county, part)
    with acting(county.office, "采用"):
        drafting.adopt(part, part.revision)
    with pytest.raises(Refused, match="已采用"):
        saved(fresh(part), "又改了。", county.officer(Function.FINANCE))
    with acting(county.office, "退回"):
        drafting.send_back(fresh(part), part.revision, "数字有变")
    assert saved(fresh(part), "又改了。", county.officer(Function.FINANCE)).text == "又改了。"


def test_a_frozen_report_takes_nothing_more(county: County, report: Report, part: Part) -> None:
    part = submitted(county, part)
    with acting(county.office, "定稿"):
        report.state = Report.State.FROZEN
        report.save()
    for act in (
        lambda: drafting.save(part, "改。", part.revision),
        lambda: drafting.adopt(part, part.revision),
        lambda: drafting.remark(part, "还要改"),
        lambda: drafting.assign([part], None, date(2013, 12, 20)),
    ):
        with pytest.raises(Refused), acting(county.office, "定稿之后"):
            act()
    assert fresh(part).text == SOUND


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "还没有文字"),
        ("化解债务{{ debt.releved }}。", "debt.relieved"),
        ("化解债务{{ debt.relieved。", "无法识别"),
        ("化解债务2635万元。", "2635万元"),
        ("化解债务{% for x in y %}。", "循环没有结尾"),
        ("共{{ debt.relieved | nosuch }}。", "nosuch"),
    ],
)
def test_what_cannot_be_printed_is_kept_but_not_submitted(county: County, part: Part, text: str, told: str) -> None:
    finance = county.officer(Function.FINANCE)
    part = saved(part, text, finance)
    assert part.text == text, "a draft is never refused for its mistakes"
    with pytest.raises(Refused) as refused, acting(finance, "提交"):
        drafting.submit(part, part.revision)
    assert told in str(refused.value)
    with pytest.raises(Refused), acting(county.office, "采用"):
        drafting.adopt(part, part.revision)


def test_a_text_beyond_all_measure_is_refused(county: County, part: Part) -> None:
    with pytest.raises(Refused, match="20,000"):
        saved(part, "的" * 20_001, county.officer(Function.FINANCE))


def test_line_ends_and_spaces_of_another_editor_are_no_change(county: County, part: Part) -> None:
    part = saved(part, "甲段。\n\n乙段。", county.office)
    before = part.revision
    assert saved(part, "甲段。\r\n\r\n\r\n  乙段。 \r\n", county.office).revision == before


def test_a_return_needs_its_reason(county: County, part: Part) -> None:
    part = submitted(county, part)
    with pytest.raises(Refused, match="退回须写明"), acting(county.office, "退回"):
        drafting.send_back(part, part.revision, "  ")


# --- together ---


def test_the_second_save_is_refused_with_both_texts(county: County, part: Part) -> None:
    base = part.revision
    saved(part, "甲写的。", county.officer(Function.FINANCE), base)
    with pytest.raises(Conflict) as refused:
        saved(part, "乙写的。", county.office, base)
    assert (refused.value.mine, refused.value.part.text) == ("乙写的。", "甲写的。")
    assert refused.value.theirs.written_by == county.officer(Function.FINANCE)
    assert fresh(part).text == "甲写的。"


def test_a_new_deadline_in_between_is_no_conflict(county: County, part: Part) -> None:
    base = part.revision
    with acting(county.office, "分派"):
        drafting.assign([part], None, date(2013, 12, 20))
    assert saved(part, "写好了。", county.officer(Function.FINANCE), base).deadline == date(2013, 12, 20)


def test_the_same_text_saved_by_both_is_no_conflict(county: County, part: Part) -> None:
    base = part.revision
    saved(part, "一样的。", county.officer(Function.FINANCE), base)
    assert saved(part, "一样的。", county.office, base).text == "一样的。"


@pytest.mark.parametrize("base", [0, 99])
def test_a_base_that_never_was_is_a_conflict(county: County, part: Part, base: int) -> None:
    saved(part, "先写的。", county.office)
    with pytest.raises(Conflict):
        saved(part, "后写的。", county.office, base)


def test_what_was_read_is_what_is_adopted(county: County, part: Part) -> None:
    part = submitted(county, part)
    seen = part.revision
    saved(part, "改了一处。", county.officer(Function.FINANCE))
    with pytest.raises(Refused, match="打开之后改过"), acting(county.office, "采用"):
        drafting.adopt(part, seen)


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_save_at_once_one_wins_and_nine_are_told() -> None:
    county = county_built()
    with acting(county.office, "开始起草"):
        part = drafting.open_report(2013).parts().get(code="2.1")
    base, office, outcomes = part.revision, county.office, list[str]()

    def write(number: int) -> None:
        try:
            saved(part, f"第{number}人写的。", office, base)
            outcomes.append("saved")
        except Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", *["told"] * 9]
    assert len(wordings(part)) == 2 and verify(Part) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("killed_at", [Part, Remark])
def test_killed_in_the_middle_of_a_return_nothing_has_happened(killed_at: type[Any]) -> None:
    county = county_built()
    with acting(county.office, "开始起草"):
        part = drafting.open_report(2013).parts().get(code="2.1")
    part, office = submitted(county, part), county.office
    links = Chain.objects.get(model="report.part").length

    def die(sender: type[Any], **_more: Any) -> None:
        if sender is killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    if (child := os.fork()) == 0:  # its own connection; the parent's must not be closed from here
        connections["default"] = connections["default"].copy()
        post_save.connect(die)
        with acting(office, "退回"):
            drafting.send_back(part, part.revision, "请补充")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert (fresh(part).state, Remark.objects.count()) == (Part.State.SUBMITTED, 0)
    assert Chain.objects.get(model="report.part").length == links and verify(Part) == []
    with acting(office, "退回"):
        drafting.send_back(part, part.revision, "请补充")
    assert fresh(part).state == Part.State.RETURNED


# --- assigning ---


def test_many_parts_are_given_away_at_once(county: County, report: Report) -> None:
    parts, union = list(report.parts()), county[f"{Function.UNION.label}科"]
    with acting(county.office, "分派"):
        assert drafting.assign(parts, union, date(2013, 12, 20)) == len(parts)
        assert drafting.assign(parts, union, date(2013, 12, 20)) == 0, "nothing new writes no version"
    assert {(one.section, one.deadline) for one in report.parts()} == {(union, date(2013, 12, 20))}


def test_a_part_is_not_given_to_a_school(county: County, part: Part) -> None:
    with pytest.raises(Refused), acting(county.office, "分派"):
        drafting.assign([part], county[HOME], None)


def test_one_wrong_part_and_none_is_given(county: County, report: Report) -> None:
    with acting(county.headteacher, "开始起草"):
        foreign = drafting.open_report(2012, organisation=county[HOME]).parts()[0]
    with pytest.raises(PermissionDenied), acting(county.office, "分派"):
        drafting.assign([*report.parts(), foreign], None, date(2013, 12, 20))
    assert {one.deadline for one in report.parts()} == {None}


@pytest.mark.parametrize(
    ("state", "late"), [("open", True), ("returned", True), ("submitted", False), ("adopted", False)]
)
def test_a_part_is_late_only_while_it_waits_for_its_section(part: Part, state: str, late: bool) -> None:
    part.state, part.deadline = state, timezone.localdate() - timedelta(days=1)
    assert part.overdue() is late
    part.deadline = timezone.localdate()
    assert not part.overdue(), "the last day is still in time"


# --- the whole at any time ---


def printed(report: Report) -> str:
    return "\n".join(block.text for block in build.draft(report).document.blocks)


def test_what_is_missing_is_named_in_its_place_and_is_no_typed_number(
    county: County, report: Report, part: Part
) -> None:
    with acting(county.office, "分派"):
        drafting.assign([part], None, date(2013, 12, 20))
    made = build.draft(report)
    assert [one.code for one in made.gaps] == [one.code for one in report.parts()]
    text = "\n".join(block.text for block in made.document.blocks)
    assert "（一）经费与债务\n【待起草：计财科，12月20日前】" in text
    assert text.count("【待起草：") == report.parts().count()
    assert made.typed == ()


def test_a_section_named_by_a_number_or_by_braces_breaks_nothing(county: County, report: Report, part: Part) -> None:
    with acting(county.system, "改名"):
        section = Organisation.objects.get(name="计财科")
        section.name = "第3科{{ x }}"
        section.save()
    made = build.draft(report)
    assert "【待起草：第3科（（ x ））】" in "\n".join(block.text for block in made.document.blocks)
    assert made.typed == ()


def test_a_part_that_cannot_be_printed_hides_no_other(county: County, report: Report, part: Part) -> None:
    saved(part, "化解{{ no.such }}。", county.office)
    saved(report.parts().get(code="1.1"), SOUND, county.office)
    text = printed(report)
    assert "【待修改：计财科，2.1】" in text and "no.such" not in text
    assert "全年化解学校债务—。" in text


def test_a_typed_number_shows_in_the_draft_and_is_told(county: County, report: Report, part: Part) -> None:
    saved(part, "化解债务2635万元。", county.office)
    made = build.draft(report)
    assert [one.text for one in made.typed] == ["2635万"]
    with pytest.raises(build.TypedNumbers):
        build.build(2013)


def test_the_annual_report_of_a_year_is_built_from_its_parts(county: County, report: Report, part: Part) -> None:
    saved(part, SOUND, county.office)
    built = build.build(2013)
    assert "全年化解学校债务—。" in "\n".join(block.text for block in built.document.blocks)
    assert built.docx == build.build(report).docx == build.draft(report).docx


def test_a_remark_changes_no_byte_of_the_report(county: County, report: Report, part: Part) -> None:
    before = build.draft(report).docx
    with acting(county.office, "提意见"):
        drafting.remark(part, "语气再平实些")
    assert build.draft(report).docx == before


# --- versions ---


def test_any_two_texts_of_a_part_can_be_compared(county: County, part: Part) -> None:
    for text in ("一稿。", "二稿。", "三稿。"):
        part = saved(part, text, county.office)
    with acting(county.office, "分派"):
        drafting.assign([part], None, date(2013, 12, 20))
    known = wordings(part)
    assert [one.text for one in known] == ["三稿。", "二稿。", "一稿。", ""]
    chosen = pair(known, str(known[0].revision), str(known[2].revision))
    assert chosen is not None and [one.text for one in chosen] == ["一稿。", "三稿。"]
    assert pair(known, "x", "99") == (known[1], known[0])
    assert pair(known[:1], "", "") is None
