"""Whole filings: rules about many rows, wherever they are judged, and what a school says of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Period
from shuyuan.finance.models import Procurement
from shuyuan.ledger import filing, review, sheets, together
from shuyuan.ledger.checks import Check, FilingCheck, Plausible, filing_rule
from shuyuan.ledger.declarations import check_ledgers
from shuyuan.ledger.explanations import Explanation, answered, of_filings
from shuyuan.ledger.expression import Expression, ExpressionError
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.marked import marked
from shuyuan.ledger.record import State
from shuyuan.ledger.rounds import Task
from shuyuan.ledger.told import told
from shuyuan.ledger.whole import examine
from tests.county import HOME, OTHER, County, browser_of
from tests.ledger.filed import opened, purchase, task_of
from tests.ledger.suite import workbook

BOOK = ledger("procurement")
YEAR = Period(code="2012", kind="", year=2012)
Declare = Callable[..., None]


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Declare:
    """Checks for the ledger of purchases, in the place of its own."""

    def declare(*checks: Check) -> None:
        monkeypatch.setattr(type(BOOK), "checks", checks)

    return declare


def rule(source: str) -> Any:
    return filing_rule(source, Procurement)


def places(schools: list[Organisation] | None = None) -> list[str]:
    return [f"{one.organisation} {one.place}" for one in told(examine(BOOK, YEAR, schools))]


# --- the language ---


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("count() <= 5", "「行数」不大于5"),
        ('count(method == "open") <= 1', "「『采购方式』为『公开招标』的行数」不大于1"),
        (
            'sum(amount, source == "school") == sum(amount)',
            "「『资金来源』为『学校自筹』的金额合计」等于「金额合计」",
        ),
        ("distinct(item) == count()", "「不同的采购项目」等于「行数」"),
        ("count() <= staff.teachers", "「行数」不大于「专任教师数」"),
        ("sum(amount) <= last(sum(amount)) * 3", "「金额合计」不大于「上一期金额合计」 × 3"),
        ("sum(amount) <= zeros(funds.allocated@last)", "「金额合计」不大于「上一期拨入经费」（未填的按零计）"),
    ],
)
def test_a_rule_about_a_filing_reads_as_chinese(source: str, words: str) -> None:
    assert rule(source).words() == words
    assert rule(str(rule(source))) == rule(source)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("amount > 0", "字段写在 sum()"),
        ("count(methd == 1) > 0", "相近的名称：method"),
        ("sum(item) > 0", "只有数字能求和"),
        ("sum() > 0", "参数个数不对"),
        ("count(amount) > 0", "这里应当是是非"),
        ("distinct(amount + 1) > 0", "里要写字段"),
        ("count() <= staff.teacher", "是否为：staff.teachers"),
        ("count() <= staff.teachers@next", "上一期写作 staff.teachers@last"),
        ("sum(amount) <= staff.teachers", "不是同一种单位"),
        ("sum(amount) + staff.all > 0", "不是同一种单位"),
        ("count() <= last(3)", "last 里写一个数"),
        ("count() <= last(last(count()))", "last 里写一个数"),
        ("sum(sum(amount)) > 0", "没有名为 sum 的函数"),
        ("count() <= exam_result.rank", "不是每所学校各有一个的数"),
        ("count() <= 1 and __import__", "字段写在 sum()"),
        ("count() <= 1" + " and count() <= 1" * 300, ""),
    ],
)
def test_a_mistake_is_named_with_its_cure(source: str, said: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        rule(source)
    assert said in str(caught.value)


def test_an_unknown_name_stops_the_start(declare: Declare) -> None:
    declare(
        FilingCheck("count() <= staff.teacher", "人数"),
        FilingCheck("count()", "行数"),
        FilingCheck("count() == 1", "重复", by=("contrat",)),
        FilingCheck("count() == 1", "重复", field="amuont"),
        FilingCheck("count() == 1", "重复"),
        Plausible("sum(amount) > 1"),
        Plausible("sum(amount)", per="pupil.al"),
        Plausible("count()", hard=True),
    )
    found = [f"{message.msg} {message.hint}" for message in check_ledgers()]
    for said in (
        "staff.teacher' cannot be read",
        "'count()' gives a number",
        "groups by contrat",
        "is about 'amuont'",
        "'count() == 1' stands there twice",
        "'sum(amount) > 1' gives a boolean",
        "pupil.al",
        "'count()' is hard",
    ):
        assert any(said in line for line in found), said


def test_every_check_of_the_house_is_told_in_words() -> None:
    from shuyuan.ledger.ledger import ledgers

    assert check_ledgers() == []
    for book in ledgers():
        for check in book.checks:
            assert check.words(book.model)
            assert isinstance(check, Plausible) or check.told()


# --- what is broken ---


def test_rows_that_share_a_key_are_found_and_named(county: County, declare: Declare) -> None:
    declare(FilingCheck("count() == 1", "同一合同只登记一次。", by=("contract",)))
    for item, contract in (("课桌", "A1"), ("黑板", "A1"), ("书架", "A2"), ("粉笔", ""), ("板擦", "")):
        purchase(county, item, contract=contract, method="open")
    purchase(county, "讲台", contract="A1", organisation=county[OTHER])
    (one,) = told(examine(BOOK, YEAR))
    assert (str(one.organisation), one.place, one.values) == (HOME, "「合同编号」A1", "行数 2")
    assert {str(record) for record in one.records} == {"课桌", "黑板"}
    assert examine(BOOK, YEAR, [county[OTHER]]) == []


def test_parts_must_make_up_their_total(county: County, declare: Declare) -> None:
    declare(
        FilingCheck('sum(amount, purpose != "service") == sum(amount, purpose == "service")', "各项之和不等于合计。")
    )
    purchase(county, "合计", purpose="service", amount=Decimal("0.30"))
    assert examine(BOOK, YEAR) == [], "without parts there is nothing to compare"
    for item, amount in (("课桌", "0.10"), ("黑板", "0.20")):
        purchase(county, item, amount=Decimal(amount))
    assert examine(BOOK, YEAR) == [], "exact: 0.1 + 0.2 is 0.3"
    purchase(county, "粉笔", amount=Decimal("0.01"))
    assert places() == [f"{HOME} 整份报送"]


def test_a_campus_files_with_its_school(county: County, declare: Declare) -> None:
    with acting(county.system, "建校区"):
        campus = Organisation(name="东校区", kind=Organisation.Kind.CAMPUS, parent=county[HOME])
        campus.save()
    declare(FilingCheck("count() <= 1", "至多一笔。"))
    purchase(county)
    purchase(county, "黑板", organisation=campus)
    assert places() == places([county[HOME]]) == [f"{HOME} 整份报送"]


def test_a_figure_of_the_same_school_is_the_measure(county: County, declare: Declare) -> None:
    declare(FilingCheck("sum(amount) <= funds.allocated", "采购超过拨入经费。"))
    purchase(county, amount=30_000)
    assert examine(BOOK, YEAR) == [], "what is not known is not compared"
    with acting(county.system, "拨款"):
        for name, amount in ((HOME, 20_000), (OTHER, 900_000)):
            ledger("funds").model(
                organisation=county[name], date=date(2012, 1, 9), flow="allocated", purpose="running",
                source="county", item="公用经费", amount=amount, state=State.ACCEPTED,
            ).save()  # fmt: skip
    (one,) = told(examine(BOOK, YEAR))
    assert one.values == "金额合计 30000元；拨入经费 20000元", "the figure is in 万元, the field in 元"
    assert len(examine(BOOK, YEAR, [county[HOME]])) == 1


def test_last_year_is_what_was_accepted_then(county: County, declare: Declare) -> None:
    declare(
        FilingCheck("count() >= last(count())", "比上年少。"), FilingCheck("sum(amount) <= last(sum(amount))", "多。")
    )
    purchase(county)
    assert examine(BOOK, YEAR) == []
    for item, state in (("甲", State.ACCEPTED), ("乙", State.ACCEPTED), ("丙", State.DRAFT)):
        purchase(county, item, date=date(2011, 3, 1), state=state, amount=200)
    assert [one.values for one in told(examine(BOOK, YEAR))] == [
        "行数 1；上一期行数 2",
        "金额合计 500元；上一期金额合计 400元",
    ]


def test_dividing_by_zero_and_filing_nothing_break_no_rule(county: County, declare: Declare) -> None:
    declare(
        FilingCheck('sum(amount) / count(method == "open") <= 1', "均价。"),
        FilingCheck("count() > 5", "至少六笔。"),
        Plausible("sum(amount) / distinct(contract)"),
    )
    assert examine(BOOK, YEAR) == [], "no rows: no filing"
    purchase(county)
    assert [one.check.told() for one in examine(BOOK, YEAR)] == ["至少六笔。"]


def test_rules_about_a_row_are_judged_in_the_same_pass(county: County) -> None:
    purchase(county, amount=0)
    purchase(county, "黑板", method="open")
    found = told(examine(BOOK, YEAR))
    assert [(one.place, one.message) for one in found] == [
        ("课桌", "金额须大于零。"),
        ("黑板", "自行采购以外的采购须有合同编号。"),
    ]
    assert found[0].values == "金额 0元"


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "amount": st.decimals(0, 10**6, places=2),
            "method": st.sampled_from(["open", "own"]),
            "contract": st.sampled_from(["", "A1", "A2"]),
            "source": st.sampled_from(["school", "county"]),
        }
    ),
    max_size=8,
)


@given(ROWS)
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@pytest.mark.django_db
def test_what_is_added_up_is_what_the_database_adds_up(rows: list[dict[str, Any]]) -> None:
    """And rows that are not saved yet come to the same."""
    from shuyuan.ledger.tallying import Plan
    from tests.county import build

    where = 'method == "open" and source == "school"'
    sources = ["count() > 0", f"count({where}) > 0", f"sum(amount, {where}) > 0", "distinct(contract) > 0"]
    checks = [FilingCheck(source, "x") for source in sources]
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(BOOK), "checks", tuple(checks))
        county = build()
        made = [purchase(county, f"第{n}项", **row) for n, row in enumerate(rows)]
        plan = Plan(BOOK, lambda check: True)
        adder = plan.adders[()]
        stored = adder.parts(plan.stored(Procurement.objects.all(), {}))
        given = adder.parts(plan.given(made, {}))
        condition = Expression.parse(where, Procurement).q()
        right = Procurement.objects.aggregate(
            n=Count("pk"), some=Count("pk", filter=condition),
            contracts=Count("contract", distinct=True, filter=~Expression.parse('contract == ""', Procurement).q()),
        )  # fmt: skip
        total = sum((one.amount for one in made if one.method == "open" and one.source == "school"), Decimal(0))
        transaction.set_rollback(True)
    assert [sums.cells for sums in stored.values()] == [sums.cells for sums in given.values()]
    cells = {**adder.empty, **(next(iter(stored.values())).cells if rows else {})}
    assert [cells["count()"], cells[sources[1][:-4]], cells["distinct(contract)"]] == list(right.values())
    assert cells[sources[2][:-4]] == (total if right["some"] else None)


# --- the same wherever rows come in ---


@pytest.fixture
def once(declare: Declare) -> None:
    declare(FilingCheck("count() == 1", "同一合同只登记一次。", by=("contract",), field="contract"))


def typed(item: str, contract: str, day: date = date(2012, 3, 12)) -> dict[str, Any]:
    return {
        "organisation": HOME, "item": item, "purpose": "教育装备", "method": "公开招标", "source": "学校自筹",
        "amount": 500, "contract": contract, "date": day,
    }  # fmt: skip


@pytest.mark.usefixtures("once")
def test_a_workbook_with_two_rows_of_one_key_comes_back_marked_at_both(county: County) -> None:
    content = workbook(BOOK, [typed("课桌", "A1"), typed("黑板", "A2"), typed("书架", "A1")])
    with pytest.raises(sheets.Unreadable) as refused:
        sheets.read(BOOK, content)
    assert [(one.row, one.heading, one.message) for one in refused.value.problems] == [
        (2, "合同编号", "同一合同只登记一次。（行数 2）见第 2、4 行"),
        (4, "合同编号", "同一合同只登记一次。（行数 2）见第 2、4 行"),
    ]
    from io import BytesIO

    import openpyxl

    sheet = openpyxl.load_workbook(BytesIO(marked(content, refused.value.problems))).worksheets[1]
    place = [cell.value for cell in sheet[1]].index("合同编号") + 1
    assert [bool(sheet.cell(row, place).comment) for row in (2, 3, 4)] == [True, False, True]
    assert Procurement.objects.count() == 0


@pytest.mark.usefixtures("once")
def test_a_workbook_is_judged_together_with_what_is_stored(county: County) -> None:
    purchase(county, contract="A1", method="open", state=State.ACCEPTED)
    with pytest.raises(sheets.Unreadable, match="同一合同只登记一次"):
        sheets.read(BOOK, workbook(BOOK, [typed("黑板", "A1")]))
    assert sheets.read(BOOK, workbook(BOOK, [typed("黑板", "A1", date(2011, 3, 1))])).records, "another year"


@pytest.mark.usefixtures("once")
def test_what_was_wrong_before_keeps_nobody_from_filing_the_rest(county: County) -> None:
    for item in ("课桌", "黑板"):
        purchase(county, item, contract="A1", method="open", state=State.ACCEPTED)
    assert sheets.read(BOOK, workbook(BOOK, [typed("书架", "A2")])).records
    assert together.broken_by(BOOK, [purchase(county, "讲台", contract="A3", method="open")]) == []


@pytest.mark.usefixtures("once")
def test_form_and_api_refuse_the_second_and_a_draft_waits_for_its_filing(county: County) -> None:
    client = browser_of(county.clerk)
    values = {"organisation": county[HOME].pk, "item": "黑板", "purpose": "equipment", "method": "open"}
    values |= {"source": "school", "amount": "500", "contract": "A1", "date": "2012-05-02"}
    purchase(county, contract="A1", method="open", state=State.FILED)
    page = client.post(reverse("record-add", args=["procurement"]), values)
    assert page.status_code == 200 and "同一合同只登记一次。（行数 2）" in page.content.decode()
    asked = {"reason": "接口", "values": values | {"organisation": HOME}}
    answer = client.post("/api/ledgers/procurement/", asked, content_type="application/json")
    assert (answer.status_code, answer.json()["detail"]) == (422, "contract: 同一合同只登记一次。（行数 2）")
    task = task_of(opened(county), county[HOME])
    assert client.post(reverse("record-add", args=["procurement"]), values).status_code == 302
    assert Procurement.objects.get(item="黑板").state == State.DRAFT
    with acting(county.clerk, "报送"), pytest.raises(ValidationError, match="「合同编号」A1：同一合同只登记一次"):
        filing.file(task)
    page = client.get(task.get_absolute_url())
    assert "整份报送没有通过的强制性校验" in page.content.decode()
    assert set(Procurement.objects.values_list("state", flat=True)) == {State.FILED, State.DRAFT}


def test_people_who_come_with_the_workbook_are_told_apart(county: County) -> None:
    staff = ledger("staff")
    row = {"organisation": HOME, "post": "专任教师", "gender": "女", "education": "大学本科毕业"}
    rows = [
        row | {"person": "新教师", "person_number": "N1", "date": date(2012, 9, 1)},
        row | {"person": "新教师", "person_number": "N2", "date": date(2012, 9, 1)},
    ]
    assert len(sheets.read(staff, workbook(staff, rows)).records) == 2, "two of one name"
    rows[1] |= {"person_number": "N1", "post": "行政人员"}
    with pytest.raises(sheets.Unreadable, match="同一人在同一单位只有一条在册记录"):
        sheets.read(staff, workbook(staff, rows))
    rows[0]["until"] = date(2012, 10, 1)
    assert len(sheets.read(staff, workbook(staff, rows)).records) == 2, "the first post has ended"


# --- what a school says of it ---


@pytest.fixture
def many(county: County, declare: Declare) -> Iterator[Task]:
    """Two soft checks broken by the filing of 河头小学, one of them in two places."""
    declare(
        FilingCheck("count() <= 3", "多于三笔，请说明。", hard=False),
        FilingCheck("count() == 1", "同一合同不止一笔，请说明。", hard=False, by=("contract",)),
    )
    for item, contract in (("课桌", "A1"), ("黑板", "A1"), ("书架", "A2"), ("讲台", "A2")):
        purchase(county, item, contract=contract, method="open")
    yield task_of(opened(county), county[HOME])


def test_each_violation_is_explained_by_itself(county: County, many: Task) -> None:
    whole, first, second = filing.said(many).unexplained
    assert [one.place for one in (whole, first, second)] == ["整份报送", "「合同编号」A1", "「合同编号」A2"]
    with acting(county.clerk, "报送"):
        with pytest.raises(ValidationError, match="3 处"):
            filing.file(many)
        assert filing.explain_all(many, {first.name: "分两期付款", whole.name: "新校舍"}) == 2
        with pytest.raises(ValidationError, match="1 处"):
            filing.file(many)
        filing.explain_all(many, {second.name: "分三期付款"})
        filing.file(many)
    kept = {one.part[:4]: (one.text, one.record, one.period) for one in Explanation.objects.all()}
    assert sorted(kept.values()) == [("分三期付款", 0, "2012"), ("分两期付款", 0, "2012"), ("新校舍", 0, "2012")]
    assert answered(examine(BOOK, YEAR)) == set(examine(BOOK, YEAR))


def test_an_explanation_ends_with_the_numbers_it_was_given_for_whatever_the_language(
    county: County, many: Task
) -> None:
    from django.utils import translation

    name = filing.said(many).unexplained[0].name
    with acting(county.clerk, "说明"):
        filing.explain_all(many, {name: "新校舍"})
    with translation.override("en"):
        assert len(filing.said(many).unexplained) == 2
    purchase(county, "饮水机")
    assert len(filing.said(many).unexplained) == 3


def test_a_huge_explanation_and_one_for_a_hard_check_are_refused(county: County, many: Task, declare: Declare) -> None:
    name = filing.said(many).unexplained[0].name
    with acting(county.clerk, "说明"), pytest.raises(ValidationError, match="最多 500 个字"):
        filing.explain_all(many, {name: "字" * 100_000})
    assert Explanation.objects.count() == 0
    declare(FilingCheck("count() <= 3", "至多三笔。"))
    with acting(county.clerk, "说明"):
        assert filing.explain_all(many, {name: "新校舍"}) == 0
        with pytest.raises(ValidationError, match="至多三笔"):
            filing.file(many)


def test_the_section_takes_it_or_sends_it_back_and_it_is_offered_again_next_year(county: County, many: Task) -> None:
    with acting(county.clerk, "报送"):
        filing.explain_all(many, {one.name: f"因为{one.place}" for one in filing.said(many).soft})
        filing.file(many)
    seen = review.revisions(BOOK, Procurement.objects.values_list("pk", flat=True))
    officer = county.reviewer(BOOK)
    client = browser_of(officer)
    with acting(officer, "通过"):
        assert {why for _one, why in review.accept(BOOK, seen, bulk=True).left} == {"整份报送的校验还没有处理完"}
    page = client.get(reverse("review", args=["procurement"])).content.decode()
    assert "因为整份报送" in page and "多于三笔，请说明。" in page
    whole, *others = of_filings(BOOK, YEAR, [county[HOME]])
    asked = {"organisation": county[HOME].pk, "period": "2012", "verdict": "accepted"}
    address = reverse("review-judge", args=["procurement"])
    for one in others:
        assert client.post(address, asked | {"name": one.name}).status_code == 302
    client.post(address, asked | {"name": whole.name, "verdict": "refused"})
    many.refresh_from_db()
    assert many.returned_why.startswith("核实说明没有采纳：整份报送")
    assert [one.settled for one in of_filings(BOOK, YEAR, [county[HOME]])] == [False, True, True]
    with acting(county.clerk, "再报"):
        with pytest.raises(ValidationError, match="1 处"):
            filing.file(many)
        filing.explain_all(many, {whole.name: "新校舍落成，购置清单附后"})
        filing.file(many)
    client.post(address, asked | {"name": whole.name})
    with acting(officer, "通过"):
        assert review.accept(BOOK, seen | review.revisions(BOOK, seen), bulk=True).accepted == 4
    for item in "甲乙丙丁":
        purchase(county, item, date=date(2013, 3, 1))
    (again,) = of_filings(BOOK, Period(code="2013", kind="", year=2013), [county[HOME]])
    assert (again.explained, again.offered) == (False, "新校舍落成，购置清单附后")


def test_nobody_judges_what_is_not_there(county: County, many: Task) -> None:
    client = browser_of(county.reviewer(BOOK))
    asked = {"organisation": county[HOME].pk, "period": "2012", "verdict": "accepted", "name": "whole-0"}
    address = reverse("review-judge", args=["procurement"])
    for wrong in ({"verdict": "perhaps"}, {"organisation": "x"}, {"organisation": "9" * 30}, {"period": "2012S"}):
        assert client.post(address, asked | wrong).status_code == 404, wrong
    assert client.post(address, asked).status_code == 302
    assert Explanation.objects.count() == 0


# --- conspicuous numbers ---


def test_a_conspicuous_number_wants_an_explanation_even_in_its_second_year(county: County, declare: Declare) -> None:
    declare(Plausible("sum(amount)"))
    purchase(county, date=date(2011, 3, 1), amount=500, state=State.ACCEPTED)
    purchase(county, amount=5000)
    (one,) = of_filings(BOOK, YEAR, [county[HOME]])
    assert one.message == "「金额合计」为5000元，往年通常是500元，相差十倍或百倍：是否多写、少写了零？"
    assert not one.check.hard
    assert of_filings(BOOK, YEAR, [county[OTHER]]) == []


def test_two_violations_of_one_quantity_are_one(county: County, declare: Declare) -> None:
    """A slip that is far from the peers as well is asked about once."""
    declare(Plausible("sum(amount)", per="pupil.all"))
    for year in (2010, 2011):
        purchase(county, date=date(year, 3, 1), amount=500, state=State.ACCEPTED)
    purchase(county, amount=50_000)
    assert len(examine(BOOK, YEAR)) == 1
