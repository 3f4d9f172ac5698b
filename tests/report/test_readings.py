"""Three readings and three proofs 三审三校: in their order, by name, and only as long as the text stays."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.core.proof import verify
from shuyuan.report import arranging, drafting, readings
from shuyuan.report.drafting import Refused
from shuyuan.report.models import Part, Reading, Report
from tests.county import County

STAGES = Reading.Stage


@pytest.fixture
def report(county: County) -> Report:
    """A report of one adopted part."""
    with acting(county.office, "起草"):
        made = Report(organisation=county["金坛市教育局"], year=2013, title="工作报告", issuer="教育局")
        made.save()
        part = arranging.add(made, "甲章", "甲一")
        part = drafting.save(part, "写好了。", part.revision)
        drafting.adopt(part, part.revision)
    return made


def read(report: Report, stage: str, by: User, remark: str = "") -> Reading:
    with acting(by, "审校"):
        return readings.read(report, stage, remark)


def three(county: County) -> list[User]:
    return [county.officer(Function.BASIC), county.office, county.leader]


def test_all_six_are_recorded_with_their_names(county: County, report: Report) -> None:
    for stage, by in zip(readings.STAGES, [*three(county), *[county.office] * 3], strict=True):
        assert readings.following(report) == stage
        read(report, stage, by, "无修改")
    assert readings.following(report) is None
    assert [one.reading.by for one in readings.readings(report)] == [*three(county), *[county.office] * 3]
    assert verify(Reading) == []


def test_a_final_reading_before_the_second_is_refused(county: County, report: Report) -> None:
    read(report, STAGES.FIRST_READING, county.office)
    with pytest.raises(Refused, match="终审之前须先完成复审"):
        read(report, STAGES.FINAL_READING, county.leader)


def test_nobody_reads_twice_in_the_three_readings(county: County, report: Report) -> None:
    read(report, STAGES.FIRST_READING, county.office)
    with pytest.raises(Refused, match="三审须由三个人完成"):
        read(report, STAGES.SECOND_READING, county.office)


def test_one_stage_is_not_done_twice(county: County, report: Report) -> None:
    read(report, STAGES.FIRST_READING, county.office)
    with pytest.raises(Refused, match="初审已由办公室科·办公室人员完成"):
        read(report, STAGES.FIRST_READING, county.leader)


def test_a_changed_text_takes_the_readings_back_and_they_stay_on_record(county: County, report: Report) -> None:
    for stage, by in zip(readings.STAGES, three(county), strict=False):
        read(report, stage, by)
    part = report.parts()[0]
    with acting(county.office, "改一个字"):
        drafting.save(part, "写妥了。", part.revision)
    assert [one.standing for one in readings.readings(report)] == [False] * 3
    assert readings.following(report) == STAGES.FIRST_READING
    read(report, STAGES.FIRST_READING, county.office)
    assert Reading.objects.filter(report=report).count() == 4


@pytest.mark.parametrize(
    ("what", "standing"), [("title", False), ("heading", False), ("order", False), ("deadline", True)]
)
def test_what_prints_differently_takes_them_back_and_nothing_else(
    county: County, report: Report, what: str, standing: bool
) -> None:
    with acting(county.office, "增加"):
        other = arranging.add(report, "甲章", "甲二")
        drafting.adopt(drafting.save(other, "也写好了。", other.revision), other.revision)
    read(report, STAGES.FIRST_READING, county.office)
    with acting(county.office, "改动"):
        if what == "title":
            arranging.entitle_report(report, "年度报告", "教育局")
        elif what == "heading":
            arranging.entitle(other, "甲三")
        elif what == "order":
            arranging.shift(other, up=True)
        else:
            drafting.assign([other], county["办公室科"], date(2013, 12, 20))
    report.refresh_from_db()
    assert (STAGES.FIRST_READING in readings.standing(report)) is standing


def test_who_read_an_older_text_is_told_to_read_again(county: County, report: Report) -> None:
    seen, part = report.seal(), report.parts()[0]
    with acting(county.office, "改一个字"):
        drafting.save(part, "写妥了。", part.revision)
        with pytest.raises(Refused, match="改过"):
            readings.read(report, STAGES.FIRST_READING, seen=seen)
        readings.read(report, STAGES.FIRST_READING, seen=report.seal())


def test_a_report_with_an_open_part_is_not_read_yet(county: County, report: Report) -> None:
    with acting(county.office, "增加"):
        arranging.add(report, "甲章", "甲二")
    with pytest.raises(Refused, match="还有 1 段没有采用"):
        read(report, STAGES.FIRST_READING, county.office)


def test_a_school_does_not_read_for_the_bureau(county: County, report: Report) -> None:
    for user in (county.clerk, county.headteacher, county.stranger):
        with pytest.raises(PermissionDenied):
            read(report, STAGES.FIRST_READING, user)
    assert not Reading.objects.exists()


def test_a_frozen_report_is_not_read_any_more(county: County, report: Report) -> None:
    with acting(county.office, "定稿"):
        report.state = Report.State.FROZEN
        report.save()
    with pytest.raises(Refused, match="已定稿"):
        read(report, STAGES.FIRST_READING, county.office)
    assert Part.objects.filter(report=report).count() == 1
