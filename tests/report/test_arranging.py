"""Arranging a report: parts and chapters added, moved, named, taken out and put back, by the office alone."""

from collections.abc import Callable
from itertools import groupby

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuyuan.core.codes import Function
from shuyuan.core.history import acting
from shuyuan.report import arranging, build, drafting
from shuyuan.report.drafting import Refused
from shuyuan.report.models import Part, Report
from tests.county import County


@pytest.fixture
def report(county: County) -> Report:
    """Two chapters of two parts each."""
    with acting(county.office, "开始起草"):
        made = Report(organisation=county["金坛市教育局"], year=2013, title="工作报告", issuer="教育局")
        made.save()
        for chapter, heading in (("甲章", "甲一"), ("甲章", "甲二"), ("乙章", "乙一"), ("乙章", "乙二")):
            arranging.add(made, chapter, heading)
    return made


def order(report: Report) -> list[str]:
    return [f"{part.chapter}·{part.heading}" for part in report.parts()]


def one(report: Report, heading: str) -> Part:
    return Part.objects.select_related("report").get(report=report, heading=heading)


def test_parts_stand_in_the_order_they_were_added_with_codes_of_their_chapter(report: Report) -> None:
    assert order(report) == ["甲章·甲一", "甲章·甲二", "乙章·乙一", "乙章·乙二"]
    assert [part.code for part in report.parts()] == ["1.1", "1.2", "2.1", "2.2"]


def test_a_part_is_added_at_the_end_of_its_chapter(county: County, report: Report) -> None:
    with acting(county.office, "增加"):
        added = arranging.add(report, " 甲章 ", "甲三")
    assert order(report)[2] == "甲章·甲三" and added.code == "1.3"


def test_moving_goes_over_the_edge_of_a_chapter(county: County, report: Report) -> None:
    with acting(county.office, "调整"):
        arranging.shift(one(report, "乙二"), up=True)
        assert order(report) == ["甲章·甲一", "甲章·甲二", "乙章·乙二", "乙章·乙一"]
        arranging.shift(one(report, "乙二"), up=True)
        assert order(report) == ["甲章·甲一", "甲章·甲二", "甲章·乙二", "乙章·乙一"]
        arranging.shift(one(report, "乙二"), up=False)
        arranging.shift(one(report, "乙一"), up=False)
        arranging.shift(one(report, "甲一"), up=True)
    assert order(report) == ["甲章·甲一", "甲章·甲二", "乙章·乙二", "乙章·乙一"]


def test_a_chapter_moves_as_a_whole(county: County, report: Report) -> None:
    with acting(county.office, "调整"):
        arranging.shift_chapter(report, "乙章", up=True)
        assert order(report) == ["乙章·乙一", "乙章·乙二", "甲章·甲一", "甲章·甲二"]
        arranging.shift_chapter(report, "乙章", up=True)
    assert order(report)[0] == "乙章·乙一"
    assert [part.code for part in report.parts()] == ["2.1", "2.2", "1.1", "1.2"], "codes are for life"


def test_a_chapter_is_named_anew_and_never_twice(county: County, report: Report) -> None:
    with acting(county.office, "改名"):
        arranging.rename(report, "乙章", "办学条件")
        with pytest.raises(Refused, match="已有一章"):
            arranging.rename(report, "甲章", "办学条件")
        with pytest.raises(Refused):
            arranging.rename(report, "丙章", "别的")
    assert order(report)[2:] == ["办学条件·乙一", "办学条件·乙二"]


def test_what_is_taken_out_comes_back_with_its_text(county: County, report: Report) -> None:
    part = one(report, "甲一")
    with acting(county.office, "起草"):
        part = drafting.save(part, "写好的。", part.revision)
        arranging.remove(part)
        assert order(report) == ["甲章·甲二", "乙章·乙一", "乙章·乙二"]
        assert "写好的" not in "".join(block.text for block in build.draft(report).document.blocks)
        with pytest.raises(Refused, match="已删去"):
            drafting.save(part, "再写。", part.revision)
        assert arranging.add(report, "甲章", "新段").code == "1.3", "its code is not given away"
        arranging.restore(part)
    assert order(report)[:3] == ["甲章·甲二", "甲章·新段", "甲章·甲一"]
    assert one(report, "甲一").text == "写好的。"


@pytest.mark.parametrize("title", ["", "   ", "{{ debt.relieved }}", "第｛一｝章"])
def test_a_chapter_without_a_usable_name_is_refused(county: County, report: Report, title: str) -> None:
    with pytest.raises(Refused), acting(county.office, "增加"):
        arranging.add(report, title, "某段")
    with pytest.raises(Refused), acting(county.office, "改名"):
        arranging.rename(report, "甲章", title)


def test_a_heading_or_title_is_no_place_for_placeholders(county: County, report: Report) -> None:
    acts: list[Callable[[], object]] = [
        lambda: arranging.entitle(one(report, "甲一"), "{{ debt.relieved }}"),
        lambda: arranging.entitle_report(report, "{% for x %}", "教育局"),
        lambda: arranging.entitle_report(report, "标题", ""),
    ]
    for act in acts:
        with pytest.raises(Refused), acting(county.office, "改名"):
            act()


def test_title_and_headings_are_named_anew(county: County, report: Report) -> None:
    with acting(county.office, "改名"):
        arranging.entitle_report(report, "教育局\r\n  2013年工作报告 ", " 金坛市教育局 ")
        arranging.entitle(one(report, "甲一"), " 师德 ")
    report.refresh_from_db()
    assert (report.title, report.issuer) == ("教育局\n2013年工作报告", "金坛市教育局")
    assert order(report)[0] == "甲章·师德"


def test_only_the_office_arranges(county: County, report: Report) -> None:
    part = one(report, "甲一")
    acts: list[Callable[[], object]] = [
        lambda: arranging.add(report, "甲章", "某段"),
        lambda: arranging.rename(report, "甲章", "别的"),
        lambda: arranging.remove(part),
        lambda: arranging.shift(part, up=False),
        lambda: arranging.shift_chapter(report, "甲章", up=False),
        lambda: arranging.entitle(part, "别的"),
        lambda: arranging.entitle_report(report, "别的", "别人"),
    ]
    for act in acts:
        for user in (county.officer(Function.FINANCE), county.leader, county.clerk):
            with pytest.raises(PermissionDenied), acting(user, "越权"):
                act()
    assert order(report) == ["甲章·甲一", "甲章·甲二", "乙章·乙一", "乙章·乙二"]


STEP = st.tuples(st.sampled_from(["up", "down", "chapter up", "chapter down", "remove", "restore"]), st.integers(0, 3))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=8))
def test_however_it_is_arranged_no_part_is_lost_and_no_chapter_stands_twice(
    county: County, report: Report, steps: list[tuple[str, int]]
) -> None:
    parts = list(Part.objects.filter(report=report).order_by("pk").select_related("report"))
    with acting(county.office, "调整"):
        for act, which in steps:
            try:
                part = Part.objects.select_related("report").get(pk=parts[which].pk)
                if act in {"remove", "restore"}:
                    (arranging.remove if act == "remove" else arranging.restore)(part)
                elif act.startswith("chapter"):
                    arranging.shift_chapter(report, part.chapter, up=act.endswith("up"))
                else:
                    arranging.shift(part, up=act == "up")
            except Refused:
                pass
    standing = list(report.parts())
    chapters = [part.chapter for part in standing]
    assert [name for name, _run in groupby(chapters)] == list(dict.fromkeys(chapters))
    assert {part.pk for part in standing} == {part.pk for part in Part.objects.filter(report=report, removed=False)}
    assert len(parts) == Part.objects.filter(report=report).count()
