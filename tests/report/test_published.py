"""What figures ask of reports: as what they were published, and which drafts use them."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from shuyuan.core.history import acting
from shuyuan.figures import keeping, registry
from shuyuan.figures.books import Books
from shuyuan.figures.compare import compare
from shuyuan.figures.keeping import Refused, keep
from shuyuan.report import kept
from shuyuan.report.frozen import Frozen
from shuyuan.report.models import Part, Report
from tests.county import BUREAU, County
from tests.figures.test_books import a_purchase

BOUGHT = {"kind": "count", "name": "saved.bought", "title": "采购笔数", "ledger": "procurement", "unit": "笔"}


def a_report(county: County, year: int, text: str = "") -> Report:
    with acting(county.office, "起草"):
        report = Report(organisation=county[BUREAU], year=year, title=f"{year}年工作报告", issuer=BUREAU)
        report.save()
        Part(report=report, code="1.1", order=1, chapter="采购", text=text).save()
    return report


def test_last_year_s_is_compared_with_what_the_final_report_had(county: County) -> None:
    with acting(county.office, "存为指标"):
        figure = keep(BOUGHT, county.office)
    a_purchase(county, 5)
    a_purchase(county, 5, day=date(2011, 5, 1))
    (before,) = compare(Books(2012), ["saved.bought"])
    assert (before.published, before.redefined) == (None, "")
    report = a_report(county, 2011)
    entry = kept.Kept(
        "saved.bought", "采购笔数", "笔", "1笔", "1", before.before.exact, "", "", about={"version": figure.version}
    )
    with acting(county.office, "定稿"):
        facts = {"meta": "{}", "template": "", "heads": "{}", "seal": "0" * 64}
        text = kept.to_json([entry])
        Frozen(organisation=county[BUREAU], report=report, at=timezone.now(), figures=text, **facts).save()
    (same,) = compare(Books(2012), ["saved.bought"])
    assert (same.redefined, same.corrected) == ("", "")
    with acting(county.office, "改口径"):
        keep(BOUGHT | {"where": "amount > 1"}, county.office, replacing="saved.bought")
    (other,) = compare(Books(2012), ["saved.bought"])
    assert other.redefined.startswith("定义已变：2011年工作报告")
    assert figure.version in other.redefined


def test_a_figure_that_a_draft_cites_is_not_removed(county: County) -> None:
    with acting(county.office, "存为指标"):
        keep(BOUGHT, county.office)
        keep(BOUGHT | {"name": "saved.boughtmore", "title": "另"}, county.office)
    report = a_report(county, 2012, "全年采购{{saved.bought|number}}笔。")
    assert list(registry.uses("saved.bought")) == ["报告「2012年工作报告」第 1.1 段"]
    with acting(county.office, "删除"):
        keeping.remove("saved.boughtmore", county.office)
        with pytest.raises(Refused, match=r"报告「2012年工作报告」第 1\.1 段 用到这个指标"):
            keeping.remove("saved.bought", county.office)
        report.state = Report.State.FROZEN
        report.save()
        keeping.remove("saved.bought", county.office)
