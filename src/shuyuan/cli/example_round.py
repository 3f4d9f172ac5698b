"""The example's filing round: running, with filings in every state, so that each account finds its to-do at once.

Nothing in it is accepted here: the figures and the report of the example year stay as the workbooks have them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from shuyuan.cli.telling import actor
from shuyuan.collections.models import Collection
from shuyuan.core.history import acting
from shuyuan.core.models import Organisation, Person
from shuyuan.ledger import filing, review
from shuyuan.ledger.ledger import ledger
from shuyuan.ledger.lookup import Lookup
from shuyuan.ledger.record import State
from shuyuan.ledger.rounds import Round, Task

TOWN, OURS, NEIGHBOUR, LATE = "直溪镇", "河头小学", "直溪中心小学", "直溪中心幼儿园"
LEDGERS = ("procurement", "staff", "honour")
DAYS_LEFT = 5
ASKED: list[dict[str, Any]] = [
    {"name": "房间", "label": "房间", "kind": "text", "required": True},
    {
        "name": "台数",
        "label": "空调台数",
        "kind": "number",
        "unit": "台",
        "required": True,
        "least": "0",
        "most": "500",
    },
    {"name": "在用台数", "label": "在用台数", "kind": "number", "unit": "台", "least": "0"},
    {"name": "供电", "label": "供电方式", "kind": "choice", "choices": ["专线", "普通线路"]},
    {"name": "安装日期", "label": "安装日期", "kind": "date"},
]


def open_round(year: int) -> Round:
    """A round for one town: most schools have answered, one is late, one was returned, one waits for its signature."""
    office, clerk = (User.objects.get(username=name) for name in ("bangongshi", "xuexiao"))
    system, lookup, today = actor("system"), Lookup(), timezone.localdate()
    town, ours, neighbour = (lookup.organisation(name) for name in (TOWN, OURS, NEIGHBOUR))
    bureau = Organisation.objects.get(kind=Organisation.Kind.BUREAU)
    with acting(office, "年底补报"):
        one = Round(
            organisation=bureau, title=f"{year}年底补报", year=year, ledgers=list(LEDGERS), within=town,
            opens=today - timedelta(days=20), due=today - timedelta(days=1), signed=True,
            note="已通过的记录不用再填，核对后报送即可；没有新增的报零报告。",
        )  # fmt: skip
        one.save()
        filing.send(one)
    schools = list(one.schools())
    late = next((school for school in schools if school.name.endswith(LATE)), schools[-1])
    tasks = {(task.organisation_id, task.ledger): task for task in one.tasks.select_related("organisation", "period")}
    with acting(office, "镇里停电两天，延期"):
        for task in tasks.values():
            if task.organisation_id != late.pk:
                filing.extend(task, today + timedelta(days=DAYS_LEFT))
    with acting(clerk, "填报"):
        bought = _purchase(ours, "学生课桌椅", 26800, date(year, 11, 20))
        _purchase(ours, "图书角书架", 4200, date(year, 12, 3))
        _teacher(ours, "例示一", f"EX{year}01", date(year, 9, 1))
        filing.file(tasks[ours.pk, "staff"])
        bought.move(State.FILED)
    with acting(User.objects.get(username="jicai"), "退回"):
        review.give_back(ledger("procurement"), bought, {"amount": "与合同金额不符，请核对发票"})
    with acting(system, "填报"):
        _purchase(neighbour, "多媒体教室设备", 58600, date(year, 10, 16))
        _teacher(neighbour, "例示二", f"EX{year}02", date(year, 9, 1))
        for (school, _slug), task in tasks.items():
            if school not in {ours.pk, late.pk}:
                _answer(task)
    return one


def open_collection(year: int) -> Collection:
    """A small form that no ledger has, asked of the same town: drawn, sent, and answered by one school so far."""
    office, clerk, today = User.objects.get(username="bangongshi"), actor("system"), timezone.localdate()
    lookup = Lookup()
    town, neighbour = (lookup.organisation(name) for name in (TOWN, NEIGHBOUR))
    with acting(office, "设计专项填报"):
        one = Collection(
            organisation=Organisation.objects.get(kind=Organisation.Kind.BUREAU), slug=f"zx{year}_1",
            title="教室空调使用情况", note="按房间逐条填写；没有空调的报零报告。", day=date(year, 12, 31),
            asked=ASKED, rules=[{"rule": "在用台数 <= 台数", "message": "在用台数不能超过空调台数", "hard": True}],
        )  # fmt: skip
        one.save()
        asked = Round(
            organisation=one.organisation, title=one.title, year=year, ledgers=[one.slug], within=town,
            opens=today - timedelta(days=3), due=today + timedelta(days=7), note=one.note,
        )  # fmt: skip
        asked.save()
        filing.send(asked)
    with acting(clerk, "填报"):
        for room, sets, used, power in (("教师办公室", 6, 6, "普通线路"), ("计算机房", 4, 3, "专线")):
            values: dict[str, Any] = {"房间": room, "台数": sets, "在用台数": used, "供电": power}
            ledger(one.slug).model(organisation=neighbour, **values).save()
        filing.file(asked.tasks.get(organisation=neighbour))
    return one


def _answer(task: Task) -> None:
    """What there is is filed and signed; where there is nothing, that is said."""
    if not task.records().exists():
        filing.report_nothing(task)
    else:
        filing.file(task)
    filing.sign(task)


def _purchase(school: Organisation, item: str, amount: int, day: date) -> Any:
    book = ledger("procurement")
    made = book.model(
        organisation=school, date=day, item=item, purpose="equipment", method="own", source="school", amount=amount
    )
    made.save()
    return made


def _teacher(school: Organisation, name: str, number: str, day: date) -> None:
    person = Person(organisation=school, kind=Person.Kind.STAFF, number=number, name=name)
    person.save()
    ledger("staff").model(
        organisation=school, person=person, date=day, post="11", gender="2", born=date(1990, 5, 4), education="21"
    ).save()
