"""Filing: a task from draft to accepted, who may do what on the way, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from shuyuan.core.history import acting
from shuyuan.core.proof import verify
from shuyuan.figures.books import Books
from shuyuan.finance.models import Procurement
from shuyuan.inspection.models import Inspection
from shuyuan.ledger import filing, review, sheets
from shuyuan.ledger.burden import burden
from shuyuan.ledger.explanations import Explanation, violations
from shuyuan.ledger.flow import arrivals
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.notices import Notice, unseen
from shuyuan.ledger.record import MOVES, Hand, State
from shuyuan.ledger.rounds import Round, Task
from shuyuan.ledger.standing import EXPLAINED, Standing, status_of
from shuyuan.ledger.zero import ZeroReport
from tests.county import BUREAU, HOME, OTHER, County, browser_of
from tests.ledger.filed import opened, purchase, task_of
from tests.ledger.suite import workbook
from tests.ledger.test_filled import bought

BOOK = ledger("procurement")


def standing(task: Task) -> Standing:
    return status_of(Task.objects.select_related("round", "organisation", "period").get(pk=task.pk)).standing


# --- the flow ---


def test_every_state_is_explained_and_every_move_has_its_hands() -> None:
    assert all(state.explained.endswith("。") for state in State)
    assert all(kind.explained.endswith("。") for kind in Standing)
    assert set(EXPLAINED) == set(Standing)
    assert set(MOVES) == set(State)
    assert all(makers <= set(Hand) and makers for ways in MOVES.values() for makers in ways.values())


def test_a_filing_goes_from_draft_to_signed_to_accepted_and_only_then_counts(county: County) -> None:
    task = task_of(opened(county, signed=True), county[HOME])
    record = purchase(county)
    assert standing(task) == Standing.TODO
    with acting(county.clerk, "报送"):
        assert filing.file(task) == 1
    assert standing(task) == Standing.FILED
    with acting(county.headteacher, "签报"):
        assert filing.sign(task) == 1
    assert standing(task) == Standing.SIGNED
    assert Books(2012).values(["procurement.purchases"])[0].value in (None, 0)
    with acting(county.reviewer(BOOK), "通过"):
        done = review.accept(BOOK, review.revisions(BOOK, [record.pk]))
    assert (done.accepted, done.left, standing(task)) == (1, [], Standing.ACCEPTED)
    assert Books(2012).values(["procurement.purchases"])[0].value == 1
    versions: list[Any] = list(record.history())
    assert [version.state for version in versions] == ["accepted", "signed", "filed", "draft"]
    assert verify(Procurement) == []
    assert verify(Task) == []


def test_what_waits_for_a_signature_cannot_be_accepted_by_any_way(county: County) -> None:
    opened(county, signed=True)
    record = purchase(county, state=State.FILED)
    with acting(county.reviewer(BOOK), "通过"):
        with pytest.raises(ValidationError, match="须先由校长签报"):
            record.move(State.ACCEPTED)
        done = review.accept(BOOK, review.revisions(BOOK, [record.pk]))
    assert (done.accepted, [why for _one, why in done.left]) == (0, ["等校长签报"])
    assert not review.queue(BOOK).exists()


def test_a_ledger_that_declares_it_wants_the_signature_without_any_round(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(BOOK), "signed", True)
    filed = purchase(county, state=State.FILED)
    bureaus_own = purchase(county, "办公椅", state=State.FILED, organisation=county[BUREAU])
    assert set(review.queue(BOOK)) == {bureaus_own}
    with acting(county.headteacher, "签报"):
        filed.move(State.SIGNED)
    assert set(review.queue(BOOK)) == {bureaus_own, filed}


def test_the_headteacher_sends_back_with_a_reason_and_the_clerk_files_again(county: County) -> None:
    task = task_of(opened(county, signed=True), county[HOME])
    record = purchase(county)
    with acting(county.clerk, "报送"):
        filing.file(task)
    with acting(county.headteacher, "金额不对"):
        with pytest.raises(ValidationError, match="退回须写明原因"):
            filing.send_back(task, "  ")
        filing.send_back(task, "金额不对")
    task.refresh_from_db()
    record.refresh_from_db()
    assert (task.returned_why, record.state, standing(task)) == ("金额不对", State.RETURNED, Standing.RETURNED)
    with acting(county.headteacher, "签报"), pytest.raises(ValidationError, match="还没有报送"):
        filing.sign(task)
    with acting(county.clerk, "再报"):
        filing.file(task)
    assert standing(task) == Standing.FILED


def test_what_is_altered_after_the_signature_wants_it_anew(county: County) -> None:
    task = task_of(opened(county, signed=True), county[HOME])
    record = purchase(county)
    with acting(county.clerk, "报送"):
        filing.file(task)
    with acting(county.headteacher, "签报"):
        filing.sign(task)
    record.refresh_from_db()
    with acting(county.clerk, "改金额"):
        record.amount, record.state = 600, State.FILED
        record.save()
    assert standing(task) == Standing.FILED
    assert not review.queue(BOOK).exists()


def test_filing_without_a_record_is_refused_and_a_zero_report_is_an_answer(county: County) -> None:
    task = task_of(opened(county), county[HOME])
    with acting(county.clerk, "报送"):
        with pytest.raises(ValidationError, match="零报告"):
            filing.file(task)
        filing.report_nothing(task)
        filing.report_nothing(task)
    assert standing(task) == Standing.NOTHING
    assert ZeroReport.objects.count() == 1
    purchase(county)
    with acting(county.clerk, "补报"):
        with pytest.raises(ValidationError, match="已有记录"):
            filing.report_nothing(task)
        filing.file(task)
    assert (ZeroReport.objects.count(), standing(task)) == (0, Standing.FILED)


def test_what_the_book_has_already_is_confirmed_by_filing_and_not_asked_again(county: County) -> None:
    purchase(county, state=State.ACCEPTED)
    task = task_of(opened(county), county[HOME])
    assert standing(task) == Standing.TODO
    with acting(county.clerk, "确认"):
        assert filing.file(task) == 0
    assert standing(task) == Standing.ACCEPTED


def test_late_is_told_and_a_day_can_be_extended_for_one_school(county: County) -> None:
    one = opened(county, days=-1)
    mine, theirs = task_of(one, county[HOME]), task_of(one, county[OTHER])
    assert {standing(mine), standing(theirs)} == {Standing.LATE}
    with acting(county.office, "校舍停电"):
        with pytest.raises(ValidationError, match="须晚于"):
            filing.extend(mine, mine.due)
        filing.extend(mine, timezone.localdate() + timedelta(days=3))
    assert (standing(mine), standing(theirs)) == (Standing.TODO, Standing.LATE)
    with acting(county.clerk, "零报告"):
        filing.report_nothing(mine)
        filing.report_nothing(theirs)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.late(), theirs.late()) == (False, True)


def test_a_closed_round_takes_nothing_more(county: County) -> None:
    one = opened(county)
    task = task_of(one, county[HOME])
    purchase(county)
    with acting(county.office, "结束"):
        filing.close(one)
        with pytest.raises(ValidationError, match="只有填报中"):
            filing.close(one)
        with pytest.raises(ValidationError, match="已经发出"):
            filing.send(one)
    with acting(county.clerk, "报送"), pytest.raises(ValidationError, match="已经结束"):
        filing.file(task)


def test_a_round_asks_only_the_schools_in_its_scope_and_nobody_twice(county: County) -> None:
    first = opened(county)
    assert first.tasks.count() == 2
    second = opened(county, "procurement", "aid", send=False)
    second.school_types = ["211"]
    with acting(county.office, "发出"):
        second.save()
        assert filing.asked_already(second) == {(county[HOME].pk, "procurement"), (county[OTHER].pk, "procurement")}
        assert filing.send(second) == 1
    assert [(task.organisation.name, task.ledger) for task in second.tasks.all()] == [(HOME, "aid")]
    third = opened(county, send=False)
    with acting(county.office, "发出"), pytest.raises(ValidationError, match="没有要报的"):
        filing.send(third)
    assert Round.objects.get(pk=third.pk).state == Round.State.PREPARED


def test_what_a_school_writes_while_a_round_collects_it_is_a_draft(county: County) -> None:
    def arrives(place: str, year: int, state: State = State.DRAFT, accepts: bool = False) -> State:
        day = date(year, 5, 1)
        return arrivals(BOOK)(BOOK.model(organisation=county[place], date=day, state=state), accepts)

    assert arrives(HOME, 2012) == State.FILED
    opened(county)
    assert arrives(HOME, 2012) == State.DRAFT
    assert arrives(HOME, 2012, State.RETURNED) == State.FILED
    assert arrives(HOME, 2012, accepts=True) == State.ACCEPTED
    assert arrives(HOME, 2011) == State.FILED
    assert arrives(BUREAU, 2012) == State.FILED


def test_a_workbook_brings_drafts_into_a_round_and_they_are_filed_as_one(county: County) -> None:
    task = task_of(opened(county), county[HOME])
    content = workbook(BOOK, [bought(item=f"课桌{n}") for n in range(3)])
    with acting(county.clerk, "导入"):
        reading = sheets.read(BOOK, content)
        sheets.load(reading)
    assert "先存为草稿" in " ".join(sheets.told(reading))
    assert (standing(task), task.records().filter(state=State.DRAFT).count()) == (Standing.TODO, 3)
    with acting(county.clerk, "报送"):
        assert filing.file(task) == 3
    assert standing(task) == Standing.FILED


def test_a_zero_report_is_signed_too(county: County) -> None:
    task = task_of(opened(county, signed=True), county[HOME])
    with acting(county.clerk, "零报告"):
        filing.report_nothing(task)
    assert standing(task) == Standing.FILED
    page = browser_of(county.headteacher).get(task.get_absolute_url()).content.decode()
    assert "签报“本期无内容可报”" in page
    with acting(county.headteacher, "签报"):
        assert filing.sign(Task.objects.get(pk=task.pk)) == 0
    assert standing(task) == Standing.NOTHING


# --- the burden meter ---


def test_the_burden_meter_knows_what_the_bureau_has(county: County) -> None:
    one = opened(county, send=False)
    width = len(BOOK.sheet)
    fresh = {load.school.name: (load.asked, load.known) for load in burden(one).loads}
    assert fresh == {HOME: (width, 1), OTHER: (width, 1)}, "a line each, in which only the school is known"
    purchase(county, state=State.ACCEPTED)
    for item in ("去年的课桌", "去年的黑板"):
        purchase(county, item, state=State.ACCEPTED, date=date(2011, 5, 1))
    found = burden(one)
    home = next(load for load in found.loads if load.school.name == HOME)
    open_cells = sum(column.kind in {"number", "date"} for column in BOOK.sheet)
    assert (home.asked, home.to_fill) == (2 * width, open_cells)
    assert found.asked == found.known + found.to_fill
    assert {"经费收支", "学生资助"} == {str(book) for echo in found.echoes for book in echo.others}


def test_a_round_asks_only_for_the_columns_that_the_office_chose(county: County) -> None:
    one = opened(county, send=False)
    office = browser_of(county.office)
    width = burden(one).loads[0].asked
    office.post(reverse("round-columns", args=[one.pk]), {"column": []})  # of the optional ones, none
    one.refresh_from_db()
    assert one.omitted == {"procurement": ["contract"]}
    assert burden(one).loads[0].asked == width - 1
    with acting(county.office, "发出"):
        filing.send(one)
    known = purchase(county, contract="〔2012〕5号")
    browser = browser_of(county.clerk)
    drawn = browser.get(reverse("ledger-grid", args=["procurement"]), {"year": 2012}).context["grid"]["columns"]
    assert "contract" not in [column["name"] for column in drawn] and "amount" in [column["name"] for column in drawn]
    workbook = browser.get(reverse("ledger-template", args=["procurement"]), {"year": 2012}).content
    opened_by_clerk = openpyxl.load_workbook(BytesIO(workbook))
    sheet = opened_by_clerk.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    assert BOOK.column("contract").label not in headings
    sheet.cell(2, headings.index(BOOK.column("amount").label) + 1).value = 700
    changed = BytesIO()
    opened_by_clerk.save(changed)
    with acting(county.clerk, "交回"):
        sheets.load(sheets.read(BOOK, changed.getvalue(), [county[HOME]], may_accept=False))
    known.refresh_from_db()
    assert (known.amount, known.contract) == (700, "〔2012〕5号"), "what was not asked stays as it was"
    assert office.post(reverse("round-columns", args=[one.pk]), {}).status_code == 403, "it has been sent"


@given(now=st.integers(0, 4), before=st.integers(0, 4))
@settings(max_examples=12)
@pytest.mark.django_db(transaction=False)
def test_no_school_is_ever_asked_less_than_nothing(now: int, before: int) -> None:
    from django.db import transaction

    from tests.county import build

    with transaction.atomic():
        county = build()
        for number in range(now):
            purchase(county, f"今年{number}", state=State.ACCEPTED)
        for number in range(before):
            purchase(county, f"去年{number}", state=State.ACCEPTED, date=date(2011, 5, 1))
        loads = burden(opened(county, send=False)).loads
        transaction.set_rollback(True)
    assert all(0 <= load.known <= load.asked for load in loads)
    home = next(load for load in loads if load.school.name == HOME)
    assert (home.to_fill == 0) == (now >= max(before, 1))


# --- notices ---


def test_reminding_twice_on_one_day_tells_nobody_twice(county: County) -> None:
    one, clerk, head, other = opened(county), county.clerk, county.headteacher, county.other_clerk
    with acting(county.office, "催报"):
        assert filing.remind(one) == (2, 3)
        assert filing.remind(one) == (2, 0)
    assert {notice.user for notice in Notice.objects.filter(kind="reminded")} == {clerk, head, other}
    assert [notice.kind for notice in unseen(clerk)] == ["reminded"]
    with acting(clerk, "零报告"):
        filing.report_nothing(task_of(one, county[HOME]))
    Notice.objects.all().delete()
    with acting(county.office, "催报"):
        assert filing.remind(one) == (1, 1)
    assert Notice.objects.get().user == other


# --- soft checks ---


@pytest.fixture
def visited(county: County) -> tuple[Task, Inspection]:
    """An inspection by two inspectors only, which wants an explanation."""
    task = task_of(opened(county, "inspection"), county[HOME], "inspection")
    model = ledger("inspection").model
    fields = {column.name: column for column in ledger("inspection").sheet}
    values = {
        name: column.choices[0][0] if column.choices else "例行督导"
        for name, column in fields.items()
        if column.required and column.kind in {"choice", "text"}
    }
    with acting(county.clerk, "登记"):
        record = model(organisation=county[HOME], date=date(2012, 4, 1), inspectors=2, **values)
        record.save()
    return task, record


def test_a_soft_check_blocks_filing_until_it_is_explained(county: County, visited: tuple[Task, Inspection]) -> None:
    task, record = visited
    (violation,) = filing.said(task).unexplained
    with acting(county.clerk, "报送"):
        with pytest.raises(ValidationError, match="1 处核实性校验还没有说明"):
            filing.file(task)
        assert filing.explain_all(task, {violation.name: "  ", "why-0-0": "别处的说明"}) == 0
        assert filing.explain_all(task, {violation.name: "一名督学临时请假"}) == 1
        filing.file(task)
    kept = Explanation.objects.get()
    assert (kept.text, kept.verdict, kept.record) == ("一名督学临时请假", "", record.pk)


def test_bulk_leaves_an_unjudged_explanation_and_the_reviewer_takes_it(
    county: County, visited: tuple[Task, Inspection]
) -> None:
    task, record = visited
    book = ledger("inspection")
    with acting(county.clerk, "报送"):
        filing.explain_all(task, {filing.said(task).soft[0].name: "一名督学临时请假"})
        filing.file(task)
    with acting(county.reviewer(book), "通过"):
        seen = review.revisions(book, [record.pk])
        assert review.accept(book, seen, bulk=True).left[0][1].startswith("有核实性校验")
        assert review.accept(book, seen).accepted == 1
    assert Explanation.objects.get().verdict == Explanation.Verdict.ACCEPTED
    record.refresh_from_db()
    (violation,) = violations(book, [record])[record.pk]
    assert violation.settled

    record.pk, record.date, record.state, record._state.adding = None, date(2013, 4, 1), State.DRAFT, True
    with acting(county.clerk, "次年"):
        record.save()
    (again,) = violations(book, [record])[record.pk]
    assert (again.explained, again.offered) == (False, "一名督学临时请假")


def test_an_explanation_does_not_outlive_the_numbers_it_explained(
    county: County, visited: tuple[Task, Inspection]
) -> None:
    task, record = visited
    with acting(county.clerk, "说明"):
        filing.explain_all(task, {filing.said(task).soft[0].name: "一名督学临时请假"})
    assert filing.said(task).unexplained == []
    record.inspectors = 1
    with acting(county.clerk, "改人数"):
        record.save()
    assert len(filing.said(task).unexplained) == 1


def test_a_refused_explanation_wants_another(county: County, visited: tuple[Task, Inspection]) -> None:
    task, record = visited
    book = ledger("inspection")
    with acting(county.clerk, "报送"):
        filing.explain_all(task, {filing.said(task).soft[0].name: "核实无误"})
        filing.file(task)
    record.refresh_from_db()
    with acting(county.reviewer(book), "退回"):
        review.give_back(book, record, {"inspectors": "不能只写核实无误"})
    assert Explanation.objects.get().verdict == Explanation.Verdict.REFUSED
    with acting(county.clerk, "再报"):
        with pytest.raises(ValidationError, match="还没有说明"):
            filing.file(task)
        filing.explain_all(task, {filing.said(task).soft[0].name: "张督学病假，有请假条"})
        filing.file(task)


def test_filing_is_all_or_nothing_when_one_record_breaks_a_hard_check(county: County) -> None:
    task = task_of(opened(county), county[HOME])
    good, bad = purchase(county), purchase(county, "黑板", amount=0)
    with acting(county.clerk, "报送"), pytest.raises(ValidationError, match="金额须大于零"):
        filing.file(task)
    assert {State(one.state) for one in Procurement.objects.filter(pk__in=[good.pk, bad.pk])} == {State.DRAFT}
    assert standing(task) == Standing.TODO


# --- the home page ---


def test_the_home_page_counts_each_subject_beside_last_year_and_opens_its_records(county: County) -> None:
    for day in (date(2011, 5, 1), date(2012, 5, 1), date(2012, 6, 1)):
        purchase(county, f"课桌 {day}", state=State.ACCEPTED, date=day)
    purchase(county, "还没有通过", state=State.FILED)
    page = browser_of(county.leader).get("/?year=2012").content.decode()
    assert "2012年账簿里的记录" in page and "比上年 +1" in page and "上年 1" in page
    address = "/ledgers/procurement/?counted=1&period=2012"
    assert address in page.replace("&amp;", "&")
    listed = browser_of(county.leader).get(address).content.decode()
    assert "课桌 2012-05-01" in listed and "课桌 2012-06-01" in listed
    assert "课桌 2011" not in listed and "还没有通过" not in listed
    assert "账簿里的记录" not in browser_of(county.clerk).get("/?year=2012").content.decode()
